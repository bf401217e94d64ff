// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// Loads our DHAT files into Valgrind's own viewer, as a person does, and compares what it shows.
//
//   node dhat_viewer.js SAMPLES [SCREENSHOT.png]     77: Chromium or the viewer is not installed
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const {launch, skip} = require('./browser.js');

const kViewer = '/usr/libexec/valgrind/dh_view.html';

/** The sum of a file of collapsed stacks: another export of the same figures. */
function collapsedSum(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Loads `file`; returns what the page shows: {error, text, total, peak, end, sorts}. */
async function load(page, file) {
  await page.goto('file://' + kViewer);
  await page.setInputFiles('input[type=file]', file);
  await page.waitForFunction(() => gRoot !== undefined && document.querySelector('pre') ||
                                   document.querySelector('.error'), null, {timeout: 60000});
  return page.evaluate(() => {
    const error = () => {
      const element = document.querySelector('.error');
      return element ? element.textContent : '';
    };
    const shown = {
      error: error(),
      text: gMainDiv.textContent,
      total: gRoot && gRoot._totalBytes,
      peak: gRoot && gRoot._atTGmaxBytes,
      end: gRoot && gRoot._atTEndBytes,
      sorts: {},
    };
    for (const option of gSelect.options) {
      if (option.disabled || shown.error) continue;
      option.selected = true;
      changeSortMetric();
      shown.sorts[option.label] = gMainDiv.textContent;
      shown.error = error();
    }
    return shown;
  });
}

async function main() {
  const [samples, screenshot] = process.argv.slice(2);
  if (!fs.existsSync(kViewer)) skip(`${kViewer} is not installed (apt-get install valgrind)`);
  const browser = await launch();
  try {
    const page = await browser.newPage({viewport: {width: 1400, height: 1000}});
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    const names = fs.readdirSync(samples).sort();
    assert.ok(names.includes('sample'), `${samples} has no samples`);
    for (const sample of names) {
      const directory = path.join(samples, sample);
      const file = path.join(directory, 'report.dhat.json');
      const data = JSON.parse(fs.readFileSync(file, 'utf8'));
      const shown = await load(page, file);
      assert.strictEqual(shown.error, '', sample);
      assert.deepStrictEqual(errors, [], sample);
      const sum = (key) => data.pps.reduce((total, point) => total + point[key], 0);
      assert.strictEqual(shown.total, sum('tb'), sample);
      if (data.pps.length === 0) {
        assert.match(shown.text, /no test was traced/, sample);
        console.log(`${sample}: nothing traced, and said so`);
        continue;
      }
      assert.strictEqual(shown.peak, sum('gb'), sample);
      assert.strictEqual(shown.end, sum('eb'), sample);
      assert.strictEqual(shown.end, collapsedSum(path.join(directory, 'kept.collapsed.txt')),
                         sample);
      for (const metric of ['Total (bytes)', 'Total (blocks)', 'At t-gmax (bytes)',
                            'At t-end (bytes)']) {
        assert.ok(metric in shown.sorts, `${sample}: cannot be sorted by ${metric}`);
      }
      if (sample === 'sample') {
        assert.match(shown.sorts['At t-end (bytes)'],
                     /alma::Compute \(src\/consolidation\.cpp:83\)/);
        assert.match(shown.text, /highest peak of one test, Format\.Join: 96 KiB/);
        if (screenshot) {
          await load(page, file);
          await page.selectOption('select', {label: 'At t-end (bytes)'});
          await page.screenshot({path: screenshot});
        }
      }
      console.log(`${sample}: ${data.pps.length} program points, ${shown.total} bytes`);
    }
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error.message || error);
  process.exit(1);
});
