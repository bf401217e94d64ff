// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/suppressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <limits>
#include <utility>

namespace memprof {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

constexpr std::array<std::string_view, 10> kKinds = {
    "leak", "growth",    "fd",           "thread", "mapping",
    "peak", "retention", "optimization", "risk",   "any"};

/// Kinds of the other sanitizers' files, which people keep beside LeakSanitizer's.
constexpr std::array<std::string_view, 15> kOfOtherSanitizers = {"interceptor_via_fun",
                                                                 "interceptor_via_lib",
                                                                 "interceptor_name",
                                                                 "odr_violation",
                                                                 "alloc_dealloc_mismatch",
                                                                 "race",
                                                                 "race_top",
                                                                 "mutex",
                                                                 "signal",
                                                                 "deadlock",
                                                                 "called_from_lib",
                                                                 "vptr",
                                                                 "undefined",
                                                                 "enum",
                                                                 "function"};

constexpr const char* kSyntax =
    "kind:pattern [max_count=N] [max_bytes=SIZE] [expires=YYYY-MM-DD] [reason=\"TEXT\"]";

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// A name before '=' that begins a word at `at`; empty where there is none. `operator=` and `a==b`
/// are parts of patterns.
std::string_view KeyAt(std::string_view line, std::size_t at) {
  const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at);
  if (end == std::string_view::npos || end == at || line[end] != '=') return {};
  const std::string_view key = line.substr(at, end - at);
  const bool compares = end + 1 < line.size() && line[end + 1] == '=';
  return key == "operator" || compares ? std::string_view() : key;
}

/// Where the attributes begin: the first key after a blank, or the line's end.
std::size_t PatternEnd(std::string_view line) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    const bool begins = kBlanks.find(line[i - 1]) != std::string_view::npos;
    if (begins && !KeyAt(line, i).empty()) return i;
  }
  return line.size();
}

/// "4KiB", "512", "1.5" is none. Sizes are in powers of 1024, as our reports print them.
std::optional<std::int64_t> SizeOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  constexpr std::array<std::pair<std::string_view, int>, 5> kUnits = {
      {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};
  for (const auto& [name, shift] : kUnits) {
    if (unit != name) continue;
    if (number > (std::numeric_limits<std::int64_t>::max() >> shift)) return std::nullopt;
    return number << shift;
  }
  return std::nullopt;
}

std::optional<std::int64_t> CountOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = CountOf(text.substr(0, 4));
  const auto month = CountOf(text.substr(5, 2));
  const auto day = CountOf(text.substr(8, 2));
  if (!year || !month || !day) return false;
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

/// One line, whose errors know where they are.
class LineParser {
 public:
  LineParser(std::string_view line, const std::string& file, int number) : line_(line) {
    suppression_.file = file;
    suppression_.line = number;
    suppression_.text = line;
  }

  Result<Suppression> Parse() && {
    if (auto error = ParseKind()) return *error;
    while (!line_.empty()) {
      if (auto error = ParseAttribute()) return *error;
    }
    return std::move(suppression_);
  }

 private:
  using Failure = std::optional<Error>;

  Error Wrong(const std::string& what, std::string hint) const {
    return Error{ErrorKind::kUsage,
                 fmt::format("{}:{}: {}", suppression_.file, suppression_.line, what),
                 std::move(hint)};
  }

  Failure ParseKind() {
    const std::size_t colon = line_.find(':');
    if (colon == std::string_view::npos) {
      return Wrong(fmt::format("\"{}\" has no kind", line_), fmt::format("a line is {}", kSyntax));
    }
    const std::string_view kind = Trimmed(line_.substr(0, colon));
    const auto is_kind = [&](std::string_view name) { return name == kind; };
    if (std::any_of(kOfOtherSanitizers.begin(), kOfOtherSanitizers.end(), is_kind)) {
      return Wrong(
          fmt::format("\"{}\" is a kind of another sanitizer, and suppresses no leak", kind),
          "keep its lines in a file of their own");
    }
    if (std::none_of(kKinds.begin(), kKinds.end(), is_kind)) {
      return Wrong(fmt::format("there is no kind \"{}\"", kind),
                   fmt::format("the kinds are {}", fmt::join(kKinds, ", ")));
    }
    suppression_.kind = kind;
    line_.remove_prefix(colon + 1);
    const std::size_t end = PatternEnd(line_);
    suppression_.pattern = Trimmed(line_.substr(0, end));
    line_.remove_prefix(end);
    // What is left of it would suppress everything.
    if (suppression_.pattern.find_first_not_of("*^$") == std::string::npos &&
        suppression_.pattern != "*") {
      return Wrong("there is no pattern after the kind",
                   fmt::format("for all findings of the kind write {}:*", suppression_.kind));
    }
    return std::nullopt;
  }

  Failure ParseAttribute() {
    const std::string_view key = KeyAt(line_, 0);
    if (key.empty()) {
      return Wrong(fmt::format("\"{}\" is no attribute", line_.substr(0, line_.find(' '))),
                   fmt::format("a line is {}; blanks in a reason need quotes", kSyntax));
    }
    line_.remove_prefix(key.size() + 1);
    std::string value;
    if (auto error = TakeValue(key, &value)) return error;
    line_ = Trimmed(line_);
    return Set(key, value);
  }

  /// To the next blank; or between quotes, in which \" and \\ stand for themselves.
  Failure TakeValue(std::string_view key, std::string* value) {
    if (!line_.starts_with('"')) {
      const std::size_t end = std::min(line_.find_first_of(kBlanks), line_.size());
      *value = line_.substr(0, end);
      line_.remove_prefix(end);
      return std::nullopt;
    }
    for (std::size_t i = 1; i < line_.size(); ++i) {
      if (line_[i] == '"') {
        line_.remove_prefix(i + 1);
        return std::nullopt;
      }
      const bool escapes =
          line_[i] == '\\' && i + 1 < line_.size() && (line_[i + 1] == '"' || line_[i + 1] == '\\');
      if (escapes) ++i;
      *value += line_[i];
    }
    return Wrong(fmt::format("the quotes of {} are not closed", key), "end the line with \"");
  }

  Failure Set(std::string_view key, const std::string& value) {
    if (key == "max_count") {
      suppression_.max_count = CountOf(value);
      if (suppression_.max_count) return std::nullopt;
      return Wrong(fmt::format("max_count is a whole number, and not \"{}\"", value),
                   "it counts blocks, descriptors or threads that one run of a test may keep");
    }
    if (key == "max_bytes") {
      suppression_.max_bytes = SizeOf(value);
      if (suppression_.max_bytes) return std::nullopt;
      return Wrong(fmt::format("max_bytes is a size, and not \"{}\"", value),
                   "write 512, 512B, 4KiB, 1MiB or 1GiB");
    }
    if (key == "expires") {
      suppression_.expires = value;
      if (IsDate(value)) return std::nullopt;
      return Wrong(fmt::format("expires is a date, and not \"{}\"", value),
                   "write it as 2027-03-01; from that day on the line has no effect");
    }
    if (key == "reason") {
      suppression_.reason = value;
      return std::nullopt;
    }
    return Wrong(fmt::format("there is no attribute {}", key),
                 "the attributes are max_count, max_bytes, expires, reason");
  }

  std::string_view line_;
  Suppression suppression_;
};

}  // namespace

Result<std::vector<Suppression>> ParseSuppressions(std::string_view text, const std::string& file) {
  std::vector<Suppression> suppressions;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // as some editors begin a file
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    Result<Suppression> suppression = LineParser(line, file, number).Parse();
    if (!suppression) return suppression.error();
    suppressions.push_back(std::move(suppression).value());
  }
  return suppressions;
}

}  // namespace memprof
