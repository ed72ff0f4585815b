// Whole sentences of a growing text: screen readers are told each once.

import { byId, el } from "./dom.js";

const END = /[.!?…。！？؟।]["'”’»)\]]*\s+/gu;
const KEPT = 30;

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
    this.text = "";
    this.said = 0;
  }

  /**
   * The reply is complete: what has not been said is said, and all of it if it is another one.
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
    if (sentences) announce(this.said === 0 ? this.speaker + sentences : sentences);
    this.said = end;
  }
}

/** @param {string} sentence */
function announce(sentence) {
  const place = byId("announcements");
  place.append(el("p", { dir: "auto" }, sentence));
  while (place.childElementCount > KEPT) place.firstElementChild.remove();
}
