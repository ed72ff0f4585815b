// Follows a run until it has ended: by its event stream, and by asking beside it, since a stream can fall silent.

import { ApiError, get, pause } from "./requests.js";

const OPEN = new Set(["queued", "in_progress"]);
const BESIDE_A_STREAM_MS = 10_000;
const WITHOUT_A_STREAM_MS = 1_000;

/** @param {{status: string}} job a run or an evaluation */
export const isOpen = (job) => OPEN.has(job.status);

/**
 * The run as it ended; null if `signal` came first.
 * @param {any} run
 * @param {{onState: (status: string, paused: boolean) => void, onPiece: (text: string) => void, onReset: () => void,
 *   onTrouble: () => void}} listener
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export async function followed(run, listener, signal) {
  const source = isOpen(run) && run.events_url ? new EventSource(run.events_url) : null;
  const events = new EventTarget();
  if (source) listen(source, listener, events);
  signal.addEventListener("abort", () => wake(events));
  try {
    while (isOpen(run) && !signal.aborted) {
      listener.onState(run.status, run.paused);
      const streams = source && source.readyState !== EventSource.CLOSED;
      await wait(streams ? BESIDE_A_STREAM_MS : WITHOUT_A_STREAM_MS, events);
      run = await latest(run, listener);
    }
    return signal.aborted ? null : run;
  } finally {
    source?.close();
  }
}

/** @param {EventTarget} events */
const wake = (events) => events.dispatchEvent(new Event("wake"));

/**
 * Wait, but not on when somebody wakes `events`.
 * @param {number} ms
 * @param {EventTarget} events
 */
function wait(ms, events) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    events.addEventListener("wake", () => {
      clearTimeout(timer);
      resolve(undefined);
    }, { once: true });
  });
}

/**
 * @param {any} run
 * @param {{onTrouble: () => void}} listener
 */
async function latest(run, listener) {
  try {
    return await get(`runs/${run.id}/`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 404) throw error;
    listener.onTrouble();
    await pause(2_000);
    return run;
  }
}

/**
 * @param {EventSource} source
 * @param {any} listener
 * @param {EventTarget} events woken by the end of the stream
 */
function listen(source, listener, events) {
  /** @param {string} kind @param {(data: any) => void} act */
  const on = (kind, act) => source.addEventListener(kind, (event) => {
    // The browser's own failures are events too, and carry no data.
    const { data } = /** @type {MessageEvent} */ (event);
    if (data !== undefined) act(JSON.parse(data));
  });
  on("status", (data) => listener.onState(data.status, data.paused));
  on("delta", (data) => listener.onPiece(data.text));
  on("reset", () => listener.onReset());
  on("done", () => {
    source.close();
    wake(events);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) wake(events);
  });
}
