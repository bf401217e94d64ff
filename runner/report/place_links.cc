// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/place_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsPlainInUri(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || IsDigit(c) || std::string_view("/-._~").find(c) != std::string_view::npos;
}

/// Whether a file's name may begin behind that character: of text, or at the end of a colour.
bool MayPrecede(char c) { return std::string_view(" \n(`m").find(c) != std::string_view::npos; }

/// The files of a report as the text shows them, and their links.
class Links {
 public:
  Links(const Report& report, const RenderOptions& options) : options_(options) {
    for (const TestReport& test : report.tests) Add(test.file);
    for (const Finding& finding : report.findings) {
      Add(finding.location.file);
      for (const Frame& frame : finding.stack) Add(frame.file);
      if (finding.held_by) Add(finding.held_by->file);
      if (finding.weaken) Add(finding.weaken->file);
    }
  }

  /// Where the file begins whose name ends at `end` of `text`, and its link; null: none does.
  const std::string* Before(std::string_view text, std::size_t end, std::size_t* begin) const {
    for (std::size_t at = end; at-- > 0 && text[at] != '\n' && end - at <= longest_;) {
      if (at > 0 && !MayPrecede(text[at - 1])) continue;
      const auto found = uris_.find(text.substr(at, end - at));
      if (found == uris_.end()) continue;
      *begin = at;
      return &found->second;
    }
    return nullptr;
  }

 private:
  void Add(const std::string& file) {
    if (file.empty() || uris_.contains(file) || OneLine(file) != file) return;
    const bool absolute = file.front() == '/';
    if (!absolute && options_.source_root.empty()) return;
    const std::string path = absolute ? file : options_.source_root + "/" + file;
    uris_[file] = FileUri(options_.host, path);
    longest_ = std::max(longest_, file.size());
  }

  const RenderOptions& options_;
  std::map<std::string, std::string, std::less<>> uris_;
  std::size_t longest_ = 0;
};

}  // namespace

std::string FileUri(std::string_view host, std::string_view absolute_path) {
  std::string uri = "file://" + std::string(host);
  for (const char c : absolute_path) {
    if (IsPlainInUri(c)) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

std::string WithPlaceLinks(const std::string& text, const Report& report,
                           const RenderOptions& options) {
  const Links links(report, options);
  std::string out;
  std::size_t written = 0;
  for (std::size_t colon = text.find(':'); colon != std::string::npos;
       colon = text.find(':', colon + 1)) {
    if (colon + 1 == text.size() || !IsDigit(text[colon + 1])) continue;
    std::size_t begin = 0;
    const std::string* uri = links.Before(text, colon, &begin);
    if (uri == nullptr || begin < written) continue;
    std::size_t end = colon + 1;
    while (end < text.size() && IsDigit(text[end])) ++end;
    out.append(text, written, begin - written);
    out += fmt::format("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", *uri, text.substr(begin, end - begin));
    written = end;
  }
  return out.append(text, written);
}

}  // namespace memprof
