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
  let figure = amount / units[unit][0];
  // A half goes to the even digit in quantity.cc; toFixed() does that with 4.75, not with 4.25.
  if (Math.abs(figure) % 1 === 0.25) figure -= 0.05 * Math.sign(figure);
  return `${figure.toFixed(Number.isInteger(figure) ? 0 : 1)} ${units[unit][1]}`;
}

const byteUnits =
    ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'].map((name, power) => [1024 ** power, name]);
const timeUnits = [[1, 'ns'], [1e3, 'us'], [1e6, 'ms'], [1e9, 's']];

// "17.2 KiB". Of null, which is what was not measured, "not measured". Of a mean whole bytes; what
// is less than one is not nothing.
memprof.bytes = (bytes) => {
  if (bytes === null || bytes === undefined) return 'not measured';
  return bytes > 0 && bytes < 0.5 ? 'under 1 B' : inUnits(Math.round(bytes), byteUnits);
};

const countFormat = new Intl.NumberFormat('en-US', {maximumFractionDigits: 1});

// "1,234"; of a mean "12.5", "under 0.1".
memprof.count = (count) => {
  if (count === null || count === undefined) return 'not measured';
  return count > 0 && count < 0.05 ? 'under 0.1' : countFormat.format(count);
};

// "1 test", "1,234 tests".
memprof.counted = (count, noun) => `${memprof.count(count)} ${noun}${count === 1 ? '' : 's'}`;

// "1.2 ms", "2 min 5 s".
memprof.duration = (nanoseconds) => {
  if (nanoseconds === null || nanoseconds === undefined) return 'not measured';
  const seconds = Math.round(nanoseconds / 1e9);
  if (seconds < 120) return inUnits(nanoseconds, timeUnits);
  return `${memprof.count(Math.floor(seconds / 60))} min ${seconds % 60} s`;
};
