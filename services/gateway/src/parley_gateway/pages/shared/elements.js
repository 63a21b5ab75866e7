/** Builds DOM from data. Children are nodes or text, so untrusted text can never become markup. */

const isNothing = (value) => value === null || value === undefined || value === false;

function setAttribute(node, name, value) {
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "value" || name === "checked") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

function decorate(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (!isNothing(value)) setAttribute(node, name, value);
  }
  node.append(...children.flat(3).filter((child) => !isNothing(child)));
  return node;
}

/** An HTML element; `on…` attributes are listeners, `data` is the dataset. */
export function h(tag, attributes = {}, ...children) {
  return decorate(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return decorate(
    document.createElementNS("http://www.w3.org/2000/svg", tag),
    attributes,
    children,
  );
}

/** Text that only screen readers get. */
export function spoken(text) {
  return h("span", { class: "spoken" }, text);
}

let lastId = 0;

/** An id for `aria-describedby` and the like, unique in this page. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
