// @ts-check
// Plays a lesson in a frame that has no room for its text: play goes from step to step. Where the
// text is in sight it stays in charge, and play only lets time go by.

import { isStill } from "./settings.js";

/** @typedef {import("./player.js").Player} Player */
/** @typedef {import("./simulator.js").Frame} Frame */

const narrow = matchMedia("(max-width: 419px)");

export class Tour {
  #player;
  #wanted = false; // to go on by itself when a step has ended
  #playing = false;

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
  }

  /** What happens when the simulator has come. @param {boolean} asked  the address says autoplay */
  begin(asked) {
    if (isStill() || !hasSteps() || (!asked && textInSight())) return;
    this.#go(true);
  }

  /** What the play button does. */
  toggle() {
    this.#wanted = false;
    if (this.#player.frame?.playing) return this.#player.play(false);
    if (!hasSteps() || textInSight()) return this.#player.play(true);
    return this.#go(true);
  }

  /** Notices that a step has come to its end. @param {Frame} frame */
  take(frame) {
    const ended = this.#playing && !frame.playing;
    this.#playing = frame.playing;
    if (!ended || !this.#wanted) return;
    if (isRunning() && isNow(frame)) this.#wanted = false; // somebody stopped it
    else this.#go(false);
  }

  /**
   * Goes on: through what has been played already, then with the next step, then freely.
   * @param {boolean} freely
   */
  async #go(freely) {
    this.#wanted = true;
    const frame = this.#player.frame;
    try {
      if (frame && !isNow(frame)) await this.#player.play(true);
      else await this.#player.call("lesson-run");
    } catch {
      this.#wanted = false; // there is no further step
      if (freely) await this.#player.play(true);
    }
  }
}

const hasSteps = () => document.querySelector(".lesson-step") !== null;

/** Whether a person can read the lesson beside the stage. */
const textInSight = () => document.documentElement.dataset.ui === "full" && !narrow.matches;

const isRunning = () => document.querySelector(".live[data-state=running]") !== null;

/** Whether the picture shows the newest moment. @param {Frame} frame */
const isNow = (frame) => frame.now >= frame.end;
