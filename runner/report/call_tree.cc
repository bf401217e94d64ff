// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/call_tree.h"

#include <algorithm>

namespace memprof {
namespace {

/// Stacks come in order, so a call is either the last of its siblings or new among them.
void AddStack(const TextStack& stack, std::uint64_t bytes, CallNode* root) {
  CallNode* node = root;
  node->bytes += bytes;
  for (const std::uint32_t call : stack) {
    if (node->callers.empty() || node->callers.back().call != call) {
      node->callers.push_back({.call = call, .bytes = 0, .callers = {}});
    }
    node = &node->callers.back();
    node->bytes += bytes;
  }
}

void Order(CallNode* node) {
  std::stable_sort(node->callers.begin(), node->callers.end(),
                   [](const CallNode& a, const CallNode& b) { return a.bytes > b.bytes; });
  for (CallNode& caller : node->callers) Order(&caller);
}

}  // namespace

CallNode CallTree(const BytesByStack& stacks) {
  CallNode root;
  for (const auto& [stack, bytes] : stacks) {
    if (bytes > 0) AddStack(stack, bytes, &root);
  }
  Order(&root);
  return root;
}

}  // namespace memprof
