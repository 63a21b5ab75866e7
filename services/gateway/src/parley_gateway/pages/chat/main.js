/** Starts the chat page: signs in with what there is, or asks. */
import { actAs, call, read, RefusedError } from "../shared/http.js";
import { mountNotices } from "../shared/notice.js";
import { startChat } from "./chat.js";
import { takeToken } from "./route.js";
import { signInScreen } from "./views/sign-in.js";
import { troubleScreen } from "./views/trouble.js";

const page = document.getElementById("page");

const userIn = (answer) => answer?.user ?? answer;

/** Trades a user token for the page's cookie; resolves to the user. */
async function signIn(token) {
  const answer = await call("POST", "/api/browser-session", { token });
  return userIn(answer) ?? userIn(await read("/api/browser-session"));
}

async function currentUser() {
  const token = takeToken();
  if (token !== null) return signIn(token);
  return userIn(await read("/api/browser-session"));
}

function askToSignIn(reason = null) {
  const enter = async (token) => enterChat(await signIn(token));
  page.replaceChildren(signInScreen(enter, reason));
  page.querySelector("input")?.focus();
}

function enterChat(user) {
  startChat(page, user, { onSignedOut: askToSignIn });
}

async function start() {
  const hadToken = window.location.hash.startsWith("#token=");
  try {
    enterChat(await currentUser());
  } catch (error) {
    const isRefused = error instanceof RefusedError && error.status < 500;
    if (!isRefused) page.replaceChildren(troubleScreen(error.message, start));
    else askToSignIn(hadToken ? "That link no longer works. Ask for a new token." : null);
  }
}

actAs("user");
mountNotices();
void start();
