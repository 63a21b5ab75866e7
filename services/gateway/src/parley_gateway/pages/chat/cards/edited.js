/** What was changed in an action. No DOM in here. */

const MOST_FIELDS = 20;

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isScalar = (value) => value === null || typeof value !== "object";

/** A number that JavaScript rounds: it would come back as another one. */
function isInexact(value) {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return value !== null && typeof value === "object" && Object.values(value).some(isInexact);
}

/** "flat" for a record of single values, "json" for anything else, "inexact" if not editable. */
export function shapeOf(action) {
  if (isInexact(action)) return "inexact";
  const isFlat = isRecord(action) && Object.values(action).every(isScalar);
  const count = isFlat ? Object.keys(action).length : 0;
  return count > 0 && count <= MOST_FIELDS ? "flat" : "json";
}

/** What was typed, in the type that the value had: `{value, problem}`. */
export function readScalar(before, typed) {
  if (typeof before === "boolean") return { value: typed, problem: null };
  if (before === null) return { value: typed === "" ? null : typed, problem: null };
  if (typeof before !== "number") return { value: typed, problem: null };
  const value = Number(typed);
  const isNumber = typed.trim() !== "" && Number.isFinite(value);
  if (!isNumber) return { value: before, problem: "Write a number, for example 12." };
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return { value: before, problem: "Write a smaller number; this one would be rounded." };
  return { value, problem: null };
}

/** Whether two JSON values are the same, whatever the order of their names. */
export function isEqual(one, other) {
  if (one === other) return true;
  if (isScalar(one) || isScalar(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => name in other && isEqual(one[name], other[name]))
  );
}

/** The top names that differ, `{name, before, after}`; undefined stands for "not there". */
export function changesBetween(before, after) {
  if (!isRecord(before) || !isRecord(after)) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !(name in before && name in after && isEqual(before[name], after[name])))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}
