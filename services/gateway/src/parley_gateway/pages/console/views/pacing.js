/** How fast the provider may be asked, and how near its limits are. */
import { h } from "../../shared/elements.js";
import { spanText } from "../../shared/time.js";
import { statePill } from "./parts.js";

const SHARED_BY = { connection: "a connection", recipient: "a person" };
const PERIODS = { 1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day" };

/** "20 a minute for a person, 5 at once". */
export function limitText({ scope, count, period_seconds: seconds, burst }) {
  if (count === 0) return "for as long as the provider says";
  const period = PERIODS[seconds] ?? `in ${spanText(seconds * 1000)}`;
  const atOnce = burst > 1 ? `, ${burst} at once` : "";
  return `${count} ${period} for ${SHARED_BY[scope] ?? scope}${atOnce}`;
}

/** What the provider asks for now and then is worth a word only while it holds. */
const isTold = ({ count, is_active: isActive }) => count > 0 || isActive;

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
  const told = (limits ?? []).filter(isTold);
  if (told.length === 0) return null;
  return h(
    "div",
    { class: "pacing" },
    h("h3", {}, "Pacing"),
    h(
      "ul",
      {},
      told.map((limit) => limitRow(limit, now)),
    ),
  );
}
