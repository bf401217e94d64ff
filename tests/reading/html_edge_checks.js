// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The page's rarer cases: odd data, links from elsewhere, no script, where the focus goes, contrast.
'use strict';

const assert = require('assert');
const {pathToFileURL} = require('url');
const {texts} = require('./html_samples.js');

const checks = [];

checks.push([
  'names of binaries are shown as they are',
  async (samples) => {
    const kBinary = 4;
    const page = await samples.openEdited('sample', ({tests}) => {
      tests.binaries = ['my_a_tests', 'my_b_tests'];
      tests.rows.forEach((row, i) => {
        row[kBinary] = i % 2;
      });
    }, '#tests');
    assert.deepStrictEqual(
        await page.$$eval(
            '#view-tests label:has(option[value="my_a_tests"]) option',
            (all) => all.map((each) => each.textContent)),
        ['any', 'my_a_tests', 'my_b_tests']);
    await page.selectOption('#view-tests label:has-text("Binary") select', 'my_b_tests');
    const shown = new Set(await texts(page, '#view-tests td.binary'));
    assert.deepStrictEqual([...shown], ['my_b_tests']);
  }
]);

checks.push([
  'a run that was not measured has no bar',
  async (samples) => {
    const kFigures = 6;
    const page = await samples.openEdited('sample', ({tests}) => {
      const row = tests.rows[tests.names.indexOf('Cache.Lookup')];
      row[kFigures - 1] = 4;
      row[kFigures][0] = [17680, null, 17646, 17646];
    }, '#test=Cache.Lookup');
    assert.strictEqual(await page.locator('.kept-bars rect').count(), 3);
    const cells = await texts(page, '.test-details table.runs tbody td:nth-child(2)');
    assert.deepStrictEqual(cells, ['17.3 KiB', 'not measured', '17.2 KiB', '17.2 KiB']);
  }
]);

checks.push([
  'a mean of less than one is not a zero',
  async (samples) => {
    const page = await samples.open('clean');
    assert.deepStrictEqual(
        await page.evaluate(
            () =>
                [memprof.bytes(1 / 12), memprof.bytes(0), memprof.bytes(140.4),
                 memprof.count(1 / 120), memprof.count(0), memprof.bytes(null),
                 memprof.count(null)]),
        ['under 1 B', '0 B', '140 B', 'under 0.1', '0', 'not measured', 'not measured']);
    const calls = await page.evaluate(() => {
      const frames = [{title: 'app::Init()', file: 'src/init.cc', line: 3, kind: 1}];
      const sites = [{stack: [0], figures: {allocated: 64, allocations: 1}}];
      const other = {allocated: 0, allocations: 0};
      const tree = memprof.callTree([{runs: 120, frames, sites, other}], 'allocated', false);
      return memprof.counted(tree.sorted[0].calls, 'allocation');
    });
    assert.strictEqual(calls, 'under 0.1 allocations');
  }
]);

checks.push([
  'figures are rounded as in the text report',
  async (samples) => {
    const page = await samples.open('clean');
    assert.deepStrictEqual(
        await page.evaluate(
            () => [4352, 4353, 4351, 4864, 64, -4352].map((bytes) => memprof.bytes(bytes))),
        ['4.2 KiB', '4.3 KiB', '4.2 KiB', '4.8 KiB', '64 B', '-4.2 KiB']);
  }
]);

checks.push([
  'the overview has each finding once, in the order of the text report',
  async (samples) => {
    const page = await samples.open('sample');
    const {priorities} = await page.evaluate(
        () => JSON.parse(document.getElementById('memprof-data').textContent).summary);
    const links = await page.$$eval(
        '#view-overview .worst h3 a, #view-overview .priorities a.title',
        (all) => all.map((each) => each.getAttribute('href')));
    const wanted = await page.evaluate(
        (all) => all.slice(0, 11).map((each) => memprof.findingHash(each)), priorities);
    assert.deepStrictEqual(links, wanted);
    assert.strictEqual(new Set(links).size, links.length);
  }
]);

checks.push([
  'links to what is not there do nothing worse than say so',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const whole = () => page.getAttribute('#view-calls .flame .box.all', 'aria-label');
    const before = await whole();
    for (const hash of ['flame=constructor', 'flame=__proto__:x', 'flame=peak:toString', 'test=%',
                        'test=__proto__', 'finding=', 'finding=zz', 'source=valueOf:1',
                        'severity=constructor', '__proto__=1', 'toString']) {
      await page.evaluate((each) => {
        location.hash = each;
      }, hash);
      await page.waitForTimeout(10);
      assert.strictEqual(await page.locator('main > section:not([hidden])').count(), 1, hash);
      if (hash.startsWith('flame=') && !hash.startsWith('flame=peak')) {
        assert.strictEqual(await whole(), before, hash);
      }
    }
    assert.deepStrictEqual(page.problems, []);
  }
]);

checks.push([
  'the focus follows a link into another view, and the tooltip goes with it',
  async (samples) => {
    const page = await samples.open('sample');
    await page.focus('#view-overview a[href^="#severity="]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#view-findings:not([hidden])');
    assert.strictEqual(await page.evaluate(() => document.activeElement.id), 'title-findings');
    await page.click('#nav a[data-view="calls"]');
    await page.focus('.flame [tabindex="0"]');
    assert(await page.isVisible('.flame-tip'));
    await page.keyboard.press('Tab');
    assert(await page.isHidden('.flame-tip'));
  }
]);

checks.push([
  'calls have enough contrast in both themes',
  async (samples) => {
    for (const colorScheme of ['light', 'dark']) {
      const page = await samples.open('sample', '#calls', {colorScheme});
      await page.check('#view-calls input[type="checkbox"]');
      const ratios = await page.$$eval('.flame .box', (all) => {
        const light = (color) => {
          const part = (each) =>
              each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4;
          const [red, green, blue] = color.match(/\d+/g).map((each) => part(each / 255));
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
        };
        return all.map((box) => {
          const {color, backgroundColor} = getComputedStyle(box);
          const [low, high] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
          return high / low;
        });
      });
      assert(ratios.length > 5 && Math.min(...ratios) >= 4.5, `${colorScheme}: ${ratios}`);
    }
  }
]);

checks.push([
  'without scripts the page has the verdict',
  async (samples) => {
    const page = await samples.browser.newPage({javaScriptEnabled: false});
    samples.pages.push(page);
    await page.goto(pathToFileURL(samples.file('sample')).href);
    const verdict = JSON.parse(await page.textContent('#memprof-data')).summary.verdict;
    assert((await page.locator('body').innerText()).includes(verdict), verdict);
  }
]);

module.exports = checks;
