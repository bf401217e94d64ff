// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
//   check_code_quality.js SAMPLES SCHEMA
//
// Holds SAMPLES/*/gl-code-quality-report.json to SCHEMA, and to what a schema cannot say.
'use strict';
const fs = require('fs');
const path = require('path');
const {samplesOf, schemaErrors, finish} = require('./reading_check.js');

const FILE = 'gl-code-quality-report.json';
const [samples, schemaFile] = process.argv.slice(2);
const schema = JSON.parse(fs.readFileSync(schemaFile, 'utf8'));
const problems = [];

for (const sample of samplesOf(samples)) {
  const text = fs.readFileSync(path.join(samples, sample, FILE), 'utf8');
  const say = (what) => problems.push(`${sample}/${FILE}: ${what}`);
  if (text.charCodeAt(0) === 0xfeff) say('GitLab reads no byte order mark');
  const entries = JSON.parse(text);
  schemaErrors(entries, schema).forEach(say);
  // GitLab drops all but one of those with the same.
  const fingerprints = new Set(entries.map((entry) => entry.fingerprint));
  if (fingerprints.size !== entries.length) say('fingerprints are not unique');
  const report = JSON.parse(fs.readFileSync(path.join(samples, sample, 'report.json'), 'utf8'));
  const findings = entries.filter((entry) => entry.fingerprint.match(/^[0-9a-f]{16}/));
  if (findings.length !== report.findings.length) {
    say(`${findings.length} entries for ${report.findings.length} findings`);
  }
  console.log(`${sample}: ${entries.length} entries`);
}
finish(problems);
