// The student's conversations, with their marks, and each as a text file.

import { all } from "../api.js";
import { button, el, link, when } from "../dom.js";
import { reason, verdict, words } from "../words.js";

/** @type {import("../dom.js").View} */
export async function history(main, signal) {
  const [threads, evaluations] = await Promise.all([
    all("threads/?whose=everyone&preview=false&ordering=-created_at&page_size=500", signal),
    all("evaluations/?whose=everyone&status=completed&ordering=-created_at&page_size=500", signal),
  ]);
  main.replaceChildren(
    el("h1", {}, words.history),
    threads.length ? threadList("h2", threads, evaluations) : el("p", {}, words.historyEmpty),
  );
}

/**
 * @param {"h2" | "h3"} heading
 * @param {any[]} threads
 * @param {any[]} evaluations
 */
export function threadList(heading, threads, evaluations) {
  return el("ul", { class: "cards" }, ...threads.map((thread) => {
    const marked = evaluations.filter((one) => one.thread_id === thread.id);
    const marks = marked.map((one) => el("li", {}, link(`marks/${one.id}`, `${words.toMarks}: ${verdict(one)}`)));
    const problem = el("p", { role: "status", class: "error" });
    return el(
      "li", {},
      el(heading, { dir: "auto" }, link(`conversation/${thread.id}`, thread.title || words.conversation)),
      el("p", {}, `${words.begun} `, when(thread.created_at)),
      standing(thread),
      marks.length ? el("ul", {}, ...marks) : "",
      button(words.download, () => download(thread, problem)),
      problem,
    );
  }));
}

/**
 * How a conversation stands, and what was said last.
 * @param {any} thread
 */
export function standing(thread) {
  const states = /** @type {Record<string, string>} */ (words.states);
  const said = thread.last_message;
  return el(
    "p", { class: "hint", dir: "auto" },
    [states[thread.state] || thread.state, said ? `${who(said, thread)}: ${said.message}` : ""].filter(Boolean).join(" · "),
  );
}

/**
 * @param {any} thread
 * @param {HTMLElement} problem
 */
async function download(thread, problem) {
  problem.textContent = "";
  try {
    const messages = await all(`threads/${thread.id}/messages/?page_size=500`);
    const lines = messages.map((one) => `${who(one, thread)} (${one.created_at})\n${one.message}\n`);
    save(`${thread.title || words.conversation}.txt`, `${thread.title}\n\n${lines.join("\n")}`);
  } catch (error) {
    problem.textContent = reason(error);
  }
}

/**
 * Who said it.
 * @param {{role: string}} message
 * @param {{title: string}} thread
 * @param {string} [name] the patient's, if it is known
 */
export function who(message, thread, name) {
  return message.role === "user" ? words.you : name || thread.title.split(",", 1)[0] || words.patient;
}

/**
 * @param {string} name
 * @param {string} text
 */
function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
