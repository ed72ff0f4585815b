// A conversation with a patient. The service has what was said; this view shows it, and adds to it one message at a time.

import { ApiError, all, get, patiently, post } from "../api.js";
import { hush } from "../aloud.js";
import { clock } from "../clock.js";
import { followed, isOpen } from "../following.js";
import { portrait, settingOf } from "../patient.js";
import { Speech } from "../speech.js";
import { draft, keepDraft, newId, onOtherTab, requestKey, tellOtherTabs } from "../store.js";
import { reason, words } from "../words.js";
import { who } from "./history.js";
import { layout } from "./conversation_layout.js";
import { replyReport, reportedIn } from "./report.js";

// What no other message could change. Elsewhere the box stays, with the words in it.
const CLOSED = new Set(["conversation_suspended", "conversation_ended", "permission_denied"]);

/** @type {import("../dom.js").View} */
export async function conversation(main, signal, id) {
  const thread = await get(`threads/${encodeURIComponent(id)}/`, signal);
  const [setting, reported] = await Promise.all([settingOf(thread, signal), reportedIn(thread.id, signal)]);
  const talk = new Conversation(thread, setting, reported, signal);
  main.replaceChildren(...talk.page.parts);
  signal.addEventListener("abort", hush);
  const again = () => talk.sync();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    dispatchEvent(new Event("practice:try-now"));
    again();
  }, { signal });
  addEventListener("online", again, { signal });
  onOtherTab(thread.id, again, signal);
  await talk.sync();
}

class Conversation {
  /**
   * @param {any} thread
   * @param {{patient: any, minutes: number | null}} setting
   * @param {Set<number>} reported ids of replies
   * @param {AbortSignal} signal
   */
  constructor(thread, { patient, minutes }, reported, signal) {
    this.thread = thread;
    this.reported = reported;
    this.name = patient?.name || "";
    this.signal = signal;
    const timer = minutes && !thread.suspended_at ? clock(thread.created_at, minutes, signal) : null;
    this.page = layout(thread, portrait(patient), timer, {
      send: () => this.send(),
      stop: () => this.stop(),
      again: () => this.answerAgain(),
      end: () => this.haveMarked(),
    });
    /** Ids of the messages that are shown. @type {Set<number>} */
    this.shown = new Set();
    this.busy = false;
    /** Whether there was news while this view was busy. */
    this.stale = false;
    /** @type {any} */
    this.run = null;
    const kept = draft(thread.id);
    this.page.input.value = kept.text;
    this.page.input.addEventListener("input", () => this.#keep({ text: this.page.input.value }));
  }

  /** Show what the database holds, and go on from there; where something else is under way, at its end. */
  async sync() {
    this.stale = this.busy;
    if (this.busy) return;
    try {
      const found = await this.#read();
      this.stale = this.busy;
      if (!this.busy) await this.#exclusively(() => this.#goOn(found));
    } catch (error) {
      if (!this.signal.aborted) await this.#refused(error);
    }
  }

  async send() {
    const text = this.page.input.value;
    if (!text.trim()) return this.page.input.focus();
    if (this.busy || draft(this.thread.id).sent) return this.page.tooEarly();
    this.page.input.value = "";
    this.#keep({ text: "", sent: { text, id: newId() } });
    await this.#exclusively(() => this.#sendAgain());
  }

  /**
   * Keep unsent words over a reload.
   * @param {Partial<import("../store.js").Draft>} change
   */
  #keep(change) {
    keepDraft(this.thread.id, { ...draft(this.thread.id), ...change });
  }

  async stop() {
    if (!this.run) return;
    const run = this.run;
    try {
      await post(`runs/${run.id}/cancel/`, { signal: this.signal });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "run_ended") this.page.say(reason(error));
    }
    dispatchEvent(new Event("practice:try-now"));
  }

  async answerAgain() {
    if (this.busy) return;
    await this.#exclusively(async () => {
      const { key, done } = requestKey(`again.${this.thread.id}.${[...this.shown].at(-1)}`);
      const run = await this.#patiently(() => post(`threads/${this.thread.id}/runs/`, { key, signal: this.signal }));
      done();
      tellOtherTabs(this.thread.id);
      await this.#follow(run);
    });
  }

  async haveMarked() {
    if (this.busy) return this.page.tooEarly();
    await this.#exclusively(async () => {
      const evaluation = await this.#patiently(
        () => post(`threads/${this.thread.id}/evaluations/`, { signal: this.signal }));
      location.hash = `#/marks/${evaluation.id}`;
    });
  }

  /**
   * Do one thing at a time. A refusal says what is so, and that stays; else what came in the meantime is read.
   * @param {() => Promise<void>} act
   */
  async #exclusively(act) {
    this.busy = true;
    this.page.ready(false);
    try {
      await act();
    } catch (error) {
      if (!this.signal.aborted) await this.#refused(error);
      return;
    } finally {
      this.busy = false;
      this.page.ready(true);
      this.page.offer({ stop: false });
    }
    if (this.stale) await this.sync();
  }

  /** @param {unknown} error */
  async #refused(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return;
    if (error.code === "run_in_progress") {
      this.page.say(words.tooEarly);
      await this.#follow(await get(`runs/${error.body.run_id}/`, this.signal));
      this.page.say(this.page.input.value ? words.restored : words.ready);
      return;
    }
    this.page.say(reason(error));
    if (CLOSED.has(error.code)) this.page.close(error.body.help);
  }

  /**
   * The thread, its messages and its newest run as the service has them. The messages are read last: a run that has
   * ended by then has stored its reply among them.
   * @returns {Promise<[any, any[], {results: any[]}]>}
   */
  #read() {
    const path = `threads/${this.thread.id}/`;
    return this.#patiently(async () => {
      const [thread, runs] = await Promise.all([get(path, this.signal), get(`${path}runs/?page_size=1`, this.signal)]);
      return [thread, await all(`${path}messages/?page_size=500`, this.signal), runs];
    });
  }

  /** @param {[any, any[], {results: any[]}]} found */
  async #goOn([thread, messages, runs]) {
    this.thread = thread;
    this.#show(messages);
    const run = runs.results[0];
    if (thread.suspended_at) return this.#suspended(thread.help);
    if (run && isOpen(run)) await this.#follow(run);
    else this.#settled(run, messages.at(-1));
    await this.#sendAgain();
  }

  /**
   * @param {any} run the newest one, ended; undefined before the first
   * @param {any} last message
   */
  #settled(run, last) {
    const unanswered = Boolean(run && last && last.role === "user");
    this.page.offer({ again: unanswered, end: Boolean(last) });
    if (!unanswered) {
      this.page.say(last ? words.ready : words.firstWords);
    } else if (run.status === "cancelled") {
      this.page.say(words.stopped);
    } else {
      this.page.say(words.noReply(run.error_detail || words.lateReply));
    }
  }

  /** @param {{text: string, who_is_told: string}} help */
  #suspended(help) {
    this.page.say(`${words.suspendedTitle}. ${words.suspended}`);
    this.page.close(help);
  }

  /** Send what is not known to have arrived, perhaps before a reload: its id makes sure that it is stored once. */
  async #sendAgain() {
    const { sent } = draft(this.thread.id);
    if (sent) await this.#send(sent);
  }

  /** @param {import("../store.js").Sent} sent */
  async #send(sent) {
    this.page.showUnsent(sent.text);
    this.page.say(words.sending);
    const body = { content: sent.text, client_message_id: sent.id };
    try {
      const run = await this.#patiently(
        () => post(`threads/${this.thread.id}/runs/`, { body, signal: this.signal }), words.notSent);
      this.#keep({ sent: null });
      tellOtherTabs(this.thread.id);
      await this.#follow(run);
    } catch (error) {
      if (!this.signal.aborted && draft(this.thread.id).sent) this.#takeBack(sent.text);
      throw error;
    }
  }

  /**
   * The service has refused it, so it is not stored: the words are the student's to change.
   * @param {string} text
   */
  #takeBack(text) {
    const { input } = this.page;
    input.value = [text, input.value].filter(Boolean).join("\n");
    this.#keep({ text: input.value, sent: null });
    this.page.showUnsent("");
  }

  /** @param {any} run */
  async #follow(run) {
    this.run = run;
    const speaker = who({ role: "assistant" }, this.thread, this.name);
    const speech = new Speech(words.said(speaker));
    this.page.markSent();
    this.page.offer({ stop: isOpen(run) });
    const ended = await followed(run, {
      onState: (status, paused) => this.page.say(paused ? words.paused : status === "queued" ? words.waiting : words.answering),
      onPiece: (text) => {
        speech.add(text);
        this.page.showLive(speech.text, speaker);
      },
      onReset: () => {
        speech.reset();
        this.page.showLive("", speaker);
        this.page.say(words.startsAgain);
      },
      onTrouble: (error) => this.page.say(words.asksAgain(reason(error), error.retryAfter ?? 2)),
    }, this.signal);
    this.run = null;
    if (ended.message) speech.finish(ended.message.message);
    await this.#readEnded(ended);
  }

  /** @param {any} run */
  async #readEnded(run) {
    const messages = await this.#patiently(() => all(`threads/${this.thread.id}/messages/?page_size=500`, this.signal));
    this.#show(messages);
    if (run.help) return this.#suspended(run.help);
    this.#settled(run, messages.at(-1));
  }

  /** @param {any[]} messages */
  #show(messages) {
    this.page.showUnsent("");
    this.page.showLive("", "");
    for (const message of messages) {
      if (this.shown.has(message.id)) continue;
      this.shown.add(message.id);
      const below = message.role === "user" ? [] : [replyReport(message.id, this.reported.has(message.id), this.signal)];
      this.page.add(message, who(message, this.thread, this.name), ...below);
    }
    const { sent } = draft(this.thread.id);
    if (sent && messages.some((one) => one.client_message_id === sent.id)) this.#keep({ sent: null });
  }

  /**
   * @template Answer
   * @param {() => Promise<Answer>} ask
   * @param {(why: string, seconds: number) => string} [say]
   * @returns {Promise<Answer>}
   */
  #patiently(ask, say = words.asksAgain) {
    return patiently(ask, this.signal, (error, seconds) => this.page.say(say(reason(error), seconds)));
  }
}
