/** Yes or no; with room for a comment, with a second thought, with changes. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { optionalComment } from "./comment.js";
import { confirmStep } from "./confirm.js";

function button(label, iconName, tone, onclick) {
  const words = h("span", {}, label);
  const attributes = { type: "button", class: "button", data: { tone }, onclick };
  return { node: h("button", attributes, icon(iconName), words), words };
}

/** What an approval sends besides a comment; null while an edit is not usable yet. */
function editOf(panel) {
  if (!panel.isEditing()) return {};
  const { value, problem, isChanged } = panel.read();
  if (problem !== null) return null;
  return isChanged ? { edited_action: value } : {};
}

/** Approve and reject. */
export function approvalInputs(request, give, { panel }) {
  const comment = optionalComment();
  const place = h("div", {});
  const answer = (value, more) => give({ value, comment: comment.read(), ...more });
  const approve = () => {
    const edit = editOf(panel);
    if (edit === null) return;
    if (!request.dangerous) answer("approved", edit);
    else place.replaceChildren(question(edit));
  };
  const yes = button("Approve", "check", "main", approve);
  const no = button("Reject", "close", "bad", () => answer("rejected", {}));
  const buttons = h("div", { class: "answer-buttons" }, yes.node, no.node);
  const back = () => {
    place.replaceChildren(buttons);
    yes.node.focus();
  };
  const question = (edit) =>
    confirmStep({
      text:
        "edited_action" in edit
          ? "This is hard to undo. Approve it with your changes?"
          : "This is hard to undo. Approve it all the same?",
      label: "Yes, approve",
      yes: () => answer("approved", edit),
      no: back,
    });
  panel.onToggle((isEditing) => {
    yes.words.textContent = isEditing ? "Approve with changes" : "Approve";
    place.replaceChildren(buttons); // what was to be confirmed may be another thing now
  });
  place.append(buttons);
  return [comment.node, place];
}
