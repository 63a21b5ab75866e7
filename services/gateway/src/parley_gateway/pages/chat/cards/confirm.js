/** One more step before something that is hard to undo. */
import { freshId, h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";

/** Asks in the card itself; `yes()` goes on, `no()` goes back. The safe button has the focus. */
export function confirmStep({ text, label, yes, no }) {
  const id = freshId("confirm");
  const back = h("button", { type: "button", class: "button", onclick: no }, "Go back");
  const go = h(
    "button",
    { type: "button", class: "button", data: { tone: "danger" }, onclick: yes },
    icon("check"),
    label,
  );
  const node = h(
    "div",
    { class: "confirm", role: "group", "aria-labelledby": id },
    h("p", { id }, icon("alert"), h("span", {}, text)),
    h("div", { class: "answer-buttons" }, go, back),
  );
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") no();
  });
  setTimeout(() => back.focus(), 0); // once it is in the page
  return node;
}
