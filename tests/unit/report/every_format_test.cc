// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// What holds for every format, whatever a test program calls its tests, types and files.
#include <gtest/gtest.h>
#include <tinyxml2.h>

#include <algorithm>
#include <clocale>
#include <cstddef>
#include <locale>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "runner/parse/massif_file.h"
#include "runner/report/plain_text.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

/// HostileReport() with a harmless word of its own before what matters most.
Report MarkedReport(const std::string& text) {
  Report report = HostileReport(text);
  TestReport& test = report.tests[0];
  test.suite = "MarkSuite" + text;
  test.name = "MarkName" + text;
  test.file = "dir/MarkTestFile" + text;
  Finding& finding = report.findings[0];
  finding.tests = {test.FullName()};
  finding.title = "MarkTitle" + text;
  finding.location.file = "dir/MarkFile" + text;
  finding.location.function = "MarkFunction" + text;
  finding.held_by->symbol = "MarkHolder" + text;
  finding.retention_path[0].type = "MarkStep" + text;
  finding.cause = "MarkCause" + text;
  for (Frame& frame : report.profiles[0].frames) frame.function = text + " MarkFrame";
  report.sources[0].lines[0] = "MarkLine" + text;
  return report;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t Count(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

void ExpectJson(const std::string& text) { EXPECT_TRUE(Json::accept(text)); }

void ExpectXml(const std::string& text) {
  tinyxml2::XMLDocument document;
  EXPECT_EQ(document.Parse(text.data(), text.size()), tinyxml2::XML_SUCCESS) << document.ErrorStr();
}

void ExpectHtml(const std::string& text) {
  const std::string kBegin = "<script type=\"application/json\" id=\"memprof-data\">";
  const std::size_t begin = text.find(kBegin);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t data = begin + kBegin.size();
  ExpectJson(text.substr(data, text.find("</script>", data) - data));
  const std::string clean = RenderHtml(CleanReport(), {});
  for (const char* what : {"<script", "</script", "<!--"}) {
    EXPECT_EQ(Count(text, what), Count(clean, what)) << what;
  }
}

void ExpectMassif(const std::string& text) {
  const Result<MassifFile> file = ParseMassifFile(text);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_TRUE(file->complete);
  EXPECT_FALSE(file->snapshots.empty());
}

/// Frames with ';' between them, a blank, a number: a ';' or line end of a name would add some.
void ExpectCollapsed(const std::string& text) {
  const std::vector<std::string> lines = Lines(text);
  ASSERT_EQ(lines.size(), 1u) << text;
  EXPECT_TRUE(std::regex_match(lines[0].substr(lines[0].rfind(' ')), std::regex(" [0-9]+")));
  EXPECT_LE(Count(lines[0], ";"), 1u) << "at most the test before its only frame";
}

void ExpectCommands(const std::string& text) {
  for (const std::string& line : Lines(text)) {
    EXPECT_TRUE(std::regex_search(line, std::regex("^::(error|warning|notice)[ :]"))) << line;
    for (std::size_t at = line.find('%'); at != std::string::npos; at = line.find('%', at + 1)) {
      const std::string code = line.substr(at + 1, 2);
      EXPECT_TRUE(code == "25" || code == "0A" || code == "0D" || code == "3A" || code == "2C")
          << code;
    }
  }
}

/// Outside of code no markup but our own, and as many cells in each row of a table.
void ExpectMarkdown(const std::string& text) {
  std::string fence;
  std::size_t cells = 0;
  for (const std::string& line : Lines(text)) {
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (!fence.empty()) {
      if (line == fence) fence.clear();
      continue;
    }
    if (ticks >= 3) {
      fence = line.substr(0, ticks);
      continue;
    }
    EXPECT_EQ(line.find("</script>"), std::string::npos) << line;
    EXPECT_EQ(line.find("<b> &"), std::string::npos) << line;
    if (!line.starts_with("|")) {
      cells = 0;
      continue;
    }
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
      bars += line[i] == '|' && line[i - (i > 0)] != '\\';
    if (cells != 0) {
      EXPECT_EQ(bars, cells) << line;
    }
    cells = bars;
  }
  EXPECT_EQ(fence, "");
}

void ExpectText(const std::string&) {}

struct Expected {
  void (*reads)(const std::string&);
  std::vector<std::string> survives;
};

/// Of each format: its reader, and the names that it shows.
const std::map<std::string, Expected>& Formats() {
  static const std::map<std::string, Expected> kFormats = {
      {"text",
       {ExpectText,
        {"MarkSuite", "MarkName", "MarkTitle", "MarkFunction", "MarkHolder", "MarkStep",
         "MarkCause"}}},
      {"json",
       {ExpectJson,
        {"MarkSuite", "MarkName", "MarkTitle", "MarkFile", "MarkFunction", "MarkHolder", "MarkStep",
         "MarkCause", "MarkFrame", "MarkLine"}}},
      {"html",
       {ExpectHtml,
        {"MarkSuite", "MarkName", "MarkTitle", "MarkFile", "MarkFunction", "MarkHolder", "MarkStep",
         "MarkCause", "MarkFrame", "MarkLine"}}},
      {"junit",
       {ExpectXml,
        {"MarkSuite", "MarkName", "MarkTitle", "MarkFile", "MarkFunction", "MarkHolder", "MarkStep",
         "MarkCause"}}},
      {"markdown", {ExpectMarkdown, {"MarkTitle", "MarkFile", "MarkName"}}},
      {"sarif", {ExpectJson, {"MarkTitle", "MarkFile", "MarkName"}}},
      {"github", {ExpectCommands, {"MarkTitle", "MarkFile"}}},
      {"github-summary", {ExpectMarkdown, {"MarkTitle", "MarkFile", "MarkName"}}},
      {"gitlab", {ExpectJson, {"MarkTitle", "MarkFile"}}},
      {"dhat", {ExpectJson, {"MarkFrame"}}},
      {"massif", {ExpectMassif, {"MarkFrame"}}},
      {"collapsed-kept", {ExpectCollapsed, {"MarkFrame"}}},
      {"collapsed-peak", {ExpectCollapsed, {"MarkFrame"}}},
      {"collapsed-allocated", {ExpectCollapsed, {"MarkFrame"}}},
      {"collapsed-temporary", {ExpectCollapsed, {"MarkFrame"}}}};
  return kFormats;
}

/// `text` as any reader takes it: UTF-8, and of ASCII's control characters line ends and tabs
/// alone. DEL is one that JSON may have.
void ExpectPlain(const std::string& text) {
  EXPECT_TRUE(RepairUtf8(text) == text) << "not UTF-8";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20) continue;
    ASSERT_TRUE(byte == '\n' || byte == '\t')
        << "byte " << int(byte) << " after "
        << text.substr(i > 60 ? i - 60 : 0, std::min<std::size_t>(i, 60));
  }
}

class EveryFormat : public testing::TestWithParam<const Renderer*> {
 protected:
  std::string Render(const Report& report) const { return GetParam()->render(report, {}); }

  const Expected& Wanted() const { return Formats().at(GetParam()->name); }
};

TEST_P(EveryFormat, HostileNamesAreReadAgainAndSurvive) {
  const std::string text = Render(MarkedReport(HostileText()));
  ExpectPlain(text);
  Wanted().reads(text);
  for (const std::string& word : Wanted().survives) {
    EXPECT_NE(text.find(word), std::string::npos) << word;
  }
}

TEST_P(EveryFormat, EveryByteAndEveryAwkwardNameIsReadAgain) {
  using namespace std::string_literals;
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const std::string kTexts[] = {bytes,
                                "",
                                " ",
                                "\n",
                                "\0"s,
                                "\xf0\x9f\xa6"s,
                                "]]>]]>",
                                "<!--<script>",
                                "```\n# title\n```",
                                "../../etc/passwd",
                                "%0A::error::x",
                                "</summary></details>",
                                std::string(4096, 'x'),
                                std::string(4096, '\\'),
                                std::string(4096, '`'),
                                std::string(2048, '\xe9')};
  for (const std::string& hostile : kTexts) {
    SCOPED_TRACE(hostile.substr(0, 40));
    const std::string text = Render(MarkedReport(hostile));
    ExpectPlain(text);
    Wanted().reads(text);
  }
}

TEST_P(EveryFormat, EmptyAndCleanReportsAreReadToo) {
  for (const Report& report : {Report(), CleanReport(), BrokenReport()}) {
    const std::string text = Render(report);
    ExpectPlain(text);
    if (Wanted().reads != ExpectCollapsed && Wanted().reads != ExpectMassif) Wanted().reads(text);
  }
}

TEST_P(EveryFormat, DoesNotDependOnTheLocale) {
  const std::string plain = Render(SampleReport());
  const std::string before = std::setlocale(LC_ALL, nullptr);
  const char* taken = nullptr;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"}) {
    if (taken == nullptr) taken = std::setlocale(LC_ALL, name);
  }
  // Streams take the C++ locale, which needs no locale to be installed.
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale cxx = std::locale::global(std::locale(std::locale::classic(), new Comma));
  const std::string elsewhere = Render(SampleReport());
  std::locale::global(cxx);
  std::setlocale(LC_ALL, before.c_str());
  EXPECT_TRUE(plain == elsewhere);
}

std::vector<const Renderer*> AllRenderers() {
  std::vector<const Renderer*> all;
  for (const Renderer& renderer : Renderers()) all.push_back(&renderer);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Of, EveryFormat, testing::ValuesIn(AllRenderers()), [](const auto& row) {
  std::string name = row.param->name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace memprof
