/** The list of conversations, and who is signed in. */
import { h, spoken } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { showList } from "../../shared/keyed.js";
import { plainWords } from "../../shared/markdown/render.js";
import { themeButton } from "../../shared/theme.js";
import { briefTime } from "../../shared/time.js";
import {
  activityAt,
  byActivity,
  latestItem,
  unreadCount,
  waitingRequests,
} from "../conversation.js";
import { avatar } from "../../shared/avatar.js";
import { connectionPill } from "./connection.js";
import { demoPanel } from "./demo.js";
import { preferencesDialog } from "./preferences.js";
import { brand } from "./sign-in.js";

/** What a conversation is called. */
export const titleOf = ({ title, agent }) => title || agent?.name || "Conversation";

function previewOf(conversation, userId) {
  const item = latestItem(conversation);
  if (item === undefined) return "No messages yet";
  if (item.prompt !== undefined) return plainWords(item.prompt, 90);
  const isMine = item.author?.id === userId;
  return (isMine ? "You: " : "") + plainWords(item.text, 90);
}

function badges(waiting, unread) {
  if (waiting > 0) {
    return h(
      "span",
      { class: "count", data: { tone: "ask" } },
      String(waiting),
      spoken(waiting === 1 ? " question waits for you" : " questions wait for you"),
    );
  }
  return unread > 0 ? h("span", { class: "count" }, String(unread), spoken(" unread")) : null;
}

function row(conversation, store, open) {
  const userId = store.user.id;
  const waiting = waitingRequests(conversation, userId).length;
  const unread = unreadCount(conversation, userId);
  const isOpen = conversation.id === store.selectedId;
  const [title, at] = [titleOf(conversation), briefTime(activityAt(conversation), Date.now())];
  const preview = previewOf(conversation, userId);
  return {
    key: conversation.id,
    version: [title, at, preview, waiting, unread, isOpen].join("\u0000"),
    build: () =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "session",
            data: { session: conversation.id },
            "aria-current": isOpen ? "true" : null,
            onclick: () => open(conversation.id),
          },
          avatar(conversation.agent?.name ?? "?", "agent"),
          h(
            "span",
            { class: "session-words" },
            h(
              "span",
              { class: "session-top" },
              h("bdi", { class: "session-title" }, title),
              h("span", { class: "session-time" }, at),
            ),
            h(
              "span",
              { class: "session-bottom", data: { strong: unread > 0 || waiting > 0 } },
              h("bdi", { class: "session-preview" }, preview),
              badges(waiting, unread),
            ),
          ),
        ),
      ),
  };
}

function footer(store, { signOut, openPreferences }) {
  const name = h("bdi", { class: "me-name" });
  const button = (label, iconName, onclick) =>
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label, onclick },
      icon(iconName),
    );
  const face = h("span", {});
  const node = h(
    "div",
    { class: "me" },
    face,
    name,
    button("Where to reach me", "sliders", openPreferences),
    themeButton(),
    button("Sign out", "leave", signOut),
  );
  const show = () => {
    name.textContent = store.user.name;
    face.replaceChildren(avatar(store.user.name, "user"));
  };
  return { node, show };
}

/** The side of the page. */
export function sidebar(store, desk, { open, signOut, reconnect }) {
  const preferences = preferencesDialog(store, desk);
  const pill = connectionPill(store, reconnect);
  const list = h("ul", { class: "sessions" });
  const hint = h("p", { class: "sessions-hint" });
  const demo = demoPanel();
  const me = footer(store, { signOut, openPreferences: preferences.open });
  const node = h(
    "div",
    { class: "sidebar", "aria-label": "List and settings" },
    h("div", { class: "sidebar-top" }, brand("h1"), pill.node),
    h("nav", { class: "sidebar-list", "aria-label": "Conversations" }, list, hint),
    demo.node,
    me.node,
    preferences.node,
  );
  const show = () => {
    const all = byActivity([...store.conversations.values()]);
    showList(
      list,
      all.map((conversation) => row(conversation, store, open)),
    );
    hint.hidden = all.length > 0;
    hint.textContent = store.isWelcome ? "No conversations yet." : "Loading conversations…";
    [pill, me].forEach((part) => part.show());
  };
  return { node, show };
}
