// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/comparison_figures.h"
#include "runner/report/finding_order.h"
#include "runner/report/finding_place.h"
#include "runner/report/hang_text.h"
#include "runner/report/headline.h"
#include "runner/report/json_writer.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"
#include "runner/report/rule_id.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPartColumns = 400;
constexpr std::size_t kTestsShown = 3;
constexpr std::size_t kEntries = 5000;

/// GitLab knows info, minor, major, critical and blocker.
const char* SeverityOf(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "critical";
    case Severity::kWarning:
      return "major";
    case Severity::kOptimization:
      return "minor";
  }
  return "info";
}

std::string Description(const Finding& finding, const SourcePlace& place) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, std::string_view text) {
    if (const std::string plain = Shortened(OneLine(text), kPartColumns); !plain.empty()) {
      parts.push_back(fmt::format("{}{}", what, plain));
    }
  };
  add("", Headline(finding));
  add("in ", OwnersOf(finding, kTestsShown));
  add("cause: ", finding.cause);
  if (finding.fix) add("fix: ", finding.fix->summary);
  if (finding.baseline == BaselineState::kKnown) add("", "known to the baseline");
  if (place.of != SourcePlace::Of::kSite) {
    if (!finding.location.file.empty()) add("it is at ", PlaceOf(finding));
    add("", WhyThere(place.of));
  }
  if (parts.empty()) parts.emplace_back(Name(finding.kind));
  return fmt::format("{}", fmt::join(parts, "; "));
}

/// The array, an entry a line.
class Entries {
 public:
  void Add(std::string_view description, std::string_view check, std::string_view fingerprint,
           std::string_view severity, const SourcePlace& place) {
    // GitLab shows one of those that have the same.
    const int seen = ++fingerprints_[std::string(fingerprint)];
    const std::string unique =
        seen == 1 ? std::string(fingerprint) : fmt::format("{}-{}", fingerprint, seen);
    text_ += fmt::format(
        "{}\n  {}", text_.empty() ? "" : ",",
        JsonText({{"description", description},
                  {"check_name", check},
                  {"fingerprint", unique},
                  {"severity", severity},
                  {"location", {{"path", place.file}, {"lines", {{"begin", place.line}}}}}}));
  }

  std::string Finish() && {
    return text_.empty() ? "[]\n" : fmt::format("[{}\n]\n", std::move(text_));
  }

 private:
  std::map<std::string, int> fingerprints_;
  std::string text_;
};

std::string Partial(const Report& report) {
  if (!report.crash.empty()) {
    return fmt::format("the test binary ended early, only what it did before is judged: {}",
                       Shortened(OneLine(report.crash), kPartColumns));
  }
  if (!report.interrupted) return "";
  return fmt::format("the run was interrupted{}: what is not listed is unknown", InStage(report));
}

}  // namespace

std::string RenderGitlab(const Report& report, const RenderOptions&) {
  const FindingPlaces places(report);
  Entries entries;
  // What has no finding to stand at, and must not be lost: at the first test.
  const std::optional<SourcePlace> run = places.OfRun();
  if (const std::string partial = Partial(report); run && !partial.empty()) {
    entries.Add("memprof: " + partial, "partial-run", "memprof-partial-run", "blocker", *run);
  }
  if (run && !report.conflicts.empty()) {
    entries.Add(fmt::format("memprof: the merged reports contradict each other in {}: {}",
                            Counted(static_cast<std::int64_t>(report.conflicts.size()), "place"),
                            Shortened(OneLine(report.conflicts.front()), kPartColumns)),
                "conflict", "memprof-conflict", "info", *run);
  }
  std::size_t added = 0;
  std::size_t left_out = 0;
  for (const auto& [finding, number] : FindingOrder(report)) {
    const std::optional<SourcePlace> place = places.Of(*finding);
    if (!place || added == kEntries) {
      ++left_out;
      continue;
    }
    entries.Add(Description(*finding, *place), RuleId(*finding), OneLine(finding->fingerprint),
                SeverityOf(finding->severity), *place);
    ++added;
  }
  if (run && left_out > 0) {
    entries.Add(fmt::format("memprof: +{} more, left out here: report.json has them",
                            HumanCount(static_cast<std::int64_t>(left_out))),
                "left-out", "memprof-left-out", "info", *run);
  }
  if (run && !report.not_measured.empty()) {
    const NotMeasured& first = report.not_measured.front();
    const std::string what = fmt::format("{}{}{}: {}", first.tool, first.test.empty() ? "" : " of ",
                                         first.test, first.why);
    const std::size_t more = report.not_measured.size() - 1;
    entries.Add(fmt::format("memprof: not everything was measured: {}{}",
                            Shortened(OneLine(what), kPartColumns),
                            more == 0 ? ""
                                      : fmt::format("; +{} more in report.json",
                                                    HumanCount(static_cast<std::int64_t>(more)))),
                "not-measured", "memprof-not-measured", "info",
                places.OfTest(first.test).value_or(*run));
  }
  return std::move(entries).Finish();
}

}  // namespace memprof
