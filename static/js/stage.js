// @ts-check
// The stage: shows frames, moves particles between them by simulated time, and turns pointer and
// arrow keys into selections, drags and menus. What a drag means is decided in the Worker.

import { Places } from "./geometry.js";
import { Particles } from "./particles.js";
import { dimLinks, hidePreview, showPreview } from "./preview.js";

/** @typedef {import("./simulator.js").Frame} Frame */

/**
 * @typedef {object} Press
 * @property {string} id
 * @property {number} x
 * @property {number} y
 * @property {boolean} moved
 * @property {number} timer
 * @property {string} server  "" for anything else
 * @property {number} pointer
 */

/**
 * What the page does about the stage.
 * @typedef {object} StageListener
 * @property {(target: string, tool: string, add: boolean) => void} pick
 * @property {(target: string, x: number, y: number, byKey?: boolean) => void} menu
 * @property {(server: string, x: number, y: number, drop: boolean) => Promise<any>} drag
 * @property {(tall: boolean) => void} shape  the stage became higher than wide, or wider than high
 */

const slopPx = 12;
const holdMs = 550;
const tweenMs = 340;
const slideMs = 320;
const aheadMs = 120;
const hitReach = 16;

export class Stage {
  #picture = /** @type {HTMLElement} */ (document.getElementById("stage-picture"));
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
  /**
   * @type {Press | null}
   */
  #press = null;
  #asked = false;
  tool = "tool-select";
  #tall = false;
  /** @type {StageListener} */ #on = {
    pick: () => {},
    menu: () => {},
    drag: async () => null,
    shape: () => {},
  };

  constructor() {
    const p = this.#picture;
    p.addEventListener("pointerdown", (e) => this.#down(e));
    p.addEventListener("pointermove", (e) => this.#move(e));
    p.addEventListener("pointerup", (e) => this.#up(e));
    p.addEventListener("pointercancel", () => this.#cancel());
    p.addEventListener("contextmenu", (e) => {
      e.preventDefault();
      this.#on.menu(this.target(e), e.clientX, e.clientY);
    });
    p.addEventListener("keydown", (e) => this.#key(e));
    this.rove();
  }

  /** @param {StageListener} listener */
  listen(listener) {
    this.#on = listener;
  }

  /** Watches the shape of the stage. */
  watchShape() {
    const look = () => {
      const box = this.#picture.getBoundingClientRect();
      const tall = box.width < box.height * 1.15;
      if (tall !== this.#tall) this.#on.shape((this.#tall = tall));
    };
    new ResizeObserver(look).observe(this.#picture);
    look();
  }

  /** Takes a frame. @param {Frame} frame @param {number} at real ms */
  take(frame, at) {
    if (frame.geometry) this.#place(frame.geometry, at);
    if (frame.flights) this.particles.set(frame.flights, at);
    const rate = frame.playing ? frame.rate : 0;
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
    for (const id of frame.halo ?? []) this.#halo(id);
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
    const at = this.#toStage(e);
    const message = this.particles.hit(at.x, at.y, hitReach);
    if (message) return `message-${message}`;
    const hit = /** @type {Element} */ (e.target).closest?.(
      "[data-server],[data-link],[data-client]",
    );
    return hit?.id || "stage";
  }

  /** One glyph of the stage is in the order of Tab; arrows move between them. */
  rove() {
    const glyphs = this.#glyphs();
    const current = glyphs.find((g) => g.getAttribute("tabindex") === "0") ?? glyphs[0];
    for (const g of glyphs) g.setAttribute("tabindex", g === current ? "0" : "-1");
  }

  /** @param {import("./simulator.js").Geometry} next @param {number} at */
  #place(next, at) {
    const svg = this.#svg();
    svg.setAttribute("viewBox", `0 0 ${next.size[0]} ${next.size[1]}`);
    svg.dataset.sheet = next.sheet;
    for (const [id, [x, y]] of Object.entries(next.servers)) {
      const old = this.places.server(id);
      const glyph = document.getElementById(`server-${id}`);
      if (!old || !glyph || this.particles.reduced || (old[0] === x && old[1] === y)) continue;
      glyph.animate(
        [
          { transform: `translate(${old[0]}px, ${old[1]}px)` },
          { transform: `translate(${x}px, ${y}px)` },
        ],
        { duration: slideMs, easing: "cubic-bezier(.2, 0, 0, 1)" },
      );
    }
    this.places.still = this.particles.reduced;
    this.places.set(next, at);
  }

  /** @param {string} id */
  #halo(id) {
    const glyph = document.getElementById(id);
    if (!glyph) return;
    glyph.removeAttribute("data-halo");
    void glyph.getBoundingClientRect(); // starts the animation anew
    glyph.setAttribute("data-halo", "");
  }

  /** @param {MouseEvent} e */
  #toStage(e) {
    const box = this.#picture.getBoundingClientRect();
    const { scale, left, top } = this.places.fit(box.width, box.height);
    return { x: (e.clientX - box.left - left) / scale, y: (e.clientY - box.top - top) / scale };
  }

  /** @param {PointerEvent} e */
  #down(e) {
    if (e.button !== 0) return;
    const target = this.target(e);
    const server = target.startsWith("server-") ? target.slice(7) : "";
    const timer = setTimeout(() => {
      if (!this.#press || this.#press.moved || e.pointerType === "mouse") return;
      this.#press = null;
      this.#on.menu(target, e.clientX, e.clientY);
    }, holdMs);
    this.#press = {
      id: target,
      x: e.clientX,
      y: e.clientY,
      moved: false,
      timer,
      server,
      pointer: e.pointerId,
    };
  }

  /** @param {PointerEvent} e */
  #move(e) {
    const press = this.#press;
    if (!press?.server) return;
    if (!press.moved && Math.hypot(e.clientX - press.x, e.clientY - press.y) < slopPx) return;
    if (!press.moved) {
      press.moved = true;
      this.#picture.setPointerCapture(press.pointer);
      document.getElementById(press.id)?.setAttribute("data-dragging", "");
      dimLinks(press.server, true);
    }
    const at = this.#toStage(e);
    document.getElementById(press.id)?.setAttribute("transform", `translate(${at.x} ${at.y})`);
    this.#preview(press.server, at);
  }

  /**
   * Asks what a drop here would do, one question at a time.
   * @param {string} server
   * @param {{x: number, y: number}} at
   */
  async #preview(server, at) {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const answer = await this.#on.drag(server, at.x, at.y, false);
      if (this.#press?.moved) showPreview(answer, at);
    } finally {
      this.#asked = false;
    }
  }

  /** @param {PointerEvent} e */
  #up(e) {
    const press = this.#press;
    this.#cancel();
    if (!press) return;
    if (press.moved) {
      const at = this.#toStage(e);
      this.#on.drag(press.server, at.x, at.y, true);
      this.#goHome(press, at);
      return;
    }
    this.#on.pick(press.id, this.tool, e.shiftKey);
    if (press.id !== "stage") this.focus(press.id);
  }

  /**
   * A dragged glyph goes back to where the geometry has it.
   * @param {{id: string, server: string}} press
   * @param {{x: number, y: number}} at
   */
  #goHome(press, at) {
    const glyph = document.getElementById(press.id);
    const place = this.places.server(press.server);
    if (!glyph || !place) return;
    glyph.setAttribute("transform", `translate(${place[0]} ${place[1]})`);
    glyph.animate(
      [
        { transform: `translate(${at.x}px, ${at.y}px)` },
        { transform: `translate(${place[0]}px, ${place[1]}px)` },
      ],
      { duration: this.particles.reduced ? 0 : 160, easing: "ease-out" },
    );
  }

  #cancel() {
    if (this.#press) {
      clearTimeout(this.#press.timer);
      document.getElementById(this.#press.id)?.removeAttribute("data-dragging");
      if (this.#press.server) dimLinks(this.#press.server, false);
    }
    this.#press = null;
    hidePreview();
  }

  #glyphs() {
    return /** @type {SVGElement[]} */ ([
      ...document.querySelectorAll(
        "#stage-servers > .server, #stage-clients > .client," +
          "#stage-wires > .wire:not([data-kind=idle]):not([data-kind=apart])",
      ),
    ]);
  }

  /** @param {string} id */
  focus(id) {
    for (const g of this.#glyphs()) g.setAttribute("tabindex", g.id === id ? "0" : "-1");
    const glyph = document.getElementById(id);
    glyph?.setAttribute("tabindex", "0");
    glyph?.focus({ preventScroll: true });
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
    } else if (e.key === " ") this.#on.pick(glyph.id, "tool-select", e.shiftKey);
    else if (e.key.startsWith("Arrow")) this.#walk(glyph, e.key);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /**
   * Moves the focus to the nearest glyph in a direction.
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
    for (const g of this.#glyphs()) {
      const c = centre(g);
      const ahead = (c.x - here.x) * turn[0] + (c.y - here.y) * turn[1];
      const aside = Math.abs((c.x - here.x) * turn[1]) + Math.abs((c.y - here.y) * turn[0]);
      if (
        g === from ||
        ahead < 6 ||
        (g.classList.contains("wire") && !from.classList.contains("wire"))
      )
        continue;
      if (ahead + 2 * aside < least) [best, least] = [g, ahead + 2 * aside];
    }
    if (best) this.focus(best.id);
  }
}
