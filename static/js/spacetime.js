// @ts-check
// The tab of the space-time diagram: which window of time is in sight, what pointers and keys do
// with it, and what is said of a message. The Worker sends the window; nothing is asked for and
// nothing is drawn while the tab is hidden.

import { Plan, across, svg } from "./spacetime-draw.js";
import { drawAxis, drawLanes, drawPassage, drawRules } from "./spacetime-draw.js";
import { readSpace } from "./spacetime-rows.js";
import { mermaidFile, pngFile, svgFile } from "./spacetime-save.js";
import { saveFile } from "./save.js";
import { showToast } from "./toast.js";
import { say } from "./words.js";

/** @typedef {import("./simulator.js").Frame} Frame */
/** @typedef {import("./spacetime-rows.js").Passage} Passage */

/**
 * @typedef {object} SpaceOwner
 * @property {(verb: string, args?: object) => Promise<any>} call
 * @property {(ms: number) => void} seek
 * @property {(flight: import("./simulator.js").FlightRow | null) => void} light  on the stage
 */

const spanFirst = { wide: 500, tall: 120 };
const spanLeast = 1;
const spanMost = 24 * 3600 * 1000;
const dragFrom = 5; // px
const keyParts = 50; // of the window, by an arrow key

const el = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Spacetime {
  #owner;
  #plot = el("space-plot");
  #picture = svg("svg", { class: "space-picture" });
  #area = svg("svg", { overflow: "hidden" });
  #back = svg("g");
  #arrows = svg("g");
  #tags = svg("g", { "aria-hidden": "true" });
  #front = svg("g", { "aria-hidden": "true" });
  #now = svg("path", { class: "space-now" });
  #ahead = svg("rect", { class: "space-ahead" });
  #band = svg("rect", { class: "space-band" });
  #types = (el("spacetime").dataset.types ?? "").split(" ").map((t) => t.split(":"));
  /** @type {import("./spacetime-rows.js").Space | null} */ #space = null;
  /** @type {Plan | null} */ #plan = null;
  /** @type {Map<number, SVGElement>} */ #drawn = new Map();
  #size = { width: 0, height: 0 };
  #from = 0;
  #span = 0;
  #follow = true;
  #asked = "";
  #at = 0;
  #end = 0;
  #chosen = 0; // number of the message that is told of
  #drag = { on: false, moved: false, x: 0, y: 0 };

  /** @param {SpaceOwner} owner */
  constructor(owner) {
    this.#owner = owner;
    this.#area.append(this.#back, this.#arrows, this.#tags);
    this.#front.append(this.#ahead, this.#now, this.#band);
    this.#picture.append(this.#area, this.#front);
    this.#plot.append(this.#picture);
    new ResizeObserver(() => this.#resize()).observe(this.#plot);
    this.#listen();
  }

  /** A new simulator knows nothing of the window. */
  begin() {
    this.#asked = "";
    this.#space = null;
    this.#ask();
  }

  /** What the buttons do. @type {Record<string, () => void>} */
  actions = {
    "space-earlier": () => this.#look(this.#from - this.#span * 0.8),
    "space-later": () => this.#look(this.#from + this.#span * 0.8),
    "space-closer": () => this.#zoom(0.5),
    "space-further": () => this.#zoom(2),
    "space-follow": () => this.#setFollow(!this.#follow),
    "space-list": () => this.#toggleList(),
    "space-svg": () => this.#save("svg", "image/svg+xml", this.#svgText()),
    "space-png": () => this.#savePicture(),
    "space-mermaid": () => this.#save("mmd", "text/plain", this.#mermaidText()),
  };

  /** @param {Frame} frame */
  take(frame) {
    this.#at = frame.now;
    this.#end = frame.end;
    if (frame.spacetime) {
      this.#space = readSpace(frame.spacetime, this.#types);
      this.#redraw();
    }
    if (this.#visible) this.#turnPage(frame.playing);
  }

  /** @param {number} shown */
  draw(shown) {
    if (this.#visible && this.#plan) this.#mark(shown);
  }

  get #visible() {
    return this.#size.width > 0 || !el("space-rows").hidden;
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#plot;
    const first = this.#span === 0 && width > 0;
    this.#size = { width, height };
    if (width === 0) return;
    if (first) this.#span = innerWidth < 700 ? spanFirst.tall : spanFirst.wide;
    this.#turnPage(false);
    this.#ask();
    this.#redraw();
  }

  /** Keeps the moment shown in sight, page by page. @param {boolean} playing */
  #turnPage(playing) {
    if (!this.#follow || this.#span === 0) return;
    const share = (this.#at - this.#from) / this.#span;
    if (share >= 0 && share <= 0.97) return;
    this.#from = Math.max(0, this.#at - this.#span * (playing ? 0.06 : 0.85));
    this.#ask();
  }

  #ask() {
    if (this.#span === 0) return;
    const pings = /** @type {HTMLInputElement} */ (el("space-pings")).checked;
    const key = `${this.#from} ${this.#span} ${pings}`;
    if (key === this.#asked) return;
    this.#asked = key;
    const args = { x: this.#from, x2: this.#from + this.#span, on: pings };
    this.#owner.call("spacetime", args).catch(() => {});
  }

  /** Shows another window. @param {number} from @param {number} [span] */
  #look(from, span = this.#span) {
    this.#span = Math.min(spanMost, Math.max(spanLeast, span));
    const last = Math.max(this.#end, this.#at) - this.#span * 0.1;
    this.#from = Math.max(0, Math.min(from, last));
    const share = (this.#at - this.#from) / this.#span;
    if (share < 0 || share > 1) this.#setFollow(false);
    this.#ask();
  }

  /** Round the moment shown, or the middle. @param {number} factor */
  #zoom(factor) {
    const share = (this.#at - this.#from) / this.#span;
    const pivot = share >= 0 && share <= 1 ? share : 0.5;
    const t = this.#from + pivot * this.#span;
    const span = Math.min(spanMost, Math.max(spanLeast, this.#span * factor));
    this.#look(t - pivot * span, span);
  }

  /** @param {boolean} on */
  #setFollow(on) {
    this.#follow = on;
    document
      .querySelector("[data-action=space-follow]")
      ?.setAttribute("aria-pressed", String(on));
    this.#turnPage(false);
  }

  #toggleList() {
    const list = el("space-rows");
    list.hidden = !list.hidden;
    this.#plot.hidden = !list.hidden;
    document
      .querySelector("[data-action=space-list]")
      ?.setAttribute("aria-pressed", String(!list.hidden));
    this.#redraw();
  }

  #redraw() {
    const space = this.#space;
    if (!space) return;
    el("space-span").textContent = this.#spanWords();
    if (!el("space-rows").hidden) this.#fillList();
    if (this.#size.width === 0) return;
    const plan = new Plan(space, this.#size.width, this.#size.height);
    this.#plan = plan;
    this.#picture.setAttribute("width", String(plan.width));
    this.#picture.setAttribute("height", String(plan.height));
    this.#picture.dataset.wide = String(plan.wide);
    this.#back.replaceChildren(
      drawAxis(plan, axisTime),
      drawLanes(plan, nameOf),
      drawRules(plan, (zxid) => say("space.commit", { zxid })),
    );
    this.#drawArrows(plan);
    this.#plot.setAttribute("aria-label", this.#label());
    this.#mark(this.#at);
  }

  /** Draws arrows so that one that has the focus keeps it. @param {Plan} plan */
  #drawArrows(plan) {
    const gone = new Set(this.#drawn.keys());
    /** @type {number[][]} */
    const taken = [];
    const tags = [];
    let next = this.#arrows.firstElementChild;
    for (const p of plan.space.passages) {
      gone.delete(p.n);
      let g = this.#drawn.get(p.n);
      if (!g) {
        g = svg("g", { role: "button", tabindex: -1 });
        this.#drawn.set(p.n, g);
      }
      const tag = drawPassage(g, plan, p, taken);
      if (tag) tags.push(tag);
      g.setAttribute("aria-label", this.#tell(p));
      if (g === next) next = next.nextElementSibling;
      else this.#arrows.insertBefore(g, next);
    }
    this.#tags.replaceChildren(...tags);
    for (const n of gone) this.#drop(n);
    this.#rove();
    if (this.#chosen) this.#choose(this.#chosen);
  }

  /** @param {number} n */
  #drop(n) {
    const g = this.#drawn.get(n);
    if (g === document.activeElement) this.#plot.focus({ preventScroll: true });
    g?.remove();
    this.#drawn.delete(n);
    if (n === this.#chosen) this.#choose(0);
  }

  /** One arrow is in the order of Tab. */
  #rove() {
    const all = [...this.#drawn.values()];
    if (all.some((g) => g.getAttribute("tabindex") === "0")) return;
    this.#arrows.firstElementChild?.setAttribute("tabindex", "0");
  }

  /** Marks a moment, and dims what lies ahead of it. @param {number} t */
  #mark(t) {
    const plan = this.#plan;
    if (!plan) return;
    const { from, to } = plan.space;
    const shown = Math.max(from, Math.min(to, t));
    this.#now.setAttribute("d", across(plan, shown));
    this.#now.toggleAttribute("data-out", shown !== t);
    const box = plan.box(shown, to);
    for (const [name, value] of Object.entries(box)) this.#ahead.setAttribute(name, String(value));
  }

  #spanWords() {
    const space = /** @type {import("./spacetime-rows.js").Space} */ (this.#space);
    const values = {
      from: (space.from / 1000).toFixed(3),
      to: timeWords(space.to),
      n: space.all,
      k: space.every,
    };
    const more = [space.busy ? say("space.busy") : "", space.lost ? say("space.gone") : ""];
    const first = space.every > 1 ? say("space.every", values) : say("space.span", values);
    return [first, ...more].filter(Boolean).join(" ");
  }

  #label() {
    const space = /** @type {import("./spacetime-rows.js").Space} */ (this.#space);
    return say("space.label", {
      from: timeWords(space.from),
      to: timeWords(space.to),
      lanes: space.lanes.length,
      n: space.all,
      lost: space.passages.filter((p) => p.state === "dropped").length,
      commits: space.rules.length,
      now: timeWords(this.#at),
    });
  }

  /** A message in words. @param {Passage} p */
  #tell(p) {
    const lanes = this.#space?.lanes ?? [];
    const states = { arrived: "arrived", dropped: "lost", held: "held", flying: "flying" };
    const known = p.state === "flying" && p.t1 !== null ? "arrived" : states[p.state];
    return say(`space.${known}`, {
      what: whatOf(p),
      from: nameOf(lanes[p.from].id),
      to: nameOf(lanes[p.to].id),
      t: timeWords(p.t0),
      hop: `${+((p.t1 ?? p.t0) - p.t0).toFixed(2)} ms`,
    });
  }

  /** Tells of one message, and lights it on the stage; of none with 0. @param {number} n */
  #choose(n) {
    const p = this.#space?.passages.find((p) => p.n === n);
    const old = this.#chosen;
    this.#chosen = p ? n : 0;
    for (const [k, g] of this.#drawn) g.toggleAttribute("data-chosen", k === this.#chosen);
    const says = el("space-says");
    if (!p) {
      says.textContent = says.dataset.key ?? "";
      if (old) this.#owner.light(null);
      return;
    }
    if (old === n) return;
    says.textContent = this.#tell(p);
    this.#owner.light(this.#flight(p));
    this.#owner.call("spacetime-say", { n }).then(
      (text) => {
        if (this.#chosen === n && text) says.textContent = `${text} · ${this.#tell(p)}`;
      },
      () => {},
    );
  }

  /** @param {Passage} p @returns {import("./simulator.js").FlightRow} */
  #flight(p) {
    const lanes = this.#space?.lanes ?? [];
    return {
      id: `space-${p.n}`,
      from: lanes[p.from].id,
      to: lanes[p.to].id,
      family: p.family,
      tag: p.tag,
      t0: p.t0,
      t1: p.t1 ?? 0,
      state: p.state,
      end: p.end ?? 0,
    };
  }

  #fillList() {
    const space = this.#space;
    if (!space) return;
    const id = (/** @type {number} */ lane) => space.lanes[lane].id;
    el("space-body").replaceChildren(
      ...space.passages.map((p) => {
        const row = document.createElement("tr");
        row.dataset.family = p.family;
        row.dataset.state = p.state;
        const go = document.createElement("button");
        go.type = "button";
        go.className = "events-time";
        go.dataset.action = "seek";
        go.dataset.ms = String(p.t0);
        go.textContent = timeWords(p.t0);
        const outcome = { dropped: say("space.row.lost"), held: say("space.row.held") };
        const cells = [
          go,
          id(p.from),
          id(p.to),
          whatOf(p),
          /** @type {Record<string, string>} */ (outcome)[p.state] ??
            (p.t1 === null ? "" : timeWords(p.t1)),
        ];
        for (const cell of cells) row.insertCell().append(cell);
        return row;
      }),
    );
  }

  #title() {
    const space = /** @type {import("./spacetime-rows.js").Space} */ (this.#space);
    return `zabscope ${timeWords(space.from)} – ${timeWords(space.to)}`;
  }

  #svgText() {
    return this.#space && this.#plan ? svgFile(this.#picture, this.#title()) : "";
  }

  #mermaidText() {
    const space = this.#space;
    if (!space) return "";
    return mermaidFile(space, {
      title: this.#title(),
      drawn: space.every > 1 ? say("space.drawn", { k: space.every }) : "",
      name: nameOf,
      commit: (zxid) => say("space.commit", { zxid }),
    });
  }

  async #savePicture() {
    const text = this.#svgText();
    if (text) this.#save("png", "image/png", await pngFile(text, this.#size));
  }

  /** @param {string} ending @param {string} type @param {BlobPart} data */
  #save(ending, type, data) {
    if (!data) return;
    const name = `zabscope-space-time.${ending}`;
    saveFile(name, type, [data]);
    showToast({ kind: "note", text: say("events.saved", { name }) });
  }

  #listen() {
    const plot = this.#plot;
    plot.addEventListener("keydown", (e) => this.#key(e));
    plot.addEventListener("pointerdown", (e) => this.#down(e));
    plot.addEventListener("pointermove", (e) => this.#move(e));
    plot.addEventListener("pointerup", (e) => this.#up(e));
    plot.addEventListener("pointercancel", () => this.#endDrag());
    plot.addEventListener("pointerleave", () => this.#choose(0));
    plot.addEventListener("click", (e) => {
      const n = numberOf(e);
      if (e.detail === 0 && n) this.#goTo(n); // by assistive technology
    });
    plot.addEventListener("focusin", (e) => {
      const n = numberOf(e);
      for (const [k, g] of this.#drawn) if (n) g.setAttribute("tabindex", k === n ? "0" : "-1");
      if (n) this.#choose(n);
    });
    plot.addEventListener("focusout", () => this.#choose(0));
    el("space-pings").addEventListener("change", () => this.#ask());
  }

  /** Goes to where a message was sent. @param {number} n */
  #goTo(n) {
    const p = this.#space?.passages.find((p) => p.n === n);
    if (p) this.#owner.seek(p.t0);
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const n = numberOf(e);
    const turn = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[e.key];
    const tool = { PageUp: "earlier", PageDown: "later", "+": "closer", "=": "closer" }[e.key];
    if (tool || e.key === "-") this.actions[`space-${tool ?? "further"}`]();
    else if (n && (e.key === "Enter" || e.key === " ")) this.#goTo(n);
    else if (n && turn) this.#walk(n, turn);
    else if (n && (e.key === "Home" || e.key === "End")) this.#walk(n, e.key);
    else if (turn) this.#owner.seek(Math.max(0, this.#at + (turn * this.#span) / keyParts));
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /** @param {number} n @param {number | string} turn */
  #walk(n, turn) {
    const all = this.#space?.passages ?? [];
    const at = all.findIndex((p) => p.n === n);
    const to = typeof turn === "number" ? at + turn : turn === "Home" ? 0 : all.length - 1;
    const next = all[Math.max(0, Math.min(all.length - 1, to))];
    const g = next && this.#drawn.get(next.n);
    g?.setAttribute("tabindex", "0");
    g?.focus({ preventScroll: true });
  }

  /** The moment under a pointer. @param {{clientX: number, clientY: number}} e */
  #moment(e) {
    const box = this.#picture.getBoundingClientRect();
    const t = this.#plan?.moment(e.clientX - box.left, e.clientY - box.top) ?? 0;
    return Math.max(this.#from, Math.min(this.#from + this.#span, t));
  }

  /** @param {PointerEvent} e */
  #down(e) {
    if (e.button !== 0 || !this.#plan) return;
    this.#drag = { on: true, moved: false, x: e.clientX, y: e.clientY };
  }

  /** @param {PointerEvent} e */
  #move(e) {
    const d = this.#drag;
    if (!d.on) {
      const n = numberOf(e);
      if (n !== this.#chosen) this.#choose(n);
      return;
    }
    const along = this.#plan?.wide ? e.clientX - d.x : e.clientY - d.y;
    if (!d.moved && Math.abs(along) < dragFrom) return;
    if (!d.moved) this.#plot.setPointerCapture(e.pointerId);
    d.moved = true;
    const [t0, t1] = this.#ends(e);
    const box = this.#plan?.box(t0, t1) ?? {};
    for (const [name, value] of Object.entries(box)) this.#band.setAttribute(name, String(value));
    this.#band.toggleAttribute("data-on", true);
  }

  /** The ends of what is dragged over. @param {PointerEvent} e @returns {[number, number]} */
  #ends(e) {
    const a = this.#moment({ clientX: this.#drag.x, clientY: this.#drag.y });
    const b = this.#moment(e);
    return [Math.min(a, b), Math.max(a, b)];
  }

  /** @param {PointerEvent} e */
  #up(e) {
    const { on, moved } = this.#drag;
    if (on && moved) {
      const [t0, t1] = this.#ends(e);
      this.#setFollow(false);
      this.#look(t0, t1 - t0);
    } else if (on) this.#owner.seek(this.#moment(e));
    this.#endDrag();
  }

  #endDrag() {
    this.#drag.on = false;
    this.#band.removeAttribute("data-on");
  }
}

/** The message that an event is about, 0 for none. @param {Event} e */
const numberOf = (e) =>
  Number(
    /** @type {SVGElement | null} */ (
      /** @type {Element} */ (e.target).closest?.(".space-arrow")
    )?.dataset.n ?? 0,
  );

/** @param {string} id */
const nameOf = (id) => say(/^\d/.test(id) ? "space.server" : "space.client", { id });

/** @param {Passage} p */
const whatOf = (p) => (p.tag && p.tag !== p.type ? `${p.type} ${p.tag}` : p.type);

/** @param {number} ms */
const timeWords = (ms) => `${(ms / 1000).toFixed(3)} s`;

/** As short as a step of the axis allows. @param {number} ms @param {number} step */
const axisTime = (ms, step) =>
  `${(ms / 1000).toFixed(Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(step)))))} s`;
