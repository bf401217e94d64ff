// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/release_by_owner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "runner/diagnose/fix/token_walk.h"
#include "runner/diagnose/pattern/object_pair.h"
#include "runner/source/code_scope.h"

namespace memprof {
namespace {

/// "&compiled_" of "regcomp(&compiled_, text, 0)": what is filled in place. Empty where the first
/// argument is no address of a variable.
std::string FilledInPlace(const SourceFile& file, const FunctionCode& function, int line,
                          const std::string& acquire) {
  for (const std::size_t call : UsesOf(file, function.body, acquire)) {
    if (file.tokens()[call].line != line || TokenText(file, call + 1) != "(") continue;
    std::size_t end = call + 2;
    while (TokenText(file, end) != "," && TokenText(file, end) != ")" &&
           end < file.tokens().size()) {
      if (TokenText(file, end) == "(") return {};
      ++end;
    }
    if (TokenText(file, call + 2) != "&" || end == call + 3) return {};
    return CodeOf(file, call + 2, end - 1);
  }
  return {};
}

/// Whether the function declares the variable of "&compiled": then it ends with the function.
bool IsLocal(const SourceFile& file, const FunctionCode& function, const std::string& address) {
  const std::string name = address.substr(1);
  const auto uses = UsesOf(file, function.body, name);
  return !uses.empty() && uses[0] > 0 && IsWord(file.tokens()[uses[0] - 1]) &&
         TokenText(file, uses[0] - 1) != "return";
}

bool HasDestructor(const SourceFile& file, const std::string& class_name) {
  const auto functions = FunctionsOf(file);
  return std::any_of(functions.begin(), functions.end(), [&](const FunctionCode& function) {
    return function.class_name == class_name && function.name.find('~') != std::string::npos;
  });
}

}  // namespace

std::optional<Fix> ReleaseByOwner(const Finding& finding, const Sources& sources) {
  const std::optional<ObjectPair> pair = FindObjectPair(finding, sources);
  if (!pair || pair->caller.empty()) return std::nullopt;
  Fix fix;
  fix.effort = "minutes";
  const SourceFile* file = sources.Find(pair->caller_file);
  const auto function = file == nullptr ? std::nullopt : FunctionAt(*file, pair->caller_line);
  const std::string filled =
      function ? FilledInPlace(*file, *function, pair->caller_line, pair->acquire) : std::string();
  const bool by_member =
      !filled.empty() && !function->class_name.empty() && !IsLocal(*file, *function, filled);
  if (by_member) {
    const std::string& owner = function->class_name;
    const std::string call = fmt::format("{}({});", pair->release, filled);
    fix.summary = fmt::format("call `{}` in the destructor of `{}`", pair->release, owner);
    fix.snippet = HasDestructor(*file, owner) ? fmt::format("{}  // in ~{}()\n", call, owner)
                                              : fmt::format(
                                                    "~{0}() {{ {1} }}\n{0}(const {0}&) = delete;\n"
                                                    "{0}& operator=(const {0}&) = delete;\n",
                                                    owner, call);
    fix.why_no_diff = fmt::format(
        "a copy of `{}` would release it once more, and whether it is copied is not in the text",
        owner);
    fix.why =
        fmt::format("what `{}` obtains then ends with the object that holds it", pair->acquire);
    fix.trade_off = fmt::format(
        "`{}` can no longer be copied, and must not release what `{}` "
        "refused to make",
        owner, pair->acquire);
    return fix;
  }
  fix.summary = fmt::format("call `{}` for what `{}` obtains from `{}`, on every way out",
                            pair->release, pair->caller, pair->acquire);
  if (!filled.empty()) fix.snippet = fmt::format("{}({});\n", pair->release, filled);
  fix.why_no_diff = "who keeps it until when is not in the text";
  fix.why =
      fmt::format("`{}` alone gives back all that `{}` allocates", pair->release, pair->acquire);
  fix.trade_off = "nothing may use it behind that call";
  return fix;
}

}  // namespace memprof
