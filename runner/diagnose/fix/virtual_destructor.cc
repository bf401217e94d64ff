// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/virtual_destructor.h"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "runner/source/code_scope.h"
#include "runner/source/source_edit.h"
#include "runner/source/variable_uses.h"

namespace memprof {
namespace {

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

bool HasConstructor(const SourceFile& file, const ClassCode& of) {
  for (const std::size_t i : UsesOf(file, of.body, of.name)) {
    if (Text(file, i + 1) == "(" && Text(file, i - 1) != "~") return true;
  }
  return false;
}

/// Whether some file makes an object of the class from a list of its members, which a class with
/// a virtual destructor does not allow.
bool IsMadeFromList(const Sources& sources, const std::string& name) {
  for (const auto& [path, file] : sources.files()) {
    for (const std::size_t i : UsesOf(file, {0, file.text().size()}, name)) {
      const std::string_view before = i > 0 ? Text(file, i - 1) : std::string_view();
      const bool head = before == "class" || before == "struct" || before == "public" ||
                        before == "private" || before == "virtual" || before == ":" ||
                        before == "~";
      if (head) continue;
      std::size_t brace = i + 1;
      if (brace < file.tokens().size() && IsWord(file.tokens()[brace])) ++brace;
      if (Text(file, brace) == "=") ++brace;
      if (Text(file, brace) == "{" && Text(file, brace + 1) != "}") return true;
    }
  }
  return false;
}

/// The `~` of a destructor that the class declares; else the number of tokens.
std::size_t OwnDestructor(const SourceFile& file, const ClassCode& of) {
  for (const std::size_t i : UsesOf(file, of.body, of.name)) {
    if (Text(file, i - 1) == "~" && Text(file, i + 1) == "(") return i - 1;
  }
  return file.tokens().size();
}

/// Behind `public:` in the class itself; nothing where it has none.
std::optional<std::size_t> BehindPublic(const SourceFile& file, const ClassCode& of) {
  for (const std::size_t i : UsesOf(file, of.body, "public")) {
    const bool own = BlockAround(file, i) == of.body;
    if (own && Text(file, i + 1) == ":") return file.tokens()[i + 1].end;
  }
  return std::nullopt;
}

void Insert(const SourceFile& file, const ClassCode& base, SourceEdit* edit) {
  const std::size_t own = OwnDestructor(file, base);
  if (own < file.tokens().size()) {
    const std::size_t at = file.tokens()[own].begin;
    edit->Replace(file, {at, at}, "virtual ");
    return;
  }
  const std::string destructor = fmt::format("virtual ~{}() = default;", base.name);
  const int line = file.LineOf(base.body.begin);
  const std::string indent(file.IndentOf(line));
  const std::string step = indent.starts_with('\t') ? "\t" : "  ";
  const std::optional<std::size_t> behind = BehindPublic(file, base);
  if (file.Text(base.body).find_first_not_of(" \t\r\n") == std::string_view::npos) {
    const std::string access = base.is_struct ? "" : indent + " public:\n";
    edit->Replace(file, base.body,
                  fmt::format("\n{}{}{}{}\n{}", access, indent, step, destructor, indent));
  } else if (behind && file.LineOf(base.body.end) != line) {
    const int label = file.LineOf(*behind);
    const std::string own_indent(file.IndentOf(label + 1));
    const bool ends = *behind + 1 >= file.text().size() || file.text()[*behind] == '\n' ||
                      file.text()[*behind] == '\r';
    if (ends) {
      const std::size_t next = file.BeginOfLine(label + 1);
      edit->Replace(file, {next, next},
                    (own_indent.empty() ? indent + step : own_indent) + destructor + "\n");
    } else {
      edit->Replace(file, {*behind, *behind}, " " + destructor);
    }
  } else {
    const std::string text =
        base.is_struct ? destructor : fmt::format("public: {} private:", destructor);
    const bool breaks = file.LineOf(base.body.end) != line;
    edit->Replace(file, {base.body.begin, base.body.begin},
                  breaks ? fmt::format("\n{}{}{}", indent, step, text) : " " + text);
  }
}

}  // namespace

VirtualDestructor MakeDestructorVirtual(const MissingVirtualDestructor& missing,
                                        const Sources& sources) {
  VirtualDestructor result;
  const SourceFile& file = *missing.base_file;
  for (const auto& [of_file, of] :
       {std::pair(&file, &missing.base), std::pair(missing.derived_file, &missing.derived)}) {
    if (!HasConstructor(*of_file, *of) && IsMadeFromList(sources, of->name)) {
      result.reason = fmt::format(
          "`{}` is made from a list of its members, which a virtual "
          "destructor would not allow: it needs a constructor first",
          of->name);
      return result;
    }
  }
  const std::string_view body = file.Text(missing.base.body);
  for (const char* move_only : {"unique_ptr", "std::thread", "std::future", "&&"}) {
    if (body.find(move_only) == std::string_view::npos) continue;
    result.reason = fmt::format(
        "`{}` may be moved, and a destructor of its own takes its implicit "
        "move away",
        missing.base.name);
    return result;
  }
  SourceEdit edit;
  Insert(file, missing.base, &edit);
  result.diff = edit.Diff();
  if (result.diff.empty()) result.reason = "the class is written in a way that is not understood";
  return result;
}

}  // namespace memprof
