// Slack's mrkdwn and CommonMark as HTML. Everything that is not made here is escaped.

export function escape(text) {
  const codes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (c) => codes[c]);
}

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", hourglass: "⌛",
  question: "❓", rocket: "🚀", tada: "🎉", thumbsup: "👍", "+1": "👍", "-1": "👎",
  no_entry: "⛔", no_entry_sign: "🚫", bell: "🔔", lock: "🔒", memo: "📝", wave: "👋",
  speech_balloon: "💬", email: "📧", robot_face: "🤖", large_green_circle: "🟢",
  red_circle: "🔴", information_source: "ℹ️", hourglass_flowing_sand: "⏳",
};

export function emoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all);
}

function link(url, label) {
  const safe = /^(https?:|mailto:)/i.test(url) ? url : "#";
  return `<a href="${escape(safe)}" target="_blank" rel="noopener">${label}</a>`;
}

function unescapeSlack(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

// Formats text that is already escaped HTML; code is taken out first so nothing touches it.
function inline(html, rules) {
  const kept = [];
  const keep = (piece) => `\u0000${kept.push(piece) - 1}\u0000`;
  let out = html;
  for (const [pattern, make] of rules) {
    out = out.replace(pattern, (...found) => {
      const made = make(...found);
      return made.startsWith("<code") || made.startsWith("<a") ? keep(made) : made;
    });
  }
  return out.replace(/\u0000(\d+)\u0000/g, (_, i) => kept[Number(i)]);
}

const MRKDWN = [
  [/`([^`\n]+)`/g, (_, code) => `<code>${code}</code>`],
  [/(^|[\s(>])\*([^*\n]+)\*(?=$|[\s.,;:!?)<])/gm, (_, a, b) => `${a}<b>${b}</b>`],
  [/(^|[\s(>])_([^_\n]+)_(?=$|[\s.,;:!?)<])/gm, (_, a, b) => `${a}<i>${b}</i>`],
  [/(^|[\s(>])~([^~\n]+)~(?=$|[\s.,;:!?)<])/gm, (_, a, b) => `${a}<s>${b}</s>`],
];

export function mrkdwn(text, users = {}) {
  const blocks = text.split(/```\n?([\s\S]*?)```/);
  return blocks.map((part, i) => {
    if (i % 2) return `<pre>${escape(unescapeSlack(part))}</pre>`;
    const tokens = (i ? part.replace(/^\n/, "") : part).split(/<([^<>\n]+)>/);
    const html = tokens.map((piece, j) =>
      j % 2 ? token(piece, users) : escape(unescapeSlack(piece))).join("");
    return quotes(emoji(inline(html, MRKDWN))).replace(/\n/g, "<br>");
  }).join("");
}

function token(piece, users) {
  const [target, label] = piece.split("|");
  if (target.startsWith("@")) return `<span class="mention">@${escape(users[target.slice(1)] || target.slice(1))}</span>`;
  if (target.startsWith("!date^")) return escape(date(target, label));
  if (target.startsWith("!")) return `<span class="mention">@${escape((label || target.slice(1)).split("^")[0])}</span>`;
  if (target.startsWith("#")) return `<span class="mention">#${escape(label || target.slice(1))}</span>`;
  return link(unescapeSlack(target), escape(unescapeSlack(label || target)));
}

function quotes(html) {
  return html.replace(/(^|\n)((?:&gt; ?.*(?:\n|$))+)/g, (_, before, lines) =>
    `${before}<blockquote>${lines.replace(/^&gt; ?/gm, "").trimEnd()}</blockquote>`);
}

const MARKDOWN = [
  [/`([^`\n]+)`/g, (_, code) => `<code>${code}</code>`],
  [/!?\[([^\]]*)\]\(([^()\s]+)\)/g, (_, label, url) => link(url.replace(/&amp;/g, "&"), label)],
  [/\*\*([^*]+)\*\*/g, (_, text) => `<b>${text}</b>`],
  [/__([^_]+)__/g, (_, text) => `<b>${text}</b>`],
  [/\*([^*\n]+)\*/g, (_, text) => `<i>${text}</i>`],
  [/\b_([^_\n]+)_\b/g, (_, text) => `<i>${text}</i>`],
  [/~~([^~]+)~~/g, (_, text) => `<s>${text}</s>`],
];

const span = (text) => emoji(inline(escape(text.replace(/\\([\\`*_{}[\]()#+\-.!<>|~])/g, "$1")), MARKDOWN));

export function markdown(text) {
  return text.split(/^```[^\n]*\n([\s\S]*?)^```\s*$/m)
    .map((part, i) => (i % 2 ? `<pre>${escape(part)}</pre>` : prose(part))).join("");
}

function prose(text) {
  return text.trim().split(/\n{2,}/).filter(Boolean).map(paragraph).join("");
}

function paragraph(chunk) {
  const lines = chunk.split("\n");
  const heading = /^(#{1,6})\s+(.*)$/.exec(lines[0]);
  if (heading) return `<h4>${span(heading[2])}</h4>${lines.length > 1 ? prose(lines.slice(1).join("\n")) : ""}`;
  if (lines.every((l) => /^\s*[-*+]\s/.test(l))) return list("ul", lines, /^\s*[-*+]\s+/);
  if (lines.every((l) => /^\s*\d+[.)]\s/.test(l))) return list("ol", lines, /^\s*\d+[.)]\s+/);
  if (lines.every((l) => /^>/.test(l))) return `<blockquote>${prose(lines.map((l) => l.replace(/^> ?/, "")).join("\n"))}</blockquote>`;
  if (lines.length > 1 && /^\s*\|?[\s:|-]+\|?\s*$/.test(lines[1]) && lines[0].includes("|")) return table(lines);
  if (/^(-{3,}|\*{3,})$/.test(chunk.trim())) return "<hr>";
  return `<p>${lines.map(span).join("<br>")}</p>`;
}

function list(tag, lines, bullet) {
  return `<${tag}>${lines.map((l) => `<li>${span(l.replace(bullet, ""))}</li>`).join("")}</${tag}>`;
}

function table(lines) {
  const cells = (line, tag) => line.replace(/^\||\|\s*$/g, "").split("|")
    .map((cell) => `<${tag}>${span(cell.trim())}</${tag}>`).join("");
  const rows = lines.slice(2).map((line) => `<tr>${cells(line, "td")}</tr>`).join("");
  return `<table><tr>${cells(lines[0], "th")}</tr>${rows}</table>`;
}

const DAY = { month: "short", day: "numeric", year: "numeric" };
const DATE_TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { ...DAY, month: "long" },
  date_pretty: { ...DAY, month: "long" },
  date_short: DAY,
  date_short_pretty: DAY,
  date_long: { ...DAY, weekday: "long", month: "long" },
  date_long_pretty: { ...DAY, weekday: "long", month: "long" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** `!date^seconds^{token} text^link`, in the reader's own time zone; the fallback where it is off. */
function date(target, fallback) {
  const [, seconds, text = ""] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback || target;
  return text.replace(/{(\w+)}/g, (whole, token) =>
    token in DATE_TOKENS ? moment.toLocaleString(undefined, DATE_TOKENS[token]) : whole,
  );
}
