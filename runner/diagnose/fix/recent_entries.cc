// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/recent_entries.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace memprof {
namespace {

// {0} class, {1} key, {2} value, {3} "map" or "unordered_map" with what follows the key and value.
constexpr std::string_view kClass = R"(// Needs <chrono>, <cstddef>, <list>, {4} and <utility>.
class {0} {{
 public:
  {0}(std::size_t capacity, std::chrono::seconds keep_for)
      : capacity_(capacity), keep_for_(keep_for) {{}}

  // Null when the key is unknown or its entry is too old. Good until the next Put.
  {2}* Find(const {1}& key) {{
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    if (std::chrono::steady_clock::now() - found->second->made > keep_for_) {{
      entries_.erase(found->second);
      index_.erase(found);
      return nullptr;
    }}
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->value;
  }}

  {2}& Put({1} key, {2} value) {{
    if (const auto found = index_.find(key); found != index_.end()) {{
      entries_.erase(found->second);
      index_.erase(found);
    }}
    if (!entries_.empty() && entries_.size() >= capacity_) {{
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }}
    entries_.push_front(Entry{{key, std::move(value), std::chrono::steady_clock::now()}});
    index_.emplace(key, entries_.begin());
    return entries_.front().value;
  }}

 private:
  struct Entry {{
    {1} key;
    {2} value;
    std::chrono::steady_clock::time_point made;
  }};

  std::size_t capacity_;
  std::chrono::seconds keep_for_;
  std::list<Entry> entries_;  // the front was used last
  {3} index_;
}};

// In place of `{5}`, for a capacity and a time that you choose:
{0} {6}{{{7}, std::chrono::minutes(10)}};
)";

}  // namespace

std::optional<Solution> RecentEntries(const InsertionSite& site, std::int64_t capacity) {
  const ContainerType& type = site.type;
  if (!type.is_map || type.is_multi || type.arguments.size() < 2) return std::nullopt;
  const bool ordered = type.kind == ContainerKind::kOrdered;
  const char* const map = ordered ? "map" : "unordered_map";
  // The comparison or hash goes on to apply; an allocator does not, for it is of another type.
  std::string index =
      fmt::format("std::{}<{}, typename std::list<Entry>::iterator", map, type.arguments[0]);
  for (std::size_t i = 2; i < type.arguments.size() && i < (ordered ? 3 : 4); ++i) {
    index += ", " + type.arguments[i];
  }
  index += '>';
  const std::string name = FreeName(*site.file, "Recent" + CamelCase(site.container.name));
  Solution recent;
  recent.summary = fmt::format("keep the entries of `{}` that were used last, and none for long",
                               site.container.name);
  recent.snippet = fmt::format(
      fmt::runtime(kClass), name, type.arguments[0], type.arguments[1], index,
      fmt::format("<{}>", map),
      site.type_text.empty() ? site.container.name : site.type_text + " " + site.container.name,
      site.container.name, capacity);
  recent.why_no_diff = fmt::format("each place that reads `{}` has to call Find and Put instead",
                                   site.container.name);
  recent.why = "what is in use stays cached, and the memory ends at the capacity";
  recent.trade_off =
      "a list node and a time more for each entry, and a clock read for each look-up";
  recent.effort = "an hour";
  return recent;
}

}  // namespace memprof
