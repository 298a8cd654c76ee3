// Fitting a block of letters into a place, with the same answers as the server's (services/engraving/geometry): the largest size, in
// steps, at which its reach lies within the outlines. Units: em for blocks, mm in the place, y downwards.
export const STEP = 0.001; // sizes are multiples of this, in mm
export const NEAR = 1e-9;

// ---- points

export function boxOf(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box;
}

export function hullOf(points) {
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

export function largest(block, place, cap) {
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
