// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/insertion_site.h"
#include "runner/diagnose/fix/linked_registry.h"
#include "runner/diagnose/fix/surrounded_statement.h"

namespace memprof {
namespace {

/// An entry of the same key is registered once.
Fix RegisterOnce(const LinkedRegistry& registry) {
  const SourceFile& file = *registry.file;
  const std::string known = FreeName(file, "known");
  Fix fix;
  fix.summary = fmt::format("register each `{}` once in `{}`", registry.key, registry.head);
  fix.why = fmt::format(
      "what `{}` links depends on `{}` alone, so a second entry of the same `{}` "
      "adds memory and nothing else",
      registry.function.name, registry.parameter, registry.key);
  fix.trade_off = fmt::format(
      "each `{}` stays registered until the process ends, and each "
      "registration goes over the list once",
      registry.key);
  fix.effort = "minutes";
  const std::string loop =
      fmt::format("for (const {0}* {1} = {2}; {1} != nullptr; {1} = {1}->{3}) {{", registry.type,
                  known, registry.head, registry.next);
  const std::string leave = fmt::format("if ({}->{} == {}) return;  // registered already", known,
                                        registry.key, registry.parameter);
  fix.why_no_diff = registry.why_no_diff;
  if (registry.why_no_diff.empty()) {
    SourceEdit edit;
    Surround(&edit, file, registry.statement, {loop, IndentStep(file) + leave, "}"}, {});
    fix.diff = edit.Diff();
  }
  if (fix.diff.empty()) fix.snippet = loop + "\n  " + leave + "\n}\n";

  Solution remove;
  const std::string name = FreeName(file, "Unregister" + CamelCase(registry.type));
  remove.summary = "take the entry out when what registered it ends";
  remove.snippet = fmt::format(
      "void {0}({1}) {{\n"
      "  for ({2}** link = &{3}; *link != nullptr; link = &(*link)->{4}) {{\n"
      "    if ((*link)->{5} != {6}) continue;\n"
      "    {2}* gone = *link;\n"
      "    *link = gone->{4};\n"
      "    delete gone;\n"
      "    return;\n"
      "  }}\n"
      "}}\n",
      name, file.Text(registry.function.parameters), registry.type, registry.head, registry.next,
      registry.key, registry.parameter);
  remove.why_no_diff = registry.caller.empty()
                           ? "the text does not show what ends the use of an entry"
                           : fmt::format(
                                 "whether each `{}` ends the use of its entry, and whether "
                                 "it is copied, is not in the text",
                                 registry.caller);
  remove.why =
      fmt::format("`{}` then holds what is in use, and nothing of the past", registry.head);
  remove.trade_off = "pointers to the entry that were handed out dangle when it is taken out";
  remove.effort = "an hour";
  fix.alternatives.push_back(remove);
  return fix;
}

/// A container with static lifetime: the entry goes with what it was made for.
std::optional<Fix> RemoveEntry(const Finding& finding, const InsertionSite& site) {
  const std::string& x = site.expression;
  Fix fix;
  switch (site.type.kind) {
    case ContainerKind::kOrdered:
    case ContainerKind::kUnordered:
      fix.snippet =
          fmt::format("{}.erase(key);  // the key that `{}` put in\n", x, site.function.name);
      break;
    case ContainerKind::kVector:
    case ContainerKind::kDeque:
    case ContainerKind::kList:
      fix.snippet = fmt::format(
          "// Needs <algorithm>. entry: what `{1}` put in.\n"
          "{0}.erase(std::remove({0}.begin(), {0}.end(), entry), {0}.end());\n",
          x, site.function.name);
      break;
    default:
      return std::nullopt;
  }
  fix.summary = fmt::format("take the entry out of `{}` when what `{}` put it in for has ended",
                            site.container.name, site.function.name);
  fix.why_no_diff = fmt::format("the text does not show when an entry of `{}` is no longer needed",
                                site.container.name);
  fix.why = fmt::format("`{}` lives until the process ends, and nothing else removes its entries",
                        finding.held_by ? finding.held_by->symbol : site.container.name);
  fix.trade_off = "what is taken out cannot be found any more";
  fix.effort = "an hour";
  return fix;
}

}  // namespace

std::optional<Fix> EndStaticLifetime(const Finding& finding, const Sources& sources) {
  if (const auto registry = LinkedRegistryOf(finding, sources)) return RegisterOnce(*registry);
  const InsertionSearch found = FindInsertion(finding, sources);
  return found.site ? RemoveEntry(finding, *found.site) : std::nullopt;
}

}  // namespace memprof
