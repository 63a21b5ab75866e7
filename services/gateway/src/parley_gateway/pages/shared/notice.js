/** Short notices that come and go at the edge of the page, and what screen readers hear. */
import { h } from "./elements.js";
import { icon } from "./icons.js";

const tray = h("div", { class: "notices" });
const voice = h("div", { class: "spoken", role: "status", "aria-live": "polite" });
const alarm = h("div", { class: "spoken", role: "alert" });

/** Puts the tray and the live regions into the page; once. */
export function mountNotices() {
  document.body.append(tray, voice, alarm);
}

/** Says something to screen readers only. */
export function announce(text) {
  voice.textContent = ""; // the same text twice is announced twice
  setTimeout(() => {
    voice.textContent = text;
  }, 50);
}

/** Shows a notice for some seconds; `tone` is "plain" or "bad". */
export function notify(text, tone = "plain") {
  const close = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Dismiss" },
    icon("close"),
  );
  const notice = h("div", { class: "notice", data: { tone } }, h("span", {}, text), close);
  close.addEventListener("click", () => notice.remove());
  tray.append(notice);
  if (tone === "bad") alarm.textContent = text;
  else announce(text);
  setTimeout(() => notice.remove(), tone === "bad" ? 9000 : 5000);
}
