// From a gray picture to the 32x32 numbers that the network reads: MNIST's
// own rules, step by step as in chapter 12, whose Python gives the same.
//
// A picture is {height, width, data}: 0 to 255, row after row.
"use strict";

const SIDES = [[-1, 0], [0, -1], [0, 1], [1, 0]];
const SIDES_AND_CORNERS = [...SIDES, [-1, -1], [-1, 1], [1, -1], [1, 1]];

function picture(height, width, value) {
  const data = new Float64Array(height * width);
  for (let row = 0, place = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      data[place++] = value(row, column);
    }
  }
  return { height, width, data };
}

function changed({ height, width, data }, value) {
  return { height, width, data: data.map(value) };
}

function rounded(x) {
  return Math.floor(x + 0.5);
}

// The value that has `rank` others before it when all are sorted.
function ranked(values, rank) {
  return Float64Array.from(values).sort()[rank];
}

// The same for whole numbers from 0 to 511, by counting.
function rankedWhole(values, rank) {
  const counts = new Uint32Array(512);
  for (const value of values) counts[value]++;
  let [value, before] = [0, counts[0]];
  while (before <= rank) before += counts[++value];
  return value;
}

// Color to gray as Pillow does it; what is transparent shows white paper.
function grayOf({ height, width, data }) {
  return picture(height, width, (row, column) => {
    const place = 4 * (row * width + column);
    const part = data[place + 3] / 255;
    const red = rounded(255 + (data[place] - 255) * part);
    const green = rounded(255 + (data[place + 1] - 255) * part);
    const blue = rounded(255 + (data[place + 2] - 255) * part);
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
  });
}

// 1. Large pictures become means of blocks, so that 512 pixels are enough.
function reduced(gray) {
  const block = Math.ceil(Math.max(gray.height, gray.width) / 512);
  if (block === 1) return gray;
  const height = Math.ceil(gray.height / block);
  const width = Math.ceil(gray.width / block);
  return picture(height, width, (row, column) => {
    let [sum, count] = [0, 0];
    const bottom = Math.min((row + 1) * block, gray.height);
    const right = Math.min((column + 1) * block, gray.width);
    for (let y = row * block; y < bottom; y++) {
      for (let x = column * block; x < right; x++, count++) {
        sum += gray.data[y * gray.width + x];
      }
    }
    return rounded(sum / count);
  });
}

// Square tiles from the upper left corner, the last ones smaller: one number
// for each, from its pixels.
function tiles({ height, width, data }, side, number) {
  const [rows, columns] = [height, width].map((all) => Math.ceil(all / side));
  return picture(rows, columns, (row, column) => {
    const values = [];
    for (let y = row * side; y < Math.min((row + 1) * side, height); y++) {
      const start = y * width;
      const end = start + Math.min((column + 1) * side, width);
      for (let x = start + column * side; x < end; x++) values.push(data[x]);
    }
    return number(values);
  });
}

// The median of the paper and ink around each pixel: of one of nine tiles.
function tileMedians(gray) {
  const { height, width } = gray;
  const side = Math.ceil(Math.max(height, width) / 3);
  const medians = tiles(gray, side, (values) =>
    rankedWhole(values, Math.floor((values.length - 1) / 2))
  );
  return picture(height, width, (row, column) => {
    const tile = Math.floor(row / side) * medians.width;
    return medians.data[tile + Math.floor(column / side)];
  });
}

// The light may be uneven in a photograph; a small picture is too small.
function mayBeUneven({ height, width }, clean) {
  return !clean && Math.min(height, width) >= 64;
}

// 2. Ink is bright: inverted, if the ink is darker than the paper around it.
function inkIsBright(gray, invert) {
  const { height, width, data } = gray;
  const ring = data.filter((_, place) => {
    const row = Math.floor(place / width);
    const column = place % width;
    return (
      row === 0 || column === 0 || row === height - 1 || column === width - 1
    );
  });
  let paper = rankedWhole(ring, Math.floor((ring.length - 1) / 2));
  const like = data.reduce((count, value) => count + (value === paper), 0);
  const clean = 2 * like >= data.length; // a program made it, not a camera
  const around = mayBeUneven(gray, clean)
    ? tileMedians(gray)
    : changed(gray, () => paper);
  const beside = data.map((value, at) => value - around.data[at]);
  const most = data.length - 1 - Math.floor(data.length / 500);
  const darkest = rankedWhole(beside.map((value) => 255 - value), most);
  const brightest = rankedWhole(beside.map((value) => 255 + value), most);
  let bright = gray;
  if (darkest > brightest && invert) {
    bright = changed(gray, (value) => 255 - value);
    paper = 255 - paper;
  } else if (darkest > brightest) {
    paper = 0; // then white paper passes for ink
  }
  return { bright, paper, clean };
}

// The level of uneven paper at every pixel, from the levels of tiles.
function unevenPaper(bright) {
  const { height, width } = bright;
  const tile = Math.ceil(Math.max(height, width) / 16);
  const lowQuarter = tiles(bright, tile, (values) =>
    ranked(values, Math.floor((values.length - 1) / 4))
  );
  const { height: rows, width: columns } = lowQuarter;
  const opened = extreme(extreme(lowQuarter, Math.min, 2), Math.max, 2);
  const between = (pixel, last) => {
    const middle = (pixel - (tile - 1) / 2) / tile;
    const place = Math.min(Math.max(middle, 0), last);
    const first = Math.min(Math.floor(place), Math.max(last - 1, 0));
    return [first, Math.min(first + 1, last), place - first];
  };
  return picture(height, width, (row, column) => {
    const [above, below, down] = between(row, rows - 1);
    const [left, right, across] = between(column, columns - 1);
    const mix = (at) =>
      opened.data[at * columns + left] * (1 - across) +
      opened.data[at * columns + right] * across;
    return mix(above) * (1 - down) + mix(below) * down;
  });
}

// The smallest or largest value within `reach` pixels of each, in a square.
function extreme({ height, width, data }, choose, reach) {
  const inRows = picture(height, width, (row, column) => {
    let value = data[row * width + column];
    const last = Math.min(column + reach, width - 1);
    for (let x = Math.max(column - reach, 0); x <= last; x++) {
      value = choose(value, data[row * width + x]);
    }
    return value;
  });
  return picture(height, width, (row, column) => {
    let value = inRows.data[row * width + column];
    const last = Math.min(row + reach, height - 1);
    for (let y = Math.max(row - reach, 0); y <= last; y++) {
      value = choose(value, inRows.data[y * width + column]);
    }
    return value;
  });
}

// 3. Paper to 0; ink in a shadow becomes as strong as in the light.
function withoutPaper({ bright, paper, clean }) {
  if (!mayBeUneven(bright, clean)) {
    return changed(bright, (value) => Math.max(0, value - paper));
  }
  const level = unevenPaper(bright).data;
  const lightest = 255 - level.reduce((a, b) => Math.min(a, b));
  return changed(bright, (value, at) => {
    const light = Math.max(255 - level[at], lightest / 5);
    return (Math.max(0, value - level[at]) * lightest) / light;
  });
}

// 4. Ink to 255. Without any ink: null.
function stretched(ink, clean) {
  const { data } = ink;
  const few = clean ? 0 : Math.floor(data.length / 500);
  const peak = clean
    ? ink.data.reduce((a, b) => Math.max(a, b))
    : ranked(ink.data, data.length - 1 - few);
  if (peak < 25) return null;
  if (clean && peak >= 250) return ink;
  if (clean) return changed(ink, (value) => rounded((255 * value) / peak));
  return changed(ink, (value) => {
    const share = (value - 0.25 * peak) / (0.5 * peak);
    return rounded(Math.min(Math.max(255 * share, 0), 255));
  });
}

// Connected pixels: each piece's ink and box, and each pixel's piece, from 1.
function piecesOf({ height, width, data }, neighbors) {
  const labels = new Int32Array(data.length);
  const pieces = [];
  data.forEach((value, start) => {
    if (!value || labels[start]) return;
    const piece = { ink: 0, top: height, bottom: 0, left: width, right: 0 };
    const waiting = [start];
    labels[start] = pieces.push(piece);
    while (waiting.length) {
      const place = waiting.pop();
      const row = Math.floor(place / width);
      const column = place % width;
      piece.ink += data[place];
      piece.top = Math.min(piece.top, row);
      piece.bottom = Math.max(piece.bottom, row + 1);
      piece.left = Math.min(piece.left, column);
      piece.right = Math.max(piece.right, column + 1);
      for (const step of neighbors) {
        const y = row + step[0];
        const x = column + step[1];
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        const other = y * width + x;
        if (!data[other] || labels[other]) continue;
        labels[other] = pieces.length;
        waiting.push(other);
      }
    }
  });
  return { labels, pieces };
}

// 5. Specks go: pieces with little ink, and those far from the main piece.
// A clean digit of 20 pixels or less, such as MNIST's own, stays as it is.
function withoutSpecks(ink, clean) {
  const box = cutOut(ink);
  if (clean && Math.max(box.height, box.width) <= 20) return ink;
  const { labels, pieces } = piecesOf(ink, SIDES_AND_CORNERS);
  const main = pieces.reduce((a, b) => (b.ink > a.ink ? b : a));
  const longer = Math.max(main.bottom - main.top, main.right - main.left);
  const goes = pieces.map((piece) => {
    const down = Math.max(piece.top - main.bottom, main.top - piece.bottom);
    const across = Math.max(piece.left - main.right, main.left - piece.right);
    const far =
      Math.max(down, across) > 0.25 * longer ||
      Math.min(down, across) > 0.05 * longer;
    const dust = !clean && piece.ink < 0.005 * main.ink;
    return dust || (far && piece.ink < 0.1 * main.ink);
  });
  return changed(ink, (value, at) => (goes[labels[at] - 1] ? 0 : value));
}

// 7. The smallest box that holds all ink.
function cutOut({ height, width, data }) {
  let [top, bottom, left, right] = [height, 0, width, 0];
  data.forEach((value, place) => {
    if (!value) return;
    const [row, column] = [Math.floor(place / width), place % width];
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
  });
  return picture(bottom - top, right - left, (row, column) =>
    data[(top + row) * width + left + column]
  );
}

// 6. Strokes that would be thinner than 1.3 pixels in the end grow to 2.
function thickened(ink) {
  const box = cutOut(ink);
  const { height, width } = box;
  const longer = Math.max(height, width);
  if (longer < 40) return box;
  const dark = (row, column) =>
    row >= 0 && column >= 0 && row < height && column < width &&
    box.data[row * width + column] >= 128;
  let [area, edges] = [0, 0];
  for (let row = 0; row <= height; row++) {
    for (let column = 0; column <= width; column++) {
      const here = dark(row, column);
      area += here;
      edges += here !== dark(row - 1, column);
      edges += here !== dark(row, column - 1);
    }
  }
  const stroke = edges ? (2 * area) / edges : 0;
  if (stroke >= (1.3 * longer) / 20) return box;
  const reach = Math.ceil(((2 * longer) / 20 - stroke) / 2);
  const padded = picture(height + 2 * reach, width + 2 * reach, (y, x) => {
    const [row, column] = [y - reach, x - reach];
    const inside =
      row >= 0 && column >= 0 && row < height && column < width;
    return inside ? box.data[row * width + column] : 0;
  });
  return cutOut(extreme(padded, Math.max, reach));
}

// Each new pixel is the mean of the area of the old picture that it covers.
function resized(old, height, width) {
  const inRows = picture(height, old.width, (row, column) =>
    mean(old.height, height, row, (y) => old.data[y * old.width + column])
  );
  return picture(height, width, (row, column) =>
    rounded(
      mean(old.width, width, column, (x) => inRows.data[row * old.width + x])
    )
  );
}

function mean(from, to, index, value) {
  const [low, high] = [(index * from) / to, ((index + 1) * from) / to];
  let sum = 0;
  for (let place = Math.floor(low); place < high && place < from; place++) {
    const shared = Math.min(high, place + 1) - Math.max(low, place);
    sum += shared * value(place);
  }
  return (sum * to) / from;
}

// 8. The longer side becomes 20 pixels; the shape stays, unless told not to.
function scaledTo20(box, keepAspect) {
  const longer = Math.max(box.height, box.width);
  if (!keepAspect) return resized(box, 20, 20);
  if (longer === 19 || longer === 20) return box;
  const side = (old) => Math.max(1, rounded((20 * old) / longer));
  return resized(box, side(box.height), side(box.width));
}

// 9. The center of mass goes to pixel 14, or else the box to the middle.
function corner({ height, width, data }, byMass, inside) {
  if (!byMass) {
    return [Math.floor((28 - height) / 2), Math.floor((28 - width) / 2)];
  }
  let [sum, down, across] = [0, 0, 0];
  data.forEach((value, place) => {
    sum += value;
    down += value * Math.floor(place / width);
    across += value * (place % width);
  });
  const start = [14 - rounded(down / sum), 14 - rounded(across / sum)];
  if (!inside) return start;
  const last = [28 - height, 28 - width];
  return start.map((place, at) => Math.min(Math.max(place, 0), last[at]));
}

// All steps. `steps` switches them off one by one: see the page.
// Returns 32 x 32 numbers from 0 to 255, or null for a blank picture.
function prepare(gray, steps = {}) {
  const on = {
    invert: true, specks: true, aspect: true, scale: true, center: true,
    ...steps,
  };
  const small = reduced(gray);
  const known = inkIsBright(small, on.invert);
  let ink = stretched(withoutPaper(known), known.clean);
  if (!ink) return null;
  if (on.specks) ink = withoutSpecks(ink, known.clean);
  let digit;
  if (on.scale) {
    digit = scaledTo20(thickened(ink), on.aspect);
  } else {
    // the whole picture, squeezed or not, with the digit as large as it is
    const longer = Math.max(ink.height, ink.width);
    const side = (old) =>
      on.aspect ? Math.max(1, rounded((28 * old) / longer)) : 28;
    digit = resized(ink, side(ink.height), side(ink.width));
  }
  if (!digit.data.some((value) => value)) return null;
  const [top, left] = corner(digit, on.center, on.scale);
  // 10. two pixels of paper on each side
  return picture(32, 32, (y, x) => {
    const [row, column] = [y - 2 - top, x - 2 - left];
    const inside =
      y >= 2 && x >= 2 && y < 30 && x < 30 &&
      row >= 0 && column >= 0 && row < digit.height && column < digit.width;
    return inside ? digit.data[row * digit.width + column] : 0;
  });
}
