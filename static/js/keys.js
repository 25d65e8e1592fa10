// @ts-check
// The keyboard map. Letters do nothing inside inputs, while an input method composes, and when
// they are switched off in the settings.

import { setting } from "./settings.js";

/** @typedef {Record<string, () => void>} KeyActions */

/** @type {Record<string, string>} */
const letters = {
  k: "kill",
  r: "restart",
  z: "pause-process",
  p: "isolate",
  h: "heal",
  c: "client",
  w: "write",
  l: "list",
  t: "theme",
  g: "level",
  d: "drop",
  m: "menu",
  "?": "help",
  "/": "console",
  "[": "side-more",
  "]": "side-less",
  "{": "bottom-more",
  "}": "bottom-less",
  "-": "slower",
  "=": "faster",
  "+": "faster",
  0: "speed-default",
};

/** @param {(action: string, detail?: string) => void} act */
export function listenToKeys(act) {
  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.isComposing || isTyping(e)) return;
    if (document.body.dataset.keys === "off") return; // nobody has clicked into this frame yet
    const action = actionOf(e);
    if (!action) return;
    e.preventDefault();
    act(action.name, action.detail);
  });
}

/** @param {KeyboardEvent} e @returns {{name: string, detail?: string} | null} */
function actionOf(e) {
  if (e.key === "Escape") return { name: "escape" };
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "z")
    return { name: e.shiftKey ? "redo" : "undo" };
  if (e.ctrlKey || e.metaKey) return null;
  const on = setting("keys") !== "off";
  if ((on && e.code === "Period") || e.key === "PageDown") return { name: "step", detail: unit(e) };
  if ((on && e.code === "Comma") || e.key === "PageUp") return { name: "back", detail: unit(e) };
  if (e.altKey) return null;
  if (e.key === " ") return onControl(e) ? null : { name: "play" };
  if (!on) return null;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(e.code)?.[1] ?? /^[1-9]$/.exec(e.key)?.[0];
  if (digit) return { name: e.shiftKey ? "add" : "select", detail: `server-${digit}` };
  const name = letters[e.key.toLowerCase()];
  return name ? { name } : null;
}

/** @param {KeyboardEvent} e */
const unit = (e) => (e.altKey ? "round" : e.shiftKey ? "delivery" : "event");

/** @param {KeyboardEvent} e */
function isTyping(e) {
  const t = /** @type {HTMLElement} */ (e.target);
  const typing = t.matches?.(
    "textarea, select, [contenteditable]," +
      "input:not([type=range]):not([type=radio]):not([type=checkbox])",
  );
  return (typing && e.key !== "Escape") || document.querySelector("dialog[open]") !== null;
}

/** @param {KeyboardEvent} e */
const onControl = (e) =>
  /** @type {HTMLElement} */ (e.target).matches?.("button, a, summary, input, [role=button]");
