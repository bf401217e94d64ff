// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_DELIVER_H_
#define MEMPROF_RUNNER_EXECUTE_DELIVER_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/plan/reporting.h"
#include "runner/report/renderers.h"

namespace memprof {

/// Where reports go, and in which forms.
struct Delivery {
  std::string directory;             ///< absolute; must be there. Empty: no file is written
  std::vector<std::string> formats;  ///< names of Renderers()
  RenderOptions render;              ///< for files
  bool print_text = true;            ///< the report for people, on stdout
  bool color = false;                ///< there
  bool hyperlinks = false;           ///< there
  std::size_t text_columns = 100;    ///< there, at most
};

/// The only format asked for, where it would need a directory and none is named: it is printed
/// then, in place of the text for people. Null otherwise.
const Renderer* FormatToPrint(const Reporting& reporting);

/// Writes the files, each by a temporary name, then prints: whoever reads our output may stop
/// before its end. Of "github" the commands are printed too, at line starts, where GitHub reads
/// them; of "github-summary" the text is appended to the file that GITHUB_STEP_SUMMARY names.
/// Errors: what WriteFile() says of the first file that could not be written, after all the rest
/// was.
Result<std::string> Deliver(const Report& report, const Delivery& delivery);

/// Prints text that people read. GitHub takes any line that begins with `::` for a command, and a
/// wrapped line of names and messages may begin like that: commands are stopped around it, by a
/// word that nobody can guess.
void PrintForPeople(const std::string& text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_DELIVER_H_
