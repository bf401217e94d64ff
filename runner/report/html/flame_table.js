// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The flame graph's tree as a table of rows that open, for screen readers, keyboards and those who
// want the figures.
const {h} = memprof;
const CHILDREN = 50;  // rows of one caller

memprof.CallTable = class {
  constructor() {
    this.body = h('tbody', {onkeydown: (event) => this.pressed(event)});
    this.calls = h('th', {scope: 'col', class: 'figure'});
    this.element =
        h('div', {class: 'wide-table', role: 'region', tabindex: '0', 'aria-label': 'Table of calls'},
          h('table', {class: 'calls', role: 'treegrid', 'aria-label': 'Calls'},
            h('thead', {},
              h('tr', {}, h('th', {scope: 'col'}, 'Call'),
                h('th', {scope: 'col', class: 'figure'}, 'Bytes'),
                h('th', {scope: 'col', class: 'figure'}, 'Share'), this.calls)),
            this.body));
  }

  // Opens the largest call of each level, because that is what is looked for.
  show(root, callsTitle) {
    this.calls.textContent = callsTitle;
    this.total = root.bytes || 1;
    this.rows = new Map();
    const first = this.row(root);
    this.body.replaceChildren(first);
    for (let at = root; at?.sorted.length; at = at.sorted[0]) this.expand(at);
    this.setStop(first);
  }

  row(node) {
    const hasCalls = node.sorted.length > 0;
    const row = h(
        'tr',
        {'aria-level': node.depth + 1, tabindex: '-1', 'aria-expanded': hasCalls ? 'false' : null},
        h('td', {},
          h('div', {class: 'call', style: `--depth: ${Math.min(node.depth, 12)}`},
            hasCalls && h('button', {
              type: 'button',
              class: 'opener',
              tabindex: '-1',
              'aria-label': `Calls of ${node.title}`,
              onclick: () => this.toggle(node)
            }),
            h('span', {},
              h('code', {class: node.kind === 1 ? 'user' : 'library', title: node.title},
                memprof.nodeName(node)),
              node.file && [' ', h('span', {class: 'where'}, this.place(node))]))),
        h('td', {class: 'figure'}, memprof.bytes(node.bytes)),
        h('td', {class: 'figure'}, memprof.share(node.bytes / this.total)),
        h('td', {class: 'figure'}, memprof.count(node.calls)));
    row.node = node;
    this.rows.set(node, row);
    return row;
  }

  place(node) {
    const text = memprof.placeText(
        node.file.slice(node.file.startsWith('/') ? node.file.lastIndexOf('/') + 1 : 0), node.line);
    return memprof.hasSource(node.file) ?
        h('a', {href: memprof.sourceHash(node.file, node.line), tabindex: '-1'}, text) :
        text;
  }

  isOpen(node) {
    return this.rows.get(node)?.getAttribute('aria-expanded') === 'true';
  }

  expand(node) {
    const row = this.rows.get(node);
    if (!row || this.isOpen(node) || node.sorted.length === 0) return;
    row.setAttribute('aria-expanded', 'true');
    const shown = node.sorted.slice(0, CHILDREN).map((child) => this.row(child));
    const rest = node.sorted.length - shown.length;
    if (rest > 0) {
      const note =
          h('tr', {'aria-level': node.depth + 2},
            h('td', {colspan: 4, class: 'none'},
              `${memprof.counted(rest, 'smaller call')} of ${memprof.nodeName(node)}`));
      note.node = {parent: node};
      shown.push(note);
    }
    row.after(...shown);
  }

  collapse(node) {
    const row = this.rows.get(node);
    row.setAttribute('aria-expanded', 'false');
    const isBelow = (other) => {
      for (let at = other?.parent; at; at = at.parent)
        if (at === node) return true;
      return false;
    };
    while (isBelow(row.nextElementSibling?.node)) {
      this.rows.delete(row.nextElementSibling.node);
      row.nextElementSibling.remove();
    }
  }

  toggle(node) {
    if (this.isOpen(node))
      this.collapse(node);
    else
      this.expand(node);
    this.focus(this.rows.get(node));
  }

  setStop(row) {
    this.stop?.setAttribute('tabindex', '-1');
    this.stop = row;
    row.setAttribute('tabindex', '0');
  }

  focus(row) {
    if (!row?.node?.sorted) return;
    this.setStop(row);
    row.focus();
  }

  pressed(event) {
    const row = event.target.closest('tr');
    const node = row?.node;
    if (!node?.sorted || event.target.matches('a')) return;
    const actions = {
      ArrowDown: () => this.focus(row.nextElementSibling),
      ArrowUp: () => this.focus(row.previousElementSibling),
      ArrowRight: () => this.isOpen(node) ? this.focus(row.nextElementSibling) : this.expand(node),
      ArrowLeft: () =>
          this.isOpen(node) ? this.collapse(node) : this.focus(this.rows.get(node.parent)),
      Enter: () => node.sorted.length && this.toggle(node),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }
};
