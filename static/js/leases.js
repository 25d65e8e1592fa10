// @ts-check
// The rings around clients, the hand of the wheel and the sentences that count down: how much of
// each session's timeout is left.

import { isStill } from "./settings.js";

/** @typedef {import("./simulator.js").Frame} Frame */

const everyMs = 100;

export class Leases {
  /** @type {Record<string, [number, number]>} */ #leases = {};
  #last = -Infinity;
  #shown = NaN;
  #due = true;

  /** @param {Frame} frame */
  take(frame) {
    if (frame.leases) this.#leases = frame.leases;
    const isNew = frame.leases || frame.geometry || frame.panels || frame.patches;
    this.#due = this.#due || Boolean(isNew);
  }

  /** @param {number} shown simulated ms @param {number} at */
  draw(shown, at) {
    if (!this.#due && (shown === this.#shown || at - this.#last < everyMs)) return;
    this.#due = false;
    this.#shown = shown;
    this.#last = at;
    for (const el of document.querySelectorAll("#stage-clients > .client"))
      this.#ring(/** @type {SVGElement} */ (el), shown);
    turnHand(shown);
    countDown(shown);
  }

  /** @param {SVGElement} client @param {number} shown */
  #ring(client, shown) {
    const lease = this.#leases[client.dataset.client ?? ""];
    const left = lease ? Math.max(0, lease[0] - shown) : 0;
    const share = lease ? Math.min(1, left / lease[1]) : 0;
    const ring = client.querySelector(".client-lease");
    const text = client.querySelector(".client-left");
    const still = isStill();
    set(ring, "stroke-dasharray", `${still ? 0 : (share * 100).toFixed(1)} 100`);
    set(ring, "data-low", String(share < 0.34));
    const word = still && lease ? `${Math.ceil(left / 1000)} s` : "";
    if (text && text.textContent !== word) text.textContent = word;
  }
}

/** Fills what is left until a moment into the sentences that tell of it. @param {number} shown */
function countDown(shown) {
  for (const el of document.querySelectorAll("[data-until]")) {
    const { left = "", until } = /** @type {HTMLElement | SVGElement} */ (el).dataset;
    const seconds = Math.max(0, Number(until) - shown) / 1000;
    const says = left.replace("{t}", seconds.toFixed(1));
    if (el.textContent !== says) el.textContent = says;
  }
}

/** @param {number} shown */
function turnHand(shown) {
  const hand = /** @type {SVGElement | null} */ (
    /** @type {unknown} */ (document.getElementById("wheel-hand"))
  );
  if (!hand || hand.closest("[hidden]")) return;
  const x = (shown - Number(hand.dataset.base)) * Number(hand.dataset.per);
  set(hand, "transform", `translate(${x.toFixed(1)})`);
}

/** @param {Element | null} el @param {string} name @param {string} value */
function set(el, name, value) {
  if (el && el.getAttribute(name) !== value) el.setAttribute(name, value);
}
