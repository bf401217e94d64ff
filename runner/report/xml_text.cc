// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/xml_text.h"

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

bool IsXmlChar(char32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xD800) ||
         (code >= 0xE000 && code < 0xFFFE) || (code >= 0x10000 && code <= 0x10FFFF);
}

}  // namespace

std::string XmlText(std::string_view text) {
  const std::string stripped = StripAnsi(text);
  std::string_view rest = stripped;
  std::string out;
  out.reserve(rest.size());
  while (!rest.empty()) {
    const Utf8Char next = DecodeUtf8(rest);
    AppendUtf8(IsXmlChar(next.code) ? next.code : 0xFFFD, &out);
    rest.remove_prefix(next.bytes);
  }
  return out;
}

std::string XmlAttribute(std::string_view text) { return XmlText(OneLine(text)); }

}  // namespace memprof
