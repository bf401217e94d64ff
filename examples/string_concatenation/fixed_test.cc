// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the rows are appended in place with `+=`, to a string that reserved its size beforehand.
// One buffer is allocated, and each byte is written once.
#include <gtest/gtest.h>

#include <string>

namespace report {

std::string ExportCsv(int rows) {
  constexpr std::string::size_type kRowSize = 24;
  std::string csv = "id,name,amount\n";
  csv.reserve(csv.size() + static_cast<std::string::size_type>(rows) * kRowSize);
  for (int id = 0; id < rows; ++id) {
    csv += std::to_string(id);
    csv += ",customer,19.99\n";
  }
  return csv;
}

}  // namespace report

TEST(Report, ExportsEveryRow) {
  const std::string csv = report::ExportCsv(500);
  EXPECT_NE(csv.find("499,customer,19.99\n"), std::string::npos);
}
