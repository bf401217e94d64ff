// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace memprof {
namespace {

constexpr std::size_t kContext = 3;
constexpr long kMostDifferences = 1000;  // the search takes memory by its square

using Lines = std::vector<std::string_view>;

/// Each with its newline, which the last may lack.
Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// Lines [before, before_end) are replaced by [after, after_end).
struct Span {
  std::size_t before;
  std::size_t before_end;
  std::size_t after;
  std::size_t after_end;
};

/// One step of an edit script: a line taken out or put in, at these places.
struct Step {
  bool is_removal;
  std::size_t before;
  std::size_t after;
};

/// A shortest edit script, by Myers, "An O(ND) difference algorithm and its variations" (1986):
/// `furthest` has, for each diagonal k = x - y, the furthest x that d steps reach. Empty when it is
/// longer than kMostDifferences.
std::vector<Step> ShortestScript(const Lines& a, const Lines& b) {
  const long n = static_cast<long>(a.size());
  const long m = static_cast<long>(b.size());
  const long most = std::min(n + m, kMostDifferences);
  std::vector<long> furthest(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&furthest, most](long k) -> long& {
    return furthest[static_cast<std::size_t>(k + most + 1)];
  };
  std::vector<std::vector<long>> history;
  const auto goes_down = [](const auto& x_at, long k, long d) {
    return k == -d || (k != d && x_at(k - 1) < x_at(k + 1));
  };
  for (long d = 0; d <= most; ++d) {
    history.push_back(furthest);
    for (long k = -d; k <= d; k += 2) {
      long x = goes_down(at, k, d) ? at(k + 1) : at(k - 1) + 1;
      while (x < n && x - k < m && x - k >= 0 &&
             a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) {
        ++x;
      }
      at(k) = x;
      if (x < n || x - k < m) continue;
      std::vector<Step> script;
      long end_x = n;
      long end_y = m;
      for (long step = d; step > 0; --step) {
        const std::vector<long>& then = history[static_cast<std::size_t>(step)];
        const auto then_at = [&then, most](long diagonal) {
          return then[static_cast<std::size_t>(diagonal + most + 1)];
        };
        const long diagonal = end_x - end_y;
        const bool down = goes_down(then_at, diagonal, step);
        const long from = down ? diagonal + 1 : diagonal - 1;
        end_x = then_at(from);
        end_y = end_x - from;
        script.push_back({!down, static_cast<std::size_t>(end_x), static_cast<std::size_t>(end_y)});
      }
      std::reverse(script.begin(), script.end());
      return script;
    }
  }
  return {};
}

/// What differs, in order, none empty and none touching the next.
std::vector<Span> Differences(Lines a, Lines b) {
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  while (a.size() > same && b.size() > same && a.back() == b.back()) {
    a.pop_back();
    b.pop_back();
  }
  if (a.size() == same && b.size() == same) return {};
  a.erase(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(same));
  b.erase(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(same));
  std::vector<Span> spans;
  for (const Step& step : ShortestScript(a, b)) {
    const std::size_t before = step.before + same;
    const std::size_t after = step.after + same;
    if (spans.empty() || spans.back().before_end != before || spans.back().after_end != after) {
      spans.push_back({before, before, after, after});
    }
    ++(step.is_removal ? spans.back().before_end : spans.back().after_end);
  }
  if (spans.empty()) spans.push_back({same, same + a.size(), same, same + b.size()});
  return spans;
}

void AddLine(char sign, std::string_view line, std::string* out) {
  *out += sign;
  *out += line;
  if (!line.ends_with('\n')) *out += "\n\\ No newline at end of file\n";
}

/// As in a hunk's head: one line has no count, and none are told by the line before them.
std::string Extent(std::size_t begin, std::size_t end) {
  if (end == begin) return fmt::format("{},0", begin);
  if (end == begin + 1) return fmt::format("{}", begin + 1);
  return fmt::format("{},{}", begin + 1, end - begin);
}

}  // namespace

std::string UnifiedDiff(const std::string& path, std::string_view before, std::string_view after) {
  const Lines a = LinesOf(before);
  const Lines b = LinesOf(after);
  const std::vector<Span> spans = Differences(a, b);
  if (spans.empty()) return {};
  // patch takes a name up to its first blank, unless a tab ends it.
  const bool has_blank = path.find(' ') != std::string::npos;
  const std::string name = path + (has_blank ? "\t" : "");
  std::string out = fmt::format("--- a/{0}\n+++ b/{0}\n", name);
  for (std::size_t first = 0; first < spans.size();) {
    std::size_t last = first;
    while (last + 1 < spans.size() &&
           spans[last + 1].before - spans[last].before_end <= 2 * kContext) {
      ++last;
    }
    const std::size_t lead = std::min(kContext, spans[first].before);
    const std::size_t trail = std::min(kContext, a.size() - spans[last].before_end);
    std::size_t at = spans[first].before - lead;
    out += fmt::format("@@ -{} +{} @@\n", Extent(at, spans[last].before_end + trail),
                       Extent(spans[first].after - lead, spans[last].after_end + trail));
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < spans[i].before; ++at) AddLine(' ', a[at], &out);
      for (; at < spans[i].before_end; ++at) AddLine('-', a[at], &out);
      for (std::size_t j = spans[i].after; j < spans[i].after_end; ++j) AddLine('+', b[j], &out);
    }
    for (const std::size_t end = at + trail; at < end; ++at) AddLine(' ', a[at], &out);
    first = last + 1;
  }
  return out;
}

}  // namespace memprof
