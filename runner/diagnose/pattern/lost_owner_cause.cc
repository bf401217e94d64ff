// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/lost_owner_cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/diagnose/pattern/missing_virtual_destructor.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/raw_container.h"
#include "runner/diagnose/pattern/raw_owner.h"
#include "runner/diagnose/pattern/released_pointer.h"
#include "runner/diagnose/pattern/user_places.h"

namespace memprof {
namespace {

using Kind = VariableUse::Kind;
using Cause = std::optional<LostOwnerCause>;

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

bool Has(const std::vector<VariableUse>& uses, Kind kind) {
  return std::any_of(uses.begin(), uses.end(),
                     [kind](const VariableUse& use) { return use.kind == kind; });
}

Cause LeavesEarly(const SourceFile& file, const RawOwner& owner) {
  const std::optional<LeakingExit> exit = FindLeakingExit(file, owner);
  if (!exit) return std::nullopt;
  const std::string release =
      fmt::format("before the `{}` at line {}", exit->release, exit->release_line);
  if (exit->word == "throw") {
    return LostOwnerCause{"exception path",
                          fmt::format("throws at line {} {}", exit->line, release),
                          Confidence::kHigh};
  }
  const bool is_macro = exit->word.find('_') != std::string::npos && exit->word != "co_return";
  const std::string how = is_macro ? fmt::format("`{}` may return at line", exit->word)
                          : exit->word == "continue" ? "goes on with the loop at line"
                                                     : "returns at line";
  return LostOwnerCause{"early return", fmt::format("{} {} {}", how, exit->line, release),
                        is_macro ? Confidence::kMedium : Confidence::kHigh};
}

/// The release is in a `try` behind calls that may throw, and the handler goes on without it.
Cause SwallowsException(const SourceFile& file, const RawOwner& owner) {
  const VariableUse* release = nullptr;
  for (const VariableUse& use : owner.uses) {
    if (use.kind != Kind::kRelease) continue;
    if (release != nullptr) return std::nullopt;
    release = &use;
  }
  if (release == nullptr) return std::nullopt;
  const CodeRange block = BlockAround(file, release->token);
  const std::size_t open = TokenAt(file, block.begin);
  const std::size_t close = TokenAt(file, block.end);
  if (open < 2 || Text(file, open - 2) != "try" || Text(file, close + 1) != "catch") {
    return std::nullopt;
  }
  // Without braces it may be released on one way of several.
  const std::string_view before =
      Text(file, release->callee == "delete" ? release->token - 2 : release->token - 3);
  const bool alone = before == ";" || before == "{" || before == "}" || before == "::";
  if (!alone) return std::nullopt;
  const std::size_t handler = ClosingToken(file, close + 2) + 1;
  const std::size_t handler_close = ClosingToken(file, handler);
  if (Text(file, handler) != "{" || handler_close >= file.tokens().size()) return std::nullopt;
  const CodeRange body = RangeOf(file, handler, handler_close);
  if (!UsesOf(file, body, "throw").empty()) return std::nullopt;
  const std::size_t behind = std::max(TokenAt(file, owner.acquired.range.end), open);
  for (std::size_t i = behind; i + 2 < release->token; ++i) {
    const bool call = Text(file, i + 1) == "(" && IsWord(file.tokens()[i]) &&
                      Text(file, i) != "if" && Text(file, i) != "for" && Text(file, i) != "while";
    if (!call || Text(file, i) == "free" || Text(file, i) == "sizeof") continue;
    return LostOwnerCause{
        "exception path",
        fmt::format("when `{}` at line {} throws, the handler at line {} goes on without the `{}` "
                    "at line {}",
                    Text(file, i), file.tokens()[i].line, file.tokens()[close + 1].line,
                    release->callee, release->line),
        Confidence::kMedium};
  }
  return std::nullopt;
}

/// Whether the braces around the token are a loop's.
bool IsLoopBody(const SourceFile& file, CodeRange block) {
  std::size_t i = TokenAt(file, block.begin);
  if (i < 2) return false;
  i -= 2;  // before the `{`
  if (Text(file, i) == "do") return true;
  if (Text(file, i) != ")") return false;
  for (int depth = 0; i > 0; --i) {
    if (Text(file, i) == ")") ++depth;
    if (Text(file, i) == "(" && --depth == 0) break;
  }
  return i > 0 && (Text(file, i - 1) == "for" || Text(file, i - 1) == "while");
}

Cause IsOverwritten(const SourceFile& file, const RawOwner& owner) {
  const std::string& name = owner.variable.name;
  const std::size_t behind = TokenAt(file, owner.acquired.range.end);
  const CodeRange scope = BlockAround(file, TokenAt(file, owner.acquired.range.begin));
  for (const VariableUse& use : owner.uses) {
    if (use.token < behind) continue;
    const CodeRange block = BlockAround(file, use.token);
    // On another branch nothing is said; once released or handed out, it may be assigned.
    if (use.kind != Kind::kAssigned && use.kind != Kind::kAccess && use.kind != Kind::kTest &&
        use.kind != Kind::kPassed) {
      break;
    }
    if (use.kind != Kind::kAssigned || block != scope) continue;
    const std::size_t end = TokenAt(file, file.text().find(';', file.tokens()[use.token].begin));
    const CodeRange value = RangeOf(file, use.token + 1, end);
    const std::string_view before = Text(file, use.token - 1);
    const bool plain = before == ";" || before == "{" || before == "}";
    if (!plain || !UsesOf(file, value, name).empty()) break;
    return LostOwnerCause{
        "overwritten pointer",
        fmt::format("`{}` is assigned again at line {} before what it has since line {} is freed",
                    name, use.line, owner.acquired.first_line),
        Confidence::kHigh};
  }
  const bool declared_outside = owner.variable.whole.begin < scope.begin;
  const std::size_t first = TokenAt(file, owner.acquired.range.begin);
  const std::string_view before = first > 0 ? Text(file, first - 1) : std::string_view();
  if (owner.by_declaration || !declared_outside || before == ")" || !IsLoopBody(file, scope)) {
    return std::nullopt;
  }
  for (const VariableUse& use : owner.uses) {
    const std::size_t at = file.tokens()[use.token].begin;
    const bool within = scope.begin <= at && at < scope.end;
    const bool keeps =
        use.kind != Kind::kAssigned && use.kind != Kind::kAccess && use.kind != Kind::kPassed;
    if (within && keeps) return std::nullopt;
  }
  return LostOwnerCause{"overwritten pointer",
                        fmt::format("`{}` is assigned on each turn of the loop, at line {}, before "
                                    "what it has is freed",
                                    name, owner.acquired.first_line),
                        Confidence::kHigh};
}

Cause IsNeverReleased(const SourceFile&, const RawOwner& owner) {
  for (const Kind kind : {Kind::kRelease, Kind::kReturned, Kind::kStored, Kind::kCaptured,
                          Kind::kAddress, Kind::kOther}) {
    if (Has(owner.uses, kind)) return std::nullopt;
  }
  const int line = owner.acquired.first_line;
  const std::string& name = owner.variable.name;
  if (MakesCString(owner.acquirer)) {
    return LostOwnerCause{"C string duplicated",
                          fmt::format("`{}` at line {} makes a copy that only `free` gives back, "
                                      "and nothing frees `{}`",
                                      owner.acquirer, line, name),
                          Confidence::kHigh};
  }
  const bool passed = std::any_of(owner.uses.begin(), owner.uses.end(), [](const VariableUse& use) {
    return use.kind == Kind::kPassed && SoundsLikeOwning(use.callee);
  });
  if (passed) return std::nullopt;
  const std::string where =
      owner.function.name.empty() ? "the closure" : fmt::format("`{}`", owner.function.name);
  const char* release = owner.acquirer == "new"     ? "delete"
                        : owner.acquirer == "new[]" ? "delete[]"
                                                    : "free";
  return LostOwnerCause{"never released",
                        fmt::format("`{}` of line {} is handed to nobody, and {} has no `{}` of it",
                                    name, line, where, release),
                        Confidence::kHigh};
}

Cause FromRawOwner(const SourceFile& file, const RawOwner& owner) {
  for (const auto& find : {LeavesEarly, SwallowsException, IsOverwritten, IsNeverReleased}) {
    if (Cause found = find(file, owner)) return found;
  }
  return std::nullopt;
}

Cause IsReleased(const Finding& finding, const Sources& sources) {
  const std::optional<ReleasedPointer> found = FindReleasedPointer(finding, sources);
  if (!found) return std::nullopt;
  const std::string call = fmt::format("`{}.release()` at line {}", found->owner.name,
                                       found->file->tokens()[found->call].line);
  std::string clause;
  if (found->is_dropped) {
    clause = fmt::format("the result of {} is dropped", call);
  } else if (!found->kept_in.empty()) {
    clause = fmt::format("{} leaves it to `{}`, which nothing deletes", call, found->kept_in);
  } else {
    clause = fmt::format("{} gives it to `{}` without an owner", call, found->passed_to);
  }
  return LostOwnerCause{"released from its unique_ptr", clause,
                        found->passed_to.empty() ? Confidence::kHigh : Confidence::kMedium};
}

Cause IsDeletedAsBase(const Finding& finding, const Sources& sources) {
  const auto found = FindMissingVirtualDestructor(finding, sources);
  if (!found) return std::nullopt;
  return LostOwnerCause{
      "missing virtual destructor",
      fmt::format("{} is made at line {}, {}, and the destructor of `{}` (line {}) is not virtual",
                  found->derived.name, found->made_line, found->deleted, found->base.name,
                  found->base_file->LineOf(found->base.whole.begin)),
      Confidence::kHigh};
}

Cause IsInRawContainer(const Finding& finding, const Sources& sources) {
  const auto found = FindRawContainer(finding, sources);
  if (!found) return std::nullopt;
  return LostOwnerCause{
      "container of raw pointers",
      fmt::format("`{}` (line {}) takes raw pointers at line {}, and nothing deletes its elements",
                  found->container.name, found->container.line, found->added_line),
      Confidence::kHigh};
}

/// `strdup` and such on the line or the stack, where what becomes of the copy is not seen.
Cause IsCString(const Finding& finding, const Sources& sources) {
  const auto clause = [](std::string_view function, int line) {
    const std::string at = line > 0 ? fmt::format(" at line {}", line) : "";
    return fmt::format("`{}`{} makes a C string that only `free` gives back", function, at);
  };
  for (const Frame& frame : finding.stack) {
    std::string_view name = frame.function;
    while (name.starts_with("_")) name.remove_prefix(1);
    const bool makes = MakesCString(name) || name == "asprintf" || name == "vasprintf" ||
                       name == "getline" || name == "getdelim" || name == "IO_getdelim";
    if (makes) {
      return LostOwnerCause{"C string duplicated", clause(name, finding.location.line),
                            Confidence::kHigh};
    }
  }
  const SourceFile* file = sources.Find(finding.location.file);
  if (file == nullptr) return std::nullopt;
  const std::size_t begin = file->BeginOfLine(finding.location.line);
  const std::size_t end = file->BeginOfLine(finding.location.line + 1);
  for (std::size_t i = TokenAt(*file, begin); i < file->tokens().size(); ++i) {
    if (file->tokens()[i].end > end) break;
    const std::string_view name = Text(*file, i);
    const bool makes = MakesCString(name) || name == "asprintf" || name == "vasprintf";
    if (makes && Text(*file, i + 1) == "(" && Text(*file, i - 1) != ".") {
      return LostOwnerCause{"C string duplicated", clause(name, finding.location.line),
                            Confidence::kMedium};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<FoundOwner> FindRawOwner(const Finding& finding, const Sources& sources) {
  const std::vector<UserPlace> places = UserPlacesOf(finding, sources);
  if (places.empty() || places[0].line != finding.location.line) return std::nullopt;
  std::string acquirer = ReturnedAcquirer(*places[0].file, places[0].line);
  if (!acquirer.empty() && places.size() > 1) {
    const UserPlace& caller = places[1];
    auto owner = RawOwnerOfCall(*caller.file, caller.line, LastName(places[0].function), acquirer);
    if (owner) return FoundOwner{caller.file, std::move(*owner)};
  }
  auto owner = RawOwnerAt(*places[0].file, places[0].line);
  if (!owner) return std::nullopt;
  return FoundOwner{places[0].file, std::move(*owner)};
}

std::optional<LostOwnerCause> FindLostOwnerCause(const Finding& finding, const Sources& sources) {
  if (const std::optional<FoundOwner> owner = FindRawOwner(finding, sources)) {
    if (Cause found = FromRawOwner(*owner->file, owner->owner)) return found;
  }
  for (const auto& find : {IsReleased, IsInRawContainer, IsDeletedAsBase, IsCString}) {
    if (Cause found = find(finding, sources)) return found;
  }
  return std::nullopt;
}

}  // namespace memprof
