// What this browser keeps: the tokens for all tabs, and unsent words for the tab in which they were written.

const TOKENS = "practice.tokens";
const CHANGED = "practice.changed";

/** @typedef {{access: string, refresh: string, name: string}} Tokens */
/** @typedef {{text: string, id: string}} Sent `id` is its client_message_id */
/** @typedef {{text: string, sent: Sent | null}} Draft `sent` is what the service is not known to have yet */

/** @returns {Tokens | null} */
export function tokens() {
  return read(localStorage, TOKENS);
}

/** @param {Tokens | null} value */
export function keepTokens(value) {
  if (value) write(localStorage, TOKENS, value);
  else localStorage.removeItem(TOKENS);
}

/**
 * @param {string} threadId
 * @returns {Draft}
 */
export function draft(threadId) {
  return read(sessionStorage, `practice.draft.${threadId}`) || { text: "", sent: null };
}

/**
 * @param {string} threadId
 * @param {Draft} value
 */
export function keepDraft(threadId, value) {
  if (value.text || value.sent) write(sessionStorage, `practice.draft.${threadId}`, value);
  else sessionStorage.removeItem(`practice.draft.${threadId}`);
}

/** Forget everything of this person, as at signing out. */
export function forgetEverything() {
  keepTokens(null);
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("practice.")) sessionStorage.removeItem(key);
  }
}

/**
 * The key of a request that must not be carried out twice. It stays the same until `done`, also over a reload.
 * @param {string} purpose
 */
export function requestKey(purpose) {
  const name = `practice.key.${purpose}`;
  const key = sessionStorage.getItem(name) || newId();
  sessionStorage.setItem(name, key);
  return { key, done: () => sessionStorage.removeItem(name) };
}

/** An id that nobody else has. `crypto.randomUUID` is missing where a page is not served over TLS. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Tell the other tabs that a conversation has changed.
 * @param {string} threadId
 */
export function tellOtherTabs(threadId) {
  localStorage.setItem(CHANGED, `${threadId} ${newId()}`);
}

/**
 * @param {string} threadId
 * @param {() => void} act
 * @param {AbortSignal} signal
 */
export function onOtherTab(threadId, act, signal) {
  addEventListener("storage", (event) => {
    if (event.key === CHANGED && event.newValue?.startsWith(`${threadId} `)) act();
  }, { signal });
}

/**
 * @param {Storage} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) || "null");
  } catch {
    return null;
  }
}

/**
 * @param {Storage} storage
 * @param {string} key
 * @param {object} value
 */
function write(storage, key, value) {
  storage.setItem(key, JSON.stringify(value));
}
