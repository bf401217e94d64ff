// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/growing_container.h"

#include <algorithm>
#include <bit>
#include <cctype>

namespace memprof {
namespace {

constexpr std::int64_t kRunsKept = 10;
constexpr std::int64_t kLeastLimit = 16;
// Where nothing tells the size of an entry. The limit is then reached within some 160 runs also
// when entries are as large as a whole block of a deque.
constexpr std::int64_t kAssumedEntryBytes = 64;

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// "records_" of "gateway::History()::history.records_".
std::string LastName(const std::string& symbol) {
  std::size_t begin = symbol.size();
  while (begin > 0 && IsNameCharacter(symbol[begin - 1])) --begin;
  return symbol.substr(begin);
}

/// "Log" of "app::Log()::lines": the function whose static the container itself is.
std::string AccessorOf(const std::string& symbol) {
  const std::size_t scope = symbol.rfind(")::");
  if (scope == std::string::npos || symbol.find('.', scope) != std::string::npos ||
      symbol.find("::", scope + 3) != std::string::npos) {
    return {};
  }
  const std::size_t open = symbol.rfind('(', scope);
  return open == std::string::npos ? std::string() : LastName(symbol.substr(0, open));
}

bool Grows(const Finding& finding, std::size_t step) {
  const auto& path = finding.retention_path;
  if (path[step].count_per_run > 0) return true;
  // The one block of a vector or string stays one block.
  if (!path[step].type.ends_with("[]")) return false;
  return step + 1 == path.size() || path[step + 1].count_per_run > 0;
}

}  // namespace

std::vector<GrowingContainer> GrowingContainers(const Finding& finding) {
  std::vector<GrowingContainer> found;
  const auto& path = finding.retention_path;
  std::size_t first = 0;
  while (first < path.size() && !Grows(finding, first)) ++first;
  if (first < path.size() && first > 0 && !path[first].what.empty()) {
    found.push_back({LastName(path[first].what), {}, {}, first});
  }
  if (!finding.held_by) return found;
  const HeldBy& holder = *finding.held_by;
  std::string symbol = holder.symbol;
  // A queue keeps its entries in a member of the C++ library's.
  if (symbol.ends_with(".c")) symbol.resize(symbol.size() - 2);
  const bool is_adapted = symbol.size() != holder.symbol.size();
  if (std::string name = LastName(symbol); !name.empty()) {
    found.push_back({std::move(name), AccessorOf(symbol), is_adapted ? "" : holder.type, first});
  }
  return found;
}

std::int64_t EntriesPerRun(const Finding& finding, const GrowingContainer& container,
                           const ContainerType& type, const SourceFile& file) {
  const auto& path = finding.retention_path;
  const std::int64_t bytes =
      std::max<std::int64_t>(finding.impact.bytes_per_iteration.value_or(0), 0);
  if (type.kind == ContainerKind::kOrdered || type.kind == ContainerKind::kUnordered ||
      type.kind == ContainerKind::kList) {
    if (container.step < path.size() && path[container.step].count_per_run > 0) {
      return path[container.step].count_per_run;
    }
    return std::max<std::int64_t>(1, bytes / kAssumedEntryBytes);
  }
  std::int64_t own_bytes = bytes;  // of the entries alone, a run
  if (container.step < path.size() && finding.held_by && !finding.held_by->runs.empty() &&
      finding.held_by->runs.back() > 0) {
    const std::int64_t runs = finding.held_by->runs.back();
    own_bytes = (path[container.step].bytes + runs - 1) / runs;
  }
  if (const auto size = SizeOfType(type.Element(), file)) {
    return std::max<std::int64_t>(1, (own_bytes + *size - 1) / *size);
  }
  std::int64_t entries = own_bytes / kAssumedEntryBytes;
  if (container.step + 1 < path.size()) {
    entries = std::max(entries, path[container.step + 1].count_per_run);
  }
  return std::max<std::int64_t>(1, entries);
}

std::int64_t LimitFor(std::int64_t entries_per_run) {
  const auto wanted = static_cast<std::uint64_t>(kRunsKept * entries_per_run);
  return std::max(kLeastLimit, static_cast<std::int64_t>(std::bit_ceil(wanted)));
}

}  // namespace memprof
