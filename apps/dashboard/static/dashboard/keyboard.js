// The theme opens its menu, its filters and the account's links by clicks on boxes that no key reaches. This makes buttons
// of those that show something and hold nothing else that can be reached.
const NAMES = { dock_to_right: "Menu", menu: "Menu", close: "Close", filter_list: "Filters", more_horiz: "More" };
const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

function makeReachable() {
  for (const box of document.querySelectorAll("[x-on\\:click]:not([tabindex])")) {
    const text = box.textContent.trim();
    if (!text || box.matches(REACHABLE) || box.querySelector(REACHABLE)) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "button");
    if (box.matches(".material-symbols-outlined") && !box.ariaLabel) box.ariaLabel = NAMES[text] || text.replaceAll("_", " ");
    box.addEventListener("keydown", (event) => {
      if (event.target !== box || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      box.click();
    });
  }
}

addEventListener("load", () => {
  makeReachable();
  // Who has to correct something begins there: "Please correct the errors below" may be far above it.
  document.querySelector("#content [aria-invalid=true]")?.focus();
  new MutationObserver(makeReachable).observe(document.body, { childList: true, subtree: true });
});

// Who adds a row goes on in it, and not at the link below.
document.addEventListener("formset:added", ({ target }) => {
  target.querySelector("input[type=text], textarea")?.focus();
});
