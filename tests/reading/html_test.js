// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// Uses report.html as people do, in one headless Chromium: clicks, types, reads what is shown, and
// holds it against the data that the page has.
//
//   node html_test.js SAMPLES     77: Chromium or playwright-core is not installed
'use strict';

const fs = require('fs');
const path = require('path');
const {launch} = require('./browser.js');
const {Samples} = require('./html_samples.js');

const kChecks = [
  ...require('./html_page_checks.js'),
  ...require('./html_tests_checks.js'),
  ...require('./html_calls_checks.js'),
  ...require('./html_source_checks.js'),
  ...require('./html_edge_checks.js'),
];

async function main() {
  const [directory, only] = process.argv.slice(2);
  if (!directory || !fs.existsSync(path.join(directory, 'sample', 'report.html'))) {
    throw new Error(`no samples in ${directory}: run memprof_write_samples first`);
  }
  const browser = await launch();
  let failed = 0;
  try {
    const samples = new Samples(browser, directory);
    for (const [name, check] of kChecks.filter(([each]) => !only || each.includes(only))) {
      try {
        await check(samples);
        console.log(`ok      ${name}`);
      } catch (error) {
        ++failed;
        console.log(`FAILED  ${name}\n${error.stack || error}`);
      }
      await samples.close();
    }
  } finally {
    await browser.close();
  }
  process.exit(failed === 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error.stack || String(error));
  process.exit(1);
});
