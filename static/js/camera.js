// @ts-check
// The camera over the stage: how large it is drawn, and which part of it is seen.

const zoomMax = 5;

export class Camera {
  zoom = 1;
  /** The upper left corner of what is seen, in the stage's coordinates. */
  x = 0;
  y = 0;
  #size = [1000, 620];

  /** The sheet has this size; on another one the whole stage is seen. @param {number[]} size */
  over(size) {
    if (size[0] === this.#size[0] && size[1] === this.#size[1]) return;
    this.#size = size;
    this.reset();
  }

  /** What is seen: left, top, width and height. */
  box() {
    return [this.x, this.y, this.#size[0] / this.zoom, this.#size[1] / this.zoom];
  }

  get near() {
    return this.zoom > 1;
  }

  /**
   * Draws everything larger by a factor, or smaller; a point stays where it is.
   * @param {number} factor
   * @param {{x: number, y: number}} at
   */
  zoomBy(factor, at) {
    const next = Math.min(zoomMax, Math.max(1, this.zoom * factor));
    const share = this.zoom / next;
    this.zoom = next;
    this.#moveTo(at.x - (at.x - this.x) * share, at.y - (at.y - this.y) * share);
  }

  /** Zooms in the middle of what is seen. @param {number} factor */
  zoomMiddle(factor) {
    const [x, y, w, h] = this.box();
    this.zoomBy(factor, { x: x + w / 2, y: y + h / 2 });
  }

  /** Moves what is seen. @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.#moveTo(this.x + dx, this.y + dy);
  }

  reset() {
    this.zoom = 1;
    this.#moveTo(0, 0);
  }

  /** @param {number} x @param {number} y */
  #moveTo(x, y) {
    const [w, h] = this.#size;
    this.x = Math.min(w - w / this.zoom, Math.max(0, x));
    this.y = Math.min(h - h / this.zoom, Math.max(0, y));
  }
}
