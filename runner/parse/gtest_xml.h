// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_GTEST_XML_H_
#define MEMPROF_RUNNER_PARSE_GTEST_XML_H_

#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/report/gtest_results.h"

namespace memprof {

/// The tests of a file that GoogleTest (1.10 to 1.17) wrote with `--gtest_output=xml:FILE`, in its
/// order. A failure outside of all tests, which 1.11 and newer write as a test without a name, has
/// an empty `name`.
///
/// Errors: kDamaged, with the line, when it is not XML or not of that form.
Result<std::vector<GtestResult>> ParseGtestXml(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_GTEST_XML_H_
