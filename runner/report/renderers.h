// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_RENDERERS_H_
#define MEMPROF_RUNNER_REPORT_RENDERERS_H_

#include <span>
#include <string>

#include "runner/report/report.h"

namespace memprof {

/// What a reader may choose about how a report looks; never what it says.
struct RenderOptions {
  bool color = false;          ///< ANSI colours in text
  bool verbose = false;        ///< also list what is kept once and is no finding
  bool junit_error = false;    ///< `<error>` in place of `<failure>`
  bool junit_jenkins = false;  ///< leave out file and line, which jenkins' xunit schema refuses
  /// Where the files of FixFiles() are, as the user would type it; empty where they are not
  /// written.
  std::string fixes_directory = {};
  /// Where a diff is applied, as the user would type it; empty: where the user is.
  std::string patch_directory = {};
};

/// One output format: `file_name` is what it is called within the output directory.
struct Renderer {
  const char* name;       ///< as `--format` takes it: "text", "json", "junit"
  const char* file_name;  ///< "report.txt", "report.json", "junit.xml"
  std::string (*render)(const Report&, const RenderOptions&);
};

/// All formats, in the order that `--help` lists them.
std::span<const Renderer> Renderers();

std::string RenderText(const Report& report, const RenderOptions& options);
std::string RenderJson(const Report& report, const RenderOptions& options);
std::string RenderJunit(const Report& report, const RenderOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_RENDERERS_H_
