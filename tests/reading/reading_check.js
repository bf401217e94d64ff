// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// What checks of several formats share.
'use strict';
const fs = require('fs');
const path = require('path');

const SKIPPED = 77;

/** The module, or the end of the check as skipped where npm did not install it. */
function reader(name) {
  try {
    return require(name);
  } catch (error) {
    console.log(`skipped: ${name} is not installed (tests/reading/install.sh)`);
    return process.exit(SKIPPED);
  }
}

/** Directories of sample reports; none is a failure, as nothing would be checked. */
function samplesOf(directory) {
  const names = fs.readdirSync(directory)
      .filter((name) => fs.statSync(path.join(directory, name)).isDirectory());
  if (names.length === 0) throw new Error(`no samples in ${directory}`);
  return names;
}

/** The first few of what does not fit into the JSON schema. */
function schemaErrors(value, schema) {
  const {Validator} = reader('jsonschema');
  const {errors} = new Validator().validate(value, schema);
  return errors.slice(0, 10).map((error) => `schema: ${error.property} ${error.message}`);
}

/** Ends the check, red where there are problems. */
function finish(problems) {
  problems.slice(0, 40).forEach((problem) => console.log(problem));
  if (problems.length > 40) console.log(`+${problems.length - 40} more`);
  process.exit(problems.length === 0 ? 0 : 1);
}

module.exports = {SKIPPED, reader, samplesOf, schemaErrors, finish};
