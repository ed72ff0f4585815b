// Adds rows, moves them, and says in a line what each has. Without this file there are blank rows, and the numbers under
// "Place".
"use strict";

function rowsOf(facts) {
  return [...facts.querySelectorAll(".rows > .fact")];
}

/** Number the rows from the first to the last, as they stand on the page. */
function number(facts) {
  rowsOf(facts).forEach((row, index) => {
    row.querySelector(".number").textContent = index + 1;
    row.querySelector(".order input").value = index + 1;
  });
}

function move(facts, row, button, by) {
  const rows = rowsOf(facts);
  const other = rows[rows.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  number(facts);
  button.focus();
}

/** What a row says, for its line while it is closed. */
function summarise(row) {
  const [kind] = row.querySelector(".kind select").selectedOptions;
  const [topics, questions, text] = ["topics", "questions", "text"].map((name) => row.querySelector(`.${name} :is(input, textarea)`).value.trim());
  const said = [topics || questions, text].filter(Boolean).join(" — ");
  row.querySelector(".short").textContent = said ? `${kind.textContent}: ${said}` : "";
}

function button(words, then) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", () => then(made));
  return made;
}

function addMoves(facts, row) {
  const moves = document.createElement("div");
  moves.className = "move";
  moves.append(
    button("Move up", (pressed) => move(facts, row, pressed, -1)),
    button("Move down", (pressed) => move(facts, row, pressed, 1)),
  );
  row.querySelector(".boxes").append(moves);
}

function add(facts) {
  const total = facts.querySelector(`[name="${facts.dataset.prefix}-TOTAL_FORMS"]`);
  const made = document.createElement("template");
  made.innerHTML = facts.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
  const row = made.content.firstElementChild;
  total.value = Number(total.value) + 1;
  facts.querySelector(".rows").append(row);
  addMoves(facts, row);
  number(facts);
  row.querySelector("select").focus();
}

document.addEventListener("DOMContentLoaded", () => {
  for (const facts of document.querySelectorAll(".facts")) {
    for (const row of rowsOf(facts)) {
      addMoves(facts, row);
      summarise(row);
    }
    facts.addEventListener("input", ({ target }) => summarise(target.closest(".fact")));
    const last = button("Add a fact", () => add(facts));
    last.className = "add";
    facts.querySelector(".rows").after(last);
  }
});
