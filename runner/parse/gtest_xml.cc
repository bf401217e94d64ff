// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/gtest_xml.h"

#include <fmt/format.h>
#include <tinyxml2.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <utility>

namespace memprof {
namespace {

using tinyxml2::XMLElement;

Error Damaged(int line, const std::string& what) {
  return Error{ErrorKind::kDamaged,
               fmt::format("line {}: not the XML that GoogleTest writes: {}", line, what),
               "write it with --gtest_output=xml:FILE; where the tests ended early, it is cut off"};
}

std::string AttributeOf(const XMLElement& element, const char* name) {
  const char* value = element.Attribute(name);
  return value == nullptr ? "" : value;
}

/// All the text of an element: GoogleTest writes a `]]>` within it as two pieces of CDATA.
std::string TextOf(const XMLElement& element) {
  std::string text;
  for (const tinyxml2::XMLNode* node = element.FirstChild(); node != nullptr;
       node = node->NextSibling()) {
    if (node->ToText() != nullptr) text += node->Value();
  }
  return text;
}

/// The attribute has the whole text in some versions, and the element in others.
std::string MessageOf(const XMLElement& element) {
  const std::string text = TextOf(element);
  return text.find_first_not_of(" \t\r\n") == std::string::npos ? AttributeOf(element, "message")
                                                                : text;
}

/// False where it is no time. Some locales of the test program write a comma.
bool ReadSeconds(std::string text, double* seconds) {
  if (text.empty()) return true;
  std::replace(text.begin(), text.end(), ',', '.');
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *seconds);
  // No test runs for 30 years, and the sum of many such could be infinite.
  constexpr double kMostSeconds = 1e9;
  return error == std::errc() && end == text.data() + text.size() && *seconds >= 0 &&
         *seconds <= kMostSeconds;
}

void ReadChildren(const XMLElement& test, GtestResult* result) {
  for (const XMLElement* child = test.FirstChildElement(); child != nullptr;
       child = child->NextSiblingElement()) {
    const std::string_view name = child->Name();
    if (name == "failure" || name == "error") {
      result->failures.push_back(MessageOf(*child));
    } else if (name == "skipped") {
      result->skipped = true;
      result->skip_message = MessageOf(*child);
    } else if (name == "properties") {
      for (const XMLElement* property = child->FirstChildElement("property"); property != nullptr;
           property = property->NextSiblingElement("property")) {
        result->properties.emplace_back(AttributeOf(*property, "name"),
                                        AttributeOf(*property, "value"));
      }
    }
  }
}

Result<GtestResult> ReadTest(const XMLElement& test, const std::string& suite) {
  GtestResult result;
  result.suite = suite;
  const char* name = test.Attribute("name");
  if (name == nullptr) return Damaged(test.GetLineNum(), "a <testcase> has no name");
  result.name = name;
  result.file = AttributeOf(test, "file");
  if (test.Attribute("line") != nullptr &&
      test.QueryIntAttribute("line", &result.line) != tinyxml2::XML_SUCCESS) {
    return Damaged(test.GetLineNum(), fmt::format("line=\"{}\"", test.Attribute("line")));
  }
  result.line = std::max(result.line, 0);  // a test that is registered at run time may name any
  if (!ReadSeconds(AttributeOf(test, "time"), &result.seconds)) {
    return Damaged(test.GetLineNum(), fmt::format("time=\"{}\"", test.Attribute("time")));
  }
  const std::string outcome = AttributeOf(test, "result");
  result.ran = AttributeOf(test, "status") != "notrun" && outcome != "suppressed";
  result.skipped = outcome == "skipped";
  ReadChildren(test, &result);
  return result;
}

}  // namespace

Result<std::vector<GtestResult>> ParseGtestXml(std::string_view text) {
  tinyxml2::XMLDocument document;
  const tinyxml2::XMLError parsed = document.Parse(text.data(), text.size());
  if (parsed == tinyxml2::XML_ERROR_EMPTY_DOCUMENT) return Damaged(1, "it is empty");
  if (parsed != tinyxml2::XML_SUCCESS) {
    return Damaged(document.ErrorLineNum(), document.ErrorName());
  }
  const XMLElement* root = document.RootElement();
  if (root == nullptr) return Damaged(1, "it is empty");
  if (std::strcmp(root->Name(), "testsuites") != 0) {
    return Damaged(root->GetLineNum(), fmt::format("it begins with <{}>", root->Name()));
  }
  // With it our own findings would pass for failed assertions.
  if (AttributeOf(*root, "name") == "memprof") {
    return Damaged(root->GetLineNum(), "it is the junit.xml of memprof");
  }
  std::vector<GtestResult> results;
  for (const XMLElement* suite = root->FirstChildElement("testsuite"); suite != nullptr;
       suite = suite->NextSiblingElement("testsuite")) {
    const char* name = suite->Attribute("name");
    if (name == nullptr) return Damaged(suite->GetLineNum(), "a <testsuite> has no name");
    for (const XMLElement* test = suite->FirstChildElement("testcase"); test != nullptr;
         test = test->NextSiblingElement("testcase")) {
      Result<GtestResult> result = ReadTest(*test, name);
      if (!result) return result.error();
      results.push_back(std::move(result).value());
    }
  }
  return results;
}

}  // namespace memprof
