// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PLUGIN_LIBRARY_H_
#define MEMPROF_RUNNER_EXECUTE_PLUGIN_LIBRARY_H_

#include <memory>
#include <string>

#include "runner/base/result.h"
#include "runner/execute/plain_path.h"

namespace memprof {

/// libmemprof.so under a name that LD_PRELOAD can hold, for it splits at spaces and colons.
struct PluginLibrary {
  std::string path;
  std::shared_ptr<const PlainPath> directory;  ///< must live as long as `path` is used
};

/// The library at `named` (`--plugin`); where that is empty, what MEMPROF_PLUGIN names, else the
/// one that came with this driver: installed beside it, or in the same build. Errors: kNotFound,
/// with the places.
Result<PluginLibrary> FindPluginLibrary(const std::string& named);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PLUGIN_LIBRARY_H_
