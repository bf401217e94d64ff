// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Encodes messages into bytes and decodes them again, as generated code does.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Contact {
  std::uint64_t id = 0;
  std::string name;
  std::vector<std::uint64_t> numbers;
};

struct Book {
  std::string owner;
  std::vector<Contact> contacts;
};

void PutNumber(std::uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

std::size_t SizeOfNumber(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

void PutText(const std::string& text, std::string* out) {
  PutNumber(text.size(), out);
  out->append(text);
}

std::size_t EncodedSize(const Contact& contact) {
  std::size_t size = SizeOfNumber(contact.id) + SizeOfNumber(contact.name.size()) +
                     contact.name.size() + SizeOfNumber(contact.numbers.size());
  for (const std::uint64_t number : contact.numbers) size += SizeOfNumber(number);
  return size;
}

std::string Encode(const Book& book) {
  std::size_t size =
      SizeOfNumber(book.owner.size()) + book.owner.size() + SizeOfNumber(book.contacts.size());
  for (const Contact& contact : book.contacts) size += EncodedSize(contact);
  std::string out;
  out.reserve(size);
  PutText(book.owner, &out);
  PutNumber(book.contacts.size(), &out);
  for (const Contact& contact : book.contacts) {
    PutNumber(contact.id, &out);
    PutText(contact.name, &out);
    PutNumber(contact.numbers.size(), &out);
    for (const std::uint64_t number : contact.numbers) PutNumber(number, &out);
  }
  return out;
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  std::uint64_t Number() {
    std::uint64_t value = 0;
    for (int shift = 0; at_ < bytes_.size() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    broken_ = true;
    return 0;
  }

  std::string Text() {
    const std::uint64_t size = Number();
    if (broken_ || size > bytes_.size() - at_) {
      broken_ = true;
      return "";
    }
    std::string text(bytes_, at_, size);
    at_ += size;
    return text;
  }

  /// A number of elements, each of a byte at least.
  std::size_t Count() {
    const std::uint64_t count = Number();
    broken_ |= count > bytes_.size() - at_;
    return broken_ ? 0 : count;
  }

  bool broken() const { return broken_; }

 private:
  const std::string& bytes_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

std::optional<Book> Decode(const std::string& bytes) {
  Reader reader(bytes);
  Book book;
  book.owner = reader.Text();
  book.contacts.resize(reader.Count());
  for (Contact& contact : book.contacts) {
    contact.id = reader.Number();
    contact.name = reader.Text();
    contact.numbers.resize(reader.Count());
    for (std::uint64_t& number : contact.numbers) number = reader.Number();
    if (reader.broken()) return std::nullopt;
  }
  if (reader.broken()) return std::nullopt;
  return book;
}

Book MakeBook(std::size_t contacts) {
  Book book;
  book.owner = "the owner of a book of many contacts";
  book.contacts.resize(contacts);
  for (std::size_t i = 0; i < contacts; ++i) {
    book.contacts[i].id = i;
    book.contacts[i].name = "contact with the number " + std::to_string(i);
    book.contacts[i].numbers.assign(1 + i % 5, 4915112345678 + i);
  }
  return book;
}

TEST(WireFormat, LargeBookRoundTrip) {
  const Book book = MakeBook(4000);
  const std::string bytes = Encode(book);
  const std::optional<Book> decoded = Decode(bytes);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->contacts.size(), 4000u);
  EXPECT_EQ(decoded->contacts[3999].name, book.contacts[3999].name);
}

TEST(WireFormat, ManySmallMessages) {
  for (std::size_t i = 0; i < 3000; ++i) {
    const Book book = MakeBook(i % 4);
    const std::optional<Book> decoded = Decode(Encode(book));
    ASSERT_TRUE(decoded);
    ASSERT_EQ(decoded->contacts.size(), i % 4);
  }
}

TEST(WireFormat, CutAnywhereItIsRefused) {
  const std::string bytes = Encode(MakeBook(20));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(Decode(bytes.substr(0, size)));
  }
}

}  // namespace
