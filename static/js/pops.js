// @ts-check
// The popovers of the transport: places them above their button, and tells which are in sight. The
// panels inside come from the Worker and are drawn only then.

/** The panel in each popover that the Worker draws. @type {Record<string, string>} */
const panels = { "pop-branches": "branches", "pop-marks": "marks", "pop-pauses": "breaks" };

/** @type {(show: string[], hide: string[]) => void} */
let onSight = () => {};

/** @param {typeof onSight} listener */
export function listenToPops(listener) {
  onSight = listener;
  onSight([], Object.values(panels));
}

const gap = 8;
const highest = 460;

document.addEventListener(
  "toggle",
  (e) => {
    const pop = /** @type {HTMLElement} */ (e.target);
    if (!pop.matches?.(".time-pop")) return;
    const open = pop.matches(":popover-open");
    const panel = panels[pop.id];
    if (panel) onSight(open ? [panel] : [], open ? [] : [panel]);
    if (open) place(pop);
  },
  true,
);

/** Puts a popover above its button, inside the window. @param {HTMLElement} pop */
function place(pop) {
  const button = document.querySelector(`[popovertarget="${pop.id}"]`);
  if (!button) return;
  const at = button.getBoundingClientRect();
  const room = Math.max(at.top, innerHeight - at.bottom) - 2 * gap;
  pop.style.maxHeight = `${Math.min(room, highest)}px`;
  const width = pop.offsetWidth;
  const left = Math.min(at.left, innerWidth - width - gap);
  pop.style.left = `${Math.max(gap, left)}px`;
  pop.style.right = "auto";
  if (at.top > innerHeight / 2) {
    pop.style.bottom = `${innerHeight - at.top + gap}px`;
    pop.style.top = "auto";
  } else {
    pop.style.top = `${at.bottom + gap}px`;
    pop.style.bottom = "auto";
  }
}

/** Closes whatever is open. */
export function closePops() {
  for (const pop of document.querySelectorAll(".time-pop:popover-open"))
    /** @type {HTMLElement} */ (pop).hidePopover();
}
