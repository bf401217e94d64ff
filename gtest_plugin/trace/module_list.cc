// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/module_list.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/spin_lock.h"
#include "gtest_plugin/tracker/table_locks.h"
#include "gtest_plugin/unwind/stack_walk.h"

namespace memprof {

ModuleList g_modules;

namespace {

// Held while the list is read or changed; looks are rare.
SpinLock g_lock;
__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { g_lock.Reset(); });
  g_table_locks.Enter(&g_lock);
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
      } else if (header.p_type == PT_NOTE && IsLoaded(info, header)) {
        FindBuildId(reinterpret_cast<const char*>(from), header.p_filesz,
                    header.p_align == 8 ? 8 : 4);
      }
    }
  }

 private:
  // Odd link scripts leave notes in the file alone.
  static bool IsLoaded(const dl_phdr_info& info, const ElfW(Phdr) & note) {
    for (int i = 0; i < info.dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = info.dlpi_phdr[i];
      if (segment.p_type == PT_LOAD && (segment.p_flags & PF_R) != 0 &&
          note.p_vaddr >= segment.p_vaddr && note.p_vaddr - segment.p_vaddr <= segment.p_filesz &&
          note.p_filesz <= segment.p_filesz - (note.p_vaddr - segment.p_vaddr)) {
        return true;
      }
    }
    return false;
  }

  void FindBuildId(const char* at, size_t bytes, size_t align) {
    const char* const last = at + bytes;
    while (static_cast<size_t>(last - at) >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) note;
      memcpy(&note, at, sizeof(note));
      const size_t text_end = (sizeof(note) + size_t{note.n_namesz} + align - 1) & ~(align - 1);
      const size_t whole = (text_end + note.n_descsz + align - 1) & ~(align - 1);
      if (whole > static_cast<size_t>(last - at)) return;
      const char* const text = at + sizeof(note);
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(text, "GNU", 4) == 0) {
        build_id = reinterpret_cast<const unsigned char*>(at + text_end);
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
  uint32_t hint = 0;  ///< modules mostly come in the order of the last look

  static int Visit(dl_phdr_info* info, size_t, void* self) {
    auto* const visitor = static_cast<ModuleVisitor*>(self);
    const bool is_executable = visitor->is_first;
    visitor->is_first = false;
    const Segments segments(*info);
    if (segments.end == 0) return 0;
    const char* const path = is_executable ? nullptr : info->dlpi_name;
    ModuleList::Entry* entry =
        visitor->list->FindLoaded(segments.begin, info->dlpi_addr, path, &visitor->hint);
    if (entry == nullptr) {
      entry = visitor->list->Add();
      if (entry == nullptr) return 0;
      CopyPath(info->dlpi_name, is_executable, entry->path, sizeof(entry->path));
      entry->bias = info->dlpi_addr;
      entry->begin = segments.begin;
      entry->end = segments.end;
      entry->first_epoch = visitor->epoch;
      entry->build_id_bytes = 0;
      if (segments.build_id != nullptr && segments.build_id_bytes <= sizeof(entry->build_id)) {
        memcpy(entry->build_id, segments.build_id, segments.build_id_bytes);
        entry->build_id_bytes = static_cast<uint32_t>(segments.build_id_bytes);
      }
    }
    entry->is_seen = true;
    return 0;
  }
};

// `path` is null for the executable. One that lies where another lay is told by its name.
ModuleList::Entry* ModuleList::FindLoaded(uint64_t begin, uint64_t bias, const char* path,
                                          uint32_t* hint) noexcept {
  for (uint32_t i = 0; i < loaded_count_; ++i) {
    const uint32_t at = (*hint + i) % loaded_count_;
    Entry& entry = entries_[loaded_[at]];
    if (entry.begin != begin || entry.bias != bias) continue;
    if (path != nullptr && strncmp(entry.path, path, kPathBytes - 1) != 0) continue;
    *hint = at + 1;
    return &entry;
  }
  return nullptr;
}

ModuleList::Entry* ModuleList::Add() noexcept {
  while (first_free_ < kCapacity && entries_[first_free_].is_used) ++first_free_;
  if (first_free_ == kCapacity || loaded_count_ == kLoaded) {
    __atomic_add_fetch(&lost_, 1, __ATOMIC_RELAXED);
    return nullptr;
  }
  Entry& entry = entries_[first_free_];
  entry.id = next_id_++;
  entry.is_used = entry.is_loaded = true;
  entry.is_written = false;
  loaded_[loaded_count_++] = first_free_;
  if (first_free_ >= end_) end_ = first_free_ + 1;
  return &entry;
}

// Takes the modules that this look has not seen from the list of loaded ones.
bool ModuleList::DropGone(uint32_t epoch) noexcept {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < loaded_count_; ++i) {
    Entry& entry = entries_[loaded_[i]];
    if (entry.is_seen) {
      loaded_[kept++] = loaded_[i];
      continue;
    }
    entry.is_loaded = false;
    entry.last_epoch = epoch;
    ForgetLasting(entry.begin);
  }
  const bool some_went = kept != loaded_count_;
  loaded_count_ = kept;
  return some_went;
}

void ModuleList::KeepLasting() noexcept {
  uint32_t count = 0;
  for (uint32_t i = 0; i < loaded_count_ && count < kLasting; ++i) {
    const Entry& entry = entries_[loaded_[i]];
    uint32_t at = count++;
    for (; at > 0 && lasting_[at - 1].begin > entry.begin; --at) lasting_[at] = lasting_[at - 1];
    lasting_[at] = {entry.begin, entry.end};
  }
  __atomic_store_n(&lasting_count_, count, __ATOMIC_RELEASE);
}

const ModuleList::Range* ModuleList::FindLasting(uintptr_t address) const noexcept {
  uint32_t low = 0;
  uint32_t high = __atomic_load_n(&lasting_count_, __ATOMIC_ACQUIRE);
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (lasting_[middle].begin <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return nullptr;
  const Range& range = lasting_[low - 1];
  return address < __atomic_load_n(&range.end, __ATOMIC_RELAXED) ? &range : nullptr;
}

void ModuleList::ForgetLasting(uint64_t begin) noexcept {
  Range* const range = const_cast<Range*>(FindLasting(begin));
  if (range != nullptr && range->begin == begin) {
    __atomic_store_n(&range->end, begin, __ATOMIC_RELAXED);
  }
}

uint32_t ModuleList::EpochOf(const uintptr_t* addresses, uint32_t count) const noexcept {
  const uint32_t epoch = __atomic_load_n(&g_module_epoch, __ATOMIC_ACQUIRE);
  if (epoch == 0) return 0;
  const Range* range = nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    const uintptr_t address = addresses[i];
    // Neighbours on a stack mostly lie in one module.
    if (range != nullptr && address >= range->begin && address < range->end) continue;
    range = FindLasting(address);
    if (range == nullptr) return epoch;
  }
  return 0;
}

bool ModuleList::Start() noexcept {
  {
    SpinLock::Holder lock(&g_lock);
    if (entries_ != nullptr) return true;
    // memprof: keep – once, for as long as the process lives
    entries_ = static_cast<Entry*>(ReserveMemory(kCapacity * sizeof(Entry)));
    if (entries_ == nullptr) return false;
  }
  Refresh();
  SpinLock::Holder lock(&g_lock);
  KeepLasting();
  return true;
}

void ModuleList::Look(bool ends_epoch) noexcept {
  const int saved = errno;
  bool some_went = false;
  if (entries_ != nullptr) {
    SpinLock::Holder lock(&g_lock);
    for (uint32_t i = 0; i < loaded_count_; ++i) entries_[loaded_[i]].is_seen = false;
    // Before the look: what is loaded after it has no stack of the epoch that ends.
    const uint32_t epoch = __atomic_load_n(&g_module_epoch, __ATOMIC_RELAXED);
    if (ends_epoch) __atomic_store_n(&g_module_epoch, epoch + 1, __ATOMIC_RELEASE);
    ModuleVisitor visitor = {this, epoch};
    dl_iterate_phdr(&ModuleVisitor::Visit, &visitor);
    some_went = DropGone(epoch);
    if (some_went && !ends_epoch) __atomic_store_n(&g_module_epoch, epoch + 1, __ATOMIC_RELEASE);
  }
  if (some_went || ends_epoch) FlushUnwindCaches();
  errno = saved;
}

void ModuleList::ForgetWritten() noexcept {
  for (uint32_t i = 0; i < end_; ++i) entries_[i].is_written = false;
}

void ModuleList::WriteTo(record::Writer* record) noexcept {
  if (entries_ == nullptr) return;
  SpinLock::Holder lock(&g_lock);
  for (uint32_t i = 0; i < end_; ++i) {
    Entry& entry = entries_[i];
    if (!entry.is_used) continue;
    if (!entry.is_written) {
      entry.is_written = true;
      const record::Module module = {entry.id, entry.first_epoch, entry.bias, entry.begin,
                                     entry.end};
      const auto path_bytes = static_cast<uint32_t>(strlen(entry.path));
      const record::Piece pieces[] = {{&module, sizeof(module)},
                                      {&path_bytes, sizeof(path_bytes)},
                                      {entry.path, path_bytes},
                                      {&entry.build_id_bytes, sizeof(entry.build_id_bytes)},
                                      {entry.build_id, entry.build_id_bytes}};
      record->Append(record::kModule, pieces, 5);
    }
    if (entry.is_loaded) continue;
    const record::ModuleGone gone = {entry.id, entry.last_epoch};
    const record::Piece piece = {&gone, sizeof(gone)};
    record->Append(record::kModuleGone, &piece, 1);
    entry.is_used = false;
    if (i < first_free_) first_free_ = i;
  }
}

}  // namespace memprof
