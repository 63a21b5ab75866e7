// Polls the sandbox's state and hands each part to the pane that shows it.
import { el, fill, initials, post, toast } from "./dom.js";
import { showGmail } from "./gmail.js";
import { showModal } from "./modal.js";
import { showSlack } from "./slack.js";
import { showFaults, showJournal } from "./tools.js";

const POLL_MS = 600;
const seen = {};
let person = localStorage.getItem("person") || "ann@example.com";
let team = "";
let tag = "";

// Draws a part only when it has changed, so that typing and scrolling are left alone.
function part(name, value, draw) {
  const text = JSON.stringify(value);
  if (seen[name] === text) return;
  seen[name] = text;
  draw();
}

function show(state) {
  document.getElementById("parley").href = state.parley_url;
  part("people", [state.people, person], () => showPeople(state.people));
  part("slack", [state.slack && { ...state.slack, modal: null }, state.person], () => showSlack(state));
  part("modal", state.slack?.modal, () => showModal(state.slack?.modal, state.slack));
  part("gmail", [state.gmail, state.person], () => showGmail(state));
  part("faults", state.faults, () => showFaults(state.faults));
  part("journal", state.journal.map((e) => e.n), () => showJournal(state.journal));
}

function showPeople(people) {
  const choose = (email) => () => {
    person = email;
    localStorage.setItem("person", email);
    poll();
  };
  fill(document.getElementById("people"), people.map((p) => el("button", { class: p.email === person ? "on" : "", title: p.email, onclick: choose(p.email) },
    el("span", { class: "face" }, initials(p.name)), p.name)));
}

async function poll() {
  const asked = person;
  const url = `/page/state?person=${encodeURIComponent(asked)}&team=${encodeURIComponent(team)}`;
  const response = await fetch(url, { headers: { "if-none-match": tag }, cache: "no-store" })
    .catch(() => null);
  document.body.classList.toggle("offline", !response?.ok && response?.status !== 304);
  if (!response?.ok || asked !== person) return;
  tag = response.headers.get("etag");
  show(await response.json());
}

document.getElementById("reset").addEventListener("click", async () => {
  if (!confirm("Empty the conversations, mailboxes, journal and faults? Connections stay.")) return;
  await post("/reset", {});
  toast("Reset");
});

document.addEventListener("team", (event) => {
  team = event.detail;
  poll();
});

async function run() {
  await poll().catch((error) => console.error(error));
  setTimeout(run, POLL_MS);
}
run();
