"use strict";

// A form for a row of a table: a field for each column that makes features.

// A step of 1, 2 or 5 times a power of ten, a fiftieth of a deviation or less.
function stepOf(deviation) {
    const power = 10 ** Math.floor(Math.log10(deviation / 50));
    const times = deviation / 50 / power;
    return Number((power * (times >= 5 ? 5 : times >= 2 ? 2 : 1)).toPrecision(1));
}

// Each kind of field has a start value, and writes its features.
function numberField(field, id, column, moments) {
    const step = moments ? stepOf(moments.deviation) : 0;
    const start = step > 0 ? Math.round(column.fill / step) * step : column.fill;
    const text = shorten(start, 6);
    const input = make("input", {type: "number", step: "any", id, defaultValue: text});
    field.append(input);
    if (moments) {
        const low = shorten(start - 3 * moments.deviation), high = shorten(start + 3 * moments.deviation);
        const range = make("input", {type: "range", min: low, max: high, step: String(step), defaultValue: text});
        range.setAttribute("aria-labelledby", `${id}-name`);
        describe(range, `${id}-hint`);
        range.addEventListener("input", () => { input.value = range.value; });
        input.addEventListener("input", () => { range.value = input.value; });
        input.before(range);
        const spread = `${shorten(moments.mean, 3)} \u00b1 ${shorten(moments.deviation, 3)} in training`;
        field.append(make("small", {id: `${id}-hint`, textContent: column.flag
            ? `${spread}; empty: missing` : spread}));
        describe(input, `${id}-hint`);
    } else {
        input.classList.add("alone");
    }
    return (features) => {
        const missing = input.value === "" && !input.validity.badInput;
        features[column.first] = missing ? column.fill : Number(input.value || NaN);
        if (column.flag) {
            features[column.first + 1] = missing ? 1 : 0;
        }
    };
}

function wordField(field, id, column) {
    const select = make("select", {id}, ...column.words.map((word) => new Option(word, word)));
    select.add(new Option(column.flag ? "missing" : "another word", ""));
    field.append(select);
    return (features) => {
        if (select.selectedIndex < column.words.length) {
            features[column.first + select.selectedIndex] = 1;
        } else if (column.flag) {
            features[column.first + column.words.length] = 1;
        }
    };
}

// Columns that make features, each with its first one.
function columnsOf(model) {
    let first = 0;
    const all = model.columns || Array.from({length: model.layers[0]}, () => ({kind: "numbers", fill: NaN}));
    return all.map((column, i) => ({...column, name: column.name || `x${i + 1}`}))
        .filter(({kind}) => kind === "numbers" || kind === "words")
        .map((column) => {
            const made = {...column, first};
            first += (column.words ? column.words.length : 1) + (column.flag ? 1 : 0);
            return made;
        });
}

// The mean and the deviation of a feature in training, as the data have it.
function momentsOf(model, feature) {
    const {mean, deviation} = model.preparation || {};
    const scale = model.bytes ? 255 : 1;
    return mean ? {mean: at(mean, feature) * scale, deviation: at(deviation, feature) * scale} : null;
}

function rowField(box, count) {
    const area = make("textarea", {id: "row", rows: 4, spellcheck: false});
    box.append(make("div", {className: "field"},
        make("label", {htmlFor: "row", textContent: `A row of ${count} numbers`}), area));
    return (features) => {
        const numbers = area.value.split(/[\s,;]+/).filter((text) => text !== "").map(Number);
        features.fill(NaN);
        if (numbers.length === count) {
            features.set(numbers);
        }
    };
}

// Fills the box with fields; the result gives the features as they stand in them, NaN where a number
// is none.
function makeForm(box, model) {
    const columns = columnsOf(model), inputs = model.layers[0];
    const scale = model.bytes ? 255 : 1;
    const writers = columns.length > FIELDS_MAX ? [rowField(box, inputs)] : columns.map((column, i) => {
        const id = `column-${i}`, moments = momentsOf(model, column.first);
        const fill = Number.isNaN(column.fill) ? (moments ? moments.mean : 0) : column.fill;
        const field = make("div", {className: "field"},
            make("label", {htmlFor: id, id: `${id}-name`, textContent: column.name}));
        box.append(field);
        return column.words ? wordField(field, id, column)
            : numberField(field, id, {...column, fill}, moments);
    });
    return () => {
        const features = new Float32Array(inputs);
        writers.forEach((write) => write(features));
        for (const {first, words} of columns) {
            features[first] = words ? features[first] : features[first] / scale;
        }
        return features;
    };
}
