// Shows beside a form what students will see of it. The server makes the preview from the form as it stands.
"use strict";

const WAIT_MS = 400;

/** What the form would send. The picker of categories selects what was chosen only as the form is sent. */
function typed(form) {
  const data = new FormData(form);
  for (const chosen of form.querySelectorAll("select[multiple][id$=_to]")) {
    data.delete(chosen.name);
    for (const option of chosen.options) data.append(chosen.name, option.value);
  }
  return data;
}

async function show(preview, form, signal) {
  const answer = await fetch(preview.dataset.url, { method: "POST", body: typed(form), signal });
  if (!answer.ok) throw new Error(String(answer.status));
  preview.querySelector(".shown").innerHTML = await answer.text();
}

document.addEventListener("DOMContentLoaded", () => {
  const preview = document.querySelector(".preview[data-url]");
  const form = document.querySelector("#content-main form[method=post]");
  if (!preview || !form) return;
  let timer = 0;
  let asked = new AbortController();
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      asked.abort();
      asked = new AbortController();
      show(preview, form, asked.signal).catch((error) => {
        if (error.name !== "AbortError") preview.querySelector(".shown").textContent = "It cannot be shown now.";
      });
    }, WAIT_MS);
  };
  for (const kind of ["formset:added", "formset:removed"]) document.addEventListener(kind, again);
  // The picker of categories moves options between its lists on a click, a double click or a key, without a change.
  for (const kind of ["input", "change", "click", "dblclick", "keyup"]) form.addEventListener(kind, again);
  again();
});
