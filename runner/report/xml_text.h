// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_XML_TEXT_H_
#define MEMPROF_RUNNER_REPORT_XML_TEXT_H_

#include <string>
#include <string_view>

namespace memprof {

/// `text` as XML 1.0 can carry it, not yet escaped (the XML writer does that): ANSI escapes are
/// gone, bytes that are not UTF-8 and characters that XML 1.0 forbids even as references
/// (https://www.w3.org/TR/xml/#charsets: most control characters, U+FFFE, U+FFFF) are U+FFFD.
std::string XmlText(std::string_view text);

/// The same on one line, for attributes: a reader would turn line ends into spaces anyway.
std::string XmlAttribute(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_XML_TEXT_H_
