// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/scoped_type.h"

#include <dwarf.h>

#include <cctype>
#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "runner/analyze/type_name.h"
#include "runner/symbols/template_argument.h"
#include "runner/symbols/type_spelling.h"

namespace memprof {
namespace {

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

/// "app::Cache<int>::" and "app::" for "app::Cache<int>::Fill", with the function's own scope in
/// front and the global one last.
std::vector<std::string> ScopesAround(const std::string& function) {
  std::vector<std::string> scopes = {function + "()::"};
  std::string_view rest = function;
  while (!rest.empty()) {
    rest.remove_suffix(LastComponent(rest).size());
    scopes.emplace_back(rest);
    if (!rest.ends_with("::")) break;
    rest.remove_suffix(2);
  }
  return scopes;
}

/// A type's name without what stands between it and its template's arguments.
std::string_view TemplateName(std::string_view name) { return name.substr(0, name.find('<')); }

class Search {
 public:
  Search(const Dwarf_Die& function, DebugNames& names, TypeTable& types)
      : function_(function), names_(names), types_(types) {}

  TypeId Find(const std::string& written) {
    if (const auto argument = TemplateArgumentAround(function_, written, names_)) {
      return types_.TypeOf(*argument);
    }
    const std::string name = WithArguments(written);
    const std::vector<std::string> scopes = ScopesAround(names_.Qualified(function_));
    for (const std::string& scope : scopes) {
      for (const char* hidden : {"", "(anonymous namespace)::"}) {
        if (const auto type = names_.FindType(scope + hidden + name, &function_)) {
          return types_.Of(*type);
        }
      }
    }
    const TypeId in_unit = FindInUnit(name, scopes);
    return in_unit != kNoType ? in_unit : types_.Named(name);
  }

 private:
  /// `written` with each template parameter in it replaced: "Box<T>" is "Box<int>".
  std::string WithArguments(const std::string& written) {
    std::string name;
    for (std::size_t i = 0; i < written.size();) {
      std::size_t end = i;
      while (end < written.size() && IsWordCharacter(written[end])) ++end;
      const std::string word = written.substr(i, end - i);
      std::optional<Dwarf_Die> argument;
      if (!word.empty() && !name.ends_with("::")) {
        argument = TemplateArgumentAround(function_, word, names_);
      }
      const TypeId type = argument ? types_.TypeOf(*argument) : kNoType;
      name += type != kNoType ? types_.Info(type).name : word;
      i = end;
      if (i < written.size()) name += written[i++];
    }
    return name;
  }

  /// The types of the function's unit that people would call `name`: in a scope around the
  /// function, else the only one.
  TypeId FindInUnit(const std::string& name, const std::vector<std::string>& scopes) {
    const std::string shortened = ShortTypeName(name);
    const std::string_view last = LastComponent(shortened);
    const std::string_view base = TemplateName(last);
    std::set<TypeId> in_scope, anywhere;
    // Link-time optimisation has code and types in different units.
    const Dwarf_Die origin = OriginOf(function_);
    for (const UnitScopes::Entity& entity : names_.ScopesOf(origin).entities()) {
      Dwarf_Die die = entity.die;
      const bool type = entity.tag == DW_TAG_class_type || entity.tag == DW_TAG_structure_type ||
                        entity.tag == DW_TAG_union_type || entity.tag == DW_TAG_typedef ||
                        entity.tag == DW_TAG_enumeration_type;
      const char* text = type ? dwarf_diename(&die) : nullptr;
      if (text == nullptr || dwarf_hasattr(&die, DW_AT_declaration)) continue;
      // "std::string" is the short name of a type that is called otherwise, but its typedef is not.
      if (TemplateName(text) != base || ShortTypeName(text) != last) continue;
      const std::string qualified = ShortTypeName(names_.Qualified(die));
      if (!qualified.ends_with(shortened)) continue;
      anywhere.insert(types_.Of(die));
      for (const std::string& scope : scopes) {
        if (qualified == ShortTypeName(scope + name)) in_scope.insert(types_.Of(die));
      }
    }
    const std::set<TypeId>& best = in_scope.empty() ? anywhere : in_scope;
    return best.size() == 1 ? *best.begin() : kNoType;
  }

  const Dwarf_Die& function_;
  DebugNames& names_;
  TypeTable& types_;
};

}  // namespace

TypeId TypeInScope(const Dwarf_Die& function, const std::string& written, DebugNames& names,
                   TypeTable& types) {
  return Search(function, names, types).Find(written);
}

}  // namespace memprof
