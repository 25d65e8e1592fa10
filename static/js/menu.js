// @ts-check
// The context menu. Its contents come from the Worker as HTML.

import { parse } from "./trust.js";

const menu = /** @type {HTMLElement} */ (document.getElementById("menu"));
/** @type {Element | null} */
let before = null;

/** @param {string} html @param {number} x @param {number} y */
export function openMenu(html, x, y) {
  const body = parse(html);
  if (!body || !body.querySelector("[role=menuitem]")) return;
  before = document.activeElement;
  menu.replaceChildren(body);
  menu.showPopover?.();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - box.width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - box.height - 4))}px`;
  items()[0]?.focus();
}

/** Closes the menu; true when it was open. */
export function closeMenu() {
  if (!menu.matches(":popover-open")) return false;
  menu.hidePopover();
  if (before instanceof HTMLElement || before instanceof SVGElement)
    before.focus({ preventScroll: true });
  return true;
}

const items = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);

menu.addEventListener("keydown", (e) => {
  const list = items();
  const at = list.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[e.key];
  if (e.key === "Escape" || e.key === "Tab") {
    closeMenu();
    e.preventDefault();
  } else if (to !== undefined) {
    list[(to + list.length) % list.length]?.focus();
    e.preventDefault();
  }
  e.stopPropagation();
});

addEventListener(
  "pointerdown",
  (e) => {
    if (!menu.contains(/** @type {Node} */ (e.target))) closeMenu();
  },
  true,
);
