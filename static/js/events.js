// @ts-check
// The log of events: a list of any length of which only the rows in sight exist. The Worker draws
// them; this module says which, keeps the end in view unless the reader scrolled away, and saves.

import { isDrawn, scrollDown } from "./panels.js";
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
  #room = 0; // height of the window on the list, in CSS px
  #top = 0; // how far it is scrolled
  #length = 0; // of the whole list when it was last laid out
  #end = -1; // where it was scrolled to by us
  #height = rowGuess; // of a row
  #asked = "";
  #call;

  /** @param {(verb: string, args?: object) => Promise<any>} call */
  constructor(call) {
    this.#call = call;
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Sizes are read after the page was laid out, so that nothing is laid out for them.
    const sizes = new ResizeObserver(() => this.#measure());
    for (const el of [this.#scroll, this.#space, this.#rows()]) sizes.observe(el);
    document.getElementById("events-text")?.addEventListener("input", () => this.filter());
    this.#scroll.addEventListener("click", (e) => this.#click(e));
  }

  /** @param {Frame} frame */
  take(frame) {
    if (isDrawn(frame, "events-rows")) this.#lay();
  }

  draw() {}

  #rows() {
    return /** @type {HTMLElement} */ (document.getElementById("events-rows"));
  }

  #measure() {
    this.#room = this.#scroll.clientHeight;
    const row = this.#rows().querySelector("tbody tr");
    const height = row?.getBoundingClientRect().height || this.#height;
    if (Math.abs(height - this.#height) > 0.1) {
      this.#height = height;
      this.#lay();
    }
    this.#length = this.#scroll.scrollHeight;
    if (this.#follow) this.#end = scrollDown(this.#scroll);
    this.#ask();
  }

  /** Puts the rows where they belong in the whole list. */
  #lay() {
    const { total, from } = this.#rows().dataset;
    this.#space.style.height = Number(total) > 0 ? `${Number(total) * this.#height}px` : "";
    this.#rows().style.transform = `translateY(${Number(from) * this.#height}px)`;
    this.#ask();
  }

  #scrolled() {
    const top = this.#scroll.scrollTop;
    if (!this.#room || (this.#follow && top === this.#end)) return;
    this.#top = top;
    this.#follow = this.#length - this.#top - this.#room < 12;
    this.#latest.hidden = this.#follow;
    this.#ask();
  }

  /** Asks for the rows in sight, if others are there. */
  #ask() {
    if (!this.#room) return;
    const seen = Math.ceil(this.#room / this.#height) + 1;
    const count = this.#follow ? seen : seen + 2 * spare;
    const key = this.#follow ? `end ${count}` : `${this.#first()} ${count}`;
    if (key === this.#asked) return;
    this.#asked = key;
    const from = this.#follow ? 0 : this.#first();
    this.#call("events-window", { n: from, count, on: this.#follow }).catch(() => {});
  }

  #first() {
    return Math.max(0, Math.floor(this.#top / this.#height) - spare);
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
