// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// What holds for the whole page: no errors, no network, names for screen readers, room for texts,
// both themes, and the time it takes to load.
'use strict';

const assert = require('assert');
const fs = require('fs');
const {Samples, eventually} = require('./html_samples.js');

const kMostBytes = 15 * 1000 * 1000;
const kMostSeconds = 1;  // of one processor; two on the clock is what must not be passed

/** Shows each view in turn by its link. */
async function eachView(page, use) {
  for (const id of await page.$$eval('#nav a', (links) => links.map((link) => link.dataset.view))) {
    await page.click(`#nav a[data-view="${id}"]`);
    await page.waitForSelector(`#view-${id}:not([hidden])`);
    await use(id);
  }
}

/** Opens what a view has to open: the first finding and test, the peak instead of kept bytes. */
async function openParts(page, id) {
  for (const selector
           of ['.finding-head[aria-expanded="false"]', 'button.expand[aria-expanded="false"]',
               'button[data-metric="peak"]:enabled']) {
    const button = page.locator(`#view-${id} ${selector}`).first();
    if (await button.count() > 0) await button.click();
  }
}

/**
 * Controls without a name, images without a label, stray values, skipped headings, repeated ids.
 */
function unnamed() {
  const shown = (each) => each.offsetParent !== null || each.closest('svg');
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const text = (each) => (each.getAttribute('aria-label') || each.textContent || '').trim();
  const problems = [];
  for (const each of all('button, a[href], summary, [role="treeitem"]')) {
    if (!text(each)) problems.push(`no name: ${each.outerHTML.slice(0, 120)}`);
  }
  for (const each of all('input, select, textarea')) {
    if (!each.getAttribute('aria-label') && !each.closest('label')) {
      problems.push(`no label: ${each.outerHTML.slice(0, 120)}`);
    }
  }
  for (const each of all('canvas, img, svg')) {
    if (each.closest('[aria-hidden="true"]')) continue;
    if (!each.getAttribute('aria-label') && !each.getAttribute('aria-labelledby') &&
        !each.querySelector('title')) {
      problems.push(`no label: ${each.outerHTML.slice(0, 120)}`);
    }
  }
  const texts = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (/^(false|true|null|undefined|NaN|\[object.*)$/.test(texts.currentNode.data)) {
      problems.push(`a value for text: ${texts.currentNode.parentNode.outerHTML.slice(0, 120)}`);
    }
  }
  let level = 0;
  for (const each of all('h1, h2, h3, h4, h5, h6')) {
    const next = Number(each.tagName[1]);
    if (next > level + 1) problems.push(`h${next} after h${level}: ${each.textContent}`);
    level = next;
  }
  const landmarks = new Set();
  for (const each of all('section[aria-labelledby], nav, [role="region"], [role="search"]')) {
    const label = each.getAttribute('aria-label') ||
        document.getElementById(each.getAttribute('aria-labelledby'))?.textContent || '';
    const name = `${each.tagName === 'NAV' ? 'nav' : each.getAttribute('role') || 'region'} ${label}`;
    if (landmarks.has(name)) problems.push(`two landmarks are one to the ear: ${name}`);
    landmarks.add(name);
  }
  const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
  for (const id of new Set(ids)) {
    if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`two elements have the id ${id}`);
  }
  return problems.slice(0, 10);
}

/**
 * The page, and texts that people see, where they are wider than their box and it does not scroll.
 */
function overflowing() {
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) problems.push(`the page is ${root.scrollWidth} wide`);
  const boxes = new Set();
  for (const each of document.body.querySelectorAll('*')) {
    const hasText = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || each.offsetParent === null || each.closest('.unseen')) continue;
    let box = each;
    while (getComputedStyle(box).display === 'inline') box = box.parentElement;
    boxes.add(box);
  }
  for (const box of boxes) {
    const isCut = getComputedStyle(box).overflowX !== 'visible';
    if (!isCut && box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0) {
      problems.push(`${box.scrollWidth} in ${box.clientWidth}: ${box.outerHTML.slice(0, 160)}`);
    }
  }
  return problems.slice(0, 5);
}

const checks =
    Samples.names.map((name) => [`${name}: no error, no request, all named`, async (samples) => {
                        const page = await samples.open(name);
                        await eachView(page, async (id) => {
                          await openParts(page, id);
                          assert.deepStrictEqual(await page.evaluate(unnamed), [], `view ${id}`);
                        });
                        assert.deepStrictEqual(page.problems, []);
                      }]);

for (const name of ['sample', 'hostile', 'broken', 'policy']) {
  checks.push([
    `${name}: at 400 px no text leaves its box`,
    async (samples) => {
      const page = await samples.open(name, '', {viewport: {width: 400, height: 800}});
      await eachView(page, async (id) => {
        await openParts(page, id);
        assert.deepStrictEqual(await page.evaluate(overflowing), [], `view ${id}`);
      });
      assert.deepStrictEqual(page.problems, []);
    }
  ]);
}

checks.push([
  'markup in names is text',
  async (samples) => {
    const page = await samples.open('hostile');
    const said = new Set();
    await eachView(page, async (id) => {
      assert.strictEqual(await page.$$eval('b', (all) => all.length), 0, `view ${id} has markup`);
      if ((await page.textContent(`#view-${id}`)).includes('"quoted" <b> & \'x\'')) said.add(id);
    });
    for (const id of ['overview', 'findings', 'tests', 'calls', 'source']) {
      assert(said.has(id), `view ${id} does not show the name as it is`);
    }
  }
]);

checks.push([
  'the theme follows the system, and its button',
  async (samples) => {
    const page = await samples.open('sample', '#calls', {colorScheme: 'dark'});
    const look = () => page.evaluate(
        () =>
            [document.documentElement.dataset.theme,
             getComputedStyle(document.body).backgroundColor,
             getComputedStyle(document.querySelector('.flame .box.user')).backgroundColor]);
    const dark = await look();
    assert.strictEqual(dark[0], 'dark');
    await page.click('#theme');
    const light = await look();
    assert.strictEqual(light[0], 'light');
    assert.notStrictEqual(light[1], dark[1]);
    assert.notStrictEqual(light[2], dark[2]);
    await page.focus('#theme');
    await page.keyboard.press('Enter');
    await eventually(look, dark);
    assert.deepStrictEqual(page.problems, []);
  }
]);

checks.push([
  'Tab reaches the views, and Enter opens them',
  async (samples) => {
    const page = await samples.open('sample');
    const focused = () => page.evaluate(() => document.activeElement.dataset.view || '');
    for (let i = 0; i < 20 && await focused() !== 'tests'; ++i) await page.keyboard.press('Tab');
    assert.strictEqual(await focused(), 'tests');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#view-tests:not([hidden])');
  }
]);

// What is held is the processor's time of the page's main thread from the start of navigation to
// the drawn table, of the best of three loads at most, because a test machine may be busy with others,
// and the clock then says little.
for (const name of ['many', 'too_many']) {
  checks.push([
    `${name}: under ${kMostSeconds} s of processor and ${kMostBytes} bytes`,
    async (samples) => {
      const bytes = fs.statSync(samples.file(name)).size;
      const loads = [];
      while (loads.length < 3 && !loads.some((load) => load.seconds < kMostSeconds)) {
        const page = await samples.browser.newPage();
        const session = await page.context().newCDPSession(page);
        await session.send('Performance.enable', {timeDomain: 'threadTicks'});
        await page.goto(`file://${samples.file(name)}#tests`, {waitUntil: 'load', timeout: 60000});
        const wall = await page.evaluate(
            () => new Promise((resolve) => {
              const rows = document.querySelectorAll('#view-tests tbody tr').length;
              requestAnimationFrame(
                  () => setTimeout(() => resolve(rows > 0 ? performance.now() : NaN)));
            }));
        const {metrics} = await session.send('Performance.getMetrics');
        const seconds = metrics.find((metric) => metric.name === 'TaskDuration').value;
        loads.push({seconds, wall: wall / 1000});
        await page.close();
      }
      loads.sort((a, b) => a.seconds - b.seconds);
      const [{seconds, wall}] = loads;
      console.log(
          `        ${name}: ${bytes} bytes, ${seconds.toFixed(2)} s of processor, ` +
          `${wall.toFixed(2)} s on the clock`);
      assert(bytes < kMostBytes, `${bytes} bytes`);
      assert(wall > 0, 'no table');
      assert(seconds > 0.01 && seconds < kMostSeconds, `${seconds} s`);
    }
  ]);
}

module.exports = checks;
