// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/binary_facts.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/elf_file.h"

namespace memprof {
namespace {

#if defined(__aarch64__)
constexpr std::uint16_t kOurMachine = EM_AARCH64;
#elif defined(__x86_64__)
constexpr std::uint16_t kOurMachine = EM_X86_64;
#else
constexpr std::uint16_t kOurMachine = EM_NONE;  // not compared
#endif

// Of GoogleTest's help text; it is there in every release, and survives `strip`.
constexpr std::string_view kGtestMark = "gtest_list_tests";
// Begins the streaming listener's complaints, and is compiled only with it.
constexpr std::string_view kStreamMark = "stream_result_to: ";
constexpr double kLoaderSeconds = 20;

/// A whole file as bytes, without reading more of it than is looked at: test binaries grow large.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (fstat(fd, &status_) == 0 && S_ISREG(status_.st_mode) && status_.st_size > 0) {
      size_ = static_cast<std::size_t>(status_.st_size);
      bytes_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
  }
  ~MappedFile() {
    if (bytes_ != MAP_FAILED) munmap(bytes_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const {
    if (bytes_ == MAP_FAILED) return {};
    return {static_cast<const char*>(bytes_), size_};
  }
  const struct stat& status() const { return status_; }

 private:
  void* bytes_ = MAP_FAILED;
  std::size_t size_ = 0;
  struct stat status_ = {};
};

std::string FindInPath(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(directory.size() + 1, rest.size()));
    const std::string file = (directory.empty() ? "." : std::string(directory)) + "/" + program;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return program;
}

/// What `ldd` prints: all libraries, found by the program's own loader and nobody's imitation.
std::string LoadedLibraries(const std::string& path, const std::string& loader,
                            const std::string& scratch) {
  Command command;
  command.arguments = {loader, "--list", path};
  command.output_path = scratch + "/screen.libraries.txt";
  command.time_limit_s = kLoaderSeconds;
  const Result<ProcessEnd> end = RunProcess(command);
  if (!end) return "";
  return ReadFile(command.output_path).ok() ? ReadFile(command.output_path).value() : "";
}

std::string WhyForeign(const ElfFile& elf) {
  if (!elf.little_endian) return "for another processor";
  if (elf.bits != static_cast<int>(8 * sizeof(void*))) {
    return elf.bits == 32 ? "a 32-bit program" : "a 64-bit program";
  }
  if (kOurMachine != EM_NONE && elf.machine != kOurMachine) return "for another processor";
  return "";
}

}  // namespace

BinaryFacts InspectBinary(const std::string& program, const std::string& scratch) {
  BinaryFacts facts;
  facts.path = FindInPath(program);
  const MappedFile file(facts.path);
  Result<ElfFile> elf = ParseElf(file.bytes());
  if (!elf) return facts;
  facts.is_program = true;
  facts.is_static = elf->interpreter.empty();
  facts.foreign = WhyForeign(*elf);
  const bool has_capabilities = getxattr(facts.path.c_str(), "security.capability", nullptr, 0) > 0;
  facts.privileges = PrivilegesGained(file.status().st_mode, file.status().st_uid,
                                      file.status().st_gid, has_capabilities, geteuid(), getegid());
  facts.links_plugin = elf->NamesSymbol("memprof_probe_claim");
  if (LoadedPartsHold(file.bytes(), *elf, kGtestMark)) {
    facts.has_gtest = true;
    facts.may_stream = LoadedPartsHold(file.bytes(), *elf, kStreamMark);
  }
  for (const std::string& library : elf->needed) {
    for (const char* runtime : {"libasan.so", "libtsan.so", "liblsan.so", "libhwasan.so"}) {
      if (library.starts_with(runtime)) facts.first_libraries.push_back(library);
    }
  }
  if (facts.links_plugin || facts.is_static) return facts;
  // A helper library may bring GoogleTest, and even our listener.
  const std::string libraries = LoadedLibraries(facts.path, elf->interpreter, scratch);
  // The loader names them in the order in which it will look for malloc.
  const std::size_t plugin_at = libraries.find("libmemprof.so");
  facts.links_plugin = plugin_at != std::string::npos;
  facts.plugin_is_late = facts.links_plugin && libraries.find("\tlibc.so") < plugin_at;
  facts.has_gtest |= libraries.find("libgtest") != std::string::npos ||
                     libraries.find("libgmock") != std::string::npos;
  return facts;
}

}  // namespace memprof
