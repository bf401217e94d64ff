// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// All that is known about one finding, in the order in which a reader asks.
const {h, count, data} = memprof;
const TESTS_SHOWN = 8;

// "88 | return cache[key] = Compute(key);", null where the line was not read.
memprof.sourceLine = ({text, line}) => text && line > 0 ?
    h('pre', {class: 'source-line', tabindex: '0', 'aria-label': 'Source line'},
      h('span', {class: 'number'}, line), h('code', {}, text)) : null;

function where({location, scope}) {
  if (!location.file && !location.function && !scope) return null;
  return [
    h('h3', {}, 'Where'),
    h('p', {}, memprof.place(location.file, location.line),
      location.function && [location.file && h('span', {class: 'quiet'}, ' in '),
        h('code', {}, location.function)]),
    scope && h('p', {}, scope),
    memprof.sourceLine(location),
  ];
}

function tests(finding) {
  if (finding.tests.length === 0) return null;
  const left = finding.tests_left_out || 0;
  const item = (test) => h('li', {}, memprof.testLink(test));
  const list = h('ul', {class: 'tests-list'}, finding.tests.slice(0, TESTS_SHOWN).map(item));
  const rest = finding.tests.slice(TESTS_SHOWN);
  const more = rest.length > 0 && h('button', {type: 'button', class: 'more'},
                                    `Show ${count(rest.length)} more`);
  if (more) {
    more.addEventListener('click', () => {
      list.append(...rest.map(item));
      more.remove();
      list.children[TESTS_SHOWN].querySelector('a, span').focus();
    });
  }
  return [h('h3', {}, finding.tests.length + left > 1 ? 'Tests' : 'Test'), list, more,
    left > 0 && h('p', {class: 'quiet'}, `${count(left)} more are in report.json.`)];
}

function frame([name, file, line, module, kind]) {
  return h('li', {class: kind === 1 ? 'user' : 'library'},
      h('code', {}, name || module || 'unknown'),
      h('div', {class: 'frame-place'},
        file ? (kind === 1 ? memprof.place(file, line) : memprof.placeText(file, line)) :
               (name ? module : '')));
}

// Innermost first, as every tool prints it; what is not the user's folds into one line.
function stack(finding) {
  if (finding.stack.length === 0) return null;
  const frames = finding.stack.map((index) => data.frames[index]);
  const folds = frames.some((each) => each[4] === 1);
  const items = [];
  for (let i = 0; i < frames.length;) {
    let end = i + 1;
    if (folds && frames[i][4] !== 1) {
      while (end < frames.length && frames[end][4] !== 1) ++end;
      items.push(h('li', {}, h('details', {},
          h('summary', {}, `${memprof.counted(end - i, 'frame')} of libraries`),
          h('ol', {class: 'stack'}, frames.slice(i, end).map(frame)))));
    } else {
      items.push(frame(frames[i]));
    }
    i = end;
  }
  return [
    h('h3', {}, 'Stack, innermost first'),
    h('ol', {class: 'stack'}, items),
    finding.stack_left_out && h('p', {class: 'quiet'},
        `${memprof.counted(finding.stack_left_out, 'outer frame')} more in report.json.`),
  ];
}

function pattern(finding) {
  if (finding.decided_by.length === 0) return null;
  const isKnown = finding.pattern !== 'unknown';
  return [
    h('h3', {}, 'Pattern'),
    h('p', {}, h('strong', {}, finding.pattern), isKnown && finding.sub_cause &&
        `, ${finding.sub_cause}`,
      isKnown && h('span', {class: 'quiet'}, ` (${finding.confidence} confidence)`), ': ',
      memprof.prose(finding.decided_by.join('; '))),
  ];
}

function evidence(finding) {
  if (finding.evidence.length === 0) return null;
  return [
    h('h3', {}, 'Evidence'),
    h('ul', {class: 'evidence'}, finding.evidence.map(({source, text}) =>
        h('li', {}, h('span', {class: 'chip'}, source), memprof.prose(text)))),
  ];
}

function weaken({weaken: member}) {
  if (!member) return null;
  return [
    h('h3', {}, 'Weaken'),
    h('p', {}, h('code', {}, member.member), member.type && [' (', h('code', {}, member.type), ')'],
      ' → ', h('code', {}, member.to)),
    member.file && h('p', {}, memprof.place(member.file, member.line)),
  ];
}

const paragraph = (title, text) => text && [h('h3', {}, title), h('p', {}, memprof.prose(text))];

// Fills `container`, which must be in the page: pictures take their size from it.
memprof.showDetails = (container, finding) => {
  const main = h('div', {}, [
    where(finding),
    paragraph('Cause', finding.cause),
    finding.fix && memprof.fixOf(finding.fix),
    paragraph('Amount', finding.amount),
    paragraph('Waste', finding.waste),
    pattern(finding),
    evidence(finding),
    stack(finding),
    tests(finding),
    finding.rerun && [h('h3', {}, 'Run it again'), memprof.command(finding.rerun)],
  ]);
  const side = h('div', {});
  const hasSide = finding.growth || finding.holder || finding.path.length > 0 || finding.cycle ||
      finding.weaken;
  container.classList.toggle('with-side', Boolean(hasSide));
  container.append(main);
  if (!hasSide) return;
  container.append(side);
  if (finding.growth) memprof.showGrowth(side, finding.growth);
  if (finding.holder || finding.path.length > 0) memprof.showRetention(side, finding);
  if (finding.cycle) memprof.showCycle(side, finding);
  side.append(...[weaken(finding) || []].flat(Infinity).filter(Boolean));
};
