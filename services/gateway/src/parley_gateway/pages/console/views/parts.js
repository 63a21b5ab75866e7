/** Parts that several views of the console use. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { exactTime, momentText, spanText } from "../../shared/time.js";

const TONES = {
  ok: "good",
  connected: "good",
  closed: "good",
  delivered: "good",
  read: "good",
  sent: "good",
  degraded: "warn",
  half_open: "warn",
  parked: "warn",
  unknown: "warn",
  reconnect_needed: "warn",
  not_connected: "plain",
  free: "good",
  waiting: "warn",
  dormant: "plain",
  down: "bad",
  open: "bad",
  dead: "bad",
  revoked: "bad",
};
const WORDS = {
  ok: "Healthy",
  degraded: "Degraded",
  down: "Down",
  not_connected: "Not connected",
  half_open: "half open",
  reconnect_needed: "Connect again",
  connected: "Connected",
  revoked: "Revoked",
  free: "free",
  waiting: "next in",
  dormant: "asleep until it is needed",
};

/** A state as a pill in its colour. */
export const statePill = (state) =>
  h(
    "span",
    { class: "pill", data: { tone: TONES[state] ?? "plain" } },
    WORDS[state] ?? state ?? "unknown",
  );

/** A breaker, and how long an open one stays so. */
export function breakerPill({ breaker, breaker_until: until }) {
  const left = until ? Date.parse(until) - Date.now() : 0;
  const wait = breaker === "open" && left > 0 ? ` for ${spanText(left)}` : "";
  return h("span", {}, statePill(breaker || "closed"), wait);
}

/** An id, short, with all of it at hand. */
export const idView = (id) => h("code", { class: "id", title: id }, id);

/** A time; "–" for none. */
export const timeView = (at) =>
  at ? h("time", { datetime: at, title: exactTime(at) }, momentText(at, Date.now())) : "–";

/** What a list shows while it is loading (null) or when it is empty. */
export function emptyView(items, { title, text, iconName }) {
  if (items === null) {
    return h(
      "div",
      { class: "empty" },
      h("div", { class: "spinner", role: "status", "aria-label": "Loading" }),
    );
  }
  return h("div", { class: "empty" }, icon(iconName), h("h2", {}, title), h("p", {}, text));
}

/** Shows `list` when there are items, otherwise why not. */
export function eitherOr(slot, items, texts, list) {
  const isEmpty = items === null || items.length === 0;
  const next = isEmpty ? `empty-${items === null}` : "list";
  if (slot.dataset.shows === next) return;
  slot.dataset.shows = next;
  slot.replaceChildren(isEmpty ? emptyView(items, texts) : list);
}
