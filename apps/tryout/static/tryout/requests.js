// Requests to this page's part of v2, in the session of the admin site.

const PATIENCE_MS = 30_000;
const BASE = new URL("../api/", location.href);
const token = /** @type {HTMLInputElement} */ (document.querySelector("#tryout [name=csrfmiddlewaretoken]")).value;

/** An answer other than 2xx; status 0 is no answer at all. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {any} body
   */
  constructor(status, body) {
    super(body.detail || `status ${status}`);
    this.status = status;
    /** @type {string} */
    this.code = body.code || "";
    this.body = body;
  }
}

/**
 * The JSON of the answer.
 * @param {"GET" | "POST"} method
 * @param {string} path such as "threads/"
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  const headers = new Headers({ Accept: "application/json", "X-CSRFToken": token });
  if (body) headers.set("Content-Type", "application/json");
  const response = await answered(new URL(path, BASE), {
    method, headers, body: body && JSON.stringify(body), cache: "no-store",
  });
  // Whose session has ended is sent to the sign-in form.
  if (response.redirected) throw new ApiError(401, { code: "session_ended" });
  const found = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, found);
  return found;
}

/**
 * @param {URL} url
 * @param {RequestInit} request
 */
async function answered(url, request) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE_MS);
  try {
    return await fetch(url, { ...request, signal: limit.signal });
  } catch {
    throw new ApiError(0, { code: "no_answer" });
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} path */
export const get = (path) => call("GET", path);

/** @param {string} path @param {object} [body] */
export const post = (path, body = {}) => call("POST", path, body);

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
