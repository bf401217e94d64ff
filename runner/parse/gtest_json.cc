// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/gtest_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <utility>

namespace memprof {
namespace {

using Json = nlohmann::json;

GtestCase::Result ResultOf(const Json& test) {
  const std::string result = test.value("result", "");
  if (result.empty()) return GtestCase::Result::kUnknown;
  if (test.contains("failures")) return GtestCase::Result::kFailed;
  if (result == "SKIPPED") return GtestCase::Result::kSkipped;
  if (result == "SUPPRESSED") return GtestCase::Result::kNotRun;
  return GtestCase::Result::kRan;
}

bool IsAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Where `char` has a sign, GoogleTest (1.10 to 1.17) writes each byte of a name that is not ASCII
/// as a character of its own: "ö", which is C3 B6, as "\u00C3\u00B6". Takes that back: `text` is
/// UTF-8 and becomes the bytes that its characters stand for. One above U+00FF is nobody's byte,
/// and the text stays as it is.
std::string BytesFrom(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      bytes += text[i];
    } else if ((lead == 0xC2 || lead == 0xC3) && i + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[++i]);
      bytes += static_cast<char>((lead & 3) << 6 | (next & 0x3F));
    } else {
      return text;
    }
  }
  return bytes;
}

void NamesToBytes(RecordedTest* test) {
  for (std::string* text :
       {&test->suite, &test->name, &test->file, &test->type_parameter, &test->value_parameter}) {
    if (!IsAscii(*text)) *text = BytesFrom(*text);
  }
}

/// 0 where there is none that a source file could have.
int LineOf(const Json& test) {
  const auto found = test.find("line");
  if (found == test.end() || !found->is_number_unsigned()) return 0;
  const auto line = found->get<std::uint64_t>();
  return std::in_range<int>(line) ? static_cast<int>(line) : 0;
}

GtestCase CaseFrom(const std::string& suite, const Json& test) {
  GtestCase listed;
  listed.test.suite = suite;
  test.at("name").get_to(listed.test.name);
  listed.test.file = test.value("file", "");
  listed.test.line = LineOf(test);
  listed.test.type_parameter = test.value("type_param", "");
  listed.test.value_parameter = test.value("value_param", "");
  listed.result = ResultOf(test);
  return listed;
}

/// GoogleTest writes parameters as the test's own printer gives them, in any encoding.
std::string AsciiOnly(std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
      '?');
  return ascii;
}

std::vector<GtestCase> CasesFrom(const Json& json) {
  std::vector<GtestCase> cases;
  for (const Json& suite : json.at("testsuites")) {
    const std::string name = suite.at("name");
    for (const Json& test : suite.at("testsuite")) cases.push_back(CaseFrom(name, test));
  }
  return cases;
}

}  // namespace

bool GtestCase::IsDisabled() const {
  auto is_disabled = [](const std::string& name) {
    return name.starts_with("DISABLED_") || name.find("/DISABLED_") != std::string::npos;
  };
  return is_disabled(test.suite) || is_disabled(test.name);
}

Result<std::vector<GtestCase>> ParseGtestJson(std::string_view text) {
  // The library throws; it ends here.
  try {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) json = Json::parse(AsciiOnly(text));
    std::vector<GtestCase> cases = CasesFrom(json);
    if (IsAscii(text)) {
      for (GtestCase& each : cases) NamesToBytes(&each.test);
    }
    return cases;
  } catch (const Json::exception& exception) {
    return Error{ErrorKind::kDamaged,
                 std::string("GoogleTest's JSON of the tests cannot be read: ") + exception.what(),
                 "the disk may be full, or the test binary ended while it wrote"};
  }
}

std::vector<std::string> MarkedInOutput(std::string_view output, std::string_view mark) {
  // Ten columns between the brackets, a blank at least on either side of the word.
  const std::string whole = mark == "RUN"  ? "[ RUN      ] "
                            : mark == "OK" ? "[       OK ] "
                                           : fmt::format("[  {:<8}] ", mark);
  std::vector<std::string> names;
  std::unordered_set<std::string_view>
      seen;  // a suite that floods its output names 100,000 of them
  for (std::size_t at = output.find(whole); at != std::string_view::npos;
       at = output.find(whole, at)) {
    at += whole.size();
    std::string_view name = output.substr(at, output.substr(at).find('\n'));
    // "Suite.Name (0 ms)", "Suite.Name, where GetParam() = 3 (0 ms)", and "2 tests, listed below:"
    name = name.substr(0, name.find_first_of(" ,\r"));
    if (name.find('.') == std::string_view::npos) continue;
    if (seen.insert(name).second) names.emplace_back(name);
  }
  return names;
}

std::vector<std::string_view> OutputByIteration(std::string_view output) {
  constexpr std::string_view kBegin = "\nRepeating all tests (iteration ";
  std::vector<std::string_view> pieces;
  std::size_t begin = output.find(kBegin);
  if (begin == std::string_view::npos) return {output};
  while (begin != std::string_view::npos) {
    const std::size_t end = output.find(kBegin, begin + kBegin.size());
    pieces.push_back(output.substr(begin, end == std::string_view::npos ? end : end - begin));
    begin = end;
  }
  return pieces;
}

}  // namespace memprof
