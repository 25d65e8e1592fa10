// @ts-check
// Short messages that go by themselves. They never take the focus.

import { say } from "./words.js";

const stayMs = 4500;
const shownMax = 3;

/**
 * @param {import("./simulator.js").Toast} toast
 * @param {() => void} [undo]
 * @param {() => void} [seek]  to what it tells of
 */
export function showToast(toast, undo, seek) {
  const holder = document.getElementById("toasts");
  if (!holder) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.kind = toast.kind;
  const text = document.createElement(toast.kind === "line" ? "code" : "span");
  text.textContent = toast.key ? say(toast.key, toast.values) : (toast.text ?? "");
  box.append(text);
  /** @param {string} word @param {(() => void) | undefined} then */
  const offer = (word, then) => {
    if (!then) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", () => {
      box.remove();
      then();
    });
    box.append(button);
  };
  box.addEventListener("click", () => box.remove());
  if (toast.undo) offer(say(toast.button ?? "undo"), undo);
  if (toast.ms !== undefined) offer(say("verdict.show"), seek);
  holder.append(box);
  while (holder.children.length > shownMax) holder.firstElementChild?.remove();
  setTimeout(() => box.remove(), toast.undo || toast.ms !== undefined ? 2 * stayMs : stayMs);
}
