// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include "runner/cli/options.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

/// A file without a place on a disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(memfd_create("memprof.toml", 0)) {
    MEMPROF_FUZZ_EXPECT(descriptor_ >= 0);
    MEMPROF_FUZZ_EXPECT(write(descriptor_, content.data(), content.size()) ==
                        static_cast<ssize_t>(content.size()));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

/// memprof.toml.
MEMPROF_FUZZ(config) {
  const MemoryFile file(input);
  const std::string path = file.path();
  const char* const arguments[] = {"memprof", "--config", path.c_str(), "run",
                                   "--tools", "none",     "--",         "/bin/true"};
  const Result<Request> request = ParseCommandLine(8, arguments);
  if (!request) {
    MEMPROF_FUZZ_EXPECT(request.error().kind == ErrorKind::kUsage);
    MEMPROF_FUZZ_EXPECT(!request.error().message.empty());
    return;
  }
  if (const auto* run = std::get_if<RunOptions>(&request.value())) {
    MEMPROF_FUZZ_EXPECT(!run->command.empty() && run->jobs > 0);
    MEMPROF_FUZZ_EXPECT(run->thresholds.max_runs >= run->thresholds.triage_runs);
    MEMPROF_FUZZ_EXPECT(run->thresholds.triage_runs > 0);
  }
}

}  // namespace memprof
