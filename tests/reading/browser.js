// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// Headless Chromium, for tests that open our files as people do.
'use strict';

const fs = require('fs');
const path = require('path');
const {pathToFileURL} = require('url');

const kSkipped = 77;
const kFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
];

/** Ends the test as skipped. */
function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(kSkipped);
}

function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const directories = (process.env.PATH || '').split(path.delimiter).concat('/usr/bin');
  return directories.flatMap((directory) => names.map((name) => path.join(directory, name)))
      .find((file) => fs.existsSync(file));
}

/**
 * Starts Chromium with an empty profile, which playwright removes again: a playwright Browser,
 * whose close() must be called. Skips the test where there is none.
 */
async function launch() {
  let playwright = null;
  try {
    playwright = require('playwright-core');
  } catch (error) {
    skip('playwright-core is not installed (tests/reading/install.sh DIR, and NODE_PATH)');
  }
  const executablePath = findChromium();
  if (!executablePath) skip('Chromium is not installed (apt-get install chromium)');
  return playwright.chromium.launch({executablePath, headless: true, args: kFlags});
}

/**
 * Opens a file in a page of its own, of a Browser or a BrowserContext. `page.problems` then gathers what a self-contained page never
 * has: console errors and warnings, exceptions, and requests for anything but itself.
 */
async function open(browser, file, {hash = '', ...options} = {}) {
  // A context has its pages' options already.
  const page = await (browser.browser ? browser.newPage() : browser.newPage({
    viewport: {width: 1280, height: 900},
    ...options
  }));
  const url = pathToFileURL(path.resolve(file)).href;
  page.problems = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      page.problems.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => page.problems.push(`exception: ${error.stack || error}`));
  page.on('request', (request) => {
    const asked = request.url();
    if (asked.split('#')[0] !== url && !asked.startsWith('data:')) {
      page.problems.push(`request: ${asked}`);
    }
  });
  await page.goto(url + hash, {waitUntil: 'load', timeout: 60000});
  return page;
}

module.exports = {
  kSkipped,
  launch,
  open,
  skip
};
