/** What the person does: opening, saying, answering. Changes the store, and tells Parley. */
import { notify } from "../shared/notice.js";
import { addRequest, byUrgency, isFinal } from "./conversation.js";
import { keepSeen } from "./drafts.js";
import { LineLostError } from "./line.js";
import * as outgoing from "./outgoing.js";
import { Receipts } from "./receipts.js";
import { goTo } from "./route.js";

const ACK_MS = 80; // a replay of many events is acknowledged at once

/** 128 random bits; `crypto.randomUUID` is missing on plain http. */
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How a request ended, as the refusal of a late answer tells. */
function endIn({ details: { request_status: status, response } }) {
  return response ? { status: "answered", response } : status ? { status } : {};
}

/** The person's actions; `line` is set once it is made. */
export class Desk {
  line = null;
  receipts = new Receipts();
  #shown = new Map(); // up to which seq, by session
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
    if (this.#shown.size === 0) setTimeout(() => this.#tell(), ACK_MS);
    this.#shown.set(id, seq); // what comes once another is open was not shown
  }

  #tell() {
    for (const [id, shown] of this.#shown) {
      const seq = this.receipts.due(id, shown);
      const frame = { type: "ack", session_id: id, seq };
      if (seq !== null && this.line.send(frame)) this.receipts.told(id, seq);
    }
    this.#shown.clear();
  }

  /** Says something; the thread shows it at once and what became of it. */
  async say(conversation, text) {
    const item = { key: freshKey(), text, createdAt: new Date().toISOString() };
    outgoing.begin(conversation, item);
    await this.#send(conversation, item);
  }

  /** Tries a message again; its key makes sure that Parley stores it once, however often we ask. */
  async sendAgain(conversation, item) {
    outgoing.retry(conversation, item.key);
    await this.#send(conversation, item);
  }

  /** The line is back: whatever was not confirmed is sent again. */
  sendUnconfirmed() {
    for (const conversation of this.store.conversations.values()) {
      for (const item of outgoing.unconfirmed(conversation))
        void this.sendAgain(conversation, item);
    }
  }

  async #send(conversation, { key, text }) {
    const frame = { session_id: conversation.id, text, idempotency_key: key };
    this.store.changed();
    try {
      const { data } = await this.line.request({ type: "message.send", ...frame });
      outgoing.confirm(conversation, key, data?.id);
    } catch (error) {
      const isLost = error instanceof LineLostError;
      outgoing.fail(conversation, key, { isLost, reason: error.message });
    }
    this.store.changed();
  }

  /** Answers a question. Resolves to null, or to the error that the card shows. */
  async answer(request, { value, comment, ...more }) {
    const conversation = this.store.conversations.get(request.session_id);
    const known = () => conversation.requests.get(request.id);
    // The digest binds the answer to what this card showed.
    const frame = { request_id: request.id, value, digest: request.digest, ...more };
    if (comment) frame.comment = comment;
    try {
      const { data } = await this.line.request({ type: "feedback.respond", ...frame });
      addRequest(conversation, { ...known(), ...data, myAnswer: value });
      return null;
    } catch (error) {
      if (error.code === "already_decided") {
        addRequest(conversation, { ...known(), ...endIn(error), wasLate: true });
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

  /** Keeps how the person wants to be reached; resolves to whether it was kept. */
  async prefer({ channels, quiet_hours }) {
    try {
      await this.line.request({ type: "preferences.update", channels, quiet_hours });
      this.store.preferences = { channels, quiet_hours };
      notify("Your choice is saved.");
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
