// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What to change: the recommended solution with its code, and the others.
const {h} = memprof;

function classOf(line) {
  if (line.startsWith('+++') || line.startsWith('---')) return 'name';
  if (line.startsWith('@@')) return 'hunk';
  if (line.startsWith('+')) return 'add';
  return line.startsWith('-') ? 'remove' : null;
}

function diff(text) {
  const lines = text.replace(/\n$/, '').split('\n');
  return h('div', {class: 'code-box'},
      h('pre', {class: 'diff', tabindex: '0', 'aria-label': 'Diff'},
        h('code', {}, lines.map((line) => h('span', {class: classOf(line)}, line, '\n')))),
      memprof.copyButton(text, 'diff'));
}

function snippet(text) {
  return h('div', {class: 'code-box'},
      h('pre', {tabindex: '0', 'aria-label': 'Code'}, h('code', {}, text)),
      memprof.copyButton(text, 'code'));
}

// A command, or anything else of one line, to copy.
memprof.command = (text) => h('div', {class: 'command'},
    h('pre', {tabindex: '0', 'aria-label': 'Command'}, h('code', {}, text)),
    memprof.copyButton(text, 'command'));

function facts(solution) {
  const items = [];
  const add = (name, value) => {
    if (value) items.push(h('dt', {}, name), h('dd', {}, memprof.prose(value)));
  };
  add('Why it works', solution.why);
  add('Saves', solution.saves);
  add('Trade-off', solution.trade_off);
  add('Effort', solution.effort);
  add('No diff', solution.why_no_diff);
  return items.length > 0 && h('dl', {class: 'facts'}, items);
}

function alternative(solution) {
  return h('details', {class: 'alternative'},
      h('summary', {}, 'Or: ', memprof.prose(solution.summary)),
      solution.diff && diff(solution.diff), solution.snippet && snippet(solution.snippet),
      facts(solution));
}

// Elements that show how a finding is mended.
memprof.fixOf = (fix) => [
  h('h3', {}, 'Fix'),
  fix.summary && h('p', {class: 'fix-summary'}, memprof.prose(fix.summary)),
  fix.diff && diff(fix.diff),
  fix.command && memprof.command(fix.command),
  fix.snippet && snippet(fix.snippet),
  facts(fix),
  fix.alternatives.map(alternative),
];
