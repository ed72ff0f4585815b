// Requests to /api/v2/. A missing or expired access token is refreshed once, however many requests find it so.

import { access, forgetEverything, forgetPerson, keepAccess, person } from "./store.js";

const BASE = "/api/v2/";
const PATIENCE_MS = 30_000;
/** How far the service's clock is ahead of this machine's, by its last answer. */
let aheadMs = 0;
const GONE = new Set([0, 429, 502, 503, 504]);

/** An answer other than 2xx; status 0 is no answer at all. `body` is the error's JSON. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {any} body
   * @param {number | null} retryAfter in seconds
   */
  constructor(status, body, retryAfter = null) {
    super(body.detail || `status ${status}`);
    this.status = status;
    /** @type {string} */
    this.code = body.code || "";
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well be answered later. */
  get passes() {
    return GONE.has(this.status) || this.code === "idempotency_in_progress";
  }
}

/** What time it is for the service, to a second. */
export const serviceTime = () => Date.now() + aheadMs;

/**
 * @typedef {{body?: object, key?: string, signal?: AbortSignal}} Options `key` is an Idempotency-Key
 */

/**
 * The JSON of the answer; ApiError if it is none that was hoped for. A 401 that a new token does not help forgets the
 * tokens and fires `practice:signed-out`.
 * @param {string} method
 * @param {string} path below /api/v2/, or the whole path of a next page
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export async function call(method, path, options = {}) {
  if (person() && !access()) await refreshed("");
  const used = access();
  try {
    return await once(method, path, options, used);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || !used) throw error;
  }
  await refreshed(used);
  return once(method, path, options, access());
}

/** @param {string} path @param {AbortSignal} [signal] */
export const get = (path, signal) => call("GET", path, { signal });

/**
 * A URL for an <img>, which sends no token itself; "" if there is no picture to be had. Each is fetched once.
 * @param {string | null} path
 * @returns {Promise<string>}
 */
export function pictureUrl(path) {
  if (!path) return Promise.resolve("");
  const known = pictures.get(path) || fetchedPicture(path);
  pictures.set(path, known);
  return known;
}

/** @type {Map<string, Promise<string>>} */
const pictures = new Map();

/** @param {string} path */
async function fetchedPicture(path) {
  try {
    const response = await fetch(path, { headers: { Authorization: `Bearer ${access()}` }, credentials: "omit" });
    if (response.ok) return URL.createObjectURL(await response.blob());
  } catch {
    // Without it, the page is whole all the same.
  }
  pictures.delete(path);
  return "";
}

/** @param {string} path @param {Options} [options] */
export const post = (path, options) => call("POST", path, { body: {}, ...options });

/**
 * A request that needs no sign-in, and ends none.
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {Options} [options]
 */
export const ask = (method, path, options = {}) => once(method, path, options, "");

/**
 * All pages of a list.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any[]>}
 */
export async function all(path, signal) {
  const found = [];
  for (let next = path; next;) {
    const page = await get(next, signal);
    found.push(...page.results);
    const url = page.next && new URL(page.next, location.href);
    next = url ? url.pathname + url.search : "";
  }
  return found;
}

/**
 * Ask again until there is an answer that waiting cannot change.
 * @template Answer
 * @param {() => Promise<Answer>} ask must be safe to repeat
 * @param {AbortSignal} signal
 * @param {(error: ApiError, seconds: number) => void} onWait
 * @returns {Promise<Answer>}
 */
export async function patiently(ask, signal, onWait) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passes) throw error;
      const seconds = error.retryAfter ?? Math.min(2 ** attempt, 15);
      onWait(error, seconds);
      await pause(seconds * 1000, signal);
    }
  }
}

/**
 * Wait, but not on when the network is back or somebody fires `practice:try-now`.
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    for (const name of ["online", "practice:try-now"]) addEventListener(name, end, { signal: over.signal });
    signal.addEventListener("abort", end, { signal: over.signal });
    if (signal.aborted) end();
  });
}

/** Revoke this sign-in's tokens and forget them here; ApiError where the service cannot be reached, which has to. */
export async function signOut() {
  try {
    await post("auth/logout/");
  } catch (error) {
    if (!(error instanceof ApiError) || error.passes) throw error;
  }
  forgetEverything();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options} options
 * @param {string} token
 */
async function once(method, path, options, token) {
  const headers = new Headers({ Accept: "application/json" });
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (options.body) headers.set("Content-Type", "application/json");
  if (options.key) headers.set("Idempotency-Key", options.key);
  const forTokens = path.startsWith("auth/");
  if (forTokens) headers.set("X-Refresh-Token", "cookie");
  const body = options.body ? JSON.stringify(options.body) : undefined;
  const url = path.startsWith("/") ? path : BASE + path;
  const credentials = forTokens ? "same-origin" : "omit";
  const response = await fetched(url, { method, headers, body, credentials, cache: "no-store" }, options.signal);
  if (response.ok) return response.text ? JSON.parse(response.text) : null;
  throw new ApiError(response.status, parsed(response.text), response.retryAfter);
}

/**
 * The whole answer; ApiError with status 0 if it did not arrive.
 * @param {string} url
 * @param {RequestInit} request
 * @param {AbortSignal | undefined} signal
 */
async function fetched(url, request, signal) {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, PATIENCE_MS);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const response = await fetch(url, { ...request, signal: limit.signal });
    const after = response.headers.get("Retry-After");
    aheadMs = (Date.parse(response.headers.get("Date") || "") || Date.now()) - Date.now();
    return { ok: response.ok, status: response.status, text: await response.text(), retryAfter: after ? Number(after) : null };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new ApiError(0, { code: "no_answer" });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

/** @type {Promise<void> | null} */
let refreshing = null;

/**
 * A token other than the one that was refused. Tabs take turns, so that the second sends the cookie that the first got.
 * @param {string} used
 */
function refreshed(used) {
  refreshing ??= inTurn(() => refresh(used)).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** @param {string} used */
async function refresh(used) {
  const held = access();
  if (held && held !== used) return;
  try {
    if (!person()) throw new ApiError(401, { code: "not_authenticated" });
    keepAccess((await ask("POST", "auth/refresh/", { body: {} })).access);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      forgetPerson();
      dispatchEvent(new Event("practice:signed-out"));
    }
    throw error;
  }
}

/**
 * Locks are missing where the page is not served over TLS; there, the service's grace for two tabs has to do.
 * @param {() => Promise<void>} act
 * @returns {Promise<void>}
 */
async function inTurn(act) {
  if (navigator.locks) await navigator.locks.request("practice.refresh", act);
  else await act();
}
