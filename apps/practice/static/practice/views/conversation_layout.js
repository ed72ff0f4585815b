// What a conversation looks like. It knows nothing of the service.

import { aloudSwitch } from "../aloud.js";
import { announce, button, el, link, when, written } from "../dom.js";
import { words } from "../words.js";

/**
 * @param {any} thread
 * @param {HTMLElement} picture
 * @param {HTMLElement | null} timer
 * @param {{send: () => void, stop: () => void, again: () => void, end: () => void}} on
 */
export function layout(thread, picture, timer, on) {
  const list = el("ol", { class: "messages", "aria-label": words.transcript });
  const state = el("p", { role: "status", class: "state" });
  const notice = el("section", { class: "notice", hidden: true });
  const input = el("textarea", { id: "reply", rows: 2, dir: "auto", "aria-describedby": "reply-hint", onkeydown: (/** @type {KeyboardEvent} */ event) => {
    // Enter also ends the choice of a word in an input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    on.send();
  } });
  const hint = el("p", { id: "reply-hint", class: "hint" }, words.replyHint);
  const form = el(
    "form", { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); on.send(); } },
    el("label", { for: "reply" }, words.reply), input,
    hint,
    el("button", { class: "main send" }, words.send),
  );
  const stop = button(words.stop, on.stop, { hidden: true });
  const again = button(words.again, on.again, { hidden: true });
  const end = button(words.end, on.end, { hidden: true });
  const page = new Layout(list, state, notice, form, input, { stop, again, end });
  page.timer = timer;
  page.parts = [
    picture,
    written(thread.title || words.conversation, "h1"),
    thread.activity_id ? el("p", {}, link(`exercise/${thread.activity_id}`, words.brief)) : "",
    el("p", { class: "hint" }, `${words.begun} `, when(thread.created_at)),
    timer || "",
    help(thread.help),
    list, notice, el("div", { class: "say" }, state, form),
    el("p", { class: "actions" }, stop, again, end, aloudSwitch(), link("", words.stopNow, "button")),
    el("p", { class: "hint" }, words.stopNowHint),
  ];
  return page;
}

/** @param {{text: string, who_is_told: string}} texts */
function help(texts) {
  return el(
    "details", { class: "help" },
    el("summary", {}, `${words.help} · ${words.whoSees}`),
    written(texts.text), el("p", {}, words.whoSeesText), written(texts.who_is_told),
  );
}

class Layout {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} state
   * @param {HTMLElement} notice
   * @param {HTMLFormElement} form
   * @param {HTMLTextAreaElement} input
   * @param {{stop: HTMLElement, again: HTMLElement, end: HTMLElement}} buttons
   */
  constructor(list, state, notice, form, input, buttons) {
    this.list = list;
    this.state = state;
    this.notice = notice;
    this.form = form;
    this.input = input;
    this.buttons = buttons;
    /** @type {(Node | string)[]} */
    this.parts = [];
    /** @type {HTMLElement | null} */
    this.timer = null;
    /** @type {Record<"live" | "unsent", HTMLElement | null>} */
    this.passing = { live: null, unsent: null };
  }

  /**
   * Say what is so and what to do. The same again is not said twice.
   * @param {string} text
   */
  say(text) {
    if (this.state.textContent !== text) this.state.textContent = text;
    return text;
  }

  /**
   * Whether a message can be sent now. The button says so, and stays in reach of who asks why.
   * @param {boolean} ready
   */
  ready(ready) {
    this.form.querySelector(".send")?.setAttribute("aria-disabled", String(!ready));
    if (ready) this.#hint(words.replyHint);
  }

  /** Say why nothing is sent now; it stays until something can be, while the state goes on to tell of the reply. */
  tooEarly() {
    this.#hint(words.tooEarly);
    announce(words.tooEarly);
  }

  /** @param {string} text */
  #hint(text) {
    const hint = this.form.querySelector("#reply-hint");
    if (hint) hint.textContent = text;
  }

  /** @param {{stop?: boolean, again?: boolean, end?: boolean}} which */
  offer(which) {
    for (const [name, shown] of Object.entries(which)) {
      const one = this.buttons[/** @type {"stop" | "again" | "end"} */ (name)];
      if (!shown && one === document.activeElement) this.input.focus();
      one.hidden = !shown;
    }
    if (which.stop) this.buttons.again.hidden = true;
  }

  /**
   * @param {{role: string, message: string}} message
   * @param {string} speaker
   * @param {...Node} below what belongs to the message
   */
  add(message, speaker, ...below) {
    const item = bubble(message.role, speaker, message.message);
    item.append(...below);
    this.list.append(item);
    item.scrollIntoView({ block: "nearest" });
  }

  /**
   * The reply so far.
   * @param {string} text
   * @param {string} speaker
   */
  showLive(text, speaker) {
    this.#pass("live", "assistant", speaker, text);
  }

  /**
   * The student's message, until the list has it.
   * @param {string} text
   */
  showUnsent(text) {
    this.#pass("unsent", "user", words.you, text);
  }

  /** The service has it. */
  markSent() {
    this.passing.unsent?.classList.remove("unsent");
  }

  /**
   * Take no more messages, and show where to find help if that is why.
   * @param {{text: string, who_is_told: string} | undefined} help
   */
  close(help) {
    this.form.hidden = true;
    this.offer({ stop: false, again: false, end: !help && this.list.childElementCount > 0 });
    if (!help) return;
    if (this.timer) this.timer.hidden = true;
    this.notice.replaceChildren(
      el("h2", { tabindex: -1 }, words.suspendedTitle), el("p", {}, words.suspended),
      written(help.text), written(help.who_is_told), link("", words.back, "button"),
    );
    this.notice.hidden = false;
    this.notice.querySelector("h2")?.focus();
  }

  /**
   * @param {"live" | "unsent"} name
   * @param {string} role
   * @param {string} speaker
   * @param {string} text
   */
  #pass(name, role, speaker, text) {
    if (!text) {
      this.passing[name]?.remove();
      this.passing[name] = null;
      return;
    }
    const item = this.passing[name] || bubble(role, speaker, "");
    const place = item.querySelector(".written");
    if (place) place.textContent = text;
    item.classList.add(name);
    if (!item.isConnected) this.list.append(item);
    this.passing[name] = item;
    item.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {string} role
 * @param {string} speaker
 * @param {string} text
 */
function bubble(role, speaker, text) {
  return el("li", { class: role }, el("span", { class: "speaker", dir: "auto" }, speaker), written(text));
}
