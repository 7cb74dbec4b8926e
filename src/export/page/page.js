"use strict";

// The page: reads the network out of itself, asks it whenever something has changed, shows its answer.

const BARS_MAX = 12; // of more classes the likeliest are shown
const element = (id) => document.getElementById(id);
const model = JSON.parse(element("model").textContent);
const layers = makeLayers(model.layers, model.activations, decodeFloats(element("weights").textContent));

function percent(share) {
    return `${(100 * share).toFixed(1)} %`;
}

function number(x) {
    return shorten(x, 6);
}

function ask(features) {
    const outputs = runNetwork(model, layers, features);
    return {outputs, answers: answersOf(model, outputs)};
}

function showSight(pixels) {
    const {height, width, channels} = model.image;
    const canvas = element("sight");
    canvas.width = width;
    canvas.height = height;
    const picture = new ImageData(width, height);
    for (let i = 0; pixels && i < width * height; i++) {
        for (let c = 0; c < 3; c++) {
            picture.data[4 * i + c] = pixels[i * channels + (channels === 3 ? c : 0)];
        }
        picture.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(picture, 0, 0);
}

// Places of the answers that get a bar, in their order or the largest first.
function shownAnswers(answers) {
    const places = Array.from(answers, (_, i) => i);
    return model.task === "numbers" || places.length <= BARS_MAX ? places
        : places.sort((a, b) => answers[b] - answers[a]).slice(0, BARS_MAX);
}

function showBars(answers, top) {
    const bars = element("bars"), isNumber = model.answers === "outputs";
    const places = answers ? shownAnswers(answers) : model.names.slice(0, BARS_MAX).map((_, i) => i);
    const many = model.names.length > BARS_MAX && !answers;
    bars.className = isNumber ? "numbers" : "";
    while (bars.children.length > places.length) {
        bars.lastChild.remove();
    }
    places.forEach((i, row) => {
        if (row === bars.children.length) {
            bars.append(make("li", {}, make("span"), ...(isNumber ? []
                : [make("div", {className: "track"}, make("div", {className: "fill"}))]),
                make("span", {className: "share"})));
        }
        const item = bars.children[row], fill = item.querySelector(".fill");
        item.className = top.includes(i) ? "top" : "";
        item.firstChild.textContent = many ? "\u2013" : model.names[i];
        item.lastChild.textContent = !answers ? "\u2013" : isNumber ? number(answers[i]) : percent(answers[i]);
        if (fill) {
            fill.style.width = `${answers ? 100 * answers[i] : 0}%`;
        }
    });
}

// The answer in words: what is said large, and what beside it.
function wordsOf({outputs, answers}) {
    if (model.task === "numbers") {
        return {best: number(answers[0]), sure: model.names[0], top: []};
    }
    if (model.task === "labels") {
        const top = shownAnswers(answers).filter((i) => answers[i] > 0.5);
        return {best: top.map((i) => model.names[i]).join(", ") || "none", sure: "labels above 50 %", top};
    }
    const best = indexOfLargest(outputs);
    const sure = model.answers === "outputs" ? number(answers[best]) : percent(answers[best]);
    return {best: model.names[best], sure, top: [best]};
}

let saying = 0;

// What a screen reader says, once it is quiet.
function say(text) {
    clearTimeout(saying);
    saying = setTimeout(() => { element("status").textContent = text; }, 600);
}

function show(found, nothing) {
    const words = found ? wordsOf(found) : {best: "\u2013", sure: nothing, top: []};
    element("best").textContent = words.best;
    element("best").classList.toggle("long", words.best.length > 7);
    element("sure").textContent = words.sure;
    element("said").hidden = model.task === "numbers" && model.names.length > 1 && Boolean(found);
    showBars(found && found.answers, words.top);
    element("bars").hidden = model.task === "numbers" && model.names.length === 1;
    say(found ? `${words.best}, ${words.sure}` : nothing);
}

// Runs a function before the next picture on the screen, however often it is asked for.
function onceAFrame(run) {
    let asked = false;
    return () => {
        if (!asked) {
            asked = true;
            requestAnimationFrame(() => {
                asked = false;
                run();
            });
        }
    };
}

function look(paper) {
    const {height, width, as_mnist: cropped} = model.image;
    paper.paint();
    element("undo").disabled = paper.done.length === 0;
    element("clear").disabled = paper.isEmpty;
    element("empty").hidden = !paper.isEmpty;
    const image = paper.isEmpty ? null : paper.image;
    const pixels = image && (cropped ? fitPicture(image, height, width) : resizePicture(image, height, width));
    showSight(pixels);
    show(pixels && ask(featuresOf(model.image, pixels)), image ? "no ink found on the paper" : "nothing drawn yet");
}

function lay(paper, file) {
    const problem = element("problem");
    problem.textContent = "";
    readPicture(file).then((picture) => paper.add(picture)).catch(() => {
        problem.textContent = `${file.name || "the picture"}: expected a picture that this browser can read, such as PNG or JPEG.`;
    });
}

function openPaper() {
    const update = onceAFrame(() => look(paper));
    const paper = new Paper(element("paper"), model.image, update);
    update();
    element("drawing").hidden = element("seen").hidden = false;
    element("empty").textContent = "Draw here";
    listenToPointer(paper);
    listenToKeys(paper, element("nib"), say);
    listenToFiles(element("sheet"), element("file"), (file) => lay(paper, file));
    element("undo").addEventListener("click", () => paper.undo());
    element("clear").addEventListener("click", () => paper.clear());
    element("shade").hidden = model.image.as_mnist;
    element("light").addEventListener("change", (event) => {
        paper.light = event.target.checked;
        update();
    });
}

function openForm() {
    const read = makeForm(element("fields"), model);
    const update = onceAFrame(() => {
        const features = read();
        show(features.every(Number.isFinite) ? ask(features) : null, "a field has no number");
    });
    document.querySelector("main").classList.add("rows");
    element("form").hidden = false;
    element("form").addEventListener("input", update);
    element("form").addEventListener("reset", () => setTimeout(update));
    element("form").addEventListener("submit", (event) => event.preventDefault());
    update();
}

function showFacts() {
    element("list").append(...model.facts.flatMap(([term, text]) => [
        make("dt", {textContent: term}), make("dd", {textContent: text})]));
}

// Drawn again where the colours change, or the room.
function showWeights() {
    const dark = matchMedia("(prefers-color-scheme: dark)"), narrow = matchMedia("(max-width: 44rem)");
    const draw = () => {
        element("units-text").textContent =
            drawWeights(element("pictures"), element("inputs"), layers[0], model, narrow.matches);
    };
    element("units").hidden = !model.image && model.layers[0] > FIELDS_MAX;
    if (!element("units").hidden) {
        dark.addEventListener("change", draw);
        narrow.addEventListener("change", draw);
        draw();
    }
}

function leadOf() {
    const what = {
        classes: `which of ${model.names.length} classes it takes it for`,
        labels: `which of ${model.names.length} labels it gives it`,
        numbers: `the ${model.names.length === 1 ? "number" : "numbers"} that it makes of it`,
    }[model.task];
    return `A neural network, whole in this page. ${model.image
        ? "Draw something, or drop a picture on the paper" : "Change the values"}, and it says ${what}.`;
}

element("lead").textContent = leadOf();
(model.image ? openPaper : openForm)();
showFacts();
showWeights();
