// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Programs that make heap snapshots hard, and that must not be harmed by them. One test at a time:
// what they do lasts.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

int run = 0;
int descriptors = 0;
std::atomic<bool> ending{false};

int CountDescriptors() {
  int count = 0;
  for (int fd = 0; fd < 1024; ++fd) count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return count;
}

// Called in each run: does it once, with a thread beside, so that there is somebody to stop.
template <class Work>
void Once(Work work) {
  if (run++ > 0) return;
  std::thread([] {
    while (!ending) usleep(1000);
  }).detach();
  work();
  descriptors = CountDescriptors();
}

void Limit(__rlimit_resource kind, rlim_t soft, bool is_for_good) {
  rlimit limit;
  ASSERT_EQ(getrlimit(kind, &limit), 0);
  limit.rlim_cur = soft;
  if (is_for_good) limit.rlim_max = soft;
  ASSERT_EQ(setrlimit(kind, &limit), 0);
}

TEST(Hostile, IgnoresWhatBecomesOfChildren) {
  Once([] { signal(SIGCHLD, SIG_IGN); });
}

TEST(Hostile, WaitsForAllChildren) {
  Once([] {
    std::thread([] {
      while (!ending) {
        waitpid(-1, nullptr, WNOHANG | __WALL);
        usleep(100);
      }
    }).detach();
  });
}

TEST(Hostile, AdoptsOrphans) {
  Once([] { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); });
}

// More than the record has by then, and less than a snapshot of what is kept here.
constexpr rlim_t kFileBytes = 300 * 1024;
void KeepMuch() {
  static std::vector<std::string> kept;
  for (int i = 0; i < 20000; ++i) kept.emplace_back(100, 'k');
}

TEST(Hostile, LimitsItsFiles) {
  KeepMuch();
  Once([] { Limit(RLIMIT_FSIZE, kFileBytes, false); });
}

TEST(Hostile, LimitsItsFilesForGood) {
  KeepMuch();
  Once([] { Limit(RLIMIT_FSIZE, kFileBytes, true); });
}

TEST(Hostile, UsesUpItsDescriptors) {
  Once([] {
    Limit(RLIMIT_NOFILE, 100, false);
    while (dup(0) >= 0) {
    }
  });
}

TEST(Hostile, RemovesTheDirectory) {
  Once([] {
    const std::filesystem::path record = std::getenv("MEMPROF_RECORD");
    const std::filesystem::path directory = record.parent_path();
    std::filesystem::rename(directory, directory.string() + ".elsewhere");
  });
}

TEST(Hostile, LimitsItsAddressSpace) {
  Once([] {
    std::ifstream pages("/proc/self/statm");
    rlim_t used = 0;
    pages >> used;
    Limit(RLIMIT_AS, used * 4096 + (8 << 20), true);
  });
}

TEST(Hostile, MayMakeNoProcess) {
  Once([] {
    // RLIMIT_NPROC does not bind a superuser, so a filter says what it would.
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ASSERT_EQ(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), 0);
  });
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (RUN_ALL_TESTS() != 0) return 1;
  ending = true;
  if (CountDescriptors() != descriptors) return 4;
  // No child of ours is left, not even as a zombie, and nobody traces us.
  if (waitpid(-1, nullptr, WNOHANG | __WALL) != -1 || errno != ECHILD) return 2;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, 11, "TracerPid:\t") == 0 && line != "TracerPid:\t0") return 3;
  }
  return 0;
}
