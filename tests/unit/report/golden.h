// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_REPORT_GOLDEN_H_
#define MEMPROF_TESTS_UNIT_REPORT_GOLDEN_H_

#include <string>

namespace memprof {

/// Fails the test unless `actual` is, byte for byte, the file `name` in tests/golden. With
/// MEMPROF_APPROVE=1 in the environment it writes that file instead; tests/approve.sh does so.
void ExpectGolden(const std::string& name, const std::string& actual);

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_REPORT_GOLDEN_H_
