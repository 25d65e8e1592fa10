// @ts-check
// The front page: what was learned before, the theme, and the lesson that runs on request. Nothing
// of the simulator is loaded until then.

import { tickLinks } from "./progress.js";
import { say } from "./words.js";
import { nextChoice } from "./settings.js";

/** The simulator's page takes the place of its still picture. */
function start() {
  const box = document.getElementById("home-live");
  if (!box?.dataset.live) return;
  const frame = document.createElement("iframe");
  frame.src = box.dataset.live;
  frame.title = box.dataset.title ?? "";
  frame.className = "home-frame";
  box.replaceChildren(frame);
  frame.focus();
}

/** Who has begun goes on where there is something left. */
function goOn() {
  const links = /** @type {HTMLAnchorElement[]} */ ([
    ...document.querySelectorAll(".home-lesson[data-lesson-link]"),
  ]);
  const next = links.find((link) => link.dataset.progress !== "done");
  const door = /** @type {HTMLAnchorElement | null} */ (document.getElementById("home-learn"));
  if (!door || !next || !links.some((link) => link.dataset.progress)) return;
  door.href = next.href;
  door.textContent = say("home.continue", { title: next.dataset.title ?? "" });
}

document.addEventListener("click", (e) => {
  const el = /** @type {Element} */ (e.target).closest("[data-action]");
  const action = /** @type {HTMLElement | null} */ (el)?.dataset.action;
  if (action === "live") start();
  if (action === "theme") nextChoice("theme");
});

tickLinks();
goOn();
addEventListener("pageshow", () => {
  tickLinks();
  goOn();
});
