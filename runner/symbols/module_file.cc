// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_file.h"

#include <filesystem>
#include <system_error>

namespace memprof {
namespace {

/// Debug information is not looked for. That would ask debuginfod of it.
int FindNoDebugInformation(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*,
                           GElf_Word, char**) {
  return -1;
}

char* default_path = nullptr;  // libdwfl's own list of directories
const Dwfl_Callbacks kWithDebugInformation = {.find_elf = dwfl_build_id_find_elf,
                                              .find_debuginfo = dwfl_standard_find_debuginfo,
                                              .section_address = dwfl_offline_section_address,
                                              .debuginfo_path = &default_path};
const Dwfl_Callbacks kFileAlone = {.find_elf = dwfl_build_id_find_elf,
                                   .find_debuginfo = FindNoDebugInformation,
                                   .section_address = dwfl_offline_section_address,
                                   .debuginfo_path = &default_path};

}  // namespace

ModuleFile::ModuleFile(const std::string& path, ModuleDetail detail)
    : path_(path), detail_(detail) {
  // To open a pipe would wait for its other end.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return;
  const bool whole = detail == ModuleDetail::kDebugInformation;
  dwfl_.reset(dwfl_begin(whole ? &kWithDebugInformation : &kFileAlone));
  if (!dwfl_) return;
  Dwfl_Module* module =
      dwfl_report_elf(dwfl_.get(), path.c_str(), path.c_str(), -1, 0, /*add_p_vaddr=*/true);
  dwfl_report_end(dwfl_.get(), nullptr, nullptr);
  if (module == nullptr) return;
  if (dwfl_module_getelf(module, &bias_) != nullptr) module_ = module;
}

Dwarf* ModuleFile::Debug() {
  if (!debug_read_ && module_ != nullptr && detail_ == ModuleDetail::kDebugInformation) {
    debug_ = dwfl_module_getdwarf(module_, &debug_bias_);
  }
  debug_read_ = true;
  return debug_;
}

DebugUnits* ModuleFile::Units() {
  if (!units_ && Debug() != nullptr) units_.emplace(debug_);
  return units_ ? &*units_ : nullptr;
}

std::vector<CodePlace> ModuleFile::PlacesAt(std::uint64_t offset) {
  if (Units() == nullptr) return {};
  if (!places_) places_.emplace(*units_);
  return places_->At(DebugAddress(offset));
}

std::string ModuleFile::BuildId() const {
  const unsigned char* bytes = nullptr;
  GElf_Addr address = 0;
  if (!is_open()) return {};
  const int count = dwfl_module_build_id(module_, &bytes, &address);
  return count > 0 ? std::string(bytes, bytes + count) : std::string();
}

std::pair<std::uint64_t, std::uint64_t> ModuleFile::Loaded() const {
  Dwarf_Addr begin = 0, end = 0;
  if (!is_open()) return {0, 0};
  dwfl_module_info(module_, nullptr, &begin, &end, nullptr, nullptr, nullptr, nullptr);
  return {begin - bias_, end - bias_};
}

}  // namespace memprof
