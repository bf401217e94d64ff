// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merged_stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// "screen: 14 tests in 1.2 s, libmemprof.so preloaded"
///  name    count noun         rest
struct StageLine {
  std::string name;
  std::int64_t count = 0;
  std::string noun;  ///< of one
  std::string rest;  ///< without the time
  std::int64_t reports = 1;
  std::string text;  ///< as it was

  bool IsLike(const StageLine& other) const {
    return name == other.name && noun == other.noun && rest == other.rest;
  }
};

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Takes the number that `text` begins with, "1,234", from it. No more digits than thousands of
/// reports can add up.
std::optional<std::int64_t> TakeNumber(std::string_view* text) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  while (!text->empty() && digits < 15 &&
         (IsDigit(text->front()) ||
          (digits > 0 && text->size() > 1 && text->front() == ',' && IsDigit((*text)[1])))) {
    if (text->front() != ',') {
      number = number * 10 + (text->front() - '0');
      ++digits;
    }
    text->remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return number;
}

/// Takes " in 1.2 s" out.
std::string WithoutTime(std::string_view text) {
  constexpr std::string_view kIn = " in ";
  const std::size_t begin = text.find(kIn);
  if (begin == std::string_view::npos || begin + kIn.size() >= text.size() ||
      !IsDigit(text[begin + kIn.size()])) {
    return std::string(text);
  }
  const std::size_t end = std::min(text.find_first_of(",;", begin), text.size());
  return std::string(text.substr(0, begin)) + std::string(text.substr(end));
}

/// ", in 3 reports" of a line that was merged before.
std::int64_t TakeReports(std::string* rest) {
  constexpr std::string_view kIn = ", in ";
  const std::size_t begin = rest->rfind(kIn);
  if (begin == std::string::npos) return 1;
  std::string_view end = std::string_view(*rest).substr(begin + kIn.size());
  const std::optional<std::int64_t> reports = TakeNumber(&end);
  if (!reports || end != " reports") return 1;
  rest->resize(begin);
  return *reports;
}

StageLine AsItIs(const std::string& text) {
  StageLine line;
  line.text = text;
  return line;
}

std::optional<StageLine> Parse(const std::string& whole) {
  StageLine line = AsItIs(whole);
  std::string_view text = whole;
  const std::size_t colon = text.find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  line.name = text.substr(0, colon);
  text.remove_prefix(colon + 2);
  const std::optional<std::int64_t> count = TakeNumber(&text);
  if (!count || !text.starts_with(' ')) return std::nullopt;
  line.count = *count;
  text.remove_prefix(1);
  std::size_t end = 0;
  while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
  line.noun = text.substr(0, end);
  if (line.count != 1 && line.noun.ends_with('s')) line.noun.pop_back();
  if (line.noun.empty()) return std::nullopt;
  std::string rest(text.substr(end));
  line.reports = TakeReports(&rest);
  line.rest = WithoutTime(rest);
  return line;
}

std::string TextOf(const StageLine& line) {
  if (line.reports == 1) return line.text;
  return fmt::format("{}: {}{}, in {} reports", line.name, Counted(line.count, line.noun),
                     line.rest, line.reports);
}

}  // namespace

std::vector<std::string> StagesOf(std::span<const Report> parts) {
  std::vector<StageLine> lines;
  for (const Report& part : parts) {
    for (const std::string& text : part.stages) {
      std::optional<StageLine> line = Parse(text);
      const auto known = std::find_if(lines.begin(), lines.end(), [&](const StageLine& each) {
        return line && !each.noun.empty() ? each.IsLike(*line) : each.text == text;
      });
      if (known == lines.end()) {
        lines.push_back(line ? *line : AsItIs(text));
      } else if (line) {
        known->count += line->count;
        known->reports += line->reports;
      }
    }
  }
  std::vector<std::string> stages;
  for (const StageLine& line : lines) stages.push_back(TextOf(line));
  return stages;
}

}  // namespace memprof
