/** Keeps a parent's children equal to a list, touching only what changed. */

const shown = new WeakMap();

function current(before, entry) {
  if (before === undefined) return entry.build();
  if (before.version === entry.version) return before.node;
  if (entry.refresh === undefined) return entry.build();
  entry.refresh(before.node);
  return before.node;
}

function place(parent, nodes) {
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/**
 * Shows entries `{key, version, build, refresh?}` as the children of `parent`. An unchanged version
 * keeps its node as it is; a changed one is refreshed in place if it can be, so that focus and
 * half-filled inputs survive.
 */
export function showList(parent, entries) {
  const before = shown.get(parent) ?? new Map();
  const after = new Map();
  for (const entry of entries) {
    const node = current(before.get(entry.key), entry);
    after.set(entry.key, { node, version: entry.version });
  }
  const kept = new Set([...after.values()].map(({ node }) => node));
  [...parent.children].filter((node) => !kept.has(node)).forEach((node) => node.remove());
  place(parent, [...kept]);
  shown.set(parent, after);
}
