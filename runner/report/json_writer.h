// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_WRITER_H_
#define MEMPROF_RUNNER_REPORT_JSON_WRITER_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace memprof {

/// A value as JSON on one line; what is not UTF-8 becomes U+FFFD.
std::string JsonText(const nlohmann::ordered_json& value);

/// Writes one JSON object as text, member by member. All our JSON goes through it, so that all of
/// it has the same form and survives the same bytes: what is not UTF-8 becomes U+FFFD.
///
/// Long arrays are written element by element, because the whole as a tree would take several
/// times the memory of its text. Numbers that JSON lacks (NaN, infinity) become null.
class JsonWriter {
 public:
  JsonWriter() : text_("{") {}

  /// A member on a line of its own, its value on the same line.
  void Member(std::string_view key, const nlohmann::ordered_json& value);

  /// Opens an array member. Until CloseArray() only elements may follow.
  void OpenArray(std::string_view key);
  /// An element on one line.
  void Element(const nlohmann::ordered_json& value);
  /// An object as element, one line a member: for those that people read.
  void TallElement(const nlohmann::ordered_json& object);
  void CloseArray();

  /// The text, with a line end. Must be called once, last.
  std::string Finish() &&;

 private:
  void StartItem(std::string_view indent);
  void Key(std::string_view key);

  std::string text_;
  bool first_ = true;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_WRITER_H_
