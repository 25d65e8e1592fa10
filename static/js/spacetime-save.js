// @ts-check
// The window of the space-time diagram as files: an SVG that stands alone, the same in dots as a
// PNG, and a sequence diagram in Mermaid's language.

import { svg } from "./spacetime-draw.js";

/** @typedef {import("./spacetime-rows.js").Space} Space */

/** What style sheets say and a file of its own must say itself. */
const looks = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-opacity",
  "opacity",
  "font-size",
  "font-family",
  "font-weight",
  "text-anchor",
  "paint-order",
];
const pageOnly = ["class", "tabindex", "role", "aria-label", "aria-hidden"];

/**
 * @param {SVGElement} picture
 * @param {string} title
 * @returns {string}
 */
export function svgFile(picture, title) {
  const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
  const originals = [...picture.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((el, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of looks) el.setAttribute(name, style.getPropertyValue(name));
    for (const name of pageOnly) el.removeAttribute(name);
    for (const key of Object.keys(/** @type {SVGElement} */ (el).dataset))
      delete (/** @type {SVGElement} */ (el).dataset[key]);
  });
  originals.forEach((el, i) => {
    if (el.matches(".space-hit, .space-chosen")) copy.querySelectorAll("*")[i].id = "gone";
  });
  for (const el of copy.querySelectorAll("#gone")) el.remove();
  const ground = svg("rect", { width: "100%", height: "100%" });
  ground.setAttribute("fill", getComputedStyle(picture).getPropertyValue("--surface").trim());
  const name = svg("title");
  name.textContent = title;
  copy.prepend(name, ground);
  for (const key of pageOnly) copy.removeAttribute(key);
  return new XMLSerializer().serializeToString(copy);
}

/** How many dots a CSS pixel gets in a PNG: sharp on paper and on every screen. */
const dotsPerPixel = 2;

/**
 * @param {string} text  of an SVG that stands alone
 * @param {{width: number, height: number}} size  in CSS px
 * @returns {Promise<Blob>}
 */
export async function pngFile(text, { width, height }) {
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * dotsPerPixel;
  canvas.height = height * dotsPerPixel;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"),
  );
}

/** What Mermaid would read as its own. @param {string} text */
const plain = (text) => text.replace(/[#;:\n]/g, " ").trim();

/**
 * @param {Space} space
 * @param {{title: string, drawn: string, name: (id: string) => string,
 *   commit: (zxid: string) => string}} words
 * @returns {string}
 */
export function mermaidFile(space, words) {
  const lines = ["sequenceDiagram", `  %% ${plain(words.title)}`];
  if (words.drawn) lines.push(`  %% ${plain(words.drawn)}`);
  for (const { id } of space.lanes) {
    const kind = /^\d/.test(id) ? "participant" : "actor";
    lines.push(`  ${kind} N${id} as ${plain(words.name(id))}`);
  }
  for (const { line } of moments(space, words).sort((a, b) => a.t - b.t)) lines.push(`  ${line}`);
  return `${lines.join("\n")}\n`;
}

/**
 * Everything that happens, with its line.
 * @param {Space} space
 * @param {{commit: (zxid: string) => string}} words
 */
function moments(space, words) {
  const id = (/** @type {number} */ lane) => `N${space.lanes[lane].id}`;
  const all = space.passages.map((p) => {
    const arrow = p.state === "dropped" ? "-x" : p.state === "arrived" ? "->>" : "-)";
    const what = p.tag && p.tag !== p.type ? `${p.type} ${p.tag}` : p.type;
    return { t: p.t0, line: `${id(p.from)}${arrow}${id(p.to)}: ${plain(what)}` };
  });
  for (const { t, zxid } of space.rules) {
    const ends = [...new Set([id(0), id(space.lanes.length - 1)])].join(",");
    all.push({ t, line: `Note over ${ends}: ${plain(words.commit(zxid))}` });
  }
  for (const lane of space.lanes) {
    lane.turns.forEach((turn, k) => {
      if (k === 0 || turn.track === lane.turns[k - 1].track || !/^\d/.test(lane.id)) return;
      const epoch = turn.epoch > 0 ? ` e${turn.epoch}` : "";
      all.push({ t: turn.t, line: `Note over N${lane.id}: ${turn.track}${epoch}` });
    });
  }
  return all;
}
