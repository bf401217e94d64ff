// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN string-concatenation
// A writer of CSV makes the whole text anew for each cell.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace reporting {

struct Sale {
  int day = 0;
  int cents = 0;
  std::string product;
};

class CsvWriter {
 public:
  explicit CsvWriter(char separator) : separator_(separator) {}

  std::string Write(const std::vector<Sale>& sales) const {
    std::string text = "day,cents,product\n";
    for (const Sale& sale : sales) {
      text = text + Row(sale);  // HERE
    }
    return text;
  }

 private:
  std::string Row(const Sale& sale) const {
    std::string row = std::to_string(sale.day);
    row += separator_;
    row += std::to_string(sale.cents);
    row += separator_;
    row += sale.product;
    row += '\n';
    return row;
  }

  char separator_;
};

std::vector<Sale> YearOfSales() {
  std::vector<Sale> sales;
  sales.reserve(730);
  for (int day = 0; day < 730; ++day) {
    sales.push_back({day, 100 * day, "a box of two hundred washers, galvanised"});
  }
  return sales;
}

}  // namespace reporting

namespace {

TEST(CsvWriter, WritesALineForEachSale) {
  const reporting::CsvWriter writer(',');
  const std::string text = writer.Write(reporting::YearOfSales());
  EXPECT_GT(text.size(), 730U * 40U);
}

}  // namespace
