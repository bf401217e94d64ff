// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The sample pages, opened for checks, and how checks read them.
'use strict';

const assert = require('assert');
const path = require('path');
const {open} = require('./browser.js');

/** Opens samples, and knows which pages to close after a check. */
class Samples {
  constructor(browser, directory) {
    this.browser = browser;
    this.directory = directory;
    this.pages = [];
  }

  static get names() {
    return ['sample', 'policy', 'clean', 'broken', 'hostile', 'many', 'too_many'];
  }

  file(name) {
    return path.join(this.directory, name, 'report.html');
  }

  /** `hash`: the view, "#tests"; other options are playwright's of a page. */
  async open(name, hash = '', options = {}) {
    const page = await open(this.browser, this.file(name), {hash, ...options});
    page.setDefaultTimeout(10000);
    this.pages.push(page);
    return page;
  }

  async close() {
    for (const page of this.pages.splice(0)) await page.close();
  }
}

/** The texts of all elements that are shown and match, trimmed. */
function texts(page, selector) {
  return page.$$eval(
      selector,
      (all) =>
          all.filter((each) => each.offsetParent !== null).map((each) => each.textContent.trim()));
}

/** Waits until `read()` gives `wanted`; fails with the difference. */
async function eventually(read, wanted, message) {
  const end = Date.now() + 5000;
  let seen = await read();
  while (Date.now() < end) {
    try {
      assert.deepStrictEqual(seen, wanted);
      return;
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen = await read();
    }
  }
  assert.deepStrictEqual(seen, wanted, message);
}

module.exports = {
  Samples,
  texts,
  eventually
};
