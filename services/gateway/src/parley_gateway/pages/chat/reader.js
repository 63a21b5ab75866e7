/** Reads over REST what the line does not bring: history, sessions, channels, preferences. */
import { listIn, read } from "../shared/http.js";
import { notify } from "../shared/notice.js";
import { loadEarlier, loadNewest } from "./history.js";
import { settleAll } from "./outgoing.js";

const PREFETCHED = 20; // conversations whose preview is read in the background

/** Fills the store. */
export class Reader {
  constructor(store) {
    this.store = store;
  }

  /** Loads a conversation's newest part; again with `isAgain`. */
  async load(conversation, isAgain = false) {
    if (conversation.loading || (conversation.from !== null && !isAgain)) return;
    Object.assign(conversation, { loading: true, failure: null });
    this.store.changed();
    try {
      await loadNewest(conversation);
      settleAll(conversation, this.store.user?.id);
    } catch (error) {
      conversation.failure = error.message;
    }
    conversation.loading = false;
    this.store.changed();
  }

  /** Loads one window of older messages. */
  async loadOlder(conversation) {
    try {
      await loadEarlier(conversation);
    } catch (error) {
      notify(error.message, "bad");
    }
    this.store.changed();
  }

  /** Reads the list of sessions again: a new one appeared. */
  async refreshSessions() {
    try {
      this.store.mergeSessions(listIn(await read("/api/sessions")));
    } catch (error) {
      notify(error.message, "bad");
    }
    this.store.changed();
  }

  /** Reads the channels and the person's order of them. Neither is vital. */
  async readSurroundings(userId) {
    const [channels, preferences, user] = await Promise.allSettled([
      read("/api/channels"),
      read(`/api/users/${userId}/preferences`),
      read(`/api/users/${userId}`),
    ]);
    if (channels.status === "fulfilled") this.store.channels = listIn(channels.value);
    if (preferences.status === "fulfilled") this.store.preferences = preferences.value;
    if (user.status === "fulfilled") this.store.timezone = user.value.timezone;
    this.store.changed();
  }

  /** Loads the open conversation, then the newest others, for their previews. */
  async loadAll() {
    if (this.store.selected !== null) await this.load(this.store.selected);
    const rest = [...this.store.conversations.values()].filter(({ from }) => from === null);
    rest.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
    for (const conversation of rest.slice(0, PREFETCHED)) await this.load(conversation);
  }
}
