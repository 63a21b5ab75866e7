/** Calls to the gateway's REST interface with the page's cookie. */

/** The gateway refused; `message` says what to do. */
export class RefusedError extends Error {
  constructor(status, code, message) {
    super(message);
    this.name = "RefusedError";
    this.status = status;
    this.code = code;
  }
}

/** The gateway could not be reached. */
export class UnreachableError extends Error {
  constructor() {
    super("Parley cannot be reached. Check your connection; this page keeps trying.");
    this.name = "UnreachableError";
  }
}

const isProblem = (response) => (response.headers.get("content-type") ?? "").includes("json");

async function refusal(response) {
  const problem = isProblem(response) ? await response.json().catch(() => ({})) : {};
  const text = problem.detail || problem.title || `The server answered ${response.status}.`;
  return new RefusedError(response.status, problem.code ?? "", text);
}

let as = {};

/**
 * Says whose cookie counts where this browser holds both: the operator may try the chat as well.
 * `role` is "user" for the chat.
 */
export function actAs(role) {
  as = { "X-Parley-As": role };
}

/**
 * Calls a route and returns its JSON (null when it has none).
 * Raises RefusedError for 4xx and 5xx, UnreachableError without an answer.
 */
export async function call(method, path, body) {
  const headers = { Accept: "application/json", ...as };
  if (method !== "GET") headers["X-Parley-CSRF"] = "1"; // a foreign page cannot set it
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(path, {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new UnreachableError();
  });
  if (!response.ok) throw await refusal(response);
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
}

/** Reads a route. */
export const read = (path) => call("GET", path);

/** The list in a page of results, whatever the page calls it. */
export function listIn(page) {
  if (Array.isArray(page)) return page;
  return Object.values(page ?? {}).find(Array.isArray) ?? [];
}

/** A query string from the values that are set. */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
}
