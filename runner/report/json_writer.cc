// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_writer.h"

#include <utility>

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string JsonText(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void JsonWriter::StartItem(std::string_view indent) {
  if (!first_) text_ += ',';
  first_ = false;
  text_ += '\n';
  text_ += indent;
}

void JsonWriter::Key(std::string_view key) {
  text_ += JsonText(Json(key));
  text_ += ": ";
}

void JsonWriter::Member(std::string_view key, const Json& value) {
  StartItem("  ");
  Key(key);
  text_ += JsonText(value);
}

void JsonWriter::OpenArray(std::string_view key) {
  StartItem("  ");
  Key(key);
  text_ += '[';
  first_ = true;
}

void JsonWriter::Element(const Json& value) {
  StartItem("    ");
  text_ += JsonText(value);
}

void JsonWriter::TallElement(const Json& object) {
  StartItem("    ");
  text_ += '{';
  first_ = true;
  for (const auto& [key, value] : object.items()) {
    StartItem("      ");
    Key(key);
    text_ += JsonText(value);
  }
  text_ += first_ ? "}" : "\n    }";
  first_ = false;
}

void JsonWriter::CloseArray() {
  text_ += first_ ? "]" : "\n  ]";
  first_ = false;
}

std::string JsonWriter::Finish() && {
  text_ += first_ ? "}\n" : "\n}\n";
  return std::move(text_);
}

}  // namespace memprof
