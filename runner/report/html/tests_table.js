// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The table of tests: sorted by any column, filtered, a page of rows at a time, so that 10,000
// tests are as quick as ten.
const {h} = memprof;
const PAGE = 100;                                                                   // rows
const VERDICTS = ['critical', 'warning', 'optimization', 'not_measured', 'clean'];  // worst first

const figure = (name) => (test) => memprof.lastOf(test.series[name]);
const firstOf = (test) => memprof.valueAt(test.series.kept, 0) ?? null;

// `value` is what the column sorts by: texts upwards first, figures and verdicts the worst first.
const COLUMNS = [
  {id: 'name', title: 'Test', value: (test) => test.fullName},
  {id: 'binary', title: 'Binary', value: (test) => test.binary},
  {id: 'verdict', title: 'Verdict', value: (test) => -VERDICTS.indexOf(test.verdict), worst: true},
  {id: 'status', title: 'Status', value: (test) => test.status},
  {id: 'findings', title: 'Findings', value: (test) => test.findings.length, show: memprof.count},
  {id: 'kept', title: 'Kept', hint: 'by the last run', value: figure('kept'), show: memprof.bytes},
  {id: 'first', title: 'Kept first', hint: 'by the first run', value: firstOf, show: memprof.bytes},
  {id: 'peak', title: 'Peak', value: figure('peak'), show: memprof.bytes},
  {id: 'allocated', title: 'Allocated', value: figure('allocated'), show: memprof.bytes},
  {id: 'allocations', title: 'Allocations', value: figure('allocations'), show: memprof.count},
  {id: 'descriptors', title: 'Descriptors', value: figure('descriptors'), show: memprof.count},
  {id: 'threads', title: 'Threads', value: figure('threads'), show: memprof.count},
  {id: 'time', title: 'Time', value: figure('time'), show: memprof.duration},
];

// A name that may be broken between its words.
function breakable(name) {
  return name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[._/])/)
      .flatMap((word, i) => i ? [h('wbr'), word] : [word]);
}

class TestsTable {
  constructor(container, tests, binaries) {
    this.tests = tests;
    this.columns = COLUMNS.filter((column) => column.id !== 'binary' || binaries.length > 1);
    this.sort = {column: this.columns.find((column) => column.id === 'verdict'), down: true};
    this.page = 0;
    this.expanded = new Set();
    this.text = h('input', {
      type: 'search',
      placeholder: 'Suite, name or file',
      'aria-label': 'Filter by name or file',
      oninput: () => this.filtersChanged()
    });
    this.verdict =
        this.choice('Verdict', VERDICTS.filter((v) => tests.some((t) => t.verdict === v)));
    this.status = this.choice('Status', [...new Set(tests.map((test) => test.status))].sort());
    this.binary = this.choice('Binary', binaries, (binary) => binary);
    this.counts = h('p', {class: 'count', id: 'tests-count'});
    this.body = h('tbody', {onkeydown: (event) => this.moveFocus(event)});
    this.pages = h('nav', {class: 'pages', 'aria-label': 'Pages of tests'});
    container.append(
        h('p', {class: 'lead'},
          'What each test kept and used in its last run. A row opens to its ' +
              'runs, its findings and what could not be measured. Bytes are those of whole ' +
              'blocks as malloc rounds them up; findings have what was asked for.'),
        h('form', {class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault()},
          this.text, this.verdict.label, this.status.label,
          binaries.length > 1 && this.binary.label),
        this.counts,
        h('div', {class: 'wide-table', role: 'region', tabindex: '0', 'aria-label': 'Table of tests'},
          h('table', {class: 'tests', 'aria-describedby': 'tests-count'}, this.head(), this.body)),
        this.pages);
    this.update();
  }

  choice(title, values, words = (value) => value.replaceAll('_', ' ')) {
    const select =
        h('select', {onchange: () => this.filtersChanged()}, h('option', {value: ''}, 'any'),
          values.map((value) => h('option', {value}, words(value))));
    return {select, label: h('label', {}, `${title} `, select)};
  }

  head() {
    this.headers = new Map();
    for (const column of this.columns) {
      this.headers.set(
          column,
          h('th', {scope: 'col', class: column.show && 'figure'},
            h('button', {
              type: 'button',
              'data-column': column.id,
              title: column.hint,
              onclick: () => this.sortBy(column)
            },
              column.title)));
    }
    return h('thead', {}, h('tr', {}, [...this.headers.values()]));
  }

  sortBy(column) {
    const first = Boolean(column.show || column.worst);
    this.sort = {column, down: this.sort.column === column ? !this.sort.down : first};
    this.page = 0;
    this.update();
  }

  filtersChanged() {
    this.page = 0;
    this.update();
    memprof.announce(this.counts.textContent);
  }

  // Filters and sorts; what was not measured comes last either way.
  update() {
    const words = this.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const {column, down} = this.sort;
    const fits = (test) =>
        (!this.verdict.select.value || test.verdict === this.verdict.select.value) &&
        (!this.status.select.value || test.status === this.status.select.value) &&
        (!this.binary.select.value || test.binary === this.binary.select.value) &&
        words.every((word) => `${test.fullName} ${test.file}`.toLowerCase().includes(word));
    const keyed = this.tests.filter(fits).map((test) => ({test, key: column.value(test) ?? null}));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
      return (down ? -order : order) || a.test.index - b.test.index;
    });
    this.rows = keyed.map((each) => each.test);
    for (const [each, header] of this.headers) {
      if (each === column)
        header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      else
        header.removeAttribute('aria-sort');
    }
    const all = this.tests.length;
    this.counts.textContent = this.rows.length === all ?
        memprof.counted(all, 'test') :
        `${memprof.count(this.rows.length)} of ${memprof.counted(all, 'test')}`;
    this.draw();
  }

  draw() {
    const from = this.page * PAGE;
    this.body.replaceChildren(
        ...this.rows.slice(from, from + PAGE).flatMap((test) => this.row(test)));
    if (this.rows.length === 0) {
      this.body.append(
          h('tr', {},
            h('td', {colspan: this.columns.length, class: 'none'},
              this.tests.length ? 'No test fits these filters.' : 'No tests.')));
    }
    this.drawPages(Math.ceil(this.rows.length / PAGE));
  }

  drawPages(count) {
    const go = (title, page) =>
        h('button', {
          type: 'button',
          class: 'quiet',
          disabled: page < 0 || page >= count || page === this.page,
          onclick: () => this.turnTo(page)
        },
          title);
    this.pages.hidden = count < 2;
    this.pages.replaceChildren(
        go('First', 0), go('Previous', this.page - 1),
        h('span', {}, `Page ${this.page + 1} of ${count}`), go('Next', this.page + 1),
        go('Last', count - 1));
  }

  turnTo(page) {
    this.page = page;
    this.draw();
    memprof.announce(`Page ${page + 1}`);
    this.body.querySelector('button.expand')?.focus();
  }

  row(test) {
    const open = this.expanded.has(test);
    const id = `test-${test.index}`;
    const button =
        h('button', {
          type: 'button',
          class: 'expand',
          'aria-expanded': String(open),
          'aria-controls': open && id,
          onclick: () => this.toggle(test)
        },
          breakable(test.fullName));
    const row =
        h('tr', {class: open && 'open', 'data-test': test.index},
          this.columns.map((column) => this.cell(test, column, button)));
    return open ? [row, this.details(test, id)] : [row];
  }

  cell(test, column, button) {
    if (column.id === 'name') return h('th', {scope: 'row'}, button);
    if (column.id === 'verdict') return h('td', {}, memprof.badge(test.verdict));
    if (column.id === 'status') return h('td', {}, test.status.replaceAll('_', ' '));
    if (column.id === 'binary') {
      // Paths are long and mostly alike; the filter above has them whole.
      const name = test.binary.slice(test.binary.lastIndexOf('/') + 1);
      return h('td', {class: 'binary', title: test.binary}, breakable(name));
    }
    const value = column.value(test) ?? null;
    return h('td', {class: value === null ? 'figure unmeasured' : 'figure'}, column.show(value));
  }

  details(test, id) {
    return h(
        'tr', {class: 'opened', id},
        h('td', {colspan: this.columns.length},
          h('div', {class: 'test-details'}, memprof.testDetails(test))));
  }

  toggle(test) {
    const row = this.body.querySelector(`tr[data-test="${test.index}"]`);
    if (this.expanded.delete(test)) {
      row.nextElementSibling.remove();
    } else {
      this.expanded.add(test);
    }
    const fresh = this.row(test);
    row.replaceWith(...fresh);
    fresh[0].querySelector('button.expand').focus();
  }

  // Up and down go from test to test, Home and End to the first and last of the page.
  moveFocus(event) {
    if (!event.target.matches('button.expand')) return;
    const buttons = [...this.body.querySelectorAll('button.expand')];
    const at = buttons.indexOf(event.target);
    const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1}[event.key];
    if (next === undefined || !buttons[next]) return;
    event.preventDefault();
    buttons[next].focus();
  }

  // Shows the first test of this name, opened, whatever the filters were.
  open(name) {
    const test = this.tests.find((each) => each.fullName === name);
    if (!test) {
      memprof.announce(`There is no test ${name}`);
      return;
    }
    this.expanded.add(test);
    if (!this.rows.includes(test)) {
      this.text.value = '';
      for (const choice of [this.verdict, this.status, this.binary]) choice.select.value = '';
      this.update();
    }
    this.page = Math.floor(this.rows.indexOf(test) / PAGE);
    this.draw();
    const row = this.body.querySelector(`tr[data-test="${test.index}"]`);
    row.scrollIntoView({block: 'start'});
    row.querySelector('button.expand').focus({preventScroll: true});
  }
}

let table = null;
memprof.views.push({
  id: 'tests',
  title: 'Tests',
  key: 'test',
  count: memprof.tables(memprof.data).tests.length,
  render(container, data) {
    const {tests, binaries} = memprof.tables(data);
    table = new TestsTable(container, tests, binaries);
  },
  open(name) {
    table.open(name);
  },
});
