/** Free text. */
import { freshId, h } from "../../shared/elements.js";

const LONGEST = 10_000;

/** A text area and a button. */
export function textInputs(request, give) {
  const id = freshId("text");
  const area = h("textarea", {
    class: "input",
    id,
    rows: "3",
    maxlength: LONGEST,
    placeholder: "Your answer",
    dir: "auto",
  });
  const button = h(
    "button",
    { class: "button", disabled: true, data: { tone: "main" } },
    "Send answer",
  );
  area.addEventListener("input", () => {
    button.disabled = area.value.trim() === "";
  });
  const submit = (event) => {
    event.preventDefault();
    if (area.value.trim() !== "") give({ value: area.value.trim() });
  };
  return [
    h(
      "form",
      { class: "answer-text", onsubmit: submit },
      h("label", { class: "spoken", for: id }, "Your answer"),
      area,
      h("div", { class: "answer-buttons" }, button),
    ),
  ];
}
