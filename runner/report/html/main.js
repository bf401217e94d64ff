// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The page's frame: a link for each view, which is drawn when it is first shown. The address says
// which is.
const {h, data} = memprof;
const drawn = new Map();  // id of a view → its section

function section(view) {
  if (!drawn.has(view.id)) {
    const container = h('section', {id: `view-${view.id}`, 'aria-labelledby': `title-${view.id}`},
                        h('h1', {id: `title-${view.id}`, tabindex: '-1'}, view.title));
    document.getElementById('main').append(container);
    drawn.set(view.id, container);
    view.render(container, data);
  }
  return drawn.get(view.id);
}

// The view that the address names, and the value behind its key: "#finding=8f2c91d0".
function wanted() {
  const hash = location.hash.slice(1);
  const equals = hash.indexOf('=');
  const name = equals < 0 ? hash : hash.slice(0, equals);
  let value = equals < 0 ? null : hash.slice(equals + 1);
  try {
    if (value !== null) value = decodeURIComponent(value);
  } catch (error) { /* a stray percent sign: as it stands */ }
  const view = memprof.views.find((each) =>
      equals < 0 ? each.id === name : (each.keys || [each.key]).includes(name));
  return view ? {view, name, value} : {view: memprof.views[0], name: '', value: null};
}

function show() {
  if (location.hash === '#main') return;
  const {view, name, value} = wanted();
  const current = section(view);
  // A link within a view that goes takes the focus along: the keyboard then goes on from there.
  const isFocusLost = [...drawn.values()].some((each) =>
      each !== current && each.contains(document.activeElement));
  for (const each of drawn.values()) each.hidden = each !== current;
  if (isFocusLost) current.querySelector('h1').focus({preventScroll: true});
  for (const link of document.getElementById('nav').children) {
    if (link.dataset.view === view.id) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  document.title = `${view.title} · memprof · ${data.head.binary}`;
  if (value !== null && view.open) {
    view.open(value, name);
  } else {
    scrollTo(0, 0);
  }
}

function setUpTheme() {
  const button = document.getElementById('theme');
  const root = document.documentElement;
  const apply = (theme) => {
    root.dataset.theme = theme;
    button.textContent = theme === 'dark' ? 'Light theme' : 'Dark theme';
    document.dispatchEvent(new Event('memprof-theme'));
  };
  const remembered = () => {
    try {
      return localStorage.getItem('memprof-theme');
    } catch (error) {
      return null;
    }
  };
  button.addEventListener('click', () => {
    const theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('memprof-theme', theme);
    } catch (error) { /* it lasts as long as the page then */ }
    apply(theme);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    if (!remembered()) apply(event.matches ? 'dark' : 'light');
  });
  apply(root.dataset.theme);
}

function setUpNavigation() {
  const nav = document.getElementById('nav');
  for (const view of memprof.views) {
    if ((data.process || data.scan) && view.id === 'tests') continue;  // it has none
    if (data.scan && view.id === 'calls') continue;
    nav.append(h('a', {href: `#${view.id}`, 'data-view': view.id}, view.title,
                 view.count !== undefined &&
                     [' ', h('span', {class: 'figure'}, memprof.count(view.count))]));
  }
  document.getElementById('skip').addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('main').focus();
  });
  addEventListener('hashchange', show);
  // Ink on paper, whatever the screen has.
  let onScreen = '';
  const theme = (name) => {
    document.documentElement.dataset.theme = name;
    document.dispatchEvent(new Event('memprof-theme'));
  };
  addEventListener('beforeprint', () => {
    onScreen = document.documentElement.dataset.theme;
    theme('light');
  });
  addEventListener('afterprint', () => theme(onScreen));
}

document.getElementById('footer').append(
    `Written by memprof ${data.head.tool_version}. The same as data: report.json.`);
setUpNavigation();
setUpTheme();
show();
