"use strict";

// The paper: strokes by mouse, finger, pen and keyboard, and pictures laid on it. What was done is
// kept, so that it can be undone.

const LONG_SIDE = 280; // pixels of the paper's longer side, whatever the screen's are
const PEN = 28; // of which networks of MNIST and of the bundled digits read most
const STEP = 10; // of the keyboard's pen
const PIXELS_MAX = 1 << 25;

// What lies below what is transparent: white, but for a picture that would vanish in it.
function backgroundOf(data) {
    let visible = false;
    for (let i = 0; i < data.length; i += 4) {
        visible = visible || data[i + 3] > 0;
        if (data[i + 3] > 0 && (data[i] < 255 || data[i + 1] < 255 || data[i + 2] < 255)) {
            return 255;
        }
    }
    return visible ? 0 : 255;
}

// Pixels of a canvas as predict takes them from a file: grey, or red, green and blue.
function imageOfCanvas(canvas, channels) {
    const {width, height} = canvas;
    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
    const background = backgroundOf(data), pixels = new Uint8Array(width * height * channels);
    const layOver = (value, alpha) => ((value * alpha + background * (255 - alpha) + 127) / 255) | 0;
    for (let i = 0, to = 0; i < data.length; i += 4) {
        const alpha = data[i + 3];
        const red = layOver(data[i], alpha), green = layOver(data[i + 1], alpha);
        const blue = layOver(data[i + 2], alpha);
        if (channels === 3) {
            pixels[to++] = red;
            pixels[to++] = green;
            pixels[to++] = blue;
        } else {
            pixels[to++] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
        }
    }
    return {height, width, channels, pixels};
}

async function readPicture(file) {
    const bitmap = await createImageBitmap(file,
        {colorSpaceConversion: "none", premultiplyAlpha: "none"});
    if (bitmap.width * bitmap.height > PIXELS_MAX) {
        throw new RangeError("too large");
    }
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    return canvas;
}

class Paper {
    // For a network of such images; calls changed() whenever there is something else to paint.
    constructor(canvas, shape, changed) {
        const scale = LONG_SIDE / Math.max(shape.width, shape.height);
        canvas.width = Math.max(1, Math.round(shape.width * scale));
        canvas.height = Math.max(1, Math.round(shape.height * scale));
        this.canvas = canvas;
        this.context = canvas.getContext("2d", {willReadFrequently: true});
        this.channels = shape.channels;
        this.changed = changed;
        this.done = []; // strokes and pictures; null: all before was cleared
        this.light = false;
    }

    // What is on the paper now.
    get items() {
        return this.done.slice(this.done.lastIndexOf(null) + 1);
    }

    get isEmpty() {
        return this.items.length === 0;
    }

    add(item) {
        this.done.push(item);
        this.changed();
    }

    clear() {
        if (!this.isEmpty) {
            this.add(null);
        }
    }

    undo() {
        this.done.pop();
        this.changed();
    }

    paint() {
        const {context, canvas} = this;
        context.fillStyle = this.light ? "#000" : "#fff";
        context.fillRect(0, 0, canvas.width, canvas.height);
        for (const item of this.items) {
            if (item.points) {
                this.drawStroke(item);
            } else {
                this.drawPicture(item);
            }
        }
    }

    drawStroke({points}) {
        const {context} = this;
        context.strokeStyle = this.light ? "#fff" : "#202020";
        context.lineWidth = PEN;
        context.lineCap = context.lineJoin = "round";
        context.beginPath();
        context.moveTo(...points[0]);
        for (const point of points) {
            context.lineTo(...point);
        }
        context.stroke();
    }

    drawPicture(picture) {
        const {context, canvas} = this;
        const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
        const width = picture.width * scale, height = picture.height * scale;
        context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    }

    // A picture that nothing is drawn on is taken as it is, in its own size.
    get image() {
        const last = this.items[this.items.length - 1];
        return imageOfCanvas(last && !last.points ? last : this.canvas, this.channels);
    }

    begin(point) {
        this.stroke = {points: [point]};
        this.add(this.stroke);
    }

    move(point) {
        if (this.stroke) {
            this.stroke.points.push(point);
            this.changed();
        }
    }

    end() {
        this.stroke = null;
    }
}

function listenToPointer(paper) {
    const {canvas} = paper;
    const place = (event) => {
        const box = canvas.getBoundingClientRect();
        return [(event.clientX - box.left) * canvas.width / box.width,
            (event.clientY - box.top) * canvas.height / box.height];
    };
    canvas.addEventListener("pointerdown", (event) => {
        if (event.isPrimary && event.button === 0) {
            canvas.setPointerCapture(event.pointerId);
            paper.begin(place(event));
        }
    });
    canvas.addEventListener("pointermove", (event) => {
        if (event.isPrimary) {
            const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
            (all.length > 0 ? all : [event]).forEach((moved) => paper.move(place(moved)));
        }
    });
    for (const name of ["pointerup", "pointercancel"]) {
        canvas.addEventListener(name, () => paper.end());
    }
}

// The arrow keys move a pen, which Space sets down and lifts.
function listenToKeys(paper, nib, say) {
    const {canvas} = paper;
    const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    const sides = [canvas.width, canvas.height];
    let at = sides.map((side) => side / 2);
    const show = (shown) => {
        nib.hidden = !shown;
        nib.classList.toggle("down", Boolean(paper.stroke));
        nib.style.left = `${100 * at[0] / canvas.width}%`;
        nib.style.top = `${100 * at[1] / canvas.height}%`;
    };
    canvas.addEventListener("keydown", (event) => {
        if (moves[event.key]) {
            at = at.map((x, axis) => Math.min(Math.max(x + STEP * moves[event.key][axis], 0), sides[axis]));
            paper.move([...at]);
        } else if (event.key === " " && paper.stroke) {
            paper.end();
            say("pen lifted");
        } else if (event.key === " ") {
            paper.begin([...at]);
            say("pen down");
        } else if ((event.ctrlKey || event.metaKey) && event.key === "z") {
            paper.end();
            paper.undo();
        } else {
            return;
        }
        event.preventDefault();
        show(true);
    });
    canvas.addEventListener("blur", () => {
        paper.end();
        show(false);
    });
}

// Files that are dropped, pasted or chosen; lay(file) takes one.
function listenToFiles(sheet, input, lay) {
    const first = (list) => {
        if (list && list.length > 0) {
            lay(list[0]);
            return true;
        }
        return false;
    };
    for (const name of ["dragover", "dragleave", "drop"]) {
        document.addEventListener(name, (event) => {
            event.preventDefault();
            sheet.classList.toggle("over", name === "dragover");
            if (name === "drop") {
                first(event.dataTransfer.files);
            }
        });
    }
    document.addEventListener("paste", (event) => {
        if (first(event.clipboardData.files)) {
            event.preventDefault();
        }
    });
    input.addEventListener("change", () => {
        first(input.files);
        input.value = "";
    });
}
