// The marks of a conversation: the whole first, then each criterion with its evidence, lit up in the conversation.

import { get, patiently, pause, post } from "../api.js";
import { announce, button, el, link, when, written } from "../dom.js";
import { spans } from "../evidence.js";
import { isOpen } from "../following.js";
import { reason, verdict, words } from "../words.js";
import { begin } from "./beginning.js";
import { replyReport, reportedIn } from "./report.js";

const POLL_MS = 1500;

/** @type {import("../dom.js").View} */
export async function marks(main, signal, id) {
  const state = el("p", { role: "status", class: "state" });
  const read = () => patiently(
    () => get(`evaluations/${encodeURIComponent(id)}/`, signal), signal,
    (error, seconds) => { state.textContent = words.asksAgain(reason(error), seconds); });
  let evaluation = await read();
  if (isOpen(evaluation)) {
    main.replaceChildren(el("h1", { tabindex: -1 }, words.marks), written(evaluation.title), state);
    main.querySelector("h1")?.focus();
  }
  while (isOpen(evaluation)) {
    state.textContent = words.marking;
    await pause(POLL_MS, signal);
    evaluation = await read();
  }
  if (evaluation.status === "completed") {
    const reported = evaluation.thread_id ? await patiently(
      () => reportedIn(evaluation.thread_id, signal), signal,
      (error, seconds) => { state.textContent = words.asksAgain(reason(error), seconds); }) : new Set();
    show(main, evaluation, reported, signal);
  }
  else failed(main, evaluation, state, signal);
  if (document.activeElement === document.body) main.querySelector("h1")?.focus();
}

/**
 * @param {HTMLElement} main
 * @param {any} evaluation
 * @param {Set<number>} reported ids of replies
 * @param {AbortSignal} signal
 */
function show(main, evaluation, reported, signal) {
  const criteria = evaluation.categories.flatMap((/** @type {any} */ category) => category.criteria);
  const transcript = turns(evaluation.transcript, criteria);
  if (evaluation.thread_id) offer(transcript, evaluation, reported, signal);
  main.replaceChildren(
    el("h1", { tabindex: -1 }, words.marks),
    written(evaluation.title),
    el("h2", {}, words.overall),
    el("p", { class: "verdict" }, verdict(evaluation)),
    evaluation.needs_review ? el("p", { class: "review" }, words.wholeUnderReview) : "",
    evaluation.unmarked ? el("p", {}, words.unmarked(evaluation.unmarked)) : "",
    ...feedback(evaluation.feedback, transcript),
    ...evaluation.categories.map((/** @type {any} */ category) => section(category, transcript)),
    el("h2", {}, words.transcript),
    el("p", { class: "hint" }, words.litHint),
    transcript,
    el("p", { class: "actions" },
      evaluation.activity_id ? link(`exercise/${evaluation.activity_id}`, words.practiseAgain, "button") : "",
      evaluation.thread_id ? link(`conversation/${evaluation.thread_id}`, words.readConversation, "button") : ""),
  );
  announce(`${words.marks}: ${verdict(evaluation)}`);
}

/**
 * What went well and what to try next, each with the words that it speaks of.
 * @param {any} found
 * @param {HTMLElement} transcript
 */
function feedback(found, transcript) {
  if (!found) return [];
  const parts = [[words.wentWell, found.went_well], [words.tryNext, found.try_next]];
  return [
    ...parts.flatMap(([title, part]) => part ? [
      el("h3", {}, title), written(part.text), ...evidence(part.quotes, transcript),
    ] : []),
    found.before_overrides ? el("p", { class: "hint" }, words.beforeOverrides) : "",
  ];
}

/**
 * @param {any} category
 * @param {HTMLElement} transcript
 */
function section(category, transcript) {
  const { score, max_score, passed, required_to_pass, criteria } = category;
  const said = passed === null ? words.noVerdict : passed ? words.passed : words.notPassed;
  // The pass mark is one of all criteria, also of those that could not be marked.
  const highest = criteria.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.max_score, 0);
  const mark = required_to_pass === null ? "" : `, ${words.passMark(words.score(required_to_pass, highest))}`;
  return el(
    "section", {},
    written(category.name, "h2"),
    el("p", { class: "verdict" }, `${words.score(score, max_score)}, ${said}${mark}`),
    el("ul", { class: "cards" }, ...criteria.map((/** @type {any} */ one) => criterion(one, transcript))),
  );
}

/**
 * @param {any} one
 * @param {HTMLElement} transcript
 */
function criterion(one, transcript) {
  const score = one.score === null ? words.notMarked : words.score(one.score, one.max_score);
  return el(
    "li", {},
    el("h3", {}, written(one.name, "span"), ` · ${score}`),
    one.needs_review ? el("p", { class: "review" }, words.criterionUnderReview) : "",
    one.score_before === null ? "" : el("p", { class: "hint" }, words.scoreBefore(one.score_before)),
    one.comment ? written(one.comment) : "",
    // Whoever changed the mark has given the reason for it.
    ...(one.quotes.length || !one.overrides.length ? evidence(one.quotes, transcript) : []),
    ...(one.rewrite_if_missing ? [el("p", { class: "hint" }, words.betterWords), written(one.rewrite_if_missing, "blockquote")] : []),
    ...one.overrides.map(override),
  );
}

/**
 * @param {(import("../evidence.js").Quote & {quote: string})[]} quotes
 * @param {HTMLElement} transcript
 */
function evidence(quotes, transcript) {
  if (!quotes.length) return [el("p", { class: "hint" }, words.noEvidence)];
  return [el("p", { class: "hint" }, words.evidence), ...quotes.flatMap(({ quote, index }) => [
    written(quote, "blockquote"),
    button(words.showTurn(index + 1), () => {
      const turn = /** @type {HTMLElement} */ (transcript.children[index]);
      turn.focus();
      turn.scrollIntoView({ block: "center" });
    }),
  ])];
}

/** @param {any} change */
function override(change) {
  const before = change.previous_score === null ? words.notMarked : String(change.previous_score);
  const same = change.previous_score === change.score;
  const said = same ? words.confirmed(change.author) : words.changed(change.author, before, change.score);
  return el(
    "div", { class: same ? "" : "changed" },
    el("p", { dir: "auto", class: same ? "hint" : "" }, said, " ", when(change.created_at)),
    change.comment ? written(change.comment, "blockquote") : "",
  );
}

/**
 * The conversation as it was marked; the evidence is lit up, and says what it is for.
 * @param {{role: string, message: string}[]} transcript
 * @param {any[]} criteria
 */
function turns(transcript, criteria) {
  const lit = spans(transcript, criteria);
  return el("ol", { class: "messages" }, ...transcript.map((turn, index) => {
    const text = el("p", { dir: "auto", class: "written" });
    let at = 0;
    for (const { start, end, criteria: positions } of lit[index]) {
      const names = positions.map((position) => criteria[position].name).join("; ");
      const quoted = turn.message.slice(start, end);
      text.append(turn.message.slice(at, start), el("mark", { title: names }, quoted, el("span", { class: "unseen" }, ` (${words.evidenceFor(names)}) `)));
      at = end;
    }
    text.append(turn.message.slice(at));
    const speaker = turn.role === "user" ? words.you : words.patient;
    return el("li", { class: turn.role, tabindex: -1 }, el("span", { class: "speaker" }, speaker), text);
  }));
}

/**
 * At each turn of the student's, to practise again from there; at each reply, to say that it was wrong.
 * @param {HTMLElement} transcript
 * @param {any} evaluation
 * @param {Set<number>} reported ids of replies
 * @param {AbortSignal} signal
 */
function offer(transcript, evaluation, reported, signal) {
  evaluation.transcript.forEach((/** @type {any} */ { role, message_id }, /** @type {number} */ index) => {
    const turn = transcript.children[index];
    if (message_id === null) return;
    if (role !== "user") {
      turn.append(replyReport(message_id, reported.has(message_id), signal));
      return;
    }
    const problem = el("p", { role: "status", class: "error" });
    const start = button(
      words.practiseFromHere,
      () => begin(`threads/${evaluation.thread_id}/forks/`, { message_id }, start, problem, signal),
      { "aria-label": words.practiseFromTurn(index + 1) },
    );
    turn.append(start, problem);
  });
}

/**
 * @param {HTMLElement} main
 * @param {any} evaluation
 * @param {HTMLElement} state
 * @param {AbortSignal} signal
 */
function failed(main, evaluation, state, signal) {
  const again = button(words.markAgain, async () => {
    again.disabled = true;
    try {
      const body = evaluation.activity_id ? { activity_id: evaluation.activity_id } : {};
      const next = await post(`threads/${evaluation.thread_id}/evaluations/`, { body, signal });
      location.hash = `#/marks/${next.id}`;
    } catch (error) {
      state.textContent = reason(error);
      again.disabled = false;
    }
  }, { class: "main" });
  state.textContent = `${words.markingFailed} ${evaluation.error_detail}`;
  main.replaceChildren(el("h1", { tabindex: -1 }, words.marks), written(evaluation.title), state, again);
}
