// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
//   node check_junit.js SAMPLES     reads each junit.xml with junit2json and xunit-viewer
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const {spawnSync} = require('child_process');

let failures = 0;
function expect(truth, what) {
  if (truth) return;
  console.log(`FAILED: ${what}`);
  ++failures;
}

const asList = (value) => value === undefined ? [] : Array.isArray(value) ? value : [value];

async function checkJunit2json(junit2json, name, text) {
  const report = await junit2json.parse(text);
  const cases = asList(report.testsuite).flatMap((suite) => asList(suite.testcase));
  expect(cases.length === report.tests, `${name}: junit2json reads ${cases.length} of ${report.tests}`);
  const failed = cases.filter((each) => asList(each.failure).length > 0);
  expect(failed.length === report.failures, `${name}: junit2json counts ${failed.length} failures`);
  expect(failed.every((each) => each.failure.length === 1 && each.failure[0].inner),
         `${name}: a failing case has one failure with a text`);
  console.log(`${name}: junit2json reads ${cases.length} cases`);
}

function checkXunitViewer(name, file, out) {
  const viewer = require.resolve('xunit-viewer/bin/xunit-viewer.js');
  const run = spawnSync(process.execPath, [viewer, '--results', file, '--output', out],
                        {encoding: 'utf8', timeout: 120000});
  expect(run.status === 0, `${name}: xunit-viewer ended with ${run.status}: ${run.stderr}`);
  expect(fs.existsSync(out) && fs.statSync(out).size > 1000, `${name}: xunit-viewer wrote a page`);
}

async function main() {
  const samples = process.argv[2];
  let junit2json;
  try {
    junit2json = await import(require.resolve('junit2json'));
    require.resolve('xunit-viewer/bin/xunit-viewer.js');
  } catch (error) {
    console.log(`skipped: ${error.message.split('\n')[0]}`);
    process.exit(77);
  }
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'memprof-junit-'));
  for (const name of fs.readdirSync(samples).sort()) {
    const file = path.join(samples, name, 'junit.xml');
    if (!fs.existsSync(file)) continue;
    await checkJunit2json(junit2json, name, fs.readFileSync(file, 'utf8'));
    // A page of 15,000 cases takes it a minute, and shows nothing that 8 do not.
    if (!name.includes('many')) checkXunitViewer(name, file, path.join(scratch, `${name}.html`));
  }
  fs.rmSync(scratch, {recursive: true});
  process.exit(failures ? 1 : 0);
}

main();
