// LeNet-5's forward pass: chapter 3's lines of Keras, written out as loops.
//
// A stack of maps is {height, width, depth, data}. The numbers of the pixel
// in a row and a column, one for each of the `depth` maps, stand in `data`
// from place (row * width + column) * depth on. Kernels have Keras's order:
// down, right, map it comes from, map it goes to.
"use strict";

// A stack of maps whose every number is value(row, column, map).
function maps(height, width, depth, value) {
  const data = new Float32Array(height * width * depth);
  for (let row = 0, place = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let map = 0; map < depth; map++) {
        data[place++] = value(row, column, map);
      }
    }
  }
  return { height, width, depth, data };
}

function relu(x) {
  return Math.max(0, x);
}

// keras.layers.Conv2D(depth, size, activation="relu")
function convolution({ height, width, depth, data }, { kernel, bias }) {
  const size = Math.sqrt(kernel.length / (depth * bias.length));
  const [rows, columns] = [height - size + 1, width - size + 1];
  return maps(rows, columns, bias.length, (row, column, map) => {
    let [sum, weight] = [bias[map], map];
    for (let down = 0; down < size; down++) {
      // one row of the patch: `size` pixels with `depth` numbers each
      const start = ((row + down) * width + column) * depth;
      for (let place = start; place < start + size * depth; place++) {
        sum += data[place] * kernel[weight];
        weight += bias.length;
      }
    }
    return relu(sum);
  });
}

// keras.layers.AveragePooling2D(2)
function pooling({ height, width, depth, data }) {
  return maps(height / 2, width / 2, depth, (row, column, map) => {
    const left = (2 * row * width + 2 * column) * depth + map;
    const below = left + width * depth;
    const sum = data[left] + data[left + depth] + data[below];
    return (sum + data[below + depth]) / 4;
  });
}

// keras.layers.Dense(units), with an activation or without
function dense({ data }, { kernel, bias }, activation = (x) => x) {
  return maps(1, 1, bias.length, (row, column, unit) => {
    const product = (x, from) => x * kernel[from * bias.length + unit];
    return activation(bias[unit] + data.map(product).reduce((a, b) => a + b));
  });
}

// keras.ops.softmax(logits); minus the largest, so that no power overflows
function softmax(logits) {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
}

// image: 32 x 32 numbers from 0, paper, to 1, ink. Returns every layer's maps.
function lenet5(image, weights) {
  const input = { height: 32, width: 32, depth: 1, data: image };
  const C1 = convolution(input, weights.C1);
  const S2 = pooling(C1);
  const C3 = convolution(S2, weights.C3);
  const S4 = pooling(C3);
  const C5 = convolution(S4, weights.C5);
  const F6 = dense(C5, weights.F6, relu);
  const output = dense(F6, weights.output);
  return { input, C1, S2, C3, S4, C5, F6, output };
}
