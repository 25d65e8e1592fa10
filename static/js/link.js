// @ts-check
// The fragment of an address: "#s=1." and the deflated journal in base64url. It never leaves the
// browser.

import { say } from "./words.js";

const version = 1;
const lengthMax = 8192;
const inflatedMax = 1 << 18;

/**
 * The fragment of a run. What unpack would refuse is refused here.
 * @param {object} state
 * @returns {Promise<string>}
 */
export async function pack(state) {
  const text = new TextEncoder().encode(JSON.stringify(state));
  if (text.length > inflatedMax) throw tooLong(text.length);
  const deflated = await pump(text, new CompressionStream("deflate-raw"));
  const fragment = `#s=${version}.${toBase64(deflated)}`;
  if (fragment.length > lengthMax) throw tooLong(fragment.length);
  return fragment;
}

/** @param {number} n */
const tooLong = (n) => new Error(say("link.long", { n }));

/**
 * Reads a fragment; null when it carries no run.
 * @param {string} hash
 * @returns {Promise<object | null>}
 */
export async function unpack(hash) {
  const m = /^#s=(\d+)\.([\w-]*)$/.exec(hash);
  if (!m) return null;
  if (Number(m[1]) > version) throw new Error(say("link.new", { s: m[1] }));
  if (hash.length > lengthMax) throw new Error(say("link.bad"));
  try {
    const bytes = await pump(fromBase64(m[2]), new DecompressionStream("deflate-raw"));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error(say("link.bad"));
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {CompressionStream | DecompressionStream} through
 */
async function pump(bytes, through) {
  const reader = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(through).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > inflatedMax) throw new Error("too long");
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} text */
function fromBase64(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}
