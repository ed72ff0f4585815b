// Signing in and opening an account, as the school allows. Afterwards the view that was asked for is shown.

import { ApiError, ask } from "../api.js";
import { el, field, link } from "../dom.js";
import { form } from "../form.js";
import { keepPerson } from "../store.js";
import { words } from "../words.js";

/** What is said where the service cannot be asked: whoever tries then hears what is so. */
const UNKNOWN = { registration: "open", registration_domains: [], password_reset: false };

/**
 * Who may open an account, and whether a forgotten password can be replaced by mail.
 * @param {AbortSignal} signal
 * @returns {Promise<{registration: string, registration_domains: string[], password_reset: boolean}>}
 */
async function offered(signal) {
  try {
    return await ask("GET", "auth/options/", { signal });
  } catch (error) {
    if (error instanceof ApiError) return UNKNOWN;
    throw error;
  }
}

/** @type {import("../dom.js").View} */
export async function signIn(main, signal, id) {
  const { registration, password_reset } = await offered(signal);
  const fields = [
    field(words.email, { name: "email", type: "email", autocomplete: "username", maxlength: 120 }),
    field(words.password, { name: "password", type: "password", autocomplete: "current-password" }),
  ];
  main.replaceChildren(
    el("h1", {}, words.signIn),
    id === "new-password" ? el("p", { role: "status" }, words.passwordSet) : "",
    form(words.signIn, fields, (body) => enter("auth/login/", body)),
    el("p", {}, registration === "closed" ? words.errors.registration_closed : link("register", words.toRegister)),
    el("p", {}, password_reset ? link("forgotten", words.forgotten) : words.forgottenAsk),
  );
}

/** @type {import("../dom.js").View} */
export async function register(main, signal) {
  const { registration, registration_domains } = await offered(signal);
  const closed = registration === "closed";
  const forSome = registration === "domains" ? words.registerDomains(registration_domains.join(", ")) : "";
  const fields = [
    field(words.name, { name: "username", autocomplete: "name", maxlength: 150 }),
    field(words.email, { name: "email", type: "email", autocomplete: "username", maxlength: 120 }, forSome),
    field(words.password, { name: "password", type: "password", autocomplete: "new-password" }, words.passwordHint),
  ];
  main.replaceChildren(
    el("h1", {}, words.register),
    closed
      ? el("p", {}, words.errors.registration_closed)
      : form(words.register, fields, (body) => enter("auth/register/", body)),
    el("p", {}, link("sign-in", words.toSignIn)),
  );
}

/**
 * @param {string} path
 * @param {object} body
 */
async function enter(path, body) {
  const { access, user } = await ask("POST", path, { body });
  keepPerson(user.username, access);
  dispatchEvent(new Event("practice:signed-in"));
}
