// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What html_tables.h packs, with names again. What was not measured is null.

const FIGURES = [
  'kept', 'blocks', 'allocations', 'allocated', 'peak', 'descriptors', 'threads', 'mapped', 'time'
];

// The figure's value in run `run` (from 0) of a test; null when not measured.
function valueAt(series, run) {
  return Array.isArray(series) ? series[run] : series;
}

// What the table shows of a series: the last run's.
function lastOf(series) {
  return Array.isArray(series) ? series[series.length - 1] : series;
}

function decodeTest(row, index, packed) {
  const [file, line, status, verdict, binary, runs, figures, findings, gaps] = row;
  const test = {
    index,
    fullName: packed.names[index],
    line,
    status,
    verdict,
    runs,
    findings,
    gaps,
    file: packed.files[file] ?? '',
    binary: packed.binaries[binary] ?? '',
    series: {}
  };
  FIGURES.forEach((figure, i) => {
    test.series[figure] = figures[i];
  });
  return test;
}

function decodeFigures([allocated, allocations, temporary, temporaries, kept, blocks]) {
  return {allocated, allocations, temporary, temporaries, kept, blocks};
}

function decodeProfile(row, packed) {
  const [name, tests, runs, frames, sites, other, live, peaks] = row;
  return {
    name,
    tests,
    runs,
    live,
    frames: frames.map(
        ([title, file, line, kind]) => ({title, file: packed.files[file] ?? '', line, kind})),
    sites: sites.map(([stack, figures]) => ({stack, figures: decodeFigures(figures)})),
    other: decodeFigures(other),
    peaks: peaks.map(
        ([test, shares, bytes, blocks]) => ({
          test,
          shares: shares.map(([stack, shareBytes,
                               shareBlocks]) => ({stack, bytes: shareBytes, blocks: shareBlocks})),
          otherBytes: bytes,
          otherBlocks: blocks
        }))
  };
}

function decodeTables({tests, profiles, lines}) {
  return {
    tests: tests.rows.map((row, index) => decodeTest(row, index, tests)),
    binaries: tests.binaries,
    gaps: tests.gaps,
    profiles: profiles.rows.map((row) => decodeProfile(row, profiles)),
    distinct: profiles.distinct,
    lines: lines.map(
        ({file, rows}) => ({
          file,
          rows: rows.map(([line, allocated, allocations, temporary, kept,
                           blocks]) => ({line, allocated, allocations, temporary, kept, blocks}))
        })),
  };
}

let decoded = null;

// The tables of the page's data, decoded once.
function tables(data) {
  decoded = decoded || decodeTables(data);
  return decoded;
}

// A share of a whole, 0 to 1: "12 %", "0.4 %", "under 0.1 %".
function share(part) {
  const percent = part * 100;
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return percent < 10 ? `${Math.round(percent * 10) / 10} %` : `${Math.round(percent)} %`;
}

Object.assign(memprof, {tables, valueAt, lastOf, share});
