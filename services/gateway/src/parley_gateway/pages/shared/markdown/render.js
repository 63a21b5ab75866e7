/** Markdown to DOM nodes. Every text becomes a text node, so markup in a message stays text. */
import { h } from "../elements.js";
import { parseBlocks } from "./blocks.js";
import { parseInline } from "./inline.js";

const MAX_LENGTH = 60_000;

const INLINE = {
  text: (node) => node.text,
  code: (node) => h("code", {}, node.text),
  break: () => h("br"),
  group: (node) => inline(node.children),
  strong: (node) => h("strong", {}, inline(node.children)),
  emphasis: (node) => h("em", {}, inline(node.children)),
  link: (node) =>
    h(
      "a",
      {
        href: node.address,
        rel: "noopener noreferrer nofollow",
        target: "_blank",
        title: node.address,
      },
      inline(node.children),
    ),
};

const inline = (nodes) => nodes.map((node) => INLINE[node.kind](node));
const within = (text) => inline(parseInline(text));

function listItem(blocks, isLoose) {
  const isBare = (block) => !isLoose && block.kind === "paragraph";
  return h(
    "li",
    {},
    blocks.map((block) => (isBare(block) ? within(block.text) : build(block))),
  );
}

const BLOCKS = {
  paragraph: (block) => h("p", {}, within(block.text)),
  // A message's headings sit below the page's own.
  heading: (block) => h(`h${Math.min(6, block.level + 1)}`, {}, within(block.text)),
  code: (block) =>
    h("pre", { tabindex: "0", data: { language: block.language } }, h("code", {}, block.text)),
  rule: () => h("hr"),
  quote: (block) => h("blockquote", {}, block.blocks.map(build)),
  list: (block) =>
    h(
      block.isOrdered ? "ol" : "ul",
      block.isOrdered && block.from !== 1 ? { start: block.from } : {},
      block.items.map((item) => listItem(item, block.isLoose)),
    ),
};

const build = (block) => BLOCKS[block.kind](block);

/** A `div.markdown` with the rendered text. */
export function markdown(text) {
  const shown = String(text ?? "").slice(0, MAX_LENGTH);
  return h("div", { class: "markdown", dir: "auto" }, parseBlocks(shown).map(build));
}

function wordsOf(node) {
  if (node.kind === "break") return " ";
  return node.text ?? (node.children ?? []).map(wordsOf).join("");
}

function blockWords(block) {
  if (block.blocks !== undefined) return block.blocks.map(blockWords).join(" ");
  if (block.items !== undefined) return block.items.flat().map(blockWords).join(", ");
  if (block.kind === "code") return block.text;
  return block.text === undefined ? "" : parseInline(block.text).map(wordsOf).join("");
}

/** The words of a text without its markup, for previews and screen readers. */
export function plainWords(text, limit = 160) {
  const words = parseBlocks(String(text ?? "").slice(0, 4000))
    .map(blockWords)
    .join(" ")
    .trim();
  return words.length > limit ? `${words.slice(0, limit - 1)}…` : words;
}
