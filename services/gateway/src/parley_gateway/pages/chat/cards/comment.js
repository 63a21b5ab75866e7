/** The comment that may go with an answer. */
import { freshId, h } from "../../shared/elements.js";

/** A comment that stays out of the way until it is wanted. */
export function optionalComment() {
  const id = freshId("comment");
  const area = h("textarea", {
    class: "input",
    id,
    rows: "2",
    maxlength: "4000",
    dir: "auto",
    placeholder: "Why, or what to mind",
  });
  const node = h(
    "details",
    { class: "comment" },
    h("summary", {}, "Add a comment"),
    h("div", { class: "field" }, h("label", { class: "spoken", for: id }, "Comment"), area),
  );
  node.addEventListener("toggle", () => {
    if (node.open) area.focus();
  });
  return { node, read: () => area.value.trim() };
}
