// @ts-check
// Draws messages on their way on one canvas over the stage: shape and colour by family, a letter
// tag by type. Everything depends on the simulated time alone, except that a lost message falls.

/** @typedef {import("./simulator.js").FlightRow} FlightRow */
/** @typedef {import("./geometry.js").Places} Places */

const labelsMax = 40;
/** Where the words beside a message may stand, from its middle: x to the right or left, y. */
const labelPlaces = [
  [12, -7],
  [12, 15],
  [-12, -7],
  [-12, 15],
  [12, -21],
  [12, 29],
];
const labelHopMs = 320;
const stackAt = 24;
const labelPx = 11; // no label is drawn smaller
const labelScaleMin = 0.5; // below this the stage is too small for labels
const shapeScaleMin = 0.8; // below this shapes are drawn bigger
const fallMs = 1100;
const monoWidth = 0.61; // of a letter, in its size
const arrowMs = 400; // with less motion a message is seen at least so long
const arrowsMax = 60;
const arrowTagAt = 0.4; // not the middle, where two directions meet

export class Particles {
  /** @type {HTMLCanvasElement} */ #canvas;
  /** @type {CanvasRenderingContext2D} */ #pen;
  /** @type {Places} */ #places;
  /** @type {FlightRow[]} */ #flights = [];
  /** @type {Map<string, number>} */ #fallen = new Map();
  /** With less motion: the messages that are shown as arrows, and since when. */
  /** @type {Map<string, {flight: FlightRow, since: number}>} */ #arrows = new Map();
  /** @type {Record<string, string>} */ #ink = {};
  #scale = 1;
  #drawn = Infinity; // the simulated ms of the last drawing
  #size = { w: 0, h: 0, dpr: 1 };
  /** @type {{id: string, x: number, y: number}[]} */ #spots = [];
  /** What is written so far. @type {{x: number, y: number, w: number}[]} */ #words = [];
  selected = "";
  /** A message that another panel tells of, wherever it is. @type {FlightRow | null} */ lit = null;
  reduced = false;
  full = false;

  /** @param {HTMLCanvasElement} canvas @param {Places} places */
  constructor(canvas, places) {
    this.#canvas = canvas;
    this.#places = places;
    this.#pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
    this.readColours();
  }

  /** Reads the theme's colours again. */
  readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of [
      "election",
      "discovery",
      "sync",
      "proposal",
      "ack",
      "commit",
      "client",
      "heartbeat",
      "text",
      "bg",
      "surface",
      "dropped",
      "muted",
      "accent",
    ]) {
      this.#ink[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.#ink.mono = style.getPropertyValue("--mono").trim() || "monospace";
  }

  /** @param {FlightRow[]} flights @param {number} at real ms */
  set(flights, at) {
    this.#flights = flights;
    const lost = new Set();
    for (const f of flights) {
      if (f.state !== "dropped") continue;
      lost.add(f.id);
      if (!this.#fallen.has(f.id)) this.#fallen.set(f.id, at);
    }
    for (const id of this.#fallen.keys()) if (!lost.has(id)) this.#fallen.delete(id);
    if (!this.reduced) this.#arrows.clear();
    else this.#catch(at);
  }

  /** A message that came and went between two frames is an arrow too. @param {number} at */
  #catch(at) {
    for (const f of this.#flights) {
      if (f.family === "heartbeat" || f.t0 <= this.#drawn || this.#arrows.has(f.id)) continue;
      this.#arrows.set(f.id, { flight: f, since: at });
    }
  }

  /** Time was sought: what was on its way is of no interest. */
  forget() {
    this.#drawn = Infinity;
    this.#arrows.clear();
  }

  /** Whether something moves although the simulated time stands still. @param {number} at */
  falling(at) {
    for (const since of this.#fallen.values()) if (at - since < fallMs) return true;
    for (const arrow of this.#arrows.values()) if (at - arrow.since < arrowMs) return true;
    return false;
  }

  /**
   * The message under a point of the stage, "" for none.
   * @param {number} x @param {number} y @param {number} reach
   */
  hit(x, y, reach) {
    let best = "";
    let nearest = reach;
    for (const s of this.#spots) {
      const d = Math.hypot(s.x - x, s.y - y);
      if (d < nearest) [best, nearest] = [s.id, d];
    }
    return best;
  }

  /**
   * @param {number} now   simulated ms
   * @param {number} rate  simulated ms per real second; 0 while paused
   * @param {number} at    real ms
   */
  draw(now, rate, at) {
    const { w, h, dpr } = this.#size;
    const pen = this.#pen;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const { scale, left, top } = this.#places.fit(w, h);
    pen.setTransform(scale * dpr, 0, 0, scale * dpr, left * dpr, top * dpr);
    this.#scale = scale;
    this.#drawn = now;
    this.#spots = [];
    this.#words = [];
    let visible = this.#flights.filter((f) => this.#shows(f, now));
    if (this.reduced) visible = this.#lingering(visible, at);
    const stacks = this.#stacks(visible);
    const labels = visible.length <= labelsMax && scale >= labelScaleMin;
    for (const f of visible) {
      const stack = stacks.get(`${f.from}>${f.to}`);
      if (stack && stack.first !== f) continue;
      this.#one(f, now, rate, at, labels, stack?.count ?? 0);
    }
    if (this.lit) this.#light(this.lit, now, at);
  }

  /**
   * Draws the whole way of a message, and where on it it is.
   * @param {FlightRow} f
   * @param {number} now
   * @param {number} at
   */
  #light(f, now, at) {
    this.#arrow(f, at);
    const share = Math.max(0, Math.min(1, (now - f.t0) / Math.max(0.001, f.t1 - f.t0)));
    const place = this.#places.along(f.from, f.to, f.t1 ? share : 0.5, at);
    if (!place) return;
    this.#pen.save();
    this.#pen.translate(place.x, place.y);
    this.#ring();
    this.#pen.restore();
    this.#shape(f, place, 0);
    this.#tag(f.tag, place);
  }

  /**
   * Nothing flies with less motion: each message is an arrow that stays for its hop, and long
   * enough to be read.
   * @param {FlightRow[]} visible
   * @param {number} at
   */
  #lingering(visible, at) {
    for (const f of visible) {
      if (f.family === "heartbeat") continue;
      const since = this.#arrows.get(f.id)?.since ?? at;
      this.#arrows.set(f.id, { flight: f, since });
    }
    const here = new Set(visible.map((f) => f.id));
    const late = [];
    for (const [id, arrow] of this.#arrows) {
      if (here.has(id)) continue;
      if (at - arrow.since < arrowMs && this.#arrows.size <= arrowsMax) late.push(arrow.flight);
      else this.#arrows.delete(id);
    }
    return [...visible, ...late];
  }

  /** @param {FlightRow} f @param {number} now */
  #shows(f, now) {
    if (f.family === "heartbeat" && f.state === "arrived") return false;
    if (now < f.t0) return false;
    return f.state === "dropped" || f.state === "held" || f.t1 === 0 || now < f.t1;
  }

  /**
   * Counts the messages of each direction, where they are too many to draw.
   * @param {FlightRow[]} list
   */
  #stacks(list) {
    /** @type {Map<string, {count: number, first: FlightRow}>} */
    const stacks = new Map();
    for (const f of list) {
      const key = `${f.from}>${f.to}`;
      const s = stacks.get(key);
      if (s) s.count++;
      else stacks.set(key, { count: 1, first: f });
    }
    for (const [key, s] of stacks) if (s.count <= stackAt) stacks.delete(key);
    return stacks;
  }

  /**
   * @param {FlightRow} f @param {number} now @param {number} rate @param {number} at
   * @param {boolean} labels @param {number} count
   */
  #one(f, now, rate, at, labels, count) {
    const span = Math.max(0.001, f.t1 - f.t0);
    let p = f.t1 ? Math.min(1, (now - f.t0) / span) : 0.5;
    let fall = 0;
    if (f.state === "dropped") {
      p = Math.min(0.72, Math.max(0.28, f.t1 ? (f.end - f.t0) / span : 0.5));
      fall = Math.min(1, (at - (this.#fallen.get(f.id) ?? at)) / fallMs);
      if (fall >= 1 && rate > 0) return;
      if (this.reduced || rate === 0) fall = Math.min(fall, 0.35);
    } else if (f.state === "held") p = Math.min(0.9, Math.max(0.1, (f.end - f.t0) / span));
    if (this.reduced) this.#arrow(f, at);
    const place = this.#places.along(f.from, f.to, this.reduced ? arrowTagAt : p, at);
    if (!place) return;
    if (f.family === "heartbeat") {
      this.#pulse(f, place);
      return;
    }
    this.#spots.push({ id: f.id, x: place.x, y: place.y });
    this.#shape(f, place, fall);
    const slow = rate === 0 || (span / rate) * 1000 >= labelHopMs || this.reduced;
    if (labels && slow && fall < 0.5) this.#tag(count ? `×${count}` : f.tag, place);
    if (rate === 0 && f.state === "flying" && !this.reduced) this.#head(f, place);
    if (f.state === "held") this.#clock(place);
  }

  /** @param {FlightRow} f @param {{x: number, y: number}} at */
  #pulse(f, at) {
    this.#pen.fillStyle = this.#ink.heartbeat;
    this.#pen.beginPath();
    this.#pen.arc(at.x, at.y, this.full ? 3 : 1, 0, 7);
    this.#pen.fill();
  }

  /** @param {FlightRow} f @param {{x: number, y: number}} place @param {number} fall */
  #shape(f, place, fall) {
    const pen = this.#pen;
    pen.save();
    pen.translate(place.x, place.y + fall * fall * 46);
    pen.rotate(fall * 1.1);
    const grow = Math.min(1.7, Math.max(1, shapeScaleMin / this.#scale));
    pen.scale(grow, grow);
    pen.globalAlpha = 1 - fall * 0.9;
    if (this.selected === f.id) this.#ring();
    pen.lineJoin = "round";
    drawFamily(pen, f.family, this.#ink);
    if (f.state === "dropped") this.#crack();
    pen.restore();
  }

  #ring() {
    const pen = this.#pen;
    pen.strokeStyle = this.#ink.accent;
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.arc(0, 0, 15, 0, 7);
    pen.stroke();
  }

  #crack() {
    const pen = this.#pen;
    pen.strokeStyle = this.#ink.dropped;
    pen.lineWidth = 2.6;
    pen.beginPath();
    pen.moveTo(-9, -9);
    pen.lineTo(9, 9);
    pen.moveTo(9, -9);
    pen.lineTo(-9, 9);
    pen.stroke();
  }

  /** @param {string} text @param {{x: number, y: number}} at */
  #tag(text, at) {
    if (!text) return;
    const pen = this.#pen;
    const size = Math.max(12, labelPx / this.#scale);
    pen.font = `600 ${size}px ${this.#ink.mono}`;
    pen.lineWidth = 3.5;
    pen.lineJoin = "round";
    pen.strokeStyle = this.#ink.bg;
    const { x, y } = this.#placeFor(at, text.length * size * monoWidth, size);
    pen.strokeText(text, x, y);
    pen.fillStyle = this.#ink.text;
    pen.fillText(text, x, y);
  }

  /**
   * The first place beside a message where no other word and no server stands, or else no word.
   * @param {{x: number, y: number}} at @param {number} w @param {number} h
   */
  #placeFor(at, w, h) {
    const places = labelPlaces
      .map(([dx, dy]) => ({ x: at.x + (dx < 0 ? dx - w : dx), y: at.y + (dy * h) / 12, w }))
      .filter((p) =>
        this.#words.every((o) => p.x > o.x + o.w || p.x + p.w < o.x || Math.abs(p.y - o.y) > h),
      );
    const water = places.find((p) => !this.#places.onServer({ x: p.x, y: p.y - h, w, h }));
    const place = water ?? places[0] ?? { x: at.x + labelPlaces[0][0], y: at.y - (7 * h) / 12, w };
    this.#words.push(place);
    return place;
  }

  /**
   * A paused message shows where it is going.
   * @param {FlightRow} f
   * @param {{x: number, y: number, dx: number, dy: number}} at
   */
  #head(f, at) {
    const pen = this.#pen;
    pen.save();
    pen.translate(at.x + at.dx * 15, at.y + at.dy * 15);
    pen.rotate(Math.atan2(at.dy, at.dx));
    pen.fillStyle = this.#ink[f.family];
    pen.beginPath();
    pen.moveTo(4, 0);
    pen.lineTo(-3, -4);
    pen.lineTo(-3, 4);
    pen.fill();
    pen.restore();
  }

  /** @param {{x: number, y: number}} at */
  #clock(at) {
    const pen = this.#pen;
    pen.strokeStyle = this.#ink.muted;
    pen.lineWidth = 1.8;
    pen.beginPath();
    pen.arc(at.x, at.y + 17, 6, 0, 7);
    pen.moveTo(at.x, at.y + 13);
    pen.lineTo(at.x, at.y + 17);
    pen.lineTo(at.x + 3, at.y + 18.5);
    pen.stroke();
  }

  /** Less motion: a message is an arrow from end to end. @param {FlightRow} f @param {number} at */
  #arrow(f, at) {
    const pen = this.#pen;
    const end = this.#places.along(f.from, f.to, 0.97, at);
    if (!end) return;
    pen.strokeStyle = this.#ink[f.family];
    pen.lineWidth = 2;
    pen.beginPath();
    for (let i = 0; i <= 16; i++) {
      const q = this.#places.along(f.from, f.to, (i / 16) * 0.97, at);
      if (q) pen[i ? "lineTo" : "moveTo"](q.x, q.y);
    }
    pen.stroke();
    this.#head(f, { ...end, x: end.x - end.dx * 15, y: end.y - end.dy * 15 });
  }

  #resize() {
    const box = this.#canvas.getBoundingClientRect();
    const dpr = Math.min(3, devicePixelRatio || 1);
    this.#size = { w: box.width, h: box.height, dpr };
    this.#canvas.width = Math.max(1, Math.round(box.width * dpr));
    this.#canvas.height = Math.max(1, Math.round(box.height * dpr));
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} family
 * @param {Record<string, string>} ink
 */
function drawFamily(pen, family, ink) {
  const draw = shapes[family] ?? shapes.proposal;
  pen.fillStyle = ink[family] ?? ink.text;
  pen.strokeStyle = ink[family] ?? ink.text;
  pen.beginPath();
  draw(pen, ink);
}

/** @type {Record<string, (pen: CanvasRenderingContext2D, ink: Record<string, string>) => void>} */
const shapes = {
  election(pen) {
    pen.moveTo(0, -9);
    pen.lineTo(9, 0);
    pen.lineTo(0, 9);
    pen.lineTo(-9, 0);
    pen.fill();
  },
  discovery(pen) {
    pen.moveTo(-8.5, 7);
    pen.lineTo(8.5, 7);
    pen.lineTo(0, -9);
    pen.fill();
  },
  sync(pen) {
    pen.rect(-7, -7, 14, 14);
    pen.fill();
  },
  proposal(pen) {
    pen.arc(0, 0, 7.5, 0, 7);
    pen.fill();
  },
  ack(pen, ink) {
    pen.arc(0, 0, 7.2, 0, 7);
    pen.fillStyle = ink.bg;
    pen.fill();
    pen.lineWidth = 2.3;
    pen.stroke();
    pen.beginPath();
    pen.moveTo(-3.2, 0.2);
    pen.lineTo(-0.8, 2.8);
    pen.lineTo(3.4, -2.6);
    pen.lineWidth = 1.8;
    pen.stroke();
  },
  commit(pen, ink) {
    pen.roundRect(-12, -7, 24, 14, 7);
    pen.fill();
    pen.strokeStyle = ink.bg;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(-3.6, 0.2);
    pen.lineTo(-1, 3);
    pen.lineTo(4, -3);
    pen.stroke();
  },
  client(pen, ink) {
    pen.roundRect(-9, -6.5, 18, 13, 2);
    pen.fillStyle = ink.bg;
    pen.fill();
    pen.lineWidth = 2;
    pen.stroke();
    pen.beginPath();
    pen.moveTo(-9, -6);
    pen.lineTo(0, 1.5);
    pen.lineTo(9, -6);
    pen.lineWidth = 1.7;
    pen.stroke();
  },
};
