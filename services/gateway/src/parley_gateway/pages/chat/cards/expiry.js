/** How long a question still waits, as a live clock. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { exactTime, spanText } from "../../shared/time.js";

const SOON_MS = 60_000;
const EVERY_MS = 1000;

const clocks = new Set();

function paint({ node, label, until }) {
  const left = until - Date.now();
  label.textContent = left > 0 ? `${spanText(left)} left` : "Time is up";
  node.dataset.tone = left < SOON_MS ? "warn" : "plain";
}

setInterval(() => {
  for (const clock of clocks) {
    if (clock.node.isConnected) paint(clock);
    else clocks.delete(clock); // its card was renewed or closed
  }
}, EVERY_MS);

/** The clock of one question; null when it never expires. */
export function expiryClock(expiresAt) {
  if (!expiresAt) return null;
  const label = h("span", {});
  const node = h(
    "span",
    {
      class: "pill expiry",
      role: "timer",
      title: `Until ${exactTime(expiresAt)}`,
    },
    icon("clock"),
    label,
  );
  const clock = { node, label, until: Date.parse(expiresAt) };
  paint(clock);
  setTimeout(() => clocks.add(clock), 0); // once it is in the page
  return node;
}
