// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/acquire_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace memprof::scan {
namespace {

struct Row {
  std::string_view acquires;  ///< with blanks between
  std::string_view releases;
  ResourceKind kind = ResourceKind::kHandle;
  int argument = 0;
  int elements = 0;
};

// After the manual pages, sections 2 and 3. Left out is what rightly lives as long as the process
// (openlog, atexit), and what is freed by many another way (getaddrinfo's list is in the pairs).
constexpr std::array kRows = {
    Row{"open open64 openat openat64 creat creat64 socket accept accept4 epoll_create", "close"},
    Row{"epoll_create1 eventfd timerfd_create signalfd inotify_init inotify_init1", "close"},
    Row{"fanotify_init memfd_create userfaultfd perf_event_open pidfd_open dup", "close"},
    Row{"shm_open mkstemp mkstemps mkostemp posix_openpt", "close"},
    Row{"pipe pipe2", "close", ResourceKind::kHandle, 1, 2},
    Row{"socketpair", "close", ResourceKind::kHandle, 4, 2},
    Row{"fopen fopen64 fdopen tmpfile tmpfile64 fmemopen open_memstream", "fclose"},
    Row{"popen", "pclose"},
    Row{"opendir fdopendir", "closedir"},
    Row{"setmntent", "endmntent"},
    Row{"mmap mmap64", "munmap"},
    Row{"dlopen dlmopen", "dlclose"},
    Row{"sem_open", "sem_close"},
    Row{"mq_open", "mq_close"},
    Row{"iconv_open", "iconv_close"},
    Row{"pthread_create", "pthread_join pthread_detach", ResourceKind::kThread, 1},
    Row{"malloc calloc aligned_alloc strdup strndup realpath", "free realloc",
        ResourceKind::kMemory},
    Row{"getaddrinfo", "freeaddrinfo", ResourceKind::kObject, 4},
    Row{"getifaddrs", "freeifaddrs", ResourceKind::kObject, 1},
};

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

AcquireTable::AcquireTable(const PairTable& pairs) {
  for (const Row& row : kRows) {
    Acquire acquire;
    acquire.kind = row.kind;
    acquire.releases = Words(row.releases);
    acquire.argument = row.argument;
    acquire.elements = row.elements;
    acquire.succeeds_with_zero = row.argument != 0;
    releases_.insert(acquire.releases.begin(), acquire.releases.end());
    for (std::string& name : Words(row.acquires)) acquires_.emplace(std::move(name), acquire);
  }
  for (const PairKind& pair : pairs) {
    Acquire acquire;
    acquire.kind = ResourceKind::kObject;
    for (const PairFunction& release : pair.releases) {
      acquire.releases.push_back(release.name);
      releases_.insert(release.name);
    }
    for (const PairFunction& function : pair.acquires) {
      acquire.argument = function.handle == PairFunction::Handle::kReturned ? 0 : function.argument;
      acquire.succeeds_with_zero = function.counts == PairFunction::Counts::kIfZero ||
                                   function.handle == PairFunction::Handle::kPointedTo;
      acquires_.emplace(function.name, acquire);
    }
  }
}

const Acquire* AcquireTable::Find(std::string_view function) const {
  const auto found = acquires_.find(function);
  return found == acquires_.end() ? nullptr : &found->second;
}

bool AcquireTable::IsRelease(std::string_view function) const {
  return releases_.contains(function);
}

const AcquireTable& KnownAcquires() {
  static const AcquireTable table(KnownPairs());
  return table;
}

bool TakesOver(std::string_view function) {
  constexpr std::array<std::string_view, 25> kTakers = {"syscall",
                                                        "fdopen",
                                                        "fdopendir",
                                                        "close_range",
                                                        "closefrom",
                                                        "epoll_ctl",
                                                        "pthread_create",
                                                        "pthread_setspecific",
                                                        "putenv",
                                                        "setvbuf",
                                                        "atexit",
                                                        "on_exit",
                                                        "tsearch",
                                                        "insque",
                                                        "hsearch",
                                                        "qsort_r",
                                                        "gzdopen",
                                                        "va_start",
                                                        "free",
                                                        "realloc",
                                                        "munmap",
                                                        "mremap",
                                                        "sqlite3_bind_blob",
                                                        "xmlDocSetRootElement",
                                                        "reallocarray"};
  return std::find(kTakers.begin(), kTakers.end(), function) != kTakers.end();
}

bool NeverReturns(std::string_view qualified) {
  constexpr std::array<std::string_view, 22> kEnders = {"abort",
                                                        "exit",
                                                        "_exit",
                                                        "_Exit",
                                                        "quick_exit",
                                                        "std::terminate",
                                                        "__assert_fail",
                                                        "__builtin_unreachable",
                                                        "__builtin_trap",
                                                        "longjmp",
                                                        "siglongjmp",
                                                        "pthread_exit",
                                                        "std::abort",
                                                        "std::exit",
                                                        "std::quick_exit",
                                                        "std::rethrow_exception",
                                                        "std::unreachable",
                                                        "err",
                                                        "errx",
                                                        "verr",
                                                        "std::__throw_bad_alloc",
                                                        "__assert"};
  return std::find(kEnders.begin(), kEnders.end(), qualified) != kEnders.end();
}

}  // namespace memprof::scan
