// Where the words that a mark quotes stand in the conversation.

/** @typedef {{start: number, end: number, criteria: number[]}} Span in UTF-16 units of one turn; criteria by position */

/**
 * The quoted parts of each turn, in order and without overlaps. A quote whose words are not found lights up its turns.
 * @param {{role: string, message: string}[]} transcript
 * @param {{evidence: {message_indices: number[], quotes: string[]}}[]} criteria
 * @returns {Span[][]}
 */
export function spans(transcript, criteria) {
  /** @type {Span[][]} */
  const found = transcript.map(() => []);
  criteria.forEach(({ evidence }, position) => {
    for (const quote of evidence.quotes) {
      const places = evidence.message_indices.filter((index) => transcript[index]).map((index) => ({
        index, place: find(transcript[index].message, quote),
      }));
      const exact = places.filter(({ place }) => place);
      for (const { index, place } of exact.length ? exact : places) {
        const [start, end] = place || [0, transcript[index].message.length];
        found[index].push({ start, end, criteria: [position] });
      }
    }
  });
  return found.map(apart);
}

/**
 * Start and end of the quote in the text. Case, blanks, quotation marks and forms of characters do not matter.
 * @param {string} text
 * @param {string} quote
 * @returns {[number, number] | null}
 */
export function find(text, quote) {
  const whole = folded(text);
  const wanted = folded(quote.trim()).text.trim();
  const at = wanted ? whole.text.indexOf(wanted) : -1;
  return at < 0 ? null : [whole.from[at], whole.to[at + wanted.length - 1]];
}

/**
 * The text as it is compared, and for each of its units where it came from.
 * @param {string} text
 */
function folded(text) {
  let result = "";
  /** @type {number[]} */
  const from = [];
  /** @type {number[]} */
  const to = [];
  let at = 0;
  for (const character of text) {
    const plain = /[‘’‚‛“”„«»"`´]/u.test(character) ? "'" : character.normalize("NFKC").toLowerCase();
    const next = /^\s+$/u.test(plain) ? (result.endsWith(" ") ? "" : " ") : plain;
    for (const unit of next.split("")) {
      result += unit;
      from.push(at);
      to.push(at + character.length);
    }
    at += character.length;
  }
  return { text: result, from, to };
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
