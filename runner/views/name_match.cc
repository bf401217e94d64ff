// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/name_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <numeric>
#include <utility>

#include "runner/analyze/function_name.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kShownColumns = 100;  // of a name in a message

const char* Noun(NameKind kind) {
  switch (kind) {
    case NameKind::kTest:
      return "test";
    case NameKind::kFile:
      return "file";
    case NameKind::kFunction:
      return "function";
    case NameKind::kModule:
      return "module";
  }
  return "name";
}

/// What the user may type in place of a name.
const char* Example(NameKind kind) {
  switch (kind) {
    case NameKind::kTest:
      return "a full name, or a filter: 'Cache.*'";
    case NameKind::kFile:
      return "a path, or its last parts: cache.cc";
    case NameKind::kFunction:
      return "a function with or without arguments, or a glob: 'Cache::*'";
    case NameKind::kModule:
      return "a directory, a file, a library or a namespace";
  }
  return "";
}

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != text.npos; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Whether `name` ends with `typed`, and a part of it begins there.
bool EndsWithParts(std::string_view name, std::string_view typed, std::string_view separator) {
  if (typed.empty() || !name.ends_with(typed)) return false;
  const std::string_view before = name.substr(0, name.size() - typed.size());
  return before.empty() || before.ends_with(separator) || typed.starts_with(separator);
}

std::string_view WithoutDotSlash(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool IsFile(std::string_view name, std::string_view typed) {
  if (EndsWithParts(name, typed, "/")) return true;
  // Typed as it is on disk, where the report has it below the source root.
  return typed.starts_with('/') && EndsWithParts(typed, name, "/");
}

bool IsFunction(std::string_view name, std::string_view typed) {
  return EndsWithParts(name, typed, "::") ||
         EndsWithParts(ShortFunctionName(name), ShortFunctionName(typed), "::");
}

bool Means(NameKind kind, std::string_view name, std::string_view typed) {
  switch (kind) {
    case NameKind::kTest:
      return MatchesTestFilter(typed, name);
    case NameKind::kFile:
      return IsFile(name, WithoutDotSlash(typed));
    case NameKind::kFunction:
      return IsFunction(name, typed);
    case NameKind::kModule:
      return IsFile(name, WithoutDotSlash(typed)) || EndsWithParts(name, typed, "::");
  }
  return false;
}

bool IsGlobOf(NameKind kind, std::string_view pattern, std::string_view name) {
  if (MatchesGlob(pattern, name)) return true;
  return kind == NameKind::kFunction && MatchesGlob(pattern, ShortFunctionName(name));
}

bool AnyPattern(std::string_view patterns, std::string_view test) {
  while (true) {
    const std::size_t colon = patterns.find(':');
    if (MatchesGlob(patterns.substr(0, colon), test)) return true;
    if (colon == patterns.npos) return false;
    patterns.remove_prefix(colon + 1);
  }
}

/// Edits (a character put in, left out or replaced) that turn `a` into `b`; any number above `most`
/// stands for itself and all that are greater.
std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > most) return most + 1;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    std::size_t least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
      least = std::min(least, row[j]);
    }
    if (least > most) return most + 1;
  }
  return row.back();
}

constexpr std::size_t kTooFar = SIZE_MAX;

/// Edits that make another name of what was typed, with `more` added; kTooFar where a quarter of
/// it, and of a short one more than one character, would be wrong: that is another name.
std::size_t Edits(std::string_view typed, std::string_view name, std::size_t more) {
  const std::size_t most = std::max<std::size_t>(1, typed.size() / 4);
  const std::size_t edits = EditDistance(typed, name, most);
  return edits > most ? kTooFar : edits + more;
}

/// The last part of a test, path or qualified name: people remember that.
std::string_view LastPart(std::string_view name) {
  const std::size_t at = name.find_last_of("./:");
  return at == name.npos || at + 1 == name.size() ? name : name.substr(at + 1);
}

std::string Listed(std::span<const std::string> names, std::size_t limit) {
  std::string text;
  for (std::size_t i = 0; i < std::min(limit, names.size()); ++i) {
    if (i > 0) text += ", ";
    text += Shortened(OneLine(names[i]), kShownColumns);
  }
  return text;
}

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.npos;  // the last one, and where its match ends so far
  std::size_t star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool MatchesTestFilter(std::string_view filter, std::string_view test) {
  const std::size_t dash = filter.find('-');
  const std::string_view chosen = filter.substr(0, dash);
  if (!chosen.empty() && !AnyPattern(chosen, test)) return false;
  return dash == filter.npos || !AnyPattern(filter.substr(dash + 1), test);
}

std::vector<std::string> MatchingNames(NameKind kind, std::string_view typed,
                                       std::span<const std::string> names) {
  std::vector<std::string> matching;
  if (typed.empty()) return matching;
  const auto take = [&](const auto& means) {
    if (matching.empty())
      std::copy_if(names.begin(), names.end(), std::back_inserter(matching), means);
  };
  take([&](const std::string& name) { return name == typed; });
  if (HasWildcard(typed)) {
    take([&](const std::string& name) { return IsGlobOf(kind, typed, name); });
  }
  take([&](const std::string& name) { return Means(kind, name, typed); });
  return matching;
}

std::vector<std::string> NearestNames(std::string_view typed, std::span<const std::string> names,
                                      std::size_t limit) {
  const std::string sought = Lower(typed);
  std::vector<std::pair<std::size_t, const std::string*>> near;
  for (const std::string& name : names) {
    const std::string lower = Lower(name);
    if (!sought.empty() && lower.find(sought) != lower.npos) {
      near.emplace_back(0, &name);
      continue;
    }
    // The last part alone says less than the whole name.
    const std::size_t distance =
        std::min({Edits(sought, lower, 0), Edits(sought, LastPart(lower), 1),
                  Edits(LastPart(sought), LastPart(lower), 2)});
    if (distance != kTooFar) near.emplace_back(distance + 1, &name);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> nearest;
  for (std::size_t i = 0; i < std::min(limit, near.size()); ++i) nearest.push_back(*near[i].second);
  return nearest;
}

Error NoSuchName(NameKind kind, std::string_view typed, std::span<const std::string> names) {
  constexpr std::size_t kListed = 5;
  const char* noun = Noun(kind);
  const std::string count = Counted(static_cast<std::int64_t>(names.size()), noun);
  Error error;
  error.kind = ErrorKind::kUsage;
  const std::string shown = Shortened(OneLine(typed), kShownColumns);
  error.message = typed.empty() ? fmt::format("no {} was named; the result has {}", noun, count)
                                : fmt::format("no {} of the result is `{}`; it has {}", noun, shown,
                                              names.empty() ? "none" : count);
  if (names.empty()) {
    error.hint = "it may be the result of another program: give its directory after the name";
    return error;
  }
  const std::vector<std::string> nearest = NearestNames(typed, names, kListed);
  if (!typed.empty() && !nearest.empty()) {
    error.hint = "did you mean " + Listed(nearest, kListed) + "?";
    return error;
  }
  error.hint =
      fmt::format("{}: {}{}; give {}", names.size() > kListed ? "the first of them" : "they are",
                  Listed(names, kListed), names.size() > kListed ? " ..." : "", Example(kind));
  return error;
}

Result<std::vector<std::string>> SelectNames(NameKind kind, std::string_view typed,
                                             std::span<const std::string> names) {
  std::vector<std::string> matching = MatchingNames(kind, typed, names);
  if (matching.empty()) return NoSuchName(kind, typed, names);
  return matching;
}

}  // namespace memprof
