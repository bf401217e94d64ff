// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/suppression_pattern.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "runner/analyze/function_name.h"

namespace memprof {
namespace {

/// Digits of a fingerprint that text reports show. Fewer would match the names of functions.
constexpr std::size_t kFewestDigits = 8;

bool IsHexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool FoundInFrames(std::string_view pattern, const Finding& finding) {
  return std::any_of(finding.stack.begin(), finding.stack.end(), [&](const Frame& frame) {
    return PatternFound(pattern, frame.function) || PatternFound(pattern, frame.file) ||
           PatternFound(pattern, frame.module);
  });
}

bool FoundIn(std::string_view pattern, const Finding& finding) {
  return FoundInFrames(pattern, finding) || PatternFound(pattern, finding.location.function) ||
         PatternFound(pattern, finding.location.file) ||
         (finding.held_by && PatternFound(pattern, finding.held_by->symbol));
}

}  // namespace

bool PatternFound(std::string_view pattern, std::string_view text) {
  if (text.empty()) return false;
  bool at_begin = pattern.starts_with('^');
  if (at_begin) pattern.remove_prefix(1);
  const bool at_end = pattern.ends_with('$');
  if (at_end) pattern.remove_suffix(1);
  for (;;) {
    const std::size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (last && at_end) {
      return at_begin ? text == piece : text.ends_with(piece);
    }
    const std::size_t found = text.find(piece);
    if (found == std::string_view::npos || (at_begin && found != 0)) return false;
    if (last) return true;
    text.remove_prefix(found + piece.size());
    pattern.remove_prefix(star + 1);
    at_begin = false;
  }
}

bool PatternMatches(std::string_view pattern, const Finding& finding) {
  if (pattern.size() >= kFewestDigits && IsHexadecimal(pattern) &&
      finding.fingerprint.starts_with(pattern)) {
    return true;
  }
  if (FoundIn(pattern, finding)) return true;
  // LeakSanitizer knows functions with their parameters, and our reports have them without.
  if (pattern.find('(') == std::string_view::npos) return false;
  const std::string shorter = ShortFunctionName(pattern);
  return !shorter.empty() && shorter != pattern && FoundIn(shorter, finding);
}

}  // namespace memprof
