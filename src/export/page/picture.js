"use strict";

// Pictures as MNIST's digits were made: the ink is found on its paper, cropped, scaled, and moved until
// its mass is centred. To the bit what `descent predict` does.

const FAINTEST = 16; // ink that differs less from its background is none
const VISIBLE = 48; // of 255: fainter ink does not count for the box
const BLUR = 48; // of 255: fainter ink is a blurred edge
const ROOMY = 20; // sides from which on there is room around the ink
const STRAY = 0.003; // share of the ink that may lie outside of each side of the box

// The least level that at least this share of the pixels does not exceed.
function quantile(counts, share) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    for (let level = 0; level < 256; level++) {
        sum += counts[level];
        if (sum >= share * total && sum > 0) {
            return level;
        }
    }
    return 0;
}

function countAll(levels) {
    const counts = new Float64Array(256);
    for (const level of levels) {
        counts[level]++;
    }
    return counts;
}

// Calls visit(x, y) for the pixels at the border: a twentieth of the shorter side, and one pixel.
function visitBorder(height, width, visit) {
    const wide = 1 + Math.floor(Math.min(height, width) / 20);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (y >= wide && x >= wide && y + wide < height && x + wide < width) {
                x = width - wide;
            }
            visit(x, y);
        }
    }
}

// The paper's level, by the medians of the border's four quarters: level + right x + down y + both x y.
function findPaper({height, width, pixels}) {
    const quarters = [0, 1, 2, 3].map(() => ({counts: new Float64Array(256), pixels: 0, x: 0, y: 0}));
    const all = new Float64Array(256);
    visitBorder(height, width, (x, y) => {
        const quarter = quarters[(2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0)];
        const level = pixels[y * width + x];
        quarter.counts[level]++;
        quarter.pixels++;
        quarter.x += (x + 0.5) / width;
        quarter.y += (y + 0.5) / height;
        all[level]++;
    });
    const level = quantile(all, 0.5);
    const bound = 0.5 * quantile(countAll(pixels.map((pixel) => Math.abs(pixel - level))), 0.999);
    const medians = quarters.map((quarter) => quantile(quarter.counts, 0.5));
    const usable = quarters.every((quarter, q) => quarter.pixels > 0 && Math.abs(medians[q] - level) <= bound);
    return usable ? interpolate(quarters, medians) : {level, right: 0, down: 0, both: 0};
}

function interpolate(quarters, medians) {
    const place = (q, axis) => quarters[q][axis] / quarters[q].pixels;
    const x = place(0, "x"), y = place(0, "y");
    const width = place(1, "x") - x;
    const height = place(2, "y") - y;
    const right = (medians[1] - medians[0]) / width;
    const down = (medians[2] - medians[0]) / height;
    const both = (medians[3] - medians[2] - medians[1] + medians[0]) / (width * height);
    return {
        level: medians[0] - right * x - down * y + both * x * y,
        right: right - both * y,
        down: down - both * x,
        both,
    };
}

// The difference of each pixel to the paper, towards darker ink or lighter one.
function subtractPaper({height, width, pixels}, paper, darker) {
    const ink = new Uint8Array(height * width);
    for (let y = 0; y < height; y++) {
        const along = (y + 0.5) / height;
        for (let x = 0; x < width; x++) {
            const across = (x + 0.5) / width;
            const level = paper.level + paper.right * across + paper.down * along +
                paper.both * across * along;
            const above = pixels[y * width + x] - roundEven(Math.min(Math.max(level, 0), 255));
            ink[y * width + x] = Math.max(darker ? -above : above, 0);
        }
    }
    return ink;
}

// The level that parts the pixels into the two most different groups (Otsu 1979).
function otsu(counts) {
    let total = 0, sum = 0, below = 0, sumBelow = 0, best = -1, threshold = 0;
    counts.forEach((count, level) => {
        total += count;
        sum += count * level;
    });
    for (let level = 0; level < 255; level++) {
        below += counts[level];
        sumBelow += counts[level] * level;
        const above = total - below;
        if (below > 0 && above > 0) {
            const difference = sumBelow / below - (sum - sumBelow) / above;
            const between = below * above * difference * difference;
            if (between > best) {
                best = between;
                threshold = level;
            }
        }
    }
    return threshold;
}

// The first of the lines and the number of lines that hold all but stray ink.
function boundInk(sums) {
    const spare = STRAY * sums.reduce((total, sum) => total + sum, 0);
    let low = 0, high = sums.length;
    for (let sum = sums[0]; low + 1 < high && sum <= spare; sum += sums[low]) {
        low++;
    }
    for (let sum = sums[high - 1]; low + 1 < high && sum <= spare; sum += sums[high - 1]) {
        high--;
    }
    return [low, high - low];
}

function findBox(ink, height, width) {
    const rows = new Float64Array(height), columns = new Float64Array(width);
    ink.forEach((level, i) => {
        if (level >= VISIBLE) {
            rows[Math.floor(i / width)] += level;
            columns[i % width] += level;
        }
    });
    const [top, tall] = boundInk(rows), [left, wide] = boundInk(columns);
    return {top, left, height: tall, width: wide};
}

// How much ink is in each pixel, 0 to 255, and the box around it; null where there is none.
function findInk(image) {
    const {height, width} = image;
    const paper = findPaper(image);
    let ink = subtractPaper(image, paper, true);
    const lighter = subtractPaper(image, paper, false);
    if (quantile(countAll(ink), 0.999) <= quantile(countAll(lighter), 0.999)) {
        ink = lighter;
    }
    const counts = countAll(ink), threshold = otsu(counts);
    const full = quantile(counts.map((count, level) => (level > threshold ? count : 0)), 0.9);
    const border = new Float64Array(256);
    visitBorder(height, width, (x, y) => border[ink[y * width + x]]++);
    const noise = 4 * quantile(border, 0.75);
    if (full < FAINTEST || 2 * full <= 3 * noise) {
        return null;
    }
    const stretched = Uint8Array.from(counts, (_, level) => Math.min(255, Math.floor(
        (Math.max(level - noise, 0) * 255 + Math.floor((full - noise) / 2)) / (full - noise))));
    ink = ink.map((level) => stretched[level]);
    return {ink, box: findBox(ink, height, width)};
}

// How much of pixel j of a line of `from` belongs to pixel i of one of `to`.
function shareOf(from, to, i, j) {
    const ratio = from / to;
    if (ratio >= 1) {
        return Math.max(0, Math.min((i + 1) * ratio, j + 1) - Math.max(i * ratio, j));
    }
    const centre = (i + 0.5) * ratio - 0.5;
    return Math.max(0, 1 - Math.abs(Math.min(Math.max(centre, 0), from - 1) - j));
}

// Of each pixel of a line of `to`, from which on it is made, and how much of each.
function sharesAlong(from, to) {
    const ratio = from / to;
    return Array.from({length: to}, (_, i) => {
        const first = Math.max(0, Math.floor(i * ratio - 1));
        const end = Math.min(from, Math.ceil((i + 1) * ratio + 1));
        const weights = Float64Array.from({length: end - first}, (_, j) => shareOf(from, to, i, first + j));
        return {first, weights, total: weights.reduce((sum, weight) => sum + weight, 0)};
    });
}

// to[i * step] = the mean of the numbers under pixel i, which stand `stride` apart.
function resample(to, toAt, step, numbers, numbersAt, stride, shares) {
    shares.forEach(({first, weights, total}, i) => {
        let sum = 0;
        for (let j = 0; j < weights.length; j++) {
            sum += weights[j] * numbers[numbersAt + (first + j) * stride];
        }
        to[toAt + i * step] = sum / total;
    });
}

// The most by which a side of the box may be scaled.
function roomIn(side) {
    return side < ROOMY ? side : Math.floor((side * 5 + 3) / 7);
}

// The first line of the scaled box in a side: its centre of mass is brought to the middle.
function placeIn(side, length, scaled, indexOf) {
    const spare = side - length;
    if (side < ROOMY) {
        return Math.floor((spare + 1) / 2);
    }
    let sum = 0, moment = 0;
    scaled.forEach((level, i) => {
        sum += level;
        moment += level * indexOf(i);
    });
    return Math.min(Math.max(Math.floor(side / 2 - moment / sum + 0.5), 0), spare);
}

// A grey image as what the network sees, [height × width] levels; null where it has no ink.
function fitPicture(image, height, width) {
    const found = findInk(image);
    if (!found) {
        return null;
    }
    const {ink, box} = found;
    const factor = Math.min(roomIn(height) / box.height, roomIn(width) / box.width);
    const scale = (from, most) => Math.min(Math.max(Math.floor(from * factor + 0.5), 1), most);
    const rows = scale(box.height, roomIn(height)), columns = scale(box.width, roomIn(width));
    const faintest = factor < 1 && height >= ROOMY && width >= ROOMY ? BLUR : 0;
    const sharp = Float32Array.from({length: 256}, (_, level) => Math.floor(
        Math.max(level - faintest, 0) * 255 / (255 - faintest)));
    const across = sharesAlong(box.width, columns), down = sharesAlong(box.height, rows);
    const line = new Float32Array(box.width), lines = new Float32Array(box.height * columns);
    for (let y = 0; y < box.height; y++) {
        const start = (box.top + y) * image.width + box.left;
        resample(lines, y * columns, 1, line.map((_, x) => sharp[ink[start + x]]), 0, 1, across);
    }
    const scaled = new Float32Array(rows * columns);
    for (let x = 0; x < columns; x++) {
        resample(scaled, x, columns, lines, x, columns, down);
    }
    return placeInk(scaled, rows, columns, height, width);
}

// Thin strokes pale when they are averaged: the strongest pixel is made full ink.
function placeInk(scaled, rows, columns, height, width) {
    const most = scaled.reduce((largest, level) => Math.max(largest, level), 1);
    const top = placeIn(height, rows, scaled, (i) => Math.floor(i / columns));
    const left = placeIn(width, columns, scaled, (i) => i % columns);
    const pixels = new Uint8Array(height * width);
    scaled.forEach((level, i) => {
        const place = (top + Math.floor(i / columns)) * width + left + i % columns;
        pixels[place] = roundEven(float(float(level * 255) / most));
    });
    return pixels;
}
