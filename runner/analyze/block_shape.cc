// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/block_shape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace memprof {
namespace {

std::vector<std::uint64_t> WithoutZerosAtEnd(std::span<const std::uint32_t> classes) {
  std::size_t count = classes.size();
  while (count > 0 && classes[count - 1] == 0) --count;
  return {classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(count)};
}

void AddClasses(const std::vector<std::uint64_t>& added, std::vector<std::uint64_t>* to) {
  if (to->size() < added.size()) to->resize(added.size());
  for (std::size_t i = 0; i < added.size(); ++i) (*to)[i] += added[i];
}

}  // namespace

BlockShape ShapeOf(const record::Site& site) {
  return {site.reallocs,
          site.realloc_bytes,
          site.longest_chain,
          site.largest,
          WithoutZerosAtEnd(site.sizes),
          WithoutZerosAtEnd(site.lifetimes)};
}

void Add(const BlockShape& added, BlockShape* to) {
  to->reallocs += added.reallocs;
  to->realloc_bytes += added.realloc_bytes;
  to->longest_chain = std::max(to->longest_chain, added.longest_chain);
  to->largest = std::max(to->largest, added.largest);
  AddClasses(added.sizes, &to->sizes);
  AddClasses(added.lifetimes, &to->lifetimes);
}

}  // namespace memprof
