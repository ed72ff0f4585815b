// Elements and announcements. Text goes into the page as text nodes alone, never as HTML.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {(main: HTMLElement, signal: AbortSignal, id: string) => Promise<void>} View fills `main`, until `signal` */

/**
 * An element. Attributes whose names begin with "on" are listeners; true is an attribute without a value, and false or
 * null none at all.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  for (const child of children.flat()) {
    if (child || child === "") node.append(child);
  }
  return node;
}

/**
 * What a person or a model wrote, in the direction of its script.
 * @param {string} text
 * @param {"p" | "span" | "div" | "h1" | "h2" | "h3" | "blockquote"} [tag]
 */
export function written(text, tag = "p") {
  return el(tag, { dir: "auto", class: "written" }, text);
}

/**
 * A link to a view of this page.
 * @param {string} path such as "history"
 * @param {Child} text
 */
export function link(path, text, className = "") {
  return el("a", { href: `#/${path}`, class: className || null }, text);
}

/**
 * @param {string} text
 * @param {(event: Event) => void} act
 * @param {Record<string, any>} [attributes]
 */
export function button(text, act, attributes = {}) {
  return el("button", { type: "button", onclick: act, ...attributes }, text);
}

/**
 * A labelled field of a form with a place for its error.
 * @param {string} label
 * @param {Record<string, any>} attributes of the input; `name` is required
 */
export function field(label, attributes, hint = "") {
  const { name } = attributes;
  const described = `${name}-hint ${name}-error`;
  return el(
    "div", { class: "field" },
    el("label", { for: name }, label),
    el("input", { id: name, required: true, "aria-describedby": described, ...attributes }),
    el("p", { id: `${name}-hint`, class: "hint" }, hint),
    el("p", { id: `${name}-error`, class: "error" }),
  );
}

/**
 * Show errors at their fields; the first of these fields gets the focus. Returns whether there was a field for any.
 * @param {HTMLFormElement} form
 * @param {Record<string, string[]>} errors
 */
export function showErrors(form, errors) {
  /** @type {HTMLInputElement | null} */
  let first = null;
  for (const input of form.querySelectorAll("input")) {
    const place = form.querySelector(`#${input.name}-error`);
    const words = (errors[input.name] || []).join(" ");
    if (place) place.textContent = words;
    input.setAttribute("aria-invalid", String(words !== ""));
    if (words && !first) first = input;
  }
  first?.focus();
  return first !== null;
}

/**
 * Have screen readers say this once, after what they are saying.
 * @param {string} sentence
 */
export function announce(sentence) {
  const place = document.getElementById("announcements");
  if (!place || !sentence.trim()) return;
  place.append(el("p", { dir: "auto" }, sentence));
  while (place.childElementCount > 30) place.firstElementChild?.remove();
}

/**
 * A time in the reader's own zone and manner.
 * @param {string} iso
 */
export function when(iso) {
  const text = new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return el("time", { datetime: iso }, text);
}
