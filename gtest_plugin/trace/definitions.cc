// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/definitions.h"

#include "gtest_plugin/trace/trace.h"

// The linker's names for the bounds of the section that RunMain is in; weak, for a program that has
// the tables alone has no such section.
extern "C" {
extern const char __start_memprof_frames[] __attribute__((weak, visibility("hidden")));
extern const char __stop_memprof_frames[] __attribute__((weak, visibility("hidden")));
}

namespace memprof {
namespace {

// The number of the frame that is ours, below `main`; `frames` where there is none.
uint32_t FindOwnFrame(const uintptr_t* addresses, uint32_t frames) {
  const auto begin = reinterpret_cast<uintptr_t>(__start_memprof_frames);
  const auto end = reinterpret_cast<uintptr_t>(__stop_memprof_frames);
  for (uint32_t i = frames; i > 0; --i) {
    if (addresses[i - 1] > begin && addresses[i - 1] <= end) return i - 1;
  }
  return frames;
}

}  // namespace

void DefineStack(uint32_t stack, record::Writer* record) noexcept {
  if (stack == record::kNoStack) return;
  StackTable::Entry& entry = g_tables.stacks[stack];
  if (entry.is_written != 0) return;
  entry.is_written = 1;
  static_assert(sizeof(uintptr_t) == sizeof(uint64_t), "addresses are written as 64 bits");
  const uint32_t inner = FindOwnFrame(entry.addresses, entry.frames);
  const uint32_t outer = inner < entry.frames ? entry.frames - inner - 1 : 0;
  const record::Stack head = {stack, entry.epoch, inner + outer, entry.flags};
  const record::Piece pieces[] = {
      {&head, sizeof(head)},
      {entry.addresses, inner * sizeof(uint64_t)},
      {entry.addresses + (entry.frames - outer), outer * sizeof(uint64_t)}};
  record->Append(record::kStack, pieces, 3);
}

void DefineOrigin(uint32_t origin, record::Writer* record) noexcept {
  OriginTable::Origin& entry = g_tables.origins[origin];
  if (origin == 0 || entry.is_written != 0) return;
  entry.is_written = 1;
  DefineStack(entry.stack, record);
  const record::Origin defined = {origin, entry.stack, entry.window, entry.thread};
  const record::Piece piece = {&defined, sizeof(defined)};
  record->Append(record::kOrigin, &piece, 1);
}

void ForgetDefinitions(uint32_t last_window) noexcept {
  const uint32_t stacks = g_tables.stacks.count();
  for (uint32_t i = 1; i <= stacks; ++i) g_tables.stacks[i].is_written = 0;
  const uint32_t end = g_tables.origins.end();
  for (uint32_t i = 1; i < end; ++i) {
    OriginTable::Origin& origin = g_tables.origins[i];
    origin.is_written = 0;
    if (origin.window > last_window) origin.window = last_window;
  }
}

}  // namespace memprof
