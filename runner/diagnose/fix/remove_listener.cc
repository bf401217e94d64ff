// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/insertion_site.h"
#include "runner/diagnose/fix/surrounded_statement.h"
#include "runner/diagnose/fix/token_walk.h"

namespace memprof {
namespace {

/// "bus.Subscribe(this);" in a constructor.
struct Registration {
  const SourceFile* file = nullptr;
  FunctionCode function;
  std::string receiver;  ///< "Bus()."; empty of a plain function
  std::size_t receiver_first = 0;
  std::size_t call = 0;
  std::string arguments;
  bool drops_result = false;
};

/// Functions of the registry's class that take out: "Unsubscribe" of "Subscribe".
std::optional<FunctionCode> RemovalOf(const SourceFile& file, const FunctionCode& add) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kVerbs = {{
      {"Subscribe", "Unsubscribe"},
      {"Add", "Remove"},
      {"Register", "Unregister"},
      {"Connect", "Disconnect"},
      {"Attach", "Detach"},
      {"subscribe", "unsubscribe"},
      {"add", "remove"},
      {"attach", "detach"},
  }};
  const std::string name = add.name.substr(add.name.rfind(':') + 1);
  for (const auto& [verb, opposite] : kVerbs) {
    if (!name.starts_with(verb)) continue;
    const std::string removal = std::string(opposite) + name.substr(verb.size());
    for (const FunctionCode& function : FunctionsOf(file)) {
      const std::string other = function.name.substr(function.name.rfind(':') + 1);
      if (function.class_name == add.class_name && other == removal) return function;
    }
  }
  return std::nullopt;
}

std::optional<Registration> RegistrationOn(const Finding& finding, const Sources& sources,
                                           const std::string& add) {
  for (const Frame& frame : finding.stack) {
    const SourceFile* file = sources.Find(frame.file);
    if (file == nullptr || frame.line <= 0) continue;
    const auto function = FunctionAt(*file, frame.line);
    if (!function) continue;
    for (const std::size_t call : UsesOf(*file, function->body, add)) {
      const auto statement = StatementAround(*file, call);
      if (!statement || TokenText(*file, call + 1) != "(") continue;
      if (frame.line < file->tokens()[statement->first].line ||
          frame.line > file->tokens()[statement->last].line) {
        continue;
      }
      Registration found;
      found.file = file;
      found.function = *function;
      found.receiver_first = PostfixBegin(*file, call);
      if (found.receiver_first < call) {
        found.receiver = CodeOf(*file, found.receiver_first, call - 1);
      }
      found.call = call;
      const std::size_t close = ClosingToken(*file, call + 1);
      if (close > call + 2) found.arguments = CodeOf(*file, call + 2, close - 1);
      found.drops_result = statement->first == found.receiver_first && close + 1 == statement->last;
      return found;
    }
  }
  return std::nullopt;
}

/// Why the class cannot be given a destructor with this receiver: a clause; or empty.
std::string WhyNoDestructor(const Registration& at) {
  const SourceFile& file = *at.file;
  const std::string& name = at.function.class_name;
  if (name.empty() || at.function.name != name) {
    return fmt::format(
        "`{}` is no constructor defined in its class, so the text does not show when "
        "the listener ends",
        at.function.name);
  }
  const auto of = ClassNamed(file, name);
  if (!of) return fmt::format("`{}` is not defined in this file", name);
  for (std::size_t i = TokenAt(file, of->body.begin);
       i < file.tokens().size() && file.tokens()[i].begin < of->body.end; ++i) {
    if (TokenText(file, i) == "~") return fmt::format("`{}` has a destructor already", name);
  }
  for (std::size_t i = at.receiver_first; i < at.call; ++i) {
    if (!IsWord(file.tokens()[i])) continue;
    const std::string_view word = TokenText(file, i);
    if (!UsesOf(file, at.function.parameters, word).empty() ||
        LocalOf(file, at.function, word).has_value()) {
      return fmt::format("the destructor of `{}` cannot see `{}`", name, word);
    }
  }
  return {};
}

std::string LowerFirst(std::string name) {
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') {
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
  }
  return name;
}

/// For a registry without removal: entries get a number to be taken out by.
std::string NumberedRegistry(const InsertionSite& site, const Registration* at) {
  const std::string listener = site.type.Element();
  const std::string add = site.function.name.substr(site.function.name.rfind(':') + 1);
  std::string code = fmt::format(
      "// In `{0}`; needs <cstddef>, <map> and <utility>:\n"
      "[[nodiscard]] std::size_t {1}({2} listener) {{\n"
      "  {3}.emplace(next_id_, std::move(listener));\n"
      "  return next_id_++;\n"
      "}}\n"
      "void Un{4}(std::size_t id) {{ {3}.erase(id); }}\n"
      "std::map<std::size_t, {2}> {3};  // in place of the present one\n"
      "std::size_t next_id_ = 0;\n",
      site.function.class_name.empty() ? "the registry" : site.function.class_name, add, listener,
      site.container.name, LowerFirst(add));
  if (at != nullptr && !at->function.class_name.empty()) {
    code += fmt::format(
        "\n// In `{0}`:\n~{0}() {{ {1}Un{2}(subscription_); }}\n"
        "std::size_t subscription_;  // set where it subscribes\n",
        at->function.class_name, at->receiver, LowerFirst(add));
  }
  return code;
}

Fix InDestructor(const Registration& at, const FunctionCode& removal, const FunctionCode& add) {
  const SourceFile& file = *at.file;
  const std::string remove = removal.name.substr(removal.name.rfind(':') + 1);
  const std::string& owner = at.function.class_name;
  Fix fix;
  fix.summary = fmt::format("call `{}` in the destructor of `{}`", remove,
                            owner.empty() ? "the listener" : owner);
  fix.why = fmt::format(
      "the registration then ends with the object that it serves, and `{}` is not "
      "called for one that is gone",
      at.function.name);
  fix.trade_off = "the registry must outlive its listeners";
  fix.effort = "minutes";
  fix.why_no_diff = WhyNoDestructor(at);
  const bool is_this = at.arguments == "this";
  if (fix.why_no_diff.empty() && !is_this) {
    fix.why_no_diff = fmt::format(
        "a copy of `{}` would take out what the original registered, and "
        "whether it is copied is not in the text",
        owner);
  }
  if (fix.why_no_diff.empty() && !at.drops_result) {
    fix.why_no_diff = fmt::format("the result of `{}` is used", add.name);
  }
  const std::string call = fmt::format("{}{}(this);", at.receiver, remove);
  if (fix.why_no_diff.empty()) {
    SourceEdit edit;
    const int first = file.LineOf(at.function.whole.begin);
    const int last = file.LineOf(at.function.body.end);
    // The destructor stands as the constructor does.
    std::string indent(file.IndentOf(first));
    const std::size_t end = file.BeginOfLine(last) + file.Line(last).size();
    const bool crlf = file.Line(last).ends_with('\r');
    const std::size_t at_end = crlf ? end - 1 : end;
    edit.Replace(file, {at_end, at_end},
                 fmt::format("{}{}~{}() {{ {} }}", crlf ? "\r\n" : "\n", indent, owner, call));
    fix.diff = edit.Diff();
  }
  if (fix.diff.empty()) {
    fix.snippet = is_this ? fmt::format("~{}() {{ {} }}\n", owner, call)
                          : fmt::format(
                                "~{0}() {{ {1}{2}(subscription_); }}\n"
                                "{3} subscription_;  // what {4} returns\n",
                                owner.empty() ? "Listener" : owner, at.receiver, remove,
                                add.returns == "void" ? "auto" : add.returns, add.name);
  }
  return fix;
}

}  // namespace

std::optional<Fix> RemoveListener(const Finding& finding, const Sources& sources) {
  const InsertionSearch found = FindInsertion(finding, sources);
  if (!found.site) return std::nullopt;
  const InsertionSite& site = *found.site;
  const std::string add = site.function.name.substr(site.function.name.rfind(':') + 1);
  const auto at = RegistrationOn(finding, sources, add);
  if (const auto removal = RemovalOf(*site.file, site.function); removal && at) {
    return InDestructor(*at, *removal, site.function);
  }
  const std::string listener = site.type.Element();
  if (listener.empty() || site.type.is_map || add.empty()) return std::nullopt;
  Fix fix;
  const std::string registry =
      site.function.class_name.empty() ? site.container.name : site.function.class_name;
  fix.summary = fmt::format(
      "let `{}` return a number to unsubscribe by, and use it in the "
      "destructor of the listener's owner",
      add);
  fix.snippet = NumberedRegistry(site, at ? &*at : nullptr);
  fix.why_no_diff = fmt::format(
      "`{}` has no way to take a listener out, and one changes its "
      "interface",
      registry);
  fix.why = fmt::format("`{}` then holds the listeners that are alive, and calls no others",
                        site.container.name);
  fix.trade_off = fmt::format(
      "each subscriber keeps its number, and must not be copied with it; loops over `{}` read "
      "`.second`",
      site.container.name);
  fix.effort = "an hour";
  return fix;
}

}  // namespace memprof
