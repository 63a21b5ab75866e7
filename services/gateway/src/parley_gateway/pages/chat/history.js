/** Reads what was said before this page was open. */
import { listIn, query, read } from "../shared/http.js";
import { addMessage, addRequest } from "./conversation.js";

const WINDOW = 400; // events back from the newest; most of them are messages or their deliveries

const messagesPath = (id, after, limit) => `/api/sessions/${id}/messages${query({ after, limit })}`;

/** Reads all messages with after < seq <= until. */
async function readMessages(conversation, after, until) {
  let last = after;
  while (last < until) {
    const answer = await read(messagesPath(conversation.id, last, 200));
    const [page, more] = [listIn(answer), answer.has_more];
    page.filter((m) => m.seq <= until).forEach((m) => addMessage(conversation, m));
    if (!more || page.length === 0) return;
    last = page.at(-1).seq;
  }
}

async function readRequests(conversation) {
  const path = `/api/feedback-requests${query({ session_id: conversation.id, limit: 200 })}`;
  const page = await read(path);
  listIn(page).forEach((request) => addRequest(conversation, request));
}

/** How far earlier messages came; an event that arrived meanwhile is newer than this reading. */
async function readDeliveries(conversation) {
  const path = `/api/deliveries${query({ session_id: conversation.id, limit: 500 })}`;
  for (const delivery of listIn(await read(path))) {
    if (!conversation.deliveries.has(delivery.id)) {
      conversation.deliveries.set(delivery.id, delivery);
    }
  }
}

/** Reads the newest part of a conversation, or what a gap left out. */
export async function loadNewest(conversation) {
  const until = conversation.last_seq ?? 0;
  const from = Math.max(0, conversation.from ?? until - WINDOW);
  await Promise.all([
    readMessages(conversation, from, Number.MAX_SAFE_INTEGER),
    readRequests(conversation),
    readDeliveries(conversation).catch(() => null), // ticks are a comfort; the words are not
  ]);
  conversation.from = from;
  conversation.seq = Math.max(conversation.seq, until);
}

/** Reads one window further back; windows without a message are skipped. */
export async function loadEarlier(conversation) {
  const known = conversation.messages.size;
  while (conversation.from > 0 && conversation.messages.size === known) {
    const from = Math.max(0, conversation.from - WINDOW);
    await readMessages(conversation, from, conversation.from);
    conversation.from = from;
  }
}
