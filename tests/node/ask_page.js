// Asks an exported page's own functions, without a browser.
//
//     node ask_page.js PAGE <REQUESTS
//
// A request is {"features": [[…], …]}, as descent predict has them but bytes divided by 255, or
// {"images": [{"height", "width", "channels", "pixels"}, …]}. The answer is a list for each sample, null
// for an image without ink.
"use strict";

const fs = require("fs");
const vm = require("vm");

const html = fs.readFileSync(process.argv[2], "utf8");
const texts = {};
for (const [, id, text] of html.matchAll(/<script id="([^"]+)"[^>]*>([^]*?)<\/script>/g)) {
    texts[id] = text;
}

// One function, so that nothing is looked up in the context.
const scripts = ["numbers.js", "network.js", "picture.js", "resize.js"].map((name) => texts[name] || "");
const answer = vm.runInNewContext(`(model, weights, request) => {
${scripts.join("\n")}
const layers = makeLayers(model.layers, model.activations, decodeFloats(weights));
const ask = (features) => Array.from(answersOf(model, runNetwork(model, layers, features)));
const see = (image) => {
    const {height, width, as_mnist: cropped} = model.image;
    const pixels = cropped ? fitPicture(image, height, width) : resizePicture(image, height, width);
    return pixels && ask(featuresOf(model.image, pixels));
};
return request.features ? request.features.map(ask)
    : request.images.map((image) => see({...image, pixels: Uint8Array.from(image.pixels)}));
}`, {atob});

const request = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(answer(JSON.parse(texts.model), texts.weights, request)));
