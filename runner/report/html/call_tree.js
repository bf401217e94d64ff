// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Stacks merged into a tree of calls, callers above: what the flame graph and its table draw.

const LIBRARY = 0;
const USERS = 1;
const CALLS_TESTS = 2;

// A stack without what calls tests and all outside of it.
function insideTest(stack, frames) {
  const runner = stack.findIndex((frame) => frames[frame].kind === CALLS_TESTS);
  return runner > 0 ? stack.slice(0, runner) : stack;
}

// The innermost frame of the user's own code; undefined if there is none.
memprof.ownFrame = (stack, frames) =>
    frames[insideTest(stack, frames).find((frame) => frames[frame].kind === USERS)];

// Where a stack is cut for reading: what calls tests and all outside of it goes, and of library
// frames within the innermost call of other code only the outermost stays, which is what that code
// called. `stack` is innermost first; so is what is returned.
function folded(stack, frames) {
  const inside = insideTest(stack, frames);
  const own = inside.findIndex((frame) => frames[frame].kind === USERS);
  return own > 1 ? inside.slice(own - 1) : inside;
}

function node(title, parent) {
  return {
    title,
    parent,
    file: '',
    line: 0,
    kind: LIBRARY,
    bytes: 0,
    calls: 0,
    children: new Map(),
    foreignBytes: 0,
    depth: parent ? parent.depth + 1 : 0
  };
}

// Adds `bytes` and `calls` along a stack. Calls of one function on different lines are different.
function add(root, stack, frames, bytes, calls) {
  let at = root;
  at.bytes += bytes;
  at.calls += calls;
  for (let i = stack.length - 1; i >= 0; --i) {
    const frame = frames[stack[i]];
    const key = `${frame.title}\n${frame.file}\n${frame.line}`;
    let next = at.children.get(key);
    if (!next) {
      next = Object.assign(
          node(frame.title, at), {file: frame.file, line: frame.line, kind: frame.kind});
      at.children.set(key, next);
    }
    next.bytes += bytes;
    next.calls += calls;
    at = next;
  }
}

function addOther(root, bytes, calls) {
  if (bytes <= 0) return;
  const other = Object.assign(node('other calls', root), {bytes, calls, isOther: true});
  root.bytes += bytes;
  root.calls += calls;
  root.children.set('', other);
}

// Largest first, those that are not told one by one last.
function sortChildren(at) {
  at.sorted = [...at.children.values()].sort(
      (a, b) => Boolean(a.isOther) - Boolean(b.isOther) || b.bytes - a.bytes ||
          (a.title < b.title ? -1 : 1));
  at.sorted.forEach(sortChildren);
}

const COUNTS = {
  kept: 'blocks',
  allocated: 'allocations',
  temporary: 'temporaries'
};

// Means are told to the digit that matters.
const rounded = (calls) =>
    calls >= 10 ? Math.round(calls) : calls < 0.05 ? calls : Math.round(calls * 10) / 10;

function finish(root) {
  sortChildren(root);
  const round = (at) => {
    at.calls = rounded(at.calls);
    at.sorted.forEach(round);
  };
  round(root);
  return root;
}

// Whether to leave out the stacks that no code of the user's leads to, as what libraries allocate
// when they are loaded. Where no stack has any, as without debug information, all are shown.
function isForeign(stack, frames, isWhole, hasOwn) {
  return !isWhole && hasOwn && memprof.ownFrame(stack, frames) === undefined;
}

// The tree of one metric ('kept', 'allocated', 'temporary') of profiles: allocated and temporary
// bytes are those of one run, the mean; kept bytes those at the end of all.
memprof.callTree = (profiles, metric, isWhole) => {
  const root = node('all calls', null);
  let otherBytes = 0;
  let otherCalls = 0;
  const hasOwn =
      profiles.some(({sites, frames}) => sites.some(({stack}) => memprof.ownFrame(stack, frames)));
  for (const profile of profiles) {
    const runs = metric === 'kept' ? 1 : Math.max(1, profile.runs);
    for (const {stack, figures} of profile.sites) {
      if (figures[metric] <= 0) continue;
      if (isForeign(stack, profile.frames, isWhole, hasOwn)) {
        root.foreignBytes += figures[metric] / runs;
        continue;
      }
      add(root, isWhole ? stack : folded(stack, profile.frames), profile.frames,
          figures[metric] / runs, figures[COUNTS[metric]] / runs);
    }
    otherBytes += profile.other[metric] / runs;
    otherCalls += profile.other[COUNTS[metric]] / runs;
  }
  addOther(root, otherBytes, otherCalls);
  return finish(root);
};

// The tree of what was alive at a test's peak.
memprof.peakTree = ({profile, peak}, isWhole) => {
  const root = node('all calls', null);
  const hasOwn = peak.shares.some(({stack}) => memprof.ownFrame(stack, profile.frames));
  for (const {stack, bytes, blocks} of peak.shares) {
    if (isForeign(stack, profile.frames, isWhole, hasOwn)) {
      root.foreignBytes += bytes;
      continue;
    }
    add(root, isWhole ? stack : folded(stack, profile.frames), profile.frames, bytes, blocks);
  }
  addOther(root, peak.otherBytes, peak.otherBlocks);
  return finish(root);
};

// Bytes of all calls that pass through a frame whose text has `words`, each once.
memprof.searchTree = (root, words) => {
  const found = {nodes: new Set(), bytes: 0};
  const visit = (at, isWithin) => {
    const isFound =
        at.parent !== null && `${at.title} ${at.file}:${at.line}`.toLowerCase().includes(words);
    if (isFound) found.nodes.add(at);
    if (isFound && !isWithin) found.bytes += at.bytes;
    for (const child of at.sorted) visit(child, isWithin || isFound);
  };
  visit(root, false);
  return found;
};
