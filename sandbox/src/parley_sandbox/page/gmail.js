// The Gmail pane: the list, a thread, and a reply box.
import { clock, el, fill, initials, post, toast } from "./dom.js";

const root = document.getElementById("gmail");
let folder = "INBOX";
let open = null;
let draft = "";
let shown = null;

export function showGmail(state) {
  shown = state;
  const thread = state.gmail.threads.find((t) => t.id === open);
  if (!thread) open = null;
  const focused = document.activeElement?.id === "reply";
  const top = root.querySelector(".scroll")?.scrollTop || 0;
  fill(root, bar(state), thread ? conversation(thread, state) : list(state));
  const scroll = root.querySelector(".scroll");
  if (scroll) scroll.scrollTop = top;
  if (focused) document.getElementById("reply")?.focus();
}

function bar(state) {
  const choose = (name) => () => { folder = name; open = null; showGmail(shown); };
  const unread = state.gmail.threads.filter((t) => t.labels.includes("UNREAD") && t.labels.includes("INBOX")).length;
  const button = (name, label) => el("button", { class: folder === name && !open ? "on" : "", onclick: choose(name) }, label);
  return el("div", { class: "bar" },
    el("div", { class: "title" }, el("span", { class: "m" }, "M"), "Gmail", el("span", { class: "chip" }, state.gmail.email),
      state.gmail.watched ? el("span", { class: "chip good" }, "watched") : null),
    el("div", { class: "tabs" }, button("INBOX", unread ? `Inbox ${unread}` : "Inbox"), button("SENT", "Sent")));
}

const nameOf = (address) => address.replace(/\s*<[^>]*>/, "").replace(/"/g, "") || address;

function list(state) {
  const threads = state.gmail.threads.filter((t) => t.labels.includes(folder));
  if (!threads.length) return el("div", { class: "scroll" }, el("div", { class: "empty" }, el("b", {}, "No mail"), el("p", {}, "Mail that an agent sends you arrives here.")));
  const row = (t) => {
    const last = t.messages[t.messages.length - 1];
    const names = [...new Set(t.messages.map((m) => nameOf(m.labels.includes("SENT") ? "me" : m.from)))].join(", ");
    return el("button", { class: t.labels.includes("UNREAD") ? "row unread" : "row", onclick: () => read(t) },
      el("span", { class: "face" }, initials(names)),
      el("span", { class: "line" }, el("span", { class: "names" }, names, t.messages.length > 1 ? el("small", {}, ` ${t.messages.length}`) : null),
        el("span", { class: "subject" }, t.subject), el("span", { class: "snippet" }, last.snippet)),
      el("time", {}, clock(last.at)));
  };
  return el("div", { class: "scroll list" }, threads.map(row));
}

function read(thread) {
  open = thread.id;
  draft = "";
  showGmail(shown);
  const body = { email: shown.person.email, thread: thread.id };
  post("/gmail/read", body).catch((error) => toast(error.message, true));
}

function conversation(thread, state) {
  return el("div", { class: "scroll thread-view" },
    el("div", { class: "subject-line" }, el("button", { class: "plain", onclick: () => { open = null; showGmail(shown); } }, "←"), el("h2", {}, thread.subject)),
    thread.messages.filter((m) => !m.labels.includes("DRAFT")).map(mail),
    replyBox(thread, state));
}

const frames = new Map();

function mail(m) {
  const dmarc = /dmarc=(\w+)/.exec(m.authentication)?.[1];
  return el("article", { class: "mail" },
    el("div", { class: "head" }, el("span", { class: "face" }, initials(nameOf(m.from))),
      el("div", {}, el("b", {}, nameOf(m.from)), el("small", {}, `to ${m.to}`)),
      dmarc ? el("span", { class: dmarc === "pass" ? "chip good" : "chip bad" }, `dmarc ${dmarc}`) : null,
      el("time", {}, clock(m.at))),
    m.html ? frame(m) : el("pre", { class: "plain-mail" }, m.text));
}

// Kept, so that the frame has its height when the thread is drawn again; no script runs inside.
function frame(m) {
  if (frames.has(m.id)) return frames.get(m.id);
  const node = el("iframe", { sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox", title: "mail" });
  node.addEventListener("load", () => {
    const page = node.contentDocument;
    page.querySelectorAll("a[href]").forEach((a) => { a.target = "_blank"; a.rel = "noopener"; });
    node.style.height = `${page.documentElement.scrollHeight + 4}px`;
  });
  node.srcdoc = `<style>body{margin:0;font:14px/1.5 Arial,sans-serif;color:#222;overflow-wrap:anywhere}</style>${m.html}`;
  frames.set(m.id, node);
  return node;
}

function replyBox(thread, state) {
  const received = thread.messages.filter((m) => m.labels.includes("INBOX"));
  if (!received.length) return null;
  const send = async (event) => {
    event.preventDefault();
    if (!draft.trim()) return;
    try {
      await post("/gmail/reply", { to_message: received[received.length - 1].id, text: draft, from: state.person.email });
      draft = "";
      toast("Reply sent");
      showGmail(shown);
    } catch (error) {
      toast(error.message, true);
    }
  };
  const put = (words) => () => { draft = words; document.getElementById("reply").value = words; document.getElementById("reply").focus(); };
  return el("form", { class: "reply", onsubmit: send },
    el("textarea", { id: "reply", rows: 3, placeholder: "Write a reply…", value: draft, oninput: (e) => { draft = e.target.value; } }),
    el("div", { class: "reply-foot" }, el("button", { class: "send" }, "Send"),
      ["Approve", "Reject"].map((w) => el("button", { type: "button", class: "suggest", onclick: put(w) }, w))));
}
