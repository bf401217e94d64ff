// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/resources.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/snapshot/thread_status.h"
#include "gtest_plugin/trace/definitions.h"
#include "gtest_plugin/trace/module_list.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/descriptors.h"
#include "gtest_plugin/tracker/mappings.h"
#include "gtest_plugin/tracker/pairs.h"
#include "gtest_plugin/tracker/proc_directory.h"

namespace memprof {

Resources g_resources;

namespace {

void RaiseTo(uint32_t& highest, uint32_t value) {
  uint32_t seen = __atomic_load_n(&highest, __ATOMIC_RELAXED);
  while (value > seen && !__atomic_compare_exchange_n(&highest, &seen, value, true,
                                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

void Write(const record::Resource& resource, const char* target, record::Writer* record) {
  DefineOrigin(resource.origin, record);
  const auto length = static_cast<uint32_t>(strlen(target));
  const record::Piece pieces[] = {
      {&resource, sizeof(resource)}, {&length, sizeof(length)}, {target, length}};
  record->Append(record::kResource, pieces, 3);
}

}  // namespace

bool Resources::Start() noexcept {
  if (mappings_now_.data() != nullptr) return true;
  process_ = syscall(SYS_getpid);
  return descriptors_.Reserve(kDescriptors) && threads_.Reserve(kThreads) &&
         written_mappings_.Reserve(kMappings) && mappings_now_.Reserve(kMappings);
}

void Resources::OnOpened(int fd, uint32_t origin) noexcept {
  if (fd < 0 || descriptors_.data() == nullptr) return;
  const auto at = static_cast<uint32_t>(fd);
  if (at >= kDescriptors) {
    __atomic_add_fetch(&lost_, 1, __ATOMIC_RELAXED);
    return;
  }
  __atomic_store_n(&descriptors_[at].origin, origin, __ATOMIC_RELEASE);
  RaiseTo(end_of_descriptors_, at + 1);
}

void Resources::OnClose(unsigned first, unsigned last) noexcept {
  const uint32_t end = __atomic_load_n(&end_of_descriptors_, __ATOMIC_RELAXED);
  for (uint64_t at = first; at <= last && at < end; ++at) {
    __atomic_store_n(&descriptors_[at].origin, 0, __ATOMIC_RELAXED);
  }
}

void Resources::OnThreadStart(uint32_t origin) noexcept {
  if (threads_.data() == nullptr) return;
  const auto id = static_cast<uint32_t>(syscall(SYS_gettid));
  const int saved = errno;
  Thread* const entry = EntryFor(id);
  errno = saved;
  if (entry == nullptr) {
    __atomic_add_fetch(&lost_, 1, __ATOMIC_RELAXED);
    return;
  }
  __atomic_store_n(&entry->origin, origin, __ATOMIC_RELEASE);
  RaiseTo(end_of_threads_, static_cast<uint32_t>(entry - threads_.data()) + 1);
}

Resources::Thread* Resources::EntryFor(uint32_t id) noexcept {
  // The kernel gives a number again once its thread is gone: the entry is ours then.
  for (uint32_t i = 0; i < kThreadProbes; ++i) {
    Thread& entry = threads_[(id + i) % kThreads];
    if (__atomic_load_n(&entry.id, __ATOMIC_RELAXED) == id) return &entry;
  }
  for (uint32_t i = 0; i < kThreadProbes; ++i) {
    Thread& entry = threads_[(id + i) % kThreads];
    uint32_t seen = __atomic_load_n(&entry.id, __ATOMIC_RELAXED);
    // Threads that came and went within one iteration are in no record.
    const bool is_free = seen == 0 || (__atomic_load_n(&entry.written, __ATOMIC_RELAXED) == 0 &&
                                       syscall(SYS_tgkill, process_, seen, 0) != 0);
    if (is_free && __atomic_compare_exchange_n(&entry.id, &seen, id, false, __ATOMIC_ACQ_REL,
                                               __ATOMIC_RELAXED)) {
      return &entry;
    }
  }
  return nullptr;
}

void Resources::WriteDescriptors(uint32_t iteration, record::Writer* record) noexcept {
  const uint32_t end = __atomic_load_n(&end_of_descriptors_, __ATOMIC_RELAXED);
  if (end == 0) return;
  // A copy of the process has none of its descriptors.
  const bool is_copy = syscall(SYS_getpid) != process_;
  const TaskPath path(static_cast<pid_t>(process_), "fd");
  ProcDirectory directory(is_copy ? path.c_str() : "/proc/self/fd");
  if (!directory.ok()) return;
  // Numbers come in no order that may be relied on; what is open is marked in the top bit.
  constexpr uint32_t kOpen = 1u << 31;
  for (int fd = directory.Next(); fd >= 0; fd = directory.Next()) {
    if (fd == directory.fd() || static_cast<uint32_t>(fd) >= end) continue;
    descriptors_[static_cast<size_t>(fd)].written |= kOpen;
  }
  for (uint32_t fd = 0; fd < end; ++fd) {
    Descriptor& entry = descriptors_[fd];
    const uint32_t origin = __atomic_load_n(&entry.origin, __ATOMIC_ACQUIRE);
    const uint32_t is_open = entry.written & kOpen;
    const uint32_t now = is_open != 0 ? origin : 0;
    const uint32_t before = entry.written & ~kOpen;
    entry.written = now;
    if (now == before) continue;
    if (before != 0) {
      Write({record::kDescriptor, iteration, before, 0, fd, 0}, "", record);
    }
    if (now == 0) continue;
    DescriptorIdentity identity;
    if (!IdentifyDescriptor(directory.fd(), static_cast<int>(fd), &identity)) {
      entry.written = 0;  // another thread closed it meanwhile
      continue;
    }
    Write({record::kDescriptor, iteration, now, 1, fd, 0}, identity.target, record);
  }
}

void Resources::WriteThreads(uint32_t iteration, record::Writer* record) noexcept {
  const uint32_t end = __atomic_load_n(&end_of_threads_, __ATOMIC_RELAXED);
  for (uint32_t i = 0; i < end; ++i) {
    Thread& entry = threads_[i];
    const uint32_t id = __atomic_load_n(&entry.id, __ATOMIC_ACQUIRE);
    if (id == 0) continue;
    const bool runs = syscall(SYS_tgkill, process_, id, 0) == 0;
    const uint32_t now = runs ? __atomic_load_n(&entry.origin, __ATOMIC_ACQUIRE) : 0;
    if (entry.written != 0 && entry.written != now) {
      Write({record::kThread, iteration, entry.written, 0, id, 0}, "", record);
    }
    if (now != 0 && entry.written != now) {
      Write({record::kThread, iteration, now, 1, id, 0}, "", record);
    }
    entry.written = now;
    if (!runs) {
      uint32_t gone = id;
      __atomic_compare_exchange_n(&entry.id, &gone, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
  }
}

void Resources::WriteMappings(uint32_t iteration, record::Writer* record) noexcept {
  const uint32_t all = CopyMappings(mappings_now_.data(), kMappings);
  uint32_t count = 0;
  for (uint32_t i = 0; i < all; ++i) {
    if (mappings_now_[i].origin != 0) mappings_now_[count++] = mappings_now_[i];
  }
  // Both lists are sorted by address. One that changed its bounds is one gone and one new.
  uint32_t before = 0;
  uint32_t now = 0;
  auto write = [&](const MappedRange& mapping, uint32_t is_there) {
    Write({record::kMapping, iteration, mapping.origin, is_there, mapping.begin,
           mapping.end - mapping.begin},
          "", record);
  };
  while (before < written_mappings_count_ || now < count) {
    const MappedRange* const old =
        before < written_mappings_count_ ? &written_mappings_[before] : nullptr;
    const MappedRange* const fresh = now < count ? &mappings_now_[now] : nullptr;
    if (old != nullptr && (fresh == nullptr || old->begin < fresh->begin)) {
      write(*old, 0);
      ++before;
    } else if (old == nullptr || fresh->begin < old->begin) {
      write(*fresh, 1);
      ++now;
    } else {
      if (old->end != fresh->end || old->origin != fresh->origin) {
        write(*old, 0);
        write(*fresh, 1);
      }
      ++before;
      ++now;
    }
  }
  const ReservedArray<MappedRange> spare = written_mappings_;
  written_mappings_ = mappings_now_;
  mappings_now_ = spare;
  written_mappings_count_ = count;
}

void Resources::ForgetWritten() noexcept {
  if (descriptors_.data() == nullptr) return;
  for (uint32_t i = 0; i < end_of_descriptors_; ++i) descriptors_[i].written = 0;
  for (uint32_t i = 0; i < end_of_threads_; ++i) threads_[i].written = 0;
  written_mappings_count_ = 0;
  ForgetWrittenObjects();
}

void Resources::WriteChanges(uint32_t iteration, record::Writer* record) noexcept {
  if (descriptors_.data() == nullptr) return;
  WriteDescriptors(iteration, record);
  WriteThreads(iteration, record);
  WriteMappings(iteration, record);
  WritePairedObjects(iteration, record);
}

void OnOpened(int fd, uint32_t origin) noexcept {
  // A child of vfork opens its own descriptors, in our memory.
  if (IsTracing() && syscall(SYS_getpid) == g_resources.process()) g_resources.OnOpened(fd, origin);
}

void OnClose(unsigned first, unsigned last) noexcept {
  // A child of vfork closes its own descriptors, in our memory.
  if (IsTracing() && syscall(SYS_getpid) == g_resources.process()) g_resources.OnClose(first, last);
}

void OnThreadStart(uint32_t origin) noexcept { g_resources.OnThreadStart(origin); }

void OnUnload() noexcept {
  // Plug-ins come and go before the tests begin, too.
  if (IsTracing() && g_modules.Start()) g_modules.EndEpoch();
}

}  // namespace memprof
