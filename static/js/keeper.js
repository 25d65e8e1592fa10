// @ts-check
// Keeps the run of this address in the tab, so that a reload, or a crash of the tab, returns to it.

/** @typedef {import("./dialogs.js").Run} Run */

const version = 2;
const prefix = "zabscope.run.";
const lengthMax = 200000;

/** How much real time lies between two savings while time flows. */
export const everyMs = 2000;

const key = () => prefix + location.pathname + location.search + location.hash;

/** Nothing is kept any more: the person starts over. */
let over = false;

/**
 * What is kept: a run, and what the page shows beside it (Memo in wasm/bridge).
 * @typedef {{run: Run, memo: {lines: any[], guesses: any[]}}} Kept
 */

/** Keeps a run. One in which the person has done nothing needs no keeping. @param {Kept} kept */
export function keep({ run, memo }) {
  if (over) return;
  try {
    const text = JSON.stringify({ v: version, run, memo });
    const worth = run.journal?.length || memo.guesses.length || memo.lines.length;
    if (worth && text.length <= lengthMax) sessionStorage.setItem(key(), text);
    else sessionStorage.removeItem(key());
  } catch {
    // Storage is full or forbidden: the page works without.
  }
}

/**
 * Takes what is kept for this address, null for nothing. What cannot be read, or what a newer page
 * wrote, is "bad".
 * @returns {Kept | "bad" | null}
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

/** @param {string} text @returns {Kept | "bad"} */
function read(text) {
  try {
    const { v, run, memo } = JSON.parse(text);
    return v === version && run?.v && Array.isArray(memo?.lines) ? { run, memo } : "bad";
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
