/** How fast the provider may be asked, and how near its limits are. */
import { h } from "../../shared/elements.js";
import { spanText } from "../../shared/time.js";
import { statePill } from "./parts.js";

const SHARED_BY = { connection: "a connection", recipient: "a person" };

/** "20 in 1 s for a person, 5 at once". */
export function limitText({ scope, count, period_seconds: seconds, burst }) {
  const sharer = SHARED_BY[scope] ?? scope;
  const atOnce = burst > 1 ? `, ${burst} at once` : "";
  return `${count} in ${spanText(seconds * 1000)} for ${sharer}${atOnce}`;
}

function stateOf({ is_active: isActive, next_at: nextAt }, now) {
  if (!isActive) return "dormant";
  return nextAt && Date.parse(nextAt) > now ? "waiting" : "free";
}

function limitRow(limit, now) {
  const state = stateOf(limit, now);
  const wait = state === "waiting" ? ` ${spanText(Date.parse(limit.next_at) - now)}` : "";
  return h(
    "li",
    { title: limitText(limit) },
    h("span", {}, limit.name),
    h("span", { class: "hint" }, limitText(limit)),
    statePill(state),
    wait,
  );
}

/** The limits of a channel or a connection; null when there are none. */
export function pacing(limits, now) {
  if (!Array.isArray(limits) || limits.length === 0) return null;
  return h(
    "div",
    { class: "pacing" },
    h("h3", {}, "Pacing"),
    h(
      "ul",
      {},
      limits.map((limit) => limitRow(limit, now)),
    ),
  );
}
