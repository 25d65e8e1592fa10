// @ts-check
// The loading notice: real progress in words, and the reason when the simulator cannot run.

import { say } from "./words.js";

const box = /** @type {HTMLElement} */ (document.getElementById("load"));
const text = /** @type {HTMLElement} */ (document.getElementById("load-text"));
const bar = /** @type {HTMLProgressElement} */ (document.getElementById("load-bar"));
const slowAfterMs = 8000;
const quietForMs = 250;

let slow = 0;
let show = 0;

/** The notice appears only when loading takes a moment. */
export function startLoading() {
  show = setTimeout(() => (box.hidden = false), quietForMs);
  slow = setTimeout(() => (text.textContent = say("load.slow")), slowAfterMs);
}

/** @param {{progress: string, done?: number, total?: number}} p @param {number} servers */
export function showProgress(p, servers) {
  if (p.progress === "download") {
    text.textContent = say("load.download", { done: size(p.done ?? 0), total: size(p.total ?? 0) });
    if (p.total) bar.value = (p.done ?? 0) / p.total;
    return;
  }
  bar.removeAttribute("value");
  text.textContent =
    p.progress === "compile" ? say("load.compile") : say("load.boot", { n: servers });
}

/** The simulator runs. */
export function endLoading() {
  clearTimeout(slow);
  clearTimeout(show);
  box.hidden = true;
}

/** The still picture stays, with the reason. @param {string} key @param {string} [detail] */
export function failLoading(key, detail) {
  clearTimeout(slow);
  clearTimeout(show);
  box.hidden = false;
  box.dataset.failed = "";
  text.textContent = detail ? `${say(key)} (${detail})` : say(key);
}

/** @param {number} bytes */
const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
