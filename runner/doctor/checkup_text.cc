// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/doctor/checkup_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runner/report/json_writer.h"
#include "runner/report/quantity.h"
#include "runner/report/text_page.h"

namespace memprof {
namespace {

/// Rises when a reader of the old form would misunderstand the new one.
constexpr int kCheckupSchemaVersion = 1;

Paint PaintOf(const Check& check) {
  if (check.state == CheckState::kOk) return Paint::kGreen;
  return check.state == CheckState::kMissing && check.essential ? Paint::kRed : Paint::kYellow;
}

std::string Outcome(const Checkup& checkup) {
  const std::string what = checkup.program.empty() ? "tests" : "the tests of " + checkup.program;
  if (!checkup.Works()) return "memprof cannot measure " + what + " here: see what is missing.";
  const auto less = std::count_if(checkup.checks.begin(), checkup.checks.end(),
                                  [](const Check& c) { return c.state != CheckState::kOk; });
  if (less == 0) return "memprof can measure " + what + " here, with all its witnesses.";
  return fmt::format("memprof can measure {} here; {} limited or missing.", what,
                     Counted(less, "thing is", "things are"));
}

}  // namespace

const char* Name(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "ok";
    case CheckState::kLimited:
      return "limited";
    case CheckState::kMissing:
      break;
  }
  return "missing";
}

std::string RenderCheckupText(const Checkup& checkup, bool color, std::size_t columns) {
  TextPage page(color, columns);
  for (const Check& check : checkup.checks) {
    page.Heading(fmt::format("{:<7}", Name(check.state)), PaintOf(check), check.title, "");
    page.Item("seen", check.seen);
    if (!check.loses.empty()) page.Item("loses", check.loses);
    const char* label = "do";
    for (const std::string& cure : check.cures) page.Item(std::exchange(label, "or"), cure);
  }
  page.Blank();
  page.Line(Outcome(checkup), Paint::kBold);
  return std::move(page).Finish();
}

std::string RenderCheckupJson(const Checkup& checkup) {
  using Json = nlohmann::ordered_json;
  JsonWriter writer;
  writer.Member("schema_version", kCheckupSchemaVersion);
  writer.Member("tool", {{"name", "memprof"}, {"version", MEMPROF_VERSION}});
  writer.Member("program", checkup.program.empty() ? Json(nullptr) : Json(checkup.program));
  writer.Member("works", checkup.Works());
  writer.OpenArray("checks");
  for (const Check& check : checkup.checks) {
    Json json = Json::object();
    json["id"] = check.id;
    json["title"] = check.title;
    json["state"] = Name(check.state);
    json["essential"] = check.essential;
    json["seen"] = check.seen;
    json["loses"] = check.loses.empty() ? Json(nullptr) : Json(check.loses);
    json["do"] = check.cures;
    writer.TallElement(json);
  }
  writer.CloseArray();
  return std::move(writer).Finish();
}

}  // namespace memprof
