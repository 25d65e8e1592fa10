// @ts-check
// Boots the page and wires its parts: what a press, a key or a menu item does.

import { Stage } from "./stage.js";
import { Transport, speedDefault, nextSpeed } from "./time.js";
import { unitOf } from "./steps.js";
import { listenToAuto } from "./auto.js";
import { closePops, listenToPops } from "./pops.js";
import { Player } from "./player.js";
import { linkOf } from "./loader.js";
import { Api } from "./api.js";
import { Console } from "./console.js";
import { Builder } from "./builder.js";
import { Hand } from "./hand.js";
import { listenToKeys } from "./keys.js";
import { closeMenu } from "./menu.js";
import { act, isDeed, listenToDeeds, showMenu } from "./deeds.js";
import "./hint.js";
import { showTab, fold, resize, restoreDocks, watchSight, tellSight } from "./docks.js";
import { isStill, nextChoice, onSetting, resetSettings, setting } from "./settings.js";
import { toggleMore } from "./header.js";
import { showToast } from "./toast.js";
import {
  openDialog,
  closeDialog,
  copy,
  answerLink,
  showCrash,
  crashDetails,
} from "./dialogs.js";
import { isWorking } from "./work.js";
import { copyShare, listenToFiles, openShare, saveRun } from "./share.js";
import { say } from "./words.js";
import { DataPanel } from "./data.js";
import { Leases } from "./leases.js";
import { Lesson } from "./lesson.js";
import { EventLog } from "./events.js";
import { Inspector, copyValue } from "./inspector.js";
import { Spacetime } from "./spacetime.js";
import { Live } from "./live.js";

const stage = new Stage();
const transport = new Transport();
export const player = new Player(stage, transport);
const terminal = new Console(runLine, (line) => player.call("complete", { line }));
const builder = new Builder(
  (line) => runLine(terminal.address(line)),
  (line) => player.call("complete", { line }),
);
const api = new Api(player);
Object.defineProperty(window, "zabscope", { value: api, enumerable: true });

const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/** What the controls do, by data-action. @type {Record<string, (el: HTMLElement) => void>} */
const actions = {
  play: () => player.toggle(),
  step: (el) => player.step(1, unitOf(el)),
  back: (el) => player.step(-1, unitOf(el)),
  slower: () => nudgeSpeed(-1),
  faster: () => nudgeSpeed(1),
  "speed-to": (el) => {
    player.speed(Number(el.dataset.value));
    closePops();
  },
  unbreak: (el) => player.do(`:unbreak ${el.dataset.value}`),
  branch: (el) => player.call("branch", { n: Number(el.dataset.value) }).catch(complain),
  "seek-start": () => player.seek(0),
  "seek-end": () =>
    player.frame?.live ? player.call("latest") : player.seek(player.frame?.end ?? 0),
  latest: () => player.call("latest"),
  seek: (el) =>
    player.seek(Number(/** @type {HTMLElement} */ (el.closest("[data-ms]")).dataset.ms)),
  "go-on": () => player.play(true),
  "stop-work": () => player.call("cancel"),
  hurry: () => player.call("hurry"),
  theme: nextTheme,
  settings: () => openDialog("settings"),
  "reset-settings": resetSettings,
  more: () => toggleMore(),
  help: () => openDialog("help"),
  share: shareRun,
  "copy-share": (el) => copyShare(el.dataset.what ?? ""),
  "save-run": saveRun,
  "open-link": () => answerLink(true),
  "refuse-link": () => answerLink(false),
  "close-dialog": (el) => el.closest("dialog")?.close(),
  "crash-copy": () => copy(crashDetails()),
  "crash-restart": revive,
  tab: (el) => showTab(el.dataset.tab ?? ""),
  fold: (el) => fold(el.dataset.dock ?? ""),
  smaller: (el) => resize(el.dataset.dock ?? "", -1),
  bigger: (el) => resize(el.dataset.dock ?? "", 1),
  list: toggleList,
  select: (el) => pick(el.dataset.target ?? "", el.dataset.add !== undefined),
  deselect: () => pick(""),
  "votes-of": (el) => player.call("votes-of", { server: Number(el.dataset.value) }),
  copy: (el) => copyValue(el),
  why: (el) => player.call("why", { n: Number(el.dataset.value) }),
  "events-latest": () => log.latest(),
  "events-export": () => log.save().catch(complain),
  "sessions-page": (el) => player.call("sessions-page", { n: Number(el.dataset.value) }),
  "duel-of": (el) => player.call("duel-of", { on: el.dataset.value === "true" }),
  "run-line": (el) => runLine(el.dataset.line ?? ""),
  console: openConsole,
  "console-of": (el) => player.call("console-of", { client: el.dataset.letter }),
  "console-form": (el) => el.setAttribute("aria-expanded", String(builder.toggle())),
  "console-copy": copyScript,
  write: () => player.call("write", { client: terminal.address("").slice(0, 1) }).catch(complain),
  undo: () => player.do(":undo"),
  redo: () => player.call("redo").catch(complain),
  language: (el) => {
    const address = /** @type {HTMLAnchorElement} */ (el).href;
    player.loader.move(address).catch(() => location.assign(address));
  },
};

const lesson = new Lesson(player, complain);
Object.assign(actions, lesson.actions);

/** There is none in an embed. */
const live = document.getElementById("live-badge") && new Live(player);
if (live) {
  Object.assign(actions, live.actions);
  player.add(live);
  if (live.wanted) player.opener = live;
}

/** There is none in an embed. */
const space =
  document.getElementById("spacetime") &&
  new Spacetime({
    call: (verb, args) => player.call(verb, args),
    seek: (ms) => player.seek(ms).catch(complain),
    light(flight) {
      stage.particles.lit = flight;
      player.wake();
    },
  });
if (space) {
  Object.assign(actions, space.actions);
  player.add(space);
}

document.addEventListener("click", (e) => {
  const el = /** @type {HTMLElement | null} */ (
    /** @type {Element} */ (e.target).closest("[data-action]")
  );
  if (!el || el.closest("#stage-svg") || isDeed(el)) return;
  const name = el.dataset.action ?? "";
  if (hand.press(el)) return;
  if (actions[name]) actions[name](el);
  if (el.tagName === "A" && (name === "list" || name === "language")) e.preventDefault();
});
listenToDeeds({
  call: (verb, args) => player.call(verb, args),
  complain,
  console(client) {
    player.call("console-of", { client });
    openConsole();
  },
});

document.addEventListener("change", (e) => {
  const el = /** @type {HTMLInputElement} */ (e.target);
  if (el.dataset.change === "events-filter") log.filter();
});

/** What keys do beyond the buttons. @type {Record<string, (detail?: string) => void>} */
const keyActions = {
  play: () => player.toggle(),
  step: (unit) => player.step(1, unit ?? "event"),
  back: (unit) => player.step(-1, unit ?? "event"),
  escape: () => {
    if (closeMenu()) return;
    if (isWorking()) return void player.call("cancel");
    if (hand.escape()) return;
    if (player.page.selected) pick("");
    else /** @type {HTMLElement} */ (document.activeElement)?.blur?.();
  },
  select: (target) => {
    pick(target ?? "");
    stage.focus(target ?? "");
  },
  add: (target) => {
    pick(target ?? "", true);
    stage.focus(target ?? "");
  },
  theme: nextTheme,
  level: () => nextChoice("level", ["simple", "standard", "full"]),
  list: toggleList,
  help: () => openDialog("help"),
  console: openConsole,
  "side-more": () => resize("side", 1),
  "side-less": () => resize("side", -1),
  "bottom-more": () => resize("bottom", 1),
  "bottom-less": () => resize("bottom", -1),
  slower: () => nudgeSpeed(-1),
  faster: () => nudgeSpeed(1),
  "speed-default": () => player.speed(speedDefault),
  undo: () => actions.undo(document.body),
  redo: () => actions.redo(document.body),
  heal: () => player.do(":heal"),
  write: () => actions.write(document.body),
  menu: menuByKey,
};
listenToKeys((name, detail) => {
  if (keyActions[name]) keyActions[name](detail);
  else act(name, keyed());
});

/** What keys are for: the selection, else the glyph with the focus, else the whole cluster. */
const keyed = () => player.page.selected || stage.focused() || "stage";

function menuByKey() {
  const box = (document.getElementById(keyed()) ?? stage.picture).getBoundingClientRect();
  showMenu(keyed(), box.left + box.width / 2, box.top + box.height / 2);
}

/** @param {string} target @param {boolean} [add] */
function pick(target, add = false) {
  player.call("select", { target, add });
  const shows = target && !target.startsWith("stage") && innerWidth >= 700;
  if (shows && !lesson.asks) showTab("inspector");
}

const hand = new Hand(stage, player, {
  pick(target, add) {
    if (add || !lesson.answer(target)) pick(target, add);
  },
  menu(target, x, y, byKey) {
    if (!byKey || !lesson.answer(target)) showMenu(target, x, y);
  },
  complain,
});
player.add(new Leases());
const log = new EventLog((verb, args) => player.call(verb, args));
player.add(log);
player.add(new Inspector());
player.listen({
  page: (page) => terminal.setClient(page.client),
  tell: (type, detail) => api.tell(type, detail),
  crash,
});

/** A line of the console: its answer appears there. @param {string} line */
function runLine(line) {
  showTab("console");
  player.command(line, true).catch(complain);
}

function openConsole() {
  showTab("console");
  terminal.focus();
}

async function copyScript() {
  const { text, lines } = await player.call("script");
  await copy(text);
  showToast({ kind: "note", text: say("copied.script", { n: lines }) });
}

/** @param {Error} error */
function complain(error) {
  showToast({ kind: "error", text: error.message });
  api.tell("error", { message: error.message });
}

/** @type {import("./dialogs.js").Crash | null} */
let fallen = null;

/** @param {import("./dialogs.js").Crash} panic */
async function crash(panic) {
  if (fallen) return;
  fallen = panic;
  player.stop();
  api.tell("error", panic);
  const link = panic.share ? await linkOf(panic.share).catch(() => "") : "";
  showCrash(panic, document.body.dataset.build ?? "", link);
}

function revive() {
  closeDialog("crash");
  const run = fallen?.share;
  fallen = null;
  player.revive(run).catch(complain);
}

function toggleList() {
  const list = /** @type {HTMLElement} */ (document.getElementById("stage-list"));
  list.hidden = !list.hidden;
  document
    .querySelector(".tool[data-action=list]")
    ?.setAttribute("aria-pressed", String(!list.hidden));
  tellSight();
  if (!list.hidden) /** @type {HTMLElement} */ (list.querySelector("button"))?.focus();
}

/** @param {number} direction */
function nudgeSpeed(direction) {
  player.speed(nextSpeed(player.frame?.speed ?? speedDefault, direction));
}

document.getElementById("break-form")?.addEventListener("submit", (e) => {
  e.preventDefault();
  const when = /** @type {HTMLInputElement} */ (document.getElementById("break-when"));
  const text = when.value.trim() || when.placeholder;
  player.do(/^at\s/.test(text) ? `:break ${text}` : `:break when ${text}`);
  when.value = "";
});

document.getElementById("fork-form")?.addEventListener("submit", (e) => {
  e.preventDefault();
  const name = /** @type {HTMLInputElement} */ (document.getElementById("fork-name"));
  player.do(`:fork ${name.value.trim().replaceAll(/\s+/g, "-")}`.trim());
  name.value = "";
});

async function shareRun() {
  try {
    await openShare(await player.call("share"));
  } catch (error) {
    complain(/** @type {Error} */ (error));
  }
}

listenToFiles(
  (run) => player.loader.openFile(run),
  (file) => live?.record(file),
  complain,
);

function nextTheme() {
  nextChoice("theme");
  showToast({ kind: "note", text: say("theme", { name: say(`theme.${setting("theme")}`) }) });
}

function repaint() {
  stage.particles.readColours();
  transport.repaint();
  player.wake();
}

function followMotion() {
  stage.particles.reduced = isStill();
  if (isStill() && player.frame?.playing) player.play(false);
  player.wake();
}

/** The Worker draws and narrates by these two. */
function tellSettings() {
  for (const name of ["level", "voice"]) player.call(name, { name: setting(name) });
  stage.particles.full = setting("level") === "full";
}

onSetting((name) => {
  if (name === "theme") repaint();
  else if (name === "motion") followMotion();
  else if (name !== "keys") tellSettings();
});
darkScheme.addEventListener("change", repaint);
document.addEventListener("visibilitychange", () => player.wake());
stage.particles.reduced = isStill();
if (document.getElementById("pane-data")) {
  new DataPanel((verb, args) => player.call(verb, args));
}
if (!document.body.dataset.embed) restoreDocks();
player.onBoot = () => {
  const call = player.call.bind(player);
  stage.watchShape();
  listenToAuto((text) => call("auto", { text }).catch(complain));
  listenToPops((show, hide) => call("sight", { show, hide }));
  watchSight((show, hide) => call("sight", { show, hide }));
  space?.begin();
  tellSettings();
};
player.start();
