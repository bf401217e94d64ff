// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/analyzer_sarif.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

namespace memprof::scan {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostNotes = 12;

/// A member of an object, null where there is none; of an array its first element.
const Json& At(const Json& json, const char* name) {
  static const Json kNull;
  if (json.is_array()) return json.empty() ? kNull : At(json.front(), name);
  if (!json.is_object()) return kNull;
  const auto found = json.find(name);
  return found == json.end() ? kNull : *found;
}

std::string TextAt(const Json& json, const char* name) {
  const Json& text = At(json, name);
  return text.is_string() ? text.get<std::string>() : std::string();
}

int NumberAt(const Json& json, const char* name) {
  const Json& number = At(json, name);
  if (!number.is_number_unsigned()) return 0;
  return static_cast<int>(std::min<std::uint64_t>(number.get<std::uint64_t>(), 1'000'000'000));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The path of "file:///home/me/my%20code/a.cc".
std::string PathOf(std::string uri) {
  constexpr std::string_view kScheme = "file://";
  if (uri.starts_with(kScheme)) uri.erase(0, kScheme.size());
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const bool is_coded = uri[i] == '%' && i + 2 < uri.size() && HexDigit(uri[i + 1]) >= 0 &&
                          HexDigit(uri[i + 2]) >= 0;
    path += is_coded ? static_cast<char>(HexDigit(uri[i + 1]) * 16 + HexDigit(uri[i + 2])) : uri[i];
    if (is_coded) i += 2;
  }
  return path;
}

std::optional<Place> PlaceIn(const Json& location) {
  const Json& physical = At(location, "physicalLocation");
  Place place;
  place.file = PathOf(TextAt(At(physical, "artifactLocation"), "uri"));
  place.line = NumberAt(At(physical, "region"), "startLine");
  place.column = NumberAt(At(physical, "region"), "startColumn");
  if (place.file.empty() || place.line == 0) return std::nullopt;
  return place;
}

/// The leak pattern of a checker's message; none where that is about something else.
std::optional<Pattern> PatternFor(const std::string& rule, const std::string& message) {
  if (message.find("leak") == std::string::npos) return std::nullopt;
  if (rule == "cplusplus.NewDeleteLeaks" || rule == "unix.Malloc") return Pattern::kLostOwner;
  if (rule == "unix.Stream" || rule == "alpha.unix.Stream") return Pattern::kHandleNotClosed;
  return std::nullopt;
}

/// What stands between the first quotes; empty without.
std::string Quoted(const std::string& message) {
  const std::size_t begin = message.find('\'');
  const std::size_t end = begin == std::string::npos ? begin : message.find('\'', begin + 1);
  return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
}

/// Whether a step of the analyzer's path is the call that acquires.
bool Gets(const std::string& step, bool is_memory) {
  return step.find(is_memory ? "is allocated" : "opened here") != std::string::npos;
}

std::optional<StaticRisk> RiskIn(const Json& result) {
  const std::string message = TextAt(At(result, "message"), "text");
  const std::optional<Pattern> pattern = PatternFor(TextAt(result, "ruleId"), message);
  std::optional<Place> place =
      PlaceIn(At(result, "locations").is_array()
                  ? (At(result, "locations").empty() ? Json() : At(result, "locations").front())
                  : Json());
  if (!pattern || !place) return std::nullopt;
  StaticRisk risk;
  risk.pattern = *pattern;
  risk.confidence = Confidence::kMedium;
  risk.source = "clang-analyzer";
  const bool is_memory = risk.pattern == Pattern::kLostOwner;
  bool is_got = false;
  const Json& steps = At(At(At(result, "codeFlows"), "threadFlows"), "locations");
  if (steps.is_array()) {
    for (const Json& step : steps) {
      const std::optional<Place> at = PlaceIn(At(step, "location"));
      if (!at) continue;
      const std::string text = TextAt(At(At(step, "location"), "message"), "text");
      // Where it is got; of what a function of the code returns that is the call of it.
      const bool is_returned = text.starts_with("Returned allocated");
      if (is_returned || (!is_got && Gets(text, is_memory))) {
        place = at;
        is_got = true;
      }
      const bool matters = TextAt(step, "importance") != "unimportant";
      if (matters && risk.notes.size() < kMostNotes) risk.notes.push_back({*at, "", text});
    }
  }
  risk.place = *place;
  risk.subject = Quoted(message);
  if (risk.subject.empty()) risk.subject = is_memory ? "memory" : "stream";
  risk.title = message;
  risk.cause = "clang's static analyzer found a path on which it is not released: see the notes.";
  risk.advice = is_memory ? "Give it to a std::unique_ptr as soon as it is there."
                          : "Give it to an owner whose destructor closes it.";
  return risk;
}

bool IsSame(const StaticRisk& own, const StaticRisk& other) {
  if (own.pattern != other.pattern || own.place.file != other.place.file) return false;
  const auto has_line = [](const StaticRisk& risk, int line) {
    return std::any_of(risk.notes.begin(), risk.notes.end(),
                       [&](const RiskNote& note) { return note.place.line == line; });
  };
  return own.place.line == other.place.line || has_line(other, own.place.line) ||
         (other.pattern == Pattern::kHandleNotClosed && has_line(own, other.place.line));
}

auto Key(const StaticRisk& risk) {
  return std::tie(risk.place.file, risk.place.line, risk.pattern, risk.subject);
}

/// By place; what several units have of one header once.
void SortAndKeepOne(std::vector<StaticRisk>* risks) {
  std::stable_sort(risks->begin(), risks->end(),
                   [](const StaticRisk& a, const StaticRisk& b) { return Key(a) < Key(b); });
  const auto last =
      std::unique(risks->begin(), risks->end(),
                  [](const StaticRisk& a, const StaticRisk& b) { return Key(a) == Key(b); });
  risks->erase(last, risks->end());
}

}  // namespace

Result<std::vector<StaticRisk>> ParseAnalyzerSarif(std::string_view text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  const Json& runs = At(json, "runs");
  if (!runs.is_array()) {
    return Error{ErrorKind::kUnreadable, file + " is not what clang's analyzer writes (SARIF)",
                 "run clang --analyze on the file by hand"};
  }
  std::vector<StaticRisk> risks;
  for (const Json& run : runs) {
    const Json& results = At(run, "results");
    if (!results.is_array()) continue;
    for (const Json& result : results) {
      if (std::optional<StaticRisk> risk = RiskIn(result)) risks.push_back(std::move(*risk));
    }
  }
  return risks;
}

std::vector<StaticRisk> JoinAnalyzerRisks(std::vector<StaticRisk> own,
                                          std::vector<StaticRisk> analyzer) {
  SortAndKeepOne(&analyzer);
  const std::size_t own_count = own.size();
  for (StaticRisk& risk : analyzer) {
    const auto end = own.begin() + static_cast<std::ptrdiff_t>(own_count);
    const auto same = std::find_if(
        own.begin(), end, [&](const StaticRisk& candidate) { return IsSame(candidate, risk); });
    if (same == end) {
      own.push_back(std::move(risk));
      continue;
    }
    same->confidence = Confidence::kHigh;
    same->notes.push_back({risk.place, same->function, "clang's analyzer: " + risk.title});
  }
  std::stable_sort(own.begin(), own.end(),
                   [](const StaticRisk& a, const StaticRisk& b) { return Key(a) < Key(b); });
  return own;
}

}  // namespace memprof::scan
