// @ts-check
// The transport: play, step, speed, and the scrubber with its lanes of marks.

import { say } from "./words.js";

/** @typedef {import("./simulator.js").Frame} Frame */

export const speedMin = 1;
export const speedMax = 10000;
export const speedDefault = 20;
const detents = [1, 5, 20, 100, 1000, 10000];
const detentReach = 9; // in thousandths of the slider

/** The slider's place of a speed: its logarithm. @param {number} speed */
export const placeOf = (speed) => Math.round((Math.log10(speed / speedMin) / 4) * 1000);

/** The speed of a place, caught by the detents. @param {number} place */
export function speedOf(place) {
  for (const d of detents) if (Math.abs(placeOf(d) - place) <= detentReach) return d;
  const raw = speedMin * 10 ** ((place / 1000) * 4);
  return Number(raw.toPrecision(2));
}

/** The speeds that the buttons and keys go through. */
const stops = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

/** The next stop in a direction. @param {number} speed @param {number} direction */
export function nextSpeed(speed, direction) {
  const list = direction > 0 ? stops : [...stops].reverse();
  return list.find((s) => (s - speed) * direction > 1e-6) ?? speed;
}

/** "20 ms/s · 1/50". @param {number} speed */
export const speedText = (speed) => `${trim(speed)} ms/s · ${ratioText(speed)}`;

/** "1/50", or "10×". @param {number} speed */
const ratioText = (speed) =>
  speed >= 1000 ? `${trim(speed / 1000)}×` : `1/${trim(1000 / speed)}`;

/** @param {number} v */
const trim = (v) => String(Number(v.toPrecision(2)));

/** "14.260 s". @param {number} ms */
export const timeText = (ms) => `${(Math.floor(ms) / 1000).toFixed(3)} s`;

const inset = 8; // px at both ends of the bar, so that no mark is cut

const laneColours = ["looking", "dropped", "ack"];

export class Transport {
  #time = /** @type {HTMLElement} */ (document.getElementById("time"));
  #scrub = /** @type {HTMLElement} */ (document.getElementById("scrub"));
  #head = /** @type {HTMLElement} */ (document.getElementById("scrub-head"));
  #marksCanvas = /** @type {HTMLCanvasElement} */ (document.getElementById("scrub-marks"));
  #speed = /** @type {HTMLInputElement} */ (document.getElementById("speed"));
  #speedValue = /** @type {HTMLElement} */ (document.getElementById("speed-value"));
  #glide = /** @type {HTMLElement} */ (document.getElementById("glide"));
  #play = /** @type {HTMLElement} */ (document.querySelector(".transport-play"));
  /** @type {[number, number, number][]} */ #marks = [];
  #start = 0;
  #end = 0;
  #now = 0;
  #ghost = [0, 0]; // from where to where the future went that was left
  #drawn = "";
  #width = 0; // of the bar, in CSS px; reading it from the page would lay the page out
  #height = 0;
  /** Colours of the theme, as they were needed. @type {Map<string, string>} */
  #inks = new Map();
  /** @type {(ms: number) => void} */ onSeek = () => {};
  /** @type {(speed: number) => void} */ onSpeed = () => {};

  constructor() {
    this.#speed.addEventListener("input", () => {
      const speed = speedOf(Number(this.#speed.value));
      this.#showSpeed(speed);
      this.onSpeed(speed);
    });
    this.#scrub.addEventListener("pointerdown", (e) => this.#grab(e));
    this.#scrub.addEventListener("pointermove", (e) => {
      if (this.#scrub.hasPointerCapture(e.pointerId)) this.#seekTo(e);
    });
    this.#scrub.addEventListener("keydown", (e) => this.#key(e));
    new ResizeObserver(() => this.#resize()).observe(this.#scrub);
  }

  #resize() {
    ({ width: this.#width, height: this.#height } = this.#scrub.getBoundingClientRect());
    this.#placeHead();
    this.#drawMarks(true);
  }

  /** Takes what a frame says about time. @param {Frame} frame */
  take(frame) {
    if (frame.marks) this.#marks = frame.marks;
    if (frame.branches) this.#takeBranches(frame.branches);
    this.#end = frame.end;
    this.#start = frame.live?.start ?? 0;
    this.#play.setAttribute("aria-pressed", String(frame.playing));
    const word = frame.playing ? this.#play.dataset.pause : this.#play.dataset.play;
    this.#play.setAttribute("aria-label", word ?? "");
    this.#play.title = word ?? "";
    if (document.activeElement !== this.#speed) this.#speed.value = String(placeOf(frame.speed));
    this.#showSpeed(frame.speed);
    this.#glide.hidden = !frame.glide;
    if (frame.glide) {
      const text = document.getElementById("glide-text");
      if (text) text.textContent = `${(frame.glide / 1000).toFixed(1)} s`;
    }
    this.#drawMarks(Boolean(frame.marks));
  }

  /**
   * Notes the future that was left. Where there are several branches, their button has the number
   * of the shown one, as the list and the toast have it.
   * @param {import("./simulator.js").Branches} branches
   */
  #takeBranches({ list, current }) {
    const fork = list[current];
    const from = list.find((b) => b.id === fork.from && b.id !== fork.id);
    this.#ghost = from ? [fork.at, from.end] : [0, 0];
    const button = document.querySelector("[data-pop=branches]");
    if (list.length > 1) button?.setAttribute("data-count", String(fork.id + 1));
    else button?.removeAttribute("data-count");
    this.#drawn = "";
  }

  /** Shows a moment. @param {number} now */
  show(now) {
    this.#now = now;
    this.#time.textContent = timeText(now);
    this.#placeHead();
    this.#scrub.setAttribute("aria-valuemin", String(Math.floor(this.#start)));
    this.#scrub.setAttribute("aria-valuenow", String(Math.floor(now)));
    this.#scrub.setAttribute("aria-valuemax", String(Math.floor(this.#end)));
    this.#scrub.setAttribute("aria-valuetext", timeText(now));
    this.#drawMarks(false);
  }

  #placeHead() {
    const share = Math.min(1, Math.max(0, this.#now - this.#start) / this.#domain());
    this.#head.style.translate = `${inset + (this.#width - 2 * inset) * share}px`;
  }

  /** Reads the theme's colours again. */
  repaint() {
    this.#inks.clear();
    this.#drawMarks(true);
  }

  /** What the whole bar stands for: a round number a little beyond the end, from the start on. */
  #domain() {
    const last = Math.max(this.#end, this.#now, this.#ghost[1]);
    const end = Math.max(last - this.#start, 400) * 1.04;
    const unit = 10 ** Math.floor(Math.log10(end)) / 4;
    return Math.ceil(end / unit) * unit;
  }

  /** @param {boolean} force */
  #drawMarks(force) {
    const [width, height] = [this.#width, this.#height];
    const domain = this.#domain();
    const pixel = (/** @type {number} */ ms) =>
      Math.floor(((ms - this.#start) / domain) * width);
    const spots = [pixel(this.#end), pixel(this.#now)];
    const key = [domain, this.#start, this.#marks.length, ...spots].join("|");
    if (!force && key === this.#drawn) return;
    this.#drawn = key;
    const dpr = devicePixelRatio || 1;
    this.#marksCanvas.width = Math.round(width * dpr);
    this.#marksCanvas.height = Math.round(height * dpr);
    const pen = this.#marksCanvas.getContext("2d");
    if (!pen) return;
    pen.scale(dpr, dpr);
    this.#paint(pen, width, height, domain);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} w
   * @param {number} h
   * @param {number} domain
   */
  #paint(pen, w, h, domain) {
    const ink = (/** @type {string} */ name) => this.#ink(name);
    const mid = h / 2;
    const x = (/** @type {number} */ ms) =>
      inset + (Math.max(0, ms - this.#start) / domain) * (w - 2 * inset);
    const bar = (/** @type {string} */ colour, /** @type {number} */ to) => {
      pen.fillStyle = ink(colour);
      pen.beginPath();
      pen.roundRect(inset, mid - 3, Math.max(0, to - inset), 6, 3);
      pen.fill();
    };
    bar("line", w - inset);
    this.#drawGhost(pen, x, h, ink);
    bar("line-strong", x(this.#end));
    bar("accent", x(this.#now));
    for (const [ms, lane, weight] of this.#marks) this.#mark(pen, x(ms), h, lane, weight, ink);
  }

  /** @param {string} name  of a colour of the theme */
  #ink(name) {
    const known = this.#inks.get(name);
    if (known) return known;
    const style = getComputedStyle(document.documentElement);
    const value = style.getPropertyValue(`--${name}`).trim();
    this.#inks.set(name, value);
    return value;
  }

  /**
   * The future that was left when somebody acted in the past: a dim dashed line under the bar.
   * @param {CanvasRenderingContext2D} pen @param {(ms: number) => number} x @param {number} h
   * @param {(n: string) => string} ink
   */
  #drawGhost(pen, x, h, ink) {
    const [from, to] = this.#ghost;
    if (to <= from) return;
    pen.strokeStyle = ink("muted");
    pen.globalAlpha = 0.6;
    pen.lineWidth = 2;
    pen.setLineDash([4, 3]);
    pen.beginPath();
    pen.moveTo(x(from), h / 2);
    pen.lineTo(x(from) + 6, h / 2 + 6);
    pen.lineTo(Math.max(x(from) + 6, x(to)), h / 2 + 6);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /**
   * One mark: states above the bar, faults as crosses below it, data as ticks under those.
   * @param {CanvasRenderingContext2D} pen @param {number} x @param {number} h
   * @param {number} lane @param {number} weight @param {(n: string) => string} ink
   */
  #mark(pen, x, h, lane, weight, ink) {
    pen.fillStyle = pen.strokeStyle = ink(laneColours[lane] ?? "muted");
    const size = 2 + Math.min(3, weight);
    pen.beginPath();
    if (lane === 0) {
      pen.moveTo(x, 2);
      pen.lineTo(x + size, 2 + size);
      pen.lineTo(x, 2 + 2 * size);
      pen.lineTo(x - size, 2 + size);
      pen.fill();
      return;
    }
    if (lane === 1) {
      pen.lineWidth = 1.8;
      pen.moveTo(x - 3, h - 11);
      pen.lineTo(x + 3, h - 5);
      pen.moveTo(x + 3, h - 11);
      pen.lineTo(x - 3, h - 5);
      pen.stroke();
      return;
    }
    pen.fillRect(x - 0.75, h - 11, 1.5, 3 + size);
  }

  /** @param {number} speed */
  #showSpeed(speed) {
    const [ms, ratio] = /** @type {HTMLElement[]} */ ([...this.#speedValue.children]);
    ms.textContent = `${trim(speed)} ms/s · `;
    ratio.textContent = ratioText(speed);
    this.#speed.setAttribute("aria-valuetext", speedText(speed));
  }

  /** @param {PointerEvent} e */
  #grab(e) {
    this.#scrub.setPointerCapture(e.pointerId);
    this.#seekTo(e);
  }

  /** @param {PointerEvent} e */
  #seekTo(e) {
    const box = this.#scrub.getBoundingClientRect();
    const share = Math.min(
      1,
      Math.max(0, (e.clientX - box.left - inset) / (box.width - 2 * inset)),
    );
    this.onSeek(Math.min(this.#end, this.#start + share * this.#domain()));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    const step = e.shiftKey ? 1000 : 100;
    const to = {
      ArrowLeft: this.#now - step,
      ArrowRight: this.#now + step,
      Home: this.#start,
      End: this.#end,
    }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    this.onSeek(Math.max(0, to));
  }
}
