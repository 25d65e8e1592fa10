// @ts-check
// Keeps the run of this address in the tab, so that a reload, or a crash of the tab, returns to it.

/** @typedef {import("./dialogs.js").Run} Run */

const version = 1;
const prefix = "zabscope.run.";
const lengthMax = 200000;

/** How much real time lies between two savings while time flows. */
export const everyMs = 2000;

const key = () => prefix + location.pathname + location.search + location.hash;

/** Nothing is kept any more: the person starts over. */
let over = false;

/** Keeps a run. One without a line of the person needs no keeping. @param {Run} run */
export function keep(run) {
  if (over) return;
  try {
    const text = JSON.stringify({ v: version, run });
    if (run.journal?.length && text.length <= lengthMax) sessionStorage.setItem(key(), text);
    else sessionStorage.removeItem(key());
  } catch {
    // Storage is full or forbidden: the page works without.
  }
}

/**
 * Takes the run that is kept for this address, null for none. One that cannot be read, or that a
 * newer page wrote, is "bad".
 * @returns {Run | "bad" | null}
 */
export function kept() {
  try {
    const text = sessionStorage.getItem(key());
    if (!text) return null;
    sessionStorage.removeItem(key());
    return read(text);
  } catch {
    return null;
  }
}

/** @param {string} text @returns {Run | "bad"} */
function read(text) {
  try {
    const { v, run } = JSON.parse(text);
    return v === version && Array.isArray(run?.journal) ? run : "bad";
  } catch {
    return "bad";
  }
}

/** Starts the address afresh. */
export function startOver() {
  over = true;
  try {
    sessionStorage.removeItem(key());
  } catch {
    // There was nothing then.
  }
  location.reload();
}
