// @ts-check
// The few sentences that scripts show; they come with the page, from the catalogue of web/text.

const holder = document.getElementById("words");
/** @type {Record<string, string>} */
const catalogue = JSON.parse(holder?.dataset.words || "{}");

/**
 * Returns the sentence of a key with its placeholders filled; the key itself when there is none.
 * A placeholder with two forms, "{n step|steps}", brings the one that goes with its count.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return (catalogue[key] ?? key).replace(/\{(\w+)( [^|}]*)?\|?([^}]*)\}/g, (_, name, one, many) => {
    const value = String(values[name] ?? "");
    if (!one) return value;
    return value === "1" ? value + one : `${value} ${many}`;
  });
}
