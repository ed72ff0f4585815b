// Shows beside a form what students will see of it. The server makes the preview from the form as it stands.
"use strict";

const WAIT_MS = 400;

async function show(preview, form, signal) {
  const answer = await fetch(preview.dataset.url, { method: "POST", body: new FormData(form), signal });
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
  for (const kind of ["input", "change"]) form.addEventListener(kind, again);
  again();
});
