// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The page's flame graph and the table of the same calls.
'use strict';

const assert = require('assert');
const {texts, eventually} = require('./html_samples.js');

const total = (page) => page.getAttribute('#view-calls .flame .box.all', 'aria-label');
const metric = (page, name) => page.click(`#view-calls button[data-metric="${name}"]`);
const ofProcess = (page, name) =>
    page.selectOption('#view-calls label:has-text("Process") select', {label: name});
const box = (page, name) => page.locator('#view-calls .flame .box', {hasText: name}).first();

/** The part of the graph's width that a box has. */
function width(page, name) {
  return box(page, name)
      .evaluate((each) => Math.round(1000 * each.offsetWidth / each.parentNode.offsetWidth) / 1000);
}

/** The first process's figure (an index into its arrays) of all its calls, told apart or not. */
function sum(page, index) {
  return page.evaluate((figure) => {
    const [, , , , sites, other] = memprof.data.profiles.rows[0];
    return sites.reduce((bytes, [, figures]) => bytes + figures[figure], other[figure]);
  }, index);
}

const kAllocated = 0;
const kTemporary = 2;
const kKept = 4;

const checks = [];

checks.push([
  'the graph\'s whole is the sum of the data, by metric',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    await ofProcess(page, '3 suspects, 12 runs');
    const human = (bytes) => page.evaluate((each) => memprof.bytes(Math.round(each)), bytes);
    for (const [name, index, runs] of [
             ['kept', kKept, 1], ['allocated', kAllocated, 12], ['temporary', kTemporary, 12]]) {
      await metric(page, name);
      const wanted = await human(await sum(page, index) / runs);
      assert((await total(page)).startsWith(`all calls: ${wanted}, 100 %`), await total(page));
      const [words] = await texts(page, '#flame-words');
      assert(words.startsWith(`${wanted} `) && words.includes('12 runs'), words);
      assert((await texts(page, 'table.calls tbody tr td')).includes(wanted));
    }
  }
]);

checks.push([
  'profiles of the same tests are not added up',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const [words] = await texts(page, '#flame-words');
    const distinct = await page.evaluate(() => memprof.data.profiles.distinct);
    assert.deepStrictEqual(distinct, [0, 2]);
    assert(
        words.startsWith(
            await page.evaluate((bytes) => memprof.bytes(bytes), await sum(page, kKept))),
        words);
  }
]);

checks.push([
  'a click zooms, Reset undoes',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const before = await width(page, 'Cache_Lookup_Test');
    assert(before > 0.2 && before < 0.5, String(before));
    await box(page, 'Cache_Lookup_Test').click();
    assert.strictEqual(await width(page, 'Cache_Lookup_Test'), 1);
    const compute = await width(page, 'alma::Compute');
    assert(compute > 0.65 && compute < 0.7, `${compute}, of 68 %`);
    assert.strictEqual(await page.locator('.flame .box', {hasText: 'Cache_Warm_Test'}).count(), 0);
    await page.click('#view-calls button:text-is("Reset zoom")');
    assert.strictEqual(await width(page, 'Cache_Lookup_Test'), before);
    assert(await page.isDisabled('#view-calls button:text-is("Reset zoom")'));
  }
]);

checks.push([
  'arrows go through the calls, Enter zooms, Escape resets',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.focus('#view-calls .flame [tabindex="0"]');
    assert.strictEqual(await focused(), 'all calls');
    await page.keyboard.press('ArrowDown');
    const first = await focused();
    assert(first.endsWith('TestBody'), first);
    await page.keyboard.press('ArrowRight');
    assert.notStrictEqual(await focused(), first);
    await page.keyboard.press('ArrowLeft');
    assert.strictEqual(await focused(), first);
    await page.keyboard.press('Enter');
    assert.strictEqual(await width(page, first), 1);
    assert.strictEqual(await focused(), first, 'the focus stays');
    await page.keyboard.press('Escape');
    assert.strictEqual(await focused(), 'all calls');
    assert((await width(page, first)) < 1);
  }
]);

checks.push([
  'a search marks calls and adds them up once',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    await ofProcess(page, '3 suspects, 12 runs');
    await page.fill('#view-calls input[type="search"]', 'consolidation.cpp');
    // All of both sites below consolidate(), which calls Compute() in the same file.
    const bytes = 3 * (144156 + 67200);
    const human = await page.evaluate((each) => memprof.bytes(each), bytes);
    const [found] = await texts(page, '#view-calls .count');
    assert(found.includes(`: ${human}, `) && found.startsWith('6 matches'), found);
    assert.strictEqual(await page.locator('.flame .box.found').count(), 6);
    await page.fill('#view-calls input[type="search"]', 'nothing is named so');
    await eventually(() => texts(page, '#view-calls .count'), ['No call matches.']);
  }
]);

checks.push([
  'libraries are folded below the user\'s call until whole stacks are wanted',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const count = (name) => page.locator('.flame .box', {hasText: name}).count();
    assert.strictEqual(await count('allocate'), 0);
    assert.strictEqual(await count('Test::Run'), 0);
    assert((await count('map::operator[]')) > 0);
    await page.check('#view-calls input[type="checkbox"]');
    assert((await count('allocate')) > 0);
    assert((await count('Test::Run')) > 0);
    const colors = await page.$$eval(
        '.flame .box.user, .flame .box.library',
        (all) => [...new Set(all.map(
            (each) =>
                `${each.className.includes('user')} ` + getComputedStyle(each).backgroundColor))]);
    assert.strictEqual(colors.length, 2, colors.join());
  }
]);

checks.push([
  'a tooltip has bytes, share and calls',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    await ofProcess(page, '3 suspects, 12 runs');
    await box(page, 'alma::Compute').hover();
    const tip = await page.textContent('.flame-tip');
    assert(
        /^alma::Compute\(int\)src\/consolidation.cpp:83140\.8 KiB, 23 %, 1,200 blocks$/.test(tip),
        tip);
  }
]);

checks.push([
  'the peak of a test: graph, bar and table',
  async (samples) => {
    const page = await samples.open('sample', '#flame=peak%3ACache.Refresh');
    assert.deepStrictEqual(
        await page.$eval(
            '#view-calls label:has-text("Test") select',
            (select) => select.selectedOptions[0].textContent),
        'Cache.Refresh');
    assert((await total(page)).startsWith('all calls: 23.0 KiB'), await total(page));
    assert(await page.isVisible('#view-calls .peak-bar canvas'));
    assert.strictEqual(
        await page.evaluate(
            () => Chart.getChart(document.querySelector('#view-calls .peak-bar canvas'))
                      .data.datasets.reduce((bytes, set) => bytes + set.data[0], 0)),
        23600);
    await page.selectOption('#view-calls label:has-text("Test") select', {label: 'Cache.Lookup'});
    const rows = await texts(page, '#view-calls table.peak tbody th');
    assert.strictEqual(rows[rows.length - 1], 'other calls');
    assert.deepStrictEqual(page.problems, []);
  }
]);

checks.push([
  'the table of calls opens and closes by click and by arrows',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const rows = () => page.locator('table.calls tbody tr').count();
    const all = await rows();
    await page.click('table.calls tbody tr:first-child button.opener');
    assert.strictEqual(await rows(), 1);
    await page.keyboard.press('ArrowRight');
    const opened = await rows();
    assert(opened > 1 && opened < all, `${opened} of ${all}`);
    assert.strictEqual(
        await page.getAttribute('table.calls tbody tr:first-child', 'aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert((await rows()) > opened);
    await page.keyboard.press('ArrowLeft');
    assert.strictEqual(await rows(), opened);
    const levels = await page.$$eval(
        'table.calls tbody tr', (each) => each.map((row) => row.getAttribute('aria-level')));
    assert.deepStrictEqual([...new Set(levels)], ['1', '2']);
  }
]);

checks.push([
  'what libraries allocate alone is left out, and said',
  async (samples) => {
    const page = await samples.open('sample', '#calls');
    const trees = await page.evaluate(() => {
      const frames = [
        {title: 'malloc', file: '', line: 0, kind: 0},
        {title: 'app::Load()', file: 'src/load.cc', line: 3, kind: 1}
      ];
      const site = (stack, kept) => ({stack, figures: {kept, blocks: 1}});
      const none = {kept: 0, blocks: 0};
      const tree = (sites, isWhole) => {
        const {bytes, foreignBytes} =
            memprof.callTree([{runs: 1, frames, sites, other: none}], 'kept', isWhole);
        return [bytes, foreignBytes];
      };
      const both = [site([0, 1], 100), site([0], 7)];
      return [tree(both, false), tree(both, true), tree([site([0], 7)], false)];
    });
    assert.deepStrictEqual(trees, [[100, 7], [107, 0], [7, 0]]);
  }
]);

checks.push([
  'short names have neither types nor parameters',
  async (samples) => {
    const page = await samples.open('clean');
    const names = [
      ['alma::consolidate(int)', 'alma::consolidate'],
      ['void app::Cache<int>::Put<long>(long) const', 'app::Cache::Put'],
      ['std::map<int, Result>::operator[](int&&)', 'std::map::operator[]'],
      ['operator new(unsigned long)', 'operator new'],
      ['app::Task::operator()(int) const', 'app::Task::operator()'],
      ['bool app::operator< <int>(int, int)', 'app::operator<'],
      ['(anonymous namespace)::Run(char**)', '(anonymous)::Run'],
      ['app::Run(int)::{lambda(int)#1}::operator()(int) const', 'app::Run::{lambda#1}::operator()'],
      ['libfoo.so+0x12', 'libfoo.so+0x12'],
      ['main', 'main'],
    ];
    const short = await page.evaluate((all) => all.map(([name]) => memprof.shortName(name)), names);
    assert.deepStrictEqual(short, names.map(([, wanted]) => wanted));
  }
]);

checks.push([
  'without profiles the view says so',
  async (samples) => {
    const page = await samples.open('clean', '#calls');
    assert((await page.textContent('#view-calls')).includes('Nothing to show: no test was traced'));
  }
]);

module.exports = checks;
