/** Which events the line brought, and which of them were acknowledged. No DOM in here. */

/**
 * Parley takes acknowledgements only of what it sent on this line; what was read over REST is no
 * news to it.
 */
export class Receipts {
  #heard = new Map();
  #told = new Map();

  /** A new line begins at `resume` (seq by session); acknowledgements may have been lost. */
  begin(resume) {
    this.#heard = new Map(Object.entries(resume));
    this.#told.clear();
  }

  /** The line's welcome: sessions that were not resumed begin at their end. */
  welcome(sessions) {
    for (const { id, last_seq: last } of sessions) {
      if (!this.#heard.has(id)) this.#heard.set(id, last ?? 0);
    }
  }

  /** An event came. */
  note({ session_id: id, seq }) {
    this.#heard.set(id, Math.max(seq, this.#heard.get(id) ?? 0));
  }

  /** The seq to acknowledge for a conversation shown up to its seq; null when it is told. */
  due(id, shown) {
    const seq = Math.min(shown, this.#heard.get(id) ?? 0);
    return seq > (this.#told.get(id) ?? 0) ? seq : null;
  }

  /** It was acknowledged. */
  told(id, seq) {
    this.#told.set(id, seq);
  }
}
