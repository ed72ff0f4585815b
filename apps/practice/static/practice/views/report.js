// "This reply was wrong": what a student says of one of the patient's replies, for instructors to read.

import { ApiError, all, call } from "../api.js";
import { announce, button, el } from "../dom.js";
import { reason, words } from "../words.js";

/**
 * Ids of the replies of a conversation that are reported.
 * @param {string} threadId
 * @param {AbortSignal} signal
 * @returns {Promise<Set<number>>}
 */
export async function reportedIn(threadId, signal) {
  const reports = await all(`reply-reports/?thread_id=${threadId}&page_size=500`, signal);
  return new Set(reports.map((one) => one.message_id));
}

/**
 * @param {number} messageId
 * @param {boolean} isReported
 * @param {AbortSignal} signal
 */
export function replyReport(messageId, isReported, signal) {
  const path = `messages/${messageId}/report/`;
  const place = el("div", { class: "report" });
  const problem = el("p", { role: "status", class: "error" });
  const input = el("textarea", { id: `report-${messageId}`, rows: 2, maxlength: 500, dir: "auto" });
  const form = el(
    "details", {},
    el("summary", {}, words.reportReply),
    el("label", { for: input.id }, words.reportReason), input,
    button(words.sendReport, () => change("PUT", true)),
  );
  const takeBack = button(words.takeBack, () => change("DELETE", false));
  const show = (/** @type {boolean} */ reported) => {
    form.open = false;
    place.replaceChildren(...(reported ? [el("p", { class: "hint" }, words.reported), takeBack] : [form]), problem);
  };

  /** @param {"PUT" | "DELETE"} method @param {boolean} reported */
  async function change(method, reported) {
    problem.textContent = "";
    try {
      await call(method, path, { body: method === "PUT" ? { reason: input.value.trim() } : undefined, signal });
    } catch (error) {
      if (signal.aborted) return;
      // Another tab has taken it back already.
      if (!(error instanceof ApiError) || method !== "DELETE" || error.status !== 404) {
        problem.textContent = reason(error);
        return;
      }
    }
    show(reported);
    (reported ? takeBack : form.querySelector("summary"))?.focus();
    announce(reported ? words.reported : words.takenBack);
  }

  show(isReported);
  return place;
}
