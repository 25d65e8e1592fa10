// @ts-check
// One loaded run: asks the simulator for frames while something moves, shows them, and carries out
// what the person wants.

import { Simulator } from "./simulator.js";
import { showPanel, keepServers } from "./panels.js";
import { showToast } from "./toast.js";
import { pack, unpack } from "./link.js";
import { askToOpen } from "./dialogs.js";
import { say } from "./words.js";
import { parsePage } from "./trust.js";
import { startLoading, showProgress, endLoading, failLoading } from "./load.js";

/** @typedef {import("./simulator.js").Frame} Frame */

/**
 * What the page does about the run.
 * @typedef {object} PlayerListener
 * @property {(page: import("./simulator.js").PageState) => void} page
 * @property {(type: "event" | "step" | "error", detail: any) => void} tell
 * @property {(crash: import("./dialogs.js").Crash) => void} crash
 */

const body = document.body;
const longestDt = 250;

export class Player {
  simulator = new Simulator();
  #stage;
  #transport;
  #last = 0;
  #due = true;
  #running = false;
  #framed = false;
  /** @type {Frame | null} */ frame = null;
  /** @type {import("./simulator.js").PageState} */ page = {
    selected: "",
    client: "A",
    letters: [],
    step: "",
    seed: 0,
  };
  /** @type {PlayerListener} */ #on = { page() {}, tell() {}, crash() {} };
  /** @type {() => void} */ #started = () => {};
  /** @type {(e: Error) => void} */ #broken = () => {};
  /** @type {Promise<void>} */ ready = new Promise((resolve, reject) => {
    this.#started = resolve;
    this.#broken = reject;
  });

  /**
   * @param {import("./stage.js").Stage} stage
   * @param {import("./time.js").Transport} transport
   */
  constructor(stage, transport) {
    this.#stage = stage;
    this.#transport = transport;
    this.ready.catch(() => {});
    this.simulator.onFrame = (f) => this.#take(f);
    this.simulator.onPanic = (panic) => this.#on.crash(panic);
    this.simulator.onReady = () => stage.watchShape();
    this.simulator.onProgress = (p) =>
      showProgress(p, Number(body.dataset.voters) + Number(body.dataset.observers));
    transport.onSeek = (ms) => this.seek(ms);
    transport.onSpeed = (speed) => this.speed(speed);
  }

  /** @param {PlayerListener} listener */
  listen(listener) {
    this.#on = listener;
  }

  /** Loads the simulator and the run that the address asks for. */
  async start() {
    if (typeof WebAssembly !== "object") {
      failLoading("load.nowasm");
      this.#broken(new Error("no WebAssembly"));
      return;
    }
    startLoading();
    try {
      await this.simulator.start(body.dataset.worker ?? "", body.dataset.wasm ?? "");
      await this.#open();
      endLoading();
      this.#running = true;
      this.wake();
      requestAnimationFrame((at) => this.#loop(at));
    } catch (error) {
      const e = /** @type {any} */ (error);
      failLoading(e.noWorker ? "load.noworker" : "load.failed", e.message);
      this.#broken(e);
    }
  }

  /** The run of the address: a link, a scenario, or free play. */
  async #open() {
    const query = new URLSearchParams(location.search);
    const setting = this.#setting(query);
    let link = null;
    try {
      link = await unpack(location.hash);
    } catch (error) {
      showToast({ kind: "error", text: /** @type {Error} */ (error).message });
    }
    await this.#loadScenario(body.dataset.lesson ?? "", setting);
    if (link) await this.#openLink(link);
    if (query.get("step")) await this.call("lesson-go", { step: query.get("step") });
    if (query.get("t")) await this.call("seek", { ms: Number(query.get("t")) });
  }

  /** @param {URLSearchParams} query */
  #setting(query) {
    const number = (/** @type {string} */ name, /** @type {string | undefined} */ fallback) =>
      Number(query.get(name) ?? fallback ?? 0) || 0;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const lesson = Boolean(body.dataset.lesson);
    return {
      lang: body.dataset.lang,
      voters: number("nodes", body.dataset.voters),
      observers: number("observers", body.dataset.observers),
      seed: number("seed", body.dataset.seed),
      speed: number("speed", body.dataset.speed),
      play: !still && !lesson && query.get("autoplay") !== "0",
    };
  }

  /** @param {string} name @param {object} setting */
  async #loadScenario(name, setting) {
    const scenario = name ? await this.#fetchText("en", name) : "";
    const short = (body.dataset.lang ?? "en").slice(0, 2);
    const told = name && short !== "en" ? await this.#fetchText(short, name).catch(() => "") : "";
    await this.call("load", { name, scenario, told, ...setting });
  }

  /** @param {string} lang @param {string} name */
  async #fetchText(lang, name) {
    const response = await fetch(`${body.dataset.scenarios}${lang}/${encodeURIComponent(name)}.md`);
    if (!response.ok) throw new Error(`${response.status} ${name}`);
    return response.text();
  }

  /** Asks, then replays a shared run. @param {object} link */
  async #openLink(link) {
    const described = await this.call("describe-link", { link });
    if (described.lines.length && !(await askToOpen(described.lines))) return;
    await this.call("restore", { link });
  }

  /** Something changed: frames are wanted again. */
  wake() {
    this.#due = true;
    if (this.#running && !this.#framed) requestAnimationFrame((at) => this.#loop(at));
  }

  /** @param {number} at */
  #loop(at) {
    this.#framed = false;
    if (!this.#running) return;
    const dt = Math.min(longestDt, at - this.#last);
    this.#last = at;
    const playing = Boolean(this.frame?.playing);
    if ((playing || this.#due) && !this.simulator.busy) {
      this.#due = false;
      this.simulator.tick(playing ? dt : 0);
    }
    if (this.simulator.hangs) this.#on.crash({ error: say("hang") });
    this.#transport.show(this.#stage.draw(at));
    if (playing || this.#due || this.simulator.busy || this.#stage.moving(at)) this.#again();
  }

  #again() {
    if (this.#framed) return;
    this.#framed = true;
    requestAnimationFrame((at) => this.#loop(at));
  }

  /** @param {Frame} frame */
  #take(frame) {
    const first = !this.frame;
    this.frame = frame;
    for (const [id, html] of frame.panels ?? []) showPanel(id, html);
    this.#stage.take(frame, performance.now());
    if (frame.geometry) {
      keepServers(Object.keys(frame.geometry.servers));
      this.#stage.rove();
    }
    this.#transport.take(frame);
    if (frame.page) {
      this.page = frame.page;
      this.#stage.particles.selected = frame.page.selected.startsWith("message-")
        ? frame.page.selected.slice(8)
        : "";
      this.#on.page(frame.page);
    }
    for (const toast of frame.toasts ?? []) showToast(toast, () => this.do(":undo"));
    if (frame.says?.length) narrate(frame.says);
    for (const e of frame.events ?? []) this.#on.tell("event", e);
    if (frame.more) this.#due = true;
    if (first) this.#started();
    this.#again();
  }

  /**
   * Sends a command of the page and asks for a frame.
   * @param {string} verb
   * @param {object} [args]
   */
  async call(verb, args) {
    try {
      return await this.simulator.call(verb, args);
    } finally {
      this.wake();
    }
  }

  /** Runs a line and says what went wrong. @param {string} line */
  async do(line) {
    const result = await this.command(line);
    if (!result.ok && result.error) showToast({ kind: "error", text: result.error });
    return result;
  }

  /** @param {string} line */
  async command(line) {
    const result = await this.call("command", { line });
    if (!result.pending) return result;
    if (!this.frame?.playing) return { ok: true, output: "sent" };
    return this.#answerOf(result.pending);
  }

  /** Waits for the answer of a client's line while time passes. @param {number} entry */
  async #answerOf(entry) {
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const result = await this.simulator.call("answer", { entry });
      if (!result.pending) return result;
      if (!this.frame?.playing) return { ok: true, output: "sent" };
    }
  }

  /** @param {boolean} on */
  play(on) {
    return this.call("play", { on });
  }

  toggle() {
    return this.play(!this.frame?.playing);
  }

  /** @param {number} speed */
  speed(speed) {
    return this.call("speed", { speed });
  }

  /** @param {number} n @param {string} unit */
  async step(n, unit) {
    await this.call("step", { n, unit });
    this.#on.tell("step", { n, unit });
  }

  /** @param {number} ms */
  seek(ms) {
    return this.call("seek", { ms });
  }

  async run() {
    const { ok, failed } = await this.call("run");
    return { ok, failed };
  }

  subscribe() {
    this.call("subscribe").catch(() => {});
  }

  /** @returns {Promise<string>} */
  async share() {
    const state = await this.call("share");
    return new URL(await pack(state), location.href.split("#")[0]).href;
  }

  /** Loads a scenario by name or a link. @param {string} what */
  async load(what) {
    await this.ready;
    const hash = what.includes("#") ? what.slice(what.indexOf("#")) : "";
    const name = hash ? nameOf(what) : what;
    const setting = { ...this.#setting(new URLSearchParams()), play: false };
    if (!hash || name !== (body.dataset.lesson ?? "")) {
      await this.#showLesson(name);
      await this.#loadScenario(name, setting);
    }
    const link = hash ? await unpack(hash) : null;
    if (link) await this.call("restore", { link });
  }

  /** Takes the lesson's text from its own page. @param {string} name */
  async #showLesson(name) {
    const short = (body.dataset.lang ?? "en").slice(0, 2);
    const response = await fetch(
      `${body.dataset.base}${short}/play${name ? `/${encodeURIComponent(name)}` : ""}`,
    );
    if (!response.ok) throw new Error(`${response.status} ${name}`);
    const page = parsePage(await response.text());
    for (const id of ["lesson", "scenario-title"]) {
      const next = page.getElementById(id);
      if (next) document.getElementById(id)?.replaceWith(next);
    }
    body.dataset.lesson = name;
  }

  /** Freezes the picture. */
  stop() {
    this.#running = false;
    this.simulator.stop();
    document.getElementById("stage")?.setAttribute("data-frozen", "");
  }
}

/** @param {string} url */
const nameOf = (url) => /\/play\/([\w-]+)/.exec(url)?.[1] ?? "";

/** @param {string[]} lines */
function narrate(lines) {
  const log = document.getElementById("narration");
  if (!log) return;
  const p = document.createElement("p");
  p.textContent = lines.join("；");
  log.append(p);
  while (log.children.length > 20) log.firstElementChild?.remove();
}
