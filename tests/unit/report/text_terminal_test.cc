// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "runner/report/place_links.h"
#include "runner/report/plain_text.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

RenderOptions Linked() {
  RenderOptions options;
  options.hyperlinks = true;
  options.source_root = "/home/a user/project";
  options.host = "build-host";
  return options;
}

/// Lines that hold something which is never broken: commands, code, and long words.
bool MayBeLong(const std::string& line) {
  const std::size_t start = line.find_first_not_of(' ');
  const std::string text = start == std::string::npos ? "" : line.substr(start);
  return text.starts_with("rerun") || text.starts_with("patch ") || text.find(" | ") < 20 ||
         text.find(' ') == std::string::npos || line.starts_with("              ");
}

TEST(TextOnTerminals, FitsTheColumns) {
  for (const std::size_t columns : {60u, 72u, 80u, 100u, 120u}) {
    RenderOptions options;
    options.text_columns = columns;
    std::istringstream text(RenderText(SampleReport(), options));
    for (std::string line; std::getline(text, line);) {
      if (MayBeLong(line)) continue;
      EXPECT_LE(DisplayWidth(line), columns) << line;
    }
  }
}

TEST(TextOnTerminals, LinksChangeNothingThatIsSeen) {
  for (const bool color : {false, true}) {
    RenderOptions options = Linked();
    options.color = color;
    const std::string linked = RenderText(SampleReport(), options);
    EXPECT_NE(linked.find("\x1b]8;;file://build-host/home/a%20user/project/"), std::string::npos);
    EXPECT_EQ(StripAnsi(linked), RenderText(SampleReport(), {}));
  }
}

TEST(TextOnTerminals, LinksCoverThePlaceAlone) {
  Report report;
  report.tests.emplace_back().file = "src/a b.cc";
  Finding& finding = report.findings.emplace_back();
  finding.location.file = "src/x.cc";
  finding.stack.emplace_back().file = "/usr/include/y.h";
  const auto linked = [](const std::string& uri, const std::string& text) {
    return "\x1b]8;;file://build-host" + uri + "\x1b\\" + text + "\x1b]8;;\x1b\\";
  };
  const std::string root = "/home/a%20user/project";
  EXPECT_EQ(WithPlaceLinks("at src/x.cc:12, (src/a b.cc:3)", report, Linked()),
            "at " + linked(root + "/src/x.cc", "src/x.cc:12") + ", (" +
                linked(root + "/src/a%20b.cc", "src/a b.cc:3") + ")");
  EXPECT_EQ(WithPlaceLinks("\x1b[1m/usr/include/y.h:7\x1b[0m", report, Linked()),
            "\x1b[1m" + linked("/usr/include/y.h", "/usr/include/y.h:7") + "\x1b[0m");
  for (const char* text :
       {"other/src/x.cc:12", "x.cc:12", "src/x.cc", "src/x.cc:", "src/x.cc::f"}) {
    EXPECT_EQ(WithPlaceLinks(text, report, Linked()), text);
  }
  EXPECT_EQ(WithPlaceLinks("src/x.cc:12", report, RenderOptions()), "src/x.cc:12")
      << "the root is not known";
}

TEST(TextOnTerminals, UrisEscapeWhatTheyDoNotTake) {
  EXPECT_EQ(FileUri("h", "/a b/%/ü/c#d?e:f.cc"), "file://h/a%20b/%25/%C3%BC/c%23d%3Fe%3Af.cc");
  EXPECT_EQ(FileUri("", "/x\x1b\\y"), "file:///x%1B%5Cy");
}

}  // namespace
}  // namespace memprof
