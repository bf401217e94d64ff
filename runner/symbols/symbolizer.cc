// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/symbolizer.h"

#include "runner/symbols/module_symbols.h"
#include "runner/symbols/system_library.h"

namespace memprof {

Symbolizer::Symbolizer() = default;
Symbolizer::~Symbolizer() = default;
Symbolizer::Symbolizer(Symbolizer&&) noexcept = default;
Symbolizer& Symbolizer::operator=(Symbolizer&&) noexcept = default;

const Stack& Symbolizer::Resolve(const Frame& frame) {
  static const Stack kUnknown;
  if (frame.module.empty() || frame.module_offset == 0 || !frame.file.empty()) return kUnknown;
  if (IsSystemLibrary(frame.module)) return kUnknown;
  const auto [place, is_new] =
      resolved_.try_emplace(std::pair(frame.module, frame.module_offset), Stack());
  if (is_new) {
    std::unique_ptr<ModuleSymbols>& module = modules_[frame.module];
    if (!module) module = std::make_unique<ModuleSymbols>(frame.module);
    place->second = module->Resolve(frame.module_offset);
  }
  return place->second;
}

void ResolveStacks(std::vector<LsanLeak>* leaks, Symbolizer& symbolizer) {
  for (LsanLeak& leak : *leaks) {
    Stack stack;
    for (Frame& frame : leak.stack) {
      const Stack& resolved = symbolizer.Resolve(frame);
      if (resolved.empty()) {
        stack.push_back(std::move(frame));
      } else {
        stack.insert(stack.end(), resolved.begin(), resolved.end());
      }
    }
    leak.stack = std::move(stack);
  }
}

}  // namespace memprof
