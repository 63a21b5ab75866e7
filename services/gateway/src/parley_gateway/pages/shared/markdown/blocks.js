/** Markdown text to a tree of blocks: a safe subset of CommonMark. No DOM in here. */

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const BULLET = /^( {0,3})([-+*])( {1,4}|\t|$)/;
const NUMBER = /^( {0,3})(\d{1,9})[.)]( {1,4}|\t|$)/;
const MAX_DEPTH = 12; // deeper nesting is an attack, not a message

const isBlank = (line) => /^[ \t]*$/.test(line);
const marker = (line) => (RULE.test(line) ? null : (BULLET.exec(line) ?? NUMBER.exec(line)));
const isOrdered = (match) => /\d/.test(match[2]);
const indentOf = (line) => /^ */.exec(line)[0].length;

function readFence(lines, start) {
  const [, fence, info] = FENCE.exec(lines[start]);
  const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*$`);
  let end = start + 1;
  while (end < lines.length && !closing.test(lines[end])) end += 1;
  const text = lines.slice(start + 1, end).join("\n");
  return { block: { kind: "code", text, language: info.trim().split(/\s/)[0] }, next: end + 1 };
}

function readHeading(lines, start) {
  const [, hashes, text = ""] = HEADING.exec(lines[start]);
  return { block: { kind: "heading", level: hashes.length, text }, next: start + 1 };
}

function readQuote(lines, start, depth) {
  let end = start;
  const isLazy = (line) => !isBlank(line) && !startsBlock(line);
  while (end < lines.length && (QUOTE.test(lines[end]) || isLazy(lines[end]))) end += 1;
  const inner = lines.slice(start, end).map((line) => line.replace(QUOTE, ""));
  return { block: { kind: "quote", blocks: parse(inner, depth + 1) }, next: end };
}

function readItem(lines, start) {
  const found = marker(lines[start]);
  const width = found[0].length + (found[3] === "" ? 1 : 0);
  const own = [lines[start].slice(found[0].length)];
  let next = start + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next];
    if (isBlank(line)) own.push("");
    else if (indentOf(line) >= width) own.push(line.slice(width));
    else if (own.at(-1) !== "" && !startsBlock(line)) own.push(line.trimStart());
    else break;
  }
  return { own, next, isLoose: own.slice(0, own.findLastIndex((l) => l !== "") + 1).includes("") };
}

function readList(lines, start, depth) {
  const first = marker(lines[start]);
  const list = {
    kind: "list",
    isOrdered: isOrdered(first),
    from: Number(first[2]) || 0,
    items: [],
  };
  let next = start;
  const belongs = (line) => {
    const found = marker(line);
    return found !== null && isOrdered(found) === list.isOrdered;
  };
  while (next < lines.length && belongs(lines[next])) {
    const item = readItem(lines, next);
    list.items.push(parse(item.own, depth + 1));
    list.isLoose = list.isLoose || item.isLoose;
    next = item.next;
  }
  return { block: list, next };
}

function readParagraph(lines, start) {
  let end = start + 1;
  while (end < lines.length && !isBlank(lines[end]) && !startsBlock(lines[end])) end += 1;
  const text = lines
    .slice(start, end)
    .map((line) => line.trimStart())
    .join("\n");
  return { block: { kind: "paragraph", text: text.trimEnd() }, next: end };
}

const STARTS = [
  [(line) => FENCE.test(line), readFence],
  [(line) => HEADING.test(line), readHeading],
  [(line) => RULE.test(line), (_, start) => ({ block: { kind: "rule" }, next: start + 1 })],
  [(line) => QUOTE.test(line), readQuote],
  [(line) => marker(line) !== null, readList],
];

const startsBlock = (line) => STARTS.some(([starts]) => starts(line));

function parse(lines, depth) {
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const isFlat = depth >= MAX_DEPTH;
    const found = isFlat ? undefined : STARTS.find(([starts]) => starts(lines[at]));
    const { block, next } = (found?.[1] ?? readParagraph)(lines, at, depth);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

/** The blocks of a text: paragraph, heading, code, rule, quote, list. */
export function parseBlocks(text) {
  return parse(text.replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n"), 0);
}
