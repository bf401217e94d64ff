// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/thread_stacks.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kStopTime = std::chrono::milliseconds(300);
constexpr auto kWholeTime = std::chrono::milliseconds(1500);
constexpr std::size_t kMostThreads = 256;
constexpr std::size_t kMostFrames = 256;  // the innermost tell where it hangs

std::vector<pid_t> ThreadsOf(pid_t process) {
  std::vector<pid_t> threads;
  std::error_code error;
  std::filesystem::directory_iterator entry(fmt::format("/proc/{}/task", process), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    if (thread > 0) threads.push_back(thread);
  }
  std::sort(threads.begin(), threads.end());
  return threads;
}

/// The threads of a process while they are stopped. Must live and die on one thread, which is what
/// they know as their tracer.
class StoppedThreads {
 public:
  explicit StoppedThreads(pid_t process) : process_(process) {
    const Clock::time_point until = Clock::now() + kStopTime;
    // A thread that was not stopped yet may have started another.
    for (bool is_new = true; is_new && Clock::now() < until;) {
      is_new = false;
      for (const pid_t thread : ThreadsOf(process)) {
        if (seized_.size() < kMostThreads && !seized_.contains(thread)) is_new |= Seize(thread);
      }
      Await(until);
    }
  }
  ~StoppedThreads() {
    for (const pid_t thread : stopped_) ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
  }
  StoppedThreads(const StoppedThreads&) = delete;
  StoppedThreads& operator=(const StoppedThreads&) = delete;

  /// The main thread first.
  std::vector<pid_t> threads() const {
    std::vector<pid_t> ordered(stopped_.begin(), stopped_.end());
    std::stable_partition(ordered.begin(), ordered.end(),
                          [this](pid_t thread) { return thread == process_; });
    return ordered;
  }

  std::string WhyNone() const {
    if (error_ == EPERM) {
      return "ptrace is not permitted here, or something else traces it; `memprof doctor` says "
             "what to "
             "do about it";
    }
    if (error_ != 0) return fmt::format("ptrace failed: {}", strerror(error_));
    return "no thread of it could be stopped";
  }

 private:
  bool Seize(pid_t thread) {
    seized_.insert(thread);
    if (ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0 ||
        ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0) {
      if (errno != ESRCH) error_ = errno;  // it may have ended just now
      return false;
    }
    awaited_.insert(thread);
    return true;
  }

  void Await(Clock::time_point until) {
    while (!awaited_.empty() && Clock::now() < until) {
      std::erase_if(awaited_, [this](pid_t thread) {
        int status = 0;
        const pid_t done = waitpid(thread, &status, __WALL | WNOHANG);
        if (done != thread) return done < 0 && errno == ECHILD;
        if (WIFSTOPPED(status)) stopped_.insert(thread);
        return true;
      });
      if (!awaited_.empty()) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  const pid_t process_;
  std::set<pid_t> seized_, awaited_, stopped_;
  int error_ = 0;
};

/// Unwinding needs what is loaded only. Separate debug files are not looked for: they may come over
/// the network.
int NoDebugFile(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word,
                char**) {
  return -1;
}

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

int TakeFrame(Dwfl_Frame* frame, void* into) {
  auto* addresses = static_cast<std::vector<std::uint64_t>*>(into);
  Dwarf_Addr pc = 0;
  bool is_exact = false;
  if (!dwfl_frame_pc(frame, &pc, &is_exact)) return DWARF_CB_ABORT;
  // Readers of stacks expect return addresses, which lie behind the call.
  addresses->push_back(is_exact ? pc + 1 : pc);
  return addresses->size() < kMostFrames ? DWARF_CB_OK : DWARF_CB_ABORT;
}

class Unwinding {
 public:
  explicit Unwinding(pid_t process) {
    callbacks_.find_elf = dwfl_linux_proc_find_elf;
    callbacks_.find_debuginfo = NoDebugFile;
    dwfl_.reset(dwfl_begin(&callbacks_));
    is_ready_ = dwfl_ != nullptr && dwfl_linux_proc_report(dwfl_.get(), process) == 0 &&
                dwfl_report_end(dwfl_.get(), nullptr, nullptr) == 0 &&
                dwfl_linux_proc_attach(dwfl_.get(), process, /*assume_ptrace_stopped=*/true) == 0;
  }

  bool is_ready() const { return is_ready_; }

  RecordedStack Of(pid_t thread) {
    RecordedStack stack;
    // It fails at the outermost frame of code without call-frame information; what it has is right.
    dwfl_getthread_frames(dwfl_.get(), thread, TakeFrame, &stack.addresses);
    for (const std::uint64_t address : stack.addresses) {
      if (Dwfl_Module* module = dwfl_addrmodule(dwfl_.get(), address - 1)) met_.insert(module);
    }
    return stack;
  }

  std::vector<RecordedModule> Modules() const {
    std::vector<RecordedModule> modules;
    for (Dwfl_Module* const met : met_) {
      RecordedModule module;
      Dwarf_Addr begin = 0;
      Dwarf_Addr end = 0;
      const char* name =
          dwfl_module_info(met, nullptr, &begin, &end, nullptr, nullptr, nullptr, nullptr);
      GElf_Addr bias = 0;
      if (name == nullptr || dwfl_module_getelf(met, &bias) == nullptr) continue;
      module.path = name;
      module.begin = begin;
      module.end = end;
      module.bias = bias;
      const unsigned char* bits = nullptr;
      GElf_Addr place = 0;
      const int bytes = dwfl_module_build_id(met, &bits, &place);
      if (bytes > 0) module.build_id.assign(bits, bits + bytes);
      modules.push_back(std::move(module));
    }
    return modules;
  }

 private:
  Dwfl_Callbacks callbacks_ = {};
  std::unique_ptr<Dwfl, EndDwfl> dwfl_;
  bool is_ready_ = false;
  std::set<Dwfl_Module*> met_;
};

std::string NameOf(pid_t process, pid_t thread) {
  std::string name;
  std::getline(std::ifstream(fmt::format("/proc/{}/task/{}/comm", process, thread)), name);
  return name;
}

ThreadStacks Read(pid_t process) {
  ThreadStacks read;
  const StoppedThreads stopped(process);
  const std::vector<pid_t> threads = stopped.threads();
  if (threads.empty()) {
    read.why_not = stopped.WhyNone();
    return read;
  }
  Unwinding unwinding(process);
  if (!unwinding.is_ready()) {
    const char* why = dwfl_errmsg(-1);
    read.why_not = fmt::format("its memory map cannot be read: {}", why != nullptr ? why : "");
    return read;
  }
  for (const pid_t thread : threads) {
    RecordedStack stack = unwinding.Of(thread);
    if (!stack.addresses.empty()) {
      read.threads.push_back({thread, NameOf(process, thread), std::move(stack)});
    }
  }
  read.modules = unwinding.Modules();
  if (read.threads.empty()) read.why_not = "its registers cannot be read";
  return read;
}

}  // namespace

ThreadStacks ReadThreadStacks(pid_t process) {
  // On a thread of its own, whose end lets go of all that it traces, however far it came.
  std::packaged_task<ThreadStacks()> task([process] { return Read(process); });
  std::future<ThreadStacks> reading = task.get_future();
  std::thread reader(std::move(task));
  if (reading.wait_for(kWholeTime) == std::future_status::ready) {
    reader.join();
    return reading.get();
  }
  reader.detach();
  ThreadStacks none;
  none.why_not = fmt::format("it took longer than {} ms", kWholeTime.count());
  return none;
}

}  // namespace memprof
