/** The line to Parley: one WebSocket that comes back by itself. Knows frames, not conversations. */
import { waitMs } from "./backoff.js";

const ANSWER_MS = 15_000;
const DEFAULT_HEARTBEAT_SECONDS = 25;

/** Parley answered a request with an error frame. */
export class FrameError extends Error {
  constructor({ code, message, ...rest }) {
    super(message || "That did not work.");
    this.name = "FrameError";
    this.code = code ?? "";
    this.details = rest;
  }
}

/** The line broke before the answer came: whether the request took effect is not known. */
export class LineLostError extends Error {
  constructor() {
    super("The connection broke before this was confirmed.");
    this.name = "LineLostError";
  }
}

/**
 * Handlers: `greet()` returns the hello frame; `onFrame(frame)`; `onPhase({phase, retryAt?})`;
 * `onRefused()` when the line broke or was not let in.
 */
export class Line {
  #url;
  #handlers;
  #socket = null;
  #waiting = new Map();
  #lastId = 0;
  #failures = 0;
  #retryTimer = 0;
  #beatTimer = 0;
  #heardAt = 0;
  #isClosed = false;

  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Opens the line, at once, also when a later try is already planned. */
  open() {
    clearTimeout(this.#retryTimer);
    if (this.#isClosed || this.#socket !== null) return;
    this.#handlers.onPhase({ phase: "connecting" });
    const socket = new WebSocket(this.#url, ["parley.v1"]);
    this.#socket = socket;
    socket.addEventListener("open", () => this.send(this.#handlers.greet()));
    socket.addEventListener("message", ({ data }) => this.#hear(data));
    socket.addEventListener("close", () => this.#lose(socket));
  }

  /** Closes the line for good. */
  close() {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#socket?.close(1000);
  }

  /** Sends a frame that needs no answer; returns whether it went out. */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Sends a request; resolves with its `ok` frame, rejects with FrameError or LineLostError. */
  request(frame) {
    this.#lastId += 1;
    const id = String(this.#lastId);
    return new Promise((resolve, reject) => {
      if (!this.send({ ...frame, id })) {
        reject(new LineLostError());
        return;
      }
      const timer = setTimeout(() => this.#settle(id, null), ANSWER_MS);
      this.#waiting.set(id, { resolve, reject, timer });
    });
  }

  #settle(id, frame) {
    const waiting = this.#waiting.get(String(id));
    if (waiting === undefined) return;
    this.#waiting.delete(String(id));
    clearTimeout(waiting.timer);
    if (frame === null) waiting.reject(new LineLostError());
    else if (frame.type === "error") waiting.reject(new FrameError(frame));
    else waiting.resolve(frame);
  }

  #hear(data) {
    this.#heardAt = Date.now();
    const frame = JSON.parse(data);
    if (frame.type === "welcome") this.#begin(frame.heartbeat_seconds);
    if ((frame.type === "ok" || frame.type === "error") && frame.id) this.#settle(frame.id, frame);
    else if (frame.type !== "pong") this.#handlers.onFrame(frame);
  }

  #begin(heartbeatSeconds) {
    this.#failures = 0;
    const every = (heartbeatSeconds || DEFAULT_HEARTBEAT_SECONDS) * 1000;
    clearInterval(this.#beatTimer);
    this.#beatTimer = setInterval(() => this.#beat(every), every);
    this.#handlers.onPhase({ phase: "open" });
  }

  /** A line that stays silent for two beats is dead, even if the browser has not noticed. */
  #beat(every) {
    if (Date.now() - this.#heardAt > 2 * every) this.#socket?.close(4000);
    else this.send({ type: "ping" });
  }

  #lose(socket) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    clearInterval(this.#beatTimer);
    [...this.#waiting.keys()].forEach((id) => this.#settle(id, null));
    if (this.#isClosed) return;
    const wait = waitMs(this.#failures, Math.random());
    this.#failures += 1;
    this.#handlers.onPhase({ phase: "waiting", retryAt: Date.now() + wait });
    this.#retryTimer = setTimeout(() => this.open(), wait);
    this.#handlers.onRefused();
  }
}
