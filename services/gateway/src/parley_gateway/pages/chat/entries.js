/** What a conversation's thread shows, in its one order. No DOM in here. */
import { isFinal } from "./conversation.js";
import { dayName } from "../shared/time.js";

const TOGETHER_MS = 5 * 60_000; // closer messages of one author share a heading

function shownRequests(conversation) {
  const from = conversation.from ?? 0;
  return [...conversation.requests.values()].filter((r) => r.seq > from || !isFinal(r));
}

function stored(conversation) {
  const of = (kind, items) =>
    items.map((item) => ({
      kind,
      item,
      seq: item.seq,
      at: item.created_at,
      key: `${kind}-${item.id ?? item.seq}`,
    }));
  return [
    ...of("message", [...conversation.messages.values()]),
    ...of("request", shownRequests(conversation)),
    ...of("note", [...conversation.notes.values()]),
  ].sort((a, b) => a.seq - b.seq);
}

function unstored(conversation) {
  return conversation.outgoing.map((item) => ({
    kind: "outgoing",
    item,
    at: item.created_at,
    key: `outgoing-${item.key}`,
  }));
}

const authorOf = (entry, userId) =>
  ({ message: entry.item.author?.id, outgoing: userId })[entry.kind] ?? entry.key;

function continues(entry, before, userId) {
  if (before === undefined || authorOf(entry, userId) !== authorOf(before, userId)) return false;
  return Date.parse(entry.at) - Date.parse(before.at) < TOGETHER_MS;
}

/**
 * The thread as a list of `{kind: message|request|note|outgoing|day, key, item, isFirst}`;
 * `isFirst` says that an author's heading is due.
 */
export function threadEntries(conversation, userId, now) {
  const shown = [];
  let before;
  let day = null;
  for (const entry of [...stored(conversation), ...unstored(conversation)]) {
    const name = dayName(entry.at, now);
    if (name !== day) {
      shown.push({ kind: "day", key: `day-${name}`, name });
      before = undefined;
    }
    shown.push({ ...entry, isFirst: !continues(entry, before, userId) });
    [day, before] = [name, entry];
  }
  return shown;
}
