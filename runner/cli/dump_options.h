// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_DUMP_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_DUMP_OPTIONS_H_

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// `memprof dump`.
struct DumpRequest {
  std::string path;
};

/// Adds the subcommand to `app`. `request` must outlive the parsing, which fills it.
CLI::App* AddDumpCommand(CLI::App* app, DumpRequest* request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_DUMP_OPTIONS_H_
