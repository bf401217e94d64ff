// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Elements, and what the views share. Whatever comes from the report becomes text nodes and
// attributes, never markup.

const memprof = {
  data: JSON.parse(document.getElementById('memprof-data').textContent),
  // {id, title, key, render(container, data), open(value, key)}: a part of the page, drawn by
  // render() when it is first shown, at `#id`. `#key=value` shows it and calls open(value); a view
  // of several keys has `keys`. `count` stands behind its title.
  views: [],
};
globalThis.memprof = memprof;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  // append() makes text of what is no node.
  element.append(...children.flat(Infinity).filter((child) => child !== null &&
      child !== undefined && child !== false && child !== ''));
  return element;
}

// h('a', {class: 'x', href: '#y', onclick: f}, 'text', element, [more], null): an HTML element.
// `true` is an attribute without a value; false, null and undefined leave it out.
memprof.h = (tag, attributes, ...children) =>
    fill(document.createElement(tag), attributes, children);

// The same for SVG.
memprof.svg = (tag, attributes, ...children) =>
    fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

const {h, data} = memprof;

// Text whose `names` are code.
memprof.prose = (text) =>
    text.split('`').map((part, i, parts) =>
        i % 2 === 0 ? part : i + 1 < parts.length ? h('code', {}, part) : `\`${part}`);

// Says `text` to screen readers, such as how many rows a filter left.
memprof.announce = (text) => { document.getElementById('live').textContent = text; };

// A button that copies `text`; `what` names it to screen readers: "diff", "command".
memprof.copyButton = (text, what) => {
  const button = h('button', {type: 'button', class: 'copy', 'aria-label': `Copy ${what}`}, 'Copy');
  button.addEventListener('click', async (event) => {
    event.stopPropagation();
    const done = await copy(text);
    button.textContent = done ? 'Copied' : 'Not copied';
    memprof.announce(done ? `Copied the ${what}` : `The browser did not copy the ${what}`);
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  return button;
};

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {  // no clipboard for pages from files in some browsers
    const area = h('textarea', {class: 'unseen', 'aria-hidden': 'true'});
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

// "file:line", or "file" where the line is not known.
memprof.placeText = (file, line) => line > 0 ? `${file}:${line}` : file;

// file:///root/src/x.cc of a path relative to the source root; null where the root is not known.
memprof.fileUrl = (file) => {
  const root = data.head.source_root;
  if (!file || (!file.startsWith('/') && !root)) return null;
  const path = file.startsWith('/') ? file : `${root.replace(/\/$/, '')}/${file}`;
  return 'file://' + path.split('/').map(encodeURIComponent).join('/');
};

const hashOf = (key, value) => `#${key}=${encodeURIComponent(value)}`;
memprof.findingHash = (fingerprint) => hashOf('finding', fingerprint.slice(0, 8));
memprof.testHash = (name) => hashOf('test', name);
memprof.sourceHash = (file, line) => hashOf('source', memprof.placeText(file, line));

// Whether the page has lines of this file, by which the source view can show it.
const excerpts = new Set();
memprof.hasSource = (file) => {
  if (excerpts.size === 0) for (const source of data.sources) excerpts.add(source.file);
  return excerpts.has(file);
};

// `path:line` with all that can be done with it: the source view, the file itself, a copy.
memprof.place = (file, line) => {
  if (!file) return null;
  const text = memprof.placeText(file, line);
  const url = memprof.fileUrl(file);
  const link = memprof.hasSource(file) ? h('a', {href: memprof.sourceHash(file, line)}, text) :
      url ? h('a', {href: url}, text) : text;
  return h('span', {class: 'place'}, h('code', {}, link),
           memprof.hasSource(file) && url &&
               h('a', {class: 'file', href: url, 'aria-label': `Open the file ${file}`}, 'file'),
           memprof.copyButton(text, 'place'));
};

// A test of a finding: its index in data.tests.names, or the name of one that is not there.
memprof.testName = (test) => typeof test === 'number' ? data.tests.names[test] : test;
memprof.testLink = (test) => {
  const name = memprof.testName(test);
  return typeof test === 'number' ? h('a', {class: 'test', href: memprof.testHash(name)}, name) :
      h('span', {class: 'test'}, name);
};

// "CRITICAL" and its like as a coloured badge; the word itself says it without the colour.
memprof.badge = (severity, text) =>
    h('span', {class: `badge ${severity}`}, text || severity.replace('_', ' ').toUpperCase());

// The colour that the style sheet has for `name` in the present theme: 'critical', 'ink', 'rule',
// 'series-1' to 'series-8'.
memprof.color = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
// Calls `redraw` whenever the theme changes: canvases have no style sheet. What it returns ends
// that.
memprof.onTheme = (redraw) => {
  document.addEventListener('memprof-theme', redraw);
  return () => document.removeEventListener('memprof-theme', redraw);
};
