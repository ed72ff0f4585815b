// The time that is left of a conversation, by the service's time. Nothing is cut off when it is over.

import { serviceTime } from "./api.js";
import { announce, el } from "./dom.js";
import { words } from "./words.js";

/**
 * A clock that runs until `signal`. Screen readers can read it at any time, and are told once that the time is over.
 * @param {string} begun the conversation's beginning
 * @param {number} minutes
 * @param {AbortSignal} signal
 */
export function clock(begun, minutes, signal) {
  const place = el("p", { class: "clock", role: "timer" });
  const end = Date.parse(begun) + minutes * 60_000;
  let running = false;
  const tick = () => {
    const left = Math.ceil((end - serviceTime()) / 1000);
    if (running && left <= 0) announce(words.timeOver(minutes));
    running = left > 0;
    place.textContent = running ? words.timeLeft(left, minutes) : words.timeOver(minutes);
  };
  tick();
  const timer = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(timer));
  return place;
}
