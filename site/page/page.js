// The page: paper, pen, pictures, and the answer beside them.
"use strict";

const PEN = 26; // pixels of the paper
const STEP = 10; // what an arrow key moves the pen by
const element = (name) => document.getElementById(name);
const paper = element("paper");
const sheet = paper.getContext("2d", { willReadFrequently: true });

// What is on the paper: a picture under strokes; a stroke is a list of points.
let photograph = null;
let strokes = [];
let current = null; // the answer that is shown, or null for a blank paper

// ---- Drawing -------------------------------------------------------------

function paintStroke(points) {
  sheet.lineWidth = PEN;
  sheet.lineCap = sheet.lineJoin = "round";
  sheet.beginPath();
  const [first, ...others] = points;
  sheet.moveTo(first.x, first.y);
  // curves through the middles between points look less jagged than lines
  others.forEach((point, at) => {
    const next = others[at + 1];
    const end = next
      ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
      : point;
    sheet.quadraticCurveTo(point.x, point.y, end.x, end.y);
  });
  if (!others.length) sheet.lineTo(first.x, first.y);
  sheet.stroke();
}

function paint() {
  sheet.fillStyle = "white";
  sheet.fillRect(0, 0, paper.width, paper.height);
  if (photograph) {
    const { width, height } = photograph;
    const factor = paper.width / Math.max(width, height);
    const [w, h] = [width * factor, height * factor];
    const [left, top] = [(paper.width - w) / 2, (paper.height - h) / 2];
    sheet.imageSmoothingEnabled = factor < 1;
    sheet.drawImage(photograph, left, top, w, h);
  }
  strokes.forEach(paintStroke);
}

// The gray picture that the preparation gets: the paper, or, where nobody has
// drawn on it, the photograph in its own size.
function source() {
  const from = photograph && !strokes.length ? photograph : paper;
  const context = from.getContext("2d", { willReadFrequently: true });
  return grayOf(context.getImageData(0, 0, from.width, from.height));
}

let waiting = 0;
let rest = 0; // no answer before this time: half of the time is the pen's
function redraw() {
  if (waiting) return;
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    paint();
    const start = performance.now();
    if (start < rest) {
      setTimeout(redraw, rest - start);
      return;
    }
    update();
    const end = performance.now();
    rest = 2 * end - start;
  });
}

// ---- The pen: mouse, finger, stylus --------------------------------------

function pointOf(event) {
  const frame = paper.getBoundingClientRect();
  return {
    x: ((event.clientX - frame.left) * paper.width) / frame.width,
    y: ((event.clientY - frame.top) * paper.height) / frame.height,
  };
}

let drawing = null; // the pointer that draws, so that a second finger cannot

paper.addEventListener("pointerdown", (event) => {
  if (drawing !== null || event.button !== 0) return;
  drawing = event.pointerId;
  paper.setPointerCapture(drawing);
  element("pen").hidden = true;
  strokes.push([pointOf(event)]);
  redraw();
});

paper.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drawing) return;
  const passed = event.getCoalescedEvents?.() ?? [];
  strokes.at(-1).push(...(passed.length ? passed : [event]).map(pointOf));
  redraw();
});

for (const end of ["pointerup", "pointercancel"]) {
  paper.addEventListener(end, (event) => {
    if (event.pointerId === drawing) drawing = null;
  });
}

// ---- The pen: keyboard ---------------------------------------------------

const ARROWS = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};
const held = new Set();
const pen = { x: 140, y: 60, down: false };

function showPen() {
  const mark = element("pen");
  mark.hidden = false;
  mark.classList.toggle("down", pen.down);
  mark.style.left = `${(100 * pen.x) / paper.width}%`;
  mark.style.top = `${(100 * pen.y) / paper.height}%`;
}

function movePen() {
  for (const key of held) {
    const inside = (place) => Math.min(Math.max(place, 0), paper.width);
    pen.x = inside(pen.x + ARROWS[key][0]);
    pen.y = inside(pen.y + ARROWS[key][1]);
  }
  if (pen.down) strokes.at(-1).push({ x: pen.x, y: pen.y });
}

function togglePen() {
  pen.down = !pen.down;
  if (pen.down) strokes.push([{ x: pen.x, y: pen.y }]);
  announce(pen.down ? "Pen down." : "Pen up.");
}

paper.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in ARROWS) {
    held.add(event.key);
    movePen();
  } else if (event.key === " ") {
    if (!event.repeat) togglePen();
  } else if (event.key === "Backspace") {
    undo();
  } else if (event.key === "Escape") {
    clear();
  } else {
    return;
  }
  event.preventDefault();
  showPen();
  redraw();
});

paper.addEventListener("keyup", (event) => held.delete(event.key));
paper.addEventListener("focus", () => {
  if (paper.matches(":focus-visible")) showPen();
});
paper.addEventListener("blur", () => {
  held.clear();
  pen.down = false;
  element("pen").hidden = true;
});

// ---- Undo, clear, samples, photographs -----------------------------------

function undo() {
  pen.down = false;
  if (!strokes.pop()) photograph = null;
  redraw();
}

function clear() {
  pen.down = false;
  strokes = [];
  photograph = null;
  redraw();
}

element("undo").addEventListener("click", undo);
element("clear").addEventListener("click", clear);

function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function show(canvas) {
  clear();
  photograph = canvas;
}

// A sample: 28 x 28 bytes as text, dark ink on white paper.
function sampleCanvas(base64) {
  const canvas = canvasOf(28, 28);
  const image = new ImageData(28, 28);
  [...atob(base64)].forEach((letter, place) => {
    const gray = 255 - letter.charCodeAt(0);
    image.data.set([gray, gray, gray, 255], 4 * place);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

SAMPLES.forEach(({ digit, base64 }) => {
  const button = document.createElement("button");
  const canvas = sampleCanvas(base64);
  button.type = "button";
  button.setAttribute("aria-label", `Somebody's ${digit}`);
  button.addEventListener("click", () => show(canvas));
  button.append(canvas);
  element("samples").append(button);
});

async function open(file) {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const factor = Math.min(1, 2048 / Math.max(width, height));
    const side = (old) => Math.max(1, Math.round(old * factor));
    const canvas = canvasOf(side(width), side(height));
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    show(canvas);
  } catch {
    announce("This file is no picture that the browser can read.");
  } finally {
    URL.revokeObjectURL(address);
  }
}

element("file").addEventListener("change", (event) => {
  if (event.target.files.length) open(event.target.files[0]);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) open(event.dataTransfer.files[0]);
});
document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) open(event.clipboardData.files[0]);
});

// ---- The answer ----------------------------------------------------------

// Said once the pen rests, so that a screen reader is not flooded.
let speaking = 0;
function announce(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => (element("answer").textContent = text), 250);
}

// Nothing is certain: what would round to 100% is more than 99%.
const percent = (share) =>
  share > 0.99 ? ">99%" : `${(100 * share).toFixed(0)}%`;

for (let digit = 0; digit < 10; digit++) {
  const row = document.createElement("li");
  row.innerHTML = `<span>${digit}</span><b></b><span></span>`;
  element("bars").append(row);
}

function showBars(confidences) {
  [...element("bars").children].forEach((row, digit) => {
    const share = confidences ? confidences[digit] : 0;
    row.children[1].style.backgroundSize = `${100 * share}% 100%`;
    row.children[2].textContent = confidences ? percent(share) : "";
  });
}

function sentenceOf({ refused, digit, confidences }) {
  if (refused) return `No digit: ${refused}.`;
  const name = digit === 8 ? "an 8" : `a ${digit}`;
  const share = percent(confidences[digit]).replace(">", "more than ");
  return `It is ${name}, with ${share} confidence.`;
}

function showAnswer() {
  showBars(current && current.confidences);
  if (!current) {
    element("area").textContent = "";
    announce("No digit: the paper is blank.");
    return;
  }
  const { value, low, high } = current.area;
  element("area").textContent =
    `Filled area: the network says ${value.toFixed(0)} px² ` +
    `(90% interval ${low.toFixed(0)} to ${high.toFixed(0)}), ` +
    `counted: ${current.counted} px².` +
    (current.refused ? " The interval holds for digits only." : "");
  announce(sentenceOf(current));
}

function stepsThatAreOn() {
  const boxes = [...document.querySelectorAll("[data-step]")];
  const steps = boxes.map((box) => [box.dataset.step, box.checked]);
  return Object.fromEntries(steps);
}

for (const box of document.querySelectorAll("[data-step]")) {
  box.addEventListener("change", redraw);
}

function update() {
  const picture = prepare(source(), stepsThatAreOn());
  current = picture && { picture, ...answerTo(picture) };
  showAnswer();
  showLayers();
}

// ---- Layers --------------------------------------------------------------

// For each layer: how far apart the fields of two neighbors begin, and how
// many pixels a unit sees, along each side; and how large a unit is drawn.
const LAYERS = [
  { name: "C1", what: "6 maps of 28x28", jump: 1, field: 5, zoom: 4 },
  { name: "S2", what: "6 maps of 14x14", jump: 2, field: 6, zoom: 6 },
  { name: "C3", what: "16 maps of 10x10", jump: 2, field: 14, zoom: 6 },
  { name: "S4", what: "16 maps of 5x5", jump: 4, field: 16, zoom: 10 },
  { name: "C5", what: "120 units", jump: 0, field: 32, zoom: 12 },
  { name: "F6", what: "84 units", jump: 0, field: 32, zoom: 12 },
];
const GAP = 6; // pixels between two maps
let chosen = null; // {layer, map, row, column}

// Where maps stand: in rows that fit the page; units of C5 and F6 likewise.
function gridOf(layer) {
  const { side, depth, zoom } = layer;
  const cell = side * zoom + (side > 1 ? GAP : 1);
  const room = element("layers").clientWidth;
  const columns = Math.max(1, Math.min(depth, Math.floor(room / cell)));
  return { cell, columns, rows: Math.ceil(depth / columns) };
}

for (const layer of LAYERS) {
  const [depth, side] = layer.what.match(/\d+/g).map(Number);
  Object.assign(layer, { depth, side: side ?? 1, canvas: canvasOf(1, 1) });
  const block = document.createElement("div");
  block.className = "layer";
  block.innerHTML = `<h3>${layer.name}: ${layer.what}</h3>`;
  block.append(layer.canvas);
  element("layers").append(block);
  layer.canvas.tabIndex = 0;
  layer.canvas.setAttribute("role", "application");
  layer.canvas.setAttribute("aria-describedby", "unit");
  layer.canvas.setAttribute("aria-label", `Units of ${layer.name}`);
  layer.canvas.addEventListener("pointermove", (e) => point(layer, e));
  layer.canvas.addEventListener("pointerdown", (e) => point(layer, e));
  layer.canvas.addEventListener("pointerleave", () => choose(null));
  layer.canvas.addEventListener("blur", () => choose(null));
  layer.canvas.addEventListener("focus", () => {
    if (layer.canvas.matches(":focus-visible")) {
      choose({ layer, map: 0, row: 0, column: 0 });
    }
  });
  layer.canvas.addEventListener("keydown", (e) => stepToUnit(layer, e));
}

function point(layer, event) {
  const { cell, columns } = gridOf(layer);
  const frame = layer.canvas.getBoundingClientRect();
  const factor = layer.canvas.width / frame.width;
  const x = (event.clientX - frame.left) * factor;
  const y = (event.clientY - frame.top) * factor;
  const map = Math.floor(y / cell) * columns + Math.floor(x / cell);
  const row = Math.floor((y % cell) / layer.zoom);
  const column = Math.floor((x % cell) / layer.zoom);
  const hit =
    x >= 0 && y >= 0 && x < cell * columns && map < layer.depth &&
    row < layer.side && column < layer.side;
  choose(hit ? { layer, map, row, column } : null);
}

function stepToUnit(layer, event) {
  if (!(event.key in ARROWS)) return;
  event.preventDefault();
  const first = { map: 0, row: 0, column: 0 };
  const start = chosen?.layer === layer ? chosen : first;
  const [across, down] = ARROWS[event.key].map(Math.sign);
  const { side, depth } = layer;
  // through a map pixel by pixel, and at its end on into the next map
  let row = start.row + down;
  let column = start.column + across;
  let map = start.map;
  if (row < 0 || column < 0) map -= 1;
  if (row >= side || column >= side) map += 1;
  if (map < 0 || map >= depth) return;
  row = (row + side) % side;
  column = (column + side) % side;
  choose({ layer, map, row, column });
}

function choose(unit) {
  const changed = new Set([chosen?.layer, unit?.layer]);
  chosen = unit;
  LAYERS.filter((layer) => changed.has(layer)).forEach(showLayer);
  showUnit();
}

// The first pixel of a unit's receptive field, and how many it has.
function fieldOf({ layer, row, column }) {
  return [layer.jump * row, layer.jump * column, layer.field];
}

function showUnit() {
  showCopy();
  if (!chosen || !current) {
    element("unit").textContent = "No unit chosen.";
    return;
  }
  const { layer, map, row, column } = chosen;
  const stack = current.layers[layer.name];
  const at = (row * layer.side + column) * layer.depth + map;
  const [top, left, size] = fieldOf(chosen);
  const where =
    layer.side > 1
      ? `${layer.name}, map ${map}, row ${row}, column ${column}`
      : `${layer.name}, unit ${map}`;
  element("unit").textContent =
    `${where}: ${stack.data[at].toFixed(2)}. It sees rows ${top} to ` +
    `${top + size - 1} and columns ${left} to ${left + size - 1}.`;
}

function colorOf(name) {
  const text = getComputedStyle(document.documentElement);
  return text.getPropertyValue(name).trim();
}

// Numbers as the strength of a color: 0 shows the page behind it.
function paintNumbers(canvas, numbers, largest, left, top, zoom, columns) {
  const context = canvas.getContext("2d");
  numbers.forEach((value, place) => {
    if (value <= 0) return;
    context.globalAlpha = value / largest;
    const x = left + zoom * (place % columns);
    const y = top + zoom * Math.floor(place / columns);
    context.fillRect(x, y, zoom, zoom);
  });
  context.globalAlpha = 1;
}

function showCopy() {
  const copy = element("copy");
  const context = copy.getContext("2d");
  context.clearRect(0, 0, copy.width, copy.height);
  context.fillStyle = colorOf("--text");
  if (current) paintNumbers(copy, current.picture.data, 255, 0, 0, 8, 32);
  if (chosen) {
    const [top, left, size] = fieldOf(chosen);
    context.strokeStyle = colorOf("--mark");
    context.lineWidth = 3;
    context.strokeRect(8 * left + 1, 8 * top + 1, 8 * size - 2, 8 * size - 2);
  }
}

function showLayers() {
  LAYERS.forEach(showLayer);
  showUnit();
}

function showLayer(layer) {
  const { canvas, side, depth, zoom } = layer;
  const { cell, columns, rows } = gridOf(layer);
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const context = canvas.getContext("2d");
  const [ink, line] = [colorOf("--ink"), colorOf("--line")];
  const data = current ? current.layers[layer.name].data : [];
  const largest = data.length ? data.reduce((a, b) => Math.max(a, b)) : 1;
  const cornerOf = (map) => [
    (map % columns) * cell,
    Math.floor(map / columns) * cell,
  ];
  for (let map = 0; map < depth; map++) {
    const [left, top] = cornerOf(map);
    const numbers = data.filter((_, place) => place % depth === map);
    context.fillStyle = ink;
    paintNumbers(canvas, numbers, largest || 1, left, top, zoom, side);
    context.strokeStyle = line;
    const frame = side * zoom - 1;
    context.strokeRect(left + 0.5, top + 0.5, frame, frame);
  }
  if (chosen?.layer === layer) {
    const [left, top] = cornerOf(chosen.map);
    const [x, y] = [left + chosen.column * zoom, top + chosen.row * zoom];
    context.strokeStyle = colorOf("--mark");
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, zoom - 2, zoom - 2);
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", redraw);
window.addEventListener("resize", redraw);

element("card").textContent =
  `With these they misread ${(100 * RELEASED.classifier.error).toFixed(2)}% ` +
  "of the 10,000 test digits and miss their filled area by " +
  `${RELEASED.area.error.toFixed(1)} px² on average.`;
redraw();
