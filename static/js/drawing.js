// @ts-check
// Drags: servers, a client's plug, a lasso, a knife, or the stage itself. Each shows what letting
// go would do while it goes on, one question to the Worker at a time.

import {
  catchServers,
  dimLinks,
  drawKnife,
  drawLasso,
  drawPlug,
  saysDrop,
  showPreview,
  wipe,
} from "./sketch.js";
import { say } from "./words.js";

/** @typedef {import("./gestures.js").Press} Press */
/** @typedef {import("./gestures.js").Hand} Hand */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./tools.js").Tools} Tools */
/** @typedef {import("./sketch.js").Drop} Drop */
/** @typedef {{x: number, y: number}} Point */

const pointsMax = 400; // of a lasso

/** One drag, from its first movement to its end. */
export class Drawing {
  /** @type {Press} */ press;
  /** @type {Stage} */ stage;
  /** @type {Tools} */ tools;
  /** @type {Hand} */ hand;
  #asking = false;
  /** @type {{args: object, show: (drop: Drop) => void} | null} */ #next = null;
  over = false;

  /**
   * The drag that a press becomes; null when there is nothing to drag.
   * @param {Press} press
   * @param {Stage} stage
   * @param {Tools} tools
   * @param {Hand} hand
   */
  static of(press, stage, tools, hand) {
    const Kind = kindOf(press, stage, tools);
    return Kind ? new Kind(press, stage, tools, hand) : null;
  }

  /** @param {Press} press @param {Stage} stage @param {Tools} tools @param {Hand} hand */
  constructor(press, stage, tools, hand) {
    this.press = press;
    this.stage = stage;
    this.tools = tools;
    this.hand = hand;
  }

  /** @param {Point} _at  on the stage @param {PointerEvent} _e */
  move(_at, _e) {}

  /** @param {Point} _at */
  drop(_at) {
    this.end();
  }

  cancel() {
    this.end();
  }

  end() {
    this.over = true;
    wipe();
  }

  /**
   * Asks what a drop would do; while an answer is awaited, only the last question is kept.
   * @param {string} verb
   * @param {object} args
   * @param {(drop: Drop) => void} show
   */
  async preview(verb, args, show) {
    this.#next = { args, show };
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#next && !this.over) {
        const asked = this.#next;
        this.#next = null;
        const drop = await this.hand.ask(verb, { ...asked.args, drop: false });
        if (this.over) return;
        asked.show(drop);
        this.tools.tell(saysDrop(drop) || say("drop.none"), drop?.line, drop?.forecast);
      }
    } finally {
      this.#asking = false;
    }
  }
}

/** A server, with the selection that it is in, is dragged to another island or to open water. */
class Servers extends Drawing {
  /** @type {string[]} */ ids = [];

  /** @param {Point} at */
  move(at) {
    if (!this.ids.length) this.#lift();
    this.stage.lift(this.ids, { x: at.x - this.press.at.x, y: at.y - this.press.at.y });
    const place = this.#place(at);
    this.preview("drag", { target: this.press.target, ...place }, (drop) =>
      showPreview(drop, place),
    );
  }

  #lift() {
    const id = this.press.target.slice("server-".length);
    const chosen = this.stage.selected();
    this.ids = chosen.includes(id) ? chosen : [id];
    dimLinks(this.ids, true);
  }

  /** Where the middle of the dragged server is. @param {Point} at */
  #place(at) {
    const home = this.stage.places.server(this.press.target.slice("server-".length));
    if (!home) return at;
    return { x: home[0] + at.x - this.press.at.x, y: home[1] + at.y - this.press.at.y };
  }

  /** @param {Point} at */
  async drop(at) {
    this.end();
    dimLinks(this.ids, false);
    const place = this.#place(at);
    try {
      await this.hand.ask("drag", { target: this.press.target, ...place, drop: true });
    } finally {
      this.stage.land();
    }
  }

  cancel() {
    this.end();
    dimLinks(this.ids, false);
    this.stage.land(true);
  }
}

/** A client's plug is pulled to another server. */
class Plug extends Drawing {
  /** @param {Point} at */
  move(at) {
    drawPlug(this.stage.middleOf(this.press.target) ?? this.press.at, at);
    this.preview("drag", { target: this.press.target, ...at }, (drop) => showPreview(drop, null));
  }

  /** @param {Point} at */
  drop(at) {
    this.end();
    this.hand.ask("drag", { target: this.press.target, ...at, drop: true });
  }
}

/** Servers are circled, or caught in a rectangle from corner to corner. */
class Lasso extends Drawing {
  /** @type {Point[]} */ #points = [];
  /** @type {string[]} */ #caught = [];

  /** @param {Point} at */
  move(at) {
    this.#points = this.#outline(at);
    drawLasso(this.#points);
    this.#caught = catchServers((id) => {
      const place = this.stage.places.server(id);
      return place !== undefined && inside({ x: place[0], y: place[1] }, this.#points);
    });
    this.tools.tell(say("lasso", { n: this.#caught.length }));
  }

  /** @param {Point} at */
  #outline(at) {
    const from = this.press.at;
    if (this.tools.current !== "lasso")
      return [from, { x: at.x, y: from.y }, at, { x: from.x, y: at.y }];
    const points = this.#points.length ? this.#points : [from];
    return points.length < pointsMax ? [...points, at] : [...points.slice(0, -1), at];
  }

  drop() {
    this.end();
    const target = this.#caught.length ? `servers-${this.#caught.join(",")}` : "";
    if (target || !this.press.add) this.hand.ask("select", { target, add: this.press.add });
  }
}

/** A straight cut: the two sides are parted. */
class Knife extends Drawing {
  /** @param {Point} at */
  move(at) {
    const from = this.press.at;
    const cuts = document.getElementById("isle-preview") !== null;
    drawKnife(from, at, cuts);
    this.preview("knife", { ...from, x2: at.x, y2: at.y }, (drop) => {
      showPreview(drop, null);
      drawKnife(from, at, Boolean(drop?.line));
    });
  }

  /** @param {Point} at */
  drop(at) {
    this.end();
    this.hand.ask("knife", { ...this.press.at, x2: at.x, y2: at.y, drop: true });
  }
}

/** The stage is moved under the camera. */
class Pan extends Drawing {
  /** @param {Point} at */
  move(at) {
    this.stage.pan(this.press.at.x - at.x, this.press.at.y - at.y);
  }
}

/**
 * @param {Press} press
 * @param {Stage} stage
 * @param {Tools} tools
 * @returns {typeof Drawing | null}
 */
function kindOf(press, stage, tools) {
  if (press.button === 1) return Pan;
  if (tools.current === "knife") return Knife;
  if (tools.current === "lasso") return Lasso;
  if (press.target.startsWith("server-")) return Servers;
  if (press.target.startsWith("client-")) return Plug;
  if (!press.touch || tools.editing) return Lasso;
  return stage.camera.near ? Pan : null;
}

/**
 * Whether a point lies inside of a closed line.
 * @param {Point} p
 * @param {Point[]} line
 */
function inside(p, line) {
  let odd = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [a, b] = [line[i], line[j]];
    if (a.y > p.y === b.y > p.y) continue;
    if (p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
  }
  return odd;
}
