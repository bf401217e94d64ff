// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_VIEW_TABLE_H_
#define MEMPROF_RUNNER_VIEWS_VIEW_TABLE_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "runner/report/text_page.h"

namespace memprof {

/// One column of a table of text.
struct TableColumn {
  std::string heading;
  bool is_figure = false;  ///< at the right edge of its column; names are at the left
  bool gives_way = false;  ///< cut before the first column of names is
};

/// Writes rows below the columns' headings. Where they would be wider than the page, columns
/// that give way and then the first of names are cut in the middle of their texts; places behind it
/// and figures never are. Cells may hold any bytes, and rows must have a cell for each column.
void WriteTable(std::span<const TableColumn> columns, std::vector<std::vector<std::string>> rows,
                TextPage* page);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_VIEW_TABLE_H_
