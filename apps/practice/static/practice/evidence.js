// Where the words that a mark quotes stand in the conversation.

/** @typedef {{index: number, start: number, end: number}} Quote counts code points; start is -1 where the place is unknown */
/** @typedef {{start: number, end: number, criteria: number[]}} Span in characters of JavaScript; criteria by position */

/**
 * The quoted parts of each turn, in order and without overlaps. A quote without a place lights up its whole turn.
 * @param {{message: string}[]} transcript
 * @param {{quotes: Quote[]}[]} criteria
 * @returns {Span[][]}
 */
export function spans(transcript, criteria) {
  /** @type {Span[][]} */
  const found = transcript.map(() => []);
  criteria.forEach(({ quotes }, position) => {
    for (const { index, start, end } of quotes) {
      const { message } = transcript[index];
      const place = start < 0 ? [0, message.length] : [units(message, start), units(message, end)];
      found[index].push({ start: place[0], end: place[1], criteria: [position] });
    }
  });
  return found.map(apart);
}

/**
 * How many characters of JavaScript the first code points of a text are.
 * @param {string} text
 * @param {number} points
 */
function units(text, points) {
  return [...text].slice(0, points).join("").length;
}

/**
 * The same places as parts that do not overlap, each with all its criteria.
 * @param {Span[]} places
 * @returns {Span[]}
 */
function apart(places) {
  const edges = [...new Set(places.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, n) => ({
    start,
    end: edges[n + 1],
    criteria: [...new Set(places.filter((one) => one.start <= start && one.end > start).flatMap((one) => one.criteria))],
  })).filter((part) => part.criteria.length);
}
