// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The page's table of tests: sorted, filtered, paged, opened, by pointer and by keyboard.
'use strict';

const assert = require('assert');
const {texts, eventually} = require('./html_samples.js');

const kPage = 100;

/** Names of the rows that are shown. */
const names = (page) => texts(page, '#view-tests button.expand');

const sortBy = (page, column) => page.click(`#view-tests th button[data-column="${column}"]`);

/** The button that opens the row of a test. */
const opener = (page, name) => page.locator('#view-tests button.expand').filter({
  hasText: new RegExp(`^${name.replace(/[.]/g, '[.]')}$`)
});

/** The tests as the page's data has them: name, verdict, and figures of the last run. */
function data(page) {
  return page.evaluate(() => {
    const kFigures = 6;
    const last = (series) => Array.isArray(series) ? series[series.length - 1] : series;
    const {names: all, rows} = memprof.data.tests;
    return rows.map((row, i) => ({
                      name: all[i],
                      verdict: row[3],
                      status: row[2],
                      kept: last(row[kFigures][0]),
                      findings: row[7].length
                    }));
  });
}

/** By `key`, in the given direction; null last; else as the report has them. */
function sorted(tests, key, down) {
  const known = tests.filter((test) => test[key] !== null);
  known.sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0) * (down ? -1 : 1));
  return [...known, ...tests.filter((test) => test[key] === null)].map((test) => test.name);
}

const checks = [];

for (const name of ['sample', 'many']) {
  checks.push([
    `${name}: a click on a header sorts, a second one the other way`,
    async (samples) => {
      const page = await samples.open(name, '#tests');
      const all = await data(page);
      for (const [column, down] of [['kept', true], ['name', false], ['findings', true]]) {
        for (const direction of [down, !down]) {
          await sortBy(page, column);
          const wanted = sorted(all, column, direction).slice(0, kPage);
          await eventually(() => names(page), wanted, `${column}, ${direction ? 'down' : 'up'}`);
          const header = page.locator(`#view-tests th:has(button[data-column="${column}"])`);
          assert.strictEqual(
              await header.getAttribute('aria-sort'), direction ? 'descending' : 'ascending');
        }
        assert.strictEqual(await page.locator('#view-tests th[aria-sort]').count(), 1);
      }
    }
  ]);

  checks.push([
    `${name}: filters by text, verdict and status`,
    async (samples) => {
      const page = await samples.open(name, '#tests');
      const all = await data(page);
      const word = name === 'sample' ? 'cache' : 'suite7.test35';
      const left = all.filter((test) => test.name.toLowerCase().includes(word));
      assert(left.length > 0 && left.length < all.length);
      await page.fill('#view-tests input[type="search"]', word);
      await eventually(
          async () => (await names(page)).sort(),
          left.map((test) => test.name).sort().slice(0, kPage));
      await page.fill('#view-tests input[type="search"]', '');
      const critical = all.filter((test) => test.verdict === 'critical').length;
      assert(critical > 0);
      await page.selectOption('#view-tests label:has-text("Verdict") select', 'critical');
      await eventually(
          () => texts(page, '#tests-count'),
          [`${critical.toLocaleString('en-US')} of ${all.length.toLocaleString('en-US')} tests`]);
      assert((await texts(page, '#view-tests tbody .badge'))
                 .every((badge) => /critical/i.test(badge)));
      if (name === 'sample') {
        await page.selectOption('#view-tests label:has-text("Status") select', 'failed');
        await eventually(() => names(page), ['Cache.Refresh']);
        await page.fill('#view-tests input[type="search"]', 'no such test');
        await eventually(
            () => texts(page, '#view-tests tbody td'), ['No test fits these filters.']);
      }
      assert.deepStrictEqual(page.problems, []);
    }
  ]);
}

checks.push([
  'what was not measured is never a zero',
  async (samples) => {
    const page = await samples.open('sample', '#test=Format.Locale');
    const row = opener(page, 'Format.Locale').locator('xpath=ancestor::tr');
    const cells = await row.locator('td').allTextContents();
    assert.strictEqual(cells.filter((cell) => cell === 'not measured').length, 8, cells.join('|'));
  }
]);

checks.push([
  'a row opens to its runs, findings and gaps',
  async (samples) => {
    const page = await samples.open('sample', '#tests');
    const button = opener(page, 'Cache.Lookup');
    await button.click();
    assert.strictEqual(await button.getAttribute('aria-expanded'), 'true');
    const details = page.locator('#view-tests .test-details');
    assert.strictEqual(await details.locator('table.runs tbody tr').count(), 2);
    const headlines = await page.evaluate(
        () => memprof.data.findings
                  .filter(
                      (finding) =>
                          finding.tests.some((test) => memprof.testName(test) === 'Cache.Lookup'))
                  .map((finding) => finding.headline));
    assert(headlines.length === 2);
    assert.deepStrictEqual(await texts(page, '.test-details ul.plain a'), headlines);
    const peak = await texts(page, '.test-details table.peak tbody td:nth-child(2)');
    assert.deepStrictEqual(
        peak, ['23.4 KiB', '5.5 KiB', '3.1 KiB', '256 B', '1.2 KiB'], 'its peak, by line');
    await button.click();
    assert.strictEqual(await details.count(), 0);
    await opener(page, 'Cache.Warm').click();
    assert((await details.textContent()).includes('lsan: the test cannot run twice'));
  }
]);

checks.push([
  'a finding\'s link to a test opens its row, and back',
  async (samples) => {
    const page = await samples.open('sample', '#test=Cache.Lookup');
    await page.click('.test-details ul.plain a');
    await page.waitForSelector('#view-findings:not([hidden])');
    await page.goBack();
    await page.waitForSelector('#view-tests:not([hidden]) .test-details');
  }
]);

checks.push([
  'many: pages turn, and a link finds a test on a later one',
  async (samples) => {
    const page = await samples.open('many', '#tests');
    await sortBy(page, 'name');
    const all = sorted(await data(page), 'name', false);
    await page.click('#view-tests .pages button:text-is("Next")');
    await eventually(() => names(page), all.slice(kPage, 2 * kPage));
    await page.click('#view-tests .pages button:text-is("Last")');
    await eventually(() => names(page), all.slice(-kPage));
    const wanted = all[4321];
    await page.evaluate((name) => {
      location.hash = memprof.testHash(name);
    }, wanted);
    await page.waitForSelector('#view-tests .test-details');
    assert.strictEqual(await page.evaluate(() => document.activeElement.textContent), wanted);
    assert.deepStrictEqual(page.problems, []);
  }
]);

checks.push([
  'arrows go from row to row, Enter opens and closes',
  async (samples) => {
    const page = await samples.open('sample', '#tests');
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    const all = await names(page);
    await page.focus('#view-tests button.expand');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.strictEqual(await focused(), all[2]);
    await page.keyboard.press('ArrowUp');
    assert.strictEqual(await focused(), all[1]);
    await page.keyboard.press('End');
    assert.strictEqual(await focused(), all[all.length - 1]);
    await page.keyboard.press('Enter');
    assert.strictEqual(await page.locator('.test-details').count(), 1);
    assert.strictEqual(await focused(), all[all.length - 1], 'the focus stays');
    await page.keyboard.press('Enter');
    assert.strictEqual(await page.locator('.test-details').count(), 0);
  }
]);

module.exports = checks;
