// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <tinyxml2.h>

#include <cstddef>
#include <string>

#include "runner/report/json_reader.h"
#include "runner/report/junit_cases.h"
#include "runner/report/renderers.h"
#include "runner/report/xml_text.h"

namespace memprof {
namespace {

using Outcome = JunitCase::Outcome;

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::int64_t wall_ns = 0;
};

// Bazel reads an integer as milliseconds, so there are always decimals.
std::string Seconds(std::int64_t nanoseconds) {
  return fmt::format("{:.3f}", static_cast<double>(nanoseconds) / 1e9);
}

Outcome OutcomeOf(const JunitCase& made, const RenderOptions& options) {
  return made.outcome == Outcome::kFailed && options.junit_error ? Outcome::kError : made.outcome;
}

void Attribute(tinyxml2::XMLPrinter* xml, const char* name, const std::string& value) {
  xml->PushAttribute(name, XmlAttribute(value).c_str());
}

void PushElement(tinyxml2::XMLPrinter* xml, const char* name, const std::string& text) {
  xml->OpenElement(name);
  xml->PushText(XmlText(text).c_str());
  xml->CloseElement();
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
  Attribute(xml, "time", Seconds(made.wall_ns));
  const Outcome outcome = OutcomeOf(made, options);
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
  if (!made.system_out.empty()) PushElement(xml, "system-out", made.system_out);
  xml->CloseElement();
}

Counts Count(const JunitSuite& suite, const RenderOptions& options) {
  Counts counts;
  for (const JunitCase& made : suite.cases) {
    const Outcome outcome = OutcomeOf(made, options);
    ++counts.tests;
    counts.failures += outcome == Outcome::kFailed;
    counts.errors += outcome == Outcome::kError;
    counts.skipped += outcome == Outcome::kSkipped;
    counts.wall_ns += made.wall_ns;
  }
  return counts;
}

void PushCounts(const Counts& counts, tinyxml2::XMLPrinter* xml) {
  Attribute(xml, "tests", std::to_string(counts.tests));
  Attribute(xml, "failures", std::to_string(counts.failures));
  Attribute(xml, "errors", std::to_string(counts.errors));
  Attribute(xml, "time", Seconds(counts.wall_ns));
}

void PushProperty(const char* name, const std::string& value, tinyxml2::XMLPrinter* xml) {
  xml->OpenElement("property");
  xml->PushAttribute("name", name);
  Attribute(xml, "value", value);
  xml->CloseElement();
}

void PushSuite(const JunitSuite& suite, const Report& report, const RenderOptions& options,
               tinyxml2::XMLPrinter* xml) {
  const Counts counts = Count(suite, options);
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
  const std::vector<JunitSuite> suites = JunitSuites(report);
  Counts all;
  for (const JunitSuite& suite : suites) {
    const Counts counts = Count(suite, options);
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
