// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Why memory stays, as a picture: boxes from the holder down to the blocks, or around a cycle.
//
//     ┌ holder ┐        ┌ A ┐◄─┐
//     └───┬────┘        └─┬─┘  │
//         ▼ .member       ▼ .b │ .a
//     ┌ blocks ┐        ┌ B ┐──┘
//     └────────┘        └───┘
const {h, svg} = memprof;
const LINE = 16;
const CHARACTER = 7.3;  // of a monospaced font of 12 px, at its widest
const PAD = 10;
const GAP = 34;
const LOOP = 26;  // right of the boxes, for the way back of a cycle, without its label

// Breaks a name of types where a reader would, into at most `limit` lines.
function wrapped(text, width, limit = 3) {
  const most = Math.max(8, Math.floor(width / CHARACTER));
  const lines = [];
  let rest = text;
  while (rest.length > most && lines.length + 1 < limit) {
    const part = rest.slice(0, most);
    const at = Math.max(part.lastIndexOf(' '), part.lastIndexOf('::') + 1, part.lastIndexOf('<'),
                        part.lastIndexOf(','));
    const end = at > most / 3 ? at + 1 : most;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  lines.push(rest.length > most ? `${rest.slice(0, most - 1)}…` : rest);
  return lines;
}

// {element, height}: a box with lines of text, each {text, kind}.
function box(lines, className, width, top, whole) {
  const height = lines.length * LINE + 2 * PAD - 4;
  const texts = lines.map(({text, kind}, i) =>
      svg('text', {x: PAD, y: top + PAD + 8 + i * LINE, class: kind}, text));
  return {height, element: svg('g', {}, svg('title', {}, whole),
      svg('rect', {class: `box ${className}`, x: 1, y: top, width: width - 2, height, rx: 5}),
      texts)};
}

function arrowDown(x, from, to, label, isWeak) {
  const weak = isWeak ? ' weak' : '';
  return [
    svg('path', {class: `edge${weak}`, d: `M${x} ${from}V${to - 6}`}),
    svg('path', {class: `tip${weak}`, d: `M${x - 5} ${to - 8}h10l-5 8z`}),
    label && svg('text', {class: `member${weak}`, x: x + 12, y: (from + to) / 2 + 3}, label),
  ];
}

// The way back from the last box to the first, right of them.
function loop(width, from, to, label, isWeak) {
  const weak = isWeak ? ' weak' : '';
  const right = width + LOOP - 6;
  const middle = (from + to) / 2 + 4;
  return [
    svg('path', {class: `edge${weak}`, d: `M${width - 1} ${from}H${right - 8}q8 0 8 -8` +
        `V${to + 8}q0 -8 -8 -8H${width + 7}`}),
    svg('path', {class: `tip${weak}`, d: `M${width + 8} ${to - 5}v10l-8 -5z`}),
    [label, isWeak && 'weaken'].map((text, i) => text &&
        svg('text', {class: `member${weak}`, x: right + 6, y: middle + i * LINE}, text)),
  ];
}

const typeLines = (text, width) =>
    wrapped(text || 'a block of unknown type', width - 2 * PAD).map((line) => ({text: line}));

const sizeLines = (text, width) =>
    wrapped(text, width - 2 * PAD).map((line) => ({text: line, kind: 'size'}));
const leftOut = (count, noun) =>
    count ? h('p', {class: 'quiet'}, `${memprof.counted(count, noun)} more in report.json.`) : '';

// The picture itself does not speak; the same is in words for those who listen.
function figure(drawing, height, width, words) {
  return h('figure', {class: 'picture'},
      svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true'},
          drawing),
      h('ol', {class: 'unseen'}, words.map((text) => h('li', {}, text))));
}

const widthOf = (container) => Math.min(Math.max(container.clientWidth, 240), 440);

// Appends the way from the holder to the memory. `container` must be in the page.
memprof.showRetention = (container, finding) => {
  const {holder, path} = finding;
  const width = widthOf(container);
  const drawing = [];
  const words = [];
  let top = 2;
  if (holder) {
    const lines = [{text: holder.kind.replaceAll('-', ' '), kind: 'kind'},
      ...(holder.type ? typeLines(holder.type, width) : []), ...typeLines(holder.name, width)];
    if (holder.retained) lines.push(...sizeLines(`retains ${holder.retained}`, width));
    const {element, height} = box(lines, 'holder', width, top, holder.text);
    drawing.push(element);
    words.push(`held by ${holder.text}`);
    top += height;
  }
  path.forEach((step, i) => {
    if (top > 2) {
      drawing.push(arrowDown(24, top, top + GAP, step.member && `.${step.member}`));
      top += GAP;
    }
    const figures = [step.bytes && `${step.bytes} in all`, step.count,
      step.made_at && `made at ${step.made_at}`].filter(Boolean).join(' · ');
    const lines = typeLines(step.type, width);
    if (figures) lines.push(...sizeLines(figures, width));
    const isLast = i === path.length - 1 && !finding.path_left_out;
    const {element, height} = box(lines, isLast ? 'kept' : '', width, top, step.text);
    drawing.push(element);
    words.push(step.text + (step.count ? `, ${step.count}` : ''));
    top += height;
  });
  container.append(h('h3', {}, holder ? 'Held by' : 'Structure'),
                   h('p', {}, holder && memprof.place(holder.file, holder.line)),
                   figure(drawing, top + 2, width, words), leftOut(finding.path_left_out, 'step'));
};

// Appends a reference cycle, and marks the member that should not own.
memprof.showCycle = (container, finding) => {
  const {cycle, weaken} = finding;
  const whole = widthOf(container);
  const last = cycle.steps[cycle.steps.length - 1];
  const labelWidth = Math.min(Math.max(last[1].length + 2, 8) * CHARACTER, whole * 0.4);
  const width = whole - LOOP - labelWidth;
  const isWeak = ([type, member]) =>
      Boolean(weaken && member && weaken.member === `${type}::${member}`);
  const label = ([, member]) => member && wrapped(`.${member}`, labelWidth, 1)[0];
  const drawing = [];
  const middles = [];
  let top = 2;
  cycle.steps.forEach((step, i) => {
    if (i > 0) {
      const before = cycle.steps[i - 1];
      const text = before[1] && `.${before[1]}${isWeak(before) ? ' ← weaken' : ''}`;
      drawing.push(arrowDown(24, top, top + GAP, text, isWeak(before)));
      top += GAP;
    }
    const {element, height} = box(typeLines(step[0], width), '', width, top, step.join('.'));
    drawing.push(element);
    middles.push(top + height / 2);
    top += height;
  });
  // A single box needs two heights for its loop.
  const [from, to] = middles.length > 1 ? [middles[middles.length - 1], middles[0]] :
      [middles[0] + 7, middles[0] - 7];
  drawing.push(loop(width, from, to, label(last), isWeak(last)));
  const times = cycle.count > 1 ? ` ×${memprof.count(cycle.count)}` : '';
  container.append(h('h3', {}, `Reference cycle${times}`),
                   figure(drawing, top + 2, whole, [cycle.text]),
                   leftOut(cycle.steps_left_out, 'type'));
};
