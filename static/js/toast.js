// @ts-check
// Short messages that go by themselves. They never take the focus.

import { say } from "./words.js";

const stayMs = 4500;
const shownMax = 3;

/**
 * @param {import("./simulator.js").Toast} toast
 * @param {() => void} [undo]
 */
export function showToast(toast, undo) {
  const holder = document.getElementById("toasts");
  if (!holder) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.kind = toast.kind;
  const text = document.createElement(toast.kind === "line" ? "code" : "span");
  text.textContent = toast.key ? say(toast.key, toast.values) : (toast.text ?? "");
  box.append(text);
  if (toast.undo && undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say("undo");
    button.addEventListener("click", () => {
      box.remove();
      undo();
    });
    box.append(button);
  }
  holder.append(box);
  while (holder.children.length > shownMax) holder.firstElementChild?.remove();
  setTimeout(() => box.remove(), toast.undo ? 2 * stayMs : stayMs);
}
