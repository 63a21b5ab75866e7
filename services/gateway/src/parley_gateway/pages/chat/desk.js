/** What the person does: opening, saying, answering. Changes the store, and tells Parley. */
import { notify } from "../shared/notice.js";
import { byUrgency, isFinal } from "./conversation.js";
import { keepSeen } from "./drafts.js";
import { LineLostError } from "./line.js";
import * as outgoing from "./outgoing.js";
import { goTo } from "./route.js";

/** The person's actions; `line` is set once it is made. */
export class Desk {
  line = null;
  #acked = new Map();
  #lastKey = 0;
  #hasOpened = false;

  constructor(store, reader) {
    this.store = store;
    this.reader = reader;
  }

  /** Opens a conversation (null closes it). */
  select(sessionId) {
    this.store.selectedId = sessionId;
    const conversation = this.store.selected;
    if (conversation !== null) void this.load(conversation);
    this.acknowledge();
    this.store.changed();
  }

  /** Opens the most urgent conversation, once, where the list stays next to it. */
  openFirst() {
    this.acknowledge();
    const isFirst = !this.#hasOpened && this.store.selectedId === null;
    this.#hasOpened = true;
    if (!isFirst || !window.matchMedia("(min-width: 761px)").matches) return;
    const [first] = byUrgency([...this.store.conversations.values()], this.store.user.id);
    if (first === undefined) return;
    goTo(first.id, { isReplacing: true });
    this.select(first.id);
  }

  /** Reads a conversation, if that is still to be done, and acknowledges what it then shows. */
  async load(conversation, isAgain = conversation.failure !== null) {
    await this.reader.load(conversation, isAgain);
    this.acknowledge();
  }

  /** Tells Parley what was shown: the open conversation, if the page can be seen. */
  acknowledge() {
    const conversation = this.store.selected;
    if (conversation === null || conversation.from === null || document.hidden) return;
    const { id, seq } = conversation;
    if (conversation.seen < seq) keepSeen(id, (conversation.seen = seq));
    if ((this.#acked.get(id) ?? 0) >= seq) return;
    if (this.line?.send({ type: "ack", session_id: id, seq })) this.#acked.set(id, seq);
  }

  /** Says something; the thread shows it at once and what became of it. */
  async say(conversation, text) {
    this.#lastKey += 1;
    const key = `${Date.now()}-${this.#lastKey}`;
    outgoing.begin(conversation, { key, text, createdAt: new Date().toISOString() });
    this.store.changed();
    try {
      await this.line.request({ type: "message.send", session_id: conversation.id, text });
      outgoing.confirm(conversation, key);
    } catch (error) {
      const isLost = error instanceof LineLostError;
      outgoing.fail(conversation, key, { isLost, reason: error.message });
    }
    this.store.changed();
  }

  /** Answers a question. Resolves to null, or to the error that the card shows. */
  async answer(request, { value, comment }) {
    const conversation = this.store.conversations.get(request.session_id);
    const known = () => conversation.requests.get(request.id);
    const frame = { type: "feedback.respond", request_id: request.id, value };
    try {
      await this.line.request(comment ? { ...frame, comment } : frame);
      conversation.requests.set(request.id, { ...known(), myAnswer: value });
      return null;
    } catch (error) {
      if (error.code === "already_decided") {
        conversation.requests.set(request.id, { ...known(), wasLate: true });
      }
      return isFinal(known()) ? null : error;
    } finally {
      this.store.changed();
    }
  }

  /** Moves the conversation to another channel; "" goes back to each person's order. */
  async switchChannel(conversation, channel) {
    try {
      await this.line.request({
        type: "channel.switch",
        session_id: conversation.id,
        channel: channel || null,
      });
      conversation.channel = channel;
    } catch (error) {
      notify(error.message, "bad");
    }
    this.store.changed();
  }

  /** Keeps the person's order of channels; resolves to whether it was kept. */
  async prefer(channels) {
    try {
      await this.line.request({ type: "preferences.update", channels });
      this.store.preferences = { ...this.store.preferences, channels };
      notify("Your channel order is saved.");
      return true;
    } catch (error) {
      notify(error.message, "bad");
      return false;
    } finally {
      this.store.changed();
    }
  }

  /** Lets the others know that the person is typing. */
  hintTyping(conversation) {
    this.line?.send({ type: "typing", session_id: conversation.id });
  }
}
