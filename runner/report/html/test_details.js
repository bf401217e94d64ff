// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What a row of the table of tests opens to: findings, runs, what the peak was made of, gaps.
const {h, svg} = memprof;
const ROWS = 25;  // runs shown from either end

const RUN_COLUMNS = [
  ['Kept', 'kept', memprof.bytes],
  ['Blocks kept', 'blocks', memprof.count],
  ['Peak', 'peak', memprof.bytes],
  ['Allocated', 'allocated', memprof.bytes],
  ['Allocations', 'allocations', memprof.count],
  ['Descriptors', 'descriptors', memprof.count],
  ['Threads', 'threads', memprof.count],
  ['Mapped', 'mapped', memprof.bytes],
  ['Time', 'time', memprof.duration],
];

function findingsOf(test, data) {
  if (test.findings.length === 0) return h('p', {}, 'No finding.');
  const shown = test.findings.filter((index) => data.findings[index]);
  const hidden = test.findings.length - shown.length;
  return [
    h('ul', {class: 'plain'}, shown.map((index) => {
      const finding = data.findings[index];
      return h(
          'li', {}, memprof.badge(finding.severity), ' ',
          h('a', {href: memprof.findingHash(finding.fingerprint)}, finding.headline));
    })),
    hidden > 0 && h('p', {}, `${memprof.counted(hidden, 'finding')} more in report.json.`),
  ];
}

// The bytes that each run kept, one bar a run; the table beside it has the figures.
function keptBars(test) {
  const series = test.series.kept;
  if (!Array.isArray(series) || series.length < 3) return null;
  const known = series.filter((value) => value !== null);
  const top = Math.max(0, ...known);
  const low = Math.min(0, ...known);
  const width = 320;
  const height = 64;
  const step = width / series.length;
  const y = (value) => height * (top - value) / (top - low || 1);
  const text = `Kept by each of ${memprof.count(series.length)} runs: first ${memprof.bytes(series[0])}, ` +
      `least ${memprof.bytes(Math.min(...known))}, most ${memprof.bytes(Math.max(...known))}, ` +
      `last ${memprof.bytes(series[series.length - 1])}`;
  return h(
      'figure', {class: 'kept-bars'},
      svg('svg', {
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-label': text,
        preserveAspectRatio: 'none'
      },
          series.map((value, i) => value !== null && svg('rect', {
                       x: i * step,
                       width: Math.max(step * 0.85, 0.3),
                       y: Math.min(y(value), y(0)),
                       height: Math.max(Math.abs(y(0) - y(value)), 0.5)
                     }))),
      h('figcaption', {}, text));
}

// Runs to show: all, or those at both ends, null for the gap between.
function shownRuns(count) {
  const all = Array.from({length: count}, (unused, run) => run);
  return count <= 2 * ROWS ? all : [...all.slice(0, ROWS), null, ...all.slice(-ROWS)];
}

function runsOf(test) {
  if (test.runs === 0) return h('p', {}, 'It has no run that was measured to its end.');
  const row = (run) =>
      h('tr', {}, h('th', {scope: 'row'}, memprof.count(run + 1)),
        RUN_COLUMNS.map(([unused, figure, show]) => {
          const value = memprof.valueAt(test.series[figure], run) ?? null;
          return h('td', {class: value === null ? 'figure unmeasured' : 'figure'}, show(value));
        }));
  const gap = () =>
      h('tr', {},
        h('td', {colspan: RUN_COLUMNS.length + 1},
          `… ${memprof.counted(test.runs - 2 * ROWS, 'run')} between, in report.json`));
  return [
    keptBars(test),
    h('div', {
      class: 'wide-table',
      role: 'region',
      tabindex: '0',
      'aria-label': `Runs of ${test.fullName}`
    },
      h('table', {class: 'runs'},
        h('thead', {},
          h('tr', {}, h('th', {scope: 'col'}, 'Run'),
            RUN_COLUMNS.map(([title]) => h('th', {scope: 'col', class: 'figure'}, title)))),
        h('tbody', {}, shownRuns(test.runs).map((run) => run === null ? gap() : row(run)))))
  ];
}

function gapsOf(test, tables) {
  const ofRun = test.verdict === 'not_measured' || test.runs === 0 ? tables.gaps : [];
  const gaps = [...test.gaps, ...ofRun.map(([tool, why]) => [tool, `${why} (the whole run)`])];
  if (gaps.length === 0) return null;
  return [
    h('h2', {}, 'Not measured'),
    h('ul', {class: 'plain'},
      gaps.map(([tool, why]) => h('li', {}, h('strong', {}, tool), `: ${why}`)))
  ];
}

// The peak of this test that was taken apart, and the profile that has it; null if there is none.
memprof.peakOf = (name, tables) => {
  for (const profile of tables.profiles) {
    const peak = profile.peaks.find((each) => each.test === name);
    if (peak) return {profile, peak};
  }
  return null;
};

memprof.testDetails = (test) => {
  const {data} = memprof;
  const tables = memprof.tables(data);
  const peak = memprof.peakOf(test.fullName, tables);
  return [
    test.file && h('p', {}, memprof.place(test.file, test.line)),
    h('h2', {}, 'Findings'),
    findingsOf(test, data),
    h('h2', {}, 'Runs'),
    runsOf(test),
    peak &&
        [
          h('h2', {}, 'What its peak was made of'), memprof.peakComposition(peak),
          h('p', {},
            h('a', {href: memprof.flameHash('peak', test.fullName)}, 'The same as a flame graph'))
        ],
    gapsOf(test, tables),
  ];
};
