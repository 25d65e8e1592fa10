// @ts-check
// What the clock does about each kind of event: ignore, slow down or pause. Kept in the browser.

const key = "zabscope.auto";

/** @returns {Record<string, string>} */
function stored() {
  try {
    const all = JSON.parse(localStorage.getItem(key) || "{}");
    return typeof all === "object" && all ? all : {};
  } catch {
    return {};
  }
}

let choices = stored();

/** @type {(text: string) => void} */
let tell = () => {};

/** Tells the choices now, and whenever they change. @param {(text: string) => void} listener */
export function listenToAuto(listener) {
  tell = listener;
  for (const input of inputs())
    input.checked = input.value === (choices[input.dataset.auto ?? ""] ?? "slow");
  if (Object.keys(choices).length) tell(words());
}

const inputs = () =>
  /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-auto]"));

const words = () =>
  Object.entries(choices)
    .map(([kind, what]) => `${kind}=${what}`)
    .join(" ");

document.addEventListener("change", (e) => {
  const input = /** @type {HTMLInputElement} */ (e.target);
  if (!input.dataset?.auto) return;
  choices = { ...choices, [input.dataset.auto]: input.value };
  try {
    localStorage.setItem(key, JSON.stringify(choices));
  } catch {
    // They hold for this visit then.
  }
  tell(words());
});
