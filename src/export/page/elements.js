"use strict";

// Elements of the page, and numbers in it.

const FIELDS_MAX = 200; // inputs of a row that are shown one by one

function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
}

function describe(element, id) {
    element.setAttribute("aria-describedby", id);
    return element;
}

function shorten(x, digits = 4) {
    return String(Number(x.toPrecision(digits)));
}
