// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_NODE_H_
#define MEMPROF_RUNNER_REPORT_JSON_NODE_H_

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// Thrown from the depths of a report to ReadReportJson(), which turns it into an Error: the
/// alternative is a check after each of some eighty members.
struct JsonMismatch {
  std::string message;
};

/// A value and the way to it, which is spelt out only when something is wrong with the value.
class JsonNode {
 public:
  JsonNode(const nlohmann::ordered_json& json, const JsonNode* parent, std::string_view key,
           std::size_t index)
      : json_(json), parent_(parent), key_(key), index_(index) {}

  bool IsNull() const { return json_.is_null(); }

  bool Has(std::string_view key) const { return json_.is_object() && json_.contains(key); }

  JsonNode operator[](std::string_view key) const {
    Expect(json_.is_object(), "an object");
    const auto found = json_.find(key);
    if (found == json_.end()) {
      const std::string path = Path();
      throw JsonMismatch{fmt::format("{}{}{} is missing", path, path.empty() ? "" : ".", key)};
    }
    return JsonNode(*found, this, key, 0);
  }

  /// Elements of an array; 0 of anything else.
  std::size_t size() const { return json_.is_array() ? json_.size() : 0; }

  /// An element of an array whose elements have a meaning each.
  JsonNode At(std::size_t index) const {
    if (!json_.is_array() || index >= json_.size()) {
      Expect(false, fmt::format("an array of {} or more", index + 1));
    }
    return JsonNode(json_[index], this, {}, index);
  }

  /// A member that reports of earlier versions lack; a value-initialized one where it is missing
  /// or null.
  template <class Read>
  auto Maybe(std::string_view key, Read read) const {
    using Value = decltype(read(*this));
    if (!Has(key)) return Value();
    const JsonNode member = (*this)[key];
    return member.IsNull() ? Value() : read(member);
  }

  template <class Read>
  auto Each(Read read) const {
    Expect(json_.is_array(), "an array");
    std::vector<decltype(read(*this))> values;
    values.reserve(json_.size());
    for (std::size_t i = 0; i < json_.size(); ++i)
      values.push_back(read(JsonNode(json_[i], this, {}, i)));
    return values;
  }

  std::string Text() const {
    Expect(json_.is_string(), "a string");
    return json_.get<std::string>();
  }

  bool Truth() const {
    Expect(json_.is_boolean(), "true or false");
    return json_.get<bool>();
  }

  double Number() const {
    Expect(json_.is_number(), "a number");
    return json_.get<double>();
  }

  std::int64_t Integer() const {
    // What was written without a sign and does not fit is kept as unsigned, or as a double.
    Expect(json_.is_number_integer() &&
               (!json_.is_number_unsigned() ||
                json_.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()),
           "an integer of 64 bits");
    return json_.get<std::int64_t>();
  }

  int SmallInteger() const {
    const std::int64_t value = Integer();
    Expect(value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max(),
           "an integer of 32 bits");
    return static_cast<int>(value);
  }

  int Positive() const {
    const int value = SmallInteger();
    Expect(value > 0, "a positive integer");
    return value;
  }

  /// What is counted or summed up, and so never negative.
  std::uint64_t Amount() const {
    Expect(json_.is_number_unsigned() || (json_.is_number_integer() && Integer() >= 0),
           "an integer of 64 bits that is not negative");
    return json_.get<std::uint64_t>();
  }

  /// Of one of `count` elements elsewhere.
  std::size_t Index(std::size_t count) const {
    const std::uint64_t index = Amount();
    if (index >= count) Expect(false, fmt::format("an index below {}", count));
    return static_cast<std::size_t>(index);
  }

  std::optional<std::int64_t> MaybeInteger() const {
    if (IsNull()) return std::nullopt;
    return Integer();
  }

  std::string MaybeText() const { return IsNull() ? std::string() : Text(); }

  std::vector<std::string> Texts() const {
    return Each([](const JsonNode& node) { return node.Text(); });
  }

  /// The enumerator whose Name() this is; `last` is the last of them.
  template <class Enum>
  Enum OneOf(Enum last) const {
    const std::string name = Text();
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      if (name == Name(static_cast<Enum>(i))) return static_cast<Enum>(i);
    }
    throw JsonMismatch{fmt::format("{} is \"{}\", which this version does not know", Path(), name)};
  }

 private:
  void Expect(bool condition, std::string_view wanted) const {
    if (condition) return;
    const std::string path = Path();
    throw JsonMismatch{
        fmt::format("{} is not {}", path.empty() ? std::string("the whole") : path, wanted)};
  }

  std::string Path() const {
    if (parent_ == nullptr) return {};
    const std::string before = parent_->Path();
    if (key_.empty()) return fmt::format("{}[{}]", before, index_);
    return before.empty() ? std::string(key_) : fmt::format("{}.{}", before, key_);
  }

  const nlohmann::ordered_json& json_;
  const JsonNode* parent_;
  std::string_view key_;
  std::size_t index_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_NODE_H_
