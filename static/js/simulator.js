// @ts-check
// The page's end of the Worker: commands with answers, frames on demand, progress and crashes.

import { scriptURL } from "./trust.js";

/**
 * @typedef {object} Frame
 * @property {number} now      simulated ms
 * @property {number} end      simulated ms of the newest moment on this branch
 * @property {boolean} playing
 * @property {number} rate     simulated ms per real second right now
 * @property {number} speed    the slider's rate
 * @property {number} glide    simulated ms that the clock glides over, 0 when it does not
 * @property {boolean} jump    time was sought, not played
 * @property {boolean} more    another frame is due although nothing happens
 * @property {[string, string][]} [panels]
 * @property {{id: string, parts: string[]}[]} [patches]
 * @property {Geometry} [geometry]
 * @property {FlightRow[]} [flights]
 * @property {[number, number, number][]} [marks]  ms, lane, weight
 * @property {Record<string, [number, number]>} [leases]  ms of expiry, longest ms, by client
 * @property {string} [says]  narration
 * @property {string} [status]  of the service or of a step, to be told
 * @property {string[]} [halo]  ids of glyphs that something happened to
 * @property {Toast[]} [toasts]
 * @property {object[]} [events]  for listeners of the page API
 * @property {PageState} [page]
 * @property {Work} [work]  what is under way
 * @property {Branches} [branches]
 * @property {string} [paused]  why the clock stopped by itself
 * @property {import("./spacetime-rows.js").SpaceFrame} [spacetime]
 * @property {LiveState} [live]  of real nodes, or a file
 * @property {{n: number, line: string, fault?: boolean}[]} [send]  lines for real nodes
 */
/**
 * @typedef {object} LiveState
 * @property {"live" | "recorded"} source
 * @property {number} start  simulated ms of the oldest moment that is kept
 * @property {boolean} follows  the present is shown
 * @property {number} rights  0 to watch, 1 to act, 2 to break things
 * @property {string} heard  the nodes that are heard of
 * @property {string} why  why what only a simulation can do is not possible
 * @property {string} [note]
 */
/**
 * @typedef {object} Branches
 * @property {{id: number, from: number, at: number, end: number}[]} list
 * @property {number} current
 */
/**
 * @typedef {object} Work
 * @property {"line" | "restore" | "run" | "lesson" | "tape" | "flight"} kind
 * @property {string} line
 * @property {number} from   simulated ms
 * @property {number} now
 * @property {number} until  0 when nobody knows
 * @property {boolean} fast  at full speed
 */
/**
 * @typedef {object} Geometry
 * @property {string} sheet
 * @property {[number, number]} size
 * @property {Record<string, number[]>} servers
 * @property {Record<string, number[]>} wires
 * @property {Record<string, number[]>} clients
 */
/**
 * @typedef {object} FlightRow
 * @property {string} id
 * @property {string} from
 * @property {string} to
 * @property {string} family
 * @property {string} tag
 * @property {number} t0
 * @property {number} t1
 * @property {string} state
 * @property {number} end
 */
/**
 * @typedef {object} Toast
 * @property {string} kind
 * @property {string} [key]
 * @property {string} [text]
 * @property {Record<string, string | number>} [values]
 * @property {boolean} [undo]  there is a button to undo it
 * @property {string} [button]  the key of that button's word
 * @property {number} [ms]  where what it tells of began, in simulated ms
 */
/**
 * @typedef {object} PageState
 * @property {string} selected
 * @property {string} client
 * @property {string[]} letters
 * @property {string} step
 * @property {number} seed
 */

/** The Worker is given up after so much time of frames without a word from it. */
const hangAfterMs = 15000;
/** Before its first frame it compiles and boots, on a slow machine for long. */
const bootMs = 90000;
/** What one frame counts at most: a starved page says nothing about its Worker. */
const countedMs = 50;

export class Simulator {
  /** @type {Worker | null} */ #worker = null;
  /** @type {Map<number, {resolve: (v: any) => void, reject: (e: Error) => void}>} */ #waiting =
    new Map();
  #next = 1;
  #asked = false;
  #silent = 0;
  #framed = false;
  /** @type {(f: Frame) => void} */ onFrame = () => {};
  /** @type {(p: {progress: string, done?: number, total?: number}) => void} */ onProgress =
    () => {};
  /** @type {(p: import("./dialogs.js").Crash) => void} */ onPanic = () => {};
  /** Called once the Worker answers, before anything is loaded. */ onReady = () => {};

  /**
   * Starts the Worker; resolves when the simulator answers. The size is that of the WebAssembly in
   * bytes as the browser sees it, for hosts that do not say so.
   * @param {{worker?: string, wasm?: string, wasmSize?: string}} at
   */
  start({ worker = "", wasm = "", wasmSize = "0" }) {
    this.#asked = true; // whether it is ready
    return new Promise((resolve, reject) => {
      try {
        this.#worker = new Worker(scriptURL(worker), { type: "module" });
      } catch (error) {
        reject(Object.assign(new Error(String(error)), { code: "noworker" }));
        return;
      }
      this.#worker.onerror = (event) =>
        reject(Object.assign(new Error(event.message || "worker"), { code: "noworker" }));
      this.#worker.onmessage = (event) =>
        this.#receive(event.data, () => resolve(undefined), reject);
      const address = new URL(wasm, document.baseURI).href;
      this.#worker.postMessage({ do: "boot", wasm: address, size: Number(wasmSize) });
    });
  }

  /** Whether a frame is on its way, or the Worker. */
  get busy() {
    return this.#asked;
  }

  /** Counts the time of one animation frame while the Worker owes an answer. @param {number} dt */
  watch(dt) {
    this.#silent = this.#asked ? this.#silent + Math.min(dt, countedMs) : 0;
  }

  /** Whether the Worker has been silent for far longer than a slice of work takes. */
  get hangs() {
    return this.#silent > (this.#framed ? hangAfterMs : bootMs);
  }

  /**
   * Asks for one frame after dt real milliseconds. Without an answer there is no second question.
   * @param {number} dt
   */
  tick(dt) {
    if (this.#asked || !this.#worker) return;
    this.#asked = true;
    this.#worker.postMessage({ do: "tick", dt });
  }

  /**
   * Sends a command and resolves with its result.
   * @param {string} verb
   * @param {object} [args]
   * @returns {Promise<any>}
   */
  call(verb, args = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (!this.#worker) {
        reject(new Error("no simulator"));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ do: verb, id, ...args });
    });
  }

  /** Ends the Worker; what waits for an answer fails. */
  stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#asked = this.#framed = false;
    this.#silent = 0;
    for (const { reject } of this.#waiting.values()) reject(new Error("stopped"));
    this.#waiting.clear();
  }

  /**
   * @param {any} m
   * @param {() => void} ready
   * @param {(e: Error) => void} failed
   */
  #receive(m, ready, failed) {
    this.#silent = 0;
    if (m.frame !== undefined) {
      this.#asked = false;
      this.#framed = true;
      const frame = JSON.parse(m.frame || "{}");
      if (frame.panic) this.onPanic(frame.panic);
      else this.onFrame(frame);
    } else if (m.re) this.#answer(m);
    else if (m.progress) this.onProgress(m);
    else if (m.ready) {
      this.#asked = false;
      this.onReady();
      ready();
    } else if (m.failed) failed(Object.assign(new Error(m.failed), { code: m.code }));
    else if (m.panic) this.onPanic(JSON.parse(m.panic));
  }

  /** @param {{re: number, answer: string}} m */
  #answer(m) {
    const waiting = this.#waiting.get(m.re);
    this.#waiting.delete(m.re);
    const answer = JSON.parse(m.answer || "{}");
    if (answer.panic) this.onPanic(answer.panic);
    if (answer.error || answer.panic) waiting?.reject(new Error(answer.error || "panic"));
    else waiting?.resolve(answer.result);
  }
}
