// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// A function that is chosen when it is first called: the loader, amid binding the call, asks our
// resolver. Its frames keep registers in ways that compilers' code doesn't.

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

void (*g_leaf)();

int One() { return 1; }

}  // namespace

extern "C" int (*ResolveChosen())() {
  if (g_leaf != nullptr) g_leaf();
  return One;
}

EXPORT void SetLeaf(void (*leaf)()) { g_leaf = leaf; }
EXPORT int Chosen() __attribute__((ifunc("ResolveChosen")));
EXPORT int CallChosen() { return Chosen() + 1; }
