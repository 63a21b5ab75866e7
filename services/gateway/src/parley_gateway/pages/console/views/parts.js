/** Parts that several views of the console use. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { exactTime, momentText } from "../../shared/time.js";

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
};

/** A state as a pill in its colour. */
export const statePill = (state) =>
  h(
    "span",
    { class: "pill", data: { tone: TONES[state] ?? "plain" } },
    WORDS[state] ?? state ?? "unknown",
  );

/** A state's words. */
export const stateWords = (state) => WORDS[state] ?? state;

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
