/** Yes or no. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { optionalComment } from "./comment.js";

/** Approve and reject, with room for a comment. */
export function approvalInputs(request, give) {
  const comment = optionalComment();
  const button = (value, label, iconName, tone) =>
    h(
      "button",
      {
        type: "button",
        class: "button",
        data: { tone },
        onclick: () => give({ value, comment: comment.read() }),
      },
      icon(iconName),
      label,
    );
  return [
    comment.node,
    h(
      "div",
      { class: "answer-buttons" },
      button("approved", "Approve", "check", "main"),
      button("rejected", "Reject", "close", "bad"),
    ),
  ];
}
