"use strict";

// The network: from features to answers. Sums go one by one in the order of the inputs, each product
// and each sum rounded to float: no rounding is left to the browser.

// Bytes of float32, lowest byte first.
function decodeFloats(base64) {
    const text = atob(base64);
    const view = new DataView(new ArrayBuffer(text.length));
    for (let i = 0; i < text.length; i++) {
        view.setUint8(i, text.charCodeAt(i));
    }
    const floats = new Float32Array(text.length / 4);
    for (let i = 0; i < floats.length; i++) {
        floats[i] = view.getFloat32(4 * i, true);
    }
    return floats;
}

// Layers of weights [inputs][outputs]; the numbers have them [outputs][inputs], biases behind them.
function makeLayers(sizes, activations, numbers) {
    let at = 0;
    return activations.map((activation, l) => {
        const inputs = sizes[l], outputs = sizes[l + 1];
        const weights = new Float32Array(inputs * outputs);
        for (let o = 0; o < outputs; o++) {
            for (let i = 0; i < inputs; i++) {
                weights[i * outputs + o] = numbers[at++];
            }
        }
        const bias = numbers.subarray(at, at + outputs);
        at += outputs;
        return {inputs, outputs, activation, weights, bias};
    });
}

// An input of 0 adds nothing to a sum, which starts at 0, not at -0.
function runLayer(layer, x) {
    const {inputs, outputs, weights, bias} = layer;
    const activation = ACTIVATIONS[layer.activation];
    const sums = new Float32Array(outputs); // what is stored is rounded
    for (let i = 0; i < inputs; i++) {
        const input = x[i], row = i * outputs;
        if (input !== 0) {
            for (let o = 0; o < outputs; o++) {
                sums[o] += float(weights[row + o] * input);
            }
        }
    }
    for (let o = 0; o < outputs; o++) {
        sums[o] = activation(float(sums[o] + bias[o]));
    }
    return sums;
}

// Pixels as the numbers that the model was trained on.
function featuresOf({black, white}, pixels) {
    return Float32Array.from(pixels, (pixel) => black + (white - black) * pixel / 255);
}

// Numbers of a preparation, of which there is one for each feature or one for all.
function at(numbers, i) {
    return float(numbers[numbers.length === 1 ? 0 : i]);
}

// Features as the data have them, bytes divided by 255 already, to outputs: logits, of one output for
// two classes those of both, or numbers in their units.
function runNetwork(model, layers, features) {
    const preparation = model.preparation || {};
    let x = Float32Array.from(features);
    if (preparation.mean) {
        x = x.map((value, i) => float(value - at(preparation.mean, i)) / at(preparation.deviation, i));
    }
    for (const layer of layers) {
        x = runLayer(layer, x);
    }
    if (x.length < model.names.length) {
        x = Float32Array.of(-x[0], x[0]);
    }
    if (model.task === "numbers" && preparation.target_mean) {
        x = x.map((value, i) => float(value * at(preparation.target_deviation, i)) +
            at(preparation.target_mean, i));
    }
    return x;
}

function softmax(outputs) {
    const largest = outputs.reduce((most, output) => Math.max(most, output));
    const powers = Array.from(outputs, (output) => expDouble(output - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return Float32Array.from(powers, (power) => power / sum);
}

// Outputs to what they mean: probabilities or numbers.
function answersOf(model, outputs) {
    if (model.answers === "softmax") {
        return softmax(outputs);
    }
    return model.answers === "sigmoid"
        ? outputs.map((output) => 1 / (1 + expDouble(-output)))
        : outputs;
}

// The place of the largest number, the first of equals.
function indexOfLargest(numbers) {
    return numbers.reduce((best, number, i) => (number > numbers[best] ? i : best), 0);
}
