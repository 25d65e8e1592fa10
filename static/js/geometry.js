// @ts-check
// Where things are: the numbers that the Worker sends, moved smoothly from the last ones.

import { Camera } from "./camera.js";

const moveMs = 320;
const halfServer = [88, 54]; // a glyph with its border and the arc over it

/** @typedef {import("./simulator.js").Geometry} Geometry */

export class Places {
  camera = new Camera();
  /** @type {Geometry} */ #from = {
    sheet: "wide",
    size: [1000, 620],
    servers: {},
    wires: {},
    clients: {},
  };
  /** @type {Geometry} */ #to = {
    sheet: "wide",
    size: [1000, 620],
    servers: {},
    wires: {},
    clients: {},
  };
  #since = -Infinity;
  still = false;

  /** @param {Geometry} next @param {number} at */
  set(next, at) {
    this.#from = this.#to;
    this.#to = next;
    this.#since = this.still ? -Infinity : at;
  }

  /** @param {number} at */
  moving(at) {
    return at - this.#since < moveMs;
  }

  /** @param {string} id */
  server(id) {
    return this.#to.servers[id];
  }

  /**
   * Whether a box reaches into a server's.
   * @param {{x: number, y: number, w: number, h: number}} box
   */
  onServer({ x, y, w, h }) {
    const [halfWidth, halfHeight] = halfServer;
    return Object.values(this.#to.servers).some(
      ([sx, sy]) =>
        x < sx + halfWidth &&
        x + w > sx - halfWidth &&
        y < sy + halfHeight &&
        y + h > sy - halfHeight,
    );
  }

  /** How what the camera sees lies on an element. @param {number} w @param {number} h */
  fit(w, h) {
    return fit(w, h, this.camera.box());
  }

  /**
   * The place at share p of the way of a message, and the direction of travel.
   * @param {string} from @param {string} to @param {number} p @param {number} at
   * @returns {{x: number, y: number, dx: number, dy: number} | null}
   */
  along(from, to, p, at) {
    const curve = this.#curve(from, to, at);
    if (!curve) return null;
    const [ax, ay, cx, cy, bx, by, start, end] = curve.numbers;
    const q = curve.back ? 1 - p : p;
    const t = start + (end - start) * q;
    const u = 1 - t;
    const x = u * u * ax + 2 * u * t * cx + t * t * bx;
    const y = u * u * ay + 2 * u * t * cy + t * t * by;
    let dx = 2 * (u * (cx - ax) + t * (bx - cx));
    let dy = 2 * (u * (cy - ay) + t * (by - cy));
    const length = Math.hypot(dx, dy) || 1;
    const sign = curve.back ? -1 : 1;
    dx *= sign / length;
    dy *= sign / length;
    const lane = curve.client ? 5 : 7; // traffic keeps to its right
    return { x: x - dy * lane, y: y + dx * lane, dx, dy };
  }

  /** @param {string} from @param {string} to @param {number} at */
  #curve(from, to, at) {
    const client = isClient(from) || isClient(to);
    const back = client ? isClient(to) : Number(from) > Number(to);
    const name = client ? (isClient(from) ? from : to) : back ? `${to}-${from}` : `${from}-${to}`;
    const table = client ? "clients" : "wires";
    const next = this.#to[table][name];
    if (!next) return null;
    return { numbers: this.#blend(this.#from[table][name], next, at), back, client };
  }

  /** @param {number[] | undefined} from @param {number[]} to @param {number} at */
  #blend(from, to, at) {
    const p = Math.min(1, (at - this.#since) / moveMs);
    if (!from || p >= 1 || this.#from.size[0] !== this.#to.size[0]) return to;
    const eased = 1 - (1 - p) ** 3;
    return to.map((v, i) => from[i] + (v - from[i]) * eased);
  }
}

/** @param {string} id */
export const isClient = (id) => id >= "A" && id <= "Z";

/**
 * How the stage's coordinates lie on an element: what is seen keeps its shape and is centred.
 * @param {number} w @param {number} h @param {number[]} box
 */
function fit(w, h, [x, y, width, height]) {
  const scale = Math.min(w / width, h / height);
  return {
    scale,
    left: (w - width * scale) / 2 - x * scale,
    top: (h - height * scale) / 2 - y * scale,
  };
}
