// @ts-check
// The share dialog: a link, the code of a frame, and files for runs of any length. Everything is
// inside the address or the file; nothing is sent anywhere.

import { pack } from "./link.js";
import { say } from "./words.js";
import { closeDialog, copied, copy, openDialog } from "./dialogs.js";
import { isFlight } from "./live.js";
import { saveFile } from "./save.js";

/** @typedef {import("./dialogs.js").Run & {nodes?: number, observers?: number}} Run */

const body = document.body;
const dialog = /** @type {HTMLElement} */ (document.getElementById("dialog-share"));

/** @param {string} id */
const byId = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

/** A file may be as long as the longest run that can be replayed. */
const fileMax = 16 << 20;

/** The height of a frame by its shape, in CSS pixels. @type {Record<string, number>} */
const heights = { full: 560, min: 400, stage: 360 };

/** @type {Run | null} */
let run = null;

/**
 * Opens the dialog for a run.
 * @param {Run} shared
 */
export async function openShare(shared) {
  run = shared;
  for (const what of ["link", "code"]) byId(`share-${what}-done`).textContent = "";
  byId("share-saved").textContent = "";
  openDialog("share");
  await refresh();
  byId("share-link").select();
}

/** Copies the link or the code, and says so. @param {string} what "link" or "code" */
export async function copyShare(what) {
  const field = byId(`share-${what}`);
  field.select();
  byId(`share-${what}-done`).textContent = copied(await copy(field.value));
}

/** Saves the run as a file: what is too long for a link, too. */
export function saveRun() {
  if (!run) return;
  const name = `zabscope-${run.scenario || "play"}-${run.seed}.json`;
  saveFile(name, "application/json", [JSON.stringify(run)]);
  byId("share-saved").textContent = say("share.saved", { name });
}

/**
 * Opens the runs that are chosen in the dialog or dropped on the page.
 * @param {(run: object) => void} open
 * @param {(file: File) => void} record  opens a trace
 * @param {(error: Error) => void} complain
 */
export function listenToFiles(open, record, complain) {
  const read = async (/** @type {File | null | undefined} */ file) => {
    if (!file || body.dataset.embed) return; // a frame has no business with files
    closeDialog("share");
    if (/\.(ndjson|jsonl|trace|log)$/.test(file.name) || (await isFlight(file))) {
      record(file);
      return;
    }
    try {
      if (file.size > fileMax) throw new Error();
      open(runOf(JSON.parse(await file.text())));
    } catch {
      complain(new Error(say("share.badfile", { name: file.name })));
    }
  };
  const chooser = byId("share-file");
  chooser.addEventListener("change", () => {
    read(chooser.files?.[0]);
    chooser.value = "";
  });
  document.addEventListener("dragover", (e) => {
    if (e.dataTransfer?.types.includes("Files")) e.preventDefault();
  });
  document.addEventListener("drop", (e) => {
    if (!e.dataTransfer?.types.includes("Files")) return;
    e.preventDefault();
    read(e.dataTransfer.files[0]);
  });
}

/**
 * The run in a file: the file itself, or what the first broken seed of a report became.
 * @param {{failures?: {run?: object}[]}} file
 * @returns {object}
 */
const runOf = (file) => file.failures?.find((f) => f.run)?.run ?? file;

dialog.addEventListener("change", (e) => {
  const changed = /** @type {HTMLElement} */ (e.target).id;
  if (changed === "share-ui") byId("share-height").value = String(heights[byId("share-ui").value]);
  refresh();
});
dialog.addEventListener("input", refresh);

/** Makes the link and the code anew. */
async function refresh() {
  if (!run) return;
  const problem = byId("share-problem");
  try {
    const tail = await tailOf(run);
    const page = address("play", pageLanguage(), tail);
    const frame = address("embed", byId("share-lang").value, tail, options());
    fill("link", page);
    fill("code", code(frame));
    /** @type {HTMLAnchorElement} */ (document.getElementById("share-try")).href = frame;
    problem.hidden = true;
  } catch (error) {
    problem.textContent = `${/** @type {Error} */ (error).message}. ${say("share.shorter")}`;
    problem.hidden = false;
    for (const what of ["link", "code"]) fill(what, "");
  }
}

/** @param {string} what @param {string} text */
function fill(what, text) {
  byId(`share-${what}`).value = text;
  byId(`share-${what}-length`).textContent = text && say("share.length", { n: text.length });
  const button = dialog.querySelector(`[data-what=${what}]`);
  /** @type {HTMLButtonElement} */ (button).disabled = !text;
}

/**
 * What follows the path: the whole run, or only what it starts from.
 * @param {Run} r
 * @returns {Promise<{query: Record<string, string>, hash: string}>}
 */
async function tailOf(r) {
  const from = /** @type {HTMLInputElement} */ (dialog.querySelector("[name=share-from]:checked"));
  if (from.value === "now") return { query: {}, hash: await pack(r) };
  /** @type {Record<string, string>} */
  const query = { seed: String(r.seed) };
  if (!r.scenario && r.nodes) query.nodes = String(r.nodes);
  if (!r.scenario && r.observers) query.observers = String(r.observers);
  return { query, hash: "" };
}

const pageLanguage = () => (body.dataset.lang ?? "en").slice(0, 2);

/** The parameters of the frame that are not the usual ones. @returns {Record<string, string>} */
function options() {
  /** @type {Record<string, string>} */
  const query = {};
  if (byId("share-ui").value !== "full") query.ui = byId("share-ui").value;
  if (byId("share-theme").value !== "auto") query.theme = byId("share-theme").value;
  if (!byId("share-ctl").checked) query.ctl = "0";
  if (byId("share-autoplay").checked) query.autoplay = "1";
  return query;
}

/**
 * @param {"play" | "embed"} kind
 * @param {string} lang
 * @param {{query: Record<string, string>, hash: string}} tail
 * @param {Record<string, string>} [more]
 */
function address(kind, lang, tail, more = {}) {
  const name = run?.scenario ? `/${encodeURIComponent(run.scenario)}` : "";
  const path = kind === "embed" ? `embed${name || "/play"}` : `play${name}`;
  const url = new URL(`${body.dataset.base}${lang}/${path}`, location.href);
  url.search = new URLSearchParams({ ...more, ...tail.query }).toString();
  url.hash = tail.hash;
  return url.href;
}

/** The code of the frame, to be pasted into a page. @param {string} src */
function code(src) {
  const title = `zabscope: ${document.getElementById("scenario-title")?.textContent?.trim() ?? ""}`;
  const wanted = Number(byId("share-height").value) || heights.full;
  const height = Math.round(Math.min(2000, Math.max(200, wanted)));
  return (
    `<iframe src="${escaped(src)}" title="${escaped(title)}" width="100%" height="${height}"` +
    ` loading="lazy" frameborder="0" allow="clipboard-write"></iframe>`
  );
}

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
