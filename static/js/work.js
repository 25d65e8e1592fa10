// @ts-check
// What is under way: a line that lets time pass, a link that is replayed, a scenario that runs.
// Shows how far it is; the buttons beside it stop it or let it go at full speed.

import { say } from "./words.js";

/** @typedef {import("./simulator.js").Work} Work */

const box = /** @type {HTMLElement} */ (document.getElementById("work"));
const text = /** @type {HTMLElement} */ (document.getElementById("work-text"));
const bar = /** @type {HTMLProgressElement} */ (document.getElementById("work-bar"));

/** Work that is over at once is not worth a word. */
const quietForMs = 300;

let since = 0;

/** @param {Work | undefined} work */
export function showWork(work) {
  if (!work) {
    since = 0;
    box.hidden = true;
    return;
  }
  since ||= performance.now();
  if (work.fast && performance.now() - since < quietForMs) return;
  box.hidden = false;
  box.dataset.kind = work.kind;
  box.toggleAttribute("data-fast", work.fast);
  const words = say(`work.${work.kind}`, { line: work.line });
  if (text.textContent !== words) text.textContent = words;
  const whole = work.until - work.from;
  if (whole > 0) bar.value = Math.min(1, Math.max(0, (work.now - work.from) / whole));
  else bar.removeAttribute("value");
}

const pausedBox = /** @type {HTMLElement} */ (document.getElementById("paused"));
const pausedText = /** @type {HTMLElement} */ (document.getElementById("paused-text"));

/** Says why the clock stopped by itself. @param {string | undefined} why */
export function showPaused(why) {
  if (pausedText.textContent !== (why ?? "")) pausedText.textContent = why ?? "";
  pausedBox.hidden = !why;
}

/** Whether something is under way. */
export const isWorking = () => !box.hidden;
