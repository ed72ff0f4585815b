// What stands beside the conversation: the facts ledger, and what the model has used.

import { byId, el, written } from "./dom.js";
import { explain, words } from "./words.js";

const page = byId("tryout");

/** The locked facts of the patient as saved last, for a conversation that has not begun. */
export const LOCKED = JSON.parse(byId("locked-facts").textContent);

/** @param {{told: any[], still_locked: any[], held_back: any[]}} ledger */
export function showFacts({ told, still_locked: locked, held_back: held }) {
  byId("facts").replaceChildren(
    ...list(words.told, words.nothingTold, told.map(toldFact), "told"),
    ...list(words.stillLocked, words.noLocked, locked.map(lockedFact), "locked"),
    ...list(words.heldBack, words.nothingHeld, held.map(heldBack), "held"),
  );
}

/**
 * @param {string} heading
 * @param {string} none
 * @param {HTMLElement[]} items
 * @param {string} kind
 */
function list(heading, none, items, kind) {
  const title = el("h3", {}, items.length ? `${heading} (${items.length})` : heading);
  return [title, items.length ? el("ul", { class: `facts ${kind}` }, ...items) : el("p", { class: "quiet" }, none)];
}

/** @param {any} fact */
function toldFact(fact) {
  const how = [fact.locked ? words.locked : null, fact.asked ? words.askedFor : words.volunteered].filter(Boolean);
  return el("li", {}, written(fact.text), el("span", { class: fact.asked ? "quiet" : "warning" }, how.join(", ")));
}

/** @param {any} fact */
function lockedFact(fact) {
  return el("li", {}, written(fact.text), fact.topics ? el("span", { class: "quiet" }, words.onTopics(fact.topics)) : null);
}

/** @param {any} check */
function heldBack(check) {
  const facts = check.facts.map((/** @type {any} */ fact) => written(`${words.fact(fact.number)}: ${fact.text}`));
  return el("li", {}, explain(check), ...facts);
}

/**
 * @param {{calls: number, input_tokens: number, output_tokens: number, first_text_ms: number | null}} usage
 * @param {string} model
 */
export function showUsage(usage, model) {
  const first = usage.first_text_ms === null ? "not streamed" : `${(usage.first_text_ms / 1000).toFixed(1)} s`;
  const rows = [
    ...(page.dataset.operations ? [["Model", model || "–"]] : []),
    ["Calls", String(usage.calls)],
    ["Tokens in", usage.input_tokens.toLocaleString()],
    ["Tokens out", usage.output_tokens.toLocaleString()],
    ["First text of the last reply after", usage.calls ? first : "–"],
  ];
  byId("usage").replaceChildren(...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}
