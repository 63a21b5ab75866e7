// The Slack pane: a direct message with the app, its threads, and the App Home.
import { renderBlocks } from "./blocks.js";
import { el, fill, initials, markup, post, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const root = document.getElementById("slack");
const valuesByMessage = new Map(); // what was typed or picked survives the next drawing
let tab = "messages";
let thread = null;
let shownTab = tab;
let draft = "";
let shown = null;

export function showSlack(state) {
  shown = state;
  const slack = state.slack;
  if (!slack) return fill(root, bar(null), el("p", { class: "empty" }, `${state.person.name} is a mailbox only, not a Slack user.`));
  const focused = document.activeElement?.id === "say";
  const old = shownTab === tab ? root.querySelector(".scroll") : null;
  shownTab = tab;
  const atEnd = !old || old.scrollHeight - old.scrollTop - old.clientHeight < 60;
  fill(root, bar(slack), tab === "home" ? home(slack) : messages(slack), tab === "home" ? null : composer(state));
  const scroll = root.querySelector(".scroll");
  if (scroll && atEnd && tab === "messages") scroll.scrollTop = scroll.scrollHeight;
  else if (scroll && old) scroll.scrollTop = old.scrollTop;
  if (focused) document.getElementById("say").focus();
}

function bar(slack) {
  const choose = (name) => () => {
    tab = name;
    if (name === "home") post("/slack/home", { user: slack.user, team: slack.team }).catch((e) => toast(e.message, true));
    showSlack(shown);
  };
  const button = (name, label) => el("button", { class: tab === name ? "on" : "", onclick: choose(name) }, label);
  const status = slack?.installed ? el("span", { class: "chip good" }, "app installed") : el("span", { class: "chip" }, "app not installed yet");
  return el("div", { class: "bar" },
    el("div", { class: "title" }, el("span", { class: "hash" }, "#"), slack?.teams.length > 1 ? teams(slack) : "Slack",
      slack ? status : null),
    slack ? el("div", { class: "tabs" }, button("messages", "Messages"), button("home", "Home")) : null);
}

function teams(slack) {
  const choose = (event) => document.dispatchEvent(new CustomEvent("team", { detail: slack.teams[event.target.selectedIndex].key }));
  return el("select", { class: "teams", onchange: choose },
    slack.teams.map((t) => el("option", { selected: t.key === slack.team }, t.name)));
}

function messages(slack) {
  const top = slack.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts);
  const replies = (ts) => slack.messages.filter((m) => m.thread_ts === ts && m.ts !== ts);
  const empty = el("div", { class: "empty" }, el("b", {}, "Nothing here yet"),
    el("p", {}, "Questions that an agent asks you over Slack appear here. You can also write to the app below."));
  return el("div", { class: "scroll" }, top.length ? top.map((m) => [message(m, slack),
    replies(m.ts).length ? el("div", { class: "thread" }, replies(m.ts).map((r) => message(r, slack))) : null]) : empty);
}

function message(m, slack) {
  const isApp = Boolean(m.bot_id);
  const name = isApp ? "Parley" : slack.users[m.user] || m.user;
  const at = new Date(Number(m.ts.split(".")[0]) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const body = m.blocks ? renderBlocks(m.blocks, context(m.ts, slack)) : markup(mrkdwn(m.text, slack.users), "text");
  return el("article", { class: m.is_ephemeral ? "msg ephemeral" : "msg", "data-ts": m.ts },
    el("div", { class: isApp ? "face app" : "face" }, isApp ? "P" : initials(name)),
    el("div", { class: "content" },
      el("div", { class: "meta" }, el("b", {}, name), isApp ? el("span", { class: "app-badge" }, "APP") : null,
        el("time", {}, at), m.edited ? el("span", { class: "edited" }, "(edited)") : null,
        m.is_ephemeral ? el("span", { class: "edited" }, "Only visible to you") : null,
        el("button", { class: "link", onclick: () => { thread = m.thread_ts || m.ts; showSlack(shown); document.getElementById("say").focus(); } }, "Reply in thread")),
      body));
}

function context(ts, slack) {
  if (!valuesByMessage.has(ts)) valuesByMessage.set(ts, new Map());
  const values = valuesByMessage.get(ts);
  return { users: slack.users, values, press: (element, block, option) => press(ts, element, block, option) };
}

async function press(ts, element, block, option) {
  const body = {
    ts, action_id: element.action_id, block_id: block.block_id, user: shown.slack.user, team: shown.slack.team,
    inputs: Object.fromEntries(valuesByMessage.get(ts)), ...(option ? { value: option.value } : {}),
  };
  root.querySelectorAll(`[data-ts="${ts}"] .btn`).forEach((b) => { b.disabled = true; });
  try {
    const answer = await post("/slack/click", body);
    if (answer.status !== 200) toast(`The app answered ${answer.status ?? answer.reason}`, true);
  } catch (error) {
    toast(error.message, true);
  }
  root.querySelectorAll(`[data-ts="${ts}"] .btn`).forEach((b) => { b.disabled = false; });
}

function home(slack) {
  if (!slack.home) return el("div", { class: "scroll" }, el("p", { class: "empty" }, "The app has not published a Home tab for you."));
  return el("div", { class: "scroll home" }, renderBlocks(slack.home.blocks, context(slack.home.id, slack)));
}

function composer(state) {
  const send = async (event) => {
    event.preventDefault();
    const words = draft.trim();
    if (!words) return;
    draft = "";
    document.getElementById("say").value = "";
    try {
      // Slack's own client escapes what people type.
      const text = words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
      await post("/slack/say", { user: state.slack.user, team: state.slack.team, text, ...(thread ? { thread_ts: thread } : {}) });
    } catch (error) {
      toast(error.message, true);
    }
    thread = null;
  };
  return el("form", { class: "composer", onsubmit: send },
    thread ? el("button", { type: "button", class: "chip", onclick: () => { thread = null; showSlack(shown); } }, "in thread ✕") : null,
    el("input", { id: "say", autocomplete: "off", placeholder: "Message Parley", value: draft, oninput: (e) => { draft = e.target.value; } }),
    el("button", { class: "send", "aria-label": "Send" }, "➤"));
}
