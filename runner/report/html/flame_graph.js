// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Where memory is allocated: the view with the flame graph, its search and its table.
const {h} = memprof;

const METRICS = {
  kept: {title: 'Kept', calls: 'Blocks', call: 'block'},
  allocated: {title: 'Allocated', calls: 'Allocations', call: 'allocation'},
  temporary: {title: 'Temporary', calls: 'Allocations', call: 'allocation'},
  peak: {title: 'Peak', calls: 'Blocks', call: 'block'},
};

memprof.flameHash = (metric, test) =>
    `#flame=${encodeURIComponent(test === undefined ? metric : `${metric}:${test}`)}`;

class FlameView {
  constructor(container, tables) {
    this.tables = tables;
    this.peaks =
        tables.profiles.flatMap((profile) => profile.peaks.map((peak) => ({profile, peak})));
    this.isWhole = h('input', {type: 'checkbox', onchange: () => this.update()});
    this.metrics = Object.entries(METRICS).map(
        ([metric, {title}]) =>
            h('button', {
              type: 'button',
              'data-metric': metric,
              disabled: metric === 'peak' && this.peaks.length === 0,
              onclick: () => {
                this.choose(metric);
                memprof.announce(this.words.textContent);
              }
            },
              title));
    this.process = h('select', {onchange: () => this.update()}, this.processOptions());
    this.test =
        h('select', {onchange: () => this.update()},
          this.peaks.map(({peak}, i) => h('option', {value: i}, peak.test)));
    this.processLabel = h('label', {}, 'Process ', this.process);
    this.testLabel = h('label', {}, 'Test ', this.test);
    this.search = h('input', {
      type: 'search',
      placeholder: 'Function or file',
      'aria-label': 'Search functions and files',
      oninput: () => this.find()
    });
    this.reset =
        h('button', {type: 'button', class: 'quiet', onclick: () => this.boxes.zoomTo(this.root)},
          'Reset zoom');
    this.words = h('p', {class: 'lead', id: 'flame-words'});
    this.found = h('p', {class: 'count', role: 'status'});
    this.tip = h('div', {class: 'flame-tip', 'aria-hidden': 'true', hidden: true});
    this.selected = h('div', {class: 'flame-selected'});
    this.boxes = new memprof.FlameBoxes({
      describe: (node) => this.describe(node),
      select: (node, box) => this.select(node, box),
      zoomed: (node) => this.zoomed(node)
    });
    this.table = new memprof.CallTable();
    this.composition = h('div', {});
    container.append(
        h('form', {class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault()},
          h('div', {class: 'choices', role: 'group', 'aria-label': 'Bytes'}, this.metrics),
          this.processLabel, this.testLabel, this.search,
          h('label', {}, this.isWhole, ' Whole stacks'), this.reset),
        this.words, this.found,
        h('div', {
          class: 'flame-frame',
          onmouseleave: () => this.hideTip(),
          onfocusout: () => this.hideTip()
        },
          this.boxes.element, this.tip),
        h('ul', {class: 'legend'}, h('li', {class: 'user'}, 'your code'),
          h('li', {class: 'library'}, 'libraries'),
          h('li', {class: 'other'}, 'other calls: too small to tell one by one')),
        this.selected,
        h('p', {class: 'hint'},
          'Callers are above what they call; the width is the bytes. A click or Enter ' +
              'zooms, Escape resets; arrows go to caller, call and neighbours.'),
        this.composition, h('h2', {}, 'The same as a table'), this.table.element);
    this.choose('kept');
  }

  processOptions() {
    const {profiles, distinct} = this.tables;
    const all = distinct.length > 1 && h('option', {value: 'all'}, 'all together');
    return [all, profiles.map((profile, i) => h('option', {value: i}, profile.name))];
  }

  choose(metric, test) {
    this.metric = metric;
    for (const button of this.metrics) {
      button.setAttribute('aria-pressed', String(button.dataset.metric === metric));
    }
    const isPeak = metric === 'peak';
    this.processLabel.hidden = isPeak;
    this.testLabel.hidden = !isPeak;
    const peak = this.peaks.findIndex((each) => each.peak.test === test);
    if (peak >= 0) this.test.value = String(peak);
    this.update();
  }

  chosen() {
    const {profiles, distinct} = this.tables;
    return this.process.value === 'all' ? distinct.map((i) => profiles[i]) :
                                          [profiles[Number(this.process.value)]];
  }

  update() {
    const isPeak = this.metric === 'peak';
    const peak = this.peaks[Number(this.test.value)];
    this.root = isPeak ? memprof.peakTree(peak, this.isWhole.checked) :
                         memprof.callTree(this.chosen(), this.metric, this.isWhole.checked);
    const foreign = this.root.foreignBytes > 0 &&
        `${memprof.bytes(this.root.foreignBytes)} ` +
            'more are of libraries alone, called by no code of yours: see whole stacks.';
    this.words.replaceChildren(
        isPeak ? this.peakWords(peak) : this.profileWords(this.chosen()),
        foreign ? ` ${foreign}` : '');
    this.boxes.show(this.root);
    this.table.show(this.root, METRICS[this.metric].calls);
    this.composition.replaceChildren();
    if (isPeak) {
      this.composition.append(
          h('h2', {}, 'Lines that it was made of'), memprof.peakComposition(peak));
    }
    this.find();
    this.describeSelected(this.root);
    this.hideTip();
  }

  hideTip() {
    this.tip.hidden = true;
  }

  profileWords(profiles) {
    const bytes = memprof.bytes(this.root.bytes);
    const [{runs}] = profiles;
    const isOne = profiles.every((profile) => profile.runs === runs);
    // Findings follow what grows over more runs than these, and have larger sums.
    const all = profiles.map((profile) => profile.runs);
    const end = isOne ?
        `the end of ${memprof.counted(runs, 'run')}` :
        `the end of each process, after ${Math.min(...all)} to ${Math.max(...all)} runs`;
    const mean = runs === 1 && isOne ? '' :
        isOne                        ? `, the mean of ${memprof.count(runs)} runs` :
                                       ', the mean of all';
    return {
      kept: `${bytes} were still allocated at ${end}.`,
      allocated: `${bytes} are allocated in one run of each test${mean}.`,
      temporary:
          `${bytes} of one run of each test${mean} were freed as the next thing that their ` +
          'thread did: memory that was hardly used.',
    }[this.metric];
  }

  peakWords({peak}) {
    return `${memprof.bytes(this.root.bytes)} were alive when the memory of ${peak.test} was ` +
        'largest (within 5 %), above what was there before it.';
  }

  figures(node) {
    const {call} = METRICS[this.metric];
    return `${memprof.bytes(node.bytes)}, ${memprof.share(node.bytes / (this.root.bytes || 1))}, ` +
        memprof.counted(node.calls, call);
  }

  describe(node) {
    const place = node.file ? `, ${memprof.placeText(node.file, node.line)}` : '';
    return `${memprof.nodeName(node)}${place}: ${this.figures(node)}`;
  }

  select(node, box) {
    this.describeSelected(node);
    this.tip.replaceChildren(
        h('code', {}, node.title),
        node.file && h('div', {}, memprof.placeText(node.file, node.line)),
        h('div', {}, this.figures(node)));
    this.tip.hidden = false;
    const frame = box.parentNode.parentNode;
    const left = Math.min(box.offsetLeft, frame.clientWidth - this.tip.offsetWidth);
    this.tip.style.left = `${Math.max(0, left)}px`;
    this.tip.style.top = `${box.offsetTop + box.offsetHeight + 4}px`;
  }

  describeSelected(node) {
    this.selected.replaceChildren(
        h('code', {}, node.title),
        node.file ? h('div', {}, memprof.place(node.file, node.line)) : '',
        h('div', {}, this.figures(node)));
  }

  zoomed(node) {
    this.reset.disabled = node === this.root;
  }

  find() {
    const words = this.search.value.trim().toLowerCase();
    this.found.hidden = !words;
    if (!words) {
      this.boxes.mark(null);
      return;
    }
    const {nodes, bytes} = memprof.searchTree(this.root, words);
    this.boxes.mark(nodes);
    this.found.textContent = nodes.size === 0 ?
        'No call matches.' :
        `${memprof.counted(nodes.size, 'match').replace('matchs', 'matches')}: ` +
            `${memprof.bytes(bytes)}, ${memprof.share(bytes / (this.root.bytes || 1))} of all.`;
  }
}

let view = null;
memprof.views.push({
  id: 'calls',
  title: 'Flame graph',
  key: 'flame',
  render(container, data) {
    const tables = memprof.tables(data);
    if (tables.profiles.length === 0) {
      container.append(
          h('p', {},
            'Nothing to show: no test was traced in this run. Tests are traced when they are ' +
                'suspected of keeping memory or of waste, and all of them with --only trace.'));
    } else {
      view = new FlameView(container, tables);
    }
  },
  open(value) {
    const colon = value.indexOf(':');
    const metric = colon < 0 ? value : value.slice(0, colon);
    if (!view || !Object.hasOwn(METRICS, metric) || (metric === 'peak' && view.peaks.length === 0)) return;
    view.choose(metric, colon < 0 ? undefined : value.slice(colon + 1));
    scrollTo(0, 0);
  },
});
