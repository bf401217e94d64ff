// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/container_uses.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/pattern_evidence.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// Below it a block is a record's detail. Half of the usual page is where people think in buffers.
constexpr std::int64_t kLargeBlock = 1024;
/// … where names call it a tensor, a frame or the like.
constexpr std::int64_t kNamedBlock = 256;

/// A member of the element's class that is an array of numbers: `float values[1024];`
bool HasNumberArray(const Sources& sources, const std::string& element) {
  const std::string name = LastName(element);
  if (name.empty()) return false;
  for (const auto& [path, file] : sources.files()) {
    const std::optional<ClassCode> found = ClassNamed(file, name);
    if (!found) continue;
    const std::size_t end = TokenAt(file, found->body.end);
    for (std::size_t i = TokenAt(file, found->body.begin); i + 2 < end; ++i) {
      const std::string_view text = TextAt(file, i);
      const bool plain =
          IsWord(file.tokens()[i]) && IsArithmeticArray(text) && TextAt(file, i + 2) == "[";
      const bool standard =
          text == "array" && TextAt(file, i + 1) == "<" && IsArithmeticArray(TextAt(file, i + 2));
      if (plain && text != "char") return true;
      if (standard) return true;
    }
    return false;
  }
  return false;
}

bool IsText(const HeldEvidence& evidence) {
  const auto& path = evidence.finding->retention_path;
  const auto says_string = [](const std::string& type) {
    return GroupOfContainer(type) == ContainerGroup::kString;
  };
  if (says_string(evidence.shape.element)) return true;
  for (const Frame& frame : evidence.finding->stack) {
    if (frame.function.starts_with("std::string::")) return true;
    if (!frame.function.starts_with("std::") && !frame.function.starts_with("__gnu_cxx::")) break;
  }
  return path.size() > 1 && says_string(path[path.size() - 2].type);
}

}  // namespace

std::optional<Classification> TellBuffers(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  const HeldShape& shape = evidence.shape;
  if (shape.body == HeldBody::kUnknown || shape.body == HeldBody::kString ||
      finding.retention_path.empty() || shape.block_bytes < kNamedBlock) {
    return std::nullopt;
  }
  const RetentionStep& last = finding.retention_path.back();
  // One block that grows is the container's own array.
  if (last.count < 2 || (last.count_per_run == 0 && last.count < 8)) return std::nullopt;
  const std::string names = HolderNames(evidence);
  const bool named = SaysBuffer(names);
  if (shape.block_bytes < kLargeBlock && !named) return std::nullopt;
  const bool equal = last.bytes % last.count == 0;
  const bool array = IsArithmeticArray(last.type) && last.type.ends_with("[]");
  Classification result;
  result.pattern = Pattern::kBufferAccumulation;
  if (array && finding.retention_path.size() > 1 && !IsText(evidence)) {
    // With keys it could be a cache: the code must have said that it is none.
    const bool keyed = shape.body == HeldBody::kKeyed || shape.body == HeldBody::kSet;
    if (keyed && !evidence.inserting) return std::nullopt;
    const bool code = evidence.inserting.has_value() || named;
    // Bytes may be anything: a record's body, a packet of a log.
    const bool bytes = last.type.find("char") != std::string::npos || last.type == "std::byte[]";
    if (bytes && !named &&
        SaysAny(names, {"log", "history", "event", "message", "record", "packet", "request",
                        "journal", "entry", "entries"})) {
      return std::nullopt;
    }
    result.confidence =
        equal && code && !keyed && shape.block_bytes >= kLargeBlock && (named || !bytes)
            ? Confidence::kHigh
            : Confidence::kMedium;
    result.decided_by.push_back(fmt::format("blocks of {} from one call, {} each{}", last.type,
                                            HumanBytes(shape.block_bytes),
                                            equal ? ", all alike" : " on average"));
  } else if (array && IsText(evidence) && named && shape.block_bytes >= kLargeBlock) {
    result.confidence = Confidence::kLow;
    result.decided_by.push_back(
        fmt::format("texts of {} each, by their names buffers", HumanBytes(shape.block_bytes)));
  } else if (!array && shape.block_bytes >= kLargeBlock &&
             HasNumberArray(*evidence.sources, shape.element)) {
    result.confidence = Confidence::kMedium;
    result.decided_by.push_back(fmt::format("each {} is an array of numbers, {} large",
                                            shape.element, HumanBytes(shape.block_bytes)));
  } else {
    return std::nullopt;
  }
  result.decided_by.push_back(GrewClause(evidence));
  return result;
}

}  // namespace memprof
