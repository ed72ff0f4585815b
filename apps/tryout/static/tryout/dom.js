// Elements. Text goes into the page as text nodes alone, never as HTML.

/**
 * @param {string} tag
 * @param {Record<string, string | null>} [attributes] null is none
 * @param {...(Node | string | null)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
  for (const child of children) if (child !== null) node.append(child);
  return node;
}

/** @param {string} id */
export const byId = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * What a person or a model wrote, in the direction of its script.
 * @param {string} text
 */
export const written = (text) => el("div", { class: "text", dir: "auto" }, text);
