/** What narrows the list of deliveries. */
import { freshId, h } from "../../shared/elements.js";

const STATES = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "read",
  "parked",
  "unknown",
  "dead",
  "cancelled",
];

/** Only those in one state. */
export function stateFilter(state, refresh) {
  const id = freshId("state");
  const select = h(
    "select",
    { class: "input", id },
    h("option", { value: "" }, "All states"),
    STATES.map((name) => h("option", { value: name }, name)),
  );
  select.value = state.deliveryState;
  select.addEventListener("change", () => {
    Object.assign(state, { deliveryState: select.value, deliveries: null });
    refresh();
  });
  return h("div", { class: "filter" }, h("label", { for: id }, "State"), select);
}

/** All deliveries of one message or question, whatever their state. */
export function subjectFilter(state, refresh) {
  const id = freshId("subject");
  const input = h("input", {
    class: "input",
    id,
    type: "search",
    placeholder: "msg_… or fbr_…",
    spellcheck: "false",
    autocomplete: "off",
  });
  input.addEventListener("change", () => {
    Object.assign(state, { subjectId: input.value.trim(), deliveries: null });
    refresh();
  });
  return h("div", { class: "filter" }, h("label", { for: id }, "Of"), input);
}
