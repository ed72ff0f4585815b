// select2 gives its boxes no name; this takes it from the label of the field that each stands for. Django names an icon
// whose role takes no name.
function nameBoxes() {
  for (const icon of document.querySelectorAll(".help-tooltip[aria-label]")) icon.setAttribute("role", "img");
  for (const box of document.querySelectorAll(".select2-selection")) {
    const field = box.closest(".select2-container")?.previousElementSibling;
    const name = field?.labels?.[0]?.textContent.replace("*", "").trim() || field?.getAttribute("aria-label");
    if (!name) continue;
    for (const part of [box, box.querySelector("[role=textbox]")]) {
      part?.setAttribute("aria-label", name);
    }
  }
}

// The boxes are made, and made anew, after the page has been loaded.
addEventListener("load", () => {
  nameBoxes();
  new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
});
