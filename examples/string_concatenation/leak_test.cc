// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Waste: `csv = csv + row` copies all that was written so far, once a row, so the bytes allocated
// grow with the square of the result. Nothing is kept; the time and the traffic are lost.
#include <gtest/gtest.h>

#include <string>

namespace report {

std::string ExportCsv(int rows) {
  std::string csv = "id,name,amount\n";
  for (int id = 0; id < rows; ++id) {
    csv = csv + std::to_string(id) + ",customer,19.99\n";  // LEAK: optimization
  }
  return csv;
}

}  // namespace report

TEST(Report, ExportsEveryRow) {
  const std::string csv = report::ExportCsv(500);
  EXPECT_NE(csv.find("499,customer,19.99\n"), std::string::npos);
}
