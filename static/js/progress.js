// @ts-check
// What this browser remembers of lessons: which steps are done, by lesson and version of its file.
// Without storage everything works, and nothing is remembered.

const key = "zabscope.lessons";

/** @typedef {{version: string, steps: string[], at: string}} Progress */

/** @returns {Record<string, Progress>} */
function read() {
  try {
    const all = JSON.parse(localStorage.getItem(key) || "{}");
    return all && typeof all === "object" ? all : {};
  } catch {
    return {};
  }
}

/**
 * What is known of a lesson; nothing when its file has changed since.
 * @param {string} id
 * @param {string} version
 * @returns {Progress}
 */
export function progressOf(id, version) {
  const p = read()[id];
  const good = p?.version === version && Array.isArray(p.steps);
  return good ? p : { version, steps: [], at: "" };
}

/**
 * Keeps that a step is done, and at which one the learner is.
 * @param {string} id
 * @param {string} version
 * @param {string[]} steps
 * @param {string} at
 */
export function keepProgress(id, version, steps, at) {
  const all = read();
  const before = progressOf(id, version);
  all[id] = { version, steps: [...new Set([...before.steps, ...steps])], at };
  try {
    localStorage.setItem(key, JSON.stringify(all));
  } catch {
    // Storage may be forbidden in a frame.
  }
}

/** Ticks the links to lessons, as far as they are done. */
export function tickLinks() {
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-lesson-link]")
  )) {
    const { lessonLink = "", version = "", steps = "0" } = link.dataset;
    const done = progressOf(lessonLink, version).steps.length;
    const whole = done > 0 && done >= Number(steps);
    link.dataset.progress = whole ? "done" : done ? "begun" : "";
    const tick = /** @type {HTMLElement | null} */ (link.querySelector(".lesson-done"));
    if (tick) tick.hidden = !whole;
    const part = /** @type {HTMLElement | null} */ (link.querySelector(".lesson-part"));
    if (part) {
      part.hidden = whole || !done;
      part.textContent = `${done}/${steps}`;
    }
  }
}
