// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The sample pages, opened for checks, and how checks read them.
'use strict';

const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const {open} = require('./browser.js');

/** Opens samples, and knows which pages to close after a check. */
class Samples {
  constructor(browser, directory) {
    this.browser = browser;
    this.directory = directory;
    this.pages = [];
    this.files = [];
    this.context = null;  // of all pages that need no other: a new one costs a process
  }

  static get names() {
    return ['sample', 'policy', 'clean', 'broken', 'hostile', 'many', 'too_many'];
  }

  file(name) {
    return path.join(this.directory, name, 'report.html');
  }

  /** `hash`: the view, "#tests"; other options are playwright's of a page. */
  async open(name, hash = '', options = {}) {
    return this.openFile(this.file(name), hash, options);
  }

  /** The sample with its data changed by `edit(data)`. */
  async openEdited(name, edit, hash = '') {
    const html = fs.readFileSync(this.file(name), 'utf8');
    const start = html.indexOf('id="memprof-data">') + 'id="memprof-data">'.length;
    const end = html.indexOf('</script>', start);
    const data = JSON.parse(html.slice(start, end));
    edit(data);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'memprof-html-'));
    this.files.push(directory);
    const file = path.join(directory, 'report.html');
    const text = JSON.stringify(data).replace(/</g, '\\u003c');
    fs.writeFileSync(file, html.slice(0, start) + text + html.slice(end));
    return this.openFile(file, hash);
  }

  async openFile(file, hash, options = {}) {
    const isPlain = Object.keys(options).length === 0;
    if (isPlain && !this.context) {
      this.context = await this.browser.newContext({viewport: {width: 1280, height: 900}});
    }
    const page = await open(isPlain ? this.context : this.browser, file, {hash, ...options});
    page.setDefaultTimeout(10000);
    this.pages.push(page);
    return page;
  }

  async close() {
    for (const page of this.pages.splice(0)) await page.close();
    for (const directory of this.files.splice(0)) fs.rmSync(directory, {recursive: true});
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
