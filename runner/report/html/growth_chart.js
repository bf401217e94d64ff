// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The growth of a finding over the runs: a line, and the same as a table.
const {h, bytes, count} = memprof;

// Steps of the axis that are round to the reader, a few: 256 KiB, never 195.3 KiB.
function roundStep(span, isBytes) {
  if (isBytes) return 2 ** Math.max(0, Math.ceil(Math.log2(span / 4)));
  for (let size = 1; ; size *= 10) {
    for (const digit of [1, 2, 5]) {
      if (span <= 5 * digit * size) return digit * size;
    }
  }
}

// The first and the last value beside their points, so that nobody has to hover.
function endLabels(growth) {
  return {
    id: 'endLabels',
    afterDatasetsDraw(chart) {
      const points = chart.getDatasetMeta(0).data;
      if (points.length === 0) return;
      const {ctx, chartArea} = chart;
      const first = points[0];
      const last = points[points.length - 1];
      ctx.save();
      ctx.font = '600 12px system-ui, sans-serif';
      ctx.fillStyle = memprof.color('ink');
      const above = (point) => Math.max(point.y - 8, chartArea.top + 10);
      ctx.textAlign = 'left';
      ctx.fillText(growth.first, first.x + 4, above(first));
      if (points.length > 1) {
        ctx.textAlign = 'right';
        ctx.fillText(growth.last, last.x, above(last));
      }
      ctx.restore();
    },
  };
}

function configuration(growth, isLog) {
  const show = growth.unit === 'bytes' ? bytes : count;
  const values = growth.series;
  const span = Math.max(...values) - Math.min(0, ...values);
  const ink = memprof.color('quiet');
  const grid = {color: memprof.color('rule')};
  return {
    type: 'line',
    data: {
      labels: growth.runs || values.map((value, run) => run + 1),
      datasets: [{
        data: isLog ? values.map((value) => value > 0 ? value : null) : values,
        borderColor: memprof.color('series-1'),
        backgroundColor: memprof.color('series-1'),
        borderWidth: 2,
        pointRadius: values.length > 40 ? 0 : 2.5,
        pointHitRadius: 8,
      }],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      layout: {padding: {top: 12, right: 8}},
      interaction: {mode: 'index', intersect: false},
      plugins: {
        legend: {display: false},
        tooltip: {
          displayColors: false,
          callbacks: {
            title: ([item]) => `after run ${item.label}`,
            label: (item) => show(item.raw),
          },
        },
      },
      scales: {
        x: {
          title: {display: true, text: 'run', color: ink},
          ticks: {color: ink, maxRotation: 0, autoSkipPadding: 24},
          grid: {display: false},
        },
        y: {
          type: isLog ? 'logarithmic' : 'linear',
          beginAtZero: true,
          ticks: {color: ink, callback: (value) => show(value), maxTicksLimit: 7,
            stepSize: isLog || span <= 0 ? undefined : roundStep(span, growth.unit === 'bytes')},
          grid,
        },
      },
    },
    plugins: [endLabels(growth)],
  };
}

function table(growth) {
  const show = growth.unit === 'bytes' ? bytes : count;
  const fold = h('details', {open: !globalThis.Chart}, h('summary', {}, 'The figures as a table'));
  fold.addEventListener('toggle', () => {
    fold.append(h('div', {class: 'scroll', tabindex: '0'}, h('table', {class: 'figures-table'},
        h('thead', {}, h('tr', {}, ['Run', 'Value'].map((name) => h('th', {scope: 'col'}, name)))),
        h('tbody', {}, growth.series.map((value, i) => h('tr', {},
            h('td', {}, count(growth.runs ? growth.runs[i] : i + 1)),
            h('td', {}, show(value))))))));
  }, {once: true});
  return fold;
}

// A chart that follows the theme. `holder` must be in the page: the chart takes its size.
function drawChart(holder, growth, describe) {
  const canvas = h('canvas', {role: 'img', 'aria-label': describe});
  holder.append(canvas);
  let isLog = false;
  let chart = new globalThis.Chart(canvas, configuration(growth, isLog));
  const redraw = () => {
    chart.destroy();
    if (canvas.isConnected) {
      chart = new globalThis.Chart(canvas, configuration(growth, isLog));
    } else {  // its row was filtered out
      stop();
    }
  };
  const stop = memprof.onTheme(redraw);
  return (log) => { isLog = log; redraw(); };
}

// Appends the growth of a finding to `container`, which must be in the page.
memprof.showGrowth = (container, growth) => {
  const ends = growth.series ? ` from ${growth.first} to ${growth.last}` : '';
  container.append(h('h3', {}, 'Growth'),
                   h('p', {}, h('strong', {}, growth.class), ends,
                     growth.slope && h('span', {class: 'quiet'}, ` · ${growth.slope}`)));
  if (!growth.series || growth.series.length < 2) return;
  if (globalThis.Chart) {
    const holder = h('div', {class: 'growth-chart'});
    container.append(holder);
    const setLog = drawChart(holder, growth,
        `Value after each of ${count(growth.total)} runs, ${growth.class}${ends}`);
    if (growth.class === 'exponential' || growth.class === 'quadratic') {
      const button = h('button', {type: 'button', class: 'quiet', 'aria-pressed': 'false'},
                       'Logarithmic scale');
      button.addEventListener('click', () => {
        const log = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(log));
        setLog(log);
      });
      container.append(button);
    }
  }
  if (growth.runs) {
    container.append(h('p', {class: 'quiet'}, `${count(growth.series.length)} of ` +
        `${count(growth.total)} runs are drawn; all are in report.json.`));
  }
  container.append(table(growth));
};
