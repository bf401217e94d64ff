// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/doctor/checkup_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace memprof {
namespace {

Checkup OneMissing(bool essential) {
  Checkup checkup;
  checkup.program = "foo\xfftest";
  checkup.checks = {{"lsan",
                     "LeakSanitizer",
                     CheckState::kMissing,
                     essential,
                     "it was not loaded",
                     "what is lost",
                     {"install it", "name it"}},
                    {"ptrace", "ptrace", CheckState::kOk, false, "it works", "", {}}};
  return checkup;
}

TEST(CheckupText, SaysOfEachWhatWasSeenWhatIsLostAndWhatToDo) {
  const std::string text = RenderCheckupText(OneMissing(false), false, 100);
  EXPECT_EQ(text.substr(0, text.find("\n\n")),
            "missing  LeakSanitizer\n"
            "  seen      it was not loaded\n"
            "  loses     what is lost\n"
            "  do        install it\n"
            "  or        name it\n"
            "ok       ptrace\n"
            "  seen      it works");
  EXPECT_NE(text.find("can measure the tests of"), std::string::npos) << text;
  EXPECT_NE(RenderCheckupText(OneMissing(true), false, 100).find("cannot measure"),
            std::string::npos);
}

TEST(CheckupText, IsPaintedRedOnlyWhereNothingWorksWithoutIt) {
  EXPECT_EQ(RenderCheckupText(OneMissing(false), true, 100).find("\x1b[1;31m"), std::string::npos);
  EXPECT_NE(RenderCheckupText(OneMissing(true), true, 100).find("\x1b[1;31m"), std::string::npos);
}

TEST(CheckupText, AsJsonItHasStableNamesAndSurvivesAnyBytes) {
  const auto json = nlohmann::json::parse(RenderCheckupJson(OneMissing(true)));
  EXPECT_EQ(json.at("schema_version"), 1);
  EXPECT_EQ(json.at("works"), false);
  EXPECT_EQ(json.at("checks").at(0).at("id"), "lsan");
  EXPECT_EQ(json.at("checks").at(0).at("state"), "missing");
  EXPECT_EQ(json.at("checks").at(0).at("do").size(), 2u);
  EXPECT_TRUE(json.at("checks").at(1).at("loses").is_null());
}

}  // namespace
}  // namespace memprof
