// The inscription drawn in the browser, from the same outlines and by the same rules as the server's proof (services/engraving:
// shaping, monogram, geometry, proof), so that it follows the typing. It is a draft: whatever it is not sure of it leaves to the
// server, whose proof replaces it either way. Units: em for blocks, mm in the place, y downwards.
import { largest, NEAR, STEP } from "./fitting.js";
import { clustersOf, Face, HAN, LATER, pairs, Setter, SIGNS } from "./letters.js";

const CURVE_STEPS = 6; // into which a curve is cut on a picture
const MOST = 200; // characters

// ---- layout and paths

// The text as the server reads it: composed, line ends one, edges off.
const normal = (typed) => typed.replace(/\r\n?/g, "\n").normalize("NFC").trim().split("\n").map((line) => line.replace(/^[ \t\u3000]+|[ \t\u3000]+$/g, "")).join("\n");

function layOut(typed, code, place, setter) {
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

function pathOf(glyphs) {
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
