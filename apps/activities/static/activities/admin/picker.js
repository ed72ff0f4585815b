// In the lists of rubrics, Enter chooses what is marked: the browser would save the form. The focus stays there, too: Django
// switches the button off that was pressed, and the focus would be lost.
function choose(list) {
  const button = document.getElementById(list.id.replace(/_from$/, "_add").replace(/_to$/, "_remove"));
  if (!button.disabled) button.click();
  list.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".selector select")) return;
  event.preventDefault();
  choose(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".selector-chooser button");
  if (!button || !event.isTrusted) return;
  const list = button.id.replace(/_add$/, "_from").replace(/_remove$/, "_to");
  setTimeout(() => document.getElementById(list).focus());
});
