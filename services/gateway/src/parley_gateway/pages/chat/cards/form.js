/** A form made from a JSON Schema. */
import { freshId, h } from "../../shared/elements.js";
import { readableName } from "./names.js";
import { choicesOf, fieldsOf, readField } from "./schema.js";
import { watch } from "./validity.js";

const INPUT_TYPES = { email: "email", uri: "url", date: "date", "date-time": "text" };
const LONG_TEXT = 200;

function textControl({ schema }, common) {
  const isLong = schema.maxLength > LONG_TEXT || schema.format === "textarea";
  if (isLong)
    return h("textarea", { ...common, rows: "3", value: schema.default ?? "", dir: "auto" });
  const type = INPUT_TYPES[schema.format] ?? "text";
  return h("input", { ...common, type, value: schema.default ?? "", dir: "auto" });
}

const numberControl = ({ schema, kind }, common) =>
  h("input", {
    ...common,
    type: "text",
    inputmode: kind === "integer" ? "numeric" : "decimal",
    value: schema.default ?? "",
  });

function enumControl(field, common) {
  const { schema, isRequired } = field;
  return h(
    "select",
    common,
    h("option", { value: "" }, isRequired ? "Choose…" : "No choice"),
    choicesOf(field).map((value, index) =>
      h(
        "option",
        {
          value: String(index),
          selected: schema.default === value,
        },
        String(value),
      ),
    ),
  );
}

const CONTROLS = {
  string: textControl,
  integer: numberControl,
  number: numberControl,
  enum: enumControl,
  boolean: ({ schema }, { class: _, ...common }) =>
    h("input", { ...common, type: "checkbox", checked: schema.default === true }),
  json: ({ schema }, common) =>
    h("textarea", {
      ...common,
      rows: "3",
      value: schema.default === undefined ? "" : JSON.stringify(schema.default),
    }),
};

/** One field: `node`, and `read()` which shows what is wrong and returns `{value, problem}`. */
function fieldView(field) {
  const id = freshId("field");
  const { schema, kind, name, isRequired } = field;
  const problem = h("p", { class: "field-error", id: `${id}-problem` });
  const hint = schema.description
    ? h("p", { class: "field-hint", id: `${id}-hint` }, schema.description)
    : null;
  const control = CONTROLS[kind](field, {
    class: "input",
    id,
    "aria-describedby": `${hint ? hint.id : ""} ${problem.id}`.trim(),
    "aria-required": String(isRequired),
  });
  const label = h(
    "label",
    { for: id, dir: "auto" },
    schema.title || readableName(name),
    isRequired ? null : h("span", { class: "optional" }, " optional"),
  );
  const read = () => {
    const result = readField(field, kind === "boolean" ? control.checked : control.value);
    problem.textContent = result.problem ?? "";
    control.setAttribute("aria-invalid", String(result.problem !== null));
    return result;
  };
  watch(control, read);
  const isCheck = kind === "boolean";
  const node = isCheck
    ? h("div", { class: "field" }, h("div", { class: "check" }, control, label), hint, problem)
    : h("div", { class: "field" }, label, hint, control, problem);
  return { name, node, control, read };
}

/** The form; hands in an object with the fields that were filled in. */
export function formInputs({ schema }, give) {
  const fields = fieldsOf(schema).map(fieldView);
  const submit = (event) => {
    event.preventDefault();
    const results = fields.map((field) => ({ field, ...field.read() }));
    const wrong = results.find(({ problem }) => problem !== null);
    if (wrong !== undefined) {
      wrong.field.control.focus();
      return;
    }
    const filled = results.filter(({ value }) => value !== undefined);
    give({ value: Object.fromEntries(filled.map(({ field, value }) => [field.name, value])) });
  };
  return [
    h(
      "form",
      { class: "answer-form", novalidate: true, onsubmit: submit },
      fields.map(({ node }) => node),
      h(
        "div",
        { class: "answer-buttons" },
        h("button", { class: "button", data: { tone: "main" } }, "Send answer"),
      ),
    ),
  ];
}
