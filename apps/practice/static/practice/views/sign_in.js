// Signing in and opening an account. Afterwards the view that was asked for is shown.

import { ApiError, call } from "../api.js";
import { el, field, link, showErrors } from "../dom.js";
import { keepTokens } from "../store.js";
import { reason, words } from "../words.js";

/** @type {import("../dom.js").View} */
export async function signIn(main) {
  const email = field(words.email, { name: "email", type: "email", autocomplete: "username", maxlength: 120 });
  const password = field(words.password, { name: "password", type: "password", autocomplete: "current-password" });
  main.replaceChildren(
    el("h1", {}, words.signIn),
    form("auth/login/", words.signIn, email, password),
    el("p", {}, link("register", words.toRegister)),
    el("p", {}, words.forgotten),
  );
}

/** @type {import("../dom.js").View} */
export async function register(main) {
  const fields = [
    field(words.name, { name: "username", autocomplete: "name", maxlength: 150 }),
    field(words.email, { name: "email", type: "email", autocomplete: "username", maxlength: 120 }),
    field(words.password, { name: "password", type: "password", autocomplete: "new-password" }, words.passwordHint),
  ];
  main.replaceChildren(
    el("h1", {}, words.register),
    form("auth/register/", words.register, ...fields),
    el("p", {}, link("sign-in", words.toSignIn)),
  );
}

/**
 * @param {string} path
 * @param {string} label
 * @param {...Node} fields
 */
function form(path, label, ...fields) {
  const problem = el("p", { class: "error", role: "alert" });
  const send = el("button", { class: "main" }, label);
  const made = el("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    submit(made, path, problem, send);
  } }, problem, ...fields, send);
  return made;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} path
 * @param {HTMLElement} problem
 * @param {HTMLButtonElement} send
 */
async function submit(form, path, problem, send) {
  const body = Object.fromEntries(new FormData(form));
  problem.textContent = "";
  send.disabled = true;
  try {
    const { access, refresh, user } = await call("POST", path, { body });
    keepTokens({ access, refresh, name: user.username });
    dispatchEvent(new Event("practice:signed-in"));
  } catch (error) {
    const fields = error instanceof ApiError ? error.body.fields || {} : {};
    if (!showErrors(form, fields)) problem.textContent = said(error);
  } finally {
    send.disabled = false;
  }
}

/** @param {unknown} error */
function said(error) {
  if (error instanceof ApiError && error.code === "registration_closed") return words.cannotRegister;
  if (error instanceof ApiError && error.passes && error.retryAfter) return words.tryAfter(reason(error), error.retryAfter);
  return reason(error);
}
