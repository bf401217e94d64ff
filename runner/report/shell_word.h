// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_SHELL_WORD_H_
#define MEMPROF_RUNNER_REPORT_SHELL_WORD_H_

#include <string>
#include <string_view>

namespace memprof {

/// `word` as a shell takes it for one word: in quotes where that needs them.
std::string ShellWord(std::string_view word);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_SHELL_WORD_H_
