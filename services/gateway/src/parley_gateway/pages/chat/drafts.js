/** Drafts survive reconnects and reloads: one per conversation, in this browser only. */
import { forgetAll, recall, remember } from "../shared/storage.js";

const key = (sessionId) => `parley.draft.${sessionId}`;
const seenKey = (sessionId) => `parley.seen.${sessionId}`;

/** The draft of a conversation, or "". */
export const readDraft = (sessionId) => recall(key(sessionId)) ?? "";

/** Keeps a draft; "" forgets it. */
export const keepDraft = (sessionId, text) => remember(key(sessionId), text);

/** Up to which seq this person saw a conversation; null when never in this browser. */
export function readSeen(sessionId) {
  const text = recall(seenKey(sessionId));
  return text === null ? null : Number(text) || 0;
}

/** Keeps up to which seq it was seen. */
export const keepSeen = (sessionId, seq) => remember(seenKey(sessionId), String(seq));

/** Forgets what a signed-out person left behind. */
export function forgetPerson() {
  forgetAll("parley.draft.");
  forgetAll("parley.seen.");
}
