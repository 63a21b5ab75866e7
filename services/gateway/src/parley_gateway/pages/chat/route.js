/** What the address says: a sign-in token, once, and later the open conversation. */

const TOKEN = "#token=";
const SESSION = "#/";

/**
 * The token in the fragment, or null. It is removed from the address and the history at once, so
 * that it can neither be bookmarked nor shared by accident.
 */
export function takeToken() {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith(TOKEN)) return null;
  window.history.replaceState(null, "", pathname + search);
  return decodeURIComponent(hash.slice(TOKEN.length));
}

/** The conversation that the address opens, or null. */
export function routedSession() {
  const { hash } = window.location;
  return hash.startsWith(SESSION) ? hash.slice(SESSION.length) || null : null;
}

/** Writes the open conversation into the address; null closes it. */
export function goTo(sessionId, { isReplacing = false } = {}) {
  if (routedSession() === sessionId) return;
  const address = window.location.pathname + (sessionId === null ? "" : SESSION + sessionId);
  if (isReplacing) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
}
