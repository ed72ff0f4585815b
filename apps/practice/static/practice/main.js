// The page: which view is shown for the address after #, the header, and signing in when it is needed.

import { ApiError, signOut } from "./api.js";
import { announce, button, el, link } from "./dom.js";
import { onOtherPerson, person } from "./store.js";
import { conversation } from "./views/conversation.js";
import { exercise } from "./views/exercise.js";
import { history } from "./views/history.js";
import { home } from "./views/home.js";
import { marks } from "./views/marks.js";
import { forgotten, reset } from "./views/password.js";
import { register, signIn } from "./views/sign_in.js";
import { reason, words } from "./words.js";

/** @type {Record<string, import("./dom.js").View>} */
const VIEWS = { "": home, exercise, conversation, marks, history };
/** @type {Record<string, import("./dom.js").View>} */
const WITHOUT_SIGN_IN = { "sign-in": signIn, register, forgotten };
// Whoever is signed in may follow a link for another account.
/** @type {Record<string, import("./dom.js").View>} */
const ALWAYS = { reset };

let shown = new AbortController();

async function show() {
  shown.abort(new DOMException("Another view is shown.", "AbortError"));
  shown = new AbortController();
  const { signal } = shown;
  const [, name = "", ...rest] = location.hash.split("/");
  const signedIn = person() !== null;
  const view = ALWAYS[name] || (signedIn ? VIEWS[name] : WITHOUT_SIGN_IN[name] || signIn);
  if (signedIn && !view && WITHOUT_SIGN_IN[name]) {
    location.replace("#/");
    return;
  }
  header(signedIn);
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  main.replaceChildren(el("p", {}, words.loading));
  try {
    if (!view) throw new ApiError(404, { code: "not_found" });
    await view(main, signal, decodeURIComponent(rest.join("/")));
  } catch (error) {
    if (!signal.aborted) failed(main, error);
  }
  if (!signal.aborted) arrive(main);
}

/** @param {HTMLElement} main @param {unknown} error */
function failed(main, error) {
  if (!(error instanceof ApiError)) console.error(error);
  const status = error instanceof ApiError ? error.status : null;
  if (status === 401) return;
  const gone = status === 404 || status === 403;
  main.replaceChildren(
    el("h1", {}, gone ? words.notFound : reason(error)),
    gone ? link("", words.back) : button(words.again, show),
  );
}

/**
 * Name the page by its heading, and begin reading there.
 * @param {HTMLElement} main
 */
function arrive(main) {
  const heading = main.querySelector("h1");
  document.title = heading ? `${heading.textContent} · ${words.site}` : words.site;
  if (!heading || main.contains(document.activeElement)) return;
  heading.tabIndex = -1;
  heading.focus();
  scrollTo(0, 0);
}

/** @param {boolean} signedIn */
function header(signedIn) {
  const skip = el("a", { href: "#main", class: "skip", onclick: skipToMain }, words.skip);
  const place = /** @type {HTMLElement} */ (document.getElementById("header"));
  const problem = el("p", { role: "alert", class: "error" });
  const leave = button(words.signOut, async () => {
    try {
      await signOut();
      location.hash = "#/sign-in";
    } catch (error) {
      problem.textContent = words.notSignedOut(reason(error));
    }
  });
  const links = [link("", words.home), link("history", words.history)];
  const menu = el("nav", { "aria-label": words.menu }, el("ul", {}, ...links.map((one) => el("li", {}, one)), el("li", {}, leave)));
  place.replaceChildren(skip, el("p", { class: "site" }, words.site), signedIn ? menu : "", problem);
}

/** @param {Event} event */
function skipToMain(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

addEventListener("hashchange", show);
onOtherPerson(show);
addEventListener("practice:signed-in", show);
addEventListener("practice:signed-out", () => {
  show();
  announce(words.signInAgain);
});
show();
