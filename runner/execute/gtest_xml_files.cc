// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/gtest_xml_files.h"

#include <iterator>
#include <utility>

#include "runner/execute/files.h"
#include "runner/parse/gtest_xml.h"

namespace memprof {

Result<std::vector<GtestResult>> ReadGtestXmlFiles(const std::vector<std::string>& paths) {
  std::vector<GtestResult> all;
  for (const std::string& path : paths) {
    Result<std::string> text = ReadFile(path);
    if (!text) {
      Error error = text.error();
      error.hint = "run the tests first, with --gtest_output=xml:" + path;
      return error;
    }
    Result<std::vector<GtestResult>> results = ParseGtestXml(text.value());
    if (!results) {
      Error error = results.error();
      error.message = path + ": " + error.message;
      return error;
    }
    std::move(results->begin(), results->end(), std::back_inserter(all));
  }
  return CombineGtestResults(std::move(all));
}

}  // namespace memprof
