// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The list of findings: filters, a row each, and what a row opens to. Rows come a hundred at a
// time, and what is behind a row is made when it is first opened.
const {h, count, data} = memprof;
const ROWS = 100;
const BASELINE_WORDS = {worse: 'worse than the baseline', known: 'known to the baseline'};

const state = {shown: [], drawn: 0, list: null, controls: {}, status: null, more: null};
const rows = new Map();  // finding → {item, button, details}, of those in the list

let texts = null;  // what the search looks at, made for the first search
function textOf(index) {
  texts = texts || data.findings.map((finding) => [finding.headline, finding.fingerprint,
    memprof.placeText(finding.location.file, finding.location.line), finding.location.function,
    finding.scope, finding.cause, ...finding.tests.map(memprof.testName)].join('\n').toLowerCase());
  return texts[index];
}

function testsText({tests, tests_left_out: left = 0, scope}) {
  if (tests.length === 0) return scope || '';
  const others = tests.length + left - 1;
  return memprof.testName(tests[0]) + (others > 0 ? ` +${count(others)}` : '');
}

function row(finding) {
  const {location, severity} = finding;
  const id = `details-${finding.fingerprint}`;
  const place = memprof.placeText(location.file, location.line) || location.function;
  const button = h('button', {type: 'button', class: 'finding-head', 'aria-expanded': 'false',
    'aria-controls': id},
      memprof.badge(severity, `${severity.toUpperCase()} ${finding.number}`),
      h('span', {class: 'title'}, finding.headline,
        finding.baseline !== 'none' && h('span', {class: 'chip'}, finding.baseline),
        h('span', {class: 'where'}, place && h('code', {}, place), place && ' · ',
          testsText(finding))),
      h('span', {class: 'amount'}, finding.figure,
        h('small', {}, finding.fingerprint.slice(0, 8))));
  const details = h('div', {id, class: 'details', hidden: true});
  const item = h('li', {class: `finding ${severity}`}, h('h2', {}, button), details);
  const made = {item, button, details};
  button.addEventListener('click', () => {
    expand(finding, made, button.getAttribute('aria-expanded') !== 'true');
    // The address then leads here; replaced, so that the way back leads out of the list.
    history.replaceState(null, '', memprof.findingHash(finding.fingerprint));
  });
  rows.set(finding, made);
  return item;
}

function expand(finding, {button, details}, open) {
  button.setAttribute('aria-expanded', String(open));
  details.hidden = !open;
  if (open && !details.firstChild) memprof.showDetails(details, finding);
}

function drawMore() {
  const next = state.shown.slice(state.drawn, state.drawn + ROWS);
  state.list.append(...next.map(row));
  state.drawn += next.length;
  const left = state.shown.length - state.drawn;
  state.more.hidden = left === 0;
  state.more.textContent = `Show ${count(Math.min(left, ROWS))} more of ${count(left)}`;
  return next;
}

function matches(finding, index) {
  const {search, severity, pattern, kind, baseline} = state.controls;
  return (!severity.value || finding.severity === severity.value) &&
      (!pattern.value || finding.pattern === pattern.value) &&
      (!kind.value || finding.kind === kind.value) &&
      (!baseline.value || finding.baseline === baseline.value) &&
      (!search.value || textOf(index).includes(search.value.toLowerCase()));
}

function apply() {
  state.shown = data.findings.filter(matches);
  state.drawn = 0;
  rows.clear();
  state.list.replaceChildren();
  state.list.hidden = state.shown.length === 0;
  drawMore();
  const all = memprof.counted(data.findings.length, 'finding');
  const text = `${count(state.shown.length)} of ${all}`;
  state.status.textContent = state.shown.length === 0 ? `${text}: no finding fits the filters.` :
      `${text}, worst first`;
  memprof.announce(text);
}

function clear() {
  for (const control of Object.values(state.controls)) control.value = '';
}

// A choice among the values that findings have, most frequent first; none where they have but one.
function choice(name, label, valueOf, words = (value) => value) {
  const counts = new Map();
  for (const finding of data.findings) {
    counts.set(valueOf(finding), (counts.get(valueOf(finding)) || 0) + 1);
  }
  const values = [...counts].sort((a, b) => b[1] - a[1]);
  const select = h('select', {onchange: apply}, h('option', {value: ''}, `all`),
      values.map(([value, times]) =>
          h('option', {value}, `${words(value)} (${count(times)})`)));
  state.controls[name] = select;
  return h('label', {hidden: values.length < 2}, label, ' ', select);
}

function filters() {
  let waiting = 0;
  state.controls.search = h('input', {type: 'search', placeholder: 'Search: text, file, test',
    'aria-label': 'Search findings', oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 120);
    }});
  return h('form', {class: 'filters', role: 'search', onsubmit: (event) => {
    event.preventDefault();
    apply();
  }},
      state.controls.search,
      choice('severity', 'Severity', (finding) => finding.severity, (value) => value.toUpperCase()),
      choice('pattern', 'Pattern', (finding) => finding.pattern),
      choice('kind', 'Kind', (finding) => finding.kind, (value) => value.replaceAll('-', ' ')),
      choice('baseline', 'Baseline', (finding) => finding.baseline,
             (value) => BASELINE_WORDS[value] || value),
      h('button', {type: 'button', class: 'quiet', onclick: () => {
        clear();
        apply();
      }}, 'Clear'));
}

function expandShown(open) {
  for (const [finding, made] of rows) expand(finding, made, open);
  memprof.announce(open ? 'All shown findings are open' : 'All findings are closed');
}

function openFinding(fingerprint) {
  const wanted = data.findings.find((finding) => finding.fingerprint.startsWith(fingerprint));
  if (!wanted || fingerprint === '') {
    state.status.textContent = `There is no finding ${fingerprint} in this page.`;
    memprof.announce(state.status.textContent);
    return;
  }
  if (!state.shown.includes(wanted)) {
    clear();
    apply();
  }
  while (!rows.has(wanted)) drawMore();
  const made = rows.get(wanted);
  expand(wanted, made, true);
  made.item.scrollIntoView();
  made.button.focus({preventScroll: true});
}

memprof.views.push({
  id: 'findings',
  title: 'Findings',
  keys: ['finding', 'severity'],
  count: data.findings.length + data.findings_left_out,
  render(container) {
    if (data.findings.length === 0) {
      container.append(h('p', {}, data.summary.verdict));
      return;
    }
    state.status = h('p', {class: 'count'});
    state.list = h('ul', {class: 'findings'});
    state.more = h('button', {type: 'button', class: 'more', onclick: () => {
      const [first] = drawMore();
      rows.get(first).button.focus();
    }});
    const button = (text, onclick) => h('button', {type: 'button', class: 'quiet', onclick}, text);
    container.append(filters(),
        h('div', {class: 'pages'}, state.status,
          button('Open all shown', () => expandShown(true)),
          button('Close all', () => expandShown(false))),
        state.list, state.more);
    if (data.findings_left_out > 0) {
      container.append(h('p', {class: 'notice warning'},
          `These are the ${count(data.findings.length)} worst findings; ` +
          `${count(data.findings_left_out)} more are in report.json.`));
    }
    apply();
  },
  open(value, key) {
    if (data.findings.length === 0) return;
    if (key === 'severity') {
      clear();
      state.controls.severity.value = value;
      if (state.controls.severity.selectedIndex < 0) state.controls.severity.value = '';
      apply();
      scrollTo(0, 0);
    } else {
      openFinding(value);
    }
  },
});
