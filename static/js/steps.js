// @ts-check
// The unit of a step: what the step buttons of the transport go by. It is chosen by using it.

import { say } from "./words.js";

let chosen = "event";

/**
 * The unit of a press: that of the button, which is then the chosen one, or the chosen one.
 * @param {HTMLElement} el
 */
export function unitOf(el) {
  if (el.dataset.unit) choose(el.dataset.unit);
  return chosen;
}

/** @param {string} unit */
function choose(unit) {
  chosen = unit;
  for (const row of document.querySelectorAll(".step-table tr"))
    row.toggleAttribute("data-chosen", /** @type {HTMLElement} */ (row).dataset.unit === unit);
  for (const name of ["step", "back"]) {
    const button = document.querySelector(`.transport-buttons > [data-action=${name}]`);
    const words = say(`step.${name}`, { unit: say(`step.unit.${unit}`) });
    button?.setAttribute("aria-label", words);
    button?.setAttribute("title", words);
  }
}
