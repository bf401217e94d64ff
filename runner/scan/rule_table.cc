// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rule_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace memprof::scan {
namespace {

constexpr std::array kRules = {
    Rule{Pattern::kUnboundedCollection,
         "A member, static or global container that some code adds to and none trims, clears, "
         "bounds, swaps or assigns anew, in any of the files that were read.",
         "Code that hands the container out by reference, or trims it in a file that is not part "
         "of the build, is not seen; a container of a short-lived object may grow and be fine."},
    Rule{Pattern::kCacheWithoutEviction,
         "A keyed container that is looked up before something is inserted, and that nothing ever "
         "erases from.",
         "Where the keys are a small fixed set, such as the values of an enumeration, the cache "
         "has a bound that the code need not show."},
    Rule{Pattern::kReferenceCycle,
         "Objects that own each other in a circle through counting pointers (std::shared_ptr, "
         "Boost's, intrusive ones by name) and containers of them, where code closes the "
         "circle: in a function with what it calls, or by an object that hands itself on; or "
         "where two members say by their names that they point both ways. And callables that "
         "own the object that keeps them: shared_from_this() captured into a member.",
         "Types that could form a circle are no risk by themselves: a tree's node has nodes. A "
         "circle is not told where some function other than a destructor resets a member of "
         "it, whether or not that function is called; loops are followed once, calls three "
         "deep."},
    Rule{Pattern::kListenerNotRemoved,
         "A container of callables, or of pointers to observers, that lives long (static, "
         "global, or given by reference to constructors) and that some code adds to and none "
         "takes from. And an object that subscribes itself to one that could remove it, whose "
         "class never asks for it and keeps no connection.",
         "A registry that is handed out by reference is taken to be emptied elsewhere. Tables "
         "by name or enumeration are left out: they have as many entries as names."},
    Rule{Pattern::kClosureCapture,
         "A lambda that has a copy of a large object (1 KiB by its type, or a container that "
         "is made with 4 KiB or an unknown number of elements), uses only a part of it, such "
         "as its size, and is stored or returned.",
         "How large a container is at run time is not known where the code does not say. A "
         "copy that is used whole is no risk, nor is a text of unknown length."},
    Rule{
        Pattern::kThreadNotJoined,
        "A std::thread that is neither joined nor moved on, a detached one whose loop never ends, "
        "a POSIX thread that is neither joined nor detached, and a container of threads or tasks "
        "that grows and from which none is taken.",
        "Whether a detached thread's loop ends is told by its own function: a condition that never "
        "changes counts as an end."},
    Rule{
        Pattern::kHandleNotClosed,
        "A C call that opens a descriptor, a stream, a directory, a mapping or a library, and "
        "whose result is, on some path, neither closed, returned, stored nor wrapped.",
        "A function that takes the handle is looked into; where its body is not in the build it is "
        "believed to close it. Exceptions that calls throw are not followed."},
    Rule{Pattern::kBufferAccumulation,
         "Images, matrices, tensors and other large buffers that are pushed into a container that "
         "nothing trims.",
         "What is large is told by types and names; as for unbounded collections, code outside of "
         "the build is not seen."},
    Rule{Pattern::kStringConcatenation,
         "A string that grows in a loop by `s = s + x`, so that each turn copies all of it.",
         "A loop of few turns wastes little; whether it matters, a run tells."},
    Rule{Pattern::kObjectNotReleased,
         "A call that acquires an object, from the table of known pairs or named as one of a pair "
         "(figure_create, figure_destroy), whose release is missing on some path.",
         "A pair by name needs both functions declared in the code that is read, with one type."},
    Rule{Pattern::kLostOwner,
         "Memory of `new` or malloc that some path leaves without delete or free, such as an early "
         "return, and objects deleted through a base class without a virtual destructor.",
         "A function that takes the pointer is looked into; where its body is not in the build it "
         "is believed to own it from then on."},
    Rule{Pattern::kStaticLifetime,
         "A static list that code links new objects into, and takes none out of.",
         "What is registered once for each type or plug-in has a bound that the code need not "
         "show."},
};

std::string_view FirstSentence(std::string_view text) { return text.substr(0, text.find(". ")); }

/// Without the licence, which says nothing of the rule.
std::string_view WithoutHeader(std::string_view text) {
  while (text.starts_with("// SPDX"))
    text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  return text;
}

std::string Indented(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    lines += line.empty() ? "\n" : fmt::format("    {}\n", line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// Broken at blanks into lines of at most 90 columns, `lead` spaces before each.
std::string Wrapped(std::string_view text, std::size_t lead) {
  constexpr std::size_t kColumns = 90;
  std::string lines;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > kColumns - lead) end = text.rfind(' ', kColumns - lead);
    if (end == std::string_view::npos) end = text.size();
    lines += fmt::format("{:{}}{}\n", "", lead, text.substr(0, end));
    text.remove_prefix(end == text.size() ? end : end + 1);
  }
  return lines;
}

}  // namespace

std::span<const Rule> Rules() { return kRules; }

std::string RuleListText() {
  std::string text;
  for (const Rule& rule : kRules) {
    text += fmt::format("{}\n{}", Name(rule.pattern), Wrapped(FirstSentence(rule.looks_for), 4));
  }
  text += "\nmemprof scan --explain RULE tells one with code that fires and code that does not.\n";
  return text;
}

std::optional<std::string> RuleText(std::string_view name) {
  for (const Rule& rule : kRules) {
    if (name != Name(rule.pattern)) continue;
    std::string text = fmt::format("{}\n\n{}\n", name, Wrapped(rule.looks_for, 0));
    const std::string_view fires = RuleExample(name, "fires");
    if (!fires.empty()) {
      text +=
          fmt::format("Fires, at the line marked RISK:\n\n{}\n", Indented(WithoutHeader(fires)));
    }
    const std::string_view quiet = RuleExample(name, "quiet");
    if (!quiet.empty()) {
      text += fmt::format("Does not fire:\n\n{}\n", Indented(WithoutHeader(quiet)));
    }
    text += fmt::format("Limits:\n{}\n", Wrapped(rule.limits, 4));
    text += fmt::format(
        "Where it is meant so, say why at the line or above it:\n"
        "    // memprof: keep - WHY\n");
    return text;
  }
  return std::nullopt;
}

}  // namespace memprof::scan
