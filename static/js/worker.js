// @ts-check
// The simulator's Worker: loads the WebAssembly with real progress and hands commands to it. It
// sends a frame only when the page asked for one, which the page does once per animation frame.
// The messages are described in wasm/bridge/doc.go.

import "../wasm_exec.js";

/** @typedef {{call(json: string): string, tick(dt: number): string}} Bridge */

/** @type {Bridge | null} */
let bridge = null;
let over = false;
/** The answer to the last "share", for a crash after which nothing can be asked. */
let kept = "";

/** Commands after which the run is another one. */
const acts = new Set([
  "command",
  "act",
  "tool",
  "drag",
  "write",
  "redo",
  "lesson-run",
  "lesson-go",
  "restore",
  "load",
]);

const toldEvery = 200000;

addEventListener("message", (event) => {
  const m = event.data;
  if (m.do === "boot") boot(m.wasm).catch(fail);
  else if (m.do === "tick") guarded(null, (b) => postMessage({ frame: b.tick(m.dt) }));
  else if (m.do === "run") guarded(m.id, (b) => runAll(b, m.id));
  else guarded(m.id, (b) => answer(b, m));
});

/** @param {Bridge} b @param {any} m */
function answer(b, m) {
  postMessage({ re: m.id, answer: b.call(JSON.stringify(m)) });
  if (acts.has(m.do)) kept = b.call('{"do":"share"}');
}

/** @param {string} url */
async function boot(url) {
  if (typeof WebAssembly !== "object") throw reason("nowasm", "no WebAssembly");
  const go = new /** @type {any} */ (globalThis).Go();
  const response = await fetch(url).catch((e) => {
    throw reason("network", e);
  });
  if (!response.ok) throw reason("http", `${response.status} ${url}`);
  const instance = await compile(counted(response), go.importObject);
  postMessage({ progress: "boot" });
  const ready = new Promise((resolve) => {
    /** @type {any} */ (globalThis).zabscopeReady = resolve;
  });
  const ended = go.run(instance).then(() => die("exit"), die);
  bridge = /** @type {Bridge | null} */ (await Promise.race([ready, ended])) ?? null;
  if (bridge) postMessage({ ready: true });
  else throw reason("boot", "the simulator ended");
}

/**
 * Compiles while the bytes come in, where the browser can.
 * @param {Response} response
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 */
async function compile(response, imports) {
  try {
    if (WebAssembly.instantiateStreaming)
      return (await WebAssembly.instantiateStreaming(response, imports)).instance;
    return (await WebAssembly.instantiate(await response.arrayBuffer(), imports)).instance;
  } catch (error) {
    const e = /** @type {Error} */ (error);
    if (/unsafe-eval|Content.?Security/i.test(e.message)) throw reason("csp", e);
    if (e instanceof RangeError) throw reason("memory", e);
    throw reason(e instanceof WebAssembly.CompileError ? "compile" : "network", e);
  }
}

/** The same response, whose bytes are counted on their way. @param {Response} response */
function counted(response) {
  const total = Number(response.headers.get("X-Uncompressed-Size")) || 0;
  const body = response.body?.pipeThrough(counter(total));
  return new Response(body, { headers: { "Content-Type": "application/wasm" } });
}

/** @param {number} total */
function counter(total) {
  let done = 0;
  let told = 0;
  return new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      if (done - told > toldEvery || done === total) {
        told = done;
        postMessage({ progress: "download", done, total });
      }
      controller.enqueue(chunk);
    },
    flush() {
      postMessage({ progress: "compile" });
    },
  });
}

/** @param {string} code @param {unknown} cause */
const reason = (code, cause) =>
  Object.assign(new Error(String(/** @type {any} */ (cause)?.message ?? cause)), { code });

/** @param {any} error */
function fail(error) {
  postMessage({ failed: error.message ?? String(error), code: error.code ?? "boot" });
}

/** The simulator ended, which it never does by itself. @param {unknown} cause */
function die(cause) {
  const started = bridge !== null;
  bridge = null;
  if (over || !started) return;
  over = true;
  const share = kept ? JSON.parse(kept).result : undefined;
  postMessage({
    panic: JSON.stringify({ error: String(/** @type {any} */ (cause)?.message ?? cause), share }),
  });
}

const turns = new MessageChannel(); // a turn of the event loop, without the delay of timers
/** @type {(() => void) | null} */
let nextTurn = null;
turns.port1.onmessage = () => nextTurn?.();

/**
 * Runs the rest of the scenario in slices, so that the page stays alive.
 * @param {Bridge} b
 * @param {number} id
 */
function runAll(b, id) {
  const text = b.call('{"do":"run-slice"}');
  if (JSON.parse(text).result?.more) {
    nextTurn = () => guarded(id, (again) => runAll(again, id));
    turns.port2.postMessage(null);
    return;
  }
  postMessage({ re: id, answer: text });
  kept = b.call('{"do":"share"}');
}

/**
 * Runs what may meet a crash of the simulator.
 * @param {number | null} id
 * @param {(b: Bridge) => void} work
 */
function guarded(id, work) {
  if (!bridge) {
    if (id !== null)
      postMessage({
        re: id,
        answer: JSON.stringify({ error: over ? "the simulator broke" : "not ready" }),
      });
    return;
  }
  try {
    work(bridge);
  } catch (error) {
    die(error);
  }
}
