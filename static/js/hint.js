// @ts-check
// What an action would do, in one sentence beside the control that has the pointer or the focus. In
// the menu the sentence has a place of its own.

const box = document.createElement("div");
box.id = "hint";
box.className = "hint";
box.hidden = true;
box.setAttribute("aria-hidden", "true"); // the control itself is described
document.body.append(box);

const gap = 8;

// The control may change under its hint: with time travel, or when its panel comes into sight.
/** @type {HTMLElement | null} */
let holds = null;
const changes = new MutationObserver(() => show(holds?.isConnected ? holds : null));
const told = { attributes: true, attributeFilter: ["aria-description", "data-hint", "data-line"] };

/** @param {Event} e */
const holder = (e) =>
  /** @type {HTMLElement | null} */ (
    /** @type {Element} */ (e.target).closest?.("[data-hint], [data-action][aria-description]")
  );

/** @param {HTMLElement} el */
const sentenceOf = (el) => el.getAttribute("aria-description") ?? el.dataset.hint ?? "";

/** @param {HTMLElement | null} el */
function show(el) {
  if (el !== holds) changes.disconnect();
  holds = el;
  const menu = el?.closest("#menu") ?? document.getElementById("menu-body");
  const place = /** @type {HTMLElement | null} */ (menu?.querySelector("#menu-hint") ?? null);
  if (place) place.textContent = (el?.closest("#menu") && sentenceOf(el)) || place.dataset.rest;
  box.hidden = !el || !!el.closest("#menu");
  if (!el || box.hidden) return;
  changes.observe(el, told);
  const sentence = document.createElement("span");
  sentence.textContent = sentenceOf(el);
  box.replaceChildren(sentence);
  if (el.dataset.line) {
    const line = document.createElement("code");
    line.textContent = el.dataset.line;
    box.append(line);
  }
  const at = el.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const above = at.top - size.height - gap;
  const left = at.left + (at.width - size.width) / 2;
  box.style.left = `${Math.max(gap, Math.min(left, innerWidth - size.width - gap))}px`;
  box.style.top = `${above > gap ? above : at.bottom + gap}px`;
}

document.addEventListener("pointerover", (e) => {
  if (e.pointerType === "mouse") show(holder(e));
});
document.addEventListener("focusin", (e) => {
  const el = holder(e);
  if (!el || el.closest("#menu") || el.matches(":focus-visible")) show(el);
});
document.addEventListener("focusout", () => show(null));
document.addEventListener("pointerdown", () => show(null), true);
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape") show(null);
});
