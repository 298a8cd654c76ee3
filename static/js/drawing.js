// The inscription drawn in the browser, from the same outlines and by the same rules as the server's proof (services/engraving:
// shaping, monogram, geometry, proof), so that it follows the typing. It is a draft: whatever it is not sure of it leaves to the
// server, whose proof replaces it either way. Units: em for blocks, mm in the place, y downwards.
const STEP = 0.001; // sizes are multiples of this, in mm
const NEAR = 1e-9;
const CURVE_STEPS = 6; // into which a curve is cut on a picture
const MOST = 200; // characters
const SIGNS = "symbols";
const HAN = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const LATER = Symbol("letters are on their way");
const clustersOf = globalThis.Intl?.Segmenter ? (text) => [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map((s) => s.segment) : null;

// ---- a face: its letters, read once

export class Face {
  constructor(table) {
    Object.assign(this, table);
    this.odd = new Set(table.odd);
    this.parsed = new Map();
    this.longest = Math.max(1, ...Object.keys(table.units ?? {}).map((unit) => unit.length));
  }

  has(character) { return Boolean(this.units[character]); }

  add({ units, glyphs }) {
    Object.assign(this.units, units);
    Object.assign(this.glyphs, glyphs);
  }

  // A run as [glyph, x, y] in em, and its advance; null where neighbours change one another in a way only the server knows.
  shaped(characters) {
    const found = [];
    let x = 0, before = null, last = "";
    for (let at = 0; at < characters.length;) {
      let text = "", unit = null;
      for (let length = Math.min(this.longest, characters.length - at); length && !unit; length -= 1) {
        text = characters.slice(at, at + length).join("");
        unit = this.units[text];
      }
      if (!unit || this.odd.has(last + text)) return null;
      if (before) x += this.moved[before[1]][unit[2]];
      for (let n = 3; n < unit.length; n += 3) found.push([unit[n], (x + unit[n + 1]) / this.upem, unit[n + 2] / this.upem]);
      x += unit[0];
      at += [...text].length;
      before = unit;
      last = text;
    }
    return { glyphs: found, advance: x / this.upem };
  }

  // A glyph's steps, [letter, x, y, …] in font units, with its box and hull in em (y upwards).
  drawn(glyph) {
    let known = this.parsed.get(glyph);
    if (known) return known;
    const steps = (this.glyphs[glyph] ?? "").match(/[MLQCZ][^MLQCZ]*/g) ?? [];
    const parsed = steps.map((step) => [step[0], ...(step.slice(1).match(/-?[\d.]+/g) ?? []).map(Number)]);
    const points = parsed.flatMap((step) => pairs(step)).map(([x, y]) => [x / this.upem, y / this.upem]);
    known = { steps: parsed, hull: hullOf(points), box: points.length ? boxOf(points) : null };
    this.parsed.set(glyph, known);
    return known;
  }
}

const pairs = (step) => { const found = []; for (let n = 1; n < step.length; n += 2) found.push([step[n], step[n + 1]]); return found; };

function boxOf(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box;
}

function hullOf(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (run) => {
    const chain = [];
    for (const point of run) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

const turn = ([ax, ay], [bx, by], [x, y]) => (bx - ax) * (y - ay) - (by - ay) * (x - ax);

// ---- lines and initials, as blocks of letters { face, glyph, x, y, size }

export class Setter {
  constructor(faces, signs) { this.faces = faces; this.signs = signs; this.rules = signs.rules; }

  sign(cluster) { return this.signs.typed[cluster.replace(/[\ufe0e\ufe0f]+$/, "")]; }

  // Null: left to the server. LATER: letters have been asked for.
  block(text, code, place) {
    const frame = place.initials[code];
    if (frame !== undefined) return this.monogram(text, code, frame);
    const lines = [];
    for (const line of text.split("\n")) {
      const set = this.line(line, code, place.beside[code]);
      if (!set || set === LATER) return set;
      lines.push(set);
    }
    return this.centred(lines);
  }

  line(line, code, beside) {
    const face = this.faces.get(code), spaces = this.rules.spaces;
    const faced = [];
    for (const cluster of clustersOf(line)) {
      let of = this.sign(cluster) === undefined ? code : SIGNS;
      if (of !== SIGNS && [...cluster].length > 1) return null;
      if (spaces.includes(cluster) && faced.length && faced.at(-1)[1] !== SIGNS) of = faced.at(-1)[1];
      else if (of !== SIGNS && !face.has(cluster)) {
        of = HAN.test(cluster) && (face.hanzi ? code : beside);
        if (!of || this.faces.get(of)?.units[cluster] === null) return null;
        if (!this.faces.get(of)?.has(cluster)) return LATER;
      }
      faced.push([cluster, of]);
    }
    const letters = [];
    let x = 0, before = "", last = "";
    for (let at = 0; at < faced.length;) {
      const of = faced[at][1], parts = [];
      while (at < faced.length && faced[at][1] === of) parts.push(faced[at++][0]);
      if (before && before !== SIGNS && of !== SIGNS && !spaces.includes(last) && !spaces.includes(parts[0])) x += this.rules.gap;
      if (of === SIGNS) {
        for (const part of parts) {
          const number = this.sign(part);
          letters.push({ face: this.signs, glyph: number, x, y: 0, size: 1 });
          x += this.signs.advances[number];
        }
      } else {
        const set = this.faces.get(of), isBeside = of === beside;
        const size = isBeside ? this.rules.besideSize : 1;
        const drop = isBeside ? set.middle * size - face.middle : 0;
        const run = set.shaped(parts);
        if (!run) return null;
        for (const [glyph, gx, gy] of run.glyphs) letters.push({ face: set, glyph, x: x + gx * size, y: drop - gy * size, size });
        x += run.advance * size;
      }
      before = of;
      last = parts.at(-1);
    }
    return letters;
  }

  centred(lines) {
    const inks = lines.map(inkOf);
    const top = inks[0][1], height = this.rules.pitch * (lines.length - 1) + inks.at(-1)[3] - top;
    return lines.map((line, number) => {
      const [left, , right] = inks[number];
      const dx = -(left + right) / 2, dy = this.rules.pitch * number - top - height / 2;
      return line.map((letter) => ({ ...letter, x: letter.x + dx, y: letter.y + dy }));
    });
  }

  monogram(text, code, frame) {
    const face = this.faces.get(code), initials = clustersOf(text);
    if (initials.length > 3 || !initials.every((letter) => /^\p{Lu}$/u.test(letter) && face.has(letter))) return null;
    const sizes = initials.length === 3 ? [this.rules.sides, 1, this.rules.sides] : initials.map(() => 1);
    let x = 0;
    const line = initials.map((letter, n) => {
      const glyph = face.units[letter][3], size = sizes[n];
      const [left, , right] = inkOf([{ face, glyph, x: 0, y: 0, size }]);
      const start = x - left;
      x += right - left + this.rules.air;
      return { face, glyph, x: start, y: -face.middle * (1 - size), size };
    });
    const block = this.centred([line]);
    if (!frame) return block;
    const points = block[0].flatMap((s) => s.face.drawn(s.glyph).hull.map(([px, py]) => [s.x + px * s.size, s.y - py * s.size]));
    const thick = this.rules.frameStroke, air = this.rules.frameAir;
    const radius = frame === "circle" ? (Math.max(...points.map(([px, py]) => Math.hypot(px, py))) + air) / (1 - thick)
      : (Math.max(...points.map(([px, py]) => Math.abs(px) + Math.abs(py))) + air * Math.SQRT2) / (1 - thick * Math.SQRT2);
    return [...block, [{ face: this.signs, glyph: this.signs.frames[frame], x: 0, y: 0, size: radius, isFrame: true }]];
  }
}

function inkOf(letters) {
  const ink = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { face, glyph, x, y, size } of letters) {
    const { box } = face.drawn(glyph);
    if (!box) continue;
    ink[0] = Math.min(ink[0], x + box[0] * size);
    ink[1] = Math.min(ink[1], y - box[3] * size);
    ink[2] = Math.max(ink[2], x + box[2] * size);
    ink[3] = Math.max(ink[3], y - box[1] * size);
  }
  return ink[0] === Infinity ? [0, 0, 0, 0] : ink;
}

// ---- the largest size at which a block's reach lies in the place

// The hulls of each letter and the next; one of all letters where the place is convex.
function reachOf(block, isConvex) {
  const found = [];
  for (const line of block) {
    const hulls = line.map(({ face, glyph, x, y, size }) => face.drawn(glyph).hull.map(([px, py]) => [x + px * size, y - py * size])).filter((h) => h.length);
    if (isConvex) found.push(...hulls);
    else if (hulls.length === 1) found.push(hullOf(hulls[0]));
    else for (let n = 1; n < hulls.length; n += 1) found.push(hullOf([...hulls[n - 1], ...hulls[n]]));
  }
  return isConvex ? [hullOf(found.flat())] : found;
}

// The sides of a convex outline as [nx, ny, distance], outwards; null for any other part. Known for as long as the place is.
function sidesOf(part) {
  if (part.length > 1) return null;
  const [ring] = part, sides = [];
  const area = ring.reduce((sum, [x, y], n) => { const [bx, by] = ring[(n + 1) % ring.length]; return sum + x * by - bx * y; }, 0);
  for (let n = 0; n < ring.length; n += 1) {
    const a = ring[n], b = ring[(n + 1) % ring.length], length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (!length) continue;
    if (Math.sign(area) * turn(a, b, ring[(n + 2) % ring.length]) < -NEAR) return null;
    const nx = (Math.sign(area) * (b[1] - a[1])) / length, ny = (Math.sign(area) * (a[0] - b[0])) / length;
    sides.push([nx, ny, nx * a[0] + ny * a[1]]);
  }
  return sides;
}

// A question that is asked many times, with other sizes and anchors: what can be known before is.
function asker(block, place) {
  place.sides ??= place.usable.map(sidesOf);
  const reach = reachOf(block, place.isConvex);
  const farthest = reach.map((hull) => place.sides.map((sides) => sides?.map(([nx, ny]) => Math.max(...hull.map(([x, y]) => nx * x + ny * y)))));
  return ([ax, ay], em) => reach.every((hull, n) => place.usable.some((part, m) => {
    const sides = place.sides[m];
    if (sides) return sides.every(([nx, ny, distance], k) => farthest[n][m][k] * em + nx * ax + ny * ay <= distance + NEAR);
    return covers(part, hull.map(([x, y]) => [x * em + ax, y * em + ay]));
  }));
}

// Whether a part (outline, then holes) covers a convex hull, edges included.
function covers([outline, ...holes], hull) {
  if (!hull.every((point) => within(outline, point, true))) return false;
  if (holes.some((hole) => hull.some((point) => within(hole, point, false)))) return false;
  for (const ring of [outline, ...holes]) {
    for (let n = 0; n < ring.length; n += 1) {
      const a = ring[n], b = ring[(n + 1) % ring.length];
      if (strictlyInside(hull, a)) return false;
      for (let m = 0; m < hull.length; m += 1) if (cross(a, b, hull[m], hull[(m + 1) % hull.length])) return false;
    }
  }
  return true;
}

// Whether a point lies in a ring; on its edge counts as `edge`.
function within(ring, [x, y], edge) {
  let inside = false;
  for (let n = 0, m = ring.length - 1; n < ring.length; m = n++) {
    const [ax, ay] = ring[n], [bx, by] = ring[m];
    const length = Math.hypot(bx - ax, by - ay) || 1, along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
    if (Math.abs(turn(ring[n], ring[m], [x, y])) / length <= NEAR && along >= -NEAR && along <= length + NEAR) return edge;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function strictlyInside(hull, point) {
  let sign = 0;
  for (let n = 0; n < hull.length; n += 1) {
    const side = turn(hull[n], hull[(n + 1) % hull.length], point);
    if (Math.abs(side) <= NEAR || (sign && Math.sign(side) !== sign)) return false;
    sign = Math.sign(side);
  }
  return sign !== 0;
}

function cross(a, b, c, d) {
  const one = turn(a, b, c), two = turn(a, b, d), three = turn(c, d, a), four = turn(c, d, b);
  return Math.min(Math.abs(one), Math.abs(two), Math.abs(three), Math.abs(four)) > NEAR && one > 0 !== two > 0 && three > 0 !== four > 0;
}

const down = (size) => Math.floor(size / STEP + NEAR) / Math.round(1 / STEP);

function largest(block, place, cap) {
  const holds = asker(block, place);
  let best = 0, at = place.anchors[0] ?? [0, 0];
  for (const anchor of place.anchors) {
    if (best >= cap || !holds(anchor, best + STEP)) continue;
    const size = largestAt(holds, anchor, best, cap);
    if (size > best) [best, at] = [size, anchor];
  }
  return [best, at];
}

function largestAt(holds, anchor, low, cap) {
  if (holds(anchor, cap)) return down(cap);
  let high = cap;
  while (high - low > STEP / 4) {
    const middle = (low + high) / 2;
    if (holds(anchor, middle)) low = middle;
    else high = middle;
  }
  const size = down(low);
  return holds(anchor, size) ? size : 0;
}

// ---- layout and paths

// The text as the server reads it: composed, line ends one, edges off.
const normal = (typed) => typed.replace(/\r\n?/g, "\n").normalize("NFC").trim().split("\n").map((line) => line.replace(/^[ \t\u3000]+|[ \t\u3000]+$/g, "")).join("\n");

export function layOut(typed, code, place, setter) {
  const text = normal(typed);
  if (!clustersOf || !text || text.length > MOST || !place.takesAll || !setter.faces.get(code)) return null;
  if (text.split("\n").length > place.lines) return null;
  const block = setter.block(text, code, place);
  if (!block || block === LATER) return block;
  const rows = place.initials[code] === undefined ? block.length : 1;
  let cap = place.tall / rows;
  if (place.largest !== null) cap = Math.min(cap, place.largest);
  cap = Math.floor(cap / STEP + NEAR) * STEP;
  const smallest = Math.max(0, ...block.flat().filter((s) => !s.isFrame).map((s) => place.smallest[s.face === setter.signs ? SIGNS : s.face.code ?? code] / s.size));
  const [em, [ax, ay]] = largest(block, place, cap);
  if (em < smallest - NEAR) return null;
  const glyphs = block.flat().map(({ face, glyph, x, y, size }) => ({ face, glyph, x: ax + x * em, y: ay + y * em, size: size * em }));
  return { em, glyphs };
}

const mm = ({ face, x, y, size }) => { const scale = size / face.upem; return ([px, py]) => [x + px * scale, y - py * scale]; };
const plain = (number) => { const written = number.toFixed(3); return written === "-0.000" ? "0.000" : written; };

export function pathOf(glyphs) {
  return glyphs.map((placed) => {
    const to = mm(placed);
    return placed.face.drawn(placed.glyph).steps.map((step) => step[0] + pairs(step).map((point) => to(point).map(plain).join(" ")).join(" ")).join("");
  }).join("");
}

function pathOnPicture(glyphs, { quad, grid, width, height, shown, plane }) {
  const bend = grid && grid[0].length > 2 ? alongGrid(grid) : onQuad(quad);
  const left = (plane[0] - shown[0]) / 2, top = (plane[1] - shown[1]) / 2;
  const parts = [];
  const put = (letter, [x, y]) => {
    const [u, v] = bend((x - left) / shown[0], (y - top) / shown[1]);
    parts.push(`${letter}${(u * width).toFixed(1)} ${(v * height).toFixed(1)}`);
  };
  for (const placed of glyphs) {
    const to = mm(placed);
    let last = [0, 0];
    for (const step of placed.face.drawn(placed.glyph).steps) {
      const points = pairs(step);
      if (step[0] === "Z") parts.push("Z");
      else if (points.length === 1) { last = points[0]; put(step[0], to(last)); }
      else {
        for (let n = 1; n <= CURVE_STEPS; n += 1) put("L", to(onCurve([last, ...points], n / CURVE_STEPS)));
        last = points.at(-1);
      }
    }
  }
  return parts.join("");
}

function onCurve(ladder, t) {
  while (ladder.length > 1) ladder = ladder.slice(1).map(([x, y], n) => [ladder[n][0] + (x - ladder[n][0]) * t, ladder[n][1] + (y - ladder[n][1]) * t]);
  return ladder[0];
}

function onQuad([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]) {
  const dx1 = x1 - x2, dy1 = y1 - y2, dx2 = x3 - x2, dy2 = y3 - y2, sx = x0 - x1 + x2 - x3, sy = y0 - y1 + y2 - y3;
  const den = dx1 * dy2 - dx2 * dy1, g = (sx * dy2 - dx2 * sy) / den, h = (dx1 * sy - sx * dy1) / den;
  const a = x1 - x0 + g * x1, b = x3 - x0 + h * x3, d = y1 - y0 + g * y1, e = y3 - y0 + h * y3;
  return (u, v) => { const w = g * u + h * v + 1; return [(a * u + b * v + x0) / w, (d * u + e * v + y0) / w]; };
}

function alongGrid(grid) {
  const rows = grid.length, columns = grid[0].length, clamp = (n) => Math.min(Math.max(n, 0), 1);
  return (u, v) => {
    const x = clamp(u) * (columns - 1), y = clamp(v) * (rows - 1);
    const i = Math.min(Math.trunc(x), columns - 2), j = Math.min(Math.trunc(y), rows - 2), fx = x - i, fy = y - j;
    return [0, 1].map((k) => (grid[j][i][k] * (1 - fx) + grid[j][i + 1][k] * fx) * (1 - fy) + (grid[j + 1][i][k] * (1 - fx) + grid[j + 1][i + 1][k] * fx) * fy);
  };
}

// ---- in the panel

const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const later = () => (globalThis.scheduler?.yield ? scheduler.yield() : new Promise((done) => { setTimeout(done); }));

const tables = new Map(); // by address, for as long as the page is open

function tableAt(address) {
  if (!tables.has(address)) {
    const asked = fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));
    asked.catch(() => tables.delete(address));
    tables.set(address, asked);
  }
  return tables.get(address);
}

export const drawingOf = (panel) => new Drawing(panel);

class Drawing {
  constructor(panel) {
    this.panel = panel;
    this.faces = new Map();
    this.placed();
    // A typeface somebody is about to choose is fetched while the hand is on its way.
    panel.form.addEventListener("pointerover", (event) => {
      const face = event.target.closest?.(".face")?.querySelector("[name=face]");
      if (face) this.fetched(face.value).catch(() => {});
    });
  }

  get code() { return this.panel.form.querySelector("[name=face]:checked")?.value; }

  // The server has said where we are: its place, and the typefaces there.
  placed() {
    this.place = JSON.parse(this.panel.querySelector("[data-place]")?.dataset.place || "null");
    if (this.place && this.code) this.fetched(this.code).catch(() => {});
  }

  async fetched(code) {
    const { tables: at } = this.place;
    const signs = await tableAt(at[SIGNS]);
    this.setter ??= new Setter(this.faces, Object.assign(new Face({ ...signs, units: {} }), { rules: signs.rules }));
    for (const each of [code, this.place.beside[code]].filter((one) => one && !this.faces.has(one))) {
      const table = await tableAt(at[each]);
      this.faces.set(each, Object.assign(new Face({ ...table, units: { ...table.units }, glyphs: { ...table.glyphs } }), { code: each, hanzi: this.place.hanzi[each] }));
    }
  }

  // Hanzi nobody typed before, by themselves.
  async hanzi(text, code) {
    const at = this.faces.get(code)?.hanzi ? code : this.place.beside[code], face = this.faces.get(at);
    if (!face) return;
    const wanted = [...new Set(text)].filter((c) => HAN.test(c) && face.units[c] === undefined).sort();
    if (wanted.length) face.add(await tableAt(`${face.hanzi}?of=${encodeURIComponent(wanted.join(""))}`));
  }

  // After the typed letter has been painted: typing waits for nothing.
  draw() {
    this.remove();
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => setTimeout(() => { this.due = false; this.now(); }));
  }

  async now() {
    const { field, form } = this.panel, text = field.value, code = this.code;
    const isHere = () => !this.panel.isShown && text === field.value && code === this.code && this.place?.zone === form.elements.zone?.value;
    if (!isHere()) return;
    try {
      if (!this.setter || !this.faces.has(code)) await this.fetched(code);
      let layout = layOut(text, code, this.place, this.setter);
      if (layout === LATER) {
        await this.hanzi(text, code);
        layout = layOut(text, code, this.place, this.setter);
      }
      if (!layout || layout === LATER) return;
      await later();
      if (isHere()) await this.put(layout, isHere);
    } catch { /* the server draws */ }
  }

  remove() { for (const draft of this.panel.querySelectorAll("svg.draft")) draft.remove(); }

  // What the eye is on first; each in a task of its own, so that the next letter never waits for a drawing.
  async put({ em, glyphs }, isHere) {
    const { place } = this, [width, height] = place.mm, { picture } = place;
    const draft = (part, made) => {
      const holder = this.panel.querySelector(`[data-draft="${part}"]`);
      if (holder) { holder.turn = null; holder.replaceChildren(made); }
    };
    if (picture) {
      const d = pathOnPicture(glyphs, { ...picture, plane: [Number(width), Number(height)] });
      draft("onto", element("svg", { class: "draft on-piece", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice", viewBox: `0 0 ${picture.width} ${picture.height}` }, ...picture.cuts.map((cut) => element("path", { ...cut, d }))));
      await later();
      if (!isHere()) return;
    }
    const path = pathOf(glyphs), box = this.viewBox(em, glyphs);
    draft("place", element("svg", { class: "draft", "aria-hidden": "true", viewBox: box.map((n) => n.toFixed(3)).join(" ") },
      element("path", { d: place.away, fill: place.colours.away }), element("path", { d: place.edge, fill: "none", stroke: place.colours.edge, "stroke-width": (box[3] / 80).toFixed(3) }), element("path", { d: path, fill: place.colours.ink })));
    draft("alone", element("svg", { class: "draft", "aria-hidden": "true", width: `${width}mm`, height: `${height}mm`, viewBox: `0 0 ${width} ${height}`, "data-mm": `${width} ${height}` }, element("path", { d: path })));
  }

  // See services/engraving/specimens.py.
  viewBox(em, glyphs) {
    const [width, height] = this.place.mm.map(Number), air = height / 8;
    let shown = Math.min(width, this.place.aspect * height), middle = width / 2;
    if (shown < width) {
      const xs = glyphs.map((placed) => placed.x), first = Math.min(...xs), last = Math.max(...xs);
      shown = Math.min(width, Math.max(shown, last - first + 3 * em));
      middle = (last + first + em / 2) / 2;
    }
    const left = Math.min(Math.max(middle - shown / 2, 0), width - shown);
    return [left - air, -air, shown + 2 * air, height + 2 * air];
  }
}
