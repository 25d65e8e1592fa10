// @ts-check
// Draws one window of the space-time diagram as SVG. Time runs to the right where there is room,
// and downwards on a narrow screen; everything else is the same.

/** @typedef {import("./spacetime-rows.js").Space} Space */
/** @typedef {import("./spacetime-rows.js").Passage} Passage */
/** @typedef {[number, number]} Point */

const svgNamespace = "http://www.w3.org/2000/svg";
const wideFrom = 560;
const gapLeast = { wide: 15, tall: 34 };
const head = 7; // px of an arrow
const tagsMost = 60;
const letter = 6.7; // px of a letter, about
const lostAt = 0.62; // of the way, where a message ends that was lost nobody knows where

/**
 * @param {string} name
 * @param {Record<string, string | number>} [attributes]
 * @returns {SVGElement}
 */
export function svg(name, attributes = {}) {
  const made = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** Where things of a window are on a drawing of some size. */
export class Plan {
  /** @param {Space} space @param {number} width @param {number} height */
  constructor(space, width, height) {
    this.space = space;
    this.wide = width >= wideFrom;
    const n = Math.max(1, space.lanes.length);
    this.begin = this.wide ? 62 : 30;
    this.aside = this.wide ? 17 : 50;
    const rest = this.wide ? 15 : 12;
    const room = (this.wide ? height : width) - this.aside - rest;
    this.gap = Math.max(this.wide ? gapLeast.wide : gapLeast.tall, room / n);
    this.across = this.gap * n;
    this.length = Math.max(40, (this.wide ? width : height) - this.begin - 6);
    this.width = this.wide ? width : Math.max(width, this.aside + this.across + rest);
    this.height = this.wide ? Math.max(height, this.aside + this.across + rest) : height;
  }

  /** Px along the axis of time. @param {number} t */
  along(t) {
    const { from, to } = this.space;
    return this.begin + ((t - from) / (to - from)) * this.length;
  }

  /** The moment at a place of the drawing. @param {number} x @param {number} y */
  moment(x, y) {
    const { from, to } = this.space;
    return from + (((this.wide ? x : y) - this.begin) / this.length) * (to - from);
  }

  /**
   * The place at a moment on a lane, which may be between two.
   * @param {number} t
   * @param {number} lane
   */
  at(t, lane) {
    return this.turn(this.along(t), this.aside + (lane + 0.5) * this.gap);
  }

  /** @param {number} along @param {number} across @returns {Point} */
  turn(along, across) {
    return this.wide ? [along, across] : [across, along];
  }

  /** A box between two moments. @param {number} t0 @param {number} t1 */
  box(t0, t1) {
    const [x, y] = this.turn(this.along(t0), this.aside);
    const [width, height] = this.turn(this.along(t1) - this.along(t0), this.across);
    return { x, y, width: Math.max(0, width), height: Math.max(0, height) };
  }
}

/** @param {Point[]} points */
const path = (...points) =>
  `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;

/** @param {Plan} plan @param {number} t */
export const across = (plan, t) =>
  path(plan.at(t, -0.5), plan.at(t, plan.space.lanes.length - 0.5));

/**
 * The life lines with their names, epochs and bands.
 * @param {Plan} plan
 * @param {(id: string) => string} name
 */
export function drawLanes(plan, name) {
  const g = svg("g", { class: "space-lanes" });
  plan.space.lanes.forEach((lane, i) => {
    const kind = /^\d/.test(lane.id) ? "server" : "client";
    lane.turns.forEach((turn, k) => {
      const until = lane.turns[k + 1]?.t ?? plan.space.to;
      const d = path(plan.at(turn.t, i), plan.at(until, i));
      if (turn.apart) {
        g.append(svg("path", { class: "space-apart", d, "stroke-width": plan.gap * 0.62 }));
        g.append(edge(plan, turn.t, until, i));
      }
      g.append(
        svg("path", {
          class: "space-life",
          d,
          "data-track": turn.track,
          "data-kind": kind,
          ...(turn.paused ? { "data-paused": "" } : {}),
        }),
      );
      const before = lane.turns[k - 1]?.epoch ?? 0;
      if (k > 0 && turn.epoch > before) g.append(epoch(plan, turn.t, i, turn.epoch));
    });
    g.append(label(plan, i, lane.id, lane.turns[0]?.epoch ?? 0, name(lane.id)));
  });
  return g;
}

/**
 * The dotted edges of a band, which a colour alone would not show.
 * @param {Plan} plan
 * @param {number} t0
 * @param {number} t1
 * @param {number} i
 */
function edge(plan, t0, t1, i) {
  const d = [i - 0.31, i + 0.31].map((l) => path(plan.at(t0, l), plan.at(t1, l))).join("");
  return svg("path", { class: "space-edge", d });
}

/**
 * @param {Plan} plan
 * @param {number} i
 * @param {string} id
 * @param {number} e
 * @param {string} name
 */
function label(plan, i, id, e, name) {
  const centre = plan.aside + (i + 0.5) * plan.gap;
  const [x, y] = plan.wide ? [6, centre + 4] : [centre, 12];
  const text = svg("text", {
    class: "space-name",
    x,
    y,
    "text-anchor": plan.wide ? "start" : "middle",
  });
  const title = svg("title");
  title.textContent = name;
  text.append(title, id);
  if (e > 0) {
    const small = svg("tspan", plan.wide ? { dx: 6 } : { x: centre, dy: 12 });
    small.setAttribute("class", "space-epoch");
    small.textContent = `e${e}`;
    text.append(small);
  }
  return text;
}

/** @param {Plan} plan @param {number} t @param {number} i @param {number} e */
function epoch(plan, t, i, e) {
  const [x, y] = plan.at(t, i);
  const text = svg("text", {
    class: "space-epoch",
    x: x + (plan.wide ? 2 : 6),
    y: y + (plan.wide ? -5 : 11),
  });
  text.textContent = `e${e}`;
  return text;
}

/** The axis of time. @param {Plan} plan @param {(ms: number, step: number) => string} words */
export function drawAxis(plan, words) {
  const g = svg("g", { class: "space-axis" });
  const { from, to } = plan.space;
  const step = nice((to - from) / Math.max(2, plan.length / (plan.wide ? 96 : 56)));
  for (let k = Math.ceil(from / step); k * step <= to; k++) {
    const t = k * step;
    g.append(svg("path", { class: "space-tick", d: across(plan, t) }));
    const at = plan.along(t);
    const last = plan.wide && at > plan.width - 24;
    const text = svg("text", {
      x: plan.wide ? Math.min(at, plan.width - (last ? 3 : 0)) : plan.aside - 6,
      y: plan.wide ? 11 : at + 4,
      "text-anchor": plan.wide && !last ? "middle" : "end",
    });
    text.textContent = words(t, step);
    g.append(text);
  }
  return g;
}

/** The next of 1, 2, 5, 10, 20, … @param {number} least */
function nice(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((k) => k * power >= least) ?? 10);
}

/** A line across for each commit. @param {Plan} plan @param {(zxid: string) => string} words */
export function drawRules(plan, words) {
  const g = svg("g", { class: "space-rules" });
  let last = -Infinity;
  for (const { t, zxid } of plan.space.rules) {
    const rule = svg("path", { class: "space-rule", d: across(plan, t) });
    const title = svg("title");
    title.textContent = words(zxid);
    rule.append(title);
    g.append(rule);
    const at = plan.along(t);
    if (at - last < (plan.wide ? 44 : 13)) continue;
    last = at;
    const end = plan.aside + plan.across;
    const text = svg("text", {
      x: plan.wide ? at : end - 2,
      y: plan.wide ? end + 11 : at - 3,
      "text-anchor": plan.wide ? "middle" : "end",
    });
    text.textContent = zxid;
    g.append(text);
  }
  return g;
}

/**
 * Draws or redraws one message in its group, and returns its tag if there is room for one.
 * @param {SVGElement} g
 * @param {Plan} plan
 * @param {Passage} p
 * @param {number[][]} taken  where tags are: left, top, width
 */
export function drawPassage(g, plan, p, taken) {
  const from = plan.at(p.t0, p.from);
  const to = tip(plan, p, from);
  const d = path(from, to);
  g.setAttribute("class", "space-arrow");
  g.dataset.family = p.family;
  g.dataset.state = p.state;
  g.dataset.n = String(p.n);
  g.replaceChildren(
    svg("path", { class: "space-hit", d }),
    svg("path", { class: "space-line", d }),
    svg("path", { class: "space-head", d: ending(p, from, to) }),
  );
  return plan.space.passages.length <= tagsMost && p.tag ? tag(p, from, to, taken) : null;
}

/**
 * Where an arrow ends. A lost message ends between two life lines: none of them had it.
 * @param {Plan} plan
 * @param {Passage} p
 * @param {Point} from
 * @returns {Point}
 */
function tip(plan, p, from) {
  const hop = (plan.space.to - plan.space.from) / 50;
  const to = plan.at(p.t1 ?? p.t0 + hop, p.to);
  if (p.state === "arrived" || p.state === "flying") return to;
  let share = 0.5;
  if (p.state === "dropped") {
    const lanes = Math.max(1, Math.abs(p.to - p.from));
    const known = p.t1 !== null && p.end !== null && p.t1 > p.t0;
    const went = known ? ((p.end ?? 0) - p.t0) / ((p.t1 ?? 0) - p.t0) : lostAt;
    share = (Math.max(0, Math.min(lanes - 1, Math.floor(went * lanes))) + 0.5) / lanes;
  }
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

/** A head, a cross or a ring. @param {Passage} p @param {Point} from @param {Point} to */
function ending(p, from, [x, y]) {
  if (p.state === "dropped") {
    return `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`;
  }
  if (p.state === "held") return `M${x - 4} ${y}a4 4 0 1 1 8 0a4 4 0 1 1 -8 0`;
  const turn = Math.atan2(y - from[1], x - from[0]);
  /** @param {number} a @returns {Point} */
  const back = (a) => [x - head * Math.cos(turn + a), y - head * Math.sin(turn + a)];
  return `${path([x, y], back(0.42), back(-0.42))}Z`;
}

/**
 * @param {Passage} p
 * @param {Point} from
 * @param {Point} to
 * @param {number[][]} taken
 */
function tag(p, from, to, taken) {
  const x = from[0] + (to[0] - from[0]) * 0.4 + 4;
  const y = from[1] + (to[1] - from[1]) * 0.4 - 2;
  const width = p.tag.length * letter;
  if (taken.some(([left, top, w]) => x < left + w && left < x + width && Math.abs(y - top) < 11))
    return null;
  taken.push([x, y, width]);
  const text = svg("text", { class: "space-tag", x, y });
  text.textContent = p.tag;
  return text;
}
