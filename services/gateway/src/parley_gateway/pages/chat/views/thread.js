/** The open conversation's messages, questions and notes, in one order. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { showList } from "../../shared/keyed.js";
import { feedbackCard } from "../cards/card.js";
import { threadEntries } from "../entries.js";
import { dayDivider, messageView, noteView, outgoingView } from "./message.js";

const NEAR_END_PX = 120;

function deliveriesBySubject(conversation) {
  return Map.groupBy
    ? Map.groupBy(conversation.deliveries.values(), ({ subject_id }) => subject_id)
    : [...conversation.deliveries.values()].reduce(
        (groups, delivery) =>
          groups.set(delivery.subject_id, [...(groups.get(delivery.subject_id) ?? []), delivery]),
        new Map(),
      );
}

/** How each kind of entry becomes a list item; a version that stays the same keeps its node. */
function makers({ store, desk, deliveries }) {
  return {
    day: ({ name }) => ({ version: name, build: () => dayDivider(name) }),
    note: ({ item }) => ({ version: item.seq, build: () => noteView(item, store) }),
    message: ({ item, isFirst }) => {
      const own = deliveries.get(item.id) ?? [];
      return {
        version: `${isFirst}${own.map(({ channel, state }) => channel + state)}`,
        build: () => messageView(item, { isFirst, user: store.user, deliveries: own }),
      };
    },
    outgoing: ({ item, isFirst }) => ({
      version: `${item.state}${isFirst}${store.connection.phase === "open"}`,
      build: () => outgoingView(item, { store, desk, isFirst }),
    }),
    request: ({ item }) => ({
      version: item,
      build: () => feedbackCard(item, { store, desk }),
      refresh: (node) => node.refresh(item),
    }),
  };
}

function typingText({ typing }) {
  const names = [...typing.values()].map(({ name }) => name);
  if (names.length === 0) return "";
  return names.length === 1 ? `${names[0]} is typing…` : `${names.join(" and ")} are typing…`;
}

function statusOf(conversation, retry) {
  if (conversation.loading && conversation.from === null) {
    return h(
      "div",
      { class: "thread-status" },
      h("div", { class: "spinner", role: "status", "aria-label": "Loading messages" }),
    );
  }
  if (conversation.failure !== null) {
    return h(
      "div",
      { class: "thread-status", role: "alert" },
      h("p", {}, conversation.failure),
      h(
        "button",
        { type: "button", class: "button", onclick: retry },
        icon("refresh"),
        "Try again",
      ),
    );
  }
  const isEmpty = conversation.messages.size + conversation.requests.size === 0;
  return isEmpty && conversation.outgoing.length === 0
    ? h(
        "div",
        { class: "thread-status" },
        h("p", {}, "Nothing has been said yet. Write the first message below."),
      )
    : null;
}

/** Follows the end of the thread while the person is there; otherwise offers the way back. */
function endFollower(scroller, inner, jump) {
  let isAtEnd = true;
  const measure = () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    if (isAtEnd) jump.hidden = true;
  };
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  scroller.addEventListener("scroll", measure, { passive: true });
  jump.addEventListener("click", toEnd);
  const observer = new ResizeObserver(() => {
    if (isAtEnd) toEnd();
  });
  observer.observe(scroller); // the composer grows
  observer.observe(inner); // a card shows more than before
  return {
    reset: () => {
      isAtEnd = true;
      toEnd();
    },
    grew: () => {
      if (isAtEnd) toEnd();
      else jump.hidden = false;
    },
  };
}

function olderButton(store, desk, scroller) {
  const button = h(
    "button",
    { type: "button", class: "button older", data: { size: "small" } },
    "Show earlier messages",
  );
  button.addEventListener("click", async () => {
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    button.disabled = true;
    await desk.reader.loadOlder(store.selected);
    button.disabled = false;
    // Older messages push the rest down; what the person looks at stays where it is.
    setTimeout(() => {
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
    }, 40);
  });
  return button;
}

/** The thread. */
export function thread(store, desk) {
  const list = h("ol", { class: "entries", "aria-label": "Messages" });
  const status = h("div", {});
  const typing = h("p", { class: "typing", "aria-live": "polite" });
  const inner = h("div", { class: "thread-inner" });
  const scroller = h(
    "div",
    { class: "thread", tabindex: "0", role: "region", "aria-label": "Conversation" },
    inner,
  );
  const jump = h(
    "button",
    { type: "button", class: "button jump", hidden: true },
    icon("down"),
    "New messages",
  );
  const older = olderButton(store, desk, scroller);
  inner.append(older, status, list, typing);
  const follower = endFollower(scroller, inner, jump);
  let shown = { id: null, lastKey: null };

  const paint = (conversation) => {
    const entries = threadEntries(conversation, store.user.id, Date.now());
    const make = makers({ store, desk, deliveries: deliveriesBySubject(conversation) });
    showList(
      list,
      entries.map((entry) => ({ key: entry.key, ...make[entry.kind](entry) })),
    );
    older.hidden = !(conversation.from > 0);
    const state = statusOf(conversation, () => desk.load(conversation, true));
    status.replaceChildren(...(state === null ? [] : [state]));
    const text = typingText(conversation);
    if (typing.textContent !== text) typing.textContent = text;
    return entries.at(-1)?.key ?? null;
  };
  const show = () => {
    const conversation = store.selected;
    if (conversation === null) return;
    const isOther = shown.id !== conversation.id || shown.lastKey === null;
    if (shown.id !== conversation.id) list.replaceChildren();
    const lastKey = paint(conversation);
    if (isOther) follower.reset();
    else if (lastKey !== shown.lastKey) follower.grew();
    shown = { id: conversation.id, lastKey };
  };
  return { node: h("div", { class: "thread-frame" }, scroller, jump), show };
}
