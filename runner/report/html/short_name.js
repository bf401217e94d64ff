// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Names of functions for where there is little room.

const ANONYMOUS = '(anonymous namespace)';
const OPERATOR = /^operator\s*(\(\)|\[\]|new\[\]|delete\[\]|new|delete|[^\w\s("]+)?/;

// The index after the bracket that closes the one at `start`.
function afterBrackets(text, start) {
  const closing = text[start] === '(' ? ')' : '>';
  let depth = 0;
  for (let i = start; i < text.length; ++i) {
    if (text[i] === text[start]) ++depth;
    // The arrow of a trailing return type closes nothing.
    if (text[i] === closing && text[i - 1] !== '-' && --depth === 0) return i + 1;
  }
  return text.length;
}

function isWordStart(text, at) {
  return at === 0 || !/\w/.test(text[at - 1]);
}

// A function's name without return type, parameters and template arguments: "app::Cache::Put" of
// "void app::Cache<int>::Put<long>(long) const". Heuristic: what it cannot read stays as it is.
function read(title) {
  let short = '';
  let at = 0;
  while (at < title.length) {
    const rest = title.slice(at);
    if (rest.startsWith(ANONYMOUS)) {
      short += '(anonymous)';
      at += ANONYMOUS.length;
    } else if (rest.startsWith('operator') && isWordStart(title, at) && !/^operator\w/.test(rest)) {
      const [name] = OPERATOR.exec(rest);
      short += name.replace(' ', '\u00a0');
      at += name.length;
    } else if (title[at] === '<' || title[at] === '(') {
      const end = afterBrackets(title, at);
      const goesOn = /^(\s*const)?\s*(::|#|\(|<)/.test(title.slice(end)) || title[at] === '<';
      if (!goesOn) break;
      at = end;
    } else {
      short += title[at++];
    }
  }
  short = short.replace(/\s+const$/, '').trim();
  const name = short.slice(short.lastIndexOf(' ') + 1).replace('\u00a0', ' ');
  return /\w/.test(name) ? name : title;
}

const shortNames = new Map();  // a function stands in a flame graph many times

function shortName(title) {
  if (!shortNames.has(title)) shortNames.set(title, read(title));
  return shortNames.get(title);
}

// Of a node of call_tree.js; its root and the rest are words, not names.
memprof.nodeName = (node) => !node.parent || node.isOther ? node.title : shortName(node.title);
memprof.shortName = shortName;
