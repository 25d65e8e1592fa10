// @ts-check
// The commands after which the run is another one: the Worker and the page each keep it then, as a
// link has it, because either may outlive the other.

const acts = new Set([
  "command",
  "act",
  "tool",
  "drag",
  "knife",
  "write",
  "redo",
  "predict",
  "lesson-run",
  "lesson-next",
  "lesson-go",
  "lesson-finish",
  "lesson-reset",
  "lesson-restart",
  "restore",
  "load",
  "run",
  "hurry",
  "branch",
  "unfork",
]);

/**
 * Whether a command changes the run. A drag does so only where it ends.
 * @param {string} verb
 * @param {{drop?: boolean}} [args]
 */
export const changesRun = (verb, args) => acts.has(verb) && args?.drop !== false;
