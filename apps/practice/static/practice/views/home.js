// The exercises with last and best marks, and what to do next.

import { all, get } from "../api.js";
import { el, link } from "../dom.js";
import { portrait } from "../patient.js";
import { person } from "../store.js";
import { nameOf, verdict, words } from "../words.js";
import { standing } from "./history.js";

// Something has been said, or is being said, that no marks were asked for.
const OPEN = new Set(["your_turn", "unanswered", "answering", "empty"]);

/** @type {import("../dom.js").View} */
export async function home(main, signal) {
  const [activities, evaluations, threads, progress] = await Promise.all([
    all("activities/?ordering=position&page_size=500", signal),
    all("evaluations/?whose=everyone&status=completed&ordering=-created_at&page_size=500", signal),
    get("threads/?whose=everyone&preview=false&ordering=-updated_at&page_size=50", signal),
    get("stats/me/", signal),
  ]);
  const done = byActivity(evaluations);
  const exercises = activities.map((activity) => exerciseItem(activity, done.get(activity.id) || []));
  main.replaceChildren(
    el("h1", {}, words.hello(person()?.name || "")),
    el("h2", {}, words.whatNext),
    next(activities, done, threads.results),
    el("h2", {}, words.exercises),
    exercises.length ? el("ul", { class: "cards" }, ...exercises) : "",
    ...progressTable(progress.categories),
  );
}

/**
 * Evaluations by their activity, newest first.
 * @param {any[]} evaluations
 * @returns {Map<number, any[]>}
 */
function byActivity(evaluations) {
  const found = new Map();
  for (const one of evaluations) {
    found.set(one.activity_id, [...(found.get(one.activity_id) || []), one]);
  }
  return found;
}

/** @param {{total_score: number, max_score: number}} evaluation */
const share = ({ total_score, max_score }) => (max_score ? total_score / max_score : 0);

/** @param {any[]} evaluations */
function best(evaluations) {
  return evaluations.reduce((most, one) => (share(one) > share(most) ? one : most));
}

/**
 * An open conversation first, then an exercise that was not done yet, then the one with the lowest best marks.
 * @param {any[]} activities
 * @param {Map<number, any[]>} done
 * @param {any[]} threads the newest first
 */
function next(activities, done, threads) {
  const known = new Map(activities.map((one) => [one.id, one]));
  const open = threads.find((one) => known.has(one.activity_id) && OPEN.has(one.state));
  if (open) {
    return el(
      "div", {},
      el("p", {}, link(`conversation/${open.id}`, words.goOn(known.get(open.activity_id).title), "main")),
      standing(open),
    );
  }
  const fresh = activities.find((one) => !done.has(one.id));
  if (fresh) return el("p", {}, link(`exercise/${fresh.id}`, words.begin(fresh.title), "main"));
  if (!activities.length) return el("p", {}, words.nothingYet);
  const worth = (/** @type {any} */ one) => share(best(done.get(one.id) || []));
  const weakest = activities.reduce((least, one) => (worth(one) < worth(least) ? one : least));
  return el("p", {}, link(`exercise/${weakest.id}`, words.practiseWeakest(weakest.title), "main"));
}

/**
 * @param {any} activity
 * @param {any[]} evaluations
 */
function exerciseItem(activity, evaluations) {
  const marks = evaluations.length
    ? [[words.lastMarks, evaluations[0]], [words.bestMarks, best(evaluations)]].map(([name, one]) => el(
      "div", {}, el("dt", {}, name), el("dd", {}, link(`marks/${one.id}`, verdict(one)))))
    : [el("div", {}, el("dt", {}, words.lastMarks), el("dd", {}, words.notYet))];
  return el(
    "li", {},
    portrait(activity.character),
    el("h3", { dir: "auto" }, link(`exercise/${activity.id}`, activity.title)),
    el("dl", {}, el("div", {}, el("dt", {}, words.patient), el("dd", { dir: "auto" }, nameOf(activity.character))), ...marks),
  );
}

/**
 * Each category with the marks of the first, best and last conversation.
 * @param {{name: string, points: {score: number, max_score: number, evaluation_id: string}[]}[]} categories
 */
function progressTable(categories) {
  if (!categories.length) return [];
  const head = [words.category, words.first, words.best, words.last, words.conversations];
  const rows = categories.map(({ name, points }) => {
    const shares = points.map((one) => (one.max_score ? one.score / one.max_score : 0));
    const best = points[shares.indexOf(Math.max(...shares))];
    const shown = [points[0], best, points[points.length - 1]].map((one) => el(
      "td", {}, link(`marks/${one.evaluation_id}`, words.score(one.score, one.max_score))));
    return el("tr", {}, el("th", { scope: "row", dir: "auto" }, name), ...shown, el("td", {}, String(points.length)));
  });
  return [
    el("h2", {}, words.progress),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": words.progress }, el(
      "table", {},
      el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, ...rows),
    )),
  ];
}
