/** Puts the chat together: store, desk, line and views. */
import { call, read, RefusedError } from "../shared/http.js";
import { unreadCount, waitingRequests } from "./conversation.js";
import { Desk } from "./desk.js";
import { forgetPerson, ownedBy } from "./drafts.js";
import { Ears } from "./ears.js";
import { Line } from "./line.js";
import { Reader } from "./reader.js";
import { goTo, routedSession } from "./route.js";
import { Store } from "./store.js";
import { shell } from "./views/shell.js";

const socketUrl = () =>
  `${window.location.protocol === "https:" ? "wss:" : "ws:"}//${window.location.host}/ws`;

function showTitle({ conversations, user }) {
  const all = [...conversations.values()];
  const count = all.reduce(
    (sum, conversation) =>
      sum +
      Math.max(unreadCount(conversation, user.id), waitingRequests(conversation, user.id).length),
    0,
  );
  document.title = count > 0 ? `(${count}) Parley` : "Parley";
}

/** A refused line may mean that the cookie is over: only a 401 is sure. */
async function isSignedOut() {
  try {
    await read("/api/browser-session");
    return false;
  } catch (error) {
    return error instanceof RefusedError && error.status === 401;
  }
}

function makeLine(ears, desk, store, onSignedOut) {
  return new Line(socketUrl(), {
    greet: () => {
      const resume = store.resumePoints();
      desk.receipts.begin(resume);
      return { type: "hello", resume };
    },
    onFrame: (frame) => ears.hear(frame),
    onPhase: (connection) => {
      store.connection = connection;
      store.changed();
    },
    onRefused: async () => {
      if (await isSignedOut()) onSignedOut("Your sign-in has ended. Your drafts are kept.");
    },
  });
}

function listen(store, desk, line) {
  const listening = new AbortController();
  const on = (target, name, listener) =>
    target.addEventListener(name, listener, { signal: listening.signal });
  on(window, "popstate", () => desk.select(routedSession()));
  on(window, "online", () => line.open());
  on(document, "visibilitychange", () => {
    if (document.hidden) return;
    line.open();
    desk.acknowledge();
    store.changed();
  });
  return () => listening.abort();
}

/** Runs the chat in `page` for a signed-in user until they sign out. */
export function startChat(page, user, { onSignedOut }) {
  const store = new Store();
  store.user = user;
  ownedBy(user.id);
  const reader = new Reader(store);
  const desk = new Desk(store, reader);
  const ears = new Ears(store, reader, desk);
  let isOver = false;
  const end = (reason) => {
    if (isOver) return;
    isOver = true;
    line.close();
    stopListening();
    document.title = "Parley";
    onSignedOut(reason);
  };
  const line = makeLine(ears, desk, store, end);
  const stopListening = listen(store, desk, line);
  const signOut = async () => {
    forgetPerson();
    await call("DELETE", "/api/browser-session").catch(() => null);
    goTo(null, { isReplacing: true });
    end("You are signed out.");
  };
  desk.line = line;
  store.selectedId = routedSession();
  const view = shell(desk, store, { signOut, reconnect: () => line.open() });
  page.replaceChildren(view.node);
  store.onChange(() => {
    if (!isOver) {
      view.show();
      showTitle(store);
    }
  });
  view.show();
  line.open();
  void reader.readSurroundings(user.id);
}
