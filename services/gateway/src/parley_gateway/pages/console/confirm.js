/** Asks before something that cannot be taken back. */
import { freshId, h } from "../shared/elements.js";

/** Resolves to whether the operator confirmed. */
export function confirmed({ title, text, action }) {
  const id = freshId("confirm");
  const button = (label, value, tone) =>
    h("button", { class: "button", value, data: { tone } }, label);
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": id },
    h(
      "form",
      { method: "dialog", class: "dialog-form" },
      h("h2", { id }, title),
      h("p", { class: "dialog-lead" }, text),
      h("div", { class: "dialog-buttons" }, button("Keep it", "no"), button(action, "yes", "bad")),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
