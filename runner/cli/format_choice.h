// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_FORMAT_CHOICE_H_
#define MEMPROF_RUNNER_CLI_FORMAT_CHOICE_H_

#include <string>
#include <vector>

namespace memprof {

/// What is wrong with a name given to --format, with the names that there are; empty: nothing.
std::string WhyNotAFormat(const std::string& name);

/// `names` as Renderers() has them: "all" becomes every format, "collapsed" its four, and what was
/// named twice is there once. Each must be good by WhyNotAFormat().
std::vector<std::string> ExpandedFormats(const std::vector<std::string>& names);

/// What --format help prints: each format with its file and what reads it, a line each.
std::string FormatHelp();

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_FORMAT_CHOICE_H_
