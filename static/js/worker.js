// @ts-check
// The simulator's Worker: loads the WebAssembly with real progress and hands commands to it. It
// sends a frame only when the page asked for one, which the page does once per animation frame.
// The messages are described in wasm/bridge/doc.go.

import "../wasm_exec.js";
import { changesRun } from "./acts.js";

/** @typedef {{call(json: string): string, tick(dt: number): string}} Bridge */

/** @type {Bridge | null} */
let bridge = null;
let over = false;
/** The answer to the last "share", for a crash after which nothing can be asked. */
let kept = "";

const toldEvery = 200000;

addEventListener("message", (event) => {
  const m = event.data;
  if (m.do === "boot") boot(m.wasm, m.size).catch(fail);
  else if (m.do === "tick") guarded(null, (b) => postMessage({ frame: b.tick(m.dt) }));
  else if (m.do === "command" && !m.typed && slicing) queue.push(m);
  else {
    const keeps = changesRun(m.do, m);
    guarded(m.id, (b) => answer(b, m.id, JSON.stringify(m), keeps));
  }
});

/** Lines that came while one was letting time pass: they have their turn after it. @type {any[]} */
const queue = [];
/** How many commands are being done in slices. */
let slicing = 0;

/**
 * Answers a command. Work that takes longer than a slice goes on after the messages that have come
 * meanwhile, so that ticks are answered and it can be stopped.
 * @param {Bridge} b
 * @param {number} id
 * @param {string} command
 * @param {boolean} keeps the run is another one afterwards
 */
function answer(b, id, command, keeps) {
  const text = b.call(command);
  const more = /^\{"more":\{"job":(\d+)/.exec(text);
  if (more) {
    slicing++;
    turn(() => {
      slicing--;
      guarded(id, (again) => answer(again, id, `{"do":"slice","job":${more[1]}}`, keeps));
    });
    return;
  }
  postMessage({ re: id, answer: text });
  if (keeps) kept = b.call('{"do":"share"}');
  while (queue.length && !slicing) {
    const m = queue.shift();
    guarded(m.id, (again) => answer(again, m.id, JSON.stringify(m), true));
  }
}

/** @param {string} url @param {number} size  of the WebAssembly, 0 when unknown */
async function boot(url, size) {
  if (typeof WebAssembly !== "object") throw reason("nowasm", "no WebAssembly");
  const go = new /** @type {any} */ (globalThis).Go();
  const response = await fetch(url).catch((e) => {
    throw reason("network", e);
  });
  if (!response.ok) throw reason("http", `${response.status} ${url}`);
  const instance = await compile(counted(response, size), go.importObject);
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

/**
 * The same response, whose bytes are counted on their way. It has the right type whatever the host
 * says; no browser would compile it on the way otherwise.
 * @param {Response} response
 * @param {number} size
 */
function counted(response, size) {
  const total = Number(response.headers.get("X-Uncompressed-Size")) || size || 0;
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
/** @type {(() => void)[]} */
const nextTurns = [];
turns.port1.onmessage = () => nextTurns.shift()?.();

/** Does something after the messages that have come already. @param {() => void} work */
function turn(work) {
  nextTurns.push(work);
  turns.port2.postMessage(null);
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
