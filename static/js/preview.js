// @ts-check
// What is drawn while a server is dragged: the outline of the island that it would be on, and a
// sentence that says so.

import { say } from "./words.js";

const svgNamespace = "http://www.w3.org/2000/svg";
const labelBelow = 84; // from the server's middle, in the stage's coordinates

/** @typedef {{kind: string, path?: string, n?: string} | null} Drop */

/**
 * Shows what a drop would do; nothing for a drop that does nothing.
 * @param {Drop} drop
 * @param {{x: number, y: number}} at
 */
export function showPreview(drop, at) {
  if (!drop?.path) {
    hidePreview();
    return;
  }
  const servers = document.getElementById("stage-servers");
  const path = element("path", "isle-preview", servers);
  path.setAttribute("d", drop.path);
  const label = element("text", "drag-label", null);
  label.setAttribute("x", String(at.x));
  label.setAttribute("y", String(at.y + labelBelow));
  label.textContent = say(`drop.${drop.kind}`, { n: drop.n ?? "" });
}

/** Takes the preview away. */
export function hidePreview() {
  document.getElementById("isle-preview")?.remove();
  document.getElementById("drag-label")?.remove();
}

/**
 * The links of a dragged server stay behind, faintly.
 * @param {string} server
 * @param {boolean} on
 */
export function dimLinks(server, on) {
  /** @type {NodeListOf<SVGElement>} */
  const wires = document.querySelectorAll("#stage-wires > .wire");
  for (const wire of wires) {
    if (wire.dataset.link?.split("-").includes(server)) wire.style.opacity = on ? "0.15" : "";
  }
}

/**
 * Finds or makes an element of the drawing; its id is its class.
 * @param {string} tag
 * @param {string} name
 * @param {Element | null} before
 * @returns {Element}
 */
function element(tag, name, before) {
  const old = document.getElementById(name);
  if (old) return old;
  const made = document.createElementNS(svgNamespace, tag);
  made.id = name;
  made.setAttribute("class", name);
  document.getElementById("stage-svg")?.insertBefore(made, before);
  return made;
}
