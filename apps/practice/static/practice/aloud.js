// Reads replies aloud, by voices of this device alone, so that no words leave it. Off until somebody turns it on here.

import { button } from "./dom.js";
import { words } from "./words.js";

const ON = "practice.aloud";
// The likeliest language of each script; of Latin, it is the reader's own.
/** @type {Record<string, RegExp>} */
const SCRIPTS = {
  he: /\p{Script=Hebrew}/u, ar: /\p{Script=Arabic}/u, ja: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  zh: /\p{Script=Han}/u, ko: /\p{Script=Hangul}/u, ru: /\p{Script=Cyrillic}/u, el: /\p{Script=Greek}/u,
  hi: /\p{Script=Devanagari}/u, th: /\p{Script=Thai}/u,
};

function voices() {
  return "speechSynthesis" in window ? speechSynthesis.getVoices().filter((one) => one.localService) : [];
}

/** A switch, which is there once the device has a voice. */
export function aloudSwitch() {
  const made = button(words.aloud, () => {
    const on = localStorage.getItem(ON) !== "on";
    if (on) localStorage.setItem(ON, "on");
    else localStorage.removeItem(ON);
    show();
    hush();
  });
  const show = () => {
    made.hidden = voices().length === 0;
    made.setAttribute("aria-pressed", String(localStorage.getItem(ON) === "on"));
  };
  show();
  // Browsers load their voices after the page.
  if ("speechSynthesis" in window) speechSynthesis.onvoiceschanged = show;
  return made;
}

/**
 * Read this after what is being read, if somebody wants that.
 * @param {string} text
 */
export function readAloud(text) {
  if (localStorage.getItem(ON) !== "on") return;
  const written = Object.keys(SCRIPTS).find((code) => SCRIPTS[code].test(text));
  const language = written || navigator.language.slice(0, 2).toLowerCase();
  const fitting = voices().find((one) => one.lang.slice(0, 2).toLowerCase() === language);
  // A voice of another script would read nothing that anybody understands.
  const voice = fitting || (written ? null : voices()[0]);
  if (!voice) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  speechSynthesis.speak(utterance);
}

/** Be silent at once. */
export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
