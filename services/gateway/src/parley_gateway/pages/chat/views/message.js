/** One message, a note between messages, the name of a day. */
import { h, spoken } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { channelBadge, channelLabel } from "../../shared/channels.js";
import { markdown } from "../../shared/markdown/render.js";
import { clockTime, exactTime } from "../../shared/time.js";
import * as outgoing from "../outgoing.js";
import { avatar } from "../../shared/avatar.js";
import { ticks } from "./ticks.js";

const timeView = (at) => h("time", { datetime: at, title: exactTime(at) }, clockTime(at));

function heading(message) {
  const name = message.author?.name || "Parley";
  return h(
    "div",
    { class: "message-head" },
    h("bdi", { class: "message-author" }, name),
    message.author?.kind === "agent" ? h("span", { class: "agent-tag" }, "Agent") : null,
    timeView(message.created_at),
    message.channel && message.channel !== "api" ? channelBadge(message.channel) : null,
  );
}

/** A message of somebody else: an author, and what they say. */
function theirs(message, { isFirst, deliveries }) {
  const { kind, name } = message.author ?? {};
  return h(
    "li",
    { class: "message theirs", data: { first: isFirst } },
    isFirst ? avatar(name ?? "Parley", kind ?? "user") : h("span", { class: "avatar-space" }),
    h(
      "div",
      { class: "message-body" },
      isFirst ? heading(message) : spoken(`${name}, ${clockTime(message.created_at)}: `),
      markdown(message.text),
      ticks(deliveries),
    ),
  );
}

/** A message of our own: a bubble at the right. */
function mine(message, { isFirst, deliveries }) {
  const hasOther = message.channel && message.channel !== "websocket";
  return h(
    "li",
    { class: "message mine", data: { first: isFirst } },
    h("div", { class: "bubble" }, spoken("You: "), markdown(message.text)),
    h(
      "div",
      { class: "message-foot" },
      hasOther ? channelBadge(message.channel) : null,
      timeView(message.created_at),
      h("span", { class: "tick", title: "Stored by Parley" }, icon("check"), spoken("Stored")),
      ticks(deliveries),
    ),
  );
}

/** A stored message. */
export function messageView(message, context) {
  const isMine = message.author?.id === context.user.id;
  return (isMine ? mine : theirs)(message, context);
}

const OUTGOING = {
  sending: { icon: "clock", text: "Sending…" },
  stored: { icon: "check", text: "Stored" },
  unconfirmed: {
    icon: "clock",
    text: "Waits for the line. It is sent as soon as Parley answers, and only once.",
  },
  refused: { icon: "alert", text: "Not sent." },
};

function recovery(item, { store, desk }) {
  const conversation = store.selected;
  const canTry = store.connection.phase === "open";
  const again = () => desk.sendAgain(conversation, item);
  const discard = () => {
    outgoing.drop(conversation, item.key);
    store.changed();
  };
  return h(
    "span",
    { class: "recovery" },
    canTry && h("button", { type: "button", class: "link-button", onclick: again }, "Send again"),
    canTry && " or ",
    h(
      "button",
      { type: "button", class: "link-button", onclick: discard },
      canTry ? "discard" : "Discard",
    ),
  );
}

/** A message of our own that is still on its way, or did not make it. */
export function outgoingView(item, { store, desk, isFirst }) {
  const { icon: name, text } = OUTGOING[item.state];
  const isStuck = item.state === "unconfirmed" || item.state === "refused";
  const reason = item.state === "refused" ? ` ${item.reason}` : "";
  return h(
    "li",
    { class: "message mine", data: { first: isFirst, state: item.state } },
    h("div", { class: "bubble" }, markdown(item.text)),
    h(
      "div",
      { class: "message-foot", role: item.state === "refused" ? "alert" : null },
      icon(name),
      isStuck ? text + reason : spoken(text),
      isStuck ? recovery(item, { store, desk }) : null,
    ),
  );
}

/** A conversation moved to another channel. */
export function noteView({ channel, by, created_at }, { user }) {
  const who = by?.id === user.id ? "You" : by?.name || "Somebody";
  const where = channel ? `to ${channelLabel(channel)}` : "back to each person's own order";
  const text = ` moved the conversation ${where} · `;
  return h("li", { class: "note" }, h("bdi", {}, who), text, timeView(created_at));
}

/** "Today", between the messages of two days. */
export const dayDivider = (name) => h("li", { class: "day" }, h("span", {}, name));
