// Small DOM builders: text always goes in as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

export function markup(html, className) {
  const node = el("div", { class: className });
  node.innerHTML = html; // only from mrkdwn.js, which escapes everything it did not make itself
  return node;
}

export function toast(message, bad = false) {
  const node = el("div", { class: bad ? "toast bad" : "toast" }, message);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 4500);
}

// A dialog over everything; resolves to whether it was confirmed.
export function ask({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const answer = (value) => () => { root.remove(); resolve(value); };
    const root = el("div", { class: "veil over" }, el("div", { class: "dialog slack small", role: "alertdialog" },
      el("h2", {}, title), el("div", { class: "dialog-body" }, text),
      el("div", { class: "dialog-foot" },
        el("button", { type: "button", class: "btn", onclick: answer(false) }, deny),
        el("button", { type: "button", class: `btn ${style || "primary"}`, onclick: answer(true) }, confirm))));
    document.body.append(root);
    root.querySelector(".dialog-foot .btn:last-child").focus();
  });
}

export async function post(path, body, method = "POST") {
  const response = await fetch(path, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `HTTP ${response.status}`);
  return answer;
}

export function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function initials(name) {
  return name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();
}
