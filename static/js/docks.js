// @ts-check
// Tabs and folding of the docks. What was open is remembered.

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
    (document.getElementById(holder)?.hidden ? hide : show).push(panel);
  }
  onSight(show, hide);
}

const app = /** @type {HTMLElement} */ (document.querySelector(".app"));
const tabs = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[role=tab]")]);

/** Shows a tab by its name. @param {string} name @param {boolean} [focus] */
export function showTab(name, focus = false) {
  const tab = document.getElementById(`tab-${name}`);
  if (!tab) return;
  for (const other of tabs().filter((t) => t.dataset.dock === tab.dataset.dock)) {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.setAttribute("tabindex", on ? "0" : "-1");
    const pane = document.getElementById(`pane-${other.dataset.tab}`);
    if (pane) pane.hidden = !on;
  }
  if (app.dataset[tab.dataset.dock ?? ""] === "folded") fold(tab.dataset.dock ?? "");
  if (tab.dataset.dock === "bottom") app.dataset.bottom = "open";
  if (focus) tab.focus();
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
}

/** Shows what was open last time. */
export function restoreDocks() {
  try {
    const saved = JSON.parse(localStorage.getItem("zabscope.docks") || "{}");
    if (saved.side === "folded") fold("side");
    if (saved.bottom === "folded") fold("bottom");
  } catch {
    // Nothing remembered: the page is as it comes.
  }
}

function remember() {
  try {
    localStorage.setItem(
      "zabscope.docks",
      JSON.stringify({ side: app.dataset.side, bottom: app.dataset.bottom }),
    );
  } catch {
    // Storage may be forbidden in a frame.
  }
}

document.addEventListener("keydown", (e) => {
  const tab = /** @type {Element} */ (e.target).closest?.("[role=tab]");
  if (!(tab instanceof HTMLElement) || !e.key.startsWith("Arrow")) return;
  const list = tabs().filter((t) => t.dataset.dock === tab.dataset.dock);
  const step = e.key === "ArrowRight" || e.key === "ArrowDown" ? 1 : -1;
  const next = list[(list.indexOf(tab) + step + list.length) % list.length];
  showTab(next.dataset.tab ?? "", true);
  e.preventDefault();
});
