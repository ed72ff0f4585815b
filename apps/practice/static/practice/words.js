// The words of the page, and those for an error.

import { ApiError } from "./api.js";
import { words } from "./words/en.js";

export { words };

/** @type {Record<string, string>} */
const BY_CODE = words.errors;

/**
 * What is so, in a sentence: by the error's code, else as the service says it.
 * @param {unknown} error
 */
export function reason(error) {
  if (!(error instanceof ApiError)) return words.failed;
  const [ofField] = Object.values(error.body.fields || {});
  return BY_CODE[error.code] || (ofField && ofField[0]) || error.body.detail || words.failed;
}

/**
 * The score of an evaluation with its verdict.
 * @param {{total_score: number | null, max_score: number, passed: boolean | null, needs_review: boolean}} evaluation
 */
export function verdict(evaluation) {
  const said = evaluation.passed === null ? words.noVerdict : evaluation.passed ? words.passed : words.notPassed;
  const review = evaluation.needs_review ? `, ${words.underReview}` : "";
  return `${words.score(evaluation.total_score ?? 0, evaluation.max_score)}, ${said}${review}`;
}

/**
 * A patient's name with the age, as far as they are known; else the title.
 * @param {{name: string, age: number | null, title: string}} patient
 */
export function nameOf({ name, age, title }) {
  if (!name) return title;
  return age === null ? name : words.aged(name, age);
}
