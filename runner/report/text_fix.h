// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_TEXT_FIX_H_
#define MEMPROF_RUNNER_REPORT_TEXT_FIX_H_

#include <string>

#include "runner/report/renderers.h"
#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

/// What a shell takes to apply `file`, a diff below options.fixes_directory.
std::string PatchCommand(const RenderOptions& options, const std::string& file);

/// Writes what to change: the code first, then why it works, what it saves and costs, and the other
/// ways. A long diff is cut, and it is said where the whole is.
void WriteFix(const Finding& finding, const RenderOptions& options, TextPage* page);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_TEXT_FIX_H_
