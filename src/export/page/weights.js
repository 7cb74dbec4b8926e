"use strict";

// The first layer's weights as pictures: positive ones in the accent's colour, negative ones in grey.

const PICTURES_MAX = 160;

// A colour of the page as red, green, blue.
function colourOf(name) {
    const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const digits = text.length === 4 ? text.slice(1).replace(/./g, "$&$&") : text.slice(1);
    return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16));
}

// Units by falling size of their weights, as many as are shown, in the order of the layer.
function strongestUnits(layer) {
    const sizes = new Float64Array(layer.outputs);
    layer.weights.forEach((weight, i) => { sizes[i % layer.outputs] += weight * weight; });
    return Array.from(sizes, (_, unit) => unit).sort((a, b) => sizes[b] - sizes[a])
        .slice(0, PICTURES_MAX).sort((a, b) => a - b);
}

function largestWeight(layer, units) {
    let most = 0;
    for (let i = 0; i < layer.inputs; i++) {
        units.forEach((unit) => { most = Math.max(most, Math.abs(layer.weights[i * layer.outputs + unit])); });
    }
    return most || 1;
}

// Writes the colour of a weight, a share of the largest, into a pixel.
function paintWeight(data, pixel, share, colours) {
    const [zero, positive, negative] = colours, end = share > 0 ? positive : negative;
    for (let c = 0; c < 3; c++) {
        data[4 * pixel + c] = Math.round(zero[c] + (end[c] - zero[c]) * Math.abs(share));
    }
    data[4 * pixel + 3] = 255;
}

// A grid of images, one for each unit, with a pixel between them.
function drawImages(canvas, layer, {height, width, channels}, colours, narrow) {
    const units = strongestUnits(layer);
    const most = (units.length > 32 ? 16 : 8) / (narrow ? 2 : 1), columns = Math.min(units.length, most);
    canvas.width = columns * (width + 1) - 1;
    canvas.height = Math.ceil(units.length / columns) * (height + 1) - 1;
    const context = canvas.getContext("2d"), picture = context.createImageData(width, height);
    units.forEach((unit, place) => {
        const largest = largestWeight(layer, [unit]);
        for (let pixel = 0; pixel < height * width; pixel++) {
            let sum = 0;
            for (let c = 0; c < channels; c++) {
                sum += layer.weights[(pixel * channels + c) * layer.outputs + unit];
            }
            paintWeight(picture.data, pixel, sum / channels / largest, colours);
        }
        context.putImageData(picture, (place % columns) * (width + 1), Math.floor(place / columns) * (height + 1));
    });
    canvas.style.width = `${100 * columns / most}%`;
    return units.length;
}

// One picture for all units: inputs from above, units from the left.
function drawMatrix(canvas, layer, colours) {
    const units = strongestUnits(layer), most = largestWeight(layer, units);
    canvas.width = units.length;
    canvas.height = layer.inputs;
    const context = canvas.getContext("2d");
    const picture = context.createImageData(units.length, layer.inputs);
    for (let i = 0; i < layer.inputs; i++) {
        units.forEach((unit, u) => paintWeight(picture.data, i * units.length + u,
            layer.weights[i * layer.outputs + unit] / most, colours));
    }
    context.putImageData(picture, 0, 0);
    canvas.style.width = `${units.length}rem`;
    canvas.style.height = `${layer.inputs}rem`;
    return units.length;
}

function inputNames(model) {
    return model.inputs || Array.from({length: model.layers[0]}, (_, i) => `x${i + 1}`);
}

function drawWeights(canvas, labels, layer, model, narrow) {
    const colours = ["--panel", "--accent", "--quiet"].map(colourOf);
    const shown = model.image ? drawImages(canvas, layer, model.image, colours, narrow)
        : drawMatrix(canvas, layer, colours);
    labels.hidden = Boolean(model.image);
    if (!model.image) {
        labels.replaceChildren(...inputNames(model).map((textContent) => make("div", {textContent})));
    }
    const which = shown < layer.outputs ? `the ${shown} of ${layer.outputs} units with the largest weights`
        : shown === 1 ? "its one unit" : `its ${shown} units`;
    return model.image
        ? `A picture for each of ${which}: coloured where ${model.image.as_mnist ? "ink" : "light"} speaks for the unit, grey where it speaks against it.`
        : `A row for each input, a column for each of ${which}: coloured where a larger number speaks for the unit, grey where it speaks against it.`;
}
