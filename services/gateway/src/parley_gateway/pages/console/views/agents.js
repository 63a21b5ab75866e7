/** The agents: who may ask, and new keys. */
import { copyBlock } from "../../shared/copy.js";
import { freshId, h } from "../../shared/elements.js";
import { showList } from "../../shared/keyed.js";
import { avatar } from "../../shared/avatar.js";
import { eitherOr, idView, timeView } from "./parts.js";

function row(agent) {
  return h(
    "li",
    { class: "panel agent" },
    avatar(agent.name, "agent"),
    h(
      "div",
      { class: "agent-words" },
      h("bdi", { class: "agent-name" }, agent.name),
      h(
        "div",
        { class: "meta" },
        idView(agent.id),
        h("span", {}, "since ", timeView(agent.created_at)),
      ),
    ),
    h("span", { class: "hint agent-hook" }, agent.webhook_url || "no webhook"),
  );
}

function textField(label, attributes, hint) {
  const id = freshId("agent");
  const input = h("input", { class: "input", id, autocomplete: "off", ...attributes });
  const node = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    hint ? h("p", { class: "field-hint" }, hint) : null,
  );
  return { node, input };
}

/** The key and the secret, which Parley shows only this once. */
function secretsPanel({ name, key, webhook_secret: secret }, close) {
  return h(
    "div",
    { class: "panel secrets", role: "status" },
    h("h2", {}, `${name} is ready`),
    h("p", {}, "Copy these now: Parley keeps only a hash and cannot show them again."),
    copyBlock(key, "Agent key"),
    secret ? copyBlock(secret, "Webhook secret") : null,
    h(
      "div",
      {},
      h("button", { type: "button", class: "button", onclick: close }, "I have copied them"),
    ),
  );
}

function newAgentForm(change, slot) {
  const name = textField(
    "Name",
    { maxlength: "100", required: true, placeholder: "Release agent" },
    "What people read as the author.",
  );
  const hook = textField(
    "Webhook URL (optional)",
    { type: "url", placeholder: "https://agent.example.com/hooks" },
    "Where Parley posts the agent's events, signed.",
  );
  const button = h("button", { class: "button", data: { tone: "main" } }, "Create agent");
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    const body = { name: name.input.value.trim() };
    if (hook.input.value.trim() !== "") body.webhook_url = hook.input.value.trim();
    const made = await change("POST", "/api/agents", body);
    button.disabled = false;
    if (made === undefined) return;
    slot.replaceChildren(secretsPanel({ ...body, ...made }, () => slot.replaceChildren()));
    event.target.reset();
  };
  return h(
    "form",
    { class: "panel new-agent", onsubmit: submit },
    h("h2", {}, "New agent"),
    name.node,
    hook.node,
    h("div", {}, button),
  );
}

/** The view of agents. */
export function agentsView(state, { change }) {
  const list = h("ul", { class: "rows" });
  const slot = h("div", {});
  const secrets = h("div", {});
  const node = h(
    "section",
    { "aria-labelledby": "agents-title" },
    h("h1", { id: "agents-title", class: "view-title" }, "Agents"),
    h(
      "div",
      { class: "agents-grid" },
      slot,
      h("div", { class: "agents-side" }, secrets, newAgentForm(change, secrets)),
    ),
  );
  const show = () => {
    eitherOr(
      slot,
      state.agents,
      {
        title: "No agents yet",
        iconName: "key",
        text: "Create the first one; its key opens the REST interface to it.",
      },
      list,
    );
    showList(
      list,
      (state.agents ?? []).map((agent) => ({
        key: agent.id,
        version: JSON.stringify(agent),
        build: () => row(agent),
      })),
    );
  };
  return { node, show };
}
