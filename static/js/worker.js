// @ts-check
// The simulator's Worker: loads the WebAssembly with real progress and hands commands to it. It
// sends a frame only when the page asked for one, which the page does once per animation frame.

import "../wasm_exec.js";

/** @type {{call(json: string): string, tick(dt: number): string} | null} */
let bridge = null;

addEventListener("message", (event) => {
  const m = event.data;
  if (m.do === "boot") {
    boot(m.wasm).catch((error) => postMessage({ failed: String(error?.message ?? error) }));
  } else if (m.do === "tick") {
    guarded(null, () => postMessage({ frame: bridge?.tick(m.dt) }));
  } else if (m.do === "run") {
    guarded(m.id, () => runAll(m.id));
  } else {
    guarded(m.id, () => postMessage({ re: m.id, answer: bridge?.call(JSON.stringify(m)) }));
  }
});

/** @param {string} url */
async function boot(url) {
  const go = new /** @type {any} */ (globalThis).Go();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  const total = Number(response.headers.get("X-Uncompressed-Size")) || 0;
  const body = response.body?.pipeThrough(counter(total));
  const counted = new Response(body, { headers: { "Content-Type": "application/wasm" } });
  const { instance } = await WebAssembly.instantiateStreaming(counted, go.importObject);
  postMessage({ progress: "boot" });
  const ready = new Promise((resolve) => {
    /** @type {any} */ (globalThis).zabscopeReady = resolve;
  });
  const over = go.run(instance).then(() => {
    bridge = null;
    postMessage({ panic: JSON.stringify({ error: "exit" }) });
  });
  bridge = await Promise.race([ready, over]);
  postMessage({ ready: true });
}

/** @param {number} total */
function counter(total) {
  let done = 0;
  let told = 0;
  return new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      if (done - told > 100000 || done === total) {
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

/**
 * Runs the rest of the scenario in slices, so that the page stays alive.
 * @param {number} id
 */
function runAll(id) {
  const answer = bridge?.call(JSON.stringify({ do: "run-slice" })) ?? "{}";
  if (JSON.parse(answer).result?.more) {
    setTimeout(() => guarded(id, () => runAll(id)));
    return;
  }
  postMessage({ re: id, answer });
}

/**
 * Runs what may meet a crash of the simulator.
 * @param {number | null} id
 * @param {() => void} work
 */
function guarded(id, work) {
  if (!bridge) {
    if (id !== null) postMessage({ re: id, answer: JSON.stringify({ error: "not ready" }) });
    return;
  }
  try {
    work();
  } catch (error) {
    postMessage({ panic: JSON.stringify({ error: String(error) }) });
  }
}
