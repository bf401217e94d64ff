// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/code_places.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/tracker/elf_names.h"

namespace memprof {
namespace {

/// A file's bytes, by system calls: descriptors and mappings of the program are counted.
class MappedFile {
 public:
  explicit MappedFile(const char* path) {
    const int fd =
        static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (fd < 0) return;
    struct stat about;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
      const auto size = static_cast<size_t>(about.st_size);
      const long at = syscall(SYS_mmap, nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (at != -1) {
        bytes_ = reinterpret_cast<const unsigned char*>(at);
        size_ = size;
      }
    }
    syscall(SYS_close, fd);
  }
  ~MappedFile() {
    if (size_ != 0) syscall(SYS_munmap, bytes_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const unsigned char* bytes() const { return bytes_; }
  size_t size() const { return size_; }

 private:
  const unsigned char* bytes_ = nullptr;
  size_t size_ = 0;
};

struct Module {
  char path[4096];
  uintptr_t bias;
};

bool FindModule(uintptr_t address, Module* module) {
  Dl_info info;
  link_map* map = nullptr;
  if (dladdr1(reinterpret_cast<const void*>(address), &info, reinterpret_cast<void**>(&map),
              RTLD_DL_LINKMAP) == 0 ||
      map == nullptr) {
    return false;
  }
  module->bias = map->l_addr;
  // The executable's own entry has no name.
  if (map->l_name != nullptr && *map->l_name != '\0') {
    snprintf(module->path, sizeof(module->path), "%s", map->l_name);
    return true;
  }
  const ssize_t length = readlink("/proc/self/exe", module->path, sizeof(module->path) - 1);
  module->path[length > 0 ? length : 0] = '\0';
  return length > 0;
}

/// Text that grows beyond its room, and is cut there.
class Text {
 public:
  Text(char* text, size_t size) : text_(text), size_(size) {
    if (size_ != 0) *text_ = '\0';
  }
  void Add(const char* part) {
    const size_t bytes = strlen(part);
    if (length_ + 1 < size_) {
      const size_t room = size_ - length_ - 1;
      const size_t fits = bytes < room ? bytes : room;
      memcpy(text_ + length_, part, fits);
      text_[length_ + fits] = '\0';
    }
    length_ += bytes;
  }
  size_t length() const { return length_; }

 private:
  char* text_;
  size_t size_;
  size_t length_ = 0;
};

}  // namespace

size_t DescribeCode(const uintptr_t* return_addresses, uint32_t count, char* text,
                    size_t size) noexcept {
  Text out(text, size);
  for (uint32_t i = 0; i < count; ++i) {
    // Behind the call may be the next function already, or the next line.
    const uintptr_t call = return_addresses[i] - 1;
    Module module;
    char offset[32];
    if (!FindModule(call, &module)) {
      snprintf(offset, sizeof(offset), "?? ??+0x%lx\n", static_cast<unsigned long>(call));
      out.Add(offset);
      continue;
    }
    const MappedFile file(module.path);
    const char* const name = ElfNames(file.bytes(), file.size()).FunctionAt(call - module.bias);
    out.Add(name != nullptr ? name : "??");
    out.Add(" ");
    out.Add(module.path);
    snprintf(offset, sizeof(offset), "+0x%lx\n", static_cast<unsigned long>(call - module.bias));
    out.Add(offset);
  }
  return out.length();
}

}  // namespace memprof
