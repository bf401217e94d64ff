// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/module_list.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/unwind/stack_walk.h"

namespace memprof {

ModuleList g_modules;

namespace {

bool g_locked = false;

// Held while the list is read or changed; looks are rare.
class Lock {
 public:
  Lock() noexcept {
    while (__atomic_exchange_n(&g_locked, true, __ATOMIC_ACQUIRE)) sched_yield();
  }
  ~Lock() noexcept { __atomic_store_n(&g_locked, false, __ATOMIC_RELEASE); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

// A child of fork may find it held by a thread that it does not have.
__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { __atomic_store_n(&g_locked, false, __ATOMIC_RELEASE); });
}

// The segments of a module, and its build id: the note of type 3 of the owner "GNU".
struct Segments {
  uint64_t begin = UINT64_MAX;
  uint64_t end = 0;
  const unsigned char* build_id = nullptr;
  size_t build_id_bytes = 0;

  explicit Segments(const dl_phdr_info& info) {
    for (int i = 0; i < info.dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = info.dlpi_phdr[i];
      const uint64_t from = info.dlpi_addr + header.p_vaddr;
      if (header.p_type == PT_LOAD) {
        if (from < begin) begin = from;
        if (from + header.p_memsz > end) end = from + header.p_memsz;
      } else if (header.p_type == PT_NOTE) {
        FindBuildId(reinterpret_cast<const char*>(from), header.p_filesz,
                    header.p_align == 8 ? 8 : 4);
      }
    }
  }

 private:
  void FindBuildId(const char* at, size_t bytes, size_t align) {
    const char* const last = at + bytes;
    while (static_cast<size_t>(last - at) >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) note;
      memcpy(&note, at, sizeof(note));
      const size_t name = (note.n_namesz + align - 1) & ~(align - 1);
      const size_t whole = sizeof(note) + name + ((note.n_descsz + align - 1) & ~(align - 1));
      if (whole > static_cast<size_t>(last - at)) return;
      const char* const text = at + sizeof(note);
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(text, "GNU", 4) == 0) {
        build_id = reinterpret_cast<const unsigned char*>(text + name);
        build_id_bytes = note.n_descsz;
        return;
      }
      at += whole;
    }
  }
};

void CopyPath(const char* name, bool is_executable, char* out, size_t room) {
  out[0] = '\0';
  if (name != nullptr && *name != '\0') {
    strncpy(out, name, room - 1);
    out[room - 1] = '\0';
  } else if (is_executable) {
    const ssize_t length = readlink("/proc/self/exe", out, room - 1);
    out[length > 0 ? length : 0] = '\0';
  }
}

}  // namespace

/// One look: what the dynamic linker lists is compared with what is known.
struct ModuleVisitor {
  ModuleList* list;
  uint32_t epoch;
  bool is_first = true;

  static int Visit(dl_phdr_info* info, size_t, void* self) {
    auto* const visitor = static_cast<ModuleVisitor*>(self);
    const bool is_executable = visitor->is_first;
    visitor->is_first = false;
    const Segments segments(*info);
    if (segments.end == 0) return 0;
    ModuleList::Entry* entry = visitor->list->Find(segments.begin, info->dlpi_addr);
    if (entry == nullptr) {
      if (visitor->list->count_ == ModuleList::kCapacity) return 0;
      entry = &visitor->list->entries_[visitor->list->count_++];
      CopyPath(info->dlpi_name, is_executable, entry->path, sizeof(entry->path));
      entry->bias = info->dlpi_addr;
      entry->begin = segments.begin;
      entry->end = segments.end;
      entry->first_epoch = visitor->epoch;
      entry->is_loaded = true;
      if (segments.build_id_bytes <= sizeof(entry->build_id)) {
        memcpy(entry->build_id, segments.build_id, segments.build_id_bytes);
        entry->build_id_bytes = static_cast<uint32_t>(segments.build_id_bytes);
      }
    }
    entry->is_seen = true;
    return 0;
  }
};

ModuleList::Entry* ModuleList::Find(uint64_t begin, uint64_t bias) noexcept {
  for (size_t i = 0; i < count_; ++i) {
    Entry& entry = entries_[i];
    if (entry.is_loaded && entry.begin == begin && entry.bias == bias) return &entry;
  }
  return nullptr;
}

bool ModuleList::Start() noexcept {
  entries_ = static_cast<Entry*>(ReserveMemory(kCapacity * sizeof(Entry)));
  return entries_ != nullptr;
}

void ModuleList::Refresh() noexcept {
  if (entries_ == nullptr) return;
  const int saved = errno;
  bool some_went = false;
  {
    Lock lock;
    for (size_t i = 0; i < count_; ++i) entries_[i].is_seen = false;
    ModuleVisitor visitor = {this, __atomic_load_n(&g_module_epoch, __ATOMIC_RELAXED)};
    dl_iterate_phdr(&ModuleVisitor::Visit, &visitor);
    for (size_t i = 0; i < count_; ++i) {
      Entry& entry = entries_[i];
      if (!entry.is_loaded || entry.is_seen) continue;
      entry.is_loaded = false;
      entry.last_epoch = visitor.epoch;
      some_went = true;
    }
    if (some_went) __atomic_add_fetch(&g_module_epoch, 1, __ATOMIC_RELEASE);
  }
  if (some_went) FlushUnwindCaches();
  errno = saved;
}

void ModuleList::WriteTo(record::Writer* record) noexcept {
  if (entries_ == nullptr) return;
  Lock lock;
  for (size_t i = 0; i < count_; ++i) {
    Entry& entry = entries_[i];
    const auto id = static_cast<uint32_t>(i);
    if (!entry.is_written) {
      entry.is_written = true;
      const record::Module module = {id, entry.first_epoch, entry.bias, entry.begin, entry.end};
      const auto path_bytes = static_cast<uint32_t>(strlen(entry.path));
      const record::Piece pieces[] = {{&module, sizeof(module)},
                                      {&path_bytes, sizeof(path_bytes)},
                                      {entry.path, path_bytes},
                                      {&entry.build_id_bytes, sizeof(entry.build_id_bytes)},
                                      {entry.build_id, entry.build_id_bytes}};
      record->Append(record::kModule, pieces, 5);
    }
    if (!entry.is_loaded && !entry.is_gone_written) {
      entry.is_gone_written = true;
      const record::ModuleGone gone = {id, entry.last_epoch};
      const record::Piece piece = {&gone, sizeof(gone)};
      record->Append(record::kModuleGone, &piece, 1);
    }
  }
}

}  // namespace memprof
