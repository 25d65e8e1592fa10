// @ts-check
// One loaded run: asks the simulator for frames while something moves, shows them, and carries out
// what the person wants.

import { changesRun } from "./acts.js";
import { Simulator } from "./simulator.js";
import { keepServers, patchPanel, showPanel } from "./panels.js";
import { showToast } from "./toast.js";
import { Loader, linkOf } from "./loader.js";
import { say } from "./words.js";
import { showPaused, showWork } from "./work.js";
import { everyMs, keep } from "./keeper.js";
import { announce, narrate } from "./narration.js";
import { startLoading, showProgress, endLoading, failLoading } from "./load.js";

/** @typedef {import("./simulator.js").Frame} Frame */

/** @typedef {import("./dialogs.js").Run} Run */

/**
 * What the page does about the run.
 * @typedef {object} PlayerListener
 * @property {(page: import("./simulator.js").PageState) => void} page
 * @property {(type: "event" | "step" | "error", detail: any) => void} tell
 * @property {(crash: import("./dialogs.js").Crash) => void} crash
 */

/**
 * Opens what the page is for.
 * @typedef {object} Opener
 * @property {(shown: () => void) => Promise<any>} open
 * @property {(run: Run | undefined, shown: () => void) => Promise<any>} again  after a crash
 * @property {() => void} [rest]  nothing that comes can be taken in
 */

/**
 * @typedef {object} Extra
 * @property {(frame: Frame) => void} take
 * @property {(shown: number, at: number) => void} draw  shown is the simulated moment
 */

const body = document.body;
const longestDt = 250;

/** The reasons for which there is only a still picture, that have a sentence of their own. */
const failures = new Set(["nowasm", "noworker", "csp", "memory"]);

export class Player {
  simulator = new Simulator();
  loader = new Loader((verb, args) => this.call(verb, args));
  /** @type {Opener} */ opener = this.loader;
  /** @type {Extra[]} */ #extras = [];
  #stage;
  #transport;
  #last = 0;
  #due = true;
  #running = false;
  #remembered = 0;
  #opened = false; // what the address asks for is there
  #framed = false;
  #looping = false;
  /** @type {Run | undefined} */ #lastRun;
  /** @type {Frame | null} */ frame = null;
  /** @type {import("./simulator.js").PageState} */ page = {
    selected: "",
    client: "A",
    letters: [],
    step: "",
    seed: 0,
  };
  /** Tells a new simulator what it must know before it draws for the first time. */
  onBoot = () => {};
  /** Leads through a lesson in an embed. @type {import("./tour.js").Tour | null} */ tour = null;
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
    this.simulator.onPanic = (panic) => {
      this.#broken(new Error(panic.error)); // of no effect once the page is ready
      this.#on.crash(panic);
    };
    this.simulator.onReady = () => this.onBoot();
    this.simulator.onProgress = (p) =>
      showProgress(p, Number(body.dataset.voters) + Number(body.dataset.observers));
    transport.onSeek = (ms) => this.seek(ms);
    transport.onSpeed = (speed) => this.speed(speed);
  }

  /**
   * Adds something that looks at every frame, and that is drawn at every animation frame.
   * @param {Extra} extra
   */
  add(extra) {
    this.#extras.push(extra);
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
      await this.simulator.start(body.dataset);
      await this.opener.open(() => this.#show());
      this.#opened = true;
      this.#remember();
      this.wake();
    } catch (error) {
      const e = /** @type {any} */ (error);
      failLoading(failures.has(e.code) ? `load.${e.code}` : "load.failed", e.message);
      this.#broken(e);
    }
  }

  #show() {
    endLoading();
    document.getElementById("stage")?.removeAttribute("data-frozen");
    this.#running = true;
    this.wake();
  }

  /** What was to be shown cannot be: a simulation is shown instead. */
  async fallBack() {
    this.opener = this.loader;
    await this.loader.open(() => this.#show());
    this.#opened = true;
  }

  /** Something changed: frames are wanted again. */
  wake() {
    this.#due = true;
    if (this.#running) this.#again();
  }

  /** @param {number} at */
  #loop(at) {
    this.#framed = false;
    if (!this.#running) return;
    this.simulator.watch(at - this.#last);
    const dt = Math.max(0, Math.min(longestDt, at - this.#last));
    this.#last = at;
    const playing = Boolean(this.frame?.playing);
    if ((playing || this.#due) && !this.simulator.busy) {
      this.#due = false;
      this.simulator.tick(playing ? dt : 0);
    }
    if (this.simulator.hangs) this.simulator.onPanic({ error: say("hang"), share: this.#lastRun });
    const shown = this.#stage.draw(at);
    this.#transport.show(shown);
    for (const extra of this.#extras) extra.draw(shown, at);
    this.#looping = playing || this.#due || this.simulator.busy || this.#stage.moving(at);
    if (this.#looping) this.#again();
  }

  /** Asks for the next animation frame. After a rest no time has gone by. */
  #again() {
    if (this.#framed) return;
    this.#framed = true;
    if (!this.#looping) this.#last = performance.now();
    requestAnimationFrame((at) => this.#loop(at));
  }

  /** @param {Frame} frame */
  #take(frame) {
    const stopped = this.frame?.playing && !frame.playing;
    this.frame = frame;
    for (const [id, html] of frame.panels ?? []) showPanel(id, html);
    for (const { id, parts } of frame.patches ?? []) patchPanel(id, parts);
    this.#stage.take(frame, performance.now());
    if (frame.geometry) {
      keepServers(Object.keys(frame.geometry.servers));
      this.#stage.rove();
    }
    this.#transport.take(frame);
    for (const extra of this.#extras) extra.take(frame);
    showWork(frame.work);
    showPaused(frame.paused);
    if (frame.page) {
      this.page = frame.page;
      this.#stage.particles.selected = frame.page.selected.startsWith("message-")
        ? frame.page.selected.slice(8)
        : "";
      this.#on.page(frame.page);
    }
    for (const toast of frame.toasts ?? []) this.#toast(toast);
    if (frame.says) narrate(frame.says);
    if (frame.status) announce(frame.status);
    for (const e of frame.events ?? []) this.#on.tell("event", e);
    this.tour?.take(frame);
    if (frame.more) this.#due = true;
    const due = stopped || performance.now() - this.#remembered > everyMs;
    if (this.#opened && due) this.#remember();
    if (this.#opened) this.#started();
    this.#again();
  }

  /**
   * Shows a toast.
   * @param {import("./simulator.js").Toast} toast
   */
  #toast(toast) {
    if (toast.kind === "verdict") narrate(toast.text ?? "");
    showToast(
      toast,
      () => (toast.kind === "fork" ? this.call("unfork") : this.do(":undo")),
      () => this.seek(toast.ms ?? 0),
    );
  }

  /**
   * Starts a new simulator after a crash and opens again what was open. Frames are wanted from the
   * start: without them nobody would notice that this one falls silent too.
   * @param {Run | undefined} run
   */
  async revive(run) {
    this.stop();
    this.#opened = false; // what the tab keeps stays until the run is there
    try {
      const started = this.simulator.start(body.dataset);
      this.#running = true;
      this.wake();
      await started;
      await this.opener.again(run, () => this.#show());
      this.#opened = true;
      this.#remember();
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.simulator.onPanic({ error: message, share: this.#lastRun });
    }
  }

  /**
   * Sends a command of the page and asks for a frame: behind it too, for a Worker that the command
   * silences is noticed by the frame that it owes.
   * @param {string} verb
   * @param {{[name: string]: any}} [args]
   */
  async call(verb, args) {
    const answer = this.simulator.call(verb, args);
    this.wake();
    try {
      return await answer;
    } finally {
      if (changesRun(verb, args)) this.#remember();
      this.wake();
    }
  }

  /** Keeps the command log here too: it must outlive a simulator that hangs. */
  #remember() {
    this.#remembered = performance.now();
    Promise.all([this.simulator.call("share"), this.simulator.call("memo")]).then(
      ([run, memo]) => {
        this.#lastRun = run;
        if (this.#opened) keep({ run, memo });
      },
      () => {},
    );
  }

  /** Runs a line and says what went wrong. @param {string} line */
  async do(line) {
    const result = await this.command(line);
    if (!result.ok && result.error) showToast({ kind: "error", text: result.error });
    return result;
  }

  /**
   * Carries out a line. Time that it lets pass goes by at the clock's speed for a typed one.
   * @param {string} line
   * @param {boolean} [typed]
   */
  async command(line, typed = false) {
    const result = await this.call("command", { line, typed });
    if (result.effect) return this.#carryOut(result.effect);
    if (!result.pending) return result;
    if (typed) return { ok: true, output: "" };
    if (!this.frame?.playing) return { ok: true, output: "sent" };
    return this.#answerOf(result.pending);
  }

  /**
   * Does what a line asks of the page: loads a scenario, or starts again with another seed.
   * @param {{kind: string, name: string, n: number, entry: number}} effect
   */
  async #carryOut({ kind, name, n, entry }) {
    try {
      if (kind === "load") await this.load(name);
      else await this.loader.reseed(n);
      return { ok: true, output: name };
    } catch (error) {
      const text = /** @type {Error} */ (error).message;
      this.call("settle", { entry, text }).catch(() => {});
      return { ok: false, output: "", error: text };
    }
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
    return this.tour ? this.tour.toggle() : this.play(!this.frame?.playing);
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
    return linkOf(await this.call("share"));
  }

  /**
   * Loads a scenario by its name or address, or a link.
   * @param {string} what
   */
  async load(what) {
    await this.ready;
    await this.loader.load(what);
  }

  /** Freezes the picture. */
  stop() {
    this.#running = false;
    this.opener.rest?.();
    this.simulator.stop();
    document.getElementById("stage")?.setAttribute("data-frozen", "");
  }
}

