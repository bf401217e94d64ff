// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_TEXT_PAGE_H_
#define MEMPROF_RUNNER_REPORT_TEXT_PAGE_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memprof {

/// How a stretch of text looks on a terminal.
enum class Paint { kPlain, kBold, kDim, kRed, kYellow, kCyan, kGreen };

/// A page of the text report: so many columns, labels in a column of their own, the rest hanging
/// behind them. Text given to it may hold any bytes; what it writes is printable.
///
///     CRITICAL 1  title that may wrap                                    [8f2c91d0]
///       label     text that is wrapped at the last column and goes on
///                 under itself
class TextPage {
 public:
  static constexpr std::size_t kWidth = 100;
  static constexpr std::size_t kFewestColumns = 60;

  /// With `color`, paint becomes ANSI escapes; without, it is left out. Fewer `columns` than
  /// kFewestColumns count as these.
  explicit TextPage(bool color, std::size_t columns = kWidth)
      : color_(color), width_(std::max(columns, kFewestColumns)) {}

  /// Of the text behind a label.
  std::size_t item_columns() const { return width_ - kHang; }

  /// Of a row of a table.
  std::size_t row_columns() const { return width_ - kIndent; }

  /// A line at the left margin, wrapped.
  void Line(std::string_view text, Paint paint = Paint::kPlain);
  void Blank() { text_ += '\n'; }

  /// `lead` painted, `text` bold and wrapped behind it, `tail` at the right edge of its first line.
  void Heading(std::string_view lead, Paint paint, std::string_view text, std::string_view tail);

  /// A labelled item, wrapped. An empty label continues the item before it.
  void Item(std::string_view label, std::string_view text, Paint paint = Paint::kPlain);
  /// A labelled item that must stay on one line (commands, code), whatever its length.
  void Verbatim(std::string_view label, std::string_view text, Paint paint = Paint::kPlain);
  /// A row of a table: indented, on one line, whatever its length.
  void Row(std::string_view text, Paint paint = Paint::kPlain);
  /// A labelled item in two columns; the second moves to the left where it has no room, and to a
  /// line of its own where that does not do.
  void Pair(std::string_view label, std::string_view left, std::string_view right);

  std::string Finish() && { return std::move(text_); }

 private:
  static constexpr std::size_t kIndent = 2;
  static constexpr std::size_t kLabel = 10;  // with the gap after it
  static constexpr std::size_t kHang = kIndent + kLabel;
  static constexpr std::size_t kPairColumn = 34;  // where the second column starts, after kHang

  void Label(std::string_view given);
  void Painted(std::string_view text, Paint paint);

  std::string text_;
  bool color_;
  std::size_t width_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_TEXT_PAGE_H_
