// @ts-check
// The console's input: history, completion by the Worker, and no sending while an input method
// composes.

import { scrollDown } from "./panels.js";
import { keep, recall } from "./store.js";

/** @typedef {{line: string, hint: string}} Option */

const form = /** @type {HTMLFormElement} */ (document.getElementById("console-form"));
const input = /** @type {HTMLInputElement} */ (document.getElementById("console-input"));
const prompt = /** @type {HTMLElement} */ (document.getElementById("console-prompt"));
const list = /** @type {HTMLElement} */ (document.getElementById("console-options"));
const log = /** @type {HTMLElement} */ (document.getElementById("console-log"));
const historyMax = 200;

export class Console {
  /** @type {string[]} */ #history = linesBefore();
  /** @type {Option[]} */ #options = [];
  #chosen = -1;
  #at = this.#history.length;
  #draft = "";
  #client = "A";
  /** @type {(line: string) => void} */ #onLine;
  /** @type {(line: string) => Promise<Option[]>} */ #onComplete;

  /**
   * @param {(line: string) => void} onLine
   * @param {(line: string) => Promise<Option[]>} onComplete
   */
  constructor(onLine, onComplete) {
    this.#onLine = onLine;
    this.#onComplete = onComplete;
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.#send();
    });
    input.addEventListener("keydown", (e) => this.#key(e));
    input.addEventListener("input", () => {
      if (!list.hidden) this.#complete();
    });
    input.addEventListener("blur", () => this.#close());
    followEnd();
    list.addEventListener("pointerdown", (e) => {
      e.preventDefault(); // the input keeps the focus
      const item = /** @type {HTMLElement | null} */ (
        /** @type {Element} */ (e.target).closest("[role=option]")
      );
      if (item) this.#take(Number(item.dataset.index));
    });
  }

  /** Whom a line without an address goes to. @param {string} letter */
  setClient(letter) {
    this.#client = letter || "A";
    prompt.textContent = `${this.#client}>`;
  }

  /** Puts the focus into the input, with a line ready if given. @param {string} [line] */
  focus(line) {
    if (line !== undefined) input.value = line;
    input.focus();
  }

  /** Adds the console's client where a line has no address. @param {string} line */
  address(line) {
    const text = line.trim();
    return /^(:|[A-Z](@\d+!?)?:)/.test(text) ? text : `${this.#client}: ${text}`;
  }

  #send() {
    const line = input.value.trim();
    if (!line) return;
    this.#history.push(line);
    if (this.#history.length > historyMax) this.#history.shift();
    this.#at = this.#history.length;
    keep("console", this.#history);
    input.value = "";
    this.#onLine(this.address(line));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.isComposing) return;
    const open = !list.hidden;
    if (open && e.key === "Escape") this.#close();
    else if (open && e.key === "ArrowUp") this.#choose(this.#chosen - 1);
    else if (open && e.key === "ArrowDown") this.#choose(this.#chosen + 1);
    else if (open && e.key === "Enter" && this.#chosen >= 0) this.#take(this.#chosen);
    else if (open && e.key === "Tab" && !e.shiftKey) this.#take(Math.max(0, this.#chosen));
    else if (e.key === "ArrowUp") this.#recall(-1);
    else if (e.key === "ArrowDown") this.#recall(1);
    else if (e.key === "Tab" && !e.shiftKey && input.value) this.#complete();
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /** @param {number} step */
  #recall(step) {
    if (this.#at === this.#history.length) this.#draft = input.value;
    this.#at = Math.min(this.#history.length, Math.max(0, this.#at + step));
    input.value = this.#history[this.#at] ?? this.#draft;
  }

  /** Completes as far as there is no choice, and shows the choices. */
  async #complete() {
    const before = input.value;
    const options = await this.#onComplete(before);
    if (input.value !== before || document.activeElement !== input) return;
    if (options.length === 1 && list.hidden) {
      input.value = options[0].line;
      return;
    }
    const start = commonStart(options.map((o) => o.line));
    if (list.hidden && start.length > before.length) input.value = start;
    this.#show(options);
  }

  /** @param {Option[]} options */
  #show(options) {
    this.#options = options;
    list.replaceChildren(...options.map(row));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    this.#chosen = -1;
    this.#choose(-1);
  }

  #close() {
    this.#show([]);
  }

  /** @param {number} index */
  #choose(index) {
    const n = this.#options.length;
    this.#chosen = index < 0 ? (this.#chosen < 0 ? -1 : n - 1) : n ? index % n : -1;
    for (const item of list.children) {
      const on = /** @type {HTMLElement} */ (item).dataset.index === String(this.#chosen);
      item.setAttribute("aria-selected", String(on));
      if (on) item.scrollIntoView({ block: "nearest" });
    }
    if (this.#chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `console-option-${this.#chosen}`);
  }

  /** Puts an option into the input and offers what may follow. @param {number} index */
  #take(index) {
    const option = this.#options[index];
    this.#close();
    if (!option) return;
    input.value = option.line;
    if (option.line.endsWith(" ")) this.#complete();
  }
}

/**
 * The log stays at its end unless its reader scrolled away. Its size is read after the page was
 * laid out, so that nothing is laid out for it.
 */
function followEnd() {
  let [atEnd, length, end] = [true, 0, -1];
  const last = new ResizeObserver(() => {
    length = log.scrollHeight;
    if (atEnd) end = scrollDown(log);
  });
  const entries = new MutationObserver(() => {
    last.disconnect();
    if (log.lastElementChild) last.observe(log.lastElementChild);
  });
  entries.observe(log, { childList: true });
  log.addEventListener("scroll", () => {
    const top = log.scrollTop;
    if (!atEnd || top !== end) atEnd = length - top - log.clientHeight < 30;
  });
}

/** What was typed on earlier visits. @returns {string[]} */
function linesBefore() {
  const lines = recall("console");
  return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
}

/** @param {Option} option @param {number} index */
function row(option, index) {
  const item = document.createElement("li");
  item.id = `console-option-${index}`;
  item.dataset.index = String(index);
  item.setAttribute("role", "option");
  const line = document.createElement("code");
  line.textContent = option.line;
  const hint = document.createElement("span");
  hint.textContent = option.hint;
  item.append(line, hint);
  return item;
}

/** @param {string[]} list */
function commonStart(list) {
  let start = list[0] ?? "";
  for (const s of list) while (!s.startsWith(start)) start = start.slice(0, -1);
  return start;
}
