/** One of several options. */
import { freshId, h } from "../../shared/elements.js";
import { optionalComment } from "./comment.js";

const MANY = 6;

function asButtons(options, pick) {
  return h(
    "div",
    { class: "choices" },
    options.map(({ value, label }) =>
      h(
        "button",
        { type: "button", class: "button choice", dir: "auto", onclick: () => pick(value) },
        label || value,
      ),
    ),
  );
}

/** A long list is chosen from a menu, and confirmed, so that a slip does not decide. */
function asMenu(options, pick) {
  const id = freshId("choice");
  const select = h(
    "select",
    { class: "input", id },
    h("option", { value: "" }, "Choose…"),
    options.map(({ value, label }, index) => h("option", { value: String(index) }, label || value)),
  );
  const button = h(
    "button",
    { type: "button", class: "button", disabled: true, data: { tone: "main" } },
    "Answer",
  );
  select.addEventListener("change", () => {
    button.disabled = select.value === "";
  });
  button.addEventListener("click", () => pick(options[Number(select.value)].value));
  return h(
    "div",
    { class: "choice-menu" },
    h("label", { class: "spoken", for: id }, "Options"),
    select,
    button,
  );
}

/** The options as buttons, or as a menu when there are many. */
export function choiceInputs({ options = [] }, give) {
  const comment = optionalComment();
  const pick = (value) => give({ value, comment: comment.read() });
  return [comment.node, options.length > MANY ? asMenu(options, pick) : asButtons(options, pick)];
}
