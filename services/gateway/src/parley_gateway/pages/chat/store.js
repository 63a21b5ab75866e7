/** What the page knows, and who wants to hear that it changed. */
import { conversationFrom, readSeqOf } from "./conversation.js";
import { readOutgoing, readSeen } from "./drafts.js";

const FRAME_MS = 16; // one repaint for a burst of frames

/** The page's state. Views read it; the desk, the ears and the reader change it. */
export class Store {
  user = null;
  conversations = new Map();
  selectedId = null;
  connection = { phase: "connecting" };
  channels = [];
  preferences = null;
  timezone = null;
  isWelcome = false;
  #listeners = [];
  #timer = 0;

  /** Calls `listener` after changes, at most once a frame. */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** Something changed: the views are told soon. */
  changed() {
    if (this.#timer !== 0) return;
    // Not requestAnimationFrame: that sleeps in a hidden tab, and the title counts what is unread.
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#listeners.forEach((listener) => listener(this));
    }, FRAME_MS);
  }

  /** The conversation that is open, or null. */
  get selected() {
    return this.conversations.get(this.selectedId) ?? null;
  }

  /**
   * Takes in a listing of sessions; what is known of them stays. Those of the first listing that
   * this person never saw here count as seen: a list full of "unread" tells nobody anything.
   */
  mergeSessions(sessions) {
    for (const session of sessions) {
      const known = this.conversations.get(session.id);
      const lastSeq = Math.max(known?.last_seq ?? 0, session.last_seq ?? 0);
      if (known === undefined) this.#add({ ...session, last_seq: lastSeq });
      else {
        Object.assign(known, session, { last_seq: lastSeq });
        known.seen = Math.max(known.seen, readSeqOf(session, this.user?.id));
      }
    }
  }

  #add(session) {
    const conversation = conversationFrom(session);
    const known = Math.max(readSeen(session.id) ?? 0, readSeqOf(session, this.user?.id));
    conversation.seen = known || (this.isWelcome ? 0 : session.last_seq);
    conversation.outgoing = readOutgoing(session.id);
    this.conversations.set(session.id, conversation);
  }

  /** The last applied seq of every conversation: where a new line resumes. */
  resumePoints() {
    const all = [...this.conversations.values()];
    const known = all.filter(({ seq, from }) => seq > 0 || from !== null);
    return Object.fromEntries(known.map(({ id, seq }) => [id, seq]));
  }
}
