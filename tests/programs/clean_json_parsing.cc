// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Reads a text of some hundred kilobytes into a tree of values, looks things up in it, writes it
// out again, and drops it.
#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Value {
  enum class Kind { kNull, kNumber, kText, kList, kObject };
  Kind kind = Kind::kNull;
  double number = 0;
  std::string text;
  std::vector<std::unique_ptr<Value>> items;
  std::map<std::string, std::unique_ptr<Value>> members;
};

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  std::unique_ptr<Value> Parse() {
    SkipBlanks();
    if (at_ == text_.size()) throw std::runtime_error("unexpected end");
    switch (text_[at_]) {
      case '{':
        return ParseObject();
      case '[':
        return ParseList();
      case '"': {
        auto value = std::make_unique<Value>();
        value->kind = Value::Kind::kText;
        value->text = ParseText();
        return value;
      }
      default:
        return ParseNumber();
    }
  }

 private:
  void SkipBlanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  void Expect(char what) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != what) {
      throw std::runtime_error("expected " + std::string(1, what));
    }
    ++at_;
  }

  bool Take(char what) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != what) return false;
    ++at_;
    return true;
  }

  std::string ParseText() {
    Expect('"');
    const std::size_t end = text_.find('"', at_);
    if (end == std::string::npos) throw std::runtime_error("text without end");
    std::string text = text_.substr(at_, end - at_);
    at_ = end + 1;
    return text;
  }

  std::unique_ptr<Value> ParseNumber() {
    char* end = nullptr;
    auto value = std::make_unique<Value>();
    value->kind = Value::Kind::kNumber;
    value->number = std::strtod(text_.c_str() + at_, &end);
    const auto next = static_cast<std::size_t>(end - text_.c_str());
    if (next == at_) throw std::runtime_error("not a number");
    at_ = next;
    return value;
  }

  std::unique_ptr<Value> ParseList() {
    Expect('[');
    auto value = std::make_unique<Value>();
    value->kind = Value::Kind::kList;
    if (Take(']')) return value;
    do {
      value->items.push_back(Parse());
    } while (Take(','));
    Expect(']');
    return value;
  }

  std::unique_ptr<Value> ParseObject() {
    Expect('{');
    auto value = std::make_unique<Value>();
    value->kind = Value::Kind::kObject;
    if (Take('}')) return value;
    do {
      SkipBlanks();
      std::string name = ParseText();
      Expect(':');
      value->members[std::move(name)] = Parse();
    } while (Take(','));
    Expect('}');
    return value;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

void Write(const Value& value, std::string* out) {
  const char* separator = "";
  switch (value.kind) {
    case Value::Kind::kNull:
      out->append("null");
      break;
    case Value::Kind::kNumber:
      out->append(std::to_string(static_cast<long>(value.number)));
      break;
    case Value::Kind::kText:
      out->append("\"").append(value.text).append("\"");
      break;
    case Value::Kind::kList:
      out->append("[");
      for (const auto& item : value.items) {
        out->append(separator);
        Write(*item, out);
        separator = ",";
      }
      out->append("]");
      break;
    case Value::Kind::kObject:
      out->append("{");
      for (const auto& [name, member] : value.members) {
        out->append(separator).append("\"").append(name).append("\":");
        Write(*member, out);
        separator = ",";
      }
      out->append("}");
      break;
  }
}

std::string OrdersText(int orders) {
  std::string text = "[";
  for (int i = 0; i < orders; ++i) {
    if (i > 0) text += ',';
    text += R"({"customer":"customer of region )" + std::to_string(i % 17);
    text += R"(","id":)" + std::to_string(i);
    text += R"(,"lines":[1,2,3,)" + std::to_string(i * 7) + "]";
    text += R"(,"note":"leave it at the door, please"})";
  }
  return text + "]";
}

TEST(Json, RoundTripOfManyOrders) {
  const std::string text = OrdersText(1500);
  const std::unique_ptr<Value> orders = Parser(text).Parse();
  ASSERT_EQ(orders->items.size(), 1500u);
  EXPECT_EQ(orders->items[20]->members.at("customer")->text, "customer of region 3");
  std::string written;
  written.reserve(text.size());
  Write(*orders, &written);
  EXPECT_EQ(written, text);
}

TEST(Json, BrokenTextsAreRefused) {
  for (int i = 0; i < 500; ++i) {
    const std::string text = OrdersText(3);
    const std::string broken = text.substr(0, text.size() - 1 - static_cast<std::size_t>(i % 60));
    EXPECT_THROW(Parser(broken).Parse(), std::runtime_error);
  }
}

TEST(Json, DeepNesting) {
  const std::string text = std::string(400, '[') + "7" + std::string(400, ']');
  const std::unique_ptr<Value> value = Parser(text).Parse();
  const Value* inner = value.get();
  while (inner->kind == Value::Kind::kList) inner = inner->items[0].get();
  EXPECT_EQ(inner->number, 7);
}

}  // namespace
