// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <tinyxml2.h>

#include <cstddef>
#include <string>

#include "runner/report/json_reader.h"
#include "runner/report/junit_cases.h"
#include "runner/report/plain_text.h"
#include "runner/report/renderers.h"
#include "runner/report/xml_text.h"

namespace memprof {
namespace {

using Outcome = JunitCase::Outcome;

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double wall_ns = 0;  // a sum of what anybody's XML may claim
};

// Bazel reads an integer as milliseconds, so there are always decimals.
std::string Seconds(double nanoseconds) { return fmt::format("{:.3f}", nanoseconds / 1e9); }

void Attribute(tinyxml2::XMLPrinter* xml, const char* name, const std::string& value) {
  xml->PushAttribute(name, XmlAttribute(value).c_str());
}

void PushElement(tinyxml2::XMLPrinter* xml, const char* name, const std::string& text) {
  xml->OpenElement(name);
  xml->PushText(XmlText(text).c_str());
  xml->CloseElement();
}

void PushProperty(const std::string& name, const std::string& value, tinyxml2::XMLPrinter* xml) {
  xml->OpenElement("property");
  Attribute(xml, "name", name);
  Attribute(xml, "value", value);
  xml->CloseElement();
}

/// Jenkins' schema knows no properties of a case: there they are lines of its output.
std::string SystemOut(const JunitCase& made, const RenderOptions& options) {
  std::string text;
  if (options.junit_jenkins) {
    for (const auto& [name, value] : made.properties) {
      text += fmt::format("property {}: {}\n", OneLine(name), OneLine(value));
    }
  }
  return text + made.system_out;
}

void PushCase(const JunitCase& made, const std::string& suite, const RenderOptions& options,
              tinyxml2::XMLPrinter* xml) {
  xml->OpenElement("testcase");
  Attribute(xml, "name", made.name);
  Attribute(xml, "classname", suite);
  if (!options.junit_jenkins && !made.file.empty()) {
    Attribute(xml, "file", made.file);
    if (made.line > 0) xml->PushAttribute("line", made.line);
  }
  Attribute(xml, "time", Seconds(static_cast<double>(made.wall_ns)));
  if (!options.junit_jenkins && !made.properties.empty()) {
    xml->OpenElement("properties");
    for (const auto& [name, value] : made.properties) PushProperty(name, value, xml);
    xml->CloseElement();
  }
  const Outcome outcome = made.outcome;
  if (outcome == Outcome::kFailed || outcome == Outcome::kError) {
    xml->OpenElement(outcome == Outcome::kFailed ? "failure" : "error");
    Attribute(xml, "message", made.message);
    Attribute(xml, "type", made.type);
    xml->PushText(XmlText(made.body).c_str());
    xml->CloseElement();
  } else if (outcome == Outcome::kSkipped) {
    xml->OpenElement("skipped");
    if (!made.message.empty()) Attribute(xml, "message", made.message);
    xml->CloseElement();
  }
  const std::string system_out = SystemOut(made, options);
  if (!system_out.empty()) PushElement(xml, "system-out", system_out);
  xml->CloseElement();
}

Counts Count(const JunitSuite& suite) {
  Counts counts;
  for (const JunitCase& made : suite.cases) {
    ++counts.tests;
    counts.failures += made.outcome == Outcome::kFailed;
    counts.errors += made.outcome == Outcome::kError;
    counts.skipped += made.outcome == Outcome::kSkipped;
    counts.wall_ns += static_cast<double>(made.wall_ns);
  }
  return counts;
}

void PushCounts(const Counts& counts, tinyxml2::XMLPrinter* xml) {
  Attribute(xml, "tests", std::to_string(counts.tests));
  Attribute(xml, "failures", std::to_string(counts.failures));
  Attribute(xml, "errors", std::to_string(counts.errors));
  Attribute(xml, "time", Seconds(counts.wall_ns));
}

void PushSuite(const JunitSuite& suite, const Report& report, const RenderOptions& options,
               tinyxml2::XMLPrinter* xml) {
  const Counts counts = Count(suite);
  xml->OpenElement("testsuite");
  Attribute(xml, "name", suite.name);
  PushCounts(counts, xml);
  Attribute(xml, "skipped", std::to_string(counts.skipped));
  xml->OpenElement("properties");
  PushProperty("schema_version", std::to_string(kReportSchemaVersion), xml);
  PushProperty("memprof.version", report.tool_version, xml);
  PushProperty("memprof.binary", report.binary, xml);
  xml->CloseElement();
  for (const JunitCase& made : suite.cases) PushCase(made, suite.name, options, xml);
  xml->CloseElement();
}

}  // namespace

// The form is the one that Jenkins and the annotating actions have in common; the
// root has no `skipped`, which the schema of Jenkins does not know.
std::string RenderJunit(const Report& report, const RenderOptions& options) {
  const std::vector<JunitSuite> suites = JunitSuites(report, options);
  Counts all;
  for (const JunitSuite& suite : suites) {
    const Counts counts = Count(suite);
    all.tests += counts.tests;
    all.failures += counts.failures;
    all.errors += counts.errors;
    all.wall_ns += counts.wall_ns;
  }
  tinyxml2::XMLPrinter xml;
  xml.PushDeclaration("xml version=\"1.0\" encoding=\"UTF-8\"");
  xml.OpenElement("testsuites");
  Attribute(&xml, "name", "memprof");
  PushCounts(all, &xml);
  for (const JunitSuite& suite : suites) PushSuite(suite, report, options, &xml);
  xml.CloseElement();
  return xml.CStr();
}

}  // namespace memprof
