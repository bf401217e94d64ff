// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/debug_names.h"

#include <dwarf.h>

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "runner/symbols/type_spelling.h"

namespace memprof {
namespace {

/// Longer chains of references are damage.
constexpr int kMaxDepth = 64;

std::string_view NameOf(Dwarf_Die die) {
  const char* name = dwarf_diename(&die);
  return name != nullptr ? name : std::string_view();
}

/// The number that `die` has, else its declaration or abstract origin; also the unit where it is
/// said, for numbers of files are a unit's own.
int Number(Dwarf_Die die, unsigned name, Dwarf_Die* unit = nullptr) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr_integrate(&die, name, &attribute) == nullptr) return 0;
  if (dwarf_formudata(&attribute, &value) != 0) return 0;
  if (unit != nullptr)
    dwarf_cu_die(attribute.cu, unit, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  return static_cast<int>(value);
}

bool IsClass(int tag) {
  return tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

bool IsFunction(int tag) { return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine; }

/// What FindType may find.
bool IsNamedType(int tag) {
  return IsClass(tag) || tag == DW_TAG_enumeration_type || tag == DW_TAG_base_type ||
         tag == DW_TAG_typedef;
}

bool IsDeclaration(Dwarf_Die die) { return dwarf_hasattr(&die, DW_AT_declaration) != 0; }

/// The name of what has none.
std::string Nameless(int tag) {
  switch (tag) {
    case DW_TAG_namespace:
      return "(anonymous namespace)";
    case DW_TAG_union_type:
      return "(anonymous union)";
    case DW_TAG_enumeration_type:
      return "(anonymous enum)";
    default:
      return "(anonymous struct)";
  }
}

std::string Joined(std::string scope, std::string_view name) {
  if (!scope.empty()) scope += "::";
  return scope.append(name);
}

}  // namespace

struct DebugNames::State {
  std::function<std::string(const std::string&)> map_path;
  std::vector<Dwarf*> files;
  std::size_t files_read = 0;  ///< how many of `files` `by_template` knows
  std::unordered_map<const Dwarf_CU*, std::unique_ptr<UnitScopes>> units;
  std::unordered_map<const void*, std::string> scopes;  ///< their names, see ScopeName
  std::unordered_set<std::string> built_in;             ///< names of theirs, normalised
  /// Types by their unqualified name up to the template arguments; names are libdw's or of
  /// `built_in`.
  std::unordered_map<std::string_view, std::vector<Dwarf_Die>> by_template;
  /// Those of `by_template` that were asked for, by normalised unqualified name.
  std::unordered_map<std::string, std::unordered_map<std::string, std::vector<Dwarf_Die>>> by_name;

  const UnitScopes& Unit(Dwarf_Die die) {
    std::unique_ptr<UnitScopes>& unit = units[die.cu];
    if (!unit) {
      Dwarf_Die top = {};
      dwarf_diecu(&die, &top, nullptr, nullptr);
      unit = std::make_unique<UnitScopes>(top);
    }
    return *unit;
  }

  /// The nearest entity around `die` that gives names to what is in it, with the unit it is in.
  std::optional<Dwarf_Die> Parent(Dwarf_Die die) {
    const UnitScopes& unit = Unit(die);
    const UnitScopes::Entity* entity = unit.Find(die);
    if (entity == nullptr) return {};
    const UnitScopes::Entity* parent = unit.ParentOf(*entity);
    while (parent != nullptr && parent->tag == DW_TAG_lexical_block)
      parent = unit.ParentOf(*parent);
    if (parent == nullptr) return {};
    return parent->die;
  }

  /// What stands before the name of what is in `scope`, without the last "::".
  std::string ScopeName(Dwarf_Die scope, int depth) {
    scope = OriginOf(scope);
    const auto [entry, is_new] = scopes.try_emplace(scope.addr);
    if (!is_new) return entry->second;
    std::string name;
    if (IsFunction(dwarf_tag(&scope))) {
      const std::optional<Dwarf_Die> parent = Parent(scope);
      // What a lambda's body declares is in the lambda.
      name = Qualified(parent && IsClosure(*parent) ? *parent : scope, depth + 1);
      if (!parent || !IsClosure(*parent)) name += "()";
    } else {
      name = Qualified(scope, depth + 1);
    }
    return scopes[scope.addr] = name;
  }

  std::string Qualified(Dwarf_Die die, int depth) {
    if (depth > kMaxDepth) return {};
    die = OriginOf(die);
    std::string name;
    if (IsClosure(die)) {
      name = "lambda";
      const std::string file = File(die);
      if (!file.empty()) {
        name += " at " + std::filesystem::path(file).filename().string() + ":" +
                std::to_string(Line(die));
      }
    } else {
      name = NameOf(die);
      const int tag = dwarf_tag(&die);
      // Clang has the variables of a function that is inlined everywhere in one that says nothing.
      if (name.empty() && IsFunction(tag)) return {};
      if (name.empty()) name = Nameless(tag);
    }
    const std::optional<Dwarf_Die> parent = Parent(die);
    return parent ? Joined(ScopeName(*parent, depth), name) : name;
  }

  /// A closure may have no line of its own; its body has.
  static Dwarf_Die Declaring(Dwarf_Die die) {
    if (!IsClosure(die) || dwarf_hasattr(&die, DW_AT_decl_line)) return die;
    Dwarf_Die child;
    for (int end = dwarf_child(&die, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
      if (dwarf_tag(&child) == DW_TAG_subprogram && NameOf(child) == "operator()") return child;
    }
    return die;
  }

  static int Line(const Dwarf_Die& die) { return Number(Declaring(die), DW_AT_decl_line); }

  std::string File(const Dwarf_Die& die) const {
    Dwarf_Die unit = {};
    const auto file = static_cast<std::size_t>(Number(Declaring(die), DW_AT_decl_file, &unit));
    Dwarf_Files* sources = nullptr;
    std::size_t count = 0;
    if (unit.addr == nullptr) return {};
    if (dwarf_getsrcfiles(&unit, &sources, &count) != 0 || file >= count) return {};
    const char* name = dwarf_filesrc(sources, file, nullptr, nullptr);
    if (name == nullptr || *name == '\0') return {};
    std::filesystem::path path = name;
    if (path.is_relative()) {
      // A split unit's directory is in the unit that points to it.
      Dwarf_Die skeleton = {};
      dwarf_cu_info(unit.cu, nullptr, nullptr, nullptr, &skeleton, nullptr, nullptr, nullptr);
      for (Dwarf_Die* holder : {&unit, &skeleton}) {
        Dwarf_Attribute attribute;
        if (holder->addr == nullptr) continue;
        const char* directory = dwarf_formstring(dwarf_attr(holder, DW_AT_comp_dir, &attribute));
        if (directory == nullptr) continue;
        path = directory / path;
        break;
      }
    }
    const std::string normal = path.lexically_normal().string();
    return map_path ? map_path(normal) : normal;
  }

  void ReadNewFiles() {
    if (files_read < files.size()) by_name.clear();
    for (; files_read < files.size(); ++files_read) {
      for (const Dwarf_Die& top : UnitsOf(files[files_read])) {
        for (const UnitScopes::Entity& entity : Unit(top).entities()) {
          if (!IsNamedType(entity.tag) || IsDeclaration(entity.die)) continue;
          const std::string_view name = NameOf(entity.die);
          std::string_view key = name.substr(0, name.find('<'));
          // Built-in types alone are spelt in several ways.
          if (entity.tag == DW_TAG_base_type) key = *built_in.insert(NormalizedTypeName(key)).first;
          if (!key.empty()) by_template[key].push_back(entity.die);
        }
      }
    }
  }

  /// The types whose unqualified name is `name`, normalised.
  const std::vector<Dwarf_Die>* TypesNamed(const std::string& name) {
    const std::string key = name.substr(0, name.find('<'));
    const auto [group, is_new] = by_name.try_emplace(key);
    if (is_new) {
      const auto types = by_template.find(key);
      if (types != by_template.end()) {
        // Linkers merge equal texts, so most units share them.
        std::unordered_map<const char*, std::string> normalized;
        for (const Dwarf_Die& die : types->second) {
          const char* text = NameOf(die).data();
          const auto [entry, first] = normalized.try_emplace(text);
          if (first) entry->second = NormalizedTypeName(text);
          group->second[entry->second].push_back(die);
        }
      }
    }
    const auto found = group->second.find(name);
    return found != group->second.end() ? &found->second : nullptr;
  }
};

DebugNames::DebugNames(std::function<std::string(const std::string&)> map_path)
    : state_(std::make_unique<State>()) {
  state_->map_path = std::move(map_path);
}

DebugNames::~DebugNames() = default;

void DebugNames::Add(Dwarf* dwarf) { state_->files.push_back(dwarf); }

std::string DebugNames::Qualified(const Dwarf_Die& die) { return state_->Qualified(die, 0); }

std::string DebugNames::FunctionAround(const Dwarf_Die& die) {
  std::optional<Dwarf_Die> parent = OriginOf(die);
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    parent = state_->Parent(*parent);
    if (!parent) return {};
    if (IsFunction(dwarf_tag(&*parent))) return state_->ScopeName(*parent, 0);
    parent = OriginOf(*parent);
  }
  return {};
}

std::string DebugNames::FunctionName(const Dwarf_Die& function) {
  return state_->ScopeName(function, 0);
}

bool DebugNames::IsInClass(const Dwarf_Die& die) {
  std::optional<Dwarf_Die> parent = state_->Parent(OriginOf(die));
  return parent && IsClass(dwarf_tag(&*parent));
}

std::string DebugNames::FileOf(const Dwarf_Die& die) { return state_->File(die); }

int DebugNames::LineOf(const Dwarf_Die& die) { return State::Line(die); }

std::optional<Dwarf_Die> DebugNames::FindType(const std::string& name, const Dwarf_Die* near) {
  state_->ReadNewFiles();
  const std::string normalized = NormalizedTypeName(name);
  const std::vector<Dwarf_Die>* types = state_->TypesNamed(std::string(LastComponent(normalized)));
  if (types == nullptr) return {};
  std::optional<Dwarf_Die> found;
  for (Dwarf_Die die : *types) {
    if (NormalizedTypeName(Qualified(die)) != normalized) continue;
    if (near == nullptr || dwarf_cu_getdwarf(die.cu) == dwarf_cu_getdwarf(near->cu)) return die;
    if (!found) found = die;
  }
  return found;
}

bool DebugNames::IsClosure(const Dwarf_Die& die) {
  Dwarf_Die type = die;
  if (!IsClass(dwarf_tag(&type))) return false;
  const std::string_view name = NameOf(type);
  if (name.starts_with("<lambda")) return true;
  if (!name.empty() && !name.starts_with("._anon") && !name.starts_with("{lambda")) return false;
  // An unnamed class that can be called. Clang leaves the operator out where all calls are inlined:
  // then it is one that nobody else could use, for it has members and none is public.
  bool may_be_used = !name.empty() || dwarf_tag(&type) != DW_TAG_class_type;
  bool has_members = false;
  Dwarf_Die child;
  for (int end = dwarf_child(&type, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
    if (dwarf_tag(&child) == DW_TAG_subprogram && NameOf(child) == "operator()") return true;
    has_members = has_members || dwarf_tag(&child) == DW_TAG_member;
    may_be_used = may_be_used || (dwarf_hasattr(&child, DW_AT_accessibility) != 0 &&
                                  dwarf_hasattr(&child, DW_AT_artificial) == 0);
  }
  return has_members && !may_be_used;
}

const UnitScopes& DebugNames::ScopesOf(const Dwarf_Die& die) { return state_->Unit(die); }

Dwarf_Die OriginOf(Dwarf_Die die) {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    Dwarf_Attribute attribute;
    Dwarf_Die origin;
    bool found = false;
    for (const unsigned name : {DW_AT_abstract_origin, DW_AT_specification}) {
      found = found || (dwarf_attr(&die, name, &attribute) != nullptr &&
                        dwarf_formref_die(&attribute, &origin) != nullptr);
    }
    if (!found) return die;
    die = origin;
  }
  return die;
}

}  // namespace memprof
