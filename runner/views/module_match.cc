// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/module_match.h"

#include <algorithm>
#include <set>

#include "runner/analyze/function_name.h"
#include "runner/report/finding_place.h"
#include "runner/views/name_match.h"

namespace memprof {
namespace {

/// `text` with `parts` in it as whole parts between separators: "src/net/a.cc" has "net".
bool HasParts(std::string_view text, std::string_view parts, std::string_view separator,
              bool may_be_last) {
  for (std::size_t at = text.find(parts); at != text.npos; at = text.find(parts, at + 1)) {
    const bool begins = at == 0 || text.substr(0, at).ends_with(separator);
    const std::string_view rest = text.substr(at + parts.size());
    if (begins && (rest.empty() ? may_be_last : rest.starts_with(separator))) return true;
  }
  return false;
}

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "libnet" of "/usr/lib/libnet.so.1.2".
std::string_view LibraryName(std::string_view path) {
  const std::string_view name = BaseName(path);
  return name.substr(0, name.find(".so"));
}

bool IsLibrary(std::string_view path, std::string_view typed) {
  if (path.empty()) return false;
  const std::string_view name = LibraryName(path);
  return path == typed || BaseName(path) == BaseName(typed) || LibraryName(typed) == name ||
         (name.starts_with("lib") && name.substr(3) == typed);
}

bool IsFileIn(std::string_view file, std::string_view module) {
  while (module.starts_with("./")) module.remove_prefix(2);
  while (module.size() > 1 && module.ends_with('/')) module.remove_suffix(1);
  return !module.empty() && HasParts(file, module, "/", /*may_be_last=*/true);
}

/// The scope that a function is in: "app::net::Poll" is in "app::net" and in "net".
bool IsFunctionIn(const std::string& function, std::string_view module) {
  return HasParts(ShortFunctionName(function), module, "::", /*may_be_last=*/false);
}

/// The library or program of the frame that the finding is located at, else of the innermost.
std::string_view ModuleOf(const Finding& finding) {
  const auto is_location = [&](const Frame& frame) {
    return frame.file == finding.location.file && frame.line == finding.location.line;
  };
  const auto at = std::find_if(finding.stack.begin(), finding.stack.end(), is_location);
  if (at != finding.stack.end()) return at->module;
  return finding.stack.empty() ? std::string_view() : std::string_view(finding.stack[0].module);
}

void AddFile(const std::string& file, std::set<std::string>* names) {
  if (!IsBelowRoot(file)) return;
  for (std::size_t slash = file.find('/'); slash != file.npos; slash = file.find('/', slash + 1)) {
    names->insert(file.substr(0, slash));
  }
  names->insert(file);
}

/// Scopes before the last name, as long as they are plain names: templates and closures are none
/// that people type.
void AddScopes(const std::string& function, std::set<std::string>* names) {
  const std::string name = ShortFunctionName(function);
  for (std::size_t at = name.find("::"); at != name.npos; at = name.find("::", at + 2)) {
    const std::string scope = name.substr(0, at);
    if (scope.find_first_of("<>() ~#{") != scope.npos) return;
    names->insert(scope);
  }
}

bool IsGlob(std::string_view text) { return text.find_first_of("*?") != text.npos; }

}  // namespace

bool IsInModule(const Finding& finding, std::string_view module) {
  const Location& at = finding.location;
  if (IsGlob(module)) {
    return MatchesGlob(module, at.file) || MatchesGlob(module, ShortFunctionName(at.function));
  }
  return IsFileIn(at.file, module) || IsFunctionIn(at.function, module) ||
         IsLibrary(ModuleOf(finding), module);
}

std::vector<std::string> ModuleNames(const Report& report) {
  std::set<std::string> names;
  for (const Finding& finding : report.findings) {
    AddFile(finding.location.file, &names);
    AddScopes(finding.location.function, &names);
    if (const auto module = ModuleOf(finding); !module.empty()) {
      names.emplace(BaseName(module));
    }
  }
  for (const Profile& profile : report.profiles) {
    for (const Frame& frame : profile.frames) {
      if (!IsBelowRoot(frame.file)) continue;
      AddFile(frame.file, &names);
      AddScopes(frame.function, &names);
    }
  }
  names.erase("");
  return {names.begin(), names.end()};
}

bool IsKnownModule(const Report& report, std::string_view module) {
  const std::vector<std::string> names = ModuleNames(report);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (IsGlob(module)) return MatchesGlob(module, name);
    return IsFileIn(name, module) || HasParts(name, module, "::", true) || IsLibrary(name, module);
  });
}

}  // namespace memprof
