// @ts-check
// What is drawn while a gesture goes on: the islands that would come about, a sentence that says
// so, a lasso, a cut, or a client's plug on its cable.

import { say } from "./words.js";

const svgNamespace = "http://www.w3.org/2000/svg";
const labelBelow = 84; // from a dragged server's middle, in the stage's coordinates
const far = 4000; // beyond every edge of the stage

/**
 * @typedef {{
 *   kind: string, line?: string, path?: string, n?: string, to?: string, forecast?: string,
 * } | null} Drop
 */
/** @typedef {{x: number, y: number}} Point */

const sketch = () => /** @type {SVGElement | null} */ (document.querySelector("#stage-sketch"));

/** What a drop would do, in words; "" when it would do nothing. @param {Drop} drop */
export const saysDrop = (drop) =>
  drop?.kind ? say(`drop.${drop.kind}`, { n: drop.n ?? "", to: drop.to ?? "" }) : "";

/**
 * Shows what a drop would do; nothing for a drop that does nothing.
 * @param {Drop} drop
 * @param {Point | null} at  where a sentence stands, null for none
 */
export function showPreview(drop, at) {
  if (!drop?.path) {
    remove("isle-preview");
    remove("drag-label");
    return;
  }
  const servers = document.getElementById("stage-servers");
  const path = element("path", "isle-preview", document.getElementById("stage-svg"), servers);
  path.setAttribute("d", drop.path);
  path.setAttribute("data-kind", drop.kind);
  if (!at) return;
  const label = element("text", "drag-label", sketch());
  label.setAttribute("x", String(at.x));
  label.setAttribute("y", String(at.y + labelBelow));
  label.textContent = saysDrop(drop);
}

/** Takes everything away that a gesture drew. */
export function wipe() {
  remove("isle-preview");
  sketch()?.replaceChildren();
  catchServers(() => false);
}

/** Draws a closed line. @param {Point[]} points */
export function drawLasso(points) {
  const d = points.map((p) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("L");
  element("path", "lasso", sketch()).setAttribute("d", `M${d}Z`);
}

/**
 * Draws a cut, with where it would go on.
 * @param {Point} from
 * @param {Point} to
 * @param {boolean} cuts  it would do something
 */
export function drawKnife(from, to, cuts) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const dx = ((to.x - from.x) / length) * far;
  const dy = ((to.y - from.y) / length) * far;
  line("knife-far", { x: from.x - dx, y: from.y - dy }, { x: to.x + dx, y: to.y + dy });
  line("knife-line", from, to).toggleAttribute("data-cuts", cuts);
}

/** Draws a cable from a client to its plug. @param {Point} from @param {Point} to */
export function drawPlug(from, to) {
  line("plug-cable", from, to);
  const end = element("circle", "plug-end", sketch());
  end.setAttribute("cx", String(to.x));
  end.setAttribute("cy", String(to.y));
  end.setAttribute("r", "8");
}

/**
 * Marks the servers that are in a lasso.
 * @param {(id: string) => boolean} inside
 * @returns {string[]} their ids
 */
export function catchServers(inside) {
  const caught = [];
  for (const glyph of servers()) {
    const id = glyph.dataset.server ?? "";
    const on = inside(id);
    glyph.toggleAttribute("data-caught", on);
    if (on) caught.push(id);
  }
  return caught;
}

/**
 * The links of dragged servers stay behind, faintly.
 * @param {string[]} ids
 * @param {boolean} on
 */
export function dimLinks(ids, on) {
  /** @type {NodeListOf<SVGElement>} */
  const wires = document.querySelectorAll("#stage-wires > .wire");
  for (const wire of wires) {
    const ends = wire.dataset.link?.split("-") ?? [];
    if (ends.some((end) => ids.includes(end))) wire.style.opacity = on ? "0.15" : "";
  }
}

/** @returns {SVGElement[]} */
const servers = () => [...document.querySelectorAll("#stage-servers > .server")].map(svg);

/** @param {Element} e */
const svg = (e) => /** @type {SVGElement} */ (e);

/** @param {string} name @param {Point} from @param {Point} to */
function line(name, from, to) {
  const l = element("line", name, sketch());
  l.setAttribute("x1", String(from.x));
  l.setAttribute("y1", String(from.y));
  l.setAttribute("x2", String(to.x));
  l.setAttribute("y2", String(to.y));
  return l;
}

/** @param {string} id */
const remove = (id) => document.getElementById(id)?.remove();

/**
 * Finds or makes an element of the drawing; its id is its class.
 * @param {string} tag
 * @param {string} name
 * @param {Element | null} parent
 * @param {Element | null} [before]
 * @returns {Element}
 */
function element(tag, name, parent, before = null) {
  const old = document.getElementById(name);
  if (old) return old;
  const made = document.createElementNS(svgNamespace, tag);
  made.id = name;
  made.setAttribute("class", name);
  parent?.insertBefore(made, before);
  return made;
}
