// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Holds blocks of others: in its data, and in dynamic thread-local storage.
namespace {

void* g_held;
thread_local void* t_held[100];

}  // namespace

extern "C" void HoldInLibrary(void* block) { g_held = block; }
extern "C" void HoldInThreadLocalOfLibrary(void* block) { t_held[50] = block; }
extern "C" void* ThreadLocalOfLibrary() { return t_held; }
