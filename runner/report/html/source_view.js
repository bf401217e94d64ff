// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Source lines with the bytes that go through them: allocated, kept, temporary, as far as the page
// has the lines' text.
const {h} = memprof;
const METRICS =
    [['allocated', 'Allocated a run'], ['kept', 'Kept in all'], ['temporary', 'Temporary a run']];

// file → {file, lines: Map of line → figures, text: Map of line → text, findings: Map of line → [],
// most: the largest figures of a line, and what its own calls allocate}
function collectFiles(data, tables) {
  const files = new Map();
  const of = (file) => {
    if (!files.has(file)) {
      files.set(file, {
        file,
        lines: new Map(),
        text: new Map(),
        findings: new Map(),
        most: {kept: 0, allocated: 0, temporary: 0},
        kept: 0,
        allocated: 0,
        temporary: 0
      });
    }
    return files.get(file);
  };
  for (const {file, rows} of tables.lines) {
    const entry = of(file);
    for (const row of rows) {
      entry.lines.set(row.line, row);
      for (const [metric] of METRICS)
        entry.most[metric] = Math.max(entry.most[metric], row[metric]);
    }
  }
  addOwnBytes(tables, of);
  for (const {file, first_line: first, lines} of data.sources) {
    lines.forEach((text, i) => of(file).text.set(first + i, text));
  }
  for (const finding of data.findings) {
    const {file, line} = finding.location ?? {};
    if (!files.has(file) || !(line > 0)) continue;
    const on = files.get(file).findings;
    on.set(line, [...(on.get(line) ?? []), finding]);
  }
  return [...files.values()].sort(
      (a, b) => b.kept - a.kept || b.allocated - a.allocated || (a.file < b.file ? -1 : 1));
}

// To each file what its own lines allocate, by themselves or by libraries: each call counts once,
// in the file of the innermost frame of the user's, so that files can be compared.
function addOwnBytes(tables, of) {
  for (const profile of tables.distinct.map((i) => tables.profiles[i])) {
    const runs = Math.max(1, profile.runs);
    for (const {stack, figures} of profile.sites) {
      const own = memprof.ownFrame(stack, profile.frames);
      if (!own) continue;
      const entry = of(own.file);
      entry.kept += figures.kept;
      entry.allocated += figures.allocated / runs;
      entry.temporary += figures.temporary / runs;
    }
  }
}

class SourceView {
  constructor(container, data, files, tables) {
    this.files = files;
    this.hasFigures = tables.lines.length > 0;
    this.shown = h('div', {class: 'source-file'});
    const runs = Math.max(1, ...tables.distinct.map((i) => tables.profiles[i].runs));
    container.append(
        h('p', {class: 'lead'},
          'A file has what its own lines allocate, by themselves or by libraries; ' +
              'a line has that and what all that it calls allocates, so lines cannot be added up. ' +
              'Allocated ' +
              'and temporary are those of one run, the mean; kept is what was left at the end of ' +
              `${runs === 1 ? 'the run' : 'all runs'}.`),
        this.hasFigures ?
            '' :
            h('p', {}, 'Bytes of lines are not measured: no test was traced in this run.'),
        h('div', {class: 'wide-table', role: 'region', tabindex: '0', 'aria-label': 'Files'},
          h('table', {class: 'files'},
            h('thead', {},
              h('tr', {}, h('th', {scope: 'col'}, 'File'),
                METRICS.map(([, title]) => h('th', {scope: 'col', class: 'figure'}, title)),
                h('th', {scope: 'col', class: 'figure'}, 'Findings'))),
            h('tbody', {}, files.map((file) => this.fileRow(file))))),
        this.shown);
    this.show(files[0]);
  }

  fileRow(file) {
    file.row =
        h('tr', {},
          h('th', {scope: 'row'}, h('a', {href: memprof.sourceHash(file.file, 0)}, file.file)),
          METRICS.map(([metric]) => this.figureOf(file, metric)),
          h('td', {class: 'figure'}, memprof.count([...file.findings.values()].flat().length)));
    return file.row;
  }

  // A file that no call told one by one passes through has no figure, and nothing is missing.
  figureOf(file, metric) {
    if (!this.hasFigures) return h('td', {class: 'figure unmeasured'}, memprof.bytes(null));
    return h('td', {class: 'figure'}, file.lines.size ? memprof.bytes(file[metric]) : '–');
  }

  show(file) {
    for (const each of this.files) {
      each.row.classList.toggle('current', each === file);
      const link = each.row.querySelector('a');
      if (each === file)
        link.setAttribute('aria-current', 'true');
      else
        link.removeAttribute('aria-current');
    }
    this.file = file;
    const numbers =
        [...new Set([...file.text.keys(), ...file.lines.keys(), ...file.findings.keys()])].sort(
            (a, b) => a - b);
    const rows = [];
    let last = null;
    for (const line of numbers) {
      if (last !== null && line > last + 1) {
        rows.push(h('tr', {class: 'gap'}, h('td', {colspan: 5}, '…')));
      }
      rows.push(this.lineRow(file, line));
      last = line;
    }
    const url = memprof.fileUrl(file.file);
    this.shown.replaceChildren(
        h('h2', {}, file.file, url && h('a', {class: 'open-file', href: url}, 'Open the file')),
        h('div', {
          class: 'wide-table',
          role: 'region',
          tabindex: '0',
          'aria-label': `Lines of ${file.file}`
        },
          h('table', {class: 'lines'},
            h('thead', {},
              h('tr', {}, h('th', {scope: 'col', class: 'figure'}, 'Line'),
                METRICS.map(([, title]) => h('th', {scope: 'col', class: 'figure'}, title)),
                h('th', {scope: 'col'}, 'Source'))),
            h('tbody', {}, rows))));
  }

  lineRow(file, line) {
    const findings = file.findings.get(line) ?? [];
    const worst = findings[0]?.severity;
    const text = file.text.get(line);
    return h(
        'tr', {'data-line': line, tabindex: '-1', class: worst && `marked ${worst}`},
        h('th', {scope: 'row', class: 'figure'}, String(line)),
        METRICS.map(([metric]) => this.bar(file, line, metric)),
        h('td', {class: 'code'}, h('pre', {}, text === undefined ? '' : text || ' '),
          findings.map(
              (finding) =>
                  h('div', {class: 'on-line'}, memprof.badge(finding.severity), ' ',
                    h('a', {href: memprof.findingHash(finding.fingerprint)}, finding.headline)))));
  }

  // A bar as long as the line's part of the file's largest line, and the number on it.
  bar(file, line, metric) {
    const bytes = file.lines.get(line)?.[metric] ?? 0;
    if (bytes <= 0) return h('td', {class: 'figure'});
    const part = Math.round(100 * bytes / (file.most[metric] || 1));
    return h(
        'td', {class: `figure sized ${metric}`, style: `--part: ${part}%`},
        memprof.bytes(bytes));
  }

  // `value` is "file:line" or "file".
  open(value) {
    const [, file, line] = /^(.*?)(?::(\d+))?$/s.exec(value);
    const entry = this.files.find((each) => each.file === value) ??
        this.files.find((each) => each.file === file);
    if (!entry) {
      memprof.announce(`The lines of ${value} are not in this report`);
      return;
    }
    if (this.file !== entry) this.show(entry);
    const row = line && this.shown.querySelector(`tr[data-line="${line}"]`);
    for (const each of this.shown.querySelectorAll('tr.aimed')) each.classList.remove('aimed');
    row?.classList.add('aimed');
    (row ?? this.shown).scrollIntoView({block: row ? 'center' : 'start'});
    row?.focus({preventScroll: true});
  }
}

let view = null;
memprof.views.push({
  id: 'source',
  title: 'Source',
  key: 'source',
  render(container, data) {
    const tables = memprof.tables(data);
    const files = collectFiles(data, tables);
    if (files.length === 0) {
      container.append(
          h('p', {},
            'Nothing to show: no test was traced in this run. Tests are traced when they are ' +
                'suspected of keeping memory or of waste, and all of them with --only trace.'));
    } else {
      view = new SourceView(container, data, files, tables);
    }
  },
  open(value) {
    view?.open(value);
  },
});
