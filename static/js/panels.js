// @ts-check
// Replaces panels by what the Worker rendered. Focus, scroll and what is typed stay.

import { Idiomorph } from "../vendor/idiomorph/idiomorph.esm.js";
import { parse } from "./trust.js";

const stageLayers = ["stage-isles", "stage-wires", "stage-clients"];

/** The HTML of each panel as it came last. @type {Map<string, string>} */
const shown = new Map();

/** A piece of HTML, as patch.go in wasm/bridge cuts it. */
const piece = /[^]*?<\/(?:tr|div|p|li|section)>|[^]+$/g;

/**
 * The HTML of a panel of which only parts are new.
 * @param {string} id
 * @param {string[]} parts  "+" and new HTML, or "=from,count" pieces of the old
 * @returns {string}
 */
export function patched(id, parts) {
  const old = shown.get(id)?.match(piece) ?? [];
  const html = parts.map((part) => {
    if (part[0] === "+") return part.slice(1);
    const [from, count] = part.slice(1).split(",").map(Number);
    return old.slice(from, from + count).join("");
  });
  return html.join("");
}

/** @param {string} id */
const isDrawing = (id) => stageLayers.includes(id) || id.startsWith("server-");

/**
 * Morphs one panel. A server glyph that is new is put on the stage.
 * @param {string} id
 * @param {string} html
 */
export function showPanel(id, html) {
  shown.set(id, html);
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
