// Whole sentences of a growing text: each is announced once, to screen readers and aloud.

import { hush, readAloud } from "./aloud.js";
import { announce } from "./dom.js";

const END = /[.!?…。！？؟।]["'”’»)\]]*\s+/gu;

/** What of one reply has been said aloud. */
export class Speech {
  /** @param {string} speaker named before the first sentence */
  constructor(speaker) {
    this.speaker = speaker;
    this.text = "";
    this.said = 0;
  }

  /** @param {string} piece */
  add(piece) {
    this.text += piece;
    let end = this.said;
    for (const found of this.text.slice(this.said).matchAll(END)) end = this.said + (found.index ?? 0) + found[0].length;
    this.#say(end);
  }

  reset() {
    hush();
    this.text = "";
    this.said = 0;
  }

  /**
   * The reply is complete: say what has not been said. A reply that is not what was announced is said as a whole.
   * @param {string} whole
   */
  finish(whole) {
    if (!whole.startsWith(this.text.slice(0, this.said))) this.said = 0;
    this.text = whole;
    this.#say(whole.length);
  }

  /** @param {number} end */
  #say(end) {
    const sentences = this.text.slice(this.said, end).trim();
    if (sentences) {
      announce(this.said === 0 ? this.speaker + sentences : sentences);
      readAloud(sentences);
    }
    this.said = end;
  }
}
