// @ts-check
// What screen readers are told: the log of what happens, and the status of the service and of a
// lesson's steps. Both are polite: they never interrupt.

const keptLines = 20;

/** @param {string} message */
export function narrate(message) {
  const log = document.getElementById("narration");
  if (!log) return;
  const p = document.createElement("p");
  p.textContent = message;
  log.append(p);
  while (log.children.length > keptLines) log.firstElementChild?.remove();
}

/** @param {string} status */
export function announce(status) {
  const region = document.getElementById("announce");
  if (region) region.textContent = status;
}
