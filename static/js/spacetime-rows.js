// @ts-check
// What the Worker sends of one window of the space-time diagram, read into objects. The form of the
// strings is in wasm/bridge/spacetime.go.

/**
 * @typedef {object} SpaceFrame
 * @property {number} from  simulated ms
 * @property {number} to
 * @property {{id: string, turns: string}[]} lanes
 * @property {string} rows
 * @property {string[]} tags
 * @property {string} rules
 * @property {number} every
 * @property {number} all
 * @property {boolean} [busy]
 * @property {boolean} [lost]
 */
/**
 * @typedef {object} Passage  one message
 * @property {number} n  number of its event
 * @property {number} t0  simulated ms
 * @property {number | null} t1
 * @property {number | null} end  when it was lost or held
 * @property {number} from  a lane
 * @property {number} to
 * @property {string} type
 * @property {string} family
 * @property {string} tag
 * @property {"flying" | "held" | "arrived" | "dropped"} state
 */
/**
 * @typedef {object} Turn  of a life line
 * @property {number} t
 * @property {string} track
 * @property {boolean} paused
 * @property {boolean} apart
 * @property {number} epoch
 */
/**
 * @typedef {object} Space  one window
 * @property {number} from
 * @property {number} to
 * @property {{id: string, turns: Turn[]}[]} lanes
 * @property {Passage[]} passages
 * @property {{t: number, zxid: string}[]} rules
 * @property {number} every
 * @property {number} all
 * @property {boolean} busy
 * @property {boolean} lost
 */

/** @type {Passage["state"][]} */
const states = ["flying", "held", "arrived", "dropped"];
const tracks = ["DOWN", "LOOKING", "FOLLOWING", "OBSERVING", "LEADING"];

/** @param {string} digits */
const number = (digits) => parseInt(digits, 36);

/** @param {string} rows */
const split = (rows) => (rows ? rows.split(";").map((row) => row.split(",")) : []);

/**
 * @param {SpaceFrame} f
 * @param {string[][]} types  name and family by number
 * @returns {Space}
 */
export function readSpace(f, types) {
  const ms = (/** @type {string} */ digits) => number(digits) / 1000;
  return {
    from: f.from,
    to: f.to,
    every: f.every,
    all: f.all,
    busy: Boolean(f.busy),
    lost: Boolean(f.lost),
    passages: readPassages(f, types),
    rules: split(f.rules).map(([t, zxid]) => ({ t: f.from + ms(t), zxid })),
    lanes: f.lanes.map(({ id, turns }) => ({
      id,
      turns: split(turns).map(([t, track, flags, epoch]) => ({
        t: f.from + ms(t),
        track: tracks[number(track)],
        paused: (number(flags) & 1) > 0,
        apart: (number(flags) & 2) > 0,
        epoch: number(epoch),
      })),
    })),
  };
}

/** @param {SpaceFrame} f @param {string[][]} types @returns {Passage[]} */
function readPassages(f, types) {
  let n = 0;
  let us = 0;
  return split(f.rows).map(([dn, dt, hop, from, to, type, state, tag, end]) => {
    n += number(dn);
    us += number(dt);
    const after = (/** @type {string | undefined} */ digits) =>
      digits ? f.from + (us + number(digits)) / 1000 : null;
    const [name, family] = types[number(type)];
    return {
      n,
      t0: f.from + us / 1000,
      t1: after(hop),
      end: after(end),
      from: number(from),
      to: number(to),
      type: name,
      family,
      tag: f.tags[number(tag)],
      state: states[number(state)],
    };
  });
}
