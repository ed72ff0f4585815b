// What this browser keeps: who is signed in, for all tabs; an access token and unsent words, for the tab that has them.
// The refresh token is in a cookie, which no script can read.

const PERSON = "practice.person";
const ACCESS = "practice.access";
const CHANGED = "practice.changed";

/** @typedef {{signIn: string, name: string}} Person `signIn` differs each time that somebody signs in */
/** @typedef {{text: string, id: string}} Sent `id` is its client_message_id */
/** @typedef {{text: string, sent: Sent | null}} Draft `sent` is what the service is not known to have yet */

/** @returns {Person | null} */
export function person() {
  return read(localStorage, PERSON);
}

/**
 * Somebody has signed in.
 * @param {string} name
 * @param {string} access
 */
export function keepPerson(name, access) {
  write(localStorage, PERSON, { signIn: newId(), name });
  keepAccess(access);
}

/** Nobody is signed in any more, in no tab. */
export function forgetPerson() {
  localStorage.removeItem(PERSON);
}

/**
 * Somebody has signed in or out in another tab.
 * @param {() => void} act
 */
export function onOtherPerson(act) {
  addEventListener("storage", (event) => {
    if (event.key === PERSON) act();
  });
}

/** This tab's access token; "" if it has none, or if somebody has signed in again since. */
export function access() {
  const held = read(sessionStorage, ACCESS);
  return held && held.signIn === person()?.signIn ? held.token : "";
}

/** @param {string} token */
export function keepAccess(token) {
  write(sessionStorage, ACCESS, { signIn: person()?.signIn, token });
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
  forgetPerson();
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
