// @ts-check
// The one Trusted Types policy: HTML that templ made in our Worker or on our server, and the
// address of our Worker. Browsers without Trusted Types get a pass-through.

/** @typedef {{createHTML(s: string): any, createScriptURL(s: string): any}} Policy */

/** @type {Policy} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("zabscope", {
  createHTML: (/** @type {string} */ html) => html,
  createScriptURL: (/** @type {string} */ url) => {
    if (new URL(url, location.href).origin !== location.origin)
      throw new TypeError("foreign script");
    return url;
  },
}) ?? { createHTML: (s) => s, createScriptURL: (s) => s };

/**
 * Parses HTML from our own templates. SVG parts (their ids start with "stage-" or are glyphs) are
 * parsed as SVG.
 * @param {string} html
 * @param {boolean} svg
 * @returns {Element | null}
 */
export function parse(html, svg = false) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(svg ? `<svg>${html}</svg>` : html);
  const root = template.content.firstElementChild;
  return svg ? (root?.firstElementChild ?? null) : root;
}

/**
 * Parses a whole document of ours.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function parsePage(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

/** @param {string} url */
export const scriptURL = (url) => policy.createScriptURL(url);
