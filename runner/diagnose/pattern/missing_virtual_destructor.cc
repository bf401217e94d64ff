// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/missing_virtual_destructor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/diagnose/pattern/user_places.h"

namespace memprof {
namespace {

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

struct FoundClass {
  const SourceFile* file;
  ClassCode code;
};

/// Nothing where the sources define none, or several.
std::optional<FoundClass> FindClass(const Sources& sources, const std::string& name) {
  std::optional<FoundClass> found;
  for (const auto& [path, file] : sources.files()) {
    const std::optional<ClassCode> code = ClassNamed(file, name);
    if (!code) continue;
    if (found) return std::nullopt;
    found = FoundClass{&file, *code};
  }
  return found;
}

bool HasVirtualDestructor(const FoundClass& of) {
  const SourceFile& file = *of.file;
  for (const std::size_t i : UsesOf(file, of.code.body, of.code.name)) {
    if (Text(file, i - 1) != "~") continue;
    if (Text(file, i - 2) == "virtual") return true;
    for (std::size_t j = i; Text(file, j) != ";" && Text(file, j) != "{"; ++j) {
      if (j >= file.tokens().size()) break;
      if (Text(file, j) == "override" || Text(file, j) == "final") return true;
    }
  }
  return false;
}

/// The base of `derived` by that name, where neither it nor what it derives from has a virtual
/// destructor, as far as all of them are in the sources.
std::optional<FoundClass> BaseWithout(const Sources& sources, const FoundClass& derived,
                                      const std::string& name) {
  const bool direct = std::any_of(
      derived.code.bases.begin(), derived.code.bases.end(), [&name](const std::string& base) {
        const std::size_t scope = base.rfind("::");
        return (scope == std::string::npos ? base : base.substr(scope + 2)) == name;
      });
  if (!direct) return std::nullopt;
  std::optional<FoundClass> base = FindClass(sources, name);
  if (!base || !base->code.bases.empty() || HasVirtualDestructor(*base)) return std::nullopt;
  return base;
}

/// The last name of the type at token `i`, as "Polygon" of `drawing::Polygon`.
std::string LastName(const SourceFile& file, std::size_t i) {
  while (Text(file, i + 1) == "::") i += 2;
  return std::string(Text(file, i));
}

struct Making {
  std::string type;
  int line;
};

/// What the function makes by `new T` and `make_unique<T>`.
std::vector<Making> MadeIn(const SourceFile& file, CodeRange body) {
  std::vector<Making> made;
  for (std::size_t i = TokenAt(file, body.begin); i < file.tokens().size(); ++i) {
    if (file.tokens()[i].end > body.end) break;
    const bool is_new = Text(file, i) == "new" && IsWord(file.tokens()[i + 1]);
    const bool is_make = Text(file, i) == "make_unique" && Text(file, i + 1) == "<";
    if (!is_new && !is_make) continue;
    made.push_back({LastName(file, is_new ? i + 1 : i + 2), file.tokens()[i].line});
  }
  return made;
}

/// Last names of what `std::unique_ptr<…>` in the range holds.
std::vector<std::string> HeldAs(const SourceFile& file, CodeRange range) {
  std::vector<std::string> held;
  for (const std::size_t i : UsesOf(file, range, "unique_ptr")) {
    if (Text(file, i + 1) == "<") held.push_back(LastName(file, i + 2));
  }
  return held;
}

/// `Base* b` in the function, which it deletes.
std::vector<std::string> DeletedAs(const SourceFile& file, const FunctionCode& function) {
  std::vector<std::string> deleted;
  for (const std::size_t i : UsesOf(file, function.body, "delete")) {
    const std::optional<Declaration> of = LocalOf(file, function, Text(file, i + 1));
    if (!of || !of->type.ends_with("*")) continue;
    deleted.push_back(LastName(file, TokenAt(file, of->type_range.begin)));
  }
  return deleted;
}

}  // namespace

std::optional<MissingVirtualDestructor> FindMissingVirtualDestructor(const Finding& finding,
                                                                     const Sources& sources) {
  for (const UserPlace& place : UserPlacesOf(finding, sources)) {
    const SourceFile& file = *place.file;
    const std::optional<FunctionCode> function = FunctionAt(file, place.line);
    if (!function) continue;
    const std::vector<std::string> held = HeldAs(file, function->whole);
    const std::vector<std::string> deleted = DeletedAs(file, *function);
    for (const Making& made : MadeIn(file, function->body)) {
      const std::optional<FoundClass> derived = FindClass(sources, made.type);
      if (!derived) continue;
      const auto find = [&](const std::vector<std::string>& as,
                            const char* how) -> std::optional<MissingVirtualDestructor> {
        for (const std::string& name : as) {
          const std::optional<FoundClass> base = BaseWithout(sources, *derived, name);
          if (!base) continue;
          return MissingVirtualDestructor{base->file,    base->code,
                                          derived->file, derived->code,
                                          made.line,     fmt::format(fmt::runtime(how), name)};
        }
        return std::nullopt;
      };
      auto found = find(held, "`std::unique_ptr<{}>` deletes it");
      if (!found) found = find(deleted, "`delete` of a `{}*` destroys it");
      if (found) return found;
    }
  }
  return std::nullopt;
}

}  // namespace memprof
