// @ts-check
// The stage: shows frames, moves particles between them by simulated time, and lets keys walk over
// its glyphs. What pointers do is in gestures.js.

import { Places } from "./geometry.js";
import { Particles } from "./particles.js";

/** @typedef {import("./simulator.js").Frame} Frame */
/** @typedef {{x: number, y: number}} Point */

/**
 * What the page does about the stage.
 * @typedef {object} StageListener
 * @property {(target: string, add: boolean) => void} choose  a glyph, by a key
 * @property {(target: string, x: number, y: number, byKey?: boolean) => void} menu
 * @property {(tall: boolean) => void} shape  the stage became higher than wide, or wider than high
 * @property {() => void} moved  the camera did: the picture is drawn anew
 */

const tweenMs = 340;
const slideMs = 320;
const homeMs = 160;
const aheadMs = 120;
const hitReach = 16;

export class Stage {
  picture = /** @type {HTMLElement} */ (document.getElementById("stage-picture"));
  #svg = () =>
    /** @type {SVGSVGElement} */ (/** @type {any} */ (document.getElementById("stage-svg")));
  places = new Places();
  particles = new Particles(
    /** @type {HTMLCanvasElement} */ (document.getElementById("particles")),
    this.places,
  );
  /** What is shown: a simulated moment, moving towards that of the last frame. */
  #shown = 0;
  #frame = { now: 0, rate: 0, at: 0 };
  #tween = { from: 0, to: 0, since: -Infinity };
  /** Where dragged servers are, until the next frame puts them somewhere. */
  /** @type {Map<string, Point>} */ #lifted = new Map();
  #landing = false;
  #tall = false;
  #watching = new ResizeObserver(() => this.#tellShape());
  /** @type {StageListener} */ #on = {
    choose: () => {},
    menu: () => {},
    shape: () => {},
    moved: () => {},
  };

  constructor() {
    this.picture.addEventListener("keydown", (e) => this.#key(e));
    this.picture.addEventListener("animationend", (e) => {
      if (e.animationName !== "halo") return;
      /** @type {Element} */ (e.target).closest("[data-halo]")?.removeAttribute("data-halo");
    });
    this.rove();
  }

  get camera() {
    return this.places.camera;
  }

  /** @param {StageListener} listener */
  listen(listener) {
    this.#on = listener;
  }

  /** Tells the shape of the stage now, and whenever it changes. */
  watchShape() {
    this.#watching.disconnect();
    this.#tall = false; // as a new simulator believes
    this.#watching.observe(this.picture);
    this.#tellShape(); // before the first frame is asked for
  }

  #tellShape() {
    const box = this.picture.getBoundingClientRect();
    const tall = box.width < box.height * 1.3;
    if (tall !== this.#tall) this.#on.shape((this.#tall = tall));
  }

  /** Takes a frame. @param {Frame} frame @param {number} at real ms */
  take(frame, at) {
    if (frame.geometry) this.#place(frame.geometry, at);
    if (this.#landing) this.#land();
    if (frame.flights) this.particles.set(frame.flights, at);
    const rate = frame.playing ? frame.rate : 0;
    if (frame.jump) this.particles.forget();
    if (frame.jump || (frame.playing && this.#frame.rate > 0) || frame.now <= this.#shown) {
      this.#tween.since = -Infinity;
      this.#shown = frame.now;
    } else if (frame.now !== this.#tween.to) {
      this.#tween = {
        from: this.#shown,
        to: frame.now,
        since: this.particles.reduced ? -Infinity : at,
      };
    }
    this.#frame = { now: frame.now, rate, at };
    for (const id of frame.halo ?? []) document.getElementById(id)?.setAttribute("data-halo", "");
  }

  /** Draws one animation frame and returns the simulated moment shown. @param {number} at */
  draw(at) {
    const f = this.#frame;
    const t = this.#tween;
    if (at - t.since < tweenMs) {
      const p = (at - t.since) / tweenMs;
      this.#shown = t.from + (t.to - t.from) * p;
    } else if (f.rate > 0) {
      this.#shown = f.now + (Math.min(at - f.at, aheadMs) * f.rate) / 1000;
    } else this.#shown = f.now;
    this.particles.draw(this.#shown, f.rate, at);
    return this.#shown;
  }

  /** Whether the picture moves without a new frame. @param {number} at */
  moving(at) {
    return at - this.#tween.since < tweenMs || this.places.moving(at) || this.particles.falling(at);
  }

  /**
   * The thing under a pointer: "server-3", "link-1-4", "client-A", "message-2.17" or "stage".
   * @param {MouseEvent} e
   */
  target(e) {
    const at = this.toStage(e);
    const message = this.particles.hit(at.x, at.y, hitReach);
    if (message) return `message-${message}`;
    const hit = /** @type {Element} */ (e.target).closest?.(
      "[data-server],[data-link],[data-client]",
    );
    return hit?.id || "stage";
  }

  /** One node or client of the stage, and one link, are in the order of Tab. */
  rove() {
    for (const kind of [this.#nodes(), this.#wires()]) {
      const current = kind.find((g) => g.getAttribute("tabindex") === "0") ?? kind[0];
      for (const g of kind) g.setAttribute("tabindex", g === current ? "0" : "-1");
    }
  }

  /** @param {import("./simulator.js").Geometry} next @param {number} at */
  #place(next, at) {
    this.#svg().dataset.sheet = next.sheet;
    this.camera.over(next.size);
    this.#look();
    for (const [id, [x, y]] of Object.entries(next.servers)) {
      const old = this.places.server(id);
      const glyph = document.getElementById(`server-${id}`);
      if (!old || !glyph || this.#lifted.has(id) || (old[0] === x && old[1] === y)) continue;
      this.#slide(glyph, { x: old[0], y: old[1] }, { x, y }, slideMs);
    }
    this.places.still = this.particles.reduced;
    this.places.set(next, at);
  }

  /**
   * The place on the stage under a pointer.
   * @param {{clientX: number, clientY: number}} e
   */
  toStage(e) {
    const box = this.picture.getBoundingClientRect();
    const { scale, left, top } = this.places.fit(box.width, box.height);
    return { x: (e.clientX - box.left - left) / scale, y: (e.clientY - box.top - top) / scale };
  }

  /** @param {number} factor @param {Point} [at]  the middle, if there is none */
  zoomBy(factor, at) {
    if (at) this.camera.zoomBy(factor, at);
    else this.camera.zoomMiddle(factor);
    this.#look();
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.camera.pan(dx, dy);
    this.#look();
  }

  /** Shows the whole stage again. */
  whole() {
    this.camera.reset();
    this.#look();
  }

  #look() {
    this.#svg().setAttribute("viewBox", this.camera.box().join(" "));
    this.picture.toggleAttribute("data-near", this.camera.near);
    this.#on.moved();
  }

  /** The ids of the selected servers. */
  selected() {
    /** @type {NodeListOf<SVGElement>} */
    const chosen = document.querySelectorAll("#stage-servers > .server[data-selected]");
    return [...chosen].map((g) => g.dataset.server ?? "");
  }

  /** The middle of a client. @param {string} id */
  middleOf(id) {
    const box = document.querySelector(`#${id} .client-body`)?.getBoundingClientRect();
    if (!box) return null;
    return this.toStage({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
  }

  /**
   * Draws servers away from their places.
   * @param {string[]} ids
   * @param {Point} by
   */
  lift(ids, by) {
    this.#landing = false;
    for (const id of ids) {
      const home = this.places.server(id);
      const glyph = document.getElementById(`server-${id}`);
      if (!home || !glyph) continue;
      const at = { x: home[0] + by.x, y: home[1] + by.y };
      this.#lifted.set(id, at);
      glyph.setAttribute("data-dragging", "");
      glyph.setAttribute("transform", `translate(${at.x} ${at.y})`);
    }
  }

  /** Lets lifted servers go to their places: with the next frame, or now. */
  land(now = false) {
    this.#landing = true;
    if (now) this.#land();
  }

  #land() {
    this.#landing = false;
    for (const [id, from] of this.#lifted) {
      const to = this.places.server(id);
      const glyph = document.getElementById(`server-${id}`);
      glyph?.removeAttribute("data-dragging");
      if (!to || !glyph) continue;
      glyph.setAttribute("transform", `translate(${to[0]} ${to[1]})`);
      this.#slide(glyph, from, { x: to[0], y: to[1] }, homeMs);
    }
    this.#lifted.clear();
  }

  /** @param {Element} glyph @param {Point} from @param {Point} to @param {number} duration */
  #slide(glyph, from, to, duration) {
    if (this.particles.reduced) return;
    glyph.animate(
      [
        { transform: `translate(${from.x}px, ${from.y}px)` },
        { transform: `translate(${to.x}px, ${to.y}px)` },
      ],
      { duration, easing: "cubic-bezier(.2, 0, 0, 1)" },
    );
  }

  #nodes() {
    return /** @type {SVGElement[]} */ ([
      ...document.querySelectorAll("#stage-servers > .server, #stage-clients > .client"),
    ]);
  }

  #wires() {
    return /** @type {SVGElement[]} */ ([
      ...document.querySelectorAll(
        "#stage-wires > .wire:not([data-kind=idle]):not([data-kind=apart])",
      ),
    ]);
  }

  /** @param {string} id */
  focus(id) {
    const glyph = document.getElementById(id);
    const kind = glyph?.classList.contains("wire") ? this.#wires() : this.#nodes();
    for (const g of kind) g.setAttribute("tabindex", g === glyph ? "0" : "-1");
    glyph?.setAttribute("tabindex", "0");
    glyph?.focus({ preventScroll: true });
  }

  /** The glyph that has the focus, "server-3"; "" when none has. */
  focused() {
    const glyph = document.activeElement?.closest("[data-server],[data-link],[data-client]");
    return glyph?.closest("#stage-svg") ? glyph.id : "";
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    const glyph = /** @type {Element} */ (e.target).closest(
      "[data-server],[data-link],[data-client]",
    );
    if (!glyph) return;
    if (e.key === "Enter" || (e.key === "F10" && e.shiftKey) || e.key === "ContextMenu") {
      const box = glyph.getBoundingClientRect();
      const byKey = e.key === "Enter";
      this.#on.menu(glyph.id, box.left + box.width / 2, box.top + box.height / 2, byKey);
    } else if (e.key === " ") this.#on.choose(glyph.id, e.shiftKey);
    else if (e.key.startsWith("Arrow")) this.#go(glyph, e.key);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /**
   * Arrows go from node to node, and round from link to link.
   * @param {Element} from
   * @param {string} key
   */
  #go(from, key) {
    const wires = this.#wires();
    const at = wires.indexOf(/** @type {SVGElement} */ (from));
    const step = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    if (at < 0) this.#walk(from, key);
    else this.focus(wires[(at + step + wires.length) % wires.length].id);
  }

  /**
   * Moves the focus to the nearest node or client in a direction.
   * @param {Element} from
   * @param {string} key
   */
  #walk(from, key) {
    const centre = (/** @type {Element} */ g) => {
      const b = g.getBoundingClientRect();
      return { x: b.left + b.width / 2, y: b.top + b.height / 2 };
    };
    const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      key
    ];
    if (!turn) return;
    const here = centre(from);
    let best = null;
    let least = Infinity;
    for (const g of this.#nodes()) {
      const c = centre(g);
      const ahead = (c.x - here.x) * turn[0] + (c.y - here.y) * turn[1];
      const aside = Math.abs((c.x - here.x) * turn[1]) + Math.abs((c.y - here.y) * turn[0]);
      if (g === from || ahead < 6) continue;
      if (ahead + 2 * aside < least) [best, least] = [g, ahead + 2 * aside];
    }
    if (best) this.focus(best.id);
  }
}
