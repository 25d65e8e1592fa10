// @ts-check
// What a hand does to the stage: tools, gestures, the camera, and whether a finger edits the stage
// or scrolls the page.

import { Gestures } from "./gestures.js";
import { Tools } from "./tools.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./player.js").Player} Player */

const zoomStep = 1.4;

/**
 * What the page does.
 * @typedef {object} Page
 * @property {(target: string, add: boolean) => void} pick
 * @property {(target: string, x: number, y: number, byKey?: boolean) => void} menu
 * @property {(error: Error) => void} complain
 */

export class Hand {
  #stage;
  #player;
  #page;
  #tools = new Tools();
  #gestures;

  /** @param {Stage} stage @param {Player} player @param {Page} page */
  constructor(stage, player, page) {
    this.#stage = stage;
    this.#player = player;
    this.#page = page;
    this.#gestures = new Gestures(stage, this.#tools, {
      pick: (target, how) => this.#pick(target, how),
      menu: page.menu,
      ask: (verb, args) => this.#ask(verb, args),
    });
    stage.listen({
      choose: page.pick,
      menu: page.menu,
      shape: (tall) => player.call("shape", { tall }).catch(() => {}),
      moved: () => this.#moved(),
    });
  }

  /**
   * A button of the toolbar or of the corner of the stage; true when it was one.
   * @param {HTMLElement} el
   */
  press(el) {
    if (el.dataset.tool) this.#tools.choose(el.dataset.tool);
    else if (el.dataset.action === "zoom-in") this.#stage.zoomBy(zoomStep);
    else if (el.dataset.action === "zoom-out") this.#stage.zoomBy(1 / zoomStep);
    else if (el.dataset.action === "zoom-reset") this.#stage.whole();
    else if (el.dataset.action === "edit-stage") this.#edit(el);
    else return false;
    return true;
  }

  /** Gives up a drag, or the tool; true when there was one. */
  escape() {
    if (this.#gestures.cancel()) return true;
    if (this.#tools.current === "select") return false;
    this.#tools.choose("select");
    return true;
  }

  /**
   * @param {string} target
   * @param {{add: boolean, alt: boolean, at: {x: number, y: number}}} how
   */
  #pick(target, how) {
    if (this.#tools.clicks && target !== "stage") {
      const tool = `tool-${this.#tools.current}`;
      this.#ask("tool", { tool, target, alt: how.alt, ...how.at });
    } else if (target !== "stage") this.#page.pick(target, how.add);
    else if (!how.add) this.#page.pick("", false);
    if (target !== "stage") this.#stage.focus(target);
  }

  /**
   * Asks the Worker; what it refuses is told, and the answer is null.
   * @param {string} verb
   * @param {object} args
   */
  async #ask(verb, args) {
    try {
      return await this.#player.call(verb, args);
    } catch (error) {
      this.#page.complain(/** @type {Error} */ (error));
      return null;
    }
  }

  #moved() {
    const reset = /** @type {HTMLElement | null} */ (
      document.querySelector("[data-action=zoom-reset]")
    );
    if (reset) reset.hidden = !this.#stage.camera.near;
    this.#player.wake();
  }

  /**
   * A finger on the empty stage scrolls the page, unless the stage is being edited.
   * @param {HTMLElement} el
   */
  #edit(el) {
    const on = el.getAttribute("aria-pressed") !== "true";
    this.#tools.editing = on;
    el.setAttribute("aria-pressed", String(on));
    document.querySelector(".app")?.toggleAttribute("data-editing", on);
    if (!on) this.#tools.choose("select");
  }
}
