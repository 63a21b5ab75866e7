/** Puts the console together: one poll feeds all views. */
import { call, listIn, query, read, RefusedError } from "../shared/http.js";
import { notify } from "../shared/notice.js";
import { Poller } from "./poller.js";
import { withPoll } from "./samples.js";
import { frame, viewInAddress } from "./views/frame.js";

function emptyState() {
  return {
    channels: null,
    requests: null,
    deliveries: null,
    agents: null,
    samples: new Map(),
    deliveryState: "",
    subjectId: "",
    error: null,
    nextAt: 0,
    polledAt: 0,
  };
}

const READS = {
  channels: () => ["/api/channels"],
  requests: () => [`/api/feedback-requests${query({ status: "pending" })}`],
  deliveries: ({ deliveryState, subjectId }) => [
    subjectId === ""
      ? `/api/deliveries${query({ state: deliveryState })}`
      : `/api/messages/${encodeURIComponent(subjectId)}/deliveries`,
  ],
  agents: () => ["/api/agents"],
};

/** An id that nobody knows has no deliveries; that is no reason to report trouble. */
async function readFor(name, state) {
  try {
    return await read(READS[name](state)[0]);
  } catch (error) {
    const isUnknown = error instanceof RefusedError && [404, 422].includes(error.status);
    if (name !== "deliveries" || !isUnknown) throw error;
    return { deliveries: [] };
  }
}

/** What the open view needs; channels and requests are always read, for plots and counts. */
const neededNow = () => new Set(["channels", "requests", viewInAddress()]);

async function poll(state) {
  const names = [...neededNow()];
  const filterOf = () => state.deliveryState + state.subjectId;
  const filter = filterOf();
  const pages = await Promise.all(names.map((name) => readFor(name, state)));
  names.forEach((name, index) => {
    const isStale = name === "deliveries" && filter !== filterOf();
    if (!isStale) state[name] = listIn(pages[index]);
  });
  state.polledAt = Date.now();
  state.samples = withPoll(state.samples, state.channels, state.polledAt);
}

/** Runs a change, says how it went, and looks again. Resolves to the answer, or undefined. */
function changer(poller) {
  return async (method, path, body, done) => {
    try {
      const answer = await call(method, path, body);
      if (done) notify(done);
      poller().now();
      return answer ?? {};
    } catch (error) {
      notify(error.message, "bad");
      return undefined;
    }
  };
}

/** Runs the console in `page` until the operator signs out. */
export function startConsole(page, { onSignedOut }) {
  const state = emptyState();
  const end = (reason) => {
    poller.stop();
    window.removeEventListener("hashchange", onMove);
    onSignedOut(reason);
  };
  const signOut = async () => {
    await call("DELETE", "/api/console-session").catch(() => null);
    end("You are signed out.");
  };
  const change = changer(() => poller);
  const view = frame(state, { change, signOut, refresh: () => poller.now() });
  const onMove = () => {
    view.show();
    poller.now();
  };
  const poller = new Poller(
    () => poll(state),
    ({ error, nextAt }) => {
      if (error instanceof RefusedError && error.status === 401) {
        end("Your sign-in has ended.");
        return;
      }
      Object.assign(state, { error, nextAt });
      view.show();
    },
  );
  window.addEventListener("hashchange", onMove);
  page.replaceChildren(view.node);
  view.show();
  poller.now();
}
