// @ts-check
// Tabs, folding and sizes of the docks, and which panels are in sight. Below the desktop's width
// both docks are one sheet with all tabs; on a phone it has three heights. What was open and how
// big it was is remembered.

import { say } from "./words.js";
import { keep, recall } from "./store.js";

/**
 * Told which panels came into sight and which left it.
 * @type {(show: string[], hide: string[]) => void}
 */
let onSight = () => {};

/** @param {typeof onSight} listener */
export function watchSight(listener) {
  onSight = listener;
  tellSight();
}

/** The panels that are drawn only while they are in sight, with what holds them. */
const watched = {
  inspector: "pane-inspector",
  votes: "pane-votes",
  data: "pane-data",
  "sessions-wheel": "pane-sessions",
  "sessions-table": "pane-sessions",
  watches: "pane-sessions",
  "events-rows": "pane-events",
  "events-of": "pane-events",
  metrics: "pane-metrics",
  spacetime: "pane-spacetime",
  "events-why": "pane-events",
  list: "stage-list",
  "list-links": "stage-list",
  "list-pair": "stage-list",
  "list-clients": "stage-list",
  "list-messages": "stage-list",
};

/** Says which panels can be seen now. */
export function tellSight() {
  /** @type {string[]} */
  const show = [];
  /** @type {string[]} */
  const hide = [];
  for (const [panel, holder] of Object.entries(watched)) {
    const el = document.getElementById(holder);
    (el && !el.hidden && el.checkVisibility() ? show : hide).push(panel);
  }
  onSight(show, hide);
}

/** @typedef {"side" | "bottom"} Dock */

/** Sizes in CSS px. Below the least one a dock folds. */
const limits = {
  side: { least: 264, most: () => innerWidth * 0.6, step: 56 },
  bottom: { least: 112, most: () => innerHeight * 0.6, step: 96 },
};
const heights = ["peek", "half", "full"];

const app = /** @type {HTMLElement} */ (document.querySelector(".app"));
const wide = matchMedia("(min-width: 1200px)");
const phone = matchMedia("(max-width: 699px)");

const el = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const tabs = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[role=tab]")]);
const homeOf = (/** @type {HTMLElement} */ tab) => /** @type {Dock} */ (tab.dataset.dock);
const isOne = () => !wide.matches;

/** What is open: a tab of each dock, and the one that was chosen last. */
const open = { side: "", bottom: "", last: "" };
for (const tab of tabs()) {
  if (tab.getAttribute("aria-selected") === "true") open[homeOf(tab)] = tab.dataset.tab ?? "";
}
open.last = open.side;

/** Shows a tab by its name. @param {string} name @param {boolean} [focus] */
export function showTab(name, focus = false) {
  const tab = document.getElementById(`tab-${name}`);
  if (!tab) return;
  open[homeOf(tab)] = open.last = name;
  const dock = isOne() ? "side" : homeOf(tab);
  if (app.dataset[dock] === "folded") fold(dock);
  if (phone.matches && app.dataset.sheet === "peek") setSheet("half");
  select();
  if (focus) tab.focus();
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Brings tabs and panes in step with what is open. */
function select() {
  for (const tab of tabs()) {
    const name = tab.dataset.tab ?? "";
    const on = isOne() ? name === open.last : name === open[homeOf(tab)];
    tab.setAttribute("aria-selected", String(on));
    tab.setAttribute("tabindex", on ? "0" : "-1");
    const pane = document.getElementById(`pane-${name}`);
    if (pane) pane.hidden = !on;
  }
  /** @type {HTMLSelectElement} */ (el("all-tabs")).value = open.last;
  remember();
  tellSight();
}

/** Folds or unfolds a dock. @param {string} dock */
export function fold(dock) {
  const folded = app.dataset[dock] === "folded";
  app.dataset[dock] = folded ? "open" : "folded";
  document
    .querySelector(`[data-action=fold][data-dock=${dock}]`)
    ?.setAttribute("aria-expanded", String(folded));
  remember();
  tellSight();
}

/**
 * Makes a dock bigger or smaller. The least one folds, and the sheet of a phone changes its height.
 * @param {string} which
 * @param {number} steps
 */
export function resize(which, steps) {
  const dock = /** @type {Dock} */ (isOne() ? "side" : which);
  if (phone.matches) {
    const at = heights.indexOf(app.dataset.sheet ?? "peek") + Math.sign(steps);
    setSheet(heights[Math.max(0, Math.min(heights.length - 1, at))]);
    return;
  }
  const { least, step } = limits[isPortrait() ? "bottom" : dock];
  if (app.dataset[dock] === "folded") {
    if (steps > 0) fold(dock);
    return;
  }
  const size = sizeOf(dock) + steps * step;
  if (size < least && steps < 0 && sizeOf(dock) <= least) fold(dock);
  else setSize(dock, size);
}

/** @param {Dock} dock */
function sizeOf(dock) {
  const box = el(dock).getBoundingClientRect();
  return dock === "side" && !isPortrait() ? box.width : box.height;
}

/** Whether the sheet lies under the stage. */
const isPortrait = () => isOne() && app.getBoundingClientRect().height > innerWidth;

/** The custom property with the size. @param {Dock} dock */
function nameOf(dock) {
  if (isPortrait()) return "--sheet-height";
  return isOne() ? "--side-tablet" : `--${dock}-size`;
}

/** @param {Dock} dock @param {number} size */
function setSize(dock, size) {
  const { least, most } = limits[isPortrait() ? "bottom" : dock];
  const px = Math.round(Math.max(least, Math.min(most(), size)));
  app.style.setProperty(nameOf(dock), `${px}px`);
  tellSizes();
  remember();
}

/** @param {string} height */
function setSheet(height) {
  app.dataset.sheet = height;
  tellSizes();
  remember();
  tellSight();
}

/** Says to those who cannot see it how big the docks are. */
function tellSizes() {
  for (const grip of document.querySelectorAll(".grip")) {
    const dock = /** @type {Dock} */ (/** @type {HTMLElement} */ (grip).dataset.dock);
    const { least, most } = limits[isPortrait() ? "bottom" : dock];
    const share = Math.round(((sizeOf(dock) - least) / Math.max(1, most() - least)) * 100);
    const step = heights.indexOf(app.dataset.sheet ?? "peek");
    const value = phone.matches ? step * 50 : Math.max(0, Math.min(100, share));
    grip.setAttribute("aria-valuenow", String(value));
    if (phone.matches) grip.setAttribute("aria-valuetext", say(`sheet.${heights[step]}`));
    else grip.removeAttribute("aria-valuetext");
  }
}

/** Makes one sheet of both docks, or two docks again. */
function arrange() {
  const home = (/** @type {Dock} */ dock) => el(isOne() ? "side" : dock);
  for (const tab of tabs().filter((t) => homeOf(t) === "bottom")) {
    home("bottom").querySelector("[role=tablist]")?.append(tab);
    home("bottom").append(el(`pane-${tab.dataset.tab}`));
  }
  el("bottom").hidden = isOne();
  select();
  tellSizes();
}

/** Shows what was open last time, and follows the window from now on. */
export function restoreDocks() {
  const saved = recall("docks") ?? {};
  for (const dock of /** @type {Dock[]} */ (["side", "bottom"])) {
    if (saved[dock] === "folded") fold(dock);
    const size = saved.sizes?.[dock];
    if (/^\d+px$/.test(size)) app.style.setProperty(`--${dock}-size`, size);
  }
  app.dataset.sheet = heights.includes(saved.sheet) ? saved.sheet : "half";
  wide.addEventListener("change", arrange);
  phone.addEventListener("change", arrange);
  arrange();
}

function remember() {
  const size = (/** @type {Dock} */ d) => app.style.getPropertyValue(`--${d}-size`);
  keep("docks", {
    side: app.dataset.side,
    bottom: app.dataset.bottom,
    sheet: app.dataset.sheet,
    sizes: { side: size("side"), bottom: size("bottom") },
  });
}

/** What the keys of a list of tabs do. @type {Record<string, (at: number, n: number) => number>} */
const walks = {
  ArrowRight: (at, n) => (at + 1) % n,
  ArrowLeft: (at, n) => (at + n - 1) % n,
  Home: () => 0,
  End: (_, n) => n - 1,
};

document.addEventListener("change", (e) => {
  const list = /** @type {HTMLSelectElement} */ (e.target);
  if (list.dataset?.change === "tab") showTab(list.value);
});

document.addEventListener("keydown", (e) => {
  const at = /** @type {Element} */ (e.target);
  const tab = at.closest?.("[role=tab]");
  const list = tab?.closest("[role=tablist]");
  if (tab && list && walks[e.key]) {
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
    const next = all[walks[e.key](all.indexOf(/** @type {HTMLElement} */ (tab)), all.length)];
    showTab(next.dataset.tab ?? "", true);
    e.preventDefault();
  }
  const grip = /** @type {HTMLElement | null} */ (at.closest?.(".grip"));
  const turn = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 }[e.key];
  if (grip && turn) {
    resize(grip.dataset.dock ?? "", turn);
    e.preventDefault();
  }
});

/** The grip that is being dragged, and where it was taken. */
const drag = { dock: /** @type {Dock | ""} */ (""), from: 0, size: 0, moved: false };

document.addEventListener("pointerdown", (e) => {
  const grip = /** @type {Element} */ (e.target).closest(".grip");
  if (!(grip instanceof HTMLElement) || e.button !== 0) return;
  grip.setPointerCapture(e.pointerId);
  drag.dock = /** @type {Dock} */ (grip.dataset.dock);
  drag.from = alongOf(e);
  drag.size = sizeOf(drag.dock);
  drag.moved = false;
});
document.addEventListener("pointermove", (e) => {
  if (!drag.dock) return;
  const by = drag.from - alongOf(e);
  drag.moved = drag.moved || Math.abs(by) > 4;
  if (!drag.moved) return;
  if (phone.matches && app.dataset.sheet === "full") app.dataset.sheet = "half";
  if (phone.matches) app.style.setProperty("--sheet-height", `${drag.size + by}px`);
  else setSize(drag.dock, drag.size + by);
});
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, drop);

function drop() {
  if (!drag.dock) return;
  const height = sizeOf(drag.dock);
  drag.dock = "";
  if (!phone.matches) return;
  app.style.removeProperty("--sheet-height");
  const share = height / innerHeight;
  if (drag.moved) setSheet(share < 0.22 ? "peek" : share < 0.6 ? "half" : "full");
  else setSheet(heights[(heights.indexOf(app.dataset.sheet ?? "peek") + 1) % heights.length]);
}

/** @param {PointerEvent} e */
const alongOf = (e) => (drag.dock === "side" && !isPortrait() ? e.clientX : e.clientY);
