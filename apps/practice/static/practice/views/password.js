// A forgotten password: asking for a link by mail, and the view to which that link leads.

import { ApiError, ask } from "../api.js";
import { el, field, link } from "../dom.js";
import { form } from "../form.js";
import { words } from "../words.js";

/** @type {import("../dom.js").View} */
export async function forgotten(main) {
  const email = field(words.email, { name: "email", type: "email", autocomplete: "username", maxlength: 120 });
  main.replaceChildren(
    el("h1", {}, words.forgotten),
    el("p", {}, words.forgottenHint),
    form(words.sendLink, [email], async (body) => {
      await ask("POST", "auth/password-reset/", { body });
      const sent = el("p", { role: "status", tabindex: -1 }, words.linkSent);
      main.replaceChildren(el("h1", {}, words.forgotten), sent, el("p", {}, link("sign-in", words.toSignIn)));
      sent.focus();
    }),
    el("p", {}, link("sign-in", words.toSignIn)),
  );
}

/** @type {import("../dom.js").View} */
export async function reset(main, _signal, id) {
  const [uid, token = ""] = id.split("/");
  const password = field(
    words.newPassword, { name: "password", type: "password", autocomplete: "new-password" }, words.passwordHint);
  main.replaceChildren(
    el("h1", {}, words.newPassword),
    form(words.setPassword, [password], async (body) => {
      try {
        await ask("POST", "auth/password-reset/confirm/", { body: { ...body, uid, token } });
      } catch (error) {
        if (!(error instanceof ApiError) || !error.body.fields || error.body.fields.password) throw error;
        return uselessLink(main);
      }
      // The link does not stay in the history.
      location.replace("#/sign-in/new-password");
    }),
  );
}

/** @param {HTMLElement} main */
function uselessLink(main) {
  const heading = el("h1", { tabindex: -1 }, words.uselessLink);
  main.replaceChildren(heading, el("p", {}, link("forgotten", words.askAgain)));
  heading.focus();
}
