// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/fix_files.h"

#include <fmt/format.h>

#include <cstddef>
#include <set>
#include <string_view>

#include "runner/report/headline.h"

namespace memprof {
namespace {

constexpr std::size_t kDigits = 8;
constexpr std::string_view kExtension = ".patch";

}  // namespace

std::string FixFileName(const Finding& finding) {
  return finding.fingerprint.substr(0, kDigits) + std::string(kExtension);
}

bool IsFixFileName(const std::string& name) {
  return name.size() == kDigits + kExtension.size() && name.ends_with(kExtension) &&
         name.find_first_not_of("0123456789abcdef") == kDigits;
}

std::vector<FixFile> FixFiles(const Report& report) {
  std::vector<FixFile> files;
  std::set<std::string> names;
  for (const Finding& finding : report.findings) {
    if (!finding.fix || finding.fix->diff.empty()) continue;
    FixFile file;
    file.name = FixFileName(finding);
    // Fingerprints that begin alike are one in some millions; the worse finding keeps the name.
    if (!IsFixFileName(file.name) || !names.insert(file.name).second) continue;
    // patch(1) skips what stands before the first header.
    file.content = fmt::format("memprof {}: {}\n{}", finding.fingerprint, Headline(finding),
                               finding.fix->diff);
    if (!file.content.ends_with('\n')) file.content += '\n';
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace memprof
