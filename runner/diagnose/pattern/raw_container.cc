// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/raw_container.h"

#include <string_view>
#include <utility>

#include "runner/diagnose/pattern/raw_owner.h"

namespace memprof {
namespace {

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

bool Adds(std::string_view method) {
  return method == "push_back" || method == "emplace_back" || method == "push_front" ||
         method == "emplace_front" || method == "insert" || method == "push" || method == "emplace";
}

/// "Shape" of "std::vector<Shape*>", of "std::map<int, Shape*>" too; empty for others.
std::string ElementOf(const std::string& type) {
  const std::size_t open = type.find('<');
  if (open == std::string::npos || !type.ends_with("*>")) return {};
  const std::string inner = type.substr(open + 1, type.size() - open - 3);
  if (inner.find('<') != std::string::npos) return {};
  const std::size_t comma = inner.rfind(',');
  std::string element = comma == std::string::npos ? inner : inner.substr(comma + 1);
  element.erase(0, element.find_first_not_of(' '));
  return element;
}

/// `name` as a local, or as a member of the function's class where the file defines that.
bool ReadContainer(const SourceFile& file, std::string_view name, RawContainer* found) {
  std::optional<Declaration> of = LocalOf(file, found->function, name);
  if (!of) {
    const std::optional<ClassCode> owner = ClassNamed(file, found->function.class_name);
    if (owner) of = MemberOf(file, *owner, name);
    found->is_member = of.has_value();
  }
  if (!of) return false;
  found->element = ElementOf(of->type);
  found->container = *of;
  return !found->element.empty();
}

/// Whether code that reaches the container deletes something: the function, or the whole file for
/// a member.
bool IsDeletedFrom(const RawContainer& found) {
  const CodeRange reach =
      found.is_member ? CodeRange{0, found.file->text().size()} : found.function.whole;
  for (const std::string_view word : {"delete", "free", "default_delete", "DeleteAll"}) {
    for (const std::size_t i : UsesOf(*found.file, reach, word)) {
      if (Text(*found.file, i - 1) != "=") return true;  // no `= delete;`
    }
  }
  return false;
}

}  // namespace

std::optional<RawContainer> FindRawContainer(const Finding& finding, const Sources& sources) {
  const SourceFile* file = sources.Find(finding.location.file);
  if (file == nullptr) return std::nullopt;
  const std::optional<FunctionCode> function = FunctionAt(*file, finding.location.line);
  const std::optional<Statement> statement = StatementAt(*file, finding.location.line);
  if (!function || !statement) return std::nullopt;
  const std::optional<RawOwner> owner = RawOwnerAt(*file, finding.location.line);
  for (std::size_t i = TokenAt(*file, function->body.begin); i < file->tokens().size(); ++i) {
    if (file->tokens()[i].end > function->body.end) break;
    // `shapes.push_back(new Shape`, or `shapes.push_back(shape)` of the line's own pointer.
    if (Text(*file, i + 1) != "." || !Adds(Text(*file, i + 2)) || Text(*file, i + 3) != "(") {
      continue;
    }
    const std::size_t argument = i + 4;
    const std::size_t at = file->tokens()[i].begin;
    const bool on_line = statement->range.begin <= at && at < statement->range.end;
    const bool is_new = on_line && Text(*file, argument) == "new";
    const bool is_owner =
        owner && Text(*file, argument) == owner->variable.name && Text(*file, argument + 1) == ")";
    if (!is_new && !is_owner) continue;
    RawContainer found;
    found.file = file;
    found.function = *function;
    found.added_line = file->tokens()[i].line;
    found.allocated = is_new ? argument : 0;
    if (ReadContainer(*file, Text(*file, i), &found) && !IsDeletedFrom(found)) return found;
  }
  return std::nullopt;
}

}  // namespace memprof
