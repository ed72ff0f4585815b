// Forms whose answers say what is wrong at the field where it is wrong.

import { ApiError } from "./api.js";
import { el, showErrors } from "./dom.js";
import { reason, words } from "./words.js";

/**
 * @param {string} label of its button
 * @param {Node[]} fields
 * @param {(body: Record<string, any>) => Promise<void>} act
 */
export function form(label, fields, act) {
  const problem = el("p", { class: "error", role: "alert" });
  const send = el("button", { class: "main" }, label);
  const made = el("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.textContent = "";
    send.disabled = true;
    try {
      await act(Object.fromEntries(new FormData(made)));
    } catch (error) {
      const errors = error instanceof ApiError ? error.body.fields || {} : {};
      if (!showErrors(made, errors)) problem.textContent = said(error);
    } finally {
      send.disabled = false;
    }
  } }, problem, ...fields, send);
  return made;
}

/** @param {unknown} error */
function said(error) {
  if (error instanceof ApiError && error.passes && error.retryAfter) return words.tryAfter(reason(error), error.retryAfter);
  return reason(error);
}
