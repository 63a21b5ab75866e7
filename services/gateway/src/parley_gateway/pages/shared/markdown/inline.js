/** The inside of a Markdown block as a tree: text, code, emphasis, links. No DOM in here. */

const MAX_DEPTH = 8;
const ENTITIES = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  mdash: "—",
  ndash: "–",
  hellip: "…",
  copy: "©",
  rarr: "→",
  larr: "←",
};
const TOKENS = [
  ["escape", /\\([!-/:-@[-`{-~])/y],
  ["code", /(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y],
  ["image", /!\[([^\[\]]*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\s*\)/y],
  [
    "link",
    /\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\s*\)/y,
  ],
  ["auto", /<((?:https?:\/\/|mailto:)[^\s<>]+)>/y],
  ["bare", /https?:\/\/[^\s<>"'`]+/y],
  ["entity", /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]{2,6}));/y],
  ["break", /(?: {2,}|\\)\n/y],
  ["soft", /\n/y],
];
// Emphasis spans at most 2,000 characters: without a bound, hostile text costs quadratic time.
const STRONG = /(\*\*|__)(?=\S)([\s\S]{0,2000}?\S)\1/y;
const EMPHASIS = /([*_])(?=[^\s*_])([\s\S]{0,2000}?[^\s])\1(?!\1)/y;
const WORD = /[\p{L}\p{N}]/u;

const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;

/** The address if it may be followed (http, https, mailto), or null. */
export function safeAddress(address) {
  if (!SAFE_LINK.test(address)) return null;
  try {
    return new URL(address).href;
  } catch {
    return null;
  }
}

function at(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

function decoded([whole, decimal, hex, name]) {
  if (name !== undefined) return ENTITIES[name] ?? whole;
  const point = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
}

function linkNode(address, children) {
  const safe = safeAddress(address);
  return safe === null ? { kind: "group", children } : { kind: "link", address: safe, children };
}

/** A bare address ends before the punctuation of its sentence. */
function bareNode(match) {
  let address = match[0].replace(/[.,;:!?*_]+$/, "");
  if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
  return { length: address.length, node: linkNode(address, [plain(address)]) };
}

const plain = (text) => ({ kind: "text", text });
const whole = (match, node) => ({ length: match[0].length, node });

const READERS = {
  escape: (match) => whole(match, plain(match[1])),
  code: (match) =>
    whole(match, {
      kind: "code",
      text: match[2].replaceAll("\n", " ").replace(/^ (.*\S.*) $/, "$1"),
    }),
  image: (match) => whole(match, linkNode(match[2], [plain(match[1] || match[2])])),
  link: (match, depth) => whole(match, linkNode(match[2], parse(match[1], depth + 1))),
  auto: (match) => whole(match, linkNode(match[1], [plain(match[1])])),
  bare: bareNode,
  entity: (match) => whole(match, plain(decoded(match))),
  break: (match) => whole(match, { kind: "break" }),
  soft: (match) => whole(match, { kind: "break" }), // in chat a new line means a new line
};

function emphasisAt(text, position, depth) {
  const isInWord = text[position] === "_" && WORD.test(text[position - 1] ?? "");
  if (isInWord || depth >= MAX_DEPTH) return null;
  for (const [kind, pattern] of [
    ["strong", STRONG],
    ["emphasis", EMPHASIS],
  ]) {
    const match = at(pattern, text, position);
    const closesInWord = match?.[1][0] === "_" && WORD.test(text[pattern.lastIndex] ?? "");
    if (match && !closesInWord) return whole(match, { kind, children: parse(match[2], depth + 1) });
  }
  return null;
}

function tokenAt(text, position, depth) {
  if (text[position] === "*" || text[position] === "_") return emphasisAt(text, position, depth);
  for (const [name, pattern] of TOKENS) {
    const match = at(pattern, text, position);
    if (match !== null) return READERS[name](match, depth);
  }
  return null;
}

const NEXT = /[\\`!\[<&\n*_ ]|https?:/g;

function parse(text, depth) {
  const nodes = [];
  let position = 0;
  let from = 0;
  const flush = (to) => {
    if (to > from) nodes.push(plain(text.slice(from, to)));
  };
  while (position < text.length) {
    NEXT.lastIndex = position;
    const next = NEXT.exec(text);
    if (next === null) break;
    const token = depth > MAX_DEPTH ? null : tokenAt(text, next.index, depth);
    position = next.index + (token?.length ?? next[0].length);
    if (token === null) continue;
    flush(next.index);
    nodes.push(token.node);
    from = position;
  }
  flush(text.length);
  return nodes;
}

/** The inline tree of a block's text. */
export const parseInline = (text) => parse(text, 0);
