// @ts-check
// The parameters of an embed's address. What cannot be used falls back, and says so.

import { say } from "./words.js";

/**
 * One parameter: what its values are, for people, and whether a value is one of them.
 * @typedef {object} Param
 * @property {string} takes
 * @property {(value: string) => boolean} fits
 * @property {string} [usual]  what stands for it when it is absent or bad
 */

/** @param {...string} values @returns {Param} The first is the usual one. */
const words = (...values) => ({
  takes: values.join(", "),
  fits: (value) => values.includes(value),
  usual: values[0],
});

/** @param {number} from @param {number} to @param {boolean} [whole] @returns {Param} */
const numbers = (from, to, whole = true) => ({
  takes: say("embed.numbers", { from, to }),
  fits: (value) =>
    (whole ? /^\d{1,16}$/ : /^\d{1,16}(\.\d{1,6})?$/).test(value) &&
    Number(value) >= from &&
    Number(value) <= to,
});

/** @param {string[]} steps ids @returns {Param} */
const stepOf = (steps) => ({
  takes: steps.length ? `${steps.join(", ")}, 1–${steps.length}` : "–",
  fits: (value) =>
    steps.includes(value) || (/^[1-9]\d?$/.test(value) && Number(value) <= steps.length),
});

const seedMax = Number.MAX_SAFE_INTEGER;
const monthMs = 30 * 24 * 3600 * 1000;
const shownMax = 24;

/** @param {string} lang @param {string[]} steps @returns {Record<string, Param>} */
const known = (lang, steps) => ({
  lang: { ...words("zh", "en"), usual: lang },
  theme: words("auto", "light", "dark"),
  ui: words("full", "min", "stage"),
  autoplay: words("0", "1"),
  ctl: words("1", "0"),
  speed: numbers(1, 10000, false),
  seed: numbers(1, seedMax),
  step: stepOf(steps),
  t: numbers(0, monthMs, false),
  nodes: numbers(1, 9),
  observers: numbers(0, 4),
});

/**
 * Reads the parameters of an address. Values has one for each that was given well or has a usual
 * one; notes has a sentence for each that was not. Names that are not ours are left alone: hosts
 * add their own.
 * @param {URLSearchParams} query
 * @param {string} lang  of the page, "zh" or "en"
 * @param {string[]} steps  ids of the lesson's steps
 */
export function readParams(query, lang, steps) {
  /** @type {Record<string, string>} */
  const values = {};
  /** @type {string[]} */
  const notes = [];
  for (const [name, param] of Object.entries(known(lang, steps))) {
    const value = query.get(name);
    if (value !== null && param.fits(value)) {
      values[name] = value;
      continue;
    }
    if (param.usual !== undefined) values[name] = param.usual;
    if (value !== null) notes.push(note(name, value, param));
  }
  return { values, notes };
}

/** @param {string} name @param {string} value @param {Param} param */
function note(name, value, param) {
  return say("embed.bad", {
    name,
    value: visible(value),
    takes: param.takes,
    used: param.usual ?? say("embed.own"),
  });
}

/**
 * A stranger's text, short and without characters that change how the rest reads.
 * @param {string} s
 */
function visible(s) {
  const plain = s.replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
  return plain.length > shownMax ? `${plain.slice(0, shownMax - 1)}…` : plain;
}
