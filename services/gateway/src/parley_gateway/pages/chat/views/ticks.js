/** How far a message came on each channel. */
import { h, spoken } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { channelLabel } from "../../shared/channels.js";

const STATES = {
  queued: { icon: "clock", text: "waiting to be sent" },
  sending: { icon: "clock", text: "being sent" },
  sent: { icon: "check", text: "sent" },
  delivered: { icon: "checks", text: "delivered", tone: "good" },
  read: { icon: "checks", text: "read", tone: "good" },
  parked: { icon: "pause", text: "on hold until it can be delivered", tone: "warn" },
  unknown: { icon: "question", text: "not known whether it arrived", tone: "warn" },
  dead: { icon: "alert", text: "could not be delivered", tone: "bad" },
  cancelled: { icon: "close", text: "not needed any more" },
};

/** One channel with how far it came. */
export function tick({ channel, state, explanation }) {
  const { icon: name, text, tone } = STATES[state] ?? { icon: "question", text: state };
  return h(
    "span",
    { class: "tick", data: { tone }, title: explanation || `${channelLabel(channel)}: ${text}` },
    icon(name),
    channelLabel(channel),
    spoken(`: ${text}`),
  );
}

/** The ticks of all deliveries of a message; null when there are none to show. */
export function ticks(deliveries) {
  const own = deliveries.filter(({ kind }) => kind !== "webhook" && kind !== "update");
  return own.length === 0 ? null : h("span", { class: "ticks" }, own.map(tick));
}
