// @ts-check
// The console's input: history, completion by the Worker, and no sending while an input method
// composes.

const form = /** @type {HTMLFormElement} */ (document.getElementById("console-form"));
const input = /** @type {HTMLInputElement} */ (document.getElementById("console-input"));
const prompt = /** @type {HTMLElement} */ (document.getElementById("console-prompt"));
const historyMax = 200;

export class Console {
  /** @type {string[]} */ #history = [];
  #at = 0;
  #draft = "";
  #client = "A";
  /** @type {(line: string) => void} */ #onLine;
  /** @type {(line: string) => Promise<string[]>} */ #onComplete;

  /**
   * @param {(line: string) => void} onLine
   * @param {(line: string) => Promise<string[]>} onComplete
   */
  constructor(onLine, onComplete) {
    this.#onLine = onLine;
    this.#onComplete = onComplete;
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.#send();
    });
    input.addEventListener("keydown", (e) => this.#key(e));
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
    input.value = "";
    this.#onLine(this.address(line));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.isComposing) return;
    if (e.key === "ArrowUp") this.#recall(-1);
    else if (e.key === "ArrowDown") this.#recall(1);
    else if (e.key === "Tab" && !e.shiftKey && input.value) this.#complete();
    else return;
    e.preventDefault();
  }

  /** @param {number} step */
  #recall(step) {
    if (this.#at === this.#history.length) this.#draft = input.value;
    this.#at = Math.min(this.#history.length, Math.max(0, this.#at + step));
    input.value = this.#history[this.#at] ?? this.#draft;
  }

  async #complete() {
    const before = input.value;
    const options = await this.#onComplete(before);
    if (input.value !== before || !options.length) return;
    input.value = options.length === 1 ? options[0] : commonStart(options);
  }
}

/** @param {string[]} list */
function commonStart(list) {
  let start = list[0];
  for (const s of list) while (!s.startsWith(start)) start = start.slice(0, -1);
  return start;
}
