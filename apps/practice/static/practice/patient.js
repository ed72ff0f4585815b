// The patient of a conversation.

import { ApiError, get } from "./api.js";

/**
 * The patient and the time limit. Both may be hidden by now, or deleted: the conversation is there all the same.
 * @param {any} thread
 * @param {AbortSignal} signal
 * @returns {Promise<{patient: any, minutes: number | null}>}
 */
export async function settingOf(thread, signal) {
  try {
    if (thread.activity_id) {
      const activity = await get(`activities/${thread.activity_id}/`, signal);
      return { patient: activity.character, minutes: activity.time_limit_minutes };
    }
    if (thread.scenario_id) return { patient: await get(`scenarios/${thread.scenario_id}/`, signal), minutes: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return { patient: null, minutes: null };
}
