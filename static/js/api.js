// @ts-check
// window.zabscope: what embeds and tests use. Its methods are those of the page API.

/** @typedef {import("./player.js").Player} Player */

/** @typedef {{ok: boolean, output: string, error?: string}} Answer */
/** @typedef {"event" | "step" | "error"} Topic */

export class Api {
  /** @type {Promise<void>} */ ready;
  #player;
  /** @type {Record<Topic, Set<(detail: any) => void>>} */
  #listeners = { event: new Set(), step: new Set(), error: new Set() };

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
    this.ready = player.ready;
  }

  /**
   * One line of the command language.
   * @param {string} line
   * @returns {Promise<Answer>}
   */
  async command(line) {
    return this.#player.command(String(line));
  }

  async state() {
    return this.#player.call("state");
  }

  play() {
    this.#player.play(true);
  }

  pause() {
    this.#player.play(false);
  }

  /** @param {number} simMsPerSecond */
  speed(simMsPerSecond) {
    this.#player.speed(Number(simMsPerSecond));
  }

  /** @param {number} [n] @param {"event" | "delivery" | "round"} [unit] */
  async step(n = 1, unit = "event") {
    await this.#player.step(n, unit);
  }

  /** @param {number} ms */
  async seek(ms) {
    await this.#player.seek(Number(ms));
  }

  /** @param {string} scenarioOrLink */
  async load(scenarioOrLink) {
    await this.#player.load(String(scenarioOrLink));
  }

  /** The rest of the loaded scenario at full speed, with its checks. */
  async run() {
    return this.#player.run();
  }

  /** @returns {Promise<string>} */
  async fingerprint() {
    return this.#player.call("fingerprint");
  }

  /** @returns {Promise<string>} */
  async share() {
    return this.#player.share();
  }

  /** @param {Topic} type @param {(detail: any) => void} fn @returns {() => void} */
  on(type, fn) {
    this.#listeners[type]?.add(fn);
    if (type === "event") this.#player.subscribe();
    return () => this.#listeners[type]?.delete(fn);
  }

  /** Tells the listeners of a topic. @param {Topic} type @param {any} detail */
  tell(type, detail) {
    for (const fn of this.#listeners[type]) fn(detail);
  }
}
