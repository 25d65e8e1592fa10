// @ts-check
// The inspector: a click on a value copies it, and what changed is marked for two seconds.

import { copied, copy } from "./dialogs.js";
import { isDrawn } from "./panels.js";
import { showToast } from "./toast.js";

/** @typedef {import("./simulator.js").Frame} Frame */

const markedMs = 2000;

export class Inspector {
  #title = "";
  /** @type {Map<string, string>} */ #values = new Map();
  /** @type {Map<string, number>} */ #changed = new Map();

  /** @param {Frame} frame */
  take(frame) {
    if (isDrawn(frame, "inspector")) this.#compare(performance.now());
  }

  draw() {}

  /** @param {number} at */
  #compare(at) {
    const panel = document.getElementById("inspector");
    const title = panel?.querySelector(".inspector-title")?.textContent?.trim() ?? "";
    const same = title === this.#title;
    this.#title = title;
    /** @type {Map<string, string>} */ const values = new Map();
    for (const dd of panel?.querySelectorAll("dd") ?? []) {
      const key = this.#name(dd, values);
      const value = dd.textContent?.trim() ?? "";
      const before = this.#values.get(key);
      values.set(key, value);
      if (same && before !== undefined && before !== value) this.#changed.set(key, at);
      if (!same || at - (this.#changed.get(key) ?? -Infinity) > markedMs) this.#changed.delete(key);
      dd.toggleAttribute("data-changed", this.#changed.has(key));
    }
    this.#values = values;
  }

  /** @param {Element} dd @param {Map<string, string>} taken */
  #name(dd, taken) {
    const group = dd.closest("section")?.querySelector("h3")?.textContent ?? "";
    let key = `${group} ${dd.previousElementSibling?.textContent?.trim()}`;
    while (taken.has(key)) key += "+";
    return key;
  }
}

/** Copies what an element shows. @param {HTMLElement} el */
export async function copyValue(el) {
  const value = el.textContent?.trim() ?? "";
  showToast({ kind: "note", text: copied(await copy(value)) });
}
