// Lights up the quotes of the criterion that is looked at, and lets an instructor review by keyboard.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const criteria = [...document.querySelectorAll(".review-page .criterion[id]")];
  const form = document.getElementById("review");
  const keysOn = document.getElementById("keys-on");
  if (!form) return;

  let current = null;
  let unsaved = false;

  /** Make a criterion the current one, and scroll the conversation to its first quote. */
  function lookAt(criterion) {
    if (criterion === current) return;
    current?.classList.remove("current");
    current = criterion;
    current.classList.add("current");
    const marks = [...document.querySelectorAll(".messages mark")];
    for (const mark of marks) mark.classList.toggle("current", mark.dataset.criteria.split(" ").includes(current.id));
    const first = marks.find((mark) => mark.classList.contains("current"));
    const said = document.querySelector(".said");
    // Only where the conversation stands beside the marks: below each other, scrolling would leave the criterion.
    if (first && said.scrollHeight > said.clientHeight) {
      const place = first.getBoundingClientRect().top - said.getBoundingClientRect().top;
      said.scrollTop += place - said.clientHeight / 3;
    }
  }

  function step(by) {
    const at = current ? criteria.indexOf(current) + by : 0;
    criteria[Math.min(Math.max(at, 0), criteria.length - 1)].focus();
  }

  function decide(value) {
    const choice = current?.querySelector("select");
    const option = choice && [...choice.options].find((one) => one.value === value || one.text === `confirm ${value}`);
    if (!option) return;
    choice.value = option.value;
    unsaved = true;
  }

  const submit = (name) => form.requestSubmit(form.querySelector(name ? `button[name=${name}]` : "button:not([name])"));
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    c: () => decide("confirm"),
    r: () => current?.querySelector(".why input").focus(),
    s: () => submit(),
    a: () => form.requestSubmit(form.querySelector("button[name^=confirm]")),
    n: () => document.getElementById("next-in-queue")?.click(),
  };

  for (const criterion of criteria) criterion.addEventListener("focusin", () => lookAt(criterion));
  for (const criterion of criteria) criterion.addEventListener("click", () => lookAt(criterion));
  form.addEventListener("change", () => (unsaved = true));
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());

  keysOn.checked = localStorage.getItem("review-keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("review-keys", keysOn.checked ? "on" : "off"));

  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest("input, select, textarea, [contenteditable]");
    if (inField && event.key === "Enter" && event.ctrlKey && form.contains(inField)) submit();
    if (inField && event.key === "Escape") inField.closest(".criterion")?.focus();
    if (inField || !keysOn.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = /^\d$/.test(event.key) ? () => decide(event.key) : actions[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const named = criteria.find((criterion) => `#${criterion.id}` === location.hash);
  if (named) named.focus({ preventScroll: true });
});
