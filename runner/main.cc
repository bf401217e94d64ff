// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "runner/base/result.h"
#include "runner/cli/options.h"
#include "runner/execute/commands.h"

namespace {

/// Unlike fmt::print(), no exception where nothing more can be written.
void Print(std::FILE* file, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

int Fail(const memprof::Error& error) {
  Print(stderr, fmt::format("memprof: {}\n", error.message));
  if (!error.hint.empty()) Print(stderr, fmt::format("         {}\n", error.hint));
  return error.kind == memprof::ErrorKind::kUsage ? 2 : 3;
}

/// Whoever starts us with one of the three closed would get its text in the next file we open.
void OpenWhatIsClosed() {
  int file = 0;
  do {
    file = open("/dev/null", O_RDWR);
  } while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0) close(file);
}

/// Whether all that was printed went out, or its reader had enough of it and left.
bool PrintedAll() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

int Run(int argc, char** argv) {
  memprof::Result<memprof::Request> request = memprof::ParseCommandLine(argc, argv);
  if (!request) return Fail(request.error());
  const memprof::Result<int> status = memprof::Perform(request.value());
  return status ? status.value() : Fail(status.error());
}

}  // namespace

int main(int argc, char** argv) {
  OpenWhatIsClosed();
  // A limit on the size of files is an error of that write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  const int status = Run(argc, argv);
  if (PrintedAll()) return status;
  return Fail({memprof::ErrorKind::kUnreadable,
               "what was printed did not all go out: standard output cannot be written to",
               "its disk may be full"});
}
