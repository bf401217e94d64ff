// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/released_pointer.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "runner/diagnose/pattern/user_places.h"
#include "runner/source/variable_uses.h"

namespace memprof {
namespace {

using Kind = VariableUse::Kind;

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

/// Whether the line makes what the variable owns.
bool OwnsWhatIsMadeAt(const SourceFile& file, const Declaration& variable, int line) {
  const bool on_line =
      file.LineOf(variable.whole.begin) <= line && line <= file.LineOf(variable.whole.end - 1);
  const std::string_view value = file.Text(variable.initializer);
  return on_line && (variable.type.find("unique_ptr<") != std::string::npos ||
                     value.find("make_unique<") != std::string_view::npos ||
                     value.find("unique_ptr<") != std::string_view::npos);
}

/// Whether the raw pointer is only looked at in its function.
bool StaysUnowned(const SourceFile& file, const FunctionCode& function, const Declaration& raw) {
  const std::vector<VariableUse> uses = UsesOfVariable(file, function, raw, {"free"});
  return std::all_of(uses.begin(), uses.end(), [](const VariableUse& use) {
    return use.kind == Kind::kAccess || use.kind == Kind::kTest ||
           (use.kind == Kind::kPassed && !SoundsLikeOwning(use.callee));
  });
}

std::optional<ReleasedPointer> ReleaseOf(const SourceFile& file, const FunctionCode& function,
                                         const Declaration& owner) {
  for (const std::size_t use : UsesOf(file, function.body, owner.name)) {
    if (Text(file, use + 1) != "." || Text(file, use + 2) != "release") continue;
    if (Text(file, use - 1) == "." || Text(file, use - 1) == "->") continue;
    for (const Statement& each : StatementsIn(file, function.body)) {
      const bool within = each.range.begin <= file.tokens()[use].begin &&
                          file.tokens()[use + 4].end <= each.range.end;
      if (!within) continue;
      ReleasedPointer found = {&file, function, owner, each, use + 2, "", false, ""};
      const bool ends = Text(file, use + 5) == ";";
      if (TokenAt(file, each.range.begin) == use && ends) {
        found.is_dropped = true;
        return found;
      }
      const std::optional<Declaration> raw = DeclarationIn(file, each);
      const std::string_view before = Text(file, use - 1);
      if (raw && ends && before == "=" && raw->type.ends_with("*")) {
        if (!StaysUnowned(file, function, *raw)) return std::nullopt;
        found.kept_in = raw->name;
        return found;
      }
      const bool argument = before == "(" && IsWord(file.tokens()[use - 2]);
      if (argument && TokenAt(file, each.range.begin) == use - 2) {
        found.passed_to = std::string(Text(file, use - 2));
        return found;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<ReleasedPointer> FindReleasedPointer(const Finding& finding, const Sources& sources) {
  for (const UserPlace& place : UserPlacesOf(finding, sources)) {
    const std::optional<FunctionCode> function = FunctionAt(*place.file, place.line, true);
    if (!function) continue;
    for (const Statement& each : StatementsIn(*place.file, function->body)) {
      if (place.line < each.first_line || each.last_line < place.line) continue;
      const std::optional<Declaration> owner = DeclarationIn(*place.file, each);
      if (!owner || !OwnsWhatIsMadeAt(*place.file, *owner, place.line)) continue;
      if (const auto found = ReleaseOf(*place.file, *function, *owner)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace memprof
