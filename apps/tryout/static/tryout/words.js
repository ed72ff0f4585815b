// What the page says.

import { ApiError } from "./requests.js";

export const words = {
  you: "You",
  patient: "Patient",
  said: "The patient said: ",
  first: "Nothing has been said yet. Greet the patient as a student would.",
  turn: "It is your turn.",
  sending: "Sending…",
  waiting: "The patient has your words and will answer.",
  answering: "The patient is answering…",
  again: "The reply was turned away by a check; the patient begins again.",
  paused: "Calls to the model are paused. Your words are answered when the pause is over, or fail at their deadline.",
  stopped: "You stopped the reply.",
  failed: (/** @type {string} */ why) => `There is no reply. ${why} Your words are stored: ask for the reply again, or say something else.`,
  stillAnswering: "The patient is still answering. Your words stay in the box.",
  ended: "You have ended this conversation. Start again, or have it marked.",
  unsure: "Nothing is known of the reply just now; the page asks again by itself.",
  told: "Told",
  nothingTold: "Nothing of the patient’s facts yet.",
  askedFor: "asked for",
  volunteered: "volunteered",
  locked: "locked fact",
  stillLocked: "Still locked",
  noLocked: "No fact is locked, or all have been told.",
  onTopics: (/** @type {string} */ topics) => `asked for by: ${topics}`,
  heldBack: "Held back",
  nothingHeld: "No reply was turned away.",
  fact: (/** @type {number} */ number) => `Fact ${number}`,
  marking: "The conversation is being marked. This takes about a minute.",
  markFailed: (/** @type {string} */ why) => `It could not be marked. ${why}`,
  total: (/** @type {number} */ score, /** @type {number} */ most) => `${score} of ${most}`,
  passed: "passed",
  notPassed: "not passed",
  noVerdict: "no verdict",
  notMarked: "not marked",
  forReview: "a person should check this",
  wholeMarks: "All of the marks, with comments and quotes",
};

/**
 * What a model has done, by the rule that a reply broke.
 * @type {Record<string, string>}
 */
const RULES = {
  locked_fact: "It told a locked fact that nobody had asked for.",
  contradiction: "It contradicted a fact.",
};

/**
 * What became of a reply.
 * @type {Record<string, string>}
 */
const ACTIONS = {
  regenerated: "The model was asked again.",
  fallback: "It was replaced by a reply that avoids the question.",
  withheld: "There is no other reply in this language, so there was none.",
};

/** @type {Record<string, string>} */
const ERRORS = {
  no_answer: "There is no connection to the service.",
  session_ended: "Your sign-in has ended. Sign in again in another tab, then go on here.",
  too_many_threads: "You have begun too many conversations in the last 24 hours.",
  throttled: "That was too many requests in a short time. Wait a moment.",
  nothing_to_mark: "There is nothing to mark yet: say something to the patient first.",
  no_rubric: "Choose at least one rubric.",
  patient_gone: "This patient has been deleted.",
  thread_full: "This conversation has reached its greatest length. Start again.",
  conversation_suspended: "This conversation is suspended, as a student’s would be. Start again at any time.",
  run_in_progress: "The patient is still answering. Wait for the reply, or stop it.",
};

/**
 * Why a run or an evaluation has failed, for those who can do something about it.
 * @type {Record<string, string>}
 */
const FAILURES = {
  credentials_refused: "The model’s server does not accept the key. An admin has to correct it in the settings.",
  model_not_found: "The model’s server does not know the model. An admin has to correct its name in the settings.",
  quota_exhausted: "The budget at the model’s provider is used up.",
  deadline_exceeded: "It took too long. Perhaps calls to the model are paused, or no worker runs.",
};

/** @param {{rule: string, action: string}} check */
export const explain = ({ rule, action }) =>
  `${RULES[rule] || `It broke the rule “${rule.replaceAll("_", " ")}”.`} ${ACTIONS[action] || ""}`;

/** @param {{error_code: string, error_detail: string}} job */
export const failure = (job) => FAILURES[job.error_code] || job.error_detail;

/**
 * What is so, in a sentence.
 * @param {unknown} error
 */
export function reason(error) {
  if (!(error instanceof ApiError)) throw error;
  const [ofField] = Object.values(error.body.fields || {});
  return ERRORS[error.code] || (ofField && ofField[0]) || error.body.detail || `The service failed (${error.status}).`;
}
