// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/parameter_copy.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "runner/diagnose/fix/expression.h"

namespace memprof {
namespace {

bool IsCopiedType(std::string_view type) {
  if (type.ends_with('&') || type.ends_with('*')) return false;
  if (type.starts_with("const ")) type.remove_prefix(6);
  for (const std::string_view name :
       {"std::string", "std::wstring", "std::vector<", "std::map<", "std::set<", "std::deque<",
        "std::unordered_map<", "std::unordered_set<", "std::list<", "std::function<"}) {
    if (name.ends_with('<') ? type.starts_with(name) : type == name) return true;
  }
  return false;
}

std::string LastName(const std::string& name) {
  const std::size_t colon = name.rfind("::");
  return colon == std::string::npos ? name : name.substr(colon + 2);
}

/// Why a const reference would not do, or might be declared elsewhere in another way.
std::string WhyNot(const Sources& sources, const ParameterCopy& copy) {
  const SourceFile& file = *copy.file;
  const FunctionCode& function = copy.function;
  if (MayChange(file, function.body, copy.name) ||
      file.Text({function.parameters.end, function.body.begin}).find(copy.name) !=
          std::string_view::npos) {
    return fmt::format("`{}` changes `{}`, or passes it on", function.name, copy.name);
  }
  if (file.Text(function.body).find("co_") != std::string_view::npos) {
    return fmt::format("`{}` may be a coroutine, which outlives a reference", function.name);
  }
  if (file.Text(copy.whole).find('=') != std::string_view::npos) {
    return "it has a default argument";
  }
  const std::string_view behind = file.Text({function.parameters.end, function.body.begin});
  const bool reads_only = function.class_name.empty() || behind.find("const") != behind.npos;
  if (!reads_only || behind.find("override") != behind.npos) {
    return fmt::format("`{}` may change what its caller's `{}` refers to, or overrides another",
                       function.name, copy.name);
  }
  int seen = 0;
  for (const auto& [path, each] : sources.files()) {
    for (const std::size_t use : UsesOf(each, {0, each.text().size()}, LastName(function.name))) {
      if (TokenText(each, use + 1) != "(") {
        return fmt::format("{}:{} takes `{}` as a value", path, each.tokens()[use].line,
                           function.name);
      }
      if (IsDeclaredName(each, use) ||
          (use > 0 && TokenText(each, use - 1) == "::" && &each == &file &&
           each.tokens()[use].end <= function.parameters.begin &&
           each.tokens()[use].begin >= function.whole.begin)) {
        ++seen;
      }
    }
  }
  if (seen > 1) return fmt::format("`{}` is declared in several places", function.name);
  const bool in_class = ClassAt(file, file.LineOf(function.body.begin)).has_value();
  for (int line = 1; !in_class && line <= file.lines(); ++line) {
    const std::string_view text = file.Line(line);
    if (text.find("#include \"") != text.npos) {
      return fmt::format("a header may declare `{}` too, and was not read", function.name);
    }
  }
  return "";
}

}  // namespace

std::optional<ParameterCopy> ParameterCopiedAt(const Sources& sources, const SourceFile& file,
                                               int line) {
  for (std::size_t i = TokenAt(file, file.BeginOfLine(line));
       i < file.tokens().size() && file.tokens()[i].line == line; ++i) {
    if (!IsWord(file.tokens()[i]) || TokenText(file, i + 1) != "(") continue;
    std::optional<ParameterCopy> found;
    int named = 0;
    for (const auto& [path, each] : sources.files()) {
      for (const FunctionCode& function : FunctionsOf(each)) {
        if (LastName(function.name) != TokenText(file, i)) continue;
        ++named;
        for (const CodeRange parameter : PartsOf(each, function.parameters, ',')) {
          // "std::string name"
          const std::string_view text = each.Text(parameter);
          const std::size_t blank = text.find_last_of(" \t");
          if (blank == std::string_view::npos || !IsCopiedType(text.substr(0, blank))) continue;
          found = ParameterCopy{&each,
                                function,
                                std::string(text.substr(blank + 1)),
                                std::string(text.substr(0, blank)),
                                parameter,
                                ""};
          break;
        }
      }
    }
    if (!found || named != 1) continue;
    found->why_not = WhyNot(sources, *found);
    return found;
  }
  return std::nullopt;
}

}  // namespace memprof
