// @ts-check
// The log of events: a list of any length of which only the rows in sight exist. The Worker draws
// them; this module says which, keeps the end in view unless the reader scrolled away, and saves.

import { say } from "./words.js";
import { showToast } from "./toast.js";
import { saveFile } from "./save.js";

/** @typedef {import("./simulator.js").Frame} Frame */

const spare = 3;
const rowGuess = 24;

export class EventLog {
  #scroll = /** @type {HTMLElement} */ (document.getElementById("events-scroll"));
  #space = /** @type {HTMLElement} */ (document.getElementById("events-space"));
  #latest = /** @type {HTMLElement} */ (document.querySelector(".events-latest"));
  #follow = true;
  #asked = "";
  #call;

  /** @param {(verb: string, args?: object) => Promise<any>} call */
  constructor(call) {
    this.#call = call;
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#ask()).observe(this.#scroll);
    document.getElementById("events-text")?.addEventListener("input", () => this.filter());
    this.#scroll.addEventListener("click", (e) => this.#click(e));
  }

  /** @param {Frame} frame */
  take(frame) {
    if (frame.panels?.some(([id]) => id === "events-rows")) this.#lay();
  }

  draw() {}

  #rows() {
    return /** @type {HTMLElement} */ (document.getElementById("events-rows"));
  }

  #rowHeight() {
    return this.#rows().querySelector("tbody tr")?.getBoundingClientRect().height || rowGuess;
  }

  /** Puts the rows where they belong in the whole list. */
  #lay() {
    const { total, from } = this.#rows().dataset;
    const height = this.#rowHeight();
    this.#space.style.height = Number(total) > 0 ? `${Number(total) * height}px` : "";
    this.#rows().style.transform = `translateY(${Number(from) * height}px)`;
    if (this.#follow) this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#ask();
  }

  #scrolled() {
    const s = this.#scroll;
    if (!s.clientHeight) return;
    this.#follow = s.scrollHeight - s.scrollTop - s.clientHeight < 12;
    this.#latest.hidden = this.#follow;
    this.#ask();
  }

  /** Asks for the rows in sight, if others are there. */
  #ask() {
    const s = this.#scroll;
    if (!s.clientHeight) return;
    const height = this.#rowHeight();
    const count = Math.ceil(s.clientHeight / height) + 2 * spare;
    const from = Math.max(0, Math.floor(s.scrollTop / height) - spare);
    const key = this.#follow ? `end ${count}` : `${from} ${count}`;
    if (key === this.#asked) return;
    this.#asked = key;
    this.#call("events-window", { n: from, count, on: this.#follow }).catch(() => {});
  }

  /** @param {MouseEvent} e */
  #click(e) {
    const target = /** @type {Element} */ (e.target);
    const row = /** @type {HTMLElement | null} */ (target.closest("tr[data-ms]"));
    if (!row || target.closest("button") || getSelection()?.toString()) return;
    this.#call("seek", { ms: Number(row.dataset.ms) }).catch(() => {});
  }

  /** Goes to the end and stays there. */
  latest() {
    this.#follow = true;
    this.#latest.hidden = true;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#ask();
  }

  /** Shows only what the controls above the list ask for. */
  filter() {
    /** @param {string} id */
    const value = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value;
    this.#call("filter", {
      group: value("events-group"),
      target: value("events-of"),
      text: value("events-text"),
    });
    this.latest();
  }

  /** Saves what the log holds as NDJSON. */
  async save() {
    const parts = [];
    let next = 1;
    do {
      const part = await this.#call("events-export", { n: next });
      parts.push(part.text);
      next = part.next;
    } while (next);
    const name = "zabscope-events.ndjson";
    saveFile(name, "application/x-ndjson", parts);
    showToast({ kind: "note", text: say("events.saved", { name }) });
  }
}
