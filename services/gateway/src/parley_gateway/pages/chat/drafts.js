/** What survives a reload, in this browser: drafts, words on their way, how far one read. */
import { forgetAll, recall, recallAll, remember } from "../shared/storage.js";

const draftKey = (sessionId) => `parley.draft.${sessionId}`;
const seenKey = (sessionId) => `parley.seen.${sessionId}`;
const outgoingKey = (sessionId) => `parley.outgoing.${owner}.${sessionId}.`;

let owner = "";

/** Whose page it is: what one person left to be sent is never sent as another. */
export function ownedBy(userId) {
  owner = userId;
}

/** The draft of a conversation, or "". */
export const readDraft = (sessionId) => recall(draftKey(sessionId)) ?? "";

/** Keeps a draft; "" forgets it. */
export const keepDraft = (sessionId, text) => remember(draftKey(sessionId), text);

/** Up to which seq this person saw a conversation; null when never in this browser. */
export function readSeen(sessionId) {
  const text = recall(seenKey(sessionId));
  return text === null ? null : Number(text) || 0;
}

/** Keeps up to which seq it was seen. */
export const keepSeen = (sessionId, seq) => remember(seenKey(sessionId), String(seq));

/** Keeps a message that is on its way; each by itself, so that two tabs never undo each other. */
export const keepOutgoing = (sessionId, { key, text, created_at }) =>
  remember(outgoingKey(sessionId) + key, JSON.stringify({ key, text, created_at }));

/** It arrived, or is not wanted any more. */
export const forgetOutgoing = (sessionId, key) => remember(outgoingKey(sessionId) + key, null);

/**
 * What an earlier visit handed over and nobody confirmed. Whether Parley has it is not known, so it
 * is sent again; its key makes sure that it is stored once.
 */
export function readOutgoing(sessionId) {
  const items = recallAll(outgoingKey(sessionId)).map((text) => JSON.parse(text));
  items.sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  return items.map((item) => ({ ...item, state: "unconfirmed" }));
}

/** Forgets what a signed-out person left behind. */
export function forgetPerson() {
  forgetAll("parley.draft.");
  forgetAll("parley.seen.");
  forgetAll(`parley.outgoing.${owner}.`);
}
