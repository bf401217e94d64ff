// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Figures for people, in the words of quantity.cc.

// Rounds first and chooses the unit after, so that nothing is "1024.0 KiB".
function inUnits(amount, units) {
  let unit = 0;
  while (unit + 1 < units.length) {
    const next = units[unit + 1][0] / units[unit][0];
    if (Math.round(Math.abs(amount) / units[unit][0] * 10) < next * 10) break;
    ++unit;
  }
  const figure = amount / units[unit][0];
  return `${figure.toFixed(Number.isInteger(figure) ? 0 : 1)} ${units[unit][1]}`;
}

const byteUnits =
    ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'].map((name, power) => [1024 ** power, name]);
const timeUnits = [[1, 'ns'], [1e3, 'us'], [1e6, 'ms'], [1e9, 's']];

// "17.2 KiB". Of null, which is what was not measured, "not measured".
memprof.bytes = (bytes) => bytes === null || bytes === undefined ? 'not measured' :
    inUnits(bytes, byteUnits);

// "1,234".
memprof.count = (count) => count === null || count === undefined ? 'not measured' :
    count.toLocaleString('en-US', {maximumFractionDigits: 1});

// "1 test", "1,234 tests".
memprof.counted = (count, noun) => `${memprof.count(count)} ${noun}${count === 1 ? '' : 's'}`;

// "1.2 ms", "2 min 5 s".
memprof.duration = (nanoseconds) => {
  if (nanoseconds === null || nanoseconds === undefined) return 'not measured';
  const seconds = Math.round(nanoseconds / 1e9);
  if (seconds < 120) return inUnits(nanoseconds, timeUnits);
  return `${memprof.count(Math.floor(seconds / 60))} min ${seconds % 60} s`;
};
