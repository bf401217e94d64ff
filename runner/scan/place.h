// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_PLACE_H_
#define MEMPROF_RUNNER_SCAN_PLACE_H_

#include <compare>
#include <string>

namespace memprof::scan {

/// A place in the source.
struct Place {
  std::string file;  ///< absolute while scanning; empty when unknown
  int line = 0;
  int column = 0;

  auto operator<=>(const Place&) const = default;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_PLACE_H_
