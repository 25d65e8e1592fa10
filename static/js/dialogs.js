// @ts-check
// The dialogs: help, opening a shared run, and the crash card.

import { say } from "./words.js";

/**
 * A run as a link carries it.
 * @typedef {object} Run
 * @property {number} t  simulated ms
 * @property {number} seed
 * @property {string} [scenario]
 * @property {{at: number, line: string}[]} [journal]
 */
/**
 * @typedef {object} Crash
 * @property {string} error
 * @property {number} [seed]
 * @property {number} [step]
 * @property {string[]} [events]
 * @property {string[]} [journal]
 * @property {string[]} [stack]
 * @property {Run} [share]
 */

/** @param {string} name @returns {HTMLDialogElement} */
const dialog = (name) =>
  /** @type {HTMLDialogElement} */ (document.getElementById(`dialog-${name}`));

/** @param {string} name */
export function openDialog(name) {
  const d = dialog(name);
  if (d.open) return;
  d.showModal();
  /** @type {HTMLElement | null} */ (d.querySelector("h2[tabindex]"))?.focus();
  d.scrollTop = 0;
  for (const part of d.children) part.scrollTop = 0;
}

/** @param {string} name */
export function closeDialog(name) {
  if (dialog(name).open) dialog(name).close();
}

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Says what became of a copy. @param {boolean} done */
export function copied(done) {
  if (done) return say("copied");
  return say(isSecureContext ? "copy.failed" : "copy.insecure");
}

/**
 * Asks before a shared run is replayed, and shows its commands.
 * @param {string[]} lines
 * @returns {Promise<boolean>}
 */
export function askToOpen(lines) {
  setText("link-lines", lines.join("\n"));
  openDialog("link");
  return new Promise((resolve) => {
    dialog("link").addEventListener("close", () => resolve(dialog("link").returnValue === "run"), {
      once: true,
    });
  });
}

/** @param {boolean} run */
export function answerLink(run) {
  dialog("link").close(run ? "run" : "no");
}

/**
 * Shows what is known of a crash, with a link that reproduces it if there is one.
 * @param {Crash} crash
 * @param {string} build
 * @param {string} link
 */
export function showCrash(crash, build, link) {
  setText("crash-lines", crashText(crash, build));
  const anchor = /** @type {HTMLAnchorElement} */ (document.getElementById("crash-link"));
  anchor.hidden = !link;
  if (link) anchor.href = link;
  openDialog("crash");
}

/** @param {Crash} crash @param {string} build */
function crashText(crash, build) {
  const lines = [
    `error: ${crash.error}`,
    `build: ${build}`,
    `seed: ${crash.seed ?? crash.share?.seed ?? "?"}`,
    `step: ${crash.step ?? "?"}`,
  ];
  if (crash.journal?.length) lines.push("", ...crash.journal);
  if (crash.events?.length) lines.push("", ...crash.events);
  if (crash.stack?.length) lines.push("", ...crash.stack);
  return lines.join("\n");
}

/** What the crash card shows, for the clipboard. */
export const crashDetails = () => document.getElementById("crash-lines")?.textContent ?? "";

/** @param {string} id @param {string} text */
function setText(id, text) {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}
