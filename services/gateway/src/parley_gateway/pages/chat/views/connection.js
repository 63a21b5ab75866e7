/** Says whether the line is open, and offers to try again when it is not. */
import { h } from "../../shared/elements.js";
import { announce } from "../../shared/notice.js";

const TONES = { open: "good", connecting: "warn", waiting: "warn" };

function textOf({ phase, retryAt }, now) {
  if (phase === "open") return "Connected";
  if (phase === "connecting") return "Connecting…";
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000));
  return seconds > 0 ? `Retry in ${seconds} s` : "Connecting…";
}

/** A small status button; pressing it reconnects at once. */
export function connectionPill(store, reconnect) {
  const dot = h("span", { class: "dot" });
  const label = h("span", {});
  const node = h(
    "button",
    { type: "button", class: "pill connection", onclick: reconnect },
    dot,
    label,
  );
  let before = null;
  const paint = () => {
    const { phase } = store.connection;
    dot.dataset.tone = TONES[phase];
    label.textContent = textOf(store.connection, Date.now());
    node.title = phase === "open" ? "Messages arrive live" : "Connect now";
    node.disabled = phase !== "waiting";
    if (before === "open" && phase === "waiting") announce("Connection lost. Trying again.");
    if (before === "connecting" && phase === "open") announce("Connected.");
    before = phase;
  };
  setInterval(() => {
    if (store.connection.phase === "waiting" && node.isConnected) paint();
  }, 500);
  return { node, show: paint };
}
