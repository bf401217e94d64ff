// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The page's source view: bytes on lines, findings on theirs, links both ways.
'use strict';

const assert = require('assert');
const {texts, eventually} = require('./html_samples.js');

const checks = [];

checks.push([
  'files come by kept bytes, then by allocated',
  async (samples) => {
    const page = await samples.open('sample', '#source');
    const wanted = await page.evaluate(() => {
      const {distinct, rows, files} = memprof.data.profiles;
      const own = new Map(memprof.data.lines.map(({file}) => [file, [0, 0]]));
      for (const [, , runs, frames, sites] of distinct.map((i) => rows[i])) {
        for (const [stack, [allocated, , , , kept]] of sites) {
          const kUsers = 1;
          const frame = stack.find((each) => frames[each][3] === kUsers);
          const bytes = own.get(files[frames[frame][1]]);
          bytes[0] += kept;
          bytes[1] += allocated / runs;
        }
      }
      return [...own]
          .sort(
              ([a, [kept, all]], [b, [otherKept, otherAll]]) =>
                  otherKept - kept || otherAll - all || (a < b ? -1 : 1))
          .map(([file]) => file);
    });
    assert(wanted.length >= 5 && wanted.includes('src/join.cpp'), wanted.join());
    assert.strictEqual(wanted[0], 'src/consolidation.cpp');
    assert.deepStrictEqual(await texts(page, 'table.files tbody th'), wanted);
  }
]);

checks.push([
  'a line has its bytes and its text, gaps are marked',
  async (samples) => {
    const page = await samples.open('sample', '#source=src%2Fconsolidation.cpp%3A88');
    const row = page.locator('table.lines tr.aimed');
    assert.strictEqual(await row.getAttribute('data-line'), '88');
    const figures = await page.evaluate(
        () => memprof.data.lines.find(({file}) => file === 'src/consolidation.cpp')
                  .rows.find(([line]) => line === 88));
    const human = (bytes) => page.evaluate((each) => memprof.bytes(Math.round(each)), bytes);
    assert.deepStrictEqual(
        await row.locator('td').allTextContents().then((all) => all.slice(0, 3)),
        [await human(figures[1]), await human(figures[4]), '']);
    assert.strictEqual(
        await row.locator('pre').textContent(),
        '  return consolidation_cache[key] = Compute(key);');
    // Of report.cpp no text is there: lines alone, with a gap between them.
    await page.click('table.files a:text-is("src/report.cpp")');
    await eventually(() => texts(page, 'table.lines tbody th'), ['31', '58']);
    assert.strictEqual((await texts(page, 'table.lines tr.gap td'))[0], '…');
  }
]);

checks.push([
  'a finding is on its line, with a link to it',
  async (samples) => {
    const page = await samples.open('sample', '#source=src%2Fjoin.cpp%3A19');
    const link = page.locator('table.lines tr[data-line="19"] .on-line a');
    const wanted = await page.evaluate(
        () => memprof.data.findings.find((finding) => finding.location.file === 'src/join.cpp')
                  .headline);
    assert.strictEqual(await link.textContent(), wanted);
    await link.click();
    await page.waitForSelector('#view-findings:not([hidden])');
    await page.locator('#view-findings a[href="#source=src%2Fjoin.cpp%3A19"]:visible')
        .first()
        .click();
    await page.waitForSelector('#view-source:not([hidden]) tr.aimed[data-line="19"]');
    assert.strictEqual(await page.evaluate(() => document.activeElement.dataset.line), '19');
    assert.deepStrictEqual(page.problems, []);
  }
]);

module.exports = checks;
