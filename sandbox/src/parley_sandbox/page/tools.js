// The fault knobs and the tail of the journal.
import { el, fill, post, toast } from "./dom.js";

const faultRoot = document.getElementById("faults");
const journalRoot = document.getElementById("journal");
const PRESETS = [
  ["slack", "down", {}, "Slack down"],
  ["slack", "rate_limit", { seconds: 10 }, "Slack 429, 10 s"],
  ["slack", "drop_after_accept", { count: 1 }, "Slack loses 1 answer"],
  ["gmail", "down", {}, "Gmail down"],
  ["gmail", "error", { count: 3 }, "Gmail 3 × 503"],
  ["gmail", "drop_after_accept", { count: 1 }, "Gmail loses 1 answer"],
];
const KINDS = ["rate_limit", "error", "drop_after_accept", "latency", "down"];

const act = (work) => work.catch((error) => toast(error.message, true));

export function showFaults(faults) {
  const details = faultRoot.querySelector("details")?.open;
  fill(faultRoot, el("h3", {}, "Faults", faults.length ? el("button", { class: "link", onclick: () => act(post("/faults", undefined, "DELETE")) }, "clear all") : null),
    el("div", { class: "presets" }, PRESETS.map(preset(faults))),
    faults.map(active), el("details", { open: details }, el("summary", {}, "More"), form()));
}

const preset = (faults) => ([channel, kind, more, label]) => {
  const on = faults.find((f) => f.channel === channel && f.kind === kind);
  const toggle = () => act(on ? post(`/faults/${on.id}`, undefined, "DELETE") : post("/faults", { channel, kind, ...more }));
  return el("button", { class: on ? "preset on" : "preset", onclick: toggle }, label);
};

function active(fault) {
  const parts = [fault.kind.replaceAll("_", " "), fault.call, fault.count === null ? "" : `${fault.count} left`,
    fault.probability < 1 ? `${Math.round(fault.probability * 100)} %` : ""];
  return el("div", { class: "fault" }, el("span", { class: `dot ${fault.channel}` }), `${fault.channel}: ${parts.filter(Boolean).join(", ")}`,
    el("button", { class: "plain", onclick: () => act(post(`/faults/${fault.id}`, undefined, "DELETE")) }, "✕"));
}

function form() {
  const add = (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ""));
    for (const name of ["count", "seconds", "probability"]) if (name in given) given[name] = Number(given[name]);
    act(post("/faults", given));
  };
  const number = (name, placeholder, step) => el("input", { name, type: "number", min: 0, step, placeholder });
  return el("form", { class: "fault-form", onsubmit: add },
    el("select", { name: "channel" }, ["slack", "gmail"].map((c) => el("option", {}, c))),
    el("select", { name: "kind" }, KINDS.map((k) => el("option", {}, k))),
    el("input", { name: "call", placeholder: "call, e.g. chat.update" }),
    number("count", "count", 1), number("seconds", "seconds", "any"), number("probability", "0–1", "any"),
    el("button", { class: "btn" }, "Add"));
}

const expanded = new Set();

export function showJournal(entries) {
  const row = (entry) => {
    const node = el("details", { class: "entry", open: expanded.has(entry.n) },
      el("summary", {}, el("span", { class: `dot ${entry.channel}` }), el("b", {}, entry.call),
        el("span", { class: outcome(entry.outcome) }, shortened(entry.outcome)),
        el("time", {}, entry.at.slice(11, 19))),
      el("pre", {}, JSON.stringify(entry.mail ? { mail: entry.mail, ...entry.body } : entry.body, null, 1)));
    node.addEventListener("toggle", () => { if (node.open) expanded.add(entry.n); else expanded.delete(entry.n); });
    return node;
  };
  const top = journalRoot.querySelector(".entries")?.scrollTop || 0;
  fill(journalRoot, el("h3", {}, "Journal", el("a", { class: "link", href: "/journal", target: "_blank" }, "JSON")),
    el("div", { class: "entries" }, entries.length ? entries.map(row) : el("p", { class: "empty" }, "No calls yet.")));
  journalRoot.querySelector(".entries").scrollTop = top;
}

const shortened = (word) => ({ ok: "", dropped: "lost" })[word] ?? word.replace("fault:", "");
const outcome = (word) => (word === "ok" ? "ok" : word === "dropped" ? "outcome warn" : "outcome bad");
