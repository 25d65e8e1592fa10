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
 * Shows a panel of which only parts are new. A row that stays is not read again: its name stands
 * for it.
 * @param {string} id
 * @param {string[]} parts  "+" and new HTML, or "=from,count" pieces of the old
 */
export function patchPanel(id, parts) {
  const old = shown.get(id)?.match(piece) ?? [];
  let [whole, brief] = ["", ""];
  for (const part of parts) {
    const stays = part[0] === "=";
    const [from, count] = stays ? part.slice(1).split(",").map(Number) : [0, 0];
    for (const html of stays ? old.slice(from, from + count) : [part.slice(1)]) {
      whole += html;
      brief += stays ? named(html) : html;
    }
  }
  put(id, brief);
  shown.set(id, whole);
}

/** A piece that is one element with an id is named by it. @param {string} html */
function named(html) {
  const [, tag, id] = /^<(\w+) id="([^"]+)"/.exec(html) ?? [];
  const whole = tag && html.endsWith(`</${tag}>`) && !html.includes(`<${tag}`, 1);
  return whole && document.getElementById(id) ? `<${tag} id="${id}" data-same></${tag}>` : html;
}

/**
 * Whether a frame brought a panel.
 * @param {import("./simulator.js").Frame} frame
 * @param {string} panel
 */
export const isDrawn = (frame, panel) =>
  Boolean(
    frame.panels?.some(([id]) => id === panel) || frame.patches?.some(({ id }) => id === panel),
  );

/** @param {string} id */
const isDrawing = (id) => stageLayers.includes(id) || id.startsWith("server-");

/**
 * Morphs one panel. A server glyph that is new is put on the stage.
 * @param {string} id
 * @param {string} html
 */
export function showPanel(id, html) {
  put(id, html);
  shown.set(id, html);
}

/** @param {string} id @param {string} html */
function put(id, html) {
  const svg = isDrawing(id);
  const next = parse(html, svg);
  const old = document.getElementById(id);
  if (!next) return;
  if (!old) {
    if (id.startsWith("server-")) document.getElementById("stage-servers")?.append(next);
    return;
  }
  Idiomorph.morph(old, next, { morphStyle: "outerHTML", callbacks });
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

const isNamed = (/** @type {Node} */ node) =>
  node instanceof Element && node.hasAttribute("data-same");

const callbacks = {
  /** What is as it should be is left alone. @param {Node} old @param {Node} next */
  beforeNodeMorphed: (old, next) => !isNamed(next) && !old.isEqualNode(next),
  /** @param {string} name @param {Element} node */
  beforeAttributeUpdated: (name, node) => !(isKept(name, node) && node.id !== ""),
};

/** Scrolls an element to its end and returns where that is. @param {Element} element */
export function scrollDown(element) {
  element.scrollTop = element.scrollHeight;
  return element.scrollTop;
}

/** Removes glyphs of servers that are no longer part of the cluster.
 * @param {string[]} ids */
export function keepServers(ids) {
  for (const glyph of document.querySelectorAll("#stage-servers > .server")) {
    if (!ids.includes(/** @type {SVGElement} */ (glyph).dataset.server ?? "")) glyph.remove();
  }
}
