// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/text_page.h"

#include <algorithm>

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

std::string_view EscapeFor(Paint paint) {
  switch (paint) {
    case Paint::kPlain:
      return "";
    case Paint::kBold:
      return "\x1b[1m";
    case Paint::kDim:
      return "\x1b[2m";
    case Paint::kRed:
      return "\x1b[1;31m";
    case Paint::kYellow:
      return "\x1b[1;33m";
    case Paint::kCyan:
      return "\x1b[1;36m";
    case Paint::kGreen:
      return "\x1b[32m";
  }
  return "";
}

}  // namespace

void TextPage::Painted(std::string_view text, Paint paint) {
  const std::string_view escape = color_ ? EscapeFor(paint) : std::string_view();
  text_ += escape;
  text_ += text;
  if (!escape.empty()) text_ += "\x1b[0m";
}

void TextPage::Label(std::string_view given) {
  const std::string label = OneLine(given);
  text_.append(kIndent, ' ');
  if (!label.empty()) Painted(label, Paint::kDim);
  const std::size_t width = DisplayWidth(label);
  text_.append(width < kLabel ? kLabel - width : 1, ' ');
}

void TextPage::Line(std::string_view text, Paint paint) {
  for (const std::string& line : Wrapped(OneLine(text), width_)) {
    Painted(line, paint);
    text_ += '\n';
  }
}

void TextPage::Heading(std::string_view lead, Paint paint, std::string_view text,
                       std::string_view tail) {
  const std::size_t hang = DisplayWidth(lead) + 2;
  const std::size_t tail_width = DisplayWidth(tail);
  const std::size_t columns = width_ - hang - (tail_width > 0 ? tail_width + 2 : 0);
  const std::vector<std::string> lines = Wrapped(OneLine(text), columns);
  Painted(lead, paint);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text_.append(i == 0 ? 2 : hang, ' ');
    Painted(lines[i], Paint::kBold);
    if (i == 0 && tail_width > 0) {
      const std::size_t used = hang + DisplayWidth(lines[i]) + tail_width;
      text_.append(used + 2 <= width_ ? width_ - used : 2, ' ');
      Painted(tail, Paint::kDim);
    }
    text_ += '\n';
  }
}

void TextPage::Item(std::string_view label, std::string_view text, Paint paint) {
  for (const std::string& line : Wrapped(OneLine(text), width_ - kHang)) {
    Label(label);
    Painted(line, paint);
    text_ += '\n';
    label = {};
  }
}

void TextPage::Verbatim(std::string_view label, std::string_view text, Paint paint) {
  Label(label);
  Painted(text, paint);
  text_ += '\n';
}

void TextPage::Row(std::string_view text, Paint paint) {
  text_.append(kIndent, ' ');
  Painted(text, paint);
  text_ += '\n';
}

void TextPage::Pair(std::string_view label, std::string_view left, std::string_view right) {
  const std::string first = OneLine(left);
  const std::string second = OneLine(right);
  if (second.empty() || first.empty()) return Item(label, first.empty() ? second : first);
  const std::size_t least = DisplayWidth(first) + 2;
  const std::size_t wanted = kHang + DisplayWidth(second);
  const std::size_t most = wanted < width_ ? width_ - wanted : 0;
  const std::size_t gap = std::max(least, std::min(kPairColumn, most));
  if (gap > most) {
    Item(label, first);
    return Verbatim({}, "  " + second);
  }
  Label(label);
  text_ += first;
  text_.append(gap - DisplayWidth(first), ' ');
  text_ += second;
  text_ += '\n';
}

}  // namespace memprof
