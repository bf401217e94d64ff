// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Holds blocks of others: in its data, and in dynamic thread-local storage.
// With names for others, or what nobody reads would not be there.
void* g_held_in_library;
thread_local void* t_held_in_library[100];

extern "C" void HoldInLibrary(void* block) { g_held_in_library = block; }
extern "C" void HoldInThreadLocalOfLibrary(void* block) { t_held_in_library[50] = block; }
extern "C" void* ThreadLocalOfLibrary() { return t_held_in_library; }
