// An exercise before the conversation: brief, patient, what is looked for, who can see what is said, and where help is.

import { all, get } from "../api.js";
import { button, el, written } from "../dom.js";
import { portrait } from "../patient.js";
import { nameOf, words } from "../words.js";
import { begin } from "./beginning.js";
import { threadList } from "./history.js";

/** @type {import("../dom.js").View} */
export async function exercise(main, signal, id) {
  const [activity, help, threads, evaluations] = await Promise.all([
    get(`activities/${encodeURIComponent(id)}/`, signal),
    get("help/", signal),
    all(`threads/?activity_id=${encodeURIComponent(id)}&whose=everyone&preview=false&ordering=-created_at&page_size=500`, signal),
    all(`evaluations/?activity_id=${encodeURIComponent(id)}&status=completed&whose=everyone&ordering=-created_at&page_size=500`, signal),
  ]);
  const problem = el("p", { role: "status", class: "error" });
  const start = button(words.start, () => begin("threads/", { activity_id: activity.id }, start, problem, signal), { class: "main" });
  main.replaceChildren(
    written(activity.title, "h1"),
    el("h2", {}, words.brief),
    written(briefOf(activity)),
    activity.time_limit_minutes ? el("p", {}, words.timeLimit(activity.time_limit_minutes)) : "",
    el("h2", {}, words.patient),
    portrait(activity.character),
    ...about(activity.character),
    ...warning(activity.character.content_warning),
    el("h2", {}, words.lookedFor),
    ...rubric(activity.rubric),
    el("h2", {}, words.whoSees),
    el("p", {}, words.whoSeesText),
    el("details", { class: "help" }, el("summary", {}, words.help), written(help.text), written(help.who_is_told)),
    el("p", {}, start),
    problem,
    el("h2", {}, words.earlier),
    threads.length ? threadList("h3", threads, evaluations) : el("p", {}, words.noneYet),
  );
}

/**
 * The brief, without a first line that is the title.
 * @param {{title: string, pre_brief: string}} activity
 */
function briefOf({ title, pre_brief }) {
  const brief = pre_brief.trim();
  const [first, ...rest] = brief.split("\n");
  return first.trim() === title ? rest.join("\n").trim() : brief;
}

/** @param {{name: string, age: number | null, title: string}} patient */
function about(patient) {
  const name = nameOf(patient);
  return patient.title.startsWith(name) ? [written(patient.title)] : [written(name), written(patient.title)];
}

/** @param {string} text */
function warning(text) {
  if (!text) return [];
  return [el("section", { class: "notice" }, el("h2", {}, words.warning), written(text), el("p", {}, words.warningHint))];
}

/** @param {{name: string, total_required_to_pass: number, max_score: number}[]} categories */
function rubric(categories) {
  if (!categories.length) return [el("p", {}, words.noRubric)];
  const items = categories.map((one) => el(
    "li", {}, written(one.name, "span"), ` (${words.passMark(words.score(one.total_required_to_pass, one.max_score))})`));
  return [el("p", {}, words.lookedForHint), el("ul", {}, ...items)];
}
