// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DOCTOR_FIND_CHECK_H_
#define MEMPROF_TESTS_UNIT_DOCTOR_FIND_CHECK_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/doctor/check.h"

namespace memprof {

/// The check of that id; an empty one, and a failure of the test, where there is none.
inline Check FindCheck(const std::vector<Check>& checks, const std::string& id) {
  for (const Check& check : checks) {
    if (check.id == id) return check;
  }
  ADD_FAILURE() << "no check " << id;
  return {};
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DOCTOR_FIND_CHECK_H_
