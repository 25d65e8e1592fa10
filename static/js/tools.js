// @ts-check
// The tool that the pointer is, and the line over the stage that says what it would do.

import { say } from "./words.js";

const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
const hint = document.getElementById("stage-hint");
const says = document.getElementById("stage-hint-says");
const does = document.getElementById("stage-hint-does");
const line = document.getElementById("stage-hint-line");
const means = document.getElementById("stage-hint-means");

export class Tools {
  /** "select", "lasso", "knife", "cut", "delay", "loss", "kill" or "client". */
  current = "select";
  /** A finger on the empty stage draws a lasso; else it scrolls the page. */
  editing = false;

  /** Whether a click does something else than to select. */
  get clicks() {
    return !["select", "lasso", "knife"].includes(this.current);
  }

  /** @param {string} name  with or without "tool-" */
  choose(name) {
    this.current = name.replace(/^tool-/, "");
    stage.dataset.tool = this.current;
    for (const el of document.querySelectorAll("[data-tool]")) {
      const on = /** @type {HTMLElement} */ (el).dataset.tool === `tool-${this.current}`;
      if (el !== stage) el.setAttribute("aria-pressed", String(on));
    }
    if (says) says.textContent = this.current === "select" ? "" : say(`tool.${this.current}`);
    this.tell();
  }

  /**
   * Says what a click or a drop here would do, with its line; without words, what the tool is for.
   * @param {string} [words]
   * @param {string} [code]
   * @param {string} [forecast]  what it would mean
   */
  tell(words = "", code = "", forecast = "") {
    if (!hint || !says || !does || !line || !means) return;
    means.textContent = forecast;
    means.hidden = !forecast;
    does.textContent = words;
    line.textContent = code;
    says.className = words ? "hidden-visually" : "stage-hint-says";
    does.hidden = !words;
    line.hidden = !code;
    hint.toggleAttribute("data-does", words !== "");
    hint.hidden = !words && !says.textContent;
  }
}
