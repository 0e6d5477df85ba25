// What the page says about a prepared picture: digit or none, and areas.
// The numbers of RELEASED (weights.js) were measured on validation digits.
"use strict";

// A 16-bit floating-point number: 1 bit sign, 5 exponent, 10 fraction.
function halfToNumber(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

// The checksum CRC-32, bit by bit.
function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    }
  }
  return ~sum >>> 0;
}

// The layers of a released network: {C1: {kernel, bias}, ...}.
function weightsOf({ base64, checksum, layers }) {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  if (crc32(bytes) !== checksum) {
    throw new Error("weights.js is damaged: its checksum differs");
  }
  const view = new DataView(bytes.buffer);
  const weights = {};
  let place = 0;
  const next = (count, size) =>
    Float32Array.from({ length: count }, () => {
      place += size;
      return size === 4
        ? view.getFloat32(place - 4, true)
        : halfToNumber(view.getUint16(place - 2, true));
    });
  for (const [name, kernel, bias, size] of layers) {
    weights[name] = { kernel: next(kernel, size), bias: next(bias, size) };
  }
  return weights;
}

const CLASSIFIER = weightsOf(RELEASED.classifier);
const AREA = weightsOf(RELEASED.area);

// The filled area that the regressor says, in square pixels, with interval.
function predictedArea(image) {
  const { scale, offset, half } = RELEASED.area;
  const value = lenet5(image, AREA).output.data[0] * scale + offset;
  return { value, low: Math.max(0, value - half), high: value + half };
}

// Counted in the picture itself: ink, holes, pieces (see chapter 5).
function counted({ height, width, data }) {
  const dark = { height, width, data: data.map((value) => +(value >= 128)) };
  const light = { height, width, data: dark.data.map((value) => 1 - value) };
  const ink = dark.data.reduce((a, b) => a + b);
  const grounds = piecesOf(light, SIDES).pieces;
  const holes = grounds.filter(
    ({ top, bottom, left, right }) =>
      top > 0 && left > 0 && bottom < height && right < width
  );
  const inHoles = holes.reduce((sum, hole) => sum + hole.ink, 0);
  const { pieces } = piecesOf(dark, SIDES_AND_CORNERS);
  return { filled: ink + inHoles, holes: holes.length, pieces: pieces.length };
}

// Why a picture holds no digit; "" if it may be one.
function refusal(picture, logits) {
  const { pieces, ink, logit } = RELEASED.refusal;
  const found = counted(picture);
  const all = picture.data.reduce((a, b) => a + b) / 255;
  if (found.pieces > pieces) return `it is in ${found.pieces} pieces`;
  if (found.holes > 2) return `it has ${found.holes} holes, more than an 8`;
  if (all > ink) return "it has more ink than a digit";
  if (Math.max(...logits) < logit) return "it looks like none of the ten";
  return "";
}

// Everything about a prepared picture of 32 x 32 numbers from 0 to 255.
function answerTo(picture) {
  const image = Float32Array.from(picture.data, (value) => value / 255);
  const layers = lenet5(image, CLASSIFIER);
  const logits = Array.from(layers.output.data);
  const { temperature } = RELEASED.classifier;
  return {
    layers,
    logits,
    digit: logits.indexOf(Math.max(...logits)),
    confidences: softmax(logits.map((logit) => logit / temperature)),
    refused: refusal(picture, logits),
    area: predictedArea(image),
    counted: counted(picture).filled,
  };
}
