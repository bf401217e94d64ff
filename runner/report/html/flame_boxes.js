// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The boxes of a flame graph: a row a depth, as wide as the bytes. Callers above, what they call
// below. One box at a time takes the keyboard's focus; arrows go to caller, call and neighbours.
const {h} = memprof;
const ROW = 22;           // pixels
const THINNEST = 0.0012;  // of the whole width, about a pixel: what is thinner is left out
const ROOM = 0.006;       // of the whole width: a narrower box has no room for a letter
const KINDS = ['library', 'user', 'library'];

// "Cache::Put" of "app::store::Cache::Put": a box has room for little.
const lastNames = (name) => name.split('::').slice(-2).join('::');

memprof.FlameBoxes = class {
  // `describe(node)` is what a screen reader says of a box; `select(node)` is called when one has
  // the pointer or the focus.
  constructor({describe, select, zoomed}) {
    this.describe = describe;
    this.select = select;
    this.zoomed = zoomed;
    this.boxes = new Map();
    this.element = h('div', {
      class: 'flame',
      role: 'tree',
      'aria-label': 'Flame graph',
      onclick: (event) => this.clicked(event),
      onkeydown: (event) => this.pressed(event),
      onmouseover: (event) => this.pointed(event),
      onfocusin: (event) => this.pointed(event)
    });
  }

  show(root) {
    this.root = root;
    this.zoomTo(root);
  }

  zoomTo(node) {
    this.zoom = node;
    this.draw();
    this.zoomed(node);
  }

  draw() {
    this.boxes.clear();
    this.rows = 0;
    const boxes = [];
    const path = [];
    for (let at = this.zoom; at; at = at.parent) path.unshift(at);
    for (const at of path) boxes.push(this.box(at, 0, 1, at !== this.zoom));
    this.drawChildren(this.zoom, 0, boxes);
    this.element.replaceChildren(...boxes);
    this.element.style.height = `${this.rows * ROW}px`;
    this.setStop(this.zoom);
    this.mark(this.found);
  }

  drawChildren(node, left, boxes) {
    for (const child of node.sorted) {
      const width = child.bytes / (this.zoom.bytes || 1);
      if (width >= THINNEST) {
        boxes.push(this.box(child, left, width, false));
        this.drawChildren(child, left, boxes);
      }
      left += width;
    }
  }

  box(node, left, width, isAbove) {
    const kind = node.isOther ? 'other' : node.parent ? KINDS[node.kind] : 'all';
    const box =
        h('div', {
          class: `box ${kind}${isAbove ? ' above' : ''}`,
          role: 'treeitem',
          tabindex: '-1',
          'aria-level': node.depth + 1,
          'aria-label': this.describe(node),
          'aria-selected': 'false'
        },
          width >= ROOM && lastNames(memprof.nodeName(node)));
    box.style.left = `${left * 100}%`;
    box.style.width = `${width * 100}%`;
    box.style.top = `${node.depth * ROW}px`;
    box.node = node;
    this.boxes.set(node, box);
    this.rows = Math.max(this.rows, node.depth + 1);
    return box;
  }

  // Highlights boxes of `found` (a set of nodes); none when it is null.
  mark(found) {
    this.found = found;
    this.element.classList.toggle('searched', Boolean(found));
    for (const [node, box] of this.boxes) box.classList.toggle('found', Boolean(found?.has(node)));
  }

  setStop(node) {
    this.stop?.setAttribute('tabindex', '-1');
    this.stop?.setAttribute('aria-selected', 'false');
    this.stop = this.boxes.get(node);
    this.stop?.setAttribute('tabindex', '0');
    this.stop?.setAttribute('aria-selected', 'true');
  }

  focus(node) {
    if (!this.boxes.has(node)) return;
    this.setStop(node);
    this.stop.focus();
  }

  clicked(event) {
    const node = event.target.node;
    if (!node) return;
    this.zoomTo(node);
    this.focus(node);
  }

  pointed(event) {
    const node = event.target.node;
    if (!node) return;
    if (event.type === 'focusin') this.setStop(node);
    this.select(node, event.target);
  }

  neighbour(node, step) {
    const siblings = (node.parent?.sorted ?? []).filter((each) => this.boxes.has(each));
    return siblings[siblings.indexOf(node) + step];
  }

  pressed(event) {
    const node = event.target.node;
    if (!node) return;
    const next = {
      ArrowUp: () => node.parent,
      ArrowDown: () => node.sorted.find((child) => this.boxes.has(child)),
      ArrowLeft: () => this.neighbour(node, -1),
      ArrowRight: () => this.neighbour(node, 1),
      Home: () => this.root,
    }[event.key];
    if (next) {
      event.preventDefault();
      if (next()) this.focus(next());
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.zoomTo(node);
      this.focus(node);
    } else if (event.key === 'Escape') {
      this.zoomTo(this.root);
      this.focus(this.root);
    }
  }
};
