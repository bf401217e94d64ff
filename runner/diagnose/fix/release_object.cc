// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/pointer_uses.h"
#include "runner/diagnose/fix/release_by_owner.h"
#include "runner/diagnose/fix/release_function.h"
#include "runner/diagnose/fix/surrounded_statement.h"
#include "runner/diagnose/fix/token_walk.h"
#include "runner/diagnose/pattern/name_words.h"

namespace memprof {
namespace {

/// "figure* plot = figure_create(' ');" in the function that should release it.
struct Acquisition {
  const SourceFile* file = nullptr;
  FunctionCode function;
  StatementTokens statement;
  std::string variable;
  std::size_t variable_token = 0;
  std::string type;      ///< as written, without the `*`: "figure"; empty of `auto`
  std::string create;    ///< "figure_create"
  std::string receiver;  ///< what stands before it: "", "plots::", "pool."
};

/// The declaration on the frame's line whose value is a call of `create`.
std::optional<Acquisition> AcquisitionAt(const SourceFile& file, int line,
                                         const std::string& create) {
  const auto function = FunctionAt(file, line);
  if (!function) return std::nullopt;
  std::optional<Acquisition> found;
  for (const std::size_t call : UsesOf(file, function->body, create)) {
    if (TokenText(file, call + 1) != "(") continue;
    const auto statement = StatementAround(file, call);
    if (!statement || statement->is_head || statement->is_body) continue;
    if (line < file.tokens()[statement->first].line || line > file.tokens()[statement->last].line) {
      continue;
    }
    if (ClosingToken(file, call + 1) + 1 != statement->last || found) return std::nullopt;
    const std::size_t begin = PostfixBegin(file, call);
    if (begin < statement->first + 3 || TokenText(file, begin - 1) != "=") return std::nullopt;
    Acquisition at;
    at.file = &file;
    at.function = *function;
    at.statement = *statement;
    at.variable_token = begin - 2;
    at.variable = TokenText(file, at.variable_token);
    at.create = create;
    if (begin < call) at.receiver = CodeOf(file, begin, call - 1);
    std::size_t last = at.variable_token - 1;
    if (TokenText(file, last) == "const" && last > statement->first) --last;
    const std::string type = CodeOf(file, statement->first, last);
    const bool is_auto = type == "auto" || type == "auto*" || type == "auto *" ||
                         type == "const auto" || type == "const auto*" || type == "const auto *";
    if (!is_auto) {
      if (!type.ends_with('*')) return std::nullopt;
      at.type = type.substr(0, type.find_last_not_of(" *") + 1);
      if (at.type.starts_with("const ") || type.find("**") != std::string::npos) {
        return std::nullopt;
      }
    }
    found = std::move(at);
  }
  return found;
}

/// "figure" of what the sources say that `create` returns.
std::string ReturnedType(const std::string& create, const Sources& sources) {
  for (const auto& [path, file] : sources.files()) {
    for (const FunctionCode& function : FunctionsOf(file)) {
      if (function.name != create && !function.name.ends_with("::" + create)) continue;
      std::string type = function.returns;
      if (!type.ends_with('*')) return {};
      type.resize(type.find_last_not_of(" *") + 1);
      if (const std::size_t blank = type.rfind(' '); blank != std::string::npos) {
        type = type.substr(blank + 1);
      }
      return type;
    }
  }
  return {};
}

std::string LastWord(const std::string& type) {
  const std::size_t at = type.find_last_of(": ");
  return at == std::string::npos ? type : type.substr(at + 1);
}

/// The lines that own it. A function whose address has one meaning is the deleter itself.
std::vector<std::string> OwnerLines(const Acquisition& at, const ReleaseFunction& release) {
  const std::string type =
      at.type.empty() ? fmt::format("std::remove_pointer_t<decltype({})>", at.variable) : at.type;
  const std::string owner = FreeName(*at.file, at.variable + "_owner");
  const bool is_method = at.receiver.ends_with(".") || at.receiver.ends_with("->");
  if (release.is_single && !is_method) {
    return {fmt::format("const std::unique_ptr<{0}, decltype(&{1}{2})> {3}({4}, &{1}{2});", type,
                        at.receiver, release.name, owner, at.variable)};
  }
  const std::string deleter = FreeName(*at.file, "release_" + at.variable);
  const std::string released = FreeName(*at.file, "released");
  return {fmt::format("const auto {} = [{}]({}* {}) {{ {}{}({}); }};", deleter,
                      is_method ? "&" : "", type, released, at.receiver, release.name, released),
          fmt::format("const std::unique_ptr<{}, decltype({})> {}({}, {});", type, deleter, owner,
                      at.variable, deleter)};
}

/// Takes out the releases that the owner makes superfluous; a clause where one cannot go.
std::string RemoveReleases(const Acquisition& at, const PointerUses& uses, SourceEdit* edit) {
  const SourceFile& file = *at.file;
  for (const std::size_t release : uses.releases) {
    const int line = file.tokens()[release].line;
    const auto statement = StatementAround(file, release);
    if (!statement || statement->is_head || statement->is_body ||
        TokenText(file, statement->last - 1) != ")" ||
        ClosingToken(file, release - 1) + 1 != statement->last) {
      return fmt::format("`{}` is released within other code on line {}", at.variable, line);
    }
    const std::size_t next = statement->last + 1;
    std::size_t end = next;
    while (end < file.tokens().size() && TokenText(file, end) != ";" &&
           TokenText(file, end) != "}" && TokenText(file, end) != "(") {
      ++end;
    }
    const bool leaves = TokenText(file, next) == "return" && TokenText(file, end) == ";";
    const bool ends =
        TokenText(file, next) == "}" && file.tokens()[next].begin == at.function.body.end;
    if (!leaves && !ends) {
      return fmt::format(
          "`{}` is released on line {} already, and code follows that may rely on it", at.variable,
          line);
    }
    edit->Remove(file, RangeOf(file, statement->first, statement->last));
  }
  return {};
}

Solution OwningType(const Acquisition& at, const ReleaseFunction& release) {
  const std::string type = at.type;
  const std::string name = CamelCase(LastWord(type));
  Solution own;
  own.summary = fmt::format("give all callers of `{}` an owning type", at.create);
  own.snippet = fmt::format(
      "// Needs <memory>.\n"
      "struct Release{0} {{\n"
      "  void operator()({1}* released) const {{ {2}{3}(released); }}\n"
      "}};\n"
      "using {0}Owner = std::unique_ptr<{1}, Release{0}>;\n\n"
      "const {0}Owner {4}({5});\n",
      name, type, at.receiver, release.name, at.variable,
      CodeOf(*at.file, at.variable_token + 2, at.statement.last - 1));
  own.why_no_diff = fmt::format("the uses of `{}` then say `{}.get()`", at.variable, at.variable);
  own.why = "no caller can forget the release, and the type says who owns";
  own.trade_off = "each caller changes";
  own.effort = "an hour";
  return own;
}

Fix Own(const Acquisition& at, const ReleaseFunction& release, const PointerUses& uses) {
  const SourceFile& file = *at.file;
  const std::vector<std::string> lines = OwnerLines(at, release);
  Fix fix;
  fix.summary = fmt::format("release `{}` with `{}` on every way out of `{}`", at.variable,
                            release.name, at.function.name);
  fix.why = fmt::format(
      "the std::unique_ptr calls `{}` when `{}` ends, early returns and "
      "exceptions included",
      release.name, at.function.name);
  fix.trade_off = fmt::format("`{}` must not be used, or kept by anyone, after `{}` has ended",
                              at.variable, at.function.name);
  fix.effort = "minutes";
  SourceEdit edit;
  fix.why_no_diff = uses.escapes;
  if (fix.why_no_diff.empty() && file.path().ends_with(".c")) {
    fix.why_no_diff = "the file is C, which has no destructors";
  }
  if (fix.why_no_diff.empty()) fix.why_no_diff = RemoveReleases(at, uses, &edit);
  if (fix.why_no_diff.empty()) {
    edit.AddInclude(file, "<memory>");
    if (at.type.empty()) edit.AddInclude(file, "<type_traits>");
    Surround(&edit, file, at.statement, {}, lines);
    fix.diff = edit.Diff();
    if (fix.diff.empty()) fix.why_no_diff = "the changes would overlap";
  }
  if (fix.diff.empty()) {
    fix.snippet = CodeOf(file, at.statement.first, at.statement.last) + "\n";
    if (file.path().ends_with(".c")) {
      fix.snippet += fmt::format("…\n{}({});  // before each return\n", release.name, at.variable);
    } else {
      for (const std::string& line : lines) fix.snippet += line + "\n";
    }
  }
  const bool is_method = at.receiver.ends_with(".") || at.receiver.ends_with("->");
  if (!at.type.empty() && !is_method && !file.path().ends_with(".c")) {
    fix.alternatives.push_back(OwningType(at, release));
  }
  return fix;
}

}  // namespace

std::optional<Fix> ReleaseObject(const Finding& finding, const Sources& sources) {
  for (std::size_t i = 1; i < finding.stack.size(); ++i) {
    const Frame& frame = finding.stack[i];
    const SourceFile* file = sources.Find(frame.file);
    if (file == nullptr || frame.line <= 0) continue;
    const std::string create = LastName(finding.stack[i - 1].function);
    if (create.empty()) continue;
    const auto at = AcquisitionAt(*file, frame.line, create);
    if (!at) continue;
    std::string type = at->type.empty() ? ReturnedType(create, sources) : at->type;
    const auto release = ReleaseFunctionOf(create, LastWord(type), sources);
    const PointerUses uses =
        UsesOfPointer(*file, at->function.body, at->variable_token, at->variable, create,
                      release ? release->name : std::string_view(), sources);
    if (uses.is_returned) continue;  // its caller is to release it
    if (!release) continue;
    return Own(*at, *release, uses);
  }
  return ReleaseByOwner(finding, sources);
}

}  // namespace memprof
