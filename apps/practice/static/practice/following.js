// Follows a run until it has ended: by its event stream, and by asking from time to time, since a stream can fall silent.

import { ApiError, get, pause } from "./api.js";

const OPEN = new Set(["queued", "in_progress"]);
const BESIDE_A_STREAM_MS = 10_000;
const WITHOUT_A_STREAM_MS = 1_000;

/**
 * @typedef {object} Listener
 * @property {(status: string, paused: boolean) => void} onState
 * @property {(text: string) => void} onPiece a piece of the reply, for the pieces before it
 * @property {() => void} onReset the pieces so far do not count
 * @property {(error: ApiError) => void} onTrouble nothing is known of the run just now
 */

/** @param {{status: string}} run */
export function isOpen(run) {
  return OPEN.has(run.status);
}

/**
 * The run as it ended. The service ends every run by its deadline.
 * @param {any} run
 * @param {Listener} listener
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export async function followed(run, listener, signal) {
  const source = isOpen(run) && run.events_url ? new EventSource(run.events_url) : null;
  if (source) listen(source, listener);
  try {
    let wait = 0;
    while (isOpen(run)) {
      listener.onState(run.status, run.paused);
      const streams = source && source.readyState !== EventSource.CLOSED;
      await pause(Math.max(wait, streams ? BESIDE_A_STREAM_MS : WITHOUT_A_STREAM_MS), signal);
      wait = 0;
      try {
        run = await get(`runs/${run.id}/`, signal);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.passes) throw error;
        listener.onTrouble(error);
        wait = (error.retryAfter ?? 2) * 1000;
      }
    }
    return run;
  } finally {
    source?.close();
  }
}

/**
 * @param {EventSource} source
 * @param {Listener} listener
 */
function listen(source, listener) {
  /** @param {string} kind @param {(data: any) => void} act */
  const on = (kind, act) => source.addEventListener(kind, (event) => {
    // The browser's own failures are events named `error` too, and carry no data.
    const { data } = /** @type {MessageEvent} */ (event);
    if (data !== undefined) act(JSON.parse(data));
  });
  const askNow = () => dispatchEvent(new Event("practice:try-now"));
  on("status", (data) => listener.onState(data.status, data.paused));
  on("delta", (data) => listener.onPiece(data.text));
  on("reset", () => listener.onReset());
  on("done", () => {
    source.close();
    askNow();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) askNow();
  });
}
