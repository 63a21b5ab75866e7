/** A remark, or none: whoever says that there is nothing to add has seen it. */
import { freshId, h } from "../../shared/elements.js";

const LONGEST = 8000;

/** A text area, and a button for who has nothing to add. */
export function remarkInputs(request, give) {
  const id = freshId("remark");
  const area = h("textarea", {
    class: "input",
    id,
    rows: "3",
    maxlength: LONGEST,
    placeholder: "What comes to mind",
    dir: "auto",
  });
  const send = h(
    "button",
    { class: "button", disabled: true, data: { tone: "main" } },
    "Send comment",
  );
  const pass = h("button", { type: "button", class: "button" }, "Nothing to add");
  pass.addEventListener("click", () => give({ value: "" }));
  area.addEventListener("input", () => {
    send.disabled = area.value.trim() === "";
    pass.disabled = !send.disabled; // what was written is not thrown away by a slip
  });
  const submit = (event) => {
    event.preventDefault();
    if (area.value.trim() !== "") give({ value: area.value.trim() });
  };
  return [
    h(
      "form",
      { class: "answer-text", onsubmit: submit },
      h("label", { class: "spoken", for: id }, "Your comment"),
      area,
      h("div", { class: "answer-buttons" }, send, pass),
    ),
  ];
}
