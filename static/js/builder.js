// @ts-check
// The console's form: makes a client's line out of fields, for those who do not know the words.

import { say } from "./words.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("console-builder"));
const preview = /** @type {HTMLElement} */ (document.getElementById("builder-line"));
const paths = /** @type {HTMLElement} */ (document.getElementById("builder-paths"));

/** Which fields a command has. @type {Record<string, string[]>} */
const fields = {
  create: ["path", "create", "data"],
  get: ["path", "watch"],
  set: ["path", "data", "version"],
  ls: ["path", "watch"],
  stat: ["path", "watch"],
  delete: ["path", "version"],
  deleteall: ["path"],
  sync: ["path"],
  getAcl: ["path"],
};

export class Builder {
  /** @type {(line: string) => Promise<{line: string}[]>} */ #onComplete;

  /**
   * @param {(line: string) => void} onLine  a line without its client
   * @param {(line: string) => Promise<{line: string}[]>} onComplete
   */
  constructor(onLine, onComplete) {
    this.#onComplete = onComplete;
    form.addEventListener("input", () => this.#change());
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      if (this.#change()) onLine(lineOf(new FormData(form)));
    });
    this.#change();
  }

  /** Opens or closes the form. Returns whether it is open now. */
  toggle() {
    form.hidden = !form.hidden;
    if (!form.hidden) {
      this.#change();
      /** @type {HTMLElement} */ (form.elements[0]).focus();
    }
    return !form.hidden;
  }

  /** Shows what the fields amount to; false when they cannot be a line. */
  #change() {
    const data = new FormData(form);
    const shown = fields[String(data.get("command"))] ?? [];
    for (const el of form.querySelectorAll("[data-for]")) {
      const field = /** @type {HTMLElement} */ (el);
      field.hidden = !shown.includes(field.dataset.for ?? "");
    }
    const wrong = wrongWith(data);
    preview.textContent = wrong || lineOf(data);
    preview.dataset.state = wrong ? "error" : "ok";
    if (!form.hidden) this.#offer(String(data.get("path")));
    return !wrong;
  }

  /** Offers the znodes below what was typed. @param {string} path */
  async #offer(path) {
    const found = await this.#onComplete(`get ${path}`);
    paths.replaceChildren(
      ...found.map(({ line }) => {
        const option = document.createElement("option");
        option.value = line.slice("get ".length);
        return option;
      }),
    );
  }
}

/** @param {FormData} data */
function wrongWith(data) {
  const path = String(data.get("path"));
  if (!/^\/$|^\/.*[^/]$/.test(path)) return say("builder.path");
  const value = String(data.get("data"));
  if (value.includes("'") && value.includes('"')) return say("builder.quotes");
  return "";
}

/** @param {FormData} data */
function lineOf(data) {
  const command = String(data.get("command"));
  const has = (/** @type {string} */ field) => (fields[command] ?? []).includes(field);
  const words = [command];
  if (has("create") && data.get("kind")) words.push(String(data.get("kind")));
  if (has("watch") && data.get("watch")) words.push("-w");
  if (has("version") && data.get("version")) words.push("-v", String(data.get("version")));
  words.push(quoted(String(data.get("path"))));
  const value = String(data.get("data"));
  if (has("data") && (value || command === "set")) words.push(quoted(value));
  return words.join(" ");
}

/** One word of zkCli. @param {string} text */
function quoted(text) {
  if (text && !/[\s'"]/.test(text)) return text;
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}
