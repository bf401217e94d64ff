// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What a test had alive at its peak: the biggest calls as one bar, and the same as a table.
const {h} = memprof;
const SHARES = 7;  // calls told one by one; series-8 is the rest

// The calls of a peak, by the user's line that leads to them: [{title, file, line, bytes, blocks}],
// most bytes first, the rest in one entry at the end.
function sharesOf({profile, peak}) {
  const calls = new Map();
  for (const {stack, bytes, blocks} of peak.shares) {
    const frame = memprof.ownFrame(stack, profile.frames) ?? profile.frames[stack[0]] ??
        {title: 'unknown function', file: '', line: 0};
    const key = `${frame.title}\n${frame.file}\n${frame.line}`;
    const call = calls.get(key) ??
        {title: frame.title, file: frame.file, line: frame.line, bytes: 0, blocks: 0};
    call.bytes += bytes;
    call.blocks += blocks;
    calls.set(key, call);
  }
  const all = [...calls.values()].sort((a, b) => b.bytes - a.bytes);
  const shown = all.slice(0, SHARES);
  const rest = {
    title: 'other calls',
    file: '',
    line: 0,
    isOther: true,
    bytes: peak.otherBytes,
    blocks: peak.otherBlocks
  };
  for (const call of all.slice(SHARES)) {
    rest.bytes += call.bytes;
    rest.blocks += call.blocks;
  }
  return rest.bytes > 0 ? [...shown, rest] : shown;
}

const colorOf = (share, i) => memprof.color(share.isOther ? 'series-8' : `series-${i + 1}`);

function draw(canvas, shares) {
  if (typeof Chart === 'undefined') {
    canvas.parentNode.hidden = true;
    return;
  }
  Chart.getChart(canvas)?.destroy();
  new Chart(canvas, {
    type: 'bar',
    data: {
      labels: [''],
      datasets: shares.map((share, i) => ({
                             label: memprof.shortName(share.title),
                             data: [share.bytes],
                             backgroundColor: colorOf(share, i),
                             borderColor: memprof.color('surface'),
                             borderWidth: 1,
                             barPercentage: 1,
                             categoryPercentage: 1
                           }))
    },
    options: {
      indexAxis: 'y',
      animation: false,
      maintainAspectRatio: false,
      plugins: {
        legend: {display: false},
        tooltip: {
          callbacks: {
            title: () => '',
            label: (item) => `${item.dataset.label}: ${memprof.bytes(item.raw)}`
          }
        }
      },
      scales: {
        x: {stacked: true, display: false, max: shares.reduce((sum, s) => sum + s.bytes, 0)},
        y: {stacked: true, display: false}
      },
    },
  });
}

function tableOf(shares, total, test) {
  return h(
      'div',
      {class: 'wide-table', role: 'region', tabindex: '0', 'aria-label': `Calls at the peak of ${test}`},
      h('table', {class: 'peak'},
        h('thead', {},
          h('tr', {}, h('th', {scope: 'col'}, 'Call'),
            h('th', {scope: 'col', class: 'figure'}, 'Bytes'),
            h('th', {scope: 'col', class: 'figure'}, 'Share'),
            h('th', {scope: 'col', class: 'figure'}, 'Blocks'))),
        h('tbody', {},
          shares.map(
              (share, i) => h(
                  'tr', {},
                  h('th', {scope: 'row'},
                    h('span',
                      {class: `swatch series-${share.isOther ? 8 : i + 1}`, 'aria-hidden': 'true'}),
                    share.isOther ? 'other calls' :
                                    h('code', {title: share.title}, memprof.shortName(share.title)),
                    share.file && h('div', {}, memprof.place(share.file, share.line))),
                  h('td', {class: 'figure'}, memprof.bytes(share.bytes)),
                  h('td', {class: 'figure'}, memprof.share(share.bytes / (total || 1))),
                  h('td', {class: 'figure'}, memprof.count(share.blocks)))))));
}

memprof.peakComposition = (peak) => {
  const shares = sharesOf(peak);
  const total = shares.reduce((sum, share) => sum + share.bytes, 0);
  const name = peak.peak.test;
  if (shares.length === 0) return h('p', {}, 'Nothing of this peak is known call by call.');
  const biggest =
      shares.slice(0, 3)
          .map(
              (share) =>
                  `${memprof.shortName(share.title)} ${memprof.share(share.bytes / (total || 1))}`)
          .join(', ');
  const canvas = h('canvas', {role: 'img', 'aria-label': `Peak of ${name}: ${biggest}`});
  const container =
      h('div', {class: 'peak-composition'},
        h('p', {},
          `${memprof.bytes(total)} were alive when its memory was largest (within 5 %), above ` +
              'what was there before it: by the line of your code that leads to them.'),
        h('div', {class: 'peak-bar'}, canvas), tableOf(shares, total, name));
  // A canvas has its size only once it is on the page.
  requestAnimationFrame(() => {
    if (canvas.isConnected) draw(canvas, shares);
  });
  const stop = memprof.onTheme(() => {
    if (canvas.isConnected) {
      draw(canvas, shares);
    } else {  // its row was closed
      globalThis.Chart?.getChart(canvas)?.destroy();
      stop();
    }
  });
  return container;
};
