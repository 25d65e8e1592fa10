// @ts-check
// The lesson in the page: sends answers, opens the step that the learner is at, and remembers what
// is done. What a step asks, and whether an answer is right, comes from the Worker as HTML.

import { keepProgress, progressOf, tickLinks } from "./progress.js";
import { showTab } from "./docks.js";
import { showToast } from "./toast.js";
import { say } from "./words.js";
import { isStill } from "./settings.js";

/** @typedef {import("./player.js").Player} Player */

const lesson = () => document.getElementById("lesson");
const live = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".live")]);
const stepOf = (/** @type {string | undefined} */ id) => document.getElementById(`step-${id}`);

export class Lesson {
  #player;
  #complain;
  /** @type {HTMLElement | null} */ #shown = null;
  #at = "";
  /** The step that was seen running. */ #ran = "";
  /** Whether the learner has done anything here yet. */ #begun = false;

  /** @param {Player} player @param {(e: Error) => void} complain */
  constructor(player, complain) {
    this.#player = player;
    this.#complain = complain;
    document.addEventListener("input", (e) => this.#input(/** @type {Element} */ (e.target)));
    const pane = document.getElementById("pane-lesson");
    if (pane) {
      const options = { subtree: true, childList: true, attributeFilter: ["data-state"] };
      new MutationObserver(() => this.#look()).observe(pane, options);
    }
    player.ready.catch(() => document.documentElement.removeAttribute("data-scripts"));
    this.#look();
  }

  /** What its buttons do, by data-action. @type {Record<string, (el: HTMLElement) => void>} */
  get actions() {
    const send = (/** @type {string} */ verb) => (/** @type {HTMLElement} */ el) => {
      this.#send(verb, { step: el.dataset.step });
    };
    return {
      "lesson-run": send("lesson-run"),
      "lesson-finish": send("lesson-finish"),
      "lesson-next": send("lesson-next"),
      "lesson-go": send("lesson-go"),
      "lesson-back": send("lesson-back"),
      "lesson-reset": send("lesson-reset"),
      "lesson-restart": send("lesson-restart"),
      "lesson-show": send("lesson-show"),
      "lesson-free": () => this.#free(),
      "predict-lock": (el) => this.#send("predict", { step: el.dataset.step, lock: true }),
      "predict-skip": (el) => this.#send("predict", { step: el.dataset.step, skip: true }),
      "predict-less": (el) => this.#count(el, -1),
      "predict-more": (el) => this.#count(el, 1),
      "predict-up": (el) => this.#move(el, -1),
      "predict-down": (el) => this.#move(el, 1),
      look: (el) => this.#lookAt(el),
    };
  }

  /**
   * Takes what was clicked on the stage as the answer to an open question.
   * @param {string} target
   * @returns {boolean} whether it was one
   */
  answer(target) {
    const open = this.#open();
    if (!open || !target.startsWith("server-")) return false;
    this.#send("predict", { step: open.dataset.step, choice: target.slice(7) });
    return true;
  }

  /** Whether a question in sight waits for a server. */
  get asks() {
    return Boolean(this.#open());
  }

  /** The open question that a server answers, if it is in sight. */
  #open() {
    return live().find(
      (el) =>
        el.dataset.asks === "pick-server" && el.closest("details")?.open && !el.closest("[hidden]"),
    );
  }

  /** @param {string} verb @param {object} args */
  async #send(verb, args) {
    this.#begun = true;
    try {
      await this.#player.ready;
      await this.#player.call(verb, args);
    } catch (error) {
      this.#complain(/** @type {Error} */ (error));
    }
  }

  /** An answer is being given. @param {Element} target */
  #input(target) {
    const el = /** @type {HTMLInputElement} */ (target);
    if (el.dataset?.change !== "predict") return;
    this.#send("predict", { step: el.dataset.step, choice: this.#choice(el) });
  }

  /** @param {HTMLInputElement} el */
  #choice(el) {
    if (el.type === "number") return el.value === "" ? "" : String(Math.trunc(Number(el.value)));
    if (el.type !== "checkbox") return el.value;
    const all = /** @type {NodeListOf<HTMLInputElement>} */ (
      el.closest("fieldset")?.querySelectorAll("input:checked")
    );
    return [...all].map((box) => box.value).join(",");
  }

  /** @param {HTMLElement} el @param {number} by */
  #count(el, by) {
    const field = /** @type {HTMLInputElement} */ (el.parentElement?.querySelector("input"));
    const most = Number(field.max);
    field.value = String(Math.min(most, Math.max(0, (Number(field.value) || 0) + by)));
    this.#input(field);
  }

  /** Moves an option of an order up or down. @param {HTMLElement} el @param {number} by */
  async #move(el, by) {
    const items = [...(el.closest("ol")?.children ?? [])];
    const values = items.map((item) => /** @type {HTMLElement} */ (item).dataset.value ?? "");
    const from = values.indexOf(el.dataset.value ?? "");
    const to = from + by;
    if (to < 0 || to >= values.length) return;
    [values[from], values[to]] = [values[to], values[from]];
    await this.#send("predict", { step: el.dataset.step, choice: values.join(",") });
  }

  /** Shows the tab and the thing that a step points at. @param {HTMLElement} el */
  #lookAt(el) {
    const { target = "", show = "" } = el.dataset;
    this.#send("select", { target });
    showTab(show);
  }

  /** The learner keeps the world. */
  #free() {
    showToast({ kind: "note", text: say("lesson.free") });
    document.getElementById("stage")?.focus();
    document.getElementById("stage")?.scrollIntoView({ block: "nearest" });
    this.#player.play(!isStill());
  }

  /** Looks at what the Worker has drawn: a new lesson, another step, or one that is done. */
  #look() {
    const shown = lesson();
    if (!shown) return;
    if (shown !== this.#shown) this.#begin(shown);
    const parts = live();
    const done = parts.filter((el) => el.dataset.state === "done");
    const now = parts.find((el) => el.dataset.latest === "true") ?? parts[0];
    this.#tick(shown, done);
    if (this.#begun && now?.dataset.state === "done" && this.#ran === now.dataset.step) {
      this.#ran = "";
      this.#scrollTo(now);
    }
    if (now?.dataset.state === "running") this.#ran = now.dataset.step ?? "";
    if (!now || now.dataset.step === this.#at) return;
    const first = this.#at === "";
    this.#at = now.dataset.step ?? "";
    this.#forgetResume(this.#at);
    this.#unfold(now, !first || this.#begun);
    if (this.#begun && done.length) this.#keep(shown, done);
  }

  /** Another lesson has come onto the page. @param {HTMLElement} shown */
  #begin(shown) {
    this.#shown = shown;
    this.#at = "";
    this.#begun = false;
    tickLinks();
    const { lesson: id = "", version = "" } = shown.dataset;
    const before = progressOf(id, version);
    for (const step of before.steps) stepOf(step)?.setAttribute("data-was", "");
    const steps = [...shown.querySelectorAll(".lesson-step")];
    const place = steps.findIndex((el) => el.id === `step-${before.at}`);
    const box = document.getElementById("lesson-resume");
    const go = document.getElementById("lesson-resume-go");
    if (!box || !go || place < 1) return;
    box.hidden = false;
    go.dataset.step = before.at;
    const text = document.getElementById("lesson-resume-text");
    if (text) text.textContent = say("lesson.was", { n: place + 1, of: steps.length });
  }

  /**
   * Ticks what is done now, and keeps it.
   * @param {HTMLElement} shown
   * @param {HTMLElement[]} done
   */
  #tick(shown, done) {
    let fresh = false;
    for (const el of done) {
      const step = stepOf(el.dataset.step);
      if (step && !step.hasAttribute("data-was")) {
        step.setAttribute("data-was", "");
        fresh = true;
      }
    }
    if (!fresh) return;
    this.#keep(shown, done);
    tickLinks();
  }

  /** @param {HTMLElement} shown @param {HTMLElement[]} done */
  #keep(shown, done) {
    const steps = done.map((el) => el.dataset.step ?? "");
    const { lesson: id = "", version = "" } = shown.dataset;
    keepProgress(id, version, steps, this.#at);
  }

  /** There is no need to offer the step at which the run is already. @param {string} at */
  #forgetResume(at) {
    const box = document.getElementById("lesson-resume");
    const offered = document.getElementById("lesson-resume-go")?.dataset.step;
    if (box && offered === at) box.hidden = true;
  }

  /** Opens a step and folds the others. @param {HTMLElement} now @param {boolean} goThere */
  #unfold(now, goThere) {
    for (const el of document.querySelectorAll("details.lesson-step")) {
      /** @type {HTMLDetailsElement} */ (el).open = el.contains(now);
    }
    if (!goThere) return;
    const box = document.getElementById("lesson-resume");
    if (box) box.hidden = true;
    const heading = this.#scrollTo(now);
    const types = document.activeElement?.closest("#console-form"); // who types goes on there
    if (!types) heading?.focus({ preventScroll: true });
  }

  /** Brings a step's heading to the top of what scrolls here. @param {HTMLElement} part */
  #scrollTo(part) {
    const heading = /** @type {HTMLElement | null} */ (part.closest("details")?.firstElementChild);
    const pane = document.getElementById("pane-lesson");
    if (!heading || !pane) return null;
    const behavior = isStill() ? "auto" : "smooth";
    if (pane.scrollHeight > pane.clientHeight + 1) {
      const by = heading.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollBy({ top: by, behavior });
    } else heading.scrollIntoView({ block: "nearest", behavior });
    return heading;
  }
}
