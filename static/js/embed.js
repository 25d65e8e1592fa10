// @ts-check
// The playground in a frame of another page: reads the parameters, shows the poster, and loads the
// simulator when somebody wants it.

import { readParams } from "./embed-params.js";

const root = document.documentElement;
const body = document.body;
const poster = /** @type {HTMLElement} */ (document.getElementById("embed-poster"));
const starts = document.querySelectorAll("#embed-start, .transport-play");
const notes = /** @type {HTMLElement} */ (document.getElementById("embed-notes"));
const note = /** @type {HTMLTemplateElement} */ (document.getElementById("embed-note"));

/** How much of the frame must be in sight before it loads by itself. */
const sightShare = 0.5;

/** What goes on to the whole page, which has the same names for it. */
const forThePage = ["seed", "speed", "step", "t", "nodes", "observers"];

const lang = (body.dataset.lang ?? "en").slice(0, 2);
const steps = [...document.querySelectorAll(".lesson-step")].map((s) => s.id.slice("step-".length));
const { values, notes: told } = readParams(new URLSearchParams(location.search), lang, steps);

if (values.lang === lang) show();
else speak(values.lang);

/** Goes to the same embed in another language. @param {string} other */
function speak(other) {
  const link = /** @type {HTMLLinkElement | null} */ (
    document.querySelector(`link[rel=alternate][hreflang^=${other}]`)
  );
  if (link) location.replace(link.href + location.search + location.hash);
  else show();
}

function show() {
  root.dataset.theme = values.theme;
  root.dataset.ui = values.ui;
  for (const text of told) addNote(text);
  pointOut();
  addEventListener("pointerdown", wakeKeys, { once: true });
  addEventListener("click", wakeKeys, { once: true });
  for (const button of starts)
    button.addEventListener("click", () => load(true), { once: true });
  if ("pressed" in root.dataset) load(true); // before this module was here
  else if (values.ctl === "0") loadInSight();
}

/** Says what could not be used. @param {string} text */
function addNote(text) {
  const box = /** @type {HTMLElement} */ (note.content.cloneNode(true)).firstElementChild;
  if (!box) return;
  /** @type {Element} */ (box.querySelector(".embed-note-text")).textContent = text;
  box.querySelector("button")?.addEventListener("click", () => box.remove());
  notes.append(box);
}

/** The links to the whole page open the same run. */
function pointOut() {
  const query = new URLSearchParams(
    forThePage.filter((name) => name in values).map((name) => [name, values[name]]),
  );
  for (const el of document.querySelectorAll(".embed-open")) {
    const link = /** @type {HTMLAnchorElement} */ (el);
    link.search = query.toString();
    link.hash = location.hash;
  }
}

/** Keys of the page that holds the frame are not ours: they work after a click in it. */
function wakeKeys() {
  delete body.dataset.keys;
}

function loadInSight() {
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some((s) => s.isIntersecting)) return;
      watch.disconnect();
      load(false);
    },
    { threshold: sightShare },
  );
  watch.observe(poster);
}

/**
 * Loads the simulator. Whoever pressed start wants it to play, and has agreed to replay what the
 * address carries.
 * @param {boolean} pressed
 */
async function load(pressed) {
  if (root.dataset.embed !== "poster") return;
  root.dataset.embed = "on";
  const play = pressed || values.autoplay === "1";
  const query = forThePage.filter((name) => name in values).map((name) => [name, values[name]]);
  body.dataset.query = new URLSearchParams([...query, ["autoplay", play ? "1" : "0"]]).toString();
  if (pressed) body.dataset.agreed = "";
  try {
    const { player } = await import("./main.js");
    const { Tour } = await import("./tour.js");
    player.tour = new Tour(player);
    await player.ready;
    document.getElementById("stage")?.focus({ preventScroll: true });
    if (play) player.tour.begin(values.autoplay === "1");
  } catch {
    if (!document.getElementById("load")?.dataset.failed) root.dataset.embed = "broken";
  }
}
