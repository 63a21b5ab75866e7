/** The frame of the page: the list at the side, the open conversation next to it. */
import { h } from "../../shared/elements.js";
import { goTo } from "../route.js";
import { composer } from "./composer.js";
import { header } from "./header.js";
import { nothingOpen } from "./nothing-open.js";
import { sidebar } from "./sidebar.js";
import { thread } from "./thread.js";

function moveSelection(store, open, step) {
  const ids = [...document.querySelectorAll("[data-session]")].map(
    ({ dataset }) => dataset.session,
  );
  const next = ids[ids.indexOf(store.selectedId) + step];
  if (next !== undefined) open(next);
}

function keyListener(store, open) {
  return (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      moveSelection(store, open, event.key === "ArrowDown" ? 1 : -1);
    }
  };
}

/** The whole page; `show()` brings it up to date with the store. */
export function shell(desk, store, actions) {
  const open = (id) => {
    goTo(id);
    desk.select(id);
  };
  const parts = {
    side: sidebar(store, desk, { ...actions, open }),
    top: header(store, desk, { close: () => open(null) }),
    thread: thread(store, desk),
    composer: composer(store, desk, actions),
    nothing: nothingOpen(store),
  };
  const talk = h("div", { class: "talk" }, parts.top.node, parts.thread.node, parts.composer.node);
  const main = h("main", { class: "main", id: "main", tabindex: "-1" }, talk, parts.nothing.node);
  const node = h(
    "div",
    { class: "shell", onkeydown: keyListener(store, open) },
    h(
      "a",
      {
        class: "skip-link",
        href: "#main",
        onclick: (event) => {
          event.preventDefault(); // the fragment belongs to the open conversation
          main.focus();
        },
      },
      "Skip to the conversation",
    ),
    parts.side.node,
    main,
  );
  const narrow = window.matchMedia("(max-width: 760px)");
  const show = () => {
    const isOpen = store.selected !== null;
    // On a phone the list is all there is until a conversation opens.
    const isListAlone = narrow.matches && !isOpen && store.conversations.size > 0;
    parts.side.node.setAttribute("role", isListAlone ? "main" : "region");
    node.dataset.pane = isOpen ? "talk" : "list";
    talk.hidden = !isOpen;
    parts.nothing.node.hidden = isOpen;
    Object.values(parts).forEach((part) => part.show());
  };
  return { node, show };
}
