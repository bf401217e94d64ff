// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What a reader needs within five seconds, then what else holds for the whole run.
const {h, bytes, count, counted} = memprof;
const PRIORITIES_SHOWN = 10;

function findingOf(fingerprint, data) {
  return data.findings.find((finding) => finding.fingerprint === fingerprint);
}

const whereOf = ({location, scope, tests}) =>
    memprof.placeText(location.file, location.line) || scope ||
    (tests.length > 0 ? memprof.testName(tests[0]) : '');

function banners({head, process, not_measured: gaps, conflicts}) {
  return [
    head.crash && h('p', {class: 'notice critical'},
                    `The ${process ? 'program' : 'test binary'} ended early: ${head.crash}. ` +
                        'Only what it did before is judged.'),
    head.hang.length > 0 && h('details', {class: 'alternative', open: true},
        h('summary', {}, 'Where it was when its time was up, innermost first'),
        h('ol', {class: 'stack'}, head.hang.map((line) => h('li', {}, h('code', {}, line))))),
    head.interrupted && h('p', {class: 'notice critical'},
        `Interrupted${head.interrupted_in}: this report is partial, and what it does not mention ` +
        'is unknown.'),
    conflicts.length > 0 && h('p', {class: 'notice warning'},
        `The merged reports contradict each other in ${counted(conflicts.length, 'place')}: ` +
        'see Conflicts below.'),
    gaps.length > 0 && h('p', {class: 'notice warning'},
                         'Not everything could be measured: see Not measured below.'),
  ];
}

function tile(figure, words, kind, href) {
  const content = [h('strong', {}, figure), h('span', {}, words)];
  return h('li', {}, href ? h('a', {class: `tile ${kind}`, href}, content) :
                            h('div', {class: `tile ${kind}`}, content));
}

function tiles({summary, process, scan}) {
  const {verdicts} = summary;
  const severity = (name) =>
      tile(count(summary[name]), name.toUpperCase(), summary[name] > 0 ? name : '',
           summary[name] > 0 && `#severity=${name}`);
  return h('ul', {class: 'tiles'},
      severity('critical'), severity('warning'), severity('optimization'),
      !process && !scan && tile(`${count(verdicts.clean)} of ${count(summary.tests)}`, 'tests clean',
                       verdicts.clean > 0 && 'clean', '#tests'),
      scan && tile(count(scan.files), scan.files === 1 ? 'file read' : 'files read', ''),
      process && process.peak_bytes !== null && tile(bytes(process.peak_bytes), 'at its peak', ''),
      process && process.live_bytes !== null && tile(bytes(process.live_bytes), 'alive', ''),
      process && process.allocations !== null && tile(count(process.allocations), 'allocations', ''),
      verdicts.not_measured > 0 &&
          tile(count(verdicts.not_measured), 'tests not measured', 'warning', '#tests'),
      summary.reduction_possible_bytes !== null &&
          tile(bytes(summary.reduction_possible_bytes), 'less kept per run when all is mended', ''),
      summary.waste_possible_bytes !== null &&
          tile(bytes(summary.waste_possible_bytes), 'less allocated per run without waste', ''));
}

function foremost(finding) {
  const {location, fix} = finding;
  return h('div', {class: `card worst ${finding.severity}`},
      memprof.badge(finding.severity, `${finding.severity.toUpperCase()} ${finding.number}`),
      finding.figure && h('span', {class: 'quiet'}, ` ${finding.figure}`),
      h('h3', {}, h('a', {href: memprof.findingHash(finding.fingerprint)}, finding.headline)),
      h('p', {}, memprof.place(location.file, location.line) || finding.scope || '',
        location.function && h('span', {class: 'quiet'}, ' in ', h('code', {}, location.function))),
      memprof.sourceLine(location),
      finding.cause && h('p', {}, memprof.prose(finding.cause)),
      fix && fix.summary && h('p', {}, h('strong', {}, 'Fix: '), memprof.prose(fix.summary),
                              fix.saves && h('span', {class: 'quiet'}, ` (saves ${fix.saves})`)),
      h('p', {}, h('a', {href: memprof.findingHash(finding.fingerprint)},
                   fix && (fix.diff || fix.snippet) ? 'Evidence and the fix as code' :
                                                      'All that is known about it')));
}

function priority(finding) {
  return h('li', {},
      memprof.badge(finding.severity, `${finding.severity.toUpperCase()} ${finding.number}`),
      h('a', {class: 'title', href: memprof.findingHash(finding.fingerprint)}, finding.headline),
      h('span', {class: 'figure'}, finding.figure),
      h('span', {class: 'where mono'}, whereOf(finding)));
}

// In the order of the text report's "do first". Numbers have another: worst first.
function doFirst(data) {
  const listed = data.summary.priorities.map((each) => findingOf(each, data)).filter(Boolean);
  const [first, ...then] = listed.length > 0 ? listed : data.findings.slice(0, 1);
  if (!first) return null;
  const top = [h('h2', {}, 'Do first'), foremost(first)];
  if (then.length === 0) return top;
  const left = then.length - PRIORITIES_SHOWN;
  return [
    ...top,
    h('h2', {}, 'Then'),
    h('ol', {class: 'priorities'}, then.slice(0, PRIORITIES_SHOWN).map(priority)),
    left > 0 && h('p', {}, h('a', {href: '#findings'}, `${count(left)} more under Findings`)),
  ];
}

function patterns({summary}) {
  if (summary.patterns.length === 0) return null;
  return [
    h('h2', {}, 'Patterns'),
    h('ul', {class: 'rows'}, summary.patterns.map(({pattern, count: times, where}) => h('li', {},
        h('span', {class: 'figure'}, `×${count(times)}`), pattern.replaceAll('-', ' '),
        h('p', {class: 'tests-of mono'}, where.join(', '), times > where.length && ' …')))),
  ];
}

function systemic(data) {
  // Those by pattern are in the list of patterns, with their places.
  const shown = data.summary.systemic.filter(({by}) => by !== 'pattern');
  if (shown.length === 0) return null;
  return [
    h('h2', {}, 'Several findings, one cause'),
    h('ul', {class: 'rows'}, shown.map(({text, findings}) => h('li', {}, memprof.prose(text),
        h('p', {class: 'tests-of'}, findings.slice(0, 8).map((fingerprint) =>
            findingOf(fingerprint, data)).filter(Boolean).map((finding) =>
            h('a', {href: memprof.findingHash(finding.fingerprint)},
              `${finding.severity.toUpperCase()} ${finding.number}`)))))),
  ];
}

function testsOf({tests, count: all}) {
  const shown = tests.slice(0, 5);
  return h('p', {class: 'tests-of'}, shown.map(memprof.testLink),
           all > shown.length && `+${count(all - shown.length)} more`);
}

function notMeasured({not_measured: gaps}) {
  if (gaps.length === 0) return null;
  return [
    h('h2', {id: 'not-measured'}, 'Not measured'),
    h('ul', {class: 'rows'}, gaps.map((gap) => h('li', {},
        h('span', {class: 'figure'},
          gap.whole_run ? 'the whole run' : counted(gap.count, 'test')),
        h('strong', {}, gap.tool), `: ${gap.why}`, gap.count > 0 && testsOf(gap)))),
  ];
}

function statuses({summary}) {
  if (summary.statuses.length === 0) return null;
  return [
    h('h2', {}, 'Tests that did not pass'),
    h('ul', {class: 'rows'}, summary.statuses.map((group) => h('li', {},
        h('span', {class: 'figure'}, counted(group.count, 'test')),
        h('strong', {}, group.status), `: ${group.meaning}`, testsOf(group)))),
  ];
}

function conflicts(data) {
  if (data.conflicts.length === 0) return null;
  return [
    h('h2', {}, 'Conflicts'),
    h('p', {class: 'quiet'}, 'The reports that this one was merged from contradict each other.'),
    h('ul', {class: 'rows'}, data.conflicts.map((text) => h('li', {}, text))),
  ];
}

function suppressions(data) {
  if (data.suppressions.length === 0) return null;
  return [
    h('h2', {}, 'Suppressions'),
    h('ul', {class: 'rows'}, data.suppressions.map((use) => h('li', {},
        h('span', {class: 'figure chip'}, use.state), h('code', {}, use.text),
        h('p', {class: 'tests-of'}, memprof.placeText(use.file, use.line),
          use.became && ` · ${use.became}`),
        use.exceeded.map((text) => h('p', {class: 'tests-of'}, `not taken out: ${text}`))))),
  ];
}

// Of a program that was measured as a whole: what it was, what it had and who had it.
function processOf({process}) {
  if (!process) return null;
  const groups = [];
  for (const {label, text} of process.lines) {
    if (label !== '') groups.push({label, texts: []});
    if (groups.length > 0) groups[groups.length - 1].texts.push(text);
  }
  return [
    h('h2', {}, 'The process'),
    h('div', {class: 'card'}, h('dl', {class: 'facts'},
        h('dt', {}, 'command'), h('dd', {}, h('code', {}, process.command)),
        h('dt', {}, 'process'), h('dd', {}, process.headline),
        groups.map(({label, texts}) => [
          h('dt', {}, label), h('dd', {}, texts.map((text) =>
              h('div', {}, text.trim().replaceAll(/ {2,}/g, ' · ')))),
        ]))),
  ];
}

function run({head, baseline, summary}) {
  const facts = [];
  const add = (name, value) => {
    if (value) facts.push(h('dt', {}, name), h('dd', {}, value));
  };
  add('Binary', head.binary && h('code', {}, head.binary));
  add('Ran', head.stages.length > 0 && head.stages.map((stage) => h('div', {}, stage)));
  add('Peaks', head.peaks);
  if (baseline) {
    add('Baseline', [h('code', {}, baseline.file), ': ',
      baseline.counts || 'nothing known, nothing new',
      baseline.gone > 0 && `; ${count(baseline.gone)} of its ` +
          `${counted(baseline.findings, 'finding')} gone`]);
  }
  add('Suppressed', summary.suppressed > 0 && counted(summary.suppressed, 'finding'));
  add('memprof', head.tool_version);
  return [h('h2', {}, 'The run'), h('div', {class: 'card'}, h('dl', {class: 'facts'}, facts))];
}

memprof.views.push({
  id: 'overview',
  title: 'Overview',
  render(container, data) {
    const {summary, head} = data;
    container.querySelector('h1').classList.add('unseen');
    container.append(...[
      banners(data),
      h('p', {class: `verdict ${summary.state}`}, summary.verdict),
      h('p', {class: 'subject'}, h('code', {}, head.binary)),
      tiles(data),
      h('div', {class: data.findings.length > 0 && 'columns'},
        h('div', {}, doFirst(data), systemic(data)),
        h('div', {}, processOf(data), notMeasured(data), conflicts(data), statuses(data), patterns(data),
          suppressions(data), run(data))),
    ].flat().filter(Boolean));
  },
});
