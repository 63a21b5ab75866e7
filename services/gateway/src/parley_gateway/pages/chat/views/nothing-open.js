/** What the page shows next to the list when no conversation is open. */
import { copyBlock } from "../../shared/copy.js";
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";

const command = (userId) =>
  [
    `curl -X POST ${window.location.origin}/api/sessions \\`,
    '  -H "Authorization: Bearer $PARLEY_AGENT_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"title": "Hello", "user_ids": ["${userId}"]}'`,
  ].join("\n");

const question = () =>
  [
    `curl -X POST ${window.location.origin}/api/sessions/$SESSION_ID/feedback-requests \\`,
    '  -H "Authorization: Bearer $PARLEY_AGENT_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    '  -d \'{"kind": "approval", "delivery": "all",',
    '       "prompt": "Shall I deploy **1.4.0**?"}\'',
  ].join("\n");

function step(number, title, text, code) {
  return h(
    "li",
    { class: "step" },
    h("span", { class: "step-number", "aria-hidden": "true" }, number),
    h("div", { class: "step-body" }, h("h2", {}, title), h("p", {}, text), code),
  );
}

function firstSteps(userId) {
  return h(
    "div",
    { class: "nothing-inner" },
    h("h1", {}, "Waiting for your first agent"),
    h(
      "p",
      { class: "nothing-lead" },
      "An agent begins a conversation; you answer it here, by email or in Slack. " +
        "This page shows it the moment it begins.",
    ),
    h(
      "ol",
      { class: "steps" },
      step(
        "1",
        "Begin a conversation",
        "With the agent key that the operator's console, or “make run”, gave you:",
        copyBlock(command(userId)),
      ),
      step(
        "2",
        "Ask for a decision",
        "Use the id from the answer. The question appears here with its buttons:",
        copyBlock(question()),
      ),
    ),
  );
}

const pickOne = () =>
  h(
    "div",
    { class: "nothing-inner", data: { centred: true } },
    icon("chat", "nothing-icon"),
    h("h1", {}, "Choose a conversation"),
    h("p", { class: "nothing-lead" }, "Alt with the arrow keys moves through the list."),
  );

/** The empty state: first steps for a newcomer, a hint for everybody else. */
export function nothingOpen(store) {
  const node = h("div", { class: "nothing" });
  let shown = "";
  const show = () => {
    const next = !store.isWelcome ? "waiting" : store.conversations.size > 0 ? "pick" : "first";
    if (next === shown) return;
    shown = next;
    const spinner = h("div", { class: "spinner", role: "status", "aria-label": "Connecting" });
    const screens = {
      waiting: () => h("div", { class: "nothing-inner", data: { centred: true } }, spinner),
      pick: pickOne,
      first: () => firstSteps(store.user.id),
    };
    node.replaceChildren(screens[next]());
  };
  return { node, show };
}
