// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Each test of Ending ends the process or hangs, each of Living makes life hard for whoever
// measures in it; one at a time, by filter, between one that passes and one that loses 100 bytes a
// run.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

int* volatile nowhere = nullptr;
char* volatile lost = nullptr;
volatile int depth = 0;

int Recurse(int deepest) {
  volatile char room[256] = {};
  if (++depth == deepest) {
    while (true) pause();
  }
  return Recurse(deepest) + room[0];
}

void Limit(__rlimit_resource kind, rlim_t most) {
  const rlimit limit = {most, most};
  ASSERT_EQ(setrlimit(kind, &limit), 0);
}

void WaitFor(pid_t child) {
  ASSERT_GT(child, 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(Before, Passes) {}

TEST(Ending, BySegmentationFault) { *nowhere = 1; }
TEST(Ending, ByAbort) { abort(); }
TEST(Ending, ByKill) { kill(getpid(), SIGKILL); }
TEST(Ending, ByTerm) { raise(SIGTERM); }
TEST(Ending, ByStackOverflow) { Recurse(-1); }
TEST(Ending, ByFileSize) {
  Limit(RLIMIT_FSIZE, 0);
  const int fd = open(std::getenv("HOSTILE_FILE"), O_WRONLY | O_CREAT, 0600);
  (void)!write(fd, "x", 1);
}
TEST(Ending, ByExit) { exit(0); }
TEST(Ending, ByUnderscoreExit) { _exit(0); }
TEST(Ending, ByQuickExit) { quick_exit(0); }
TEST(Ending, ByExceptionInAThread) {
  std::thread([] { throw 1; }).join();
}
TEST(Ending, ByExitInAThread) {
  std::thread([] { exit(0); }).join();
}

TEST(Ending, ByHanging) {
  while (true) pause();
}
TEST(Ending, ByHangingDeep) { Recurse(5000); }
TEST(Ending, ByHangingWithoutSignals) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  for (volatile int spins = 0;; spins = 1) {
  }
}
// In a loop: a call at a function's end would leave nothing of it on the stack.
TEST(Ending, ByStopping) {
  while (raise(SIGSTOP) == 0) continue;
}
TEST(Ending, ByWaitingForAHungChild) {
  const pid_t child = fork();
  while (child == 0) pause();
  WaitFor(child);
}
TEST(Ending, ByWaitingForThreads) {
  std::mutex mutex;
  std::condition_variable never;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&] {
      pthread_setname_np(pthread_self(), "consumer");
      std::unique_lock<std::mutex> lock(mutex);
      never.wait(lock, [] { return false; });
    });
  }
  for (std::thread& thread : threads) thread.join();
}

bool is_child = false;

// The child goes on to the end of main, through the tests after this one.
TEST(Living, ForksWithoutExec) {
  if (is_child) return;
  const pid_t child = fork();
  is_child = child == 0;
  if (!is_child) WaitFor(child);
}
TEST(Living, LeavesADaemon) {
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    if (fork() > 0) _exit(0);
    for (int i = 0; i < 600; ++i) usleep(100000);
    _exit(0);
  }
  WaitFor(child);
}
TEST(Living, VforksAndExecutes) {
  const pid_t child = vfork();
  if (child == 0) {
    execl("/bin/true", "true", nullptr);
    _exit(1);
  }
  WaitFor(child);
}
TEST(Living, LimitsItsAddressSpace) {
  std::ifstream pages("/proc/self/statm");
  rlim_t used = 0;
  pages >> used;
  Limit(RLIMIT_AS, used * 4096 + (8 << 20));
}
TEST(Living, LimitsItsDescriptors) { Limit(RLIMIT_NOFILE, 3); }
TEST(Living, LimitsItsFiles) {
  signal(SIGXFSZ, SIG_IGN);
  Limit(RLIMIT_FSIZE, 0);
}
TEST(Living, LimitsCoresAndProcesses) {
  Limit(RLIMIT_CORE, 0);
  Limit(RLIMIT_NPROC, 1);
}
TEST(Living, BlocksAllSignals) {
  sigset_t all;
  sigfillset(&all);
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &all, nullptr), 0);
}
TEST(Living, IgnoresSignals) {
  for (const int ignored : {SIGPIPE, SIGCHLD, SIGTERM, SIGINT, SIGHUP}) signal(ignored, SIG_IGN);
}
TEST(Living, ClosesAllOfOurs) { ASSERT_EQ(syscall(SYS_close_range, 3, ~0U, 0), 0); }
TEST(Living, ClosesTheStandardOnes) {
  for (int fd = 0; fd < 3; ++fd) close(fd);
}
TEST(Living, TakesOurNumbers) {
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 3; fd < 1024; ++fd) {
    if (fd != null) dup2(null, fd);
  }
  for (int fd = 3; fd < 1024; ++fd) close(fd);
}
TEST(Living, ForbidsPtraceAndPipes) {
  const auto refuse = [](unsigned number) {
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ASSERT_EQ(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), 0);
  };
  for (const long number : {SYS_ptrace, SYS_process_vm_readv, SYS_pipe2, SYS_prctl, SYS_openat,
                            SYS_ftruncate, SYS_fallocate}) {
    refuse(static_cast<unsigned>(number));
  }
}
TEST(Living, LeavesItsNamespaces) {
  // Where that is not permitted it is another row of the same.
  if (unshare(CLONE_NEWUSER) != 0) (void)!unshare(CLONE_FILES | CLONE_FS);
}
TEST(Living, DropsPrivileges) {
  (void)!setgid(65534);
  (void)!setuid(65534);
}
TEST(Living, TakesAnUglyName) { prctl(PR_SET_NAME, ") R 1 (\n"); }

TEST(After, LosesMemory) {
  lost = new char[100];
  lost = nullptr;
}

// Interrupts memprof in the stage that HOSTILE_INTERRUPT names, which the environment of its reruns
// tells, and then does not end by itself.
void InterruptIn(const char* stage) {
  const char* asked = getenv("HOSTILE_INTERRUPT");
  const char* number = getenv("HOSTILE_SIGNAL");
  if (asked == nullptr || std::string(asked).compare(0, std::string(stage).size(), stage) != 0) {
    return;
  }
  for (const int ignored : {SIGTERM, SIGINT}) signal(ignored, SIG_IGN);
  kill(getppid(), number != nullptr ? atoi(number) : SIGINT);
  usleep(200000);
  if (getenv("HOSTILE_TWICE") != nullptr) kill(getppid(), SIGINT);
  while (true) pause();
}

const char* Stage() {
  if (getenv("MEMPROF_LEAK_CHECK") != nullptr) return "lsan";
  if (getenv("MEMPROF_SNAPSHOT") != nullptr) return "massif";
  if (getenv("MEMPROF_PEAK_CONTENTS") != nullptr) return "waste";
  return getenv("MEMPROF_TRACE") != nullptr ? "triage" : "screen";
}

TEST(Interrupting, TheUser) {
  for (int i = 0; i < 20000; ++i) lost = new char[100], delete[] lost;
  lost = new char[100];
  lost = nullptr;
  InterruptIn(Stage());
}

TEST(Hanging, InAStage) {
  lost = new char[100];
  lost = nullptr;
  const char* asked = getenv("HOSTILE_HANG");
  while (asked != nullptr && std::string(Stage()) == asked) pause();
}

// What a program does before its first malloc, in each of its processes.
void OnSignal(int) {}

__attribute__((constructor(102))) void Start(int argc, char** argv, char**) {
  for (int i = 0; i < argc; ++i) {
    if (std::string(argv[i]) == "--gtest_list_tests") InterruptIn("list");
  }
  const char* how = getenv("HOSTILE_START");
  const char letter = how != nullptr ? *how : '-';
  sigset_t all;
  sigfillset(&all);
  if (letter == 'b') sigprocmask(SIG_SETMASK, &all, nullptr);
  if (letter == 'c') syscall(SYS_close_range, 3, ~0U, 0);
  if (letter == 's') {
    for (int fd = 0; fd < 3; ++fd) close(fd);
  }
  if (letter == 'h') {
    static char stack[1 << 16];
    stack_t alternate = {};
    alternate.ss_sp = stack;
    alternate.ss_size = sizeof(stack);
    sigaltstack(&alternate, nullptr);
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    action.sa_flags = SA_ONSTACK;
    for (const int handled : {SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGCHLD}) {
      sigaction(handled, &action, nullptr);
    }
    // Interrupts whatever anybody waits for in this process, five hundred times a second.
    const itimerval often = {{0, 2000}, {0, 2000}};
    setitimer(ITIMER_REAL, &often, nullptr);
  }
  if (letter == 'm') {
    while (true) pause();
  }
}

}  // namespace
