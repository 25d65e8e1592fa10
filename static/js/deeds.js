// @ts-check
// Whatever acts on a target: buttons of the action bar, the inspector and the list, items of the
// menu, and the small forms for a number. Which line that is, the Worker knows.

import { closeMenu, openMenu } from "./menu.js";
import { showToast } from "./toast.js";

/**
 * What the page does when something is to be done.
 * @typedef {object} Doer
 * @property {(verb: string, args: object) => Promise<any>} call
 * @property {(error: Error) => void} complain
 * @property {(letter: string) => void} console
 */

/** @type {Doer} */
let doer;

/** @param {Doer} how */
export function listenToDeeds(how) {
  doer = how;
  document.addEventListener("click", (e) => onClick(/** @type {Element} */ (e.target)));
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", (e) => {
    if (/** @type {HTMLElement} */ (e.target).dataset.pair !== undefined) choosePair();
  });
}

/** Whether the control is for this module. @param {HTMLElement} el */
export const isDeed = (el) => el.dataset.target !== undefined && el.dataset.action !== "select";

/**
 * Does something to a target. A choice says how, "200ms".
 * @param {string} action
 * @param {string} target
 * @param {string} [choice]
 */
export function act(action, target, choice = "") {
  if (target) doer.call("act", { action, target, choice }).catch(doer.complain);
}

/**
 * Opens the menu of a target, at a page of it if one is named.
 * @param {string} target
 * @param {number} x
 * @param {number} y
 * @param {string} [page]
 */
export async function showMenu(target, x, y, page = "") {
  const { html } = await doer.call("menu", { target });
  openMenu(html, x, y, page);
}

/** @param {Element} target */
function onClick(target) {
  const el = /** @type {HTMLElement | null} */ (target.closest("[data-action][data-target]"));
  if (!el || !isDeed(el) || el.closest("#stage-svg")) return;
  const { action = "", target: on = "", choice, choices } = el.dataset;
  const inMenu = el.closest("#menu") !== null;
  if (el.getAttribute("aria-disabled") === "true") {
    showToast({ kind: "note", text: el.getAttribute("aria-description") ?? "" });
    return;
  }
  if (action === "menu" || choices !== undefined) {
    if (inMenu) return; // the menu turns to the page itself
    const box = el.getBoundingClientRect();
    showMenu(on, box.left, box.bottom + 4, action === "menu" ? "" : action);
    return;
  }
  if (inMenu) closeMenu();
  if (action === "console") doer.console(on.slice(-1));
  else act(action, on, choice);
}

/** A number was typed. @param {SubmitEvent} e */
function onSubmit(e) {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (form.dataset.act === undefined) return;
  e.preventDefault();
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("amount"));
  closeMenu();
  act(form.dataset.act, form.dataset.target ?? "", input.value + (input.dataset.unit ?? ""));
}

/** Two servers were chosen: the button beside them is for the link between them. */
function choosePair() {
  const [a, b] = ["list-pair-a", "list-pair-b"]
    .map((id) => Number(/** @type {HTMLSelectElement} */ (document.getElementById(id)).value))
    .sort((x, y) => x - y);
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("list-pair-menu"));
  button.dataset.target = `link-${a}-${b}`;
  button.disabled = a === b;
}

