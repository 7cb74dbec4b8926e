// Uses exported pages as somebody would, in a headless Chromium, and says what it saw.
//
//     node use_page.js CHROMIUM FOLDER
//
// FOLDER has digits.html, a page of models/digits; the pictures 3.png, 5.png and text.png, which is none;
// and table.html, of columns that numbers, words and missing values are in.
"use strict";

const fs = require("fs");
const path = require("path");
const {chromium} = require("playwright-core");

const [, , executablePath, folder] = process.argv;
const axe = fs.readFileSync(require.resolve("axe-core"), "utf8");
const seen = {errors: [], violations: [], requests: [], accessibility: [], wide: []};

const SEVEN = [[0.3, 0.2], [0.5, 0.2], [0.7, 0.2], [0.6, 0.4], [0.52, 0.6], [0.45, 0.8]];
const ZERO = Array.from({length: 25}, (_, i) => [0.5 - 0.2 * Math.sin(i * Math.PI / 12),
    0.5 - 0.32 * Math.cos(i * Math.PI / 12)]);

// Until what was asked for before the next frame is done.
async function settle(page) {
    await page.evaluate(() => new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
    }));
}

async function answer(page) {
    await settle(page);
    return `${await page.textContent("#best")} ${await page.textContent("#sure")}`;
}

// The next answer that differs from the last one: pictures take their time.
async function answerAfter(page, act) {
    const last = await page.textContent("#sure");
    await act();
    await page.waitForFunction((text) => document.getElementById("sure").textContent !== text, last);
    return answer(page);
}

async function stroke(page, points) {
    const box = await page.locator("#paper").boundingBox();
    const place = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...place(points[0]));
    await page.mouse.down();
    for (const point of points.slice(1)) {
        await page.mouse.move(...place(point), {steps: 3});
    }
    await page.mouse.up();
}

async function touch(page, points) {
    const session = await page.context().newCDPSession(page);
    const box = await page.locator("#paper").boundingBox();
    const send = (type, touchPoints) => session.send("Input.dispatchTouchEvent", {type, touchPoints});
    const place = ([x, y]) => [{x: box.x + x * box.width, y: box.y + y * box.height}];
    await send("touchStart", place(points[0]));
    for (const point of points.slice(1)) {
        await send("touchMove", place(point));
    }
    await send("touchEnd", []);
}

async function drop(page, name) {
    const bytes = [...fs.readFileSync(path.join(folder, name))];
    const data = await page.evaluateHandle(([numbers, file]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(numbers)], file, {type: "image/png"}));
        return transfer;
    }, [bytes, name]);
    await page.dispatchEvent("#paper", "drop", {dataTransfer: data});
}

async function check(page, name) {
    for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({colorScheme});
        await page.evaluate(() => Promise.all(document.getAnimations().map(({finished}) => finished)));
        const {violations} = await page.evaluate(() => axe.run());
        seen.accessibility.push(...violations.map(({id, nodes}) => `${name} ${colorScheme}: ${id}: ${nodes[0].html}`));
    }
    await page.setViewportSize({width: 360, height: 640});
    seen.wide.push(await page.evaluate(() => document.documentElement.scrollWidth));
    await page.setViewportSize({width: 1000, height: 800});
}

async function open(browser, name) {
    const page = await browser.newPage();
    page.on("pageerror", (error) => seen.errors.push(error.message));
    page.on("request", (request) => seen.requests.push(request.url()));
    await page.exposeFunction("violated", (text) => seen.violations.push(text));
    await page.addInitScript(() => document.addEventListener("securitypolicyviolation",
        (event) => window.violated(`${event.violatedDirective}: ${event.blockedURI}`)));
    await page.goto(`file://${path.join(folder, name)}`);
    return page;
}

async function useDigits(browser) {
    const page = await open(browser, "digits.html");
    seen.empty = await answer(page);
    await stroke(page, SEVEN);
    seen.seven = await answer(page);
    await page.click("#clear");
    seen.cleared = await answer(page);
    await page.click("#undo");
    seen.undone = await answer(page);
    await page.click("#clear");
    await touch(page, SEVEN);
    seen.finger = await answer(page);
    await page.click("#clear");
    await stroke(page, ZERO);
    seen.zero = await answer(page);
    await page.click("#clear");
    await page.focus("#paper");
    for (const key of [..."ArrowUp ".repeat(7).trim().split(" "), " ", ..."ArrowDown ".repeat(14).trim().split(" "), " "]) {
        await page.keyboard.press(key);
    }
    seen.keys = await answer(page);
    seen.dropped = await answerAfter(page, () => drop(page, "3.png"));
    seen.chosen = await answerAfter(page, () => page.setInputFiles("#file", path.join(folder, "5.png")));
    await drop(page, "text.png");
    await page.waitForFunction(() => document.getElementById("problem").textContent !== "");
    seen.refused = await page.textContent("#problem");
    const told = seen.chosen.replace(" ", ", ");
    await page.waitForFunction((text) => document.getElementById("status").textContent === text, told);
    await page.evaluate(axe);
    await check(page, "digits");
}

async function useTable(browser) {
    const page = await open(browser, "table.html");
    seen.title = await page.title();
    seen.labels = await page.locator("#fields label").allTextContents();
    await page.fill("#column-0", "1.5");
    await page.selectOption("#column-1", {label: "</script>red"});
    await page.fill("#column-2", "");
    seen.row = await answer(page);
    seen.named = await page.locator("#bars .top span").first().textContent();
    await page.fill("#column-0", "");
    await page.locator("#column-0").evaluate((field) => field.blur());
    seen.emptied = await answer(page);
    await page.click("button[type=reset]");
    seen.reset = await page.inputValue("#column-0");
    await page.evaluate(axe);
    await check(page, "table");
}

(async () => {
    const browser = await chromium.launch({executablePath, args: process.getuid() === 0 ? ["--no-sandbox"] : []});
    await useDigits(browser);
    await useTable(browser);
    await browser.close();
    process.stdout.write(JSON.stringify(seen));
})();
