// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
//   check_sarif.js SAMPLES OUT
//
// Holds SAMPLES/*/report.sarif to SARIF's JSON schema, to the SARIF validator with GitHub's rules,
// and to GitHub's limits. OUT: a directory for what the validator writes.
'use strict';
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const {spawnSync} = require('child_process');
const {SKIPPED, samplesOf, schemaErrors, finish} = require('./reading_check.js');

const FILE = 'report.sarif';
// Rules whose advice is not for us, with the reason.
const NOT_FOR_US = {
  // The project has no page yet; CMake's HOMEPAGE_URL becomes the informationUri once it has.
  SARIF2005: /Warning_ProvideToolnformationUri/,
};

function validatorDirectory() {
  for (const root of (process.env.NODE_PATH || '').split(path.delimiter)) {
    const directory = path.join(root, '@microsoft', 'sarif-multitool-linux');
    if (fs.existsSync(path.join(directory, 'Sarif.Multitool'))) return directory;
  }
  console.log('skipped: @microsoft/sarif-multitool is not installed (tests/reading/install.sh)');
  return process.exit(SKIPPED);
}

/** Files of the validator begin with a byte order mark. */
function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
}

const [samples, out] = process.argv.slice(2);
const validator = validatorDirectory();
const schema = readJson(path.join(validator, 'sarif-2.1.0.json'));
const problems = [];

/** What the validator says of a file; its status is 0 whatever it says. */
function validate(file, log) {
  const run = spawnSync(
      path.join(validator, 'Sarif.Multitool'),
      ['validate', file, '--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning', '--config',
        path.join(__dirname, 'sarif_validator.xml'), '--output', log, '--log', 'ForceOverwrite'],
      {encoding: 'utf8', env: {...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1'}});
  if (!run.stdout || !run.stdout.includes('Analysis completed successfully')) {
    return [`the validator did not end well: ${run.stdout} ${run.stderr} ${run.error || ''}`];
  }
  const [{results, invocations}] = readJson(log).runs;
  const trouble = (invocations || []).flatMap(
      (each) => [...(each.toolExecutionNotifications || []),
        ...(each.toolConfigurationNotifications || [])])
      .filter((each) => each.level === 'error');
  return [...results, ...trouble].map((each) => {
    const id = each.ruleId || (each.descriptor || {}).id || '';
    return {id, text: `${each.level || 'warning'} ${id}: ${JSON.stringify(each.message)}`};
  }).filter(({id, text}) => !(NOT_FOR_US[id] && NOT_FOR_US[id].test(text)))
      .map(({text}) => text);
}

function limits(log) {
  const said = [];
  for (const run of log.runs) {
    if (!Array.isArray(run.results)) said.push('no results');
    if (run.results.length > 5000) said.push(`${run.results.length} results`);
    for (const rule of run.tool.driver.rules) {
      if (rule.properties.tags.length > 10) said.push(`${rule.id} has more than 10 tags`);
    }
    for (const result of run.results) {
      for (const flow of result.codeFlows || []) {
        if (flow.threadFlows[0].locations.length > 100) said.push('more than 100 frames');
      }
      if (result.locations.length !== 1) said.push('not one location');
      // A link to a place that is not there.
      const links = result.message.text.match(/\]\((\d+)\)/g) || [];
      if (links.length > (result.relatedLocations || []).length) said.push('a link to nothing');
    }
  }
  return said;
}

/** With every so many-th result: both readers take minutes for thousands of one form. */
function thinned(log) {
  const [run] = log.runs;
  const step = Math.ceil(run.results.length / 200);
  return {...log, runs: [{...run, results: run.results.filter((_, i) => i % step === 0)}]};
}

fs.mkdirSync(out, {recursive: true});
for (const sample of samplesOf(samples)) {
  const file = path.join(samples, sample, FILE);
  const text = fs.readFileSync(file);
  const log = JSON.parse(text);
  const packed = zlib.gzipSync(text).length;
  console.log(`${sample}: ${log.runs[0].results.length} results, ` +
    `${text.length} bytes, ${packed} gzipped`);
  const part = thinned(log);
  const partFile = path.join(out, `${sample}.sarif`);
  fs.writeFileSync(partFile, JSON.stringify(part));
  const said = [...schemaErrors(part, schema), ...limits(log),
    ...validate(partFile, path.join(out, `${sample}.result.sarif`))];
  if (packed > 10e6) said.push(`${packed} bytes gzipped`);
  said.forEach((what) => problems.push(`${sample}/${FILE}: ${what}`));
}
finish(problems);
