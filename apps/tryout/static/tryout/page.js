// The page on which an instructor tries a patient. The service has what was said; the address keeps which thread it is.

import { LOCKED, showFacts, showUsage } from "./beside.js";
import { byId, el, written } from "./dom.js";
import { followed, isOpen } from "./following.js";
import { clearMarks, mark, showMarks } from "./marks.js";
import { ApiError, get, post } from "./requests.js";
import { Speech } from "./speech.js";
import { failure, reason, words } from "./words.js";

const scenario = Number(byId("tryout").dataset.scenario);
// Behind the thread in the address, where it was ended.
const ENDED = ".ended";
const NO_USAGE = { calls: 0, input_tokens: 0, output_tokens: 0, first_text_ms: null };

class TryOut {
  constructor() {
    /** Id of the thread; empty before something is said. */
    this.thread = "";
    this.busy = false;
    /** @type {any} */
    this.run = null;
    /** Name of the model that answered last. */
    this.model = "";
    /** The words under way with their id, so that they are stored once even if the answer to them was lost. */
    this.sending = { content: "", id: "" };
    this.leaving = new AbortController();
  }

  /** Go on with the thread in the address, if there is one. */
  async begin() {
    const address = location.hash.slice(1);
    const id = address.replace(ENDED, "");
    this.#clear();
    if (!id) return;
    history.replaceState(null, "", `#${address}`);
    await this.#exclusively(async (signal) => {
      const thread = await get(`threads/${encodeURIComponent(id)}/`);
      if (signal.aborted) return;
      if (!thread.preview || thread.scenario_id !== scenario) return this.#clear();
      this.thread = thread.id;
      const { results } = await get(`threads/${id}/runs/?page_size=1`);
      await this.#read();
      if (thread.marks) await showMarks(thread.marks.id, signal);
      if (results[0]) await this.#follow(results[0], signal);
      if (address.endsWith(ENDED) && !signal.aborted) close(true);
    });
  }

  async send() {
    const content = byId("words").value;
    if (!content.trim()) return byId("words").focus();
    if (this.busy) return say(words.stillAnswering);
    await this.#exclusively(async (signal) => {
      say(words.sending);
      byId("words").value = "";
      const run = await this.#sent(content);
      if (!run) return;
      await this.#read();
      await this.#follow(run, signal);
    });
  }

  /**
   * The run that answers these words; null if they were left meanwhile. What is refused goes back into the box.
   * @param {string} content
   */
  async #sent(content) {
    const { signal } = this.leaving;
    try {
      if (!this.thread) {
        const { id } = await post("threads/", { scenario_id: scenario, preview: true });
        if (signal.aborted) return null;
        this.thread = id;
        history.replaceState(null, "", `#${id}`);
      }
      const run = await post(`threads/${this.thread}/runs/`, { content, client_message_id: this.#idOf(content) });
      this.sending = { content: "", id: "" };
      return signal.aborted ? null : run;
    } catch (error) {
      if (!signal.aborted && !byId("words").value) byId("words").value = content;
      throw error;
    }
  }

  /** @param {string} content */
  #idOf(content) {
    if (this.sending.content !== content) this.sending = { content, id: newId() };
    return this.sending.id;
  }

  async retry() {
    if (this.busy) return;
    await this.#exclusively(async (signal) => this.#follow(await post(`threads/${this.thread}/runs/`), signal));
  }

  async stop() {
    try {
      if (this.run) await post(`runs/${this.run.id}/cancel/`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "run_ended") say(reason(error));
    }
  }

  /** Leave this thread for a new one, which is opened with the first words. */
  async restart() {
    await this.stop();
    this.#clear();
    byId("words").focus();
  }

  async end() {
    await this.stop();
    close(true);
    // While a thread is still being read, the address alone names it.
    const id = this.thread || location.hash.slice(1).replace(ENDED, "");
    if (id) history.replaceState(null, "", `#${id}${ENDED}`);
    say(words.ended);
    byId("mark-title").scrollIntoView({ block: "nearest" });
  }

  async mark() {
    if (!this.thread) return (byId("mark-state").textContent = reason(new ApiError(400, { code: "nothing_to_mark" })));
    await mark(this.thread, this.leaving.signal);
    try {
      await this.#readBeside();
    } catch (error) {
      say(reason(error));
    }
  }

  #clear() {
    this.leaving.abort();
    this.leaving = new AbortController();
    this.busy = false;
    this.run = null;
    this.model = "";
    this.sending = { content: "", id: "" };
    this.thread = "";
    history.replaceState(null, "", location.pathname);
    byId("messages").replaceChildren();
    byId("announcements").replaceChildren();
    byId("words").value = "";
    offer({});
    close(false);
    clearMarks();
    showFacts({ told: [], still_locked: LOCKED, held_back: [] });
    showUsage(NO_USAGE, "");
    say(words.first);
  }

  /**
   * Do one thing at a time. What the thread was left for ends without a trace.
   * @param {(signal: AbortSignal) => Promise<void>} act
   */
  async #exclusively(act) {
    const { signal } = this.leaving;
    this.busy = true;
    try {
      await act(signal);
    } catch (error) {
      if (!signal.aborted) say(reason(error));
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }

  /**
   * @param {any} run
   * @param {AbortSignal} signal
   */
  async #follow(run, signal) {
    if (signal.aborted) return;
    const speech = new Speech(words.said);
    this.run = run;
    offer({ stop: isOpen(run) });
    const wasOpen = isOpen(run);
    const ended = await followed(run, {
      onState: (status, paused) => say(paused ? words.paused : status === "queued" ? words.waiting : words.answering),
      onPiece: (text) => {
        speech.add(text);
        live(speech.text);
      },
      onReset: () => {
        speech.reset();
        live("");
        say(words.again);
      },
      onTrouble: () => say(words.unsure),
    }, signal);
    if (signal.aborted) return;
    this.run = null;
    if (ended.message && wasOpen) speech.finish(ended.message.message);
    live("");
    await this.#read();
    this.model = ended.model || this.model;
    await this.#readBeside();
    if (!signal.aborted) settle(ended);
  }

  async #read() {
    const { thread } = this;
    if (!thread) return;
    const { results } = await get(`threads/${thread}/messages/?page_size=500`);
    if (thread !== this.thread) return;
    byId("messages").replaceChildren(...results.map(message));
    byId("messages").lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  async #readBeside() {
    const { thread } = this;
    if (!thread) return;
    const [facts, usage] = await Promise.all([get(`threads/${thread}/facts/`), get(`threads/${thread}/usage/`)]);
    if (thread !== this.thread) return;
    showFacts(facts);
    showUsage(usage, this.model);
  }
}

/** As a UUID is, which browsers make on secure sites alone. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text */
const say = (text) => { byId("state").textContent = text; };

/**
 * Which buttons there are.
 * @param {{stop?: boolean, retry?: boolean}} which
 */
function offer({ stop = false, retry = false }) {
  const focused = document.activeElement;
  byId("stop").hidden = !stop;
  byId("retry").hidden = !retry;
  if (focused instanceof HTMLElement && focused.hidden) byId("words").focus();
}

/**
 * Whether nothing more can be said.
 * @param {boolean} closed
 */
function close(closed) {
  for (const control of byId("say").elements) control.disabled = closed;
}

/** @param {any} one */
const message = (one) => el("li", { class: `message ${one.role}` },
  el("strong", {}, one.role === "user" ? words.you : words.patient), written(one.message));

/**
 * The reply as far as it is there.
 * @param {string} text
 */
function live(text) {
  document.querySelector(".live")?.remove();
  if (!text) return;
  const growing = el("li", { class: "message assistant live", "aria-hidden": "true" }, el("strong", {}, words.patient), written(text));
  byId("messages").append(growing);
  growing.scrollIntoView({ block: "nearest" });
}

/** @param {any} run that has ended */
function settle(run) {
  offer({ retry: !run.message && !run.help });
  if (run.message) return say(words.turn);
  if (run.help) {
    close(true);
    byId("talk-title").focus();
    return say(`${reason(new ApiError(409, { code: "conversation_suspended" }))} ${run.help.text}`);
  }
  say(run.status === "cancelled" ? words.stopped : words.failed(failure(run)));
}

const tryOut = new TryOut();
byId("say").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  tryOut.send();
});
byId("words").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  tryOut.send();
});
byId("mark").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  tryOut.mark();
});
byId("stop").addEventListener("click", () => tryOut.stop());
byId("retry").addEventListener("click", () => tryOut.retry());
byId("restart").addEventListener("click", () => tryOut.restart());
byId("end").addEventListener("click", () => tryOut.end());
tryOut.begin();
