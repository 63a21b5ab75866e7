/** One conversation and how events change it. No DOM, no network, no clock in here. */

const FINAL = new Set(["answered", "expired", "cancelled"]);

/** A conversation of which only the listing is known. */
export function conversationFrom(session) {
  return {
    ...session,
    seq: 0, // the last event that was applied, without a gap
    from: null, // history is complete after this seq; null until it is loaded
    loading: false,
    failure: null,
    messages: new Map(),
    requests: new Map(),
    deliveries: new Map(),
    notes: new Map(),
    outgoing: [],
    typing: new Map(),
    seen: 0,
  };
}

/** True when nobody can answer the request any more. */
export const isFinal = (request) => FINAL.has(request.status);

/** True when this person is asked and can answer. */
export function isWaitingFor(request, userId) {
  if (isFinal(request) || request.myAnswer !== undefined) return false;
  if (request.on_behalf_of === userId) return false;
  return !request.respondents?.length || request.respondents.includes(userId);
}

/** Adds a message; repeats change nothing. */
export function addMessage(conversation, message) {
  conversation.messages.set(message.id, message);
}

/** Adds or renews a request. An end is never undone by an older copy. */
export function addRequest(conversation, request) {
  const known = conversation.requests.get(request.id);
  if (known !== undefined && isFinal(known) && !isFinal(request)) return;
  const seq = request.seq ?? known?.seq ?? 0;
  conversation.requests.set(request.id, { ...known, ...request, seq });
}

function updateCard(conversation, delivery) {
  const request = conversation.requests.get(delivery.subject_id);
  if (delivery.kind !== "card" || request === undefined) return;
  const { id, channel, state, user_id } = delivery;
  const others = (request.cards ?? []).filter((card) => card.delivery_id !== id);
  const card = { channel, state, user_id, delivery_id: id };
  conversation.requests.set(request.id, { ...request, cards: [...others, card] });
}

const APPLY = {
  "message.created": (conversation, { data }) => addMessage(conversation, data),
  "feedback.requested": (conversation, { data, seq }) =>
    addRequest(conversation, { ...data, seq: data.seq || seq }),
  "feedback.resolved": (conversation, { data }) => addRequest(conversation, data),
  "feedback.reminded": (conversation, { data, created_at: at }) => {
    const request = conversation.requests.get(data.request_id);
    if (request !== undefined) addRequest(conversation, { ...request, reminded_at: at });
  },
  "delivery.updated": (conversation, { data }) => {
    conversation.deliveries.set(data.id, data);
    updateCard(conversation, data);
  },
  "channel.switched": (conversation, { seq, data, created_at }) => {
    conversation.channel = data.channel;
    conversation.notes.set(seq, { seq, created_at, ...data });
  },
};

/**
 * Applies an event. Answers "applied", "repeated" (it was known) or "gap": events before it are
 * missing, so history has to be read again. The event itself is applied in that case too.
 */
export function applyEvent(conversation, event) {
  if (event.seq <= conversation.seq) return "repeated";
  const hasGap = conversation.seq > 0 && event.seq > conversation.seq + 1;
  APPLY[event.kind]?.(conversation, event);
  conversation.seq = event.seq;
  conversation.last_seq = Math.max(conversation.last_seq ?? 0, event.seq);
  return hasGap ? "gap" : "applied";
}

const isNews = (conversation, userId) => (item) =>
  item.seq > conversation.seen && item.author?.id !== userId;

/** How far somebody has read in the web chat; their own tabs follow, others may see it. */
export function noteRead(conversation, userId, seq, isMe) {
  const participants = conversation.participants ?? [];
  conversation.participants = participants.map((person) =>
    person.user_id === userId
      ? { ...person, read_seq: Math.max(person.read_seq ?? 0, seq) }
      : person,
  );
  if (isMe) conversation.seen = Math.max(conversation.seen, seq);
}

/** Somebody came or left. */
export function notePresence(conversation, userId, isPresent) {
  conversation.participants = (conversation.participants ?? []).map((person) =>
    person.user_id === userId ? { ...person, is_present: isPresent } : person,
  );
}

/** How far this person had read when the listing was made; 0 when never in the web chat. */
export const readSeqOf = ({ participants = [] }, userId) =>
  participants.find(({ user_id: id }) => id === userId)?.read_seq ?? 0;

/** How many messages and questions of others the person has not seen. */
export function unreadCount(conversation, userId) {
  const isNew = isNews(conversation, userId);
  const messages = [...conversation.messages.values()].filter(isNew);
  return messages.length + [...conversation.requests.values()].filter(isNew).length;
}

/** The requests that wait for this person, oldest first. */
export function waitingRequests(conversation, userId) {
  const all = [...conversation.requests.values()];
  return all.filter((request) => isWaitingFor(request, userId)).sort((a, b) => a.seq - b.seq);
}

/** The latest message or question, or undefined. */
export function latestItem(conversation) {
  const items = [...conversation.messages.values(), ...conversation.requests.values()];
  return items.reduce((a, b) => (a === undefined || b.seq > a.seq ? b : a), undefined);
}

/** When something happened last in a conversation, RFC 3339. */
export const activityAt = (conversation) =>
  latestItem(conversation)?.created_at ?? conversation.created_at;

const newestFirst = (a, b) => Date.parse(activityAt(b)) - Date.parse(activityAt(a));

/** Conversations with the newest activity first. */
export const byActivity = (conversations) => [...conversations].sort(newestFirst);

/** Conversations whose questions wait for this person first, then by activity. */
export function byUrgency(conversations, userId) {
  const isAsking = (conversation) => Number(waitingRequests(conversation, userId).length > 0);
  return byActivity(conversations).sort((a, b) => isAsking(b) - isAsking(a));
}
