// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/sarif_rules.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "runner/report/headline.h"
#include "runner/report/rule_id.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

struct KindHelp {
  const char* what;       ///< a sentence
  const char* why;        ///< why it matters
  Severity usual;         ///< of most findings of the kind
  const char* precision;  ///< GitHub's words: how seldom it is wrong
  const char* tag;        ///< one more than all have
};

// In the order of the enumeration. Numbers of MITRE's list of weaknesses, as CodeQL tags them.
constexpr std::array kKinds = {
    KindHelp{"Memory is lost: nothing refers to it any more, and it was not freed.",
             "Every run of the code loses more, until the process ends.", Severity::kCritical,
             "very-high", "external/cwe/cwe-401"},
    KindHelp{"Memory that is still referred to grows with every run of a test, without a bound.",
             "A process that lives long runs out of memory, and no leak checker says why.",
             Severity::kCritical, "high", "external/cwe/cwe-770"},
    KindHelp{"A file descriptor stays open when the test has ended.",
             "A process may have some thousand descriptors; after that nothing can be opened.",
             Severity::kCritical, "very-high", "external/cwe/cwe-775"},
    KindHelp{"A thread still runs, or was never joined, when the test has ended.",
             "Each keeps its stack, and may touch what is destroyed by then.", Severity::kCritical,
             "very-high", "external/cwe/cwe-404"},
    KindHelp{"A memory mapping stays when the test has ended.",
             "Mappings use address space and, once touched, memory that no allocator gives back.",
             Severity::kCritical, "high", "external/cwe/cwe-404"},
    KindHelp{"A figure that the program counts itself grows with every run.",
             "What it counts is not given back.", Severity::kWarning, "high",
             "external/cwe/cwe-404"},
    KindHelp{"For a moment a test needs far more memory than before and after.",
             "The machine must have what the peak needs.", Severity::kWarning, "high",
             "performance"},
    KindHelp{"A test uses more than the budget that it was given.",
             "The budget is a promise to those who run the code.", Severity::kCritical, "very-high",
             "performance"},
    KindHelp{"Memory is kept once and does not grow.",
             "It is a cost of its own, and may grow with another input.", Severity::kWarning,
             "medium", "maintainability"},
    KindHelp{"Memory is allocated that need not be.",
             "Allocations cost time, and memory that others could use.", Severity::kOptimization,
             "high", "performance"},
    KindHelp{"The code looks as if it kept memory without a bound, though no test shows it.",
             "It may grow with an input that no test has.", Severity::kWarning, "low",
             "maintainability"},
};
static_assert(kKinds.size() == static_cast<std::size_t>(FindingKind::kStaticRisk) + 1);

struct PatternHelp {
  const char* what;  ///< a sentence; empty of kUnknown
  const char* mend;  ///< imperative
};

constexpr std::array kPatterns = {
    PatternHelp{"", "Follow the stack and the retention path of the result to who should let go."},
    PatternHelp{"A collection takes elements and never gives one back.",
                "Remove elements when they have served, or give the collection a bound."},
    PatternHelp{"A cache looks entries up by key, adds what is missing, and drops none.",
                "Give the cache a capacity, and drop an entry before each new one."},
    PatternHelp{"Objects own each other, so that none is ever freed.",
                "Make one of the owning members a std::weak_ptr, or a plain pointer."},
    PatternHelp{"A listener is registered and never removed.",
                "Remove the listener when its owner ends, best in a destructor."},
    PatternHelp{"A stored closure captures what owns it, or more than it needs.",
                "Capture a std::weak_ptr, or only the values that the closure uses."},
    PatternHelp{"A thread is started, and nobody waits for its end.",
                "Join the thread where its owner ends, or use std::jthread."},
    PatternHelp{"A handle is opened and not closed on every way out.",
                "Let an object own the handle, and close it in its destructor."},
    PatternHelp{"A buffer is filled by every run and never emptied.",
                "Empty the buffer when it was used, or give it a bound."},
    PatternHelp{"A string is built in a loop by making a new one each time.",
                "Append in place, and reserve the size first where it is known."},
    PatternHelp{"An object is made by a function whose counterpart is never called.",
                "Call the releasing function on every way out, or let a smart pointer do it."},
    PatternHelp{"The only pointer to the memory goes out of scope, or is overwritten.",
                "Give the memory one owner: std::unique_ptr, a container, or the caller."},
    PatternHelp{"An object lives as long as the program, and what it holds too.",
                "Give it the lifetime of who uses it, or let it go explicitly."},
    PatternHelp{"A container grows step by step to a size that is known before.",
                "Reserve the size before the loop."},
    PatternHelp{"Memory is allocated and freed at once, again and again.",
                "Reuse one buffer, or keep small ones on the stack."},
    PatternHelp{"The same contents are held many times.",
                "Share one copy among those who read it."},
    PatternHelp{"More is allocated than is ever used.",
                "Allocate what is used, or shrink when the size is known."},
    PatternHelp{"Data is copied where a reference, or a move, would do.",
                "Pass it by reference or view, or move it."},
    PatternHelp{"Many small objects are allocated one by one.",
                "Keep them in a vector or in a pool."},
    PatternHelp{"One call makes most of the peak.",
                "Work on parts, or free early what is not needed any more."},
};
static_assert(kPatterns.size() == static_cast<std::size_t>(Pattern::kPeakSite) + 1);

/// "memory-leak/lost-owner" as "MemoryLeakLostOwner".
std::string RuleName(std::string_view id) {
  std::string name;
  bool start = true;
  for (const char c : id) {
    if (c == '-' || c == '/') {
      start = true;
      continue;
    }
    name += start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    start = false;
  }
  return name;
}

std::string Title(FindingKind kind, Pattern pattern) {
  std::string title = Name(kind);
  for (char& c : title) c = c == '-' ? ' ' : c;
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  return pattern == Pattern::kUnknown ? title + "."
                                      : fmt::format("{}: {}.", title, PatternWords(pattern));
}

/// GitHub's words for what it sorts alerts by.
const char* ProblemSeverity(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kOptimization:
      return "recommendation";
  }
  return "warning";
}

}  // namespace

const char* SarifLevel(Severity severity) {
  return severity == Severity::kOptimization ? "note" : ProblemSeverity(severity);
}

Json SarifRule(FindingKind kind, Pattern pattern) {
  const KindHelp& of_kind = kKinds[static_cast<std::size_t>(kind)];
  const PatternHelp& of_pattern = kPatterns[static_cast<std::size_t>(pattern)];
  Finding any;
  any.kind = kind;
  any.pattern = pattern;
  const std::string id = RuleId(any);
  const std::string what = *of_pattern.what == '\0'
                               ? std::string(of_kind.what)
                               : fmt::format("{} {}", of_pattern.what, of_kind.what);
  const char* const again = "The result says how to see it again, and what it was measured by.";
  return {
      {"id", id},
      {"name", RuleName(id)},
      {"shortDescription", {{"text", Title(kind, pattern)}}},
      {"fullDescription", {{"text", fmt::format("{} {}", what, of_kind.why)}}},
      {"help",
       {{"text", fmt::format("{}\n\nWhy it matters: {}\n\nWhat to do: {}\n\n{}", what, of_kind.why,
                             of_pattern.mend, again)},
        {"markdown", fmt::format("{}\n\n**Why it matters:** {}\n\n**What to do:** {}\n\n{}", what,
                                 of_kind.why, of_pattern.mend, again)}}},
      {"defaultConfiguration", {{"level", SarifLevel(of_kind.usual)}}},
      {"properties",
       {{"tags", {"memory", "test", Name(kind), of_kind.tag}},
        {"precision", of_kind.precision},
        {"problem.severity", ProblemSeverity(of_kind.usual)}}},
  };
}

}  // namespace memprof
