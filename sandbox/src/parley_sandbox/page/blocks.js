// Block Kit as DOM. `ctx` = { users, press(element, block, option), values: Map, errors }.
import { ask, el, markup } from "./dom.js";
import { emoji, escape, markdown, mrkdwn } from "./mrkdwn.js";

export function renderBlocks(blocks, ctx) {
  return el("div", { class: "blocks" }, (blocks || []).map((block) => render(block, ctx)));
}

export function text(object, ctx) {
  if (object.type === "mrkdwn") return markup(mrkdwn(object.text, ctx.users), "text");
  return el("div", { class: "text plain" }, emoji(object.text));
}

const KINDS = {
  section: (b, ctx) => el("div", { class: "section" },
    el("div", { class: "body" }, b.text ? text(b.text, ctx) : null,
      b.fields ? el("div", { class: "fields" }, b.fields.map((f) => text(f, ctx))) : null),
    b.accessory ? el("div", { class: "accessory" }, element(b.accessory, b, ctx)) : null),
  header: (b) => el("div", { class: "header" }, emoji(b.text.text)),
  divider: () => el("hr"),
  context: (b, ctx) => el("div", { class: "context" }, b.elements.map((e) =>
    e.type === "image" ? el("img", { src: e.image_url, alt: e.alt_text }) : text(e, ctx))),
  actions: (b, ctx) => el("div", { class: "actions" }, b.elements.map((e) => element(e, b, ctx))),
  image: (b) => el("figure", {}, b.title ? el("figcaption", {}, b.title.text) : null,
    el("img", { src: b.image_url, alt: b.alt_text })),
  markdown: (b) => markup(markdown(b.text), "text markdown"),
  rich_text: (b, ctx) => markup(b.elements.map((e) => rich(e, ctx)).join(""), "text"),
  table: (b, ctx) => el("table", {}, b.rows.map((row, i) => el("tr", {}, row.map((cell) =>
    el(i ? "td" : "th", {}, cell.type === "raw_text" ? cell.text
      : markup(cell.elements.map((e) => rich(e, ctx)).join(""), "text")))))),
  input: (b, ctx) => el("label", { class: "input" },
    el("span", { class: "label" }, b.label.text, b.optional ? el("small", {}, " (optional)") : null),
    element(b.element, b, ctx),
    b.hint ? el("small", {}, b.hint.text) : null,
    ctx.errors?.[b.block_id] ? el("span", { class: "error" }, ctx.errors[b.block_id]) : null),
};

function render(block, ctx) {
  const kind = KINDS[block.type];
  return kind ? kind(block, ctx) : el("div", { class: "unknown" }, `[${block.type}]`);
}

function rich(e, ctx) {
  const inner = () => (e.elements || []).map((child) => rich(child, ctx)).join("");
  const styled = (html) => Object.entries({ bold: "b", italic: "i", strike: "s", code: "code" })
    .reduce((out, [name, tag]) => (e.style?.[name] ? `<${tag}>${out}</${tag}>` : out), html);
  switch (e.type) {
    case "rich_text_section": return `<span>${inner()}</span>`;
    case "rich_text_preformatted": return `<pre>${inner()}</pre>`;
    case "rich_text_quote": return `<blockquote>${inner()}</blockquote>`;
    case "rich_text_list": {
      const tag = e.style === "ordered" ? "ol" : "ul";
      return `<${tag}>${e.elements.map((c) => `<li>${rich(c, ctx)}</li>`).join("")}</${tag}>`;
    }
    case "link": return styled(mrkdwn(`<${e.url}|${(e.text || e.url).replace(/[<>|]/g, "")}>`));
    case "user": return mrkdwn(`<@${e.user_id}>`, ctx.users);
    case "emoji": return emoji(`:${escape(e.name)}:`);
    default: return styled(escape(e.text || "").replace(/\n/g, "<br>"));
  }
}

// Action ids are unique within a block only.
const keyOf = (e, block) => (block.type === "input" ? block.block_id : e.action_id);
const optionsOf = (e) => [...(e.options || []), ...(e.option_groups || []).flatMap((g) => g.options)];

function element(e, block, ctx) {
  if (e.type === "button") return button(e, block, ctx);
  if (e.type === "image") return el("img", { class: "thumb", src: e.image_url, alt: e.alt_text });
  if (["static_select", "external_select", "overflow"].includes(e.type)) return select(e, block, ctx);
  if (["radio_buttons", "checkboxes", "multi_static_select"].includes(e.type)) return boxes(e, block, ctx);
  return field(e, block, ctx);
}

// Whether the person means it, where the app wants to be sure.
async function isMeant(e) {
  if (!e.confirm) return true;
  const { title, text, confirm, deny, style } = e.confirm;
  return ask({ title: title.text, text: text.text, confirm: confirm.text, deny: deny.text, style });
}

function button(e, block, ctx) {
  const go = async () => {
    if (e.url) window.open(e.url, "_blank", "noopener");
    if (await isMeant(e)) ctx.press(e, block);
  };
  return el("button", { type: "button", class: `btn ${e.style || ""}`, onclick: go }, emoji(e.text.text));
}

function select(e, block, ctx) {
  const options = optionsOf(e);
  const chosen = ctx.values.get(keyOf(e, block)) ?? e.initial_option?.value;
  const pick = async (event) => {
    const option = options[event.target.selectedIndex - 1];
    if (!option) return;
    ctx.values.set(keyOf(e, block), option.value);
    if (block.type !== "input" && await isMeant(e)) ctx.press(e, block, option);
  };
  const shown = (o) => el("option", { selected: o.value === chosen }, emoji(o.text.text));
  return el("select", { onchange: pick },
    el("option", {}, e.placeholder?.text || (e.type === "overflow" ? "⋯" : "Select…")),
    (e.options || []).map(shown),
    (e.option_groups || []).map((g) => el("optgroup", { label: g.label.text }, g.options.map(shown))));
}

function boxes(e, block, ctx) {
  const single = e.type === "radio_buttons";
  const initial = (e.initial_options || [e.initial_option]).filter(Boolean).map((o) => o.value);
  const chosen = new Set([ctx.values.get(keyOf(e, block)) ?? initial].flat());
  const change = (option) => (event) => {
    if (single) chosen.clear();
    if (event.target.checked) chosen.add(option.value); else chosen.delete(option.value);
    ctx.values.set(keyOf(e, block), single ? option.value : [...chosen]);
    if (block.type !== "input") ctx.press(e, block, option);
  };
  return el("div", { class: "boxes" }, optionsOf(e).map((o) => el("label", {},
    el("input", { type: single ? "radio" : "checkbox", name: keyOf(e, block), checked: chosen.has(o.value), onchange: change(o) }),
    " ", emoji(o.text.text))));
}

const TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local", number_input: "number",
  email_text_input: "email", url_text_input: "url" };

// Seconds since 1970, which a datetimepicker speaks, as the browser's field shows them, and back.
function localTime(seconds) {
  const moment = new Date(seconds * 1000);
  return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const secondsOf = (text) => (text ? Math.floor(new Date(text).getTime() / 1000) : "");

function field(e, block, ctx) {
  const key = keyOf(e, block), isMoment = e.type === "datetimepicker";
  const given = ctx.values.get(key) ?? e.initial_value ?? e.initial_date ?? e.initial_time ?? e.initial_date_time ?? "";
  const keep = (event) => {
    ctx.values.set(key, isMoment ? secondsOf(event.target.value) : event.target.value);
    if (block.type !== "input" && event.type === "change") ctx.press(e, block);
  };
  const common = { placeholder: e.placeholder?.text, maxlength: e.max_length, oninput: keep, onchange: keep,
    value: isMoment && given ? localTime(given) : given, "data-focus": e.focus_on_load };
  if (e.multiline) return el("textarea", { rows: 4, ...common });
  return el("input", { type: TYPES[e.type] || "text", step: e.is_decimal_allowed ? "any" : null, ...common });
}
