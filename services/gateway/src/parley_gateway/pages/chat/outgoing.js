/** Messages on their way out, until the event log confirms them. No DOM, no network in here. */
import { forgetOutgoing, keepOutgoing } from "./drafts.js";

const CLOCK_SLACK_MS = 5000; // this computer's clock and the server's differ a little

/** A message that was just handed to the line; Parley stores one message a `key`. */
export function begin(conversation, { key, text, createdAt }) {
  const item = { key, text, created_at: createdAt, state: "sending" };
  conversation.outgoing = [...conversation.outgoing, item];
  keepOutgoing(conversation.id, item);
}

function change(conversation, key, values) {
  conversation.outgoing = conversation.outgoing.map((item) =>
    item.key === key ? { ...item, ...values } : item,
  );
}

/** It is tried again. */
export function retry(conversation, key) {
  change(conversation, key, { state: "sending" });
}

/** Those of which nobody knows whether they were stored. */
export const unconfirmed = (conversation) =>
  conversation.outgoing.filter(({ state }) => state === "unconfirmed");

/** Parley committed it as this message; its event will follow, or came already. */
export function confirm(conversation, key, messageId) {
  forgetOutgoing(conversation.id, key);
  if (conversation.messages.has(messageId)) drop(conversation, key);
  else change(conversation, key, { state: "stored" });
}

/** Parley refused it, or (`isLost`) the line broke and nobody knows yet. */
export function fail(conversation, key, { isLost, reason }) {
  change(conversation, key, { state: isLost ? "unconfirmed" : "refused", reason });
}

/** Forgets it. */
export function drop(conversation, key) {
  conversation.outgoing = conversation.outgoing.filter((item) => item.key !== key);
  forgetOutgoing(conversation.id, key);
}

/** History was read: what it holds of ours, written after the attempt, is done. */
export function settleAll(conversation, userId) {
  const known = [...conversation.messages.values()].filter(({ author }) => author?.id === userId);
  for (const { key, text, created_at } of conversation.outgoing) {
    const began = Date.parse(created_at) - CLOCK_SLACK_MS;
    const isStored = known.some((m) => m.text === text && Date.parse(m.created_at) >= began);
    if (isStored) drop(conversation, key);
  }
}

/** The event of one of our own messages arrived: the oldest with this text is done. */
export function settle(conversation, message) {
  const done = conversation.outgoing.find(
    (item) => item.text === message.text && item.state !== "refused",
  );
  if (done !== undefined) drop(conversation, done.key);
}
