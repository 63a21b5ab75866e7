/** An action as fields, for a person who approves something a little different. */
import { freshId, h } from "../../shared/elements.js";
import { isEqual, readScalar, shapeOf } from "./edited.js";
import { readableName } from "./names.js";
import { watch } from "./validity.js";

const LONG_TEXT = 80;

function controlOf(value, common) {
  if (typeof value === "boolean") {
    const { class: _, ...plain } = common;
    return h("input", { ...plain, type: "checkbox", checked: value });
  }
  const text = value === null ? "" : String(value);
  if (typeof value === "string" && (text.length > LONG_TEXT || text.includes("\n")))
    return h("textarea", { ...common, rows: "3", value: text, dir: "auto" });
  const inputmode = typeof value === "number" ? "decimal" : "text";
  return h("input", { ...common, type: "text", inputmode, value: text, dir: "auto" });
}

/** One field: its node, and `read()` that shows what is wrong and returns `{value, problem}`. */
function fieldView(name, before) {
  const id = freshId("edit");
  const problem = h("p", { class: "field-error", id: `${id}-problem` });
  const control = controlOf(before, { class: "input", id, "aria-describedby": problem.id });
  const isCheck = typeof before === "boolean";
  const label = h("label", { for: id, dir: "auto" }, readableName(name));
  const read = () => {
    const result = readScalar(before, isCheck ? control.checked : control.value);
    problem.textContent = result.problem ?? "";
    control.setAttribute("aria-invalid", String(result.problem !== null));
    return result;
  };
  watch(control, read);
  const node = isCheck
    ? h("div", { class: "field" }, h("div", { class: "check" }, control, label), problem)
    : h("div", { class: "field" }, label, control, problem);
  return { name, node, control, read };
}

function fieldsEditor(action) {
  const fields = Object.entries(action).map(([name, value]) => fieldView(name, value));
  const read = () => {
    const results = fields.map((field) => ({ field, ...field.read() }));
    const wrong = results.find(({ problem }) => problem !== null);
    wrong?.field.control.focus();
    const value = Object.fromEntries(results.map((one) => [one.field.name, one.value]));
    return { value, problem: wrong?.problem ?? null };
  };
  return {
    node: h(
      "div",
      { class: "edit-fields" },
      fields.map(({ node }) => node),
    ),
    read,
  };
}

function jsonEditor(action) {
  const id = freshId("edit");
  const problem = h("p", { class: "field-error", id: `${id}-problem` });
  const area = h("textarea", {
    class: "input edit-json",
    id,
    rows: "10",
    spellcheck: "false",
    value: JSON.stringify(action, null, 2),
    "aria-describedby": problem.id,
  });
  const read = () => {
    try {
      const value = JSON.parse(area.value);
      problem.textContent = value === null ? "Write the whole action; it cannot be null." : "";
      return { value, problem: problem.textContent || null };
    } catch (error) {
      problem.textContent = `This is not JSON yet: ${error.message}`;
      area.focus();
      return { value: action, problem: problem.textContent };
    }
  };
  const label = h("label", { for: id }, "The action as JSON");
  return { node: h("div", { class: "field" }, label, area, problem), read };
}

/**
 * Inputs for an action; null when this page cannot hold it exactly. `read()` returns
 * `{value, problem, isChanged}`.
 */
export function actionEditor(action) {
  const shape = shapeOf(action);
  if (shape === "inexact") return null;
  const { node, read } = shape === "flat" ? fieldsEditor(action) : jsonEditor(action);
  return {
    node,
    read: () => {
      const result = read();
      return { ...result, isChanged: !isEqual(result.value, action) };
    },
  };
}
