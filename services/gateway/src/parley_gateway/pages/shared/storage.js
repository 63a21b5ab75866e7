/** The browser's storage, which may be full or switched off: then nothing is remembered. */

/** Remembers a text; null forgets it. */
export function remember(key, text) {
  try {
    if (text === null || text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Remembering is a comfort; the page works without it.
  }
}

/** The remembered text, or null. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The remembered texts of every key that begins with the prefix. */
export function recallAll(prefix) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    return keys.map((key) => localStorage.getItem(key));
  } catch {
    return [];
  }
}

/** Forgets every key that begins with the prefix. */
export function forgetAll(prefix) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    keys.forEach((key) => localStorage.removeItem(key));
  } catch {
    // As above.
  }
}
