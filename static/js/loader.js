// @ts-check
// What the page opens: free play, a scenario or a shared run. Fetches the texts, asks before a
// stranger's run is replayed, and keeps the address and the lesson's text in step.

import { pack, unpack } from "./link.js";
import { askToOpen } from "./dialogs.js";
import { showToast } from "./toast.js";
import { isStill } from "./settings.js";
import { parsePage } from "./trust.js";
import { say } from "./words.js";
import { kept, startOver } from "./keeper.js";

/** @typedef {import("./dialogs.js").Run} Run */
/** @typedef {(verb: string, args?: object) => Promise<any>} Call */

const body = document.body;

/** Where the page notes a link that it made for itself. */
const ownLinkKey = "zabscope.ownlink";

/** How long before a crash a run is taken up again, in simulated ms. */
const instantMs = 1;

/** Addresses in the page may be relative to the one it came from; loading a lesson changes that. */
function pinAddresses() {
  for (const name of ["base", "scenarios", "worker", "wasm"]) {
    body.dataset[name] = new URL(body.dataset[name] ?? "", location.href).href;
  }
  const icons = document.querySelectorAll("link[rel=icon]");
  for (const link of [...document.links, ...icons]) {
    const href = link.getAttribute("href") ?? "";
    if (!href.startsWith("#")) link.setAttribute("href", new URL(href, location.href).href);
  }
}
pinAddresses();

export class Loader {
  /** @type {Call} */ #call;

  /** @param {Call} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * Opens what the address asks for.
   * @param {() => void} loaded called when there is something to see
   */
  async open(loaded) {
    const query = new URLSearchParams(body.dataset.query ?? location.search);
    let link = null;
    try {
      link = await unpack(location.hash);
    } catch (error) {
      showToast({ kind: "error", text: /** @type {Error} */ (error).message });
    }
    const options = setting(query);
    await this.#scenario(lesson(), link ? { ...options, play: false } : options);
    loaded();
    if (await this.#kept()) return;
    if (link && !(await this.#link(link)) && options.play) await this.#call("play", { on: true });
    await this.#place(query).catch((error) => showToast({ kind: "error", text: error.message }));
  }

  /** Goes to the step or the moment that the address names. @param {URLSearchParams} query */
  async #place(query) {
    if (query.get("step")) await this.#call("lesson-go", { step: query.get("step") });
    if (query.get("t")) await this.#call("seek", { ms: Number(query.get("t")) });
  }

  /**
   * Loads a scenario by its name or address, or a link.
   * @param {string} what
   */
  async load(what) {
    const hash = what.includes("#") ? what.slice(what.indexOf("#")) : "";
    const run = /** @type {Run | null} */ (hash ? await unpack(hash) : null);
    const name = run ? (run.scenario ?? "") : nameOf(what);
    if (!run || name !== lesson()) await this.#change(name);
    if (run) await this.#call("restore", { link: run });
  }

  /**
   * Starts what is loaded again with another seed.
   * @param {number} seed
   */
  reseed(seed) {
    return this.#scenario(lesson(), { ...setting(new URLSearchParams()), seed });
  }

  /**
   * Loads again after a crash and goes to just before it.
   * @param {Run | undefined} run
   * @param {() => void} loaded
   */
  async again(run, loaded) {
    await this.#scenario(lesson(), paused());
    if (run) await this.#call("restore", { link: before(run) });
    loaded();
  }

  /**
   * Goes to the same run on another page of ours, in another language.
   * @param {string} address
   */
  async move(address) {
    const link = new URL(await linkOf(await this.#call("share")));
    noteOwn(link.hash);
    location.assign(address + link.hash);
  }

  /** Goes on with the run that this tab had before a reload; false if there is none. */
  async #kept() {
    const found = kept();
    if (!found) return false;
    try {
      if (found === "bad" || (found.run.scenario ?? "") !== lesson()) throw new Error();
      await this.#call("restore", { link: found.run });
      await this.#call("recall", { memo: found.memo });
    } catch {
      showToast({ kind: "note", key: "kept.bad" });
      return false;
    }
    showToast({ kind: "note", key: "kept", undo: true, button: "kept.over" }, startOver);
    return true;
  }

  /**
   * Asks, then replays a run from a file.
   * @param {object} run
   */
  openFile(run) {
    return this.#link(run, false);
  }

  /**
   * Asks, then replays a shared run. What this page itself has just made needs no question.
   * Returns whether it is there now.
   * @param {object} link
   * @param {boolean} [own]
   */
  async #link(link, own = isOwn(location.hash)) {
    try {
      return await this.#askAndReplay(link, own);
    } catch (error) {
      showToast({ kind: "error", text: /** @type {Error} */ (error).message });
      return false;
    }
  }

  /** @param {object} link @param {boolean} own */
  async #askAndReplay(link, own) {
    const note = await this.#call("describe-link", { link });
    const agreed = "agreed" in body.dataset || own;
    if (!agreed && note.lines.length && !(await askToOpen(note.lines))) return false;
    if (note.scenario !== lesson()) await this.#change(note.scenario);
    await this.#call("restore", { link });
    return true;
  }

  /**
   * Loads another scenario, its text and its address.
   * @param {string} name
   */
  async #change(name) {
    await showLesson(name);
    await this.#scenario(name, paused());
  }

  /** @param {string} name @param {object} options */
  async #scenario(name, options) {
    const scenario = name ? await fetchText("en", name) : "";
    const told = name && short() !== "en" ? await fetchText(short(), name).catch(() => "") : "";
    await this.#call("load", { name, scenario, told, ...options });
  }
}

/** Notes a link that this page made for itself. @param {string} hash */
function noteOwn(hash) {
  try {
    sessionStorage.setItem(ownLinkKey, hash);
  } catch {
    // Then the other page will ask.
  }
}

/** @param {string} hash */
function isOwn(hash) {
  try {
    return sessionStorage.getItem(ownLinkKey) === hash;
  } catch {
    return false;
  }
}

/**
 * The address that replays a run.
 * @param {object} run
 */
export async function linkOf(run) {
  return new URL(await pack(run), location.href.split("#")[0]).href;
}

const lesson = () => body.dataset.lesson ?? "";
const short = () => (body.dataset.lang ?? "en").slice(0, 2);
const paused = () => ({ ...setting(new URLSearchParams()), play: false });

/** @param {URLSearchParams} query */
function setting(query) {
  const number = (/** @type {string} */ name, /** @type {string | undefined} */ fallback) =>
    Number(query.get(name) ?? fallback ?? 0) || 0;
  return {
    lang: body.dataset.lang,
    voters: number("nodes", body.dataset.voters),
    observers: number("observers", body.dataset.observers),
    seed: number("seed", body.dataset.seed),
    speed: number("speed", body.dataset.speed),
    play: !isStill() && !lesson() && query.get("autoplay") !== "0",
  };
}

/**
 * Fetches something of a scenario; the error is a sentence for people.
 * @param {string} address
 * @param {string} name
 */
async function get(address, name) {
  const response = await fetch(address).catch(() => {
    throw new Error(say("load.offline", { name }));
  });
  if (!response.ok) throw new Error(say("load.unknown", { name, n: response.status }));
  return response;
}

/** @param {string} lang @param {string} name */
async function fetchText(lang, name) {
  const address = `${body.dataset.scenarios}${lang}/${encodeURIComponent(name)}.md`;
  return (await get(address, name)).text();
}

/**
 * Takes a lesson's text from its own page.
 * @param {string} name
 */
async function showLesson(name) {
  const address = addressOf(name);
  const response = await get(address, name);
  const page = parsePage(await response.text());
  for (const id of ["lesson", "scenario-title"]) {
    const next = page.getElementById(id);
    for (const link of next?.querySelectorAll("a[href]") ?? [])
      link.setAttribute("href", new URL(link.getAttribute("href") ?? "", response.url).href);
    if (next) document.getElementById(id)?.replaceWith(next);
  }
  body.dataset.lesson = name;
  history.replaceState(null, "", address);
}

/** The page of a scenario, or of free play: an embed's is an embed. @param {string} name */
function addressOf(name) {
  const file = encodeURIComponent(name);
  const path = body.dataset.embed ? `embed/${file || "play"}` : `play${file && `/${file}`}`;
  return `${body.dataset.base}${short()}/${path}`;
}

/**
 * The same run a moment earlier: without its last command when that was given just then.
 * @param {Run} run
 * @returns {Run}
 */
function before(run) {
  const t = Math.max(0, run.t - instantMs);
  const journal = (run.journal ?? []).filter((entry) => entry.at / 1e6 <= t);
  return { ...run, t, journal };
}

/**
 * The scenario's name in its address, or the name itself.
 * @param {string} what
 */
function nameOf(what) {
  const name = /\/(?:play|embed)\/([\w-]+)/.exec(what)?.[1] ?? (what.includes("/") ? "" : what);
  return name === "play" ? "" : name;
}
