// Has the conversation marked, and shows the marks.

import { byId, el, written } from "./dom.js";
import { isOpen } from "./following.js";
import { get, pause, post } from "./requests.js";
import { failure, reason, words } from "./words.js";

const BETWEEN_MS = 1_000;
const page = byId("tryout");

/** @param {string} text */
const say = (text) => { byId("mark-state").textContent = text; };

export function clearMarks() {
  say("");
  byId("marks").replaceChildren();
}

/**
 * Mark a thread by the chosen categories, until `signal`.
 * @param {string} thread its id
 * @param {AbortSignal} signal
 */
export async function mark(thread, signal) {
  const chosen = new FormData(byId("mark")).getAll("category").map(Number);
  clearMarks();
  say(words.marking);
  try {
    const { id } = await post(`threads/${thread}/evaluations/`, chosen.length ? { category_ids: chosen } : {});
    await showMarks(id, signal);
  } catch (error) {
    if (!signal.aborted) say(reason(error));
  }
}

/**
 * Show an evaluation once it has ended, until `signal`.
 * @param {string} id
 * @param {AbortSignal} signal
 */
export async function showMarks(id, signal) {
  for (;;) {
    const evaluation = await get(`evaluations/${id}/`);
    if (signal.aborted) return;
    if (!isOpen(evaluation)) return show(evaluation);
    await pause(BETWEEN_MS);
  }
}

/** @param {any} evaluation */
function show(evaluation) {
  if (evaluation.status !== "completed") return say(words.markFailed(failure(evaluation)));
  say(`${words.total(evaluation.total_score, evaluation.max_score)}, ${verdict(evaluation.passed)}`);
  byId("marks").replaceChildren(
    ...evaluation.categories.map(category),
    el("p", {}, el("a", { href: `${page.dataset.marks}${evaluation.id}/change/` }, words.wholeMarks)),
  );
}

/** @param {boolean | null} passed */
const verdict = (passed) => (passed === null ? words.noVerdict : passed ? words.passed : words.notPassed);

/** @param {any} found */
function category(found) {
  const result = `${found.name}: ${words.total(found.score, found.max_score)}, ${verdict(found.passed)}`;
  return el("div", { class: "category" }, el("h3", {}, result), el("ul", {}, ...found.criteria.map(criterion)));
}

/** @param {any} found */
function criterion(found) {
  const score = found.score === null ? words.notMarked : words.total(found.score, found.max_score);
  const quotes = found.quotes.map((/** @type {any} */ one) => el("blockquote", { dir: "auto" }, one.quote));
  const review = found.needs_review ? el("span", { class: "warning" }, words.forReview) : null;
  return el("li", {}, written(`${found.name}: ${score}`), review, ...quotes);
}
