// Opens a conversation: a new one, or a copy of an earlier one up to a turn.

import { patiently, post } from "../api.js";
import { requestKey } from "../store.js";
import { reason, words } from "../words.js";

/**
 * Open one conversation, however often it has to be asked for, and show it.
 * @param {string} path to post to
 * @param {object} body
 * @param {HTMLButtonElement} start what was pressed
 * @param {HTMLElement} problem
 * @param {AbortSignal} signal
 */
export async function begin(path, body, start, problem, signal) {
  const { key, done } = requestKey(`begin.${path}.${JSON.stringify(body)}`);
  start.disabled = true;
  try {
    const thread = await patiently(
      () => post(path, { body, key, signal }),
      signal,
      (error, seconds) => { problem.textContent = words.asksAgain(reason(error), seconds); },
    );
    done();
    location.hash = `#/conversation/${thread.id}`;
  } catch (error) {
    if (signal.aborted) return;
    done();
    problem.textContent = reason(error);
    start.disabled = false;
  }
}
