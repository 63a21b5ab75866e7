// The Slack modal that is open for the person.
import { renderBlocks } from "./blocks.js";
import { el, fill, post, toast } from "./dom.js";

const root = document.getElementById("modal");
let shownKey = null;
let values = new Map();

export function showModal(view, slack) {
  const key = view ? view.id + view.hash : null;
  if (key === shownKey) return;
  if (!view || !shownKey?.startsWith(view.id)) values = new Map();
  shownKey = key;
  draw(view, slack, {});
}

function draw(view, slack, errors) {
  if (!view) return fill(root);
  const context = {
    users: slack.users, values, errors,
    press: (element, block, option) => post("/slack/click", {
      ts: view.id, action_id: element.action_id, block_id: block.block_id, value: option?.value,
    }).catch((e) => toast(e.message, true)),
  };
  const submit = async (event) => {
    event.preventDefault();
    try {
      const answer = await post("/slack/submit", { view: view.id, inputs: Object.fromEntries(values) });
      if (answer.status !== 200) toast(`The app answered ${answer.status ?? answer.reason}`, true);
      else if (Object.keys(answer.errors).length) draw(view, slack, answer.errors);
    } catch (error) {
      toast(error.message, true);
    }
  };
  const close = () => post("/slack/close", { view: view.id });
  fill(root, el("div", { class: "veil" }, el("form", { class: "dialog slack", onsubmit: submit },
    el("h2", {}, view.title.text, el("button", { type: "button", class: "plain", onclick: close }, "✕")),
    el("div", { class: "dialog-body" }, renderBlocks(view.blocks, context)),
    el("div", { class: "dialog-foot" },
      el("button", { type: "button", class: "btn", onclick: close }, view.close?.text || "Cancel"),
      view.submit ? el("button", { class: "btn primary" }, view.submit.text) : null))));
  root.querySelector("[data-focus]")?.focus();
}
