"use strict";

// Pictures that are only resized, as `descent predict` does where training did: by a cubic filter,
// Mitchell and Netravali's (1988) to fewer pixels and Catmull and Rom's (1974) to more, edges repeated.
// The arithmetic and its order are those of stb_image_resize.

function mitchell(x) {
    if (x < 1) {
        return float(float(16 + float(float(x * x) * float(float(21 * x) - 36))) / 18);
    }
    const inner = float(-60 + float(x * float(36 - float(7 * x))));
    return x < 2 ? float(float(32 + float(x * inner)) / 18) : 0;
}

function catmullRom(x) {
    if (x < 1) {
        return float(1 - float(float(x * x) * float(2.5 - float(1.5 * x))));
    }
    return x < 2 ? float(2 - float(x * float(4 + float(x * float(float(0.5 * x) - 2.5))))) : 0;
}

function addShare(shares, pixel, weight) {
    if (weight !== 0) {
        shares.push({pixel, weight});
    }
}

// Of each pixel of the larger line, from which pixels of the smaller one it is made.
function sharesUp(from, to, scale) {
    const radius = float(2 * scale);
    return Array.from({length: to}, (_, n) => {
        const middle = float(n + 0.5), centre = float(middle / scale);
        const first = Math.floor(float(float(middle - radius) / scale) + 0.5);
        const last = Math.floor(float(float(middle + radius) / scale) - 0.5);
        const shares = [];
        for (let i = first; i <= last; i++) {
            addShare(shares, i, catmullRom(Math.abs(float(centre - float(i + 0.5)))));
        }
        return shares;
    });
}

// Of each pixel of the smaller line, from which pixels of the larger one it is made.
function sharesDown(from, to, scale) {
    const radius = float(2 / scale), margin = Math.floor(Math.ceil(float(4 / scale)) / 2);
    const shares = Array.from({length: to}, () => []);
    for (let n = -margin; n < from + margin; n++) {
        const middle = float(n + 0.5), centre = float(middle * scale);
        const first = Math.floor(float(float(middle - radius) * scale) + 0.5);
        const last = Math.floor(float(float(middle + radius) * scale) - 0.5);
        for (let i = Math.max(first, 0); i <= Math.min(last, to - 1); i++) {
            const distance = Math.abs(float(float(i + 0.5) - centre));
            addShare(shares[i], n, float(mitchell(distance) * scale));
        }
    }
    return shares;
}

// The shares of each pixel add up to 1; beyond an edge stands its last pixel.
function sharesOf(from, to) {
    const scale = float(to / from);
    const all = scale > 1 ? sharesUp(from, to, scale) : sharesDown(from, to, scale);
    for (const shares of all) {
        const sum = shares.reduce((total, share) => float(total + share.weight), 0);
        for (const share of shares) {
            share.weight = float(share.weight * float(1 / sum));
            share.pixel = Math.min(Math.max(share.pixel, 0), from - 1);
        }
    }
    return all;
}

// `count` numbers that stand side by side in each pixel of a line, resized together.
function resizeLine(to, toAt, from, fromAt, stride, count, all) {
    all.forEach((shares, i) => {
        for (let c = 0; c < count; c++) {
            let sum = 0;
            for (const share of shares) {
                sum = float(sum + float(from[fromAt + share.pixel * stride + c] * share.weight));
            }
            to[toAt + i * stride + c] = sum;
        }
    });
}

// An image of so many channels as [height × width × channels] levels.
function resizePicture(image, height, width) {
    const {channels} = image;
    if (image.height === height && image.width === width) {
        return Uint8Array.from(image.pixels);
    }
    const across = sharesOf(image.width, width), down = sharesOf(image.height, height);
    const shares = Float32Array.from(image.pixels, (pixel) => pixel / 255);
    const row = width * channels;
    const narrow = new Float32Array(image.height * row), resized = new Float32Array(height * row);
    for (let y = 0; y < image.height; y++) {
        resizeLine(narrow, y * row, shares, y * image.width * channels, channels, channels, across);
    }
    resizeLine(resized, 0, narrow, 0, row, row, down);
    return Uint8Array.from(resized, (share) => Math.floor(
        float(Math.min(Math.max(share, 0), 1) * 255) + 0.5));
}
