/** Asks again and again: every two seconds while it works, ever more slowly while it does not. */

const EVERY_MS = 2000;
const SLOWEST_MS = 30_000;

/** Milliseconds until the next poll after `failures` failed ones in a row. */
export const pauseMs = (failures) => Math.min(SLOWEST_MS, EVERY_MS * 2 ** failures);

/** Calls `poll` (a promise) in turns, never twice at once, and not while the page is hidden. */
export class Poller {
  #poll;
  #onState;
  #timer = 0;
  #failures = 0;
  #isBusy = false;
  #isStopped = false;
  #wantsAgain = false;

  /** `onState({error, nextAt})` hears how each poll went; error is null after a good one. */
  constructor(poll, onState) {
    this.#poll = poll;
    this.#onState = onState;
    this.onVisible = () => {
      if (!document.hidden) this.now();
    };
    document.addEventListener("visibilitychange", this.onVisible);
  }

  /** Stops for good. */
  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  /** Polls at once; when a poll is under way, right after it. */
  now() {
    clearTimeout(this.#timer);
    if (this.#isBusy) this.#wantsAgain = true;
    else void this.#turn();
  }

  async #turn() {
    this.#isBusy = true;
    const error = await this.#poll().then(
      () => null,
      (failure) => failure,
    );
    this.#isBusy = false;
    if (this.#isStopped) return;
    this.#failures = error === null ? 0 : this.#failures + 1;
    const pause = this.#wantsAgain ? 0 : pauseMs(this.#failures);
    this.#wantsAgain = false;
    this.#onState({ error, nextAt: Date.now() + pause });
    if (!document.hidden) this.#timer = setTimeout(() => void this.#turn(), pause);
  }
}
