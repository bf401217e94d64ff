// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/unwind_table.h"

#include <elf.h>
#include <link.h>
#include <stddef.h>

#include "gtest_plugin/unwind/dwarf_reader.h"

// glibc's struct dl_find_object, declared here so that the library can be built where the headers
// are older than the C library it will run with. Weak: null in older ones.
struct MemprofFoundObject {
  unsigned long long flags;
  void* map_start;
  void* map_end;
  void* link_map;
  void* eh_frame_hdr;
  unsigned long long reserved[7];
};
extern "C" int MemprofFindObject(void* address,
                                 MemprofFoundObject* found) __asm__("_dl_find_object")
    __attribute__((weak));

namespace memprof {
namespace {

struct Table {
  const uint8_t* header = nullptr;
  const uint8_t* end = nullptr;
};

struct PhdrSearch {
  uintptr_t address;
  Table table;
};

int VisitModule(dl_phdr_info* info, size_t /*size*/, void* data) {
  auto* const search = static_cast<PhdrSearch*>(data);
  const ElfW(Phdr)* header = nullptr;
  uintptr_t end = 0;
  bool inside = false;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_GNU_EH_FRAME) header = &segment;
    if (segment.p_type != PT_LOAD) continue;
    inside |= search->address - begin < segment.p_memsz;
    if (begin + segment.p_memsz > end) end = begin + segment.p_memsz;
  }
  if (!inside) return 0;
  if (header != nullptr) {
    search->table.header = reinterpret_cast<const uint8_t*>(info->dlpi_addr + header->p_vaddr);
    search->table.end = reinterpret_cast<const uint8_t*>(end);
  }
  return 1;
}

Table TableOf(uintptr_t address) {
  if (&MemprofFindObject != nullptr) {
    MemprofFoundObject object;
    if (MemprofFindObject(reinterpret_cast<void*>(address), &object) != 0) return {};
    return {static_cast<const uint8_t*>(object.eh_frame_hdr),
            static_cast<const uint8_t*>(object.map_end)};
  }
  PhdrSearch search = {address, {}};
  dl_iterate_phdr(VisitModule, &search);
  return search.table;
}

/// Bounds of the entry at `*at` behind its length field; null at the end of the section.
const uint8_t* EnterEntry(DwarfReader* reader) {
  uint64_t length = reader->Fixed<uint32_t>();
  if (length == 0xffffffff) length = reader->Fixed<uint64_t>();
  if (!reader->ok() || length == 0) return nullptr;
  if (length > static_cast<uint64_t>(reader->end() - reader->at())) return nullptr;
  return reader->at() + length;
}

bool ParseCommon(const uint8_t* entry, const uint8_t* limit, FrameDescription* found,
                 bool* has_augmentation_length) {
  DwarfReader outer(entry, limit);
  const uint8_t* const end = EnterEntry(&outer);
  if (end == nullptr) return false;
  DwarfReader reader(outer.at(), end);
  if (reader.Fixed<uint32_t>() != 0) return false;  // not a CIE
  const uint8_t version = reader.Fixed<uint8_t>();
  const char* augmentation = reader.Text();
  if (version == 4) {
    reader.Skip(2);  // sizes of addresses and segment selectors
  } else if (version != 1 && version != 3) {
    return false;
  }
  found->code_alignment = reader.Uleb();
  found->data_alignment = reader.Sleb();
  found->return_column = version == 1 ? reader.Fixed<uint8_t>() : reader.Uleb();
  found->pointer_encoding = kPointerAbsolute;
  found->signal_frame = false;
  *has_augmentation_length = *augmentation == 'z';
  if (*has_augmentation_length) {
    const uint64_t length = reader.Uleb();
    const uint8_t* const program = reader.at() + length;
    for (++augmentation; *augmentation != '\0'; ++augmentation) {
      if (*augmentation == 'R') {
        found->pointer_encoding = reader.Fixed<uint8_t>();
      } else if (*augmentation == 'P') {
        reader.Pointer(reader.Fixed<uint8_t>(), 0);
      } else if (*augmentation == 'L') {
        reader.Fixed<uint8_t>();
      } else if (*augmentation == 'S') {
        found->signal_frame = true;
      } else if (*augmentation != 'B') {
        break;  // what follows cannot be told, but the length says where it ends
      }
    }
    if (length > static_cast<uint64_t>(end - outer.at())) return false;
    found->common_program = program;
  } else if (*augmentation == '\0') {
    found->common_program = reader.at();
  } else {
    return false;
  }
  found->common_program_end = end;
  return reader.ok() && found->common_program <= end;
}

/// Parses the FDE at `entry`; false also where it is a CIE. `*next` is set to what follows it.
bool ParseDescription(const uint8_t* entry, const uint8_t* limit, FrameDescription* found,
                      const uint8_t** next) {
  DwarfReader outer(entry, limit);
  *next = nullptr;
  const uint8_t* const end = EnterEntry(&outer);
  if (end == nullptr) return false;
  *next = end;
  DwarfReader reader(outer.at(), end);
  const uint8_t* const back_pointer = reader.at();
  const uint32_t back = reader.Fixed<uint32_t>();
  if (!reader.ok() || back == 0) return false;
  bool has_augmentation_length;
  if (!ParseCommon(back_pointer - back, limit, found, &has_augmentation_length)) return false;
  found->begin = reader.Pointer(found->pointer_encoding, 0);
  found->end = found->begin + reader.Pointer(found->pointer_encoding & 0x0f, 0);
  if (has_augmentation_length) reader.Skip(reader.Uleb());
  found->program = reader.at();
  found->program_end = end;
  return reader.ok();
}

/// One row of the sorted table, as every linker writes it: two offsets from the header.
struct SearchRow {
  int32_t code;
  int32_t entry;
};

}  // namespace

bool SearchUnwindTable(const uint8_t* header, const uint8_t* end, uintptr_t address,
                       FrameDescription* found) noexcept {
  DwarfReader reader(header, end);
  if (reader.Fixed<uint8_t>() != 1) return false;
  const uint8_t frame_encoding = reader.Fixed<uint8_t>();
  const uint8_t count_encoding = reader.Fixed<uint8_t>();
  const uint8_t table_encoding = reader.Fixed<uint8_t>();
  const uintptr_t base = reinterpret_cast<uintptr_t>(header);
  if (frame_encoding == kPointerOmitted) return false;
  const uintptr_t eh_frame = reader.Pointer(frame_encoding, base);
  const uint8_t* entry = reinterpret_cast<const uint8_t*>(eh_frame);
  const uint8_t* next;
  if (count_encoding != kPointerOmitted &&
      table_encoding == (uint8_t{kPointerToData} | kPointerSigned4)) {
    const uint64_t count = reader.Pointer(count_encoding, base);
    const auto* const rows = reinterpret_cast<const SearchRow*>(reader.at());
    if (!reader.ok() || count > static_cast<uint64_t>(end - reader.at()) / sizeof(SearchRow)) {
      return false;
    }
    const int64_t wanted = static_cast<int64_t>(address - base);
    uint64_t low = 0;
    uint64_t high = count;  // the last row that is not above `wanted` is in [low, high)
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (rows[middle].code <= wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == 0) return false;
    entry = header + rows[low - 1].entry;
    return ParseDescription(entry, end, found, &next) &&
           address - found->begin < found->end - found->begin;
  }
  if (!reader.ok()) return false;
  for (; entry != nullptr && entry < end; entry = next) {
    if (ParseDescription(entry, end, found, &next) &&
        address - found->begin < found->end - found->begin) {
      return true;
    }
  }
  return false;
}

bool FindFrameDescription(uintptr_t address, FrameDescription* found) noexcept {
  const Table table = TableOf(address);
  return table.header != nullptr && SearchUnwindTable(table.header, table.end, address, found);
}

}  // namespace memprof
