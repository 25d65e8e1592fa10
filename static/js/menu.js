// @ts-check
// The context menu. Its contents come from the Worker as HTML: a page of actions, and a page more
// for each action that has to know something first.

import { parse } from "./trust.js";

const menu = /** @type {HTMLElement} */ (document.getElementById("menu"));
/** @type {Element | null} */
let before = null;
const edge = 4;

/** @param {string} html @param {number} x @param {number} y @param {string} [page] */
export function openMenu(html, x, y, page = "") {
  const body = parse(html);
  if (!body || !body.querySelector("[role=menuitem]")) return;
  before = document.activeElement;
  menu.replaceChildren(body);
  menu.showPopover?.();
  turnTo(page);
  place(x, y);
}

/** Keeps the menu inside the window. @param {number} x @param {number} y */
function place(x, y) {
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(edge, Math.min(x, innerWidth - box.width - edge))}px`;
  menu.style.top = `${Math.max(edge, Math.min(y, innerHeight - box.height - edge))}px`;
}

/** Closes the menu; true when it was open. */
export function closeMenu() {
  if (!menu.matches(":popover-open")) return false;
  menu.hidePopover();
  if (before instanceof HTMLElement || before instanceof SVGElement)
    before.focus({ preventScroll: true });
  return true;
}

/** Shows a page, "" for the first. @param {string} name @param {string} [focus] of an action */
function turnTo(name, focus = "") {
  for (const page of menu.querySelectorAll("[data-page]")) {
    /** @type {HTMLElement} */ (page).hidden =
      /** @type {HTMLElement} */ (page).dataset.page !== name;
  }
  const list = items();
  const first = list.find((el) => el.dataset.action === focus);
  (first ?? list[name ? 1 : 0])?.focus();
  const box = menu.getBoundingClientRect();
  place(box.left, box.top);
}

/** Goes back to the first page; false if it is shown. */
function back() {
  const page = /** @type {HTMLElement | undefined} */ (shown());
  if (!page?.dataset.page) return false;
  turnTo("", page.dataset.page);
  return true;
}

const shown = () => menu.querySelector("[data-page]:not([hidden])") ?? undefined;

const items = () =>
  /** @type {HTMLElement[]} */ ([...(shown()?.querySelectorAll("[role=menuitem]") ?? [])]);

const fields = () =>
  /** @type {HTMLElement[]} */ ([...(shown()?.querySelectorAll("form input, form button") ?? [])]);

/** @param {Element | null} el */
function press(el) {
  const item = /** @type {HTMLElement | null} */ (el?.closest("[role=menuitem]") ?? null);
  if (item?.dataset.action === "menu-back") back();
  else if (item?.dataset.choices !== undefined) turnTo(item.dataset.action ?? "");
  else return false;
  return true;
}

menu.addEventListener("click", (e) => press(/** @type {Element} */ (e.target)));

menu.addEventListener("keydown", (e) => {
  e.stopPropagation();
  const el = /** @type {HTMLElement} */ (document.activeElement);
  if (e.key === "Escape") back() || closeMenu();
  else if (e.key === "Tab") tab(el, e.shiftKey ? -1 : 1);
  else if (el.closest("form")) return;
  else if (e.key === "ArrowRight") press(el.dataset.choices === undefined ? null : el);
  else if (e.key === "ArrowLeft") back();
  else if (!walk(el, e.key)) return;
  e.preventDefault();
});

/**
 * Moves the focus up or down; false for another key.
 * @param {HTMLElement} el
 * @param {string} key
 */
function walk(el, key) {
  const list = items();
  const at = list.indexOf(el);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[key];
  if (to === undefined) return false;
  list[(to + list.length) % list.length]?.focus();
  return true;
}

/**
 * Tab goes round between the items and the form; without a form it closes the menu.
 * @param {HTMLElement} el
 * @param {number} step
 */
function tab(el, step) {
  const round = [items()[0], ...fields()];
  if (round.length === 1) {
    closeMenu();
    return;
  }
  const at = Math.max(0, round.indexOf(el));
  round[(at + step + round.length) % round.length].focus();
}

addEventListener(
  "pointerdown",
  (e) => {
    if (!menu.contains(/** @type {Node} */ (e.target))) closeMenu();
  },
  true,
);
