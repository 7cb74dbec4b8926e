"use strict";

// Elementary functions to the bit as descent computes them. What descent computes in float is here
// rounded to float after each operation, which gives the same: a sum, a product or a quotient of two
// floats has no bits that a double would round first.

const float = Math.fround;

const SHARED = new ArrayBuffer(4);
const asFloat = new Float32Array(SHARED);
const asBits = new Uint32Array(SHARED);

function floatOfBits(bits) {
    asBits[0] = bits;
    return asFloat[0];
}

function bitsOfFloat(x) {
    asFloat[0] = x;
    return asBits[0];
}

// 2^n for n in -126 to 127.
function powerOfTwo(n) {
    return floatOfBits((n + 127) << 23);
}

// ((a x + b) x + c) x + … for the factors a, b, c, …
function polynomial(factors, x) {
    let p = factors[0];
    for (let i = 1; i < factors.length; i++) {
        p = float(float(p * x) + factors[i]);
    }
    return p;
}

// The polynomials are those of the Cephes library (S. Moshier).
const EXP = Float32Array.of(1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2,
    1.6666665459e-1, 5.0000001201e-1);
const TANH = Float32Array.of(-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2,
    1.33314422036e-1, -3.33332819422e-1);
const ERF = Float32Array.of(7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3,
    -2.685381193529856e-2, 1.128358514861418e-1, -3.761262582423300e-1, 1.128379165726710);
const ERFC_NEAR = Float32Array.of(2.326819970068386e-2, -1.387039388740657e-1,
    3.687424674597105e-1, -5.824733027278666e-1, 6.210004621745983e-1, -4.944515323274145e-1,
    3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1);
const ERFC_FAR = Float32Array.of(-1.047766399936249e1, 1.297719955372516e1, -7.495518717768503,
    2.921019019210786, -1.015265279202700, 4.218463358204948e-1, -2.820767439740514e-1,
    5.641895067754075e-1);
const LOG = Float32Array.of(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
    1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1);
const LOG2_E = float(1.44269504088896341);
const LN2_HIGH = float(0.693359375);
const LN2_LOW = float(2.12194440e-4);
const HALF_ROOT = float(0.70710678118654752);
const LEAK = float(0.01);
const ROUNDER = 12582912; // 1.5 * 2^23: adding it rounds to the nearest integer

// e^x.
function exp(x) {
    x = x < -104 ? -104 : x > 89 ? 89 : x;
    const k = float(float(float(x * LOG2_E) + ROUNDER) - ROUNDER);
    const r = float(float(x - float(k * LN2_HIGH)) + float(k * LN2_LOW));
    const p = float(float(float(polynomial(EXP, r) * float(r * r)) + r) + 1);
    const half = k >> 1; // in two factors, so that the result may be subnormal or infinite
    return float(float(p * powerOfTwo(half)) * powerOfTwo(k - half));
}

function sigmoid(x) {
    return float(1 / float(1 + exp(-x)));
}

function tanh(x) {
    const magnitude = Math.abs(x);
    if (magnitude < 0.625) {
        const square = float(x * x);
        return float(float(float(polynomial(TANH, square) * square) * x) + x);
    }
    const far = float(1 - float(2 / float(exp(float(2 * magnitude)) + 1)));
    return x < 0 ? -far : far;
}

// e^x - 1 for x <= 0.
function expLessOne(x) {
    if (x > float(-0.34)) {
        return float(float(polynomial(EXP, x) * float(x * x)) + x);
    }
    return float(exp(x) - 1);
}

// The normal distribution up to x.
function gauss(x) {
    const t = float(Math.abs(x) * HALF_ROOT);
    const square = float(t * t);
    let tail;
    if (t < 1) {
        tail = float(0.5 - float(float(0.5 * t) * polynomial(ERF, square)));
    } else {
        const inverse = float(1 / t);
        const factors = t < 2 ? ERFC_NEAR : ERFC_FAR;
        tail = float(float(float(0.5 * exp(-square)) * inverse) *
            polynomial(factors, float(inverse * inverse)));
    }
    return x < 0 ? tail : float(1 - tail);
}

// ln x for normal x > 0.
function log(x) {
    const above = bitsOfFloat(x) - 0x3F3504F3; // x = 2^k (1 + m), 1 + m between the roots of 1/2 and 2
    const k = above >> 23;
    const m = float(floatOfBits((above & 0x007FFFFF) + 0x3F3504F3) - 1);
    const square = float(m * m);
    let sum = float(float(polynomial(LOG, m) * m) * square);
    sum = float(float(float(sum - float(k * LN2_LOW)) - float(0.5 * square)) + m);
    return float(sum + float(k * LN2_HIGH));
}

// ln(1 + x) for x in [0, 1].
function logOnePlus(x) {
    const sum = float(1 + x);
    const kept = float(sum - 1);
    return kept > 0 ? float(log(sum) * float(x / kept)) : x;
}

const ACTIVATIONS = {
    "identity": (z) => z,
    "relu": (z) => (z < 0 ? 0 : z),
    "leaky-relu": (z) => (z < 0 ? float(LEAK * z) : z),
    "elu": (z) => (z < 0 ? expLessOne(z) : z),
    "gelu": (z) => float(z * gauss(z)),
    "silu": (z) => float(z * sigmoid(z)),
    "tanh": tanh,
    "sigmoid": sigmoid,
    "softplus": (z) => float((z < 0 ? 0 : z) + logOnePlus(exp(z < 0 ? z : -z))),
};

// To the nearest integer, halves to the even one, for |x| < 2^51.
function roundEven(x) {
    return x + 6755399441055744 - 6755399441055744;
}

function powerOfTwoDouble(n) {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, (n + 1023) << 20);
    return view.getFloat64(0);
}

const EXP_DOUBLE = [6227020800, 479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6,
    2].map((factorial) => 1 / factorial);

// e^x in double: x = k ln 2 + r, and then a series. Not Math.exp, which differs by the browser.
function expDouble(x) {
    x = Math.min(Math.max(x, -746), 710);
    const k = roundEven(x * 1.44269504088896340736);
    const a = x - k * 6.93147180369123816490e-1;
    const b = 0 - k * 1.90821492927058770002e-10;
    const high = a + b;
    const ofB = high - a;
    const low = (a - (high - ofB)) + (b - ofB);
    let p = 0;
    for (const factor of EXP_DOUBLE) {
        p = p * high + factor;
    }
    const aboveOne = high + (low + low * high + p * high * high);
    const half = Math.trunc(k / 2);
    return (1 + aboveOne) * powerOfTwoDouble(half) * powerOfTwoDouble(k - half);
}
