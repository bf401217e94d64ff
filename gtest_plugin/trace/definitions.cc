// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/definitions.h"

#include "gtest_plugin/trace/trace.h"

namespace memprof {

void DefineStack(uint32_t stack, record::Writer* record) noexcept {
  if (stack == record::kNoStack) return;
  StackTable::Entry& entry = g_tables.stacks[stack];
  if (entry.is_written != 0) return;
  entry.is_written = 1;
  static_assert(sizeof(uintptr_t) == sizeof(uint64_t), "addresses are written as 64 bits");
  const record::Stack head = {stack, entry.epoch, entry.frames, entry.flags};
  const record::Piece pieces[] = {{&head, sizeof(head)},
                                  {entry.addresses, entry.frames * sizeof(uint64_t)}};
  record->Append(record::kStack, pieces, 2);
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

}  // namespace memprof
