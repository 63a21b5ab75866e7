/** Where the person writes. The draft is kept at every key, so nothing is lost on the way. */
import { h, freshId } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { keepDraft, readDraft } from "../drafts.js";

const TYPING_EVERY_MS = 3000;
const LONGEST = 40_000;

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`;
}

function hintText({ phase }) {
  if (phase === "open") return "Enter sends, Shift + Enter makes a new line. Markdown works.";
  return "Not connected. What you send waits in this browser and goes out when the line is back.";
}

function typingHint(store, desk) {
  let last = 0;
  return () => {
    if (Date.now() - last < TYPING_EVERY_MS || store.selected === null) return;
    last = Date.now();
    desk.hintTyping(store.selected);
  };
}

/** The composer of the open conversation. */
export function composer(store, desk) {
  const id = freshId("composer");
  const area = h("textarea", {
    class: "composer-text",
    id,
    rows: "1",
    maxlength: LONGEST,
    placeholder: "Write a message",
    "aria-describedby": `${id}-hint`,
    dir: "auto",
  });
  const button = h(
    "button",
    { class: "send-button", "aria-label": "Send", title: "Send" },
    icon("arrow"),
  );
  const hint = h("p", { class: "composer-hint", id: `${id}-hint` });
  const noteTyping = typingHint(store, desk);
  let shownId = null;
  const canSend = () => area.value.trim() !== "";
  const send = (event) => {
    event?.preventDefault();
    if (!canSend() || store.selected === null) return;
    void desk.say(store.selected, area.value.trim());
    area.value = "";
    keepDraft(store.selectedId, "");
    fit(area);
    show();
    area.focus();
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  });
  area.addEventListener("input", () => {
    keepDraft(store.selectedId, area.value);
    noteTyping();
    fit(area);
    show();
  });
  const show = () => {
    if (store.selectedId !== shownId) {
      shownId = store.selectedId;
      area.value = shownId === null ? "" : readDraft(shownId);
      queueMicrotask(() => fit(area)); // the height is known once the area is in the page
    }
    button.disabled = !canSend();
    hint.textContent = hintText(store.connection);
    hint.dataset.tone = store.connection.phase === "open" ? "plain" : "warn";
  };
  const node = h(
    "form",
    { class: "composer", onsubmit: send },
    h("label", { class: "spoken", for: id }, "Message"),
    h("div", { class: "composer-box" }, area, button),
    hint,
  );
  return { node, show };
}
