// @ts-check
// What the page remembers in this browser. Storage may be forbidden or full: then nothing is
// remembered, and nothing breaks.

/** @param {string} key @returns {any} null when nothing is remembered */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(`zabscope.${key}`) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {any} value */
export function keep(key, value) {
  try {
    localStorage.setItem(`zabscope.${key}`, JSON.stringify(value));
  } catch {
    // Not remembered then.
  }
}
