// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "runner/parse/gtest_xml.h"
#include "runner/report/gtest_results.h"
#include "runner/report/renderers.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {

MEMPROF_FUZZ(gtest_xml) {
  Result<std::vector<GtestResult>> results = ParseGtestXml(input);
  if (!results) {
    MEMPROF_FUZZ_EXPECT(results.error().kind == ErrorKind::kDamaged);
    MEMPROF_FUZZ_EXPECT(NamesLineOf(input, results.error().message, "line "));
    return;
  }
  const std::size_t read = results->size();
  for (const GtestResult& result : *results) {
    MEMPROF_FUZZ_EXPECT(std::isfinite(result.seconds) && result.seconds >= 0);
    MEMPROF_FUZZ_EXPECT(result.line >= 0);
  }
  RenderOptions options;
  options.gtest_results = CombineGtestResults(std::move(results).value());
  MEMPROF_FUZZ_EXPECT(options.gtest_results.size() <= read);
  for (const GtestResult& result : options.gtest_results) {
    MEMPROF_FUZZ_EXPECT(std::isfinite(result.seconds) && result.seconds >= 0);
  }
  // What comes of it is XML, and not taken for GoogleTest's own.
  const Result<std::vector<GtestResult>> ours = ParseGtestXml(RenderJunit(Report(), options));
  MEMPROF_FUZZ_EXPECT(!ours.ok());
  MEMPROF_FUZZ_EXPECT(ours.error().message.find("junit.xml of memprof") != std::string::npos);
}

}  // namespace memprof
