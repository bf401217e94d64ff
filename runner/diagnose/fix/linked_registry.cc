// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/linked_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "runner/diagnose/fix/growing_container.h"

namespace memprof {
namespace {

/// The statement "a->member = value;" with the value as one name.
struct MemberSet {
  std::string member;
  std::string value;
};

std::optional<MemberSet> MemberSetAt(const SourceFile& file, std::size_t object) {
  if (TokenText(file, object + 1) != "->" || TokenText(file, object + 3) != "=" ||
      TokenText(file, object + 5) != ";") {
    return std::nullopt;
  }
  return MemberSet{std::string(TokenText(file, object + 2)),
                   std::string(TokenText(file, object + 4))};
}

/// The only parameter's name; empty where there are none or several.
std::string OnlyParameter(const SourceFile& file, const FunctionCode& function) {
  std::string name;
  int depth = 0;
  for (std::size_t i = TokenAt(file, function.parameters.begin);
       i < file.tokens().size() && file.tokens()[i].begin < function.parameters.end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "<") ++depth;
    if (text == ">") --depth;
    if (text == "=" || (text == "," && depth == 0)) return {};
    if (IsWord(file.tokens()[i])) name = text;
  }
  return name;
}

/// A name in the function's body that is neither of the registry's own nor the C++ library's.
std::string ForeignName(const LinkedRegistry& registry, std::string_view entry) {
  static constexpr std::array<std::string_view, 9> kKeywords = {
      "auto", "new", "const", "nullptr", "std", "true", "false", "sizeof", "NULL"};
  const SourceFile& file = *registry.file;
  for (std::size_t i = TokenAt(file, registry.function.body.begin);
       i < file.tokens().size() && file.tokens()[i].begin < registry.function.body.end; ++i) {
    if (!IsWord(file.tokens()[i])) continue;
    const std::string_view text = TokenText(file, i);
    const std::string_view before = TokenText(file, i - 1);
    if (before == "->" || before == "." || text == entry || text == registry.parameter ||
        text == registry.head || registry.type.ends_with(text) ||
        (text[0] >= '0' && text[0] <= '9') ||
        std::find(kKeywords.begin(), kKeywords.end(), text) != kKeywords.end() ||
        (before == "::" && TokenText(file, i - 2) == "std")) {
      continue;
    }
    return std::string(text);
  }
  return {};
}

std::string WhyNotOnce(const LinkedRegistry& registry, std::string_view entry) {
  if (registry.function.returns != "void" && !registry.function.returns.ends_with(" void")) {
    return fmt::format("`{}` returns something of the entry that it makes", registry.function.name);
  }
  if (const std::string other = ForeignName(registry, entry); !other.empty()) {
    return fmt::format("what `{}` registers depends on `{}` too", registry.function.name, other);
  }
  const std::size_t scope = registry.type.rfind("::");
  const auto of = ClassNamed(
      *registry.file, scope == std::string::npos ? registry.type : registry.type.substr(scope + 2));
  const auto key = of ? MemberOf(*registry.file, *of, registry.key) : std::nullopt;
  if (!key || key->type.find('*') != std::string::npos) {
    return fmt::format("the text does not show how two `{}` are compared", registry.key);
  }
  return {};
}

std::optional<LinkedRegistry> RegistryIn(const SourceFile& file, const FunctionCode& function,
                                         int line, const std::string& head) {
  const std::size_t first = TokenAt(file, function.body.begin);
  for (std::size_t i = first; i < file.tokens().size(); ++i) {
    if (file.tokens()[i].begin >= function.body.end) break;
    if (TokenText(file, i) != "new" || file.tokens()[i].line != line) continue;
    const auto statement = StatementAround(file, i);
    if (!statement || statement->is_body || TokenText(file, i - 1) != "=") return std::nullopt;
    const std::string entry(TokenText(file, i - 2));
    LinkedRegistry registry;
    registry.file = &file;
    registry.function = function;
    registry.statement = *statement;
    registry.head = head;
    std::size_t last = i + 1;
    while (TokenText(file, last + 1) == "::") last += 2;
    registry.type = CodeOf(file, i + 1, last);
    registry.parameter = OnlyParameter(file, function);
    bool is_linked = false;
    for (const std::size_t use : UsesOf(file, function.body, entry)) {
      if (const auto set = MemberSetAt(file, use)) {
        if (set->value == head) registry.next = set->member;
        if (set->value == registry.parameter) registry.key = set->member;
      }
      is_linked |= TokenText(file, use - 1) == "=" && TokenText(file, use - 2) == head &&
                   TokenText(file, use + 1) == ";";
    }
    if (!is_linked || registry.next.empty() || registry.key.empty()) return std::nullopt;
    registry.why_no_diff = WhyNotOnce(registry, entry);
    return registry;
  }
  return std::nullopt;
}

}  // namespace

std::optional<LinkedRegistry> LinkedRegistryOf(const Finding& finding, const Sources& sources) {
  if (!finding.held_by) return std::nullopt;
  const auto holders = GrowingContainers(finding);
  if (holders.empty()) return std::nullopt;
  for (std::size_t i = 0; i < finding.stack.size(); ++i) {
    const Frame& frame = finding.stack[i];
    const SourceFile* file = sources.Find(frame.file);
    if (file == nullptr) continue;
    const auto function = FunctionAt(*file, frame.line);
    if (!function) continue;
    auto registry = RegistryIn(*file, *function, frame.line, holders.back().name);
    if (!registry) continue;
    const SourceFile* calling =
        i + 1 < finding.stack.size() ? sources.Find(finding.stack[i + 1].file) : nullptr;
    if (calling != nullptr) {
      const auto caller = FunctionAt(*calling, finding.stack[i + 1].line);
      if (caller && caller->name == caller->class_name) registry->caller = caller->class_name;
    }
    return registry;
  }
  return std::nullopt;
}

}  // namespace memprof
