// Runs models of ONNX by onnxruntime-web, in node.
//
//   node tests/node/run_onnx.js MODEL.onnx INPUTS [MODEL.onnx INPUTS]...
//
// INPUTS is how many numbers a sample has; the file MODEL.features has the samples, floats in
// little-endian order. For each of a model's outputs the file MODEL.NAME gets its floats for all samples
// at once, and MODEL.NAME-1 those for the first sample alone.
'use strict';
const fs = require('fs');
const ort = require('onnxruntime-web');

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

async function run(path, inputs) {
    const base = path.replace(/\.onnx$/, '');
    const bytes = new Uint8Array(fs.readFileSync(base + '.features'));
    const features = new Float32Array(bytes.buffer);
    const session = await ort.InferenceSession.create(new Uint8Array(fs.readFileSync(path)));
    for (const [suffix, samples] of [['', features], ['-1', features.slice(0, inputs)]]) {
        const shape = [samples.length / inputs, inputs];
        const outputs = await session.run({features: new ort.Tensor('float32', samples, shape)});
        for (const name of session.outputNames) {
            fs.writeFileSync(`${base}.${name}${suffix}`, outputs[name].data);
        }
    }
    await session.release();
}

(async () => {
    const told = process.argv.slice(2);
    for (let i = 0; i < told.length; i += 2) {
        await run(told[i], Number(told[i + 1]));
    }
})();
