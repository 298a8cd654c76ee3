// Faces, and lines and initials set in them, by the same rules as the server's (services/engraving: shaping, monogram).
import { boxOf, hullOf } from "./fitting.js";

export const SIGNS = "symbols";
export const HAN = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
export const LATER = Symbol("letters are on their way");
export const clustersOf = globalThis.Intl?.Segmenter ? (text) => [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map((s) => s.segment) : null;

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

export const pairs = (step) => { const found = []; for (let n = 1; n < step.length; n += 2) found.push([step[n], step[n + 1]]); return found; };

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
