// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/owned_pointer.h"
#include "runner/diagnose/fix/virtual_destructor.h"
#include "runner/diagnose/pattern/lost_owner_cause.h"
#include "runner/diagnose/pattern/missing_virtual_destructor.h"
#include "runner/diagnose/pattern/raw_container.h"
#include "runner/diagnose/pattern/raw_owner.h"
#include "runner/diagnose/pattern/released_pointer.h"

namespace memprof {
namespace {

constexpr const char* kEveryWayOut =
    "the owner frees it on every way out, early returns and exceptions included";

std::string FreeAtEachReturn(const RawOwner& owner) {
  return fmt::format(
      "  /* in the place of each `return` behind line {0}: */\n"
      "  goto done;\n"
      "  ...\n"
      "done:\n"
      "  free({1});\n"
      "  return result;\n",
      owner.acquired.first_line, owner.variable.name);
}

std::string OwnerToAdapt(const SourceFile& file, const RawOwner& owner) {
  if (file.path().ends_with(".c")) return FreeAtEachReturn(owner);
  const std::string value(file.Text(owner.value));
  const std::string& name = owner.variable.name;
  if (owner.acquirer == "new" || owner.acquirer == "new[]") {
    const std::size_t type = TokenAt(file, owner.value.begin) + 1;
    const bool simple =
        !owner.by_call && type + 1 < file.tokens().size() && IsWord(file.tokens()[type]);
    const std::string of = simple ? std::string(file.tokens()[type].text) : "T";
    return fmt::format("std::unique_ptr<{}{}> {}({});  // and std::move it to who keeps it\n", of,
                       owner.acquirer == "new[]" ? "[]" : "", name, value);
  }
  return fmt::format(
      "std::unique_ptr<char, void (*)(void*)> {}({}, &std::free);  // or copy it to a "
      "std::string\n",
      name, value);
}

Fix OwnLocal(const SourceFile& file, const RawOwner& owner) {
  const OwnedPointer owned = OwnPointer(file, owner);
  Fix fix;
  const bool is_c = file.path().ends_with(".c");
  fix.summary = is_c ? fmt::format("free `{}` on every way out", owner.variable.name)
                     : fmt::format("own `{}` with std::unique_ptr", owner.variable.name);
  fix.diff = owned.diff;
  if (owned.diff.empty()) {
    fix.snippet = OwnerToAdapt(file, owner);
    fix.why_no_diff = owned.reason;
  }
  fix.why = is_c ? "each way out passes the one `free`" : kEveryWayOut;
  const bool of_new = owner.acquirer == "new" || owner.acquirer == "new[]";
  fix.trade_off = is_c     ? "one way out instead of several"
                  : of_new ? "none: a std::unique_ptr is as small as the pointer"
                           : "the owner is one pointer larger, for the function that frees";
  fix.effort = "minutes";
  if (MakesCString(owner.acquirer) && !is_c) {
    Solution copy;
    copy.summary = fmt::format("keep the copy in a std::string instead of `{}`", owner.acquirer);
    copy.snippet = fmt::format("std::string {}(...);\n", owner.variable.name);
    copy.why_no_diff = "every function that takes the C string must be given c_str()";
    copy.why = "a std::string frees itself, and knows its length";
    copy.trade_off = "none where the text is not null";
    copy.effort = "minutes";
    fix.alternatives.push_back(copy);
  }
  return fix;
}

Fix DestroyThroughBase(const MissingVirtualDestructor& missing, const Sources& sources) {
  const VirtualDestructor made = MakeDestructorVirtual(missing, sources);
  const std::string& base = missing.base.name;
  const std::string& derived = missing.derived.name;
  Fix fix;
  fix.summary = fmt::format("make the destructor of `{}` virtual", base);
  fix.diff = made.diff;
  if (made.diff.empty()) {
    fix.snippet = fmt::format("virtual ~{}() = default;\n", base);
    fix.why_no_diff = made.reason;
  }
  fix.why = fmt::format("deleting a `{}` as a `{}` then runs the destructor of `{}` too", derived,
                        base, derived);
  fix.trade_off = fmt::format(
      "each `{}` becomes a pointer larger when it has no virtual function "
      "yet, and what includes it must be compiled again",
      base);
  fix.effort = "minutes";
  Solution shared;
  shared.summary = fmt::format("hold it as std::shared_ptr<{}>", base);
  shared.snippet =
      fmt::format("std::shared_ptr<{}> made = std::make_shared<{}>(...);\n", base, derived);
  shared.why_no_diff = "every place that holds one must change its type";
  shared.why = fmt::format("a std::shared_ptr remembers that it was made as a `{}`", derived);
  shared.trade_off = "a control block for each, and counts that threads must agree on";
  shared.effort = "an hour";
  fix.alternatives.push_back(shared);
  return fix;
}

/// Nothing that runs between may outlive the owner: both are in one block, and the owner is not
/// touched again.
bool OwnerOutlivesIt(const ReleasedPointer& released) {
  const SourceFile& file = *released.file;
  const CodeRange block = BlockAround(file, released.call);
  const std::size_t declared = TokenAt(file, released.owner.whole.begin);
  const CodeRange behind = {file.tokens()[released.call].end, released.function.body.end};
  return BlockAround(file, declared) == block && UsesOf(file, behind, released.owner.name).empty();
}

Fix KeepOwner(const ReleasedPointer& released) {
  const std::string& name = released.owner.name;
  Fix fix;
  SourceEdit edit;
  const CodeRange call = RangeOf(*released.file, released.call, released.call);
  if (released.is_dropped) {
    fix.summary = fmt::format("call `{}.reset()`: `release()` does not free", name);
    edit.Replace(*released.file, call, "reset");
  } else if (!released.kept_in.empty()) {
    fix.summary = fmt::format("let `{}` keep what it owns: look at it by `get()`", name);
    if (OwnerOutlivesIt(released)) edit.Replace(*released.file, call, "get");
    fix.snippet = fmt::format("auto* {} = {}.get();\n", released.kept_in, name);
    fix.why_no_diff =
        fmt::format("`{}` may be needed longer than `{}` lives", released.kept_in, name);
  } else {
    fix.summary =
        fmt::format("pass the owner on to `{}`, or only a view of it", released.passed_to);
    fix.snippet = fmt::format(
        "{0}(std::move({1}));  // a std::unique_ptr parameter that owns it\n"
        "{0}({1}.get());       // where it only looks at it\n",
        released.passed_to, name);
    fix.why_no_diff = fmt::format("whether `{}` owns what it is given is not written in its call",
                                  released.passed_to);
  }
  fix.diff = edit.Diff();
  if (!fix.diff.empty()) {
    fix.snippet.clear();
    fix.why_no_diff.clear();
  }
  fix.why = fmt::format("`release()` takes the memory away from `{}` without freeing it", name);
  fix.trade_off = "none";
  fix.effort = "minutes";
  return fix;
}

Fix OwnElements(const RawContainer& found) {
  Fix fix;
  std::string type = found.container.type;
  const std::size_t element = type.rfind(found.element + "*");
  if (element != std::string::npos) {
    type.replace(element, found.element.size() + 1, "std::unique_ptr<" + found.element + ">");
  }
  fix.summary = fmt::format("let `{}` own its elements", found.container.name);
  fix.snippet = fmt::format("{0} {1};\n{1}.push_back(std::make_unique<{2}>(...));\n", type,
                            found.container.name, found.element);
  fix.why_no_diff = fmt::format(
      "every use of an element of `{}` must be looked at: what is given a "
      "raw pointer needs get()",
      found.container.name);
  fix.why = "each std::unique_ptr frees its element when the container goes, or drops it";
  fix.trade_off = "elements can be moved and no longer copied";
  fix.effort = "minutes";
  return fix;
}

bool IsReleased(const RawOwner& owner) {
  return std::any_of(owner.uses.begin(), owner.uses.end(), [](const VariableUse& use) {
    return use.kind == VariableUse::Kind::kRelease;
  });
}

}  // namespace

std::optional<Fix> OwnLostMemory(const Finding& finding, const Sources& sources) {
  const SourceFile* file = sources.Find(finding.location.file);
  if (file == nullptr) return std::nullopt;
  if (const auto released = FindReleasedPointer(finding, sources)) return KeepOwner(*released);
  if (const auto container = FindRawContainer(finding, sources)) return OwnElements(*container);
  const auto found = FindRawOwner(finding, sources);
  const RawOwner* owner = found ? &found->owner : nullptr;
  const auto missing = FindMissingVirtualDestructor(finding, sources);
  // An object that is deleted on every way out is not what is lost: its members are.
  const bool lost_itself =
      owner != nullptr && (FindLeakingExit(*found->file, *owner) || !IsReleased(*owner));
  if (missing && !lost_itself) return DestroyThroughBase(*missing, sources);
  if (owner != nullptr) return OwnLocal(*found->file, *owner);
  return std::nullopt;
}

}  // namespace memprof
