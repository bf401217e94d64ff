// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "runner/diagnose/fix/closure_code.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/token_walk.h"
#include "runner/source/source_edit.h"

namespace memprof {
namespace {

/// The one member that the closure reads of what it captures; empty when it uses more of it.
std::string OnlyMember(const ClosureCode& closure, const Capture& capture) {
  const SourceFile& file = *closure.file;
  std::string member;
  const auto uses = UsesOf(file, closure.body, capture.name);
  for (const std::size_t use : uses) {
    const std::string_view read = TokenText(file, use + 2);
    const bool is_member = TokenText(file, use + 1) == "." && TokenText(file, use + 3) != "(" &&
                           TokenText(file, use - 1) != "." && TokenText(file, use - 1) != "->";
    if (!is_member || (!member.empty() && member != read)) return {};
    member = read;
  }
  return member;
}

/// Whether a capture of that name would hide, or be taken for, something else.
bool IsTaken(const ClosureCode& closure, const std::string& name) {
  const SourceFile& file = *closure.file;
  const CodeRange around = closure.function ? closure.function->whole : closure.whole;
  for (const std::size_t use : UsesOf(file, around, name)) {
    const std::string_view before = TokenText(file, use - 1);
    if (before != "." && before != "->") return true;
  }
  const auto of = ClassAt(file, file.tokens()[closure.open].line);
  return of && MemberOf(file, *of, name).has_value();
}

std::optional<Fix> CaptureMember(const ClosureCode& closure, const Capture& capture) {
  const SourceFile& file = *closure.file;
  const std::string member = OnlyMember(closure, capture);
  if (member.empty() || capture.by_reference || IsTaken(closure, member)) return std::nullopt;
  SourceEdit edit;
  edit.Replace(file, RangeOf(file, capture.first, capture.last),
               fmt::format("{0} = {1}.{0}", member, capture.value));
  for (const std::size_t use : UsesOf(file, closure.body, capture.name)) {
    edit.Replace(file, RangeOf(file, use, use + 2), member);
  }
  Fix fix;
  fix.diff = edit.Diff();
  if (fix.diff.empty()) return std::nullopt;
  fix.summary = fmt::format("capture `{0}.{1}`, not the whole of `{0}`", capture.value, member);
  fix.why = fmt::format("the closure reads nothing else of `{}`, so each one keeps `{}` alone",
                        capture.name, member);
  fix.trade_off = "each closure is smaller, but as many of them are kept as before";
  fix.effort = "minutes";
  return fix;
}

Fix CaptureWeakly(const ClosureCode& closure, const Capture& capture) {
  const SourceFile& file = *closure.file;
  const auto of = ClassAt(file, file.tokens()[closure.open].line);
  const auto member = of ? MemberOf(file, *of, capture.value) : std::nullopt;
  const std::string type = member ? member->type : "T";
  const bool is_shared = type.find("shared_ptr<") != std::string::npos;
  Fix fix;
  fix.summary = fmt::format("let the closure refer to `{}` with a std::weak_ptr", capture.value);
  if (!is_shared) {
    fix.snippet = fmt::format(
        "// Needs <memory>. `{0}` is held by a std::shared_ptr, and made with\n"
        "// std::make_shared<{1}>(…):\nstd::shared_ptr<{1}> {0};\n",
        capture.value, type);
  }
  fix.snippet += fmt::format(
      "[weak = {}] {{\n"
      "  const auto held = weak.lock();\n"
      "  if (!held) return …;  // what tells the caller that this is over\n"
      "  …  // as before, with *held in place of {}\n"
      "}}\n",
      is_shared ? fmt::format("std::weak_ptr({})", capture.value)
                : fmt::format("std::weak_ptr<{}>({})", type, capture.value),
      capture.name);
  fix.why_no_diff = fmt::format("the closure uses the whole of `{}`, so what owns it has to change",
                                capture.name);
  fix.why = fmt::format("the closure then keeps no copy of `{}` and does not keep it alive",
                        capture.value);
  fix.trade_off =
      "the closure must deal with an object that is gone, and its keeper should drop it";
  fix.effort = "an hour";
  return fix;
}

}  // namespace

std::optional<Fix> NarrowCapture(const Finding& finding, const Sources& sources) {
  const auto closure = ClosureOf(finding, sources);
  if (!closure) return std::nullopt;
  for (const Capture& capture : closure->captures) {
    // What hangs on a capture is what its own member holds: the name tells which.
    if (!closure->held_capture.empty() && capture.name != closure->held_capture) continue;
    if (auto fix = CaptureMember(*closure, capture)) return fix;
  }
  for (const Capture& capture : closure->captures) {
    if (capture.by_reference || capture.name == "this") continue;
    if (!closure->held_capture.empty() && capture.name != closure->held_capture) continue;
    return CaptureWeakly(*closure, capture);
  }
  return std::nullopt;
}

}  // namespace memprof
