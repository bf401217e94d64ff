// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/finding_match.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

/// Lines with at least this share of their words in common are one line that was edited.
constexpr double kSameLineEdited = 0.5;

/// What tells a finding from others of its function, taken apart once: each is held against all.
struct Identity {
  const Finding* finding = nullptr;
  std::vector<std::string> words;  ///< of the line's text, sorted
  std::string library;             ///< functions below the user's, innermost first
  std::string holder;
  std::optional<std::int64_t> amount;
};

std::vector<std::string> WordsOf(std::string_view text) {
  text = text.substr(0, text.find("//"));  // a remark more is no other code
  std::vector<std::string> words;
  bool in_name = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) != 0) {
      in_name = false;
      continue;
    }
    const bool of_name = std::isalnum(byte) != 0 || c == '_';
    if (of_name && in_name) {
      words.back() += c;
    } else {
      words.emplace_back(1, c);
    }
    in_name = of_name;
  }
  // Brackets and semicolons are in every line, so they would make any two alike.
  std::erase_if(words, [](const std::string& word) {
    return word.size() == 1 && std::string_view("(){};,<>.:").find(word[0]) != std::string::npos;
  });
  std::sort(words.begin(), words.end());
  return words;
}

Identity IdentityOf(const Finding& finding) {
  Identity identity;
  identity.finding = &finding;
  identity.words = WordsOf(finding.location.text);
  for (const Frame& frame : finding.stack) {
    if (IsUserFrame(frame)) break;
    identity.library += frame.function + "|";
  }
  if (finding.held_by) identity.holder = finding.held_by->symbol;
  identity.amount = AmountOf(finding);
  return identity;
}

/// Share of the words of the longer line that the other one has too, 0 to 1.
double Alike(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return static_cast<double>(both.size()) / static_cast<double>(std::max(a.size(), b.size()));
}

bool AboutEqual(const std::optional<std::int64_t>& a, const std::optional<std::int64_t>& b) {
  if (!a || !b) return false;
  const double least = static_cast<double>(std::min(*a, *b));
  const double most = static_cast<double>(std::max(*a, *b));
  return *a == *b || (least > 0 && most <= 1.1 * least);
}

bool ShareTest(const Finding& a, const Finding& b) {
  return std::any_of(a.tests.begin(), a.tests.end(), [&](const std::string& test) {
    return std::find(b.tests.begin(), b.tests.end(), test) != b.tests.end();
  });
}

/// More for each thing that the two have in common; the text of the line counts before all.
/// Empty: they are two findings, however few there are to choose from.
std::optional<int> Likeness(const Identity& a, const Identity& b) {
  const bool same_amount = AboutEqual(a.amount, b.amount);
  const bool same_library = a.library == b.library;
  // A holder is known only where a heap snapshot could be taken.
  const bool holder_differs = !a.holder.empty() && !b.holder.empty() && a.holder != b.holder;
  const bool cycle_differs = !a.finding->cycle.empty() && !b.finding->cycle.empty() &&
                             a.finding->cycle != b.finding->cycle;
  int likeness = 0;
  if (!a.words.empty() && !b.words.empty()) {
    const double alike = Alike(a.words, b.words);
    const bool all_else = same_amount && same_library && !holder_differs && !cycle_differs;
    if (alike < kSameLineEdited && !all_else) return std::nullopt;
    likeness += a.words == b.words ? 64 : alike >= kSameLineEdited ? 8 : 0;
  }
  likeness += same_library ? 16 : 0;
  likeness += !a.holder.empty() && a.holder == b.holder ? 12 : 0;
  likeness -= holder_differs ? 12 : 0;
  likeness += !a.finding->cycle.empty() && a.finding->cycle == b.finding->cycle ? 12 : 0;
  likeness -= cycle_differs ? 12 : 0;
  likeness += same_amount ? 10 : 0;
  likeness += ShareTest(*a.finding, *b.finding) ? 4 : 0;
  likeness += a.amount && a.amount == b.amount ? 2 : 0;
  likeness += a.finding->kind == b.finding->kind ? 1 : 0;
  return likeness;
}

/// What two findings must have in common to be compared at all.
std::string GroupOf(const Finding& finding) {
  const std::string group = StackFingerprint(finding, 1);
  return group.empty() ? finding.fingerprint : group;
}

struct Pair {
  int likeness;
  bool same_fingerprint;
  std::size_t base;
  std::size_t now;
};

using Indices = std::vector<std::size_t>;
using Matches = std::vector<std::optional<std::size_t>>;

void MatchGroup(const std::vector<Finding>& base, const Indices& of_base,
                const std::vector<Finding>& now, const Indices& of_now, Matches* matches) {
  std::vector<Identity> known;
  for (const std::size_t i : of_base) known.push_back(IdentityOf(base[i]));
  std::vector<Pair> pairs;
  for (const std::size_t n : of_now) {
    const Identity seen = IdentityOf(now[n]);
    for (std::size_t i = 0; i < known.size(); ++i) {
      const std::optional<int> likeness = Likeness(known[i], seen);
      if (!likeness) continue;
      const bool same = known[i].finding->fingerprint == now[n].fingerprint;
      pairs.push_back({*likeness, same, of_base[i], n});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tuple(-a.likeness, !a.same_fingerprint, a.base, a.now) <
           std::tuple(-b.likeness, !b.same_fingerprint, b.base, b.now);
  });
  std::vector<bool> taken(base.size());
  for (const Pair& pair : pairs) {
    if (taken[pair.base] || (*matches)[pair.now]) continue;
    taken[pair.base] = true;
    (*matches)[pair.now] = pair.base;
  }
}

}  // namespace

std::optional<std::int64_t> AmountOf(const Finding& finding) {
  const Impact& impact = finding.impact;
  switch (finding.kind) {
    case FindingKind::kFdLeak:
    case FindingKind::kThreadLeak:
    case FindingKind::kGaugeGrowth:
      return impact.count;
    case FindingKind::kPeakSpike:
      return impact.peak_bytes;
    case FindingKind::kBudgetExceeded:
      if (impact.peak_bytes) return impact.peak_bytes;
      if (impact.count) return impact.count;
      break;
    case FindingKind::kOptimization:
      if (finding.waste) return finding.waste->bytes;
      break;
    default:
      break;
  }
  return impact.bytes_per_iteration ? impact.bytes_per_iteration : impact.total_bytes;
}

std::vector<std::optional<std::size_t>> MatchFindings(const std::vector<Finding>& base,
                                                      const std::vector<Finding>& now) {
  Matches matches(now.size());
  std::map<std::string, Indices> of_base;
  std::map<std::string, Indices> of_now;
  for (std::size_t i = 0; i < base.size(); ++i) of_base[GroupOf(base[i])].push_back(i);
  for (std::size_t i = 0; i < now.size(); ++i) of_now[GroupOf(now[i])].push_back(i);
  for (const auto& [group, seen] : of_now) {
    const auto known = of_base.find(group);
    if (known != of_base.end()) MatchGroup(base, known->second, now, seen, &matches);
  }
  return matches;
}

}  // namespace memprof
