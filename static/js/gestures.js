// @ts-check
// Pointer and touch on the stage: a tap selects or does what the tool does, a drag moves servers,
// a plug, a lasso or a knife, two fingers zoom. What a drop means is decided in the Worker.

import { Drawing } from "./drawing.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./tools.js").Tools} Tools */
/** @typedef {{x: number, y: number}} Point */

/**
 * What the page does about gestures.
 * @typedef {object} Hand
 * @property {(target: string, how: {add: boolean, alt: boolean, at: Point}) => void} pick
 * @property {(target: string, x: number, y: number) => void} menu
 * @property {(verb: string, args: object) => Promise<any>} ask
 */

/**
 * @typedef {object} Press
 * @property {string} target
 * @property {number} x      on the screen
 * @property {number} y
 * @property {Point} at      on the stage
 * @property {boolean} touch
 * @property {boolean} add
 * @property {number} pointer
 * @property {number} button
 * @property {number} timer
 * @property {Drawing | null} drawing  once it is a drag
 */

const slopPx = { touch: 12, mouse: 5 };
const holdMs = 550;
const tickMs = 10; // a short buzz, where the device can
const wheelZoom = 0.0022; // per pixel of the wheel

export class Gestures {
  #stage;
  #tools;
  #hand;
  /** @type {Press | null} */ #press = null;
  /** @type {Map<number, Point>} */ #fingers = new Map();
  #hinted = "";
  #asking = false;

  /** @param {Stage} stage @param {Tools} tools @param {Hand} hand */
  constructor(stage, tools, hand) {
    this.#stage = stage;
    this.#tools = tools;
    this.#hand = hand;
    const p = stage.picture;
    p.addEventListener("pointerdown", (e) => this.#down(e));
    p.addEventListener("pointermove", (e) => this.#move(e));
    p.addEventListener("pointerup", (e) => this.#up(e));
    p.addEventListener("pointercancel", (e) => this.#lost(e));
    p.addEventListener("pointerleave", () => this.#leave());
    p.addEventListener("wheel", (e) => this.#wheel(e), { passive: false });
    p.addEventListener("contextmenu", (e) => this.#context(/** @type {PointerEvent} */ (e)));
  }

  /** Gives up what is under way; true when something was. */
  cancel() {
    const press = this.#press;
    this.#press = null;
    if (!press) return false;
    clearTimeout(press.timer);
    press.drawing?.cancel();
    this.#tools.tell();
    return press.drawing !== null;
  }

  /** @param {PointerEvent} e */
  #down(e) {
    const touch = e.pointerType !== "mouse";
    const target = this.#stage.target(e);
    if (touch) {
      this.#fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
      this.#stage.picture.setPointerCapture(e.pointerId); // what is under it may be drawn anew
    }
    if (this.#fingers.size > 1 || (e.button !== 0 && e.button !== 1)) {
      this.cancel();
      return;
    }
    const timer = touch ? setTimeout(() => this.#hold(), holdMs) : 0;
    this.#press = {
      target,
      x: e.clientX,
      y: e.clientY,
      at: this.#stage.toStage(e),
      touch,
      add: e.shiftKey,
      pointer: e.pointerId,
      button: e.button,
      timer,
      drawing: null,
    };
  }

  /** A finger that rests opens the menu. */
  #hold() {
    const press = this.#press;
    if (!press || press.drawing) return;
    this.#press = null;
    navigator.vibrate?.(tickMs);
    this.#hand.menu(press.target, press.x, press.y);
  }

  /** @param {PointerEvent} e */
  #context(e) {
    e.preventDefault();
    if (e.pointerType === "touch") {
      this.#hold();
      return;
    }
    this.cancel();
    this.#hand.menu(this.#stage.target(e), e.clientX, e.clientY);
  }

  /** @param {PointerEvent} e */
  #move(e) {
    if (this.#fingers.has(e.pointerId)) this.#pinch(e);
    const press = this.#press;
    if (!press || press.pointer !== e.pointerId) {
      this.#hover(e);
      return;
    }
    const slop = press.touch ? slopPx.touch : slopPx.mouse;
    if (!press.drawing && Math.hypot(e.clientX - press.x, e.clientY - press.y) < slop) return;
    press.drawing ??= this.#begin(press);
    press.drawing?.move(this.#stage.toStage(e), e);
  }

  /**
   * A press becomes a drag, if there is anything to drag.
   * @param {Press} press
   */
  #begin(press) {
    clearTimeout(press.timer);
    const drawing = Drawing.of(press, this.#stage, this.#tools, this.#hand);
    if (!drawing) return null;
    this.#stage.picture.setPointerCapture(press.pointer);
    if (press.touch) navigator.vibrate?.(tickMs);
    return drawing;
  }

  /**
   * Two fingers draw the stage larger and move it; each moves against the other, which rests.
   * @param {PointerEvent} e
   */
  #pinch(e) {
    const before = this.#fingers.get(e.pointerId);
    const other = [...this.#fingers].find(([id]) => id !== e.pointerId)?.[1];
    this.#fingers.set(e.pointerId, { x: e.clientX, y: e.clientY });
    if (!before || !other) return;
    const middle = (/** @type {Point} */ p) =>
      this.#stage.toStage({ clientX: (p.x + other.x) / 2, clientY: (p.y + other.y) / 2 });
    const apart = (/** @type {Point} */ p) => Math.hypot(p.x - other.x, p.y - other.y) || 1;
    const from = middle(before);
    const now = { x: e.clientX, y: e.clientY };
    this.#stage.zoomBy(apart(now) / apart(before), from);
    const to = middle(now);
    this.#stage.pan(from.x - to.x, from.y - to.y);
  }

  /** @param {PointerEvent} e */
  #up(e) {
    this.#fingers.delete(e.pointerId);
    const press = this.#press;
    if (!press || press.pointer !== e.pointerId) return;
    this.#press = null;
    clearTimeout(press.timer);
    if (press.drawing) {
      press.drawing.drop(this.#stage.toStage(e));
      this.#tools.tell();
      return;
    }
    const far = Math.hypot(e.clientX - press.x, e.clientY - press.y) >= slopPx.touch;
    if (press.button !== 0 || far) return;
    this.#hand.pick(press.target, { add: e.shiftKey, alt: e.altKey, at: press.at });
    this.#hinted = "";
    this.#hover(e);
  }

  /** @param {PointerEvent} e */
  #lost(e) {
    this.#fingers.delete(e.pointerId);
    if (this.#press?.pointer === e.pointerId) this.cancel();
  }

  #leave() {
    this.#hinted = "";
    if (!this.#press) this.#tools.tell();
  }

  /** Says what a click here would do. @param {PointerEvent} e */
  async #hover(e) {
    if (!this.#tools.clicks || e.pointerType !== "mouse" || this.#asking) return;
    const target = this.#stage.target(e);
    const key = `${this.#tools.current} ${target} ${e.altKey}`;
    if (key === this.#hinted && !e.altKey) return;
    this.#hinted = key;
    this.#asking = true;
    try {
      const at = this.#stage.toStage(e);
      const tool = `tool-${this.#tools.current}`;
      const answer = await this.#hand.ask("hint", { tool, target, alt: e.altKey, ...at });
      if (answer && this.#hinted === key && !this.#press?.drawing) {
        this.#tools.tell(answer.says, answer.line, answer.forecast);
      }
    } finally {
      this.#asking = false;
    }
  }

  /** @param {WheelEvent} e */
  #wheel(e) {
    if (!e.ctrlKey && !e.metaKey) return;
    e.preventDefault();
    this.#stage.zoomBy(Math.exp(-e.deltaY * wheelZoom), this.#stage.toStage(e));
  }
}
