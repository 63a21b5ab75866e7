/** A form's JSON Schema: its fields, and what is wrong with what was typed. No DOM in here. */

const typeOf = (schema) => {
  const types = [schema.type].flat().filter((type) => type !== "null");
  return types[0] ?? (schema.enum === undefined ? "string" : "enum");
};

function kindOf(schema) {
  if (schema.enum !== undefined || schema.const !== undefined) return "enum";
  const type = typeOf(schema);
  if (type === "integer" || type === "number" || type === "boolean") return type;
  return type === "string" ? "string" : "json";
}

/** The fields of an object schema, in its order: `{name, kind, isRequired, schema}`. */
export function fieldsOf(schema) {
  const required = new Set(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {}).map(([name, own]) => ({
    name,
    schema: own,
    kind: kindOf(own),
    isRequired: required.has(name),
  }));
}

/** The values an enum field offers. */
export const choicesOf = ({ schema }) => schema.enum ?? [schema.const];

function numberProblem(schema, value, isWhole) {
  if (!Number.isFinite(value)) return "Write a number, for example 12.";
  if (isWhole && !Number.isInteger(value)) return "Write a whole number.";
  if (value < schema.minimum) return `Write ${schema.minimum} or more.`;
  if (value > schema.maximum) return `Write ${schema.maximum} or less.`;
  if (value <= schema.exclusiveMinimum) return `Write more than ${schema.exclusiveMinimum}.`;
  if (value >= schema.exclusiveMaximum) return `Write less than ${schema.exclusiveMaximum}.`;
  return null;
}

function isMatch(pattern, text) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true; // a pattern this browser cannot read is left to the server
  }
}

const FORMATS = {
  email: [/^[^\s@]+@[^\s@]+$/, "Write an e-mail address, for example ann@example.com."],
  uri: [/^[a-z][a-z\d+.-]*:\S+$/i, "Write a full address, for example https://example.com."],
  date: [/^\d{4}-\d{2}-\d{2}$/, "Pick a date."],
};

function textProblem(schema, text) {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema;
  const length = [...text].length; // JSON Schema counts characters, not UTF-16 units
  if (length < minLength) return `Write at least ${minLength} characters.`;
  if (length > maxLength) return `Write at most ${maxLength} characters.`;
  if (pattern !== undefined && !isMatch(pattern, text)) {
    return schema.description
      ? "This does not have the form described above."
      : `This must match ${pattern}.`;
  }
  const [shape, advice] = FORMATS[format] ?? [];
  return shape === undefined || shape.test(text) ? null : advice;
}

function jsonValue(raw) {
  try {
    return { value: JSON.parse(raw), problem: null };
  } catch {
    return { problem: "Write valid JSON." };
  }
}

const READ = {
  boolean: (_, raw) => ({ value: raw, problem: null }),
  enum: (field, raw) => ({ value: choicesOf(field)[Number(raw)], problem: null }),
  integer: ({ schema }, raw) => ({
    value: Number(raw),
    problem: numberProblem(schema, Number(raw), true),
  }),
  number: ({ schema }, raw) => ({
    value: Number(raw),
    problem: numberProblem(schema, Number(raw), false),
  }),
  string: ({ schema }, raw) => ({ value: raw, problem: textProblem(schema, raw) }),
  json: (_, raw) => jsonValue(raw),
};

/**
 * The value of one field from what was typed: `{value, problem}`; `value` is undefined when the
 * field was left empty and may be. `raw` is text, a boolean for a checkbox, an index for an enum.
 */
export function readField(field, raw) {
  if (typeof raw === "string" && raw.trim() === "") {
    return { value: undefined, problem: field.isRequired ? "This is needed." : null };
  }
  return READ[field.kind](field, raw);
}
