// @ts-check
// Real nodes: a WebSocket to the server of this page brings lines, which the Worker reads, and
// takes the lines that the Worker has for them. And recordings: a file brings the lines.

import { closeDialog, openDialog } from "./dialogs.js";
import { showToast } from "./toast.js";
import { say } from "./words.js";

/** @typedef {import("./player.js").Player} Player */
/** @typedef {import("./simulator.js").Frame} Frame */

const body = document.body;
const protocol = "zabscope-live.1";
const tokenKey = "zabscope.token";
const faultKey = "zabscope.faults";
const partMax = 1 << 20; // characters that the Worker gets at once
const fileMax = 96; // MB
/** How a flight recording begins (core/wire), of any version. */
const flightMagic = /^ZSR/;
const pieceBytes = 3 << 18; // of a flight recording that the Worker gets at once
const retryFirstMs = 500;
const retryMaxMs = 15000;

/** What only a simulation has; it is greyed, and says why. */
const simulated =
  "[data-action=undo], [data-action=redo], [data-action=share], [data-pop=branches]," +
  "[data-pop=pauses], [data-tool=tool-loss], [data-action=console-copy]";

/** Why a connection ended for good: a sentence of its own for each code. @type {Set<number>} */
const final = new Set([4001, 4002, 4003, 4004, 4005]);
const sentences = {
  4001: "live.4001",
  4002: "live.4002",
  4003: "live.4003",
  4004: "live.4004",
  4005: "live.4005",
};

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Whether a file is a flight recording, or is called one. @param {File} file */
export const isFlight = async (file) =>
  /\.rec(\.old)?$/.test(file.name) || flightMagic.test(await file.slice(0, 4).text());

/** The bytes of a piece of a file, in base64. @param {Blob} piece @returns {Promise<string>} */
const base64 = (piece) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^.*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(piece);
  });

/** @param {string} key */
function stored(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} key @param {string} value */
function store(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // Then it lasts as long as this page.
  }
}

/** Takes the token out of the address, so that nobody copies it with it. */
function takeToken() {
  const [, token = ""] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (!token) return body.dataset.live ? stored(tokenKey) : "";
  history.replaceState(null, "", location.pathname + location.search);
  if (body.dataset.live) store(tokenKey, token);
  else queueMicrotask(() => showToast({ kind: "error", text: say("live.none") }));
  return body.dataset.live ? token : "";
}

export class Live {
  #player;
  #token = takeToken();
  /** @type {WebSocket | null} */ #socket = null;
  #text = ""; // lines that the Worker has not got yet
  #feeding = false;
  #opened = false; // the server takes part
  #greeted = false; // and the Worker knows it
  /** @type {{id: number}[]} */ #servers = []; // that the server told of
  #lost = ""; // since when it is out of reach, as a clock has it
  #retry = retryFirstMs;
  #timer = 0; // of the next try
  #state = say("live.simulated");
  #name = ""; // of the file
  /** @type {(() => void) | null} */ #shown = null;
  /** @type {{n: number, line: string}[]} */ #asking = [];
  #drawn = "?";

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
    byId("live-form").addEventListener("submit", (e) => this.#follow(e));
    const file = /** @type {HTMLInputElement} */ (byId("live-file"));
    file.addEventListener("change", () => {
      if (file.files?.[0]) this.record(file.files[0]);
      file.value = "";
    });
    byId("dialog-fault").addEventListener("close", () => this.#answer(false));
    document.addEventListener("click", refuse, true);
  }

  /** What the page's controls do. @type {Record<string, (el: HTMLElement) => void>} */
  actions = {
    connect: () => {
      this.#describe();
      openDialog("live");
    },
    "leave-live": () => {
      store(tokenKey, "");
      location.reload();
    },
    "allow-fault": () => {
      store(faultKey, "yes");
      this.#answer(true);
      closeDialog("fault");
    },
    "copy-command": (el) =>
      navigator.clipboard?.writeText(el.dataset.value ?? "").then(
        () => showToast({ kind: "note", key: "copied" }),
        () => showToast({ kind: "error", key: "copy.failed" }),
      ),
  };

  /** Whether the page is for real nodes. */
  get wanted() {
    return this.#token !== "" && !body.dataset.lesson && !body.dataset.embed;
  }

  /**
   * Shows real nodes instead of a simulation; resolves when there is something to see, or when it
   * is known that there will not be.
   * @param {() => void} shown
   */
  open(shown) {
    body.dataset.source = "live"; // nothing is said of a simulation meanwhile
    return new Promise((resolve) => {
      this.#shown = () => {
        shown();
        resolve(true);
      };
      this.#connect();
    });
  }

  /**
   * Shows the nodes again after a crash: what is to be known of them comes anew.
   * @param {unknown} _run
   * @param {() => void} shown
   */
  again(_run, shown) {
    return this.open(shown);
  }

  /** Hangs up: the end of this connection is no news, and there is no next try. */
  rest() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#text = "";
  }

  #connect() {
    this.#say(say("live.connecting"));
    this.#opened = this.#greeted = false;
    this.#text = "";
    const address = new URL(body.dataset.live ?? "", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address, protocol);
    this.#socket = socket;
    socket.onopen = () => {
      this.#opened = true;
      check("reached", "ok", address.host);
      socket.send(JSON.stringify({ token: this.#token }));
    };
    socket.onmessage = (e) => this.#hear(String(e.data));
    socket.onclose = (e) => {
      if (this.#socket === socket) this.#closed(e);
    };
  }

  /** @param {string} text */
  #hear(text) {
    this.#retry = retryFirstMs;
    this.#text += text.endsWith("\n") ? text : `${text}\n`;
    this.#feed();
  }

  /** Gives the Worker what has come, one piece at a time. */
  async #feed() {
    if (this.#feeding) return;
    this.#feeding = true;
    try {
      while (this.#text) {
        const end = this.#text.indexOf("\n", partMax);
        const part = end < 0 ? this.#text : this.#text.slice(0, end + 1);
        this.#text = end < 0 ? "" : this.#text.slice(end + 1);
        await this.#give(part);
      }
    } catch (error) {
      if (this.#socket) this.#refuse(/** @type {Error} */ (error).message);
    }
    this.#feeding = false;
  }

  /** What came cannot be read. @param {string} why */
  #refuse(why) {
    showToast({ kind: "error", text: say("live.badline", { why }) });
    this.#socket?.close();
  }

  /** @param {string} text */
  async #give(text) {
    if (this.#greeted) {
      await this.#player.call("feed", { text });
      return;
    }
    await this.#player.call("live", { text, lang: body.dataset.lang });
    this.#greeted = true;
    const { hello } = JSON.parse(text.slice(0, text.indexOf("\n")));
    this.#servers = hello.servers;
    this.#lost = "";
    check("admitted", "ok", location.host);
    check("cluster", "ok", `${hello.cluster} · ${hello.version}`);
    this.#say(say("live.on"));
    if (!isSecureContext) showToast({ kind: "note", key: "live.insecure" });
    this.#show();
  }

  #show() {
    this.#shown?.();
    this.#shown = null;
  }

  /** @param {CloseEvent} e */
  async #closed(e) {
    this.#socket = null;
    if (final.has(e.code)) {
      this.#fail(/** @type {any} */ (sentences)[e.code], e.code === 4001);
      return;
    }
    if (!this.#opened && (await this.#status()) >= 400) {
      this.#fail("live.4002", false);
      return;
    }
    check("reached", "bad", "");
    const first = !this.#lost;
    this.#lose();
    const wait = this.#retry * (1 + Math.random() / 4);
    this.#retry = Math.min(retryMaxMs, this.#retry * 2);
    const t = this.#lost || this.#clock();
    this.#say(say("live.retry", { t, s: Math.ceil(wait / 1000) }), true);
    if (first && this.#lost) showToast({ kind: "error", text: this.#state });
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #clock() {
    return new Date().toLocaleTimeString(document.documentElement.lang);
  }

  /** Nothing is heard of any server from now on, and the picture must not say that all is well. */
  #lose() {
    if (this.#lost || !this.#servers.length) return;
    this.#lost = this.#clock();
    const gone = this.#servers.map(({ id }) => ({ gone: { node: id, why: "" } }));
    this.#text += gone.map((line) => `${JSON.stringify(line)}\n`).join("");
    this.#feed();
  }

  /** How the server answers a request that is none for a stream; 0 when it is out of reach. */
  async #status() {
    return fetch(body.dataset.live ?? "", { method: "HEAD" }).then(
      (r) => r.status,
      () => 0,
    );
  }

  /** There is nothing to wait for. @param {string} key @param {boolean} forget */
  async #fail(key, forget) {
    if (forget) store(tokenKey, "");
    check("admitted", "bad", "");
    this.#say(say(key), true);
    openDialog("live");
    if (!this.#shown) return;
    this.#token = ""; // the page simulates instead
    this.#shown = null;
    await this.#player.fallBack();
  }

  /** @param {string} text @param {boolean} [lost] */
  #say(text, lost = false) {
    this.#state = text;
    byId("live-badge").toggleAttribute("data-lost", lost);
    byId("stage").toggleAttribute("data-lost", lost && this.#player.frame !== null);
    byId("live-badge").title = text;
    byId("live-state").textContent = text;
  }

  #describe() {
    if (!this.#token && !this.#name && body.dataset.live) this.#state = say("live.token");
    byId("live-state").textContent = this.#state;
    byId("live-leave").hidden = !this.#token && !this.#name;
  }

  /** A pasted link: another server's page, or another token. @param {SubmitEvent} e */
  #follow(e) {
    e.preventDefault();
    const field = /** @type {HTMLInputElement} */ (byId("live-link"));
    const link = URL.parse?.(field.value) ?? null;
    if (!link || !/^#token=[\w-]+$/.test(link.hash)) {
      byId("live-state").textContent = say("live.link");
      return;
    }
    if (location.protocol === "https:" && link.protocol === "http:" && top !== self)
      byId("live-state").textContent = say("live.mixed", { host: link.host });
    else if (link.origin === location.origin && body.dataset.live) {
      store(tokenKey, link.hash.slice("#token=".length));
      location.reload();
    } else location.assign(link);
  }

  /** Takes what a frame says. @param {Frame} frame */
  take(frame) {
    if (this.#shown) return; // there is nothing to see so far
    for (const line of frame.send ?? []) this.#ask(line);
    const live = frame.live;
    const behind = live && !live.follows ? Math.max(0, frame.end - frame.now) : 0;
    const now = `${(behind / 100) | 0}${this.#lost}`;
    const key = live ? `${live.source}${live.rights}${live.note}${now}` : "";
    if (key === this.#drawn) return;
    this.#drawn = key;
    body.dataset.source = live?.source ?? "sim";
    const badge = byId("live-badge");
    badge.hidden = !live;
    badge.dataset.source = live?.source ?? "";
    badge.textContent = (live && badge.dataset[live.source]) ?? "";
    this.#showNow(live, behind);
    grey(live?.why ?? "");
    if (!live) return;
    badge.setAttribute("aria-description", live.note || this.#state);
    if (live.note) byId("live-state").textContent = live.note;
    for (const [i, item] of [...document.querySelectorAll(".live-rights li")].entries()) {
      if (i === live.rights) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
      item.toggleAttribute("data-beyond", i > live.rights);
    }
    check("nodes", live.heard ? "ok" : "open", live.heard);
  }

  draw() {}

  /** @param {import("./simulator.js").LiveState | undefined} live @param {number} behind */
  #showNow(live, behind) {
    const now = byId("live-now");
    now.hidden = live?.source !== "live";
    now.setAttribute("aria-pressed", String(Boolean(live?.follows && !this.#lost)));
    now.title = this.#lost && this.#state;
    if (this.#lost) now.textContent = say("live.lostat", { t: this.#lost });
    else if (live?.follows) now.textContent = say("live.following");
    else now.textContent = say("live.behind", { s: (behind / 1000).toFixed(1) });
  }

  /**
   * Hands a line on. Before the first fault of the tab a person is asked.
   * @param {{n: number, line: string, fault?: boolean}} line
   */
  #ask(line) {
    if (!line.fault || stored(faultKey)) {
      this.#send(line);
      return;
    }
    this.#asking.push(line);
    byId("fault-line").textContent = this.#asking.map((l) => l.line).join("\n");
    openDialog("fault");
  }

  /** @param {boolean} yes */
  #answer(yes) {
    for (const line of this.#asking.splice(0)) {
      if (yes) this.#send(line);
      else this.#player.call("settle", { entry: line.n, text: say("live.refused") });
    }
  }

  /** @param {{n: number, line: string}} line */
  #send({ n, line }) {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ do: n, line }));
    else this.#player.call("settle", { entry: n, text: this.#state });
  }

  /** Shows the trace, or the flight recording, in a file. @param {File} file */
  async record(file) {
    const { name } = file;
    closeDialog("live");
    if (file.size > fileMax << 20) {
      showToast({ kind: "error", text: say("live.bigfile", { name, mb: fileMax }) });
      return;
    }
    const flight = await isFlight(file);
    this.rest();
    try {
      if (flight) await this.#replay(file);
      else await this.#read(file);
      this.#name = name;
    } catch (error) {
      const why = /** @type {Error} */ (error).message;
      const key = flight ? "live.badflight" : "live.badfile";
      showToast({ kind: "error", text: say(key, { name, why }) });
      if (flight && this.#name) return; // the recording that was open is there still
      if (this.wanted) this.#connect();
      else if (!flight) await this.#player.fallBack();
    }
  }

  /** The Worker plays a flight recording, and shows it if it can. @param {File} file */
  async #replay(file) {
    for (let from = 0; from < Math.max(1, file.size); from += pieceBytes) {
      const text = await base64(file.slice(from, from + pieceBytes)).catch((error) => {
        this.#player.call("cancel");
        throw error;
      });
      await this.#player.call("tape", { text, from, count: file.size });
    }
    const { lines, bad } = await this.#player.call("fly", { lang: body.dataset.lang });
    this.#report(lines);
    const title = say("live.flight", { name: file.name });
    this.#say([title, ...lines].join("\n"));
    showToast({ kind: bad ? "error" : "note", text: lines.slice(0, 2).join(" ") });
  }

  /** What the lesson's place says of a flight recording. @param {string[]} lines */
  #report(lines) {
    byId("live-report").replaceChildren(
      ...lines.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }),
    );
  }

  /** @param {File} file */
  async #read(file) {
    await this.#player.call("record", { lang: body.dataset.lang });
    const text = await file.text();
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf("\n", at + partMax);
      const next = end < 0 ? text.length : end + 1;
      await this.#player.call("feed", { text: text.slice(at, next) });
      at = next;
    }
    await this.#player.call("recorded");
    this.#report([]);
    this.#say(say("live.recorded", { name: file.name }));
    showToast({ kind: "note", text: this.#state });
  }
}

/** One row of what is looked at. @param {string} name @param {string} state @param {string} text */
function check(name, state, text) {
  const row = /** @type {HTMLElement} */ (document.querySelector(`[data-check=${name}]`));
  row.dataset.state = state;
  /** @type {HTMLElement} */ (row.querySelector("td")).textContent = text || "–";
}

/** Greys what cannot be done here; without a reason it can be done again. @param {string} why */
function grey(why) {
  const off = { "data-off": why, "aria-disabled": "true", "aria-description": why };
  for (const el of document.querySelectorAll(why ? simulated : `:is(${simulated})[data-off]`)) {
    for (const [name, value] of Object.entries(off)) {
      if (why) el.setAttribute(name, value);
      else el.removeAttribute(name);
    }
  }
}

/** What is greyed says why. @param {MouseEvent} e */
function refuse(e) {
  const el = /** @type {HTMLElement | null} */ (
    /** @type {Element} */ (e.target).closest?.("[data-off]")
  );
  if (!el) return;
  e.preventDefault();
  e.stopPropagation();
  showToast({ kind: "note", text: el.dataset.off ?? "" });
}
