// The patient of an exercise or a conversation.

import { ApiError, get, pictureUrl } from "./api.js";
import { el } from "./dom.js";

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

/**
 * The patient's picture, once it is there. The name beside it says who that is, so screen readers pass it over.
 * @param {{picture_url: string | null} | null} patient
 */
export function portrait(patient) {
  const image = el("img", { class: "portrait", alt: "", hidden: true });
  pictureUrl(patient?.picture_url || null).then((url) => {
    if (!url) return;
    image.src = url;
    image.hidden = false;
  });
  return image;
}
