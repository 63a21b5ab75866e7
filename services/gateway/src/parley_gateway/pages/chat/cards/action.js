/** The action that an approval releases, readable: names and values instead of JSON. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { actionEditor } from "./editor.js";
import { readableName } from "./names.js";

const MAX_DEPTH = 4;

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function scalar(value) {
  if (value === null) return h("span", { class: "value-none" }, "none");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  const text = String(value);
  return h("span", { class: text.includes("\n") ? "value-lines" : "", dir: "auto" }, text);
}

function valueView(value, depth) {
  if (depth >= MAX_DEPTH && typeof value === "object") return h("code", {}, JSON.stringify(value));
  if (Array.isArray(value)) {
    return value.length === 0
      ? h("span", { class: "value-none" }, "none")
      : h(
          "ul",
          { class: "values" },
          value.map((item) => h("li", {}, valueView(item, depth + 1))),
        );
  }
  return isRecord(value) ? recordView(value, depth + 1) : scalar(value);
}

/** A record as a list of names and values; `labels` may name some of them better. */
export function recordView(record, depth = 0, labels = {}) {
  return h(
    "dl",
    { class: "record" },
    Object.entries(record).map(([name, value]) =>
      h(
        "div",
        {},
        h("dt", {}, labels[name] ?? readableName(name)),
        h("dd", {}, valueView(value, depth)),
      ),
    ),
  );
}

/** The exact JSON, for who wants to see what a program sees. */
function exactView(action, digest) {
  return h(
    "details",
    {},
    h("summary", {}, "Exact content"),
    h("pre", { tabindex: "0" }, h("code", {}, JSON.stringify(action, null, 2))),
    digest ? h("p", { class: "digest" }, "SHA-256 ", h("code", {}, digest)) : null,
  );
}

/** An action for people. */
export const actionText = (action) =>
  isRecord(action) ? recordView(action) : valueView(action, 0);

const isNothing = (action) => action === undefined || action === null || action === "";

function editButton(onclick) {
  const words = h("span", {});
  const attributes = { type: "button", class: "button", data: { size: "small" }, onclick };
  const node = h("button", attributes, icon("pencil"), words);
  return {
    node,
    show: (isEditing) => (words.textContent = isEditing ? "Discard changes" : "Edit"),
  };
}

/**
 * What happens on approval, with the exact JSON behind it; `node` is null without an action. Who
 * may change it gets a button; `lock()` takes it away.
 */
export function actionPanel({ action, digest, allow_edit: allowsEdit }) {
  const body = h("div", { class: "action-body" });
  const tools = h("div", { class: "action-tools" });
  const listeners = [];
  let editor = null;
  const show = () => body.replaceChildren(...(editor ? [editor.node] : plain));
  const plain = isNothing(action) ? [] : [actionText(action), exactView(action, digest)];
  const toggle = () => {
    editor = editor === null ? actionEditor(action) : null;
    show();
    edit.show(editor !== null);
    listeners.forEach((listener) => listener(editor !== null));
    if (editor !== null) editor.node.querySelector("input, textarea")?.focus();
  };
  const edit = editButton(toggle);
  if (allowsEdit && actionEditor(action) === null) tools.append(TOO_LARGE);
  else if (allowsEdit) tools.append(edit.node);
  edit.show(false);
  show();
  const head = h("div", { class: "action-head" }, h("h2", {}, "What happens"), tools);
  return {
    node: isNothing(action) ? null : h("div", { class: "action" }, head, body),
    isEditing: () => editor !== null,
    read: () => editor.read(),
    onToggle: (listener) => listeners.push(listener),
    lock: () => {
      editor = null;
      show();
      tools.replaceChildren();
    },
  };
}

const TOO_LARGE = "It has numbers too large to edit here.";
