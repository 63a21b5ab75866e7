/** What Parley says over the line, and what the page makes of it. */
import { channelLabel } from "../shared/channels.js";
import { plainWords } from "../shared/markdown/render.js";
import { announce, notify } from "../shared/notice.js";
import { applyEvent, notePresence, noteRead } from "./conversation.js";
import { keepSeen } from "./drafts.js";
import * as outgoing from "./outgoing.js";

const TYPING_MS = 6000;

/** Takes in every frame that is not the answer to a request. */
export class Ears {
  #early = new Map();

  constructor(store, reader, desk) {
    Object.assign(this, { store, reader, desk });
  }

  /** Takes in any frame that is not the answer to a request. */
  hear(frame) {
    if (frame.type === "welcome") this.#welcome(frame);
    else if (frame.type === "event") this.#event(frame);
    else if (frame.type === "typing") this.#typing(frame);
    else if (frame.type === "read") this.#read(frame);
    else if (frame.type === "presence") this.#presence(frame);
    else if (frame.type === "error") notify(frame.message || "Parley reported a problem.", "bad");
    this.store.changed();
  }

  #welcome(frame) {
    this.store.user = frame.user ?? this.store.user;
    this.store.mergeSessions(frame.sessions ?? []);
    this.store.isWelcome = true;
    this.desk.receipts.welcome(frame.sessions ?? []);
    this.desk.sendUnconfirmed();
    void this.#readOn();
  }

  async #readOn() {
    await this.reader.loadAll();
    this.desk.openFirst();
  }

  #event(event) {
    if (event.kind === "channel.health") this.#channelHealth(event.data);
    if (event.kind === "preferences.updated") this.#preferences(event.data);
    if (!event.session_id) return;
    this.desk.receipts.note(event);
    const conversation = this.store.conversations.get(event.session_id);
    if (conversation === undefined) void this.#meet(event);
    else this.#apply(conversation, event);
  }

  /** An event of a conversation that just began: it waits until the conversation is listed. */
  async #meet(event) {
    const waiting = this.#early.get(event.session_id);
    if (waiting !== undefined) {
      waiting.push(event);
      return;
    }
    this.#early.set(event.session_id, [event]);
    await this.reader.refreshSessions();
    const events = this.#early.get(event.session_id);
    this.#early.delete(event.session_id);
    const conversation = this.store.conversations.get(event.session_id);
    if (conversation === undefined) return; // the listing failed; the next event tries again
    events.forEach((early) => this.#apply(conversation, early));
    await this.reader.load(conversation);
    this.desk.acknowledge();
    this.store.changed();
  }

  #apply(conversation, event) {
    const result = applyEvent(conversation, event);
    this.desk.acknowledge();
    if (result === "repeated") return;
    if (result === "gap") void this.reader.load(conversation, true);
    // What came before the page was open is read, not announced.
    if (conversation.from !== null) this.#announce(conversation, event);
  }

  #announce(conversation, event) {
    if (event.kind === "message.created") this.#heardMessage(conversation, event.data);
    if (event.kind === "feedback.requested") this.#heardRequest(event.data);
    if (event.kind === "feedback.resolved") this.#heardEnd(event.data);
    if (event.kind === "feedback.reminded") this.#heardReminder(conversation, event.data);
  }

  #heardMessage(conversation, message) {
    conversation.typing.delete(message.author?.id);
    if (message.author?.id === this.store.user?.id) outgoing.settle(conversation, message);
    else announce(`${message.author?.name ?? "Parley"}: ${plainWords(message.text)}`);
  }

  #heardRequest(request) {
    announce(`New question: ${plainWords(request.prompt)}`);
  }

  #heardReminder(conversation, { request_id: id, user_ids: ids = [] }) {
    const request = conversation.requests.get(id);
    if (request !== undefined && ids.includes(this.store.user?.id))
      announce(`Reminder: ${plainWords(request.prompt)}`);
  }

  #heardEnd(request) {
    const { user_name: name, channel, user_id } = request.response ?? {};
    if (request.status !== "answered") announce(`A question was ${request.status}.`);
    else if (user_id !== this.store.user?.id) {
      announce(`${name || "Somebody"} answered a question by ${channelLabel(channel)}.`);
    }
  }

  #channelHealth(state) {
    this.store.channels = this.store.channels.map((known) =>
      known.channel === state.channel ? { ...known, ...state } : known,
    );
  }

  #preferences({ user_id, channels, quiet_hours = null }) {
    if (user_id === this.store.user?.id) this.store.preferences = { channels, quiet_hours };
  }

  /** Another tab or device of this person, or somebody else in the conversation. */
  #read({ session_id: id, user_id: userId, seq }) {
    const conversation = this.store.conversations.get(id);
    if (conversation === undefined) return;
    const isMe = userId === this.store.user?.id;
    noteRead(conversation, userId, seq, isMe);
    if (isMe) keepSeen(id, conversation.seen);
  }

  #presence({ user_id: userId, is_present: isPresent }) {
    for (const conversation of this.store.conversations.values())
      notePresence(conversation, userId, isPresent);
  }

  #typing({ session_id, user_id = "someone", name = "Someone" }) {
    const conversation = this.store.conversations.get(session_id);
    if (conversation === undefined || user_id === this.store.user?.id) return;
    conversation.typing.set(user_id, { name, until: Date.now() + TYPING_MS });
    setTimeout(() => {
      const current = conversation.typing.get(user_id);
      if (current !== undefined && current.until <= Date.now()) conversation.typing.delete(user_id);
      this.store.changed();
    }, TYPING_MS + 50);
  }
}
