// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/object_pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "runner/diagnose/pattern/container_uses.h"
#include "runner/diagnose/pattern/inserting_code.h"
#include "runner/diagnose/pattern/missed_release.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/release_names.h"
#include "runner/source/code_scope.h"

namespace memprof {
namespace {

bool IsStandardFunction(std::string_view function) {
  return function.starts_with("std::") || function.starts_with("__gnu_cxx::") ||
         function.starts_with("operator new") || function.starts_with("testing::");
}

struct Place {
  const SourceFile* file = nullptr;
  int line = 0;
};

/// Definition of the release function that belongs to `acquire`: of the same class, or a free
/// function where that is one; or, in a file that was read, its declaration.
std::optional<Place> FindRelease(const FunctionCode& acquire, const std::string& name,
                                 const Sources& sources) {
  for (const auto& [path, file] : sources.files()) {
    for (const FunctionCode& function : FunctionsOf(file)) {
      if (LastName(function.name) == name && function.class_name == acquire.class_name) {
        return Place{&file, file.LineOf(function.whole.begin)};
      }
    }
  }
  // Short verbs alone ("Close") are everywhere; a declaration does not say whose it is.
  if (WordsOf(name).size() < 2) return std::nullopt;
  for (const auto& [path, file] : sources.files()) {
    for (const std::size_t use : UsesOf(file, {0, file.text().size()}, name)) {
      if (TextAt(file, use + 1) == "(") return Place{&file, file.tokens()[use].line};
    }
  }
  return std::nullopt;
}

/// Sets who obtained it: the next function outwards that could be named.
void SetCaller(const Finding& finding, std::size_t acquirer, const Sources& sources,
               ObjectPair* pair) {
  for (std::size_t i = acquirer + 1; i < finding.stack.size(); ++i) {
    const Frame& frame = finding.stack[i];
    if (IsStandardFunction(frame.function) || frame.file.empty()) continue;
    pair->caller = frame.function;
    pair->caller_file = frame.file;
    pair->caller_line = frame.line;
    const SourceFile* file = sources.Find(frame.file);
    if (file == nullptr) return;
    const auto function = FunctionAt(*file, frame.line);
    if (!function) return;
    pair->caller_was_read = true;
    pair->caller_releases = !UsesOf(*file, function->body, pair->release).empty();
    pair->caller_misses_a_path =
        pair->caller_releases &&
        MissesRelease(*file, *function, frame.line, pair->acquire, pair->release);
    return;
  }
}

std::optional<ObjectPair> PairOfFrame(const Finding& finding, std::size_t index,
                                      const Sources& sources) {
  const Frame& frame = finding.stack[index];
  ObjectPair pair;
  pair.acquire = LastName(frame.function);
  if (pair.acquire.empty()) return std::nullopt;
  const std::string_view known = KnownReleaseOf(pair.acquire);
  if (!known.empty()) {
    pair.release = std::string(known);
    pair.is_known_library = true;
    SetCaller(finding, index, sources, &pair);
    return pair;
  }
  const SourceFile* file = sources.Find(frame.file);
  if (file == nullptr) return std::nullopt;
  const auto function = FunctionAt(*file, frame.line);
  if (!function || LastName(function->name) != pair.acquire || !GivesHandle(*file, *function)) {
    return std::nullopt;
  }
  for (const std::string& name : ReleaseNamesFor(pair.acquire)) {
    const std::optional<Place> place = FindRelease(*function, name, sources);
    if (!place) continue;
    pair.release = name;
    pair.release_file = place->file->path();
    pair.release_line = place->line;
    SetCaller(finding, index, sources, &pair);
    return pair;
  }
  return std::nullopt;
}

}  // namespace

bool GivesHandle(const SourceFile& file, const FunctionCode& function) {
  constexpr std::array<std::string_view, 8> kOwners = {
      "unique_ptr", "shared_ptr", "vector", "string", "optional", "weak_ptr", "map<", "span<"};
  const std::string& returns = function.returns;
  if (returns.find('*') != std::string::npos && returns.find("unique_ptr") == std::string::npos) {
    return true;
  }
  const std::string parameters(file.Text(function.parameters));
  if (parameters.find("**") != std::string::npos) return true;
  if (returns.empty() || returns == "void" || returns.ends_with(" void") || returns == "bool") {
    return false;
  }
  return std::none_of(kOwners.begin(), kOwners.end(), [&](std::string_view owner) {
    return returns.find(owner) != std::string::npos;
  });
}

std::optional<ObjectPair> FindObjectPair(const Finding& finding, const Sources& sources) {
  std::optional<ObjectPair> found;
  for (std::size_t i = 0; i < finding.stack.size(); ++i) {
    const std::string& function = finding.stack[i].function;
    if (IsTestFunction(function)) break;
    if (IsStandardFunction(function)) continue;
    std::optional<ObjectPair> pair = PairOfFrame(finding, i, sources);
    if (!pair) continue;
    const bool better = !found || found->caller_releases || !pair->caller_releases;
    if (better) found = std::move(pair);
  }
  return found;
}

bool HasAcquiringName(const Finding& finding) {
  for (const Frame& frame : finding.stack) {
    if (IsTestFunction(frame.function)) break;
    if (IsStandardFunction(frame.function)) continue;
    const std::string name = LastName(frame.function);
    if (!KnownReleaseOf(name).empty() || !ReleaseNamesFor(name).empty()) return true;
  }
  return false;
}

std::string PairClause(const ObjectPair& pair) {
  if (pair.caller.empty()) {
    return fmt::format("it comes from `{}`, whose counterpart is `{}`", pair.acquire, pair.release);
  }
  const std::size_t slash = pair.caller_file.rfind('/');
  const std::string place = fmt::format(
      "{}:{}", slash == std::string::npos ? pair.caller_file : pair.caller_file.substr(slash + 1),
      pair.caller_line);
  if (!pair.caller_was_read) {
    return fmt::format("`{}` obtains it from `{}`, whose counterpart is `{}` ({})", pair.caller,
                       pair.acquire, pair.release, place);
  }
  const std::string what = pair.caller_releases
                               ? fmt::format("calls `{}` on some of its paths only", pair.release)
                               : fmt::format("never calls `{}`", pair.release);
  return fmt::format("`{}` obtains it from `{}` and {} ({})", pair.caller, pair.acquire, what,
                     place);
}

}  // namespace memprof
