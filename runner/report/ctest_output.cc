// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/ctest_output.h"

#include <fmt/format.h>

#include <string_view>

#include "runner/report/xml_text.h"

namespace memprof {
namespace {

// The defaults of CTEST_CUSTOM_MAXIMUM_PASSED_TEST_OUTPUT_SIZE and …_FAILED_….
constexpr std::size_t kMostOfPassed = 1024;
constexpr std::size_t kMostOfFailed = 300 * 1024;

/// CTest ends an element at the first '<' and reads it as XML.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : XmlAttribute(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::vector<CtestMeasurement> MeasurementsOf(const TestFigures& figures) {
  std::vector<CtestMeasurement> measurements;
  auto add = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (value) measurements.push_back({name, *value});
  };
  add("memprof kept bytes per run", figures.kept_bytes);
  add("memprof peak bytes", figures.peak_bytes);
  add("memprof allocations per run", figures.allocations);
  add("memprof findings", figures.findings);
  return measurements;
}

std::string CtestMeasurementLines(const std::vector<CtestMeasurement>& measurements) {
  std::string lines;
  for (const CtestMeasurement& each : measurements) {
    lines +=
        fmt::format("<CTestMeasurement type=\"numeric/double\" name=\"{}\">{}</CTestMeasurement>\n",
                    Escaped(each.name), each.value);
  }
  return lines;
}

std::string CtestFileLine(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return fmt::format(
      "<CTestMeasurementFile type=\"file\" name=\"memprof {}\">{}</CTestMeasurementFile>\n",
      Escaped(name), Escaped(path));
}

std::string CtestFullOutputLine(std::size_t bytes, bool passed) {
  return bytes > (passed ? kMostOfPassed : kMostOfFailed) ? "CTEST_FULL_OUTPUT\n" : "";
}

}  // namespace memprof
