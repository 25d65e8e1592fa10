// @ts-check
// What a person chose about the page: its dialog, the switch of the level of detail on the stage,
// and what the choices mean for the document. Whoever draws or narrates listens.

import { keep, recall } from "./store.js";

/** The choices, and what holds until something is chosen. @type {Record<string, string[]>} */
const choices = {
  level: ["standard", "simple", "full"],
  voice: ["normal", "brief", "detailed"],
  theme: ["auto", "light", "dark"],
  motion: ["auto", "reduced", "full"],
  keys: ["on", "off"],
};

/** @type {Record<string, string>} */
const chosen = {};
/** @type {((name: string, value: string) => void)[]} */
const listeners = [];
const quiet = matchMedia("(prefers-reduced-motion: reduce)");
const root = document.documentElement;

/** What is chosen now. @param {string} name */
export const setting = (name) => chosen[name];

/** Calls back whenever a choice changes. @param {(name: string, value: string) => void} listener */
export function onSetting(listener) {
  listeners.push(listener);
}

/** @param {string} name @param {string} value */
export function choose(name, value) {
  if (!choices[name]?.includes(value)) return;
  chosen[name] = value;
  keep("settings", chosen);
  show(name);
  for (const listener of listeners) listener(name, value);
}

/** Takes the next choice, as a key does. @param {string} name @param {string[]} [order] */
export function nextChoice(name, order = choices[name]) {
  choose(name, order[(order.indexOf(chosen[name]) + 1) % order.length]);
}

/** Goes back to what holds for everybody. */
export function resetSettings() {
  for (const [name, values] of Object.entries(choices)) choose(name, values[0]);
}

/** Whether nothing may move, by choice or by the system's setting. */
export const isStill = () =>
  chosen.motion === "reduced" || (chosen.motion === "auto" && quiet.matches);

/** Shows a choice in the document and in every control of it. @param {string} name */
function show(name) {
  const value = chosen[name];
  if (name === "theme" || name === "motion") root.dataset[name] = value;
  root.toggleAttribute("data-still", isStill());
  for (const el of document.querySelectorAll(`[data-setting="${name}"]`)) {
    const input = /** @type {HTMLInputElement} */ (el);
    if (input.type === "checkbox") input.checked = value === input.value;
    else if (input.type === "radio") input.checked = value === input.value;
    else input.value = value;
  }
}

document.addEventListener("change", (e) => {
  const el = /** @type {HTMLInputElement} */ (e.target);
  const name = el.dataset?.setting;
  if (!name) return;
  if (el.type === "checkbox") choose(name, el.checked ? "on" : "off");
  else choose(name, el.value);
});

quiet.addEventListener("change", () => {
  show("motion");
  for (const listener of listeners) listener("motion", chosen.motion);
});

const saved = recall("settings") ?? {};
const asked = new URLSearchParams(location.search).get("theme") ?? "";
for (const [name, values] of Object.entries(choices)) {
  chosen[name] = values.includes(saved[name]) ? saved[name] : values[0];
}
if (choices.theme.includes(asked)) chosen.theme = asked;
for (const name of Object.keys(choices)) show(name);
