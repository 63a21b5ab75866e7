/** Starts the operator's console: signs in with the cookie there is, or asks for the admin key. */
import { call, read, RefusedError } from "../shared/http.js";
import { mountNotices } from "../shared/notice.js";
import { startConsole } from "./console.js";
import { gateScreen } from "./views/gate.js";

const page = document.getElementById("page");

function enter() {
  startConsole(page, { onSignedOut: ask });
}

function ask(reason = null) {
  const signIn = async (key) => {
    await call("POST", "/api/console-session", { key });
    enter();
  };
  page.replaceChildren(gateScreen(signIn, reason));
  page.querySelector("input").focus();
}

async function start() {
  try {
    await read("/api/console-session");
    enter();
  } catch (error) {
    ask(error instanceof RefusedError && error.status < 500 ? null : error.message);
  }
}

mountNotices();
void start();
