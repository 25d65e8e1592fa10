// @ts-check
// Replaces panels by what the Worker rendered. Focus, scroll and what is typed stay.

import { Idiomorph } from "../vendor/idiomorph/idiomorph.esm.js";
import { parse } from "./trust.js";

const stageLayers = ["stage-isles", "stage-wires", "stage-clients"];

/** @param {string} id */
const isDrawing = (id) => stageLayers.includes(id) || id.startsWith("server-");

/**
 * Morphs one panel. A server glyph that is new is put on the stage.
 * @param {string} id
 * @param {string} html
 */
export function showPanel(id, html) {
  const svg = isDrawing(id);
  const next = parse(html, svg);
  const old = document.getElementById(id);
  if (!next) return;
  if (!old) {
    if (id.startsWith("server-")) document.getElementById("stage-servers")?.append(next);
    return;
  }
  const follow = stuckToEnd(old);
  Idiomorph.morph(old, next, { morphStyle: "outerHTML", callbacks });
  if (follow) follow.scrollTop = follow.scrollHeight;
}

/** What the page itself sets, no panel takes away. */
const kept = new Set(["style", "tabindex", "data-halo", "data-dragging", "data-caught", "open"]);

/**
 * A glyph that is being dragged also keeps its place.
 * @param {string} name
 * @param {Element} node
 */
const isKept = (name, node) =>
  kept.has(name) || (name === "transform" && node.hasAttribute("data-dragging"));

const callbacks = {
  /** @param {string} name @param {Element} node */
  beforeAttributeUpdated: (name, node) => !(isKept(name, node) && node.id !== ""),
};

/**
 * A log that was scrolled to its end follows what is added.
 * @param {Element} element
 * @returns {Element | null}
 */
function stuckToEnd(element) {
  if (element.id !== "console-log") return null;
  return element.scrollHeight - element.scrollTop - element.clientHeight < 30 ? element : null;
}

/** Removes glyphs of servers that are no longer part of the cluster.
 * @param {string[]} ids */
export function keepServers(ids) {
  for (const glyph of document.querySelectorAll("#stage-servers > .server")) {
    if (!ids.includes(/** @type {SVGElement} */ (glyph).dataset.server ?? "")) glyph.remove();
  }
}
