// @ts-check
// The data tree's window on its rows: how many fit, which of them are in sight, and which one the
// keyboard is on. What stands in the rows is the Worker's.

/** What scrolled out of sight but is there already, in rows, above and below. */
const margin = 8;

/** Keys that walk the tree. */
const walks = new Set([
  "ArrowDown",
  "ArrowUp",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "PageDown",
  "PageUp",
  "Enter",
]);

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @typedef {(verb: string, args: Record<string, unknown>) => Promise<{row: number}>} Call */

export class DataPanel {
  #pane = byId("pane-data");
  #scroll = byId("data-scroll");
  #sizer = byId("data-sizer");
  #call;
  #from = -1;
  #count = -1;
  #row = -1;
  #height = 28; // of a row, in CSS px
  #room = 0; // height of the window on the rows
  #top = 0; // how far it is scrolled

  /** @param {Call} call */
  constructor(call) {
    this.#call = call;
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#resize()).observe(this.#scroll);
    new MutationObserver(() => this.#place()).observe(byId("data-meta"), { attributes: true });
    this.#pane.addEventListener("click", (e) => this.#click(e));
    this.#scroll.addEventListener("keydown", (e) => this.#key(e));
    byId("data-text").addEventListener("input", () => this.#filter());
    byId("data-differing").addEventListener("change", () => this.#filter());
  }

  #scrolled() {
    this.#top = this.#scroll.scrollTop;
    this.#look();
  }

  /** @param {number} top */
  #scrollTo(top) {
    this.#scroll.scrollTop = this.#top = top;
  }

  /** Tells the Worker which rows are in sight, when that changed. */
  #look() {
    const height = this.#height;
    const count = this.#room ? Math.min(160, Math.ceil(this.#room / height) + 2 * margin) : 0;
    const first = Math.floor(this.#top / height);
    const kept = Math.abs(first - margin - this.#from) < margin && first > 0;
    const from = kept ? this.#from : Math.max(0, first - margin);
    if (!count || (from === this.#from && count === this.#count)) return;
    this.#from = from;
    this.#count = count;
    this.#send("data-window", { from, count });
  }

  /** Less room, as beside an open znode, must not hide the row that was chosen. */
  #resize() {
    const style = getComputedStyle(this.#sizer);
    this.#height = parseFloat(style.getPropertyValue("--row")) || this.#height;
    this.#room = this.#scroll.clientHeight;
    this.#reveal(this.#row);
    this.#look();
  }

  /** Puts the rows where they belong in the whole list. */
  #place() {
    const { total, from, count, active } = byId("data-meta").dataset;
    if (Number(count) !== this.#count) this.#from = -1; // another Worker: tell it anew
    const height = this.#height;
    this.#sizer.style.height = `${Number(total) * height}px`;
    const rows = byId("data-rows");
    rows.style.transform = `translateY(${Number(from) * height}px)`;
    if (active) rows.setAttribute("aria-activedescendant", active);
    else rows.removeAttribute("aria-activedescendant");
    this.#look();
  }

  /** @param {MouseEvent} e */
  #click(e) {
    const target = /** @type {Element} */ (e.target);
    if (target.closest("[data-data=close]")) {
      this.#choose("data-pick", {});
      byId("data-rows").focus({ preventScroll: true });
      return;
    }
    const row = /** @type {HTMLElement | null} */ (target.closest(".znode"));
    if (!row) return;
    const unit = target.closest(".znode-fold") ? "toggle" : "";
    this.#choose("data-pick", { n: Number(row.dataset.row), key: row.dataset.key, unit });
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    const key = e.key === " " ? "Enter" : e.key;
    if (!walks.has(key)) return;
    e.preventDefault();
    this.#choose("data-key", { key });
  }

  /** @param {string} verb @param {Record<string, unknown>} args */
  async #choose(verb, args) {
    this.#row = (await this.#send(verb, args))?.row ?? -1;
    this.#reveal(this.#row);
  }

  /** Scrolls as little as it takes to see a row. @param {number} row */
  #reveal(row) {
    if (row < 0) return;
    const height = this.#height;
    const top = row * height;
    if (top < this.#top) this.#scrollTo(top);
    else if (top + height > this.#top + this.#room) this.#scrollTo(top + height - this.#room);
  }

  #filter() {
    const text = /** @type {HTMLInputElement} */ (byId("data-text")).value;
    const on = /** @type {HTMLInputElement} */ (byId("data-differing")).checked;
    this.#scrollTo(0);
    this.#from = this.#row = -1;
    this.#send("data-filter", { text, on });
    this.#look();
  }

  /** @param {string} verb @param {Record<string, unknown>} args */
  #send(verb, args) {
    return this.#call(verb, args).catch(() => null);
  }
}
