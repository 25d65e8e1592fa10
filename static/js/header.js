// @ts-check
// The header's menus: the page's own controls on a narrow screen, and the scenarios. They close
// when one turns elsewhere.

const more = /** @type {HTMLElement | null} */ (document.querySelector("[data-action=more]"));
const tools = /** @type {HTMLElement | null} */ (document.getElementById("header-tools"));

/** @param {boolean} [open] */
export function toggleMore(open = !tools?.hasAttribute("data-open")) {
  tools?.toggleAttribute("data-open", open);
  more?.setAttribute("aria-expanded", String(open));
}

/** @param {EventTarget | null} target */
function leave(target) {
  const at = target instanceof Element ? target : null;
  if (!at?.closest(".header-tools, [data-action=more]")) toggleMore(false);
  for (const pop of document.querySelectorAll("details.pop[open], details.legend[open]")) {
    if (!at || !pop.contains(at)) pop.removeAttribute("open");
  }
}

document.addEventListener("pointerdown", (e) => leave(e.target));
document.addEventListener("focusin", (e) => leave(e.target));
document.addEventListener(
  "keydown",
  (e) => {
    if (e.key !== "Escape") return;
    const pop = document.activeElement?.closest("details.pop[open], details.legend[open]");
    const menu = document.activeElement?.closest(".header-tools[data-open]");
    if (!pop && !menu) return;
    if (menu) more?.focus();
    else /** @type {HTMLElement} */ (pop?.querySelector("summary")).focus();
    pop?.removeAttribute("open");
    if (menu) toggleMore(false);
    e.stopPropagation();
  },
  true,
);
tools?.addEventListener("click", () => toggleMore(false));
