// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_DWARF_READER_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_DWARF_READER_H_

#include <stdint.h>
#include <string.h>

namespace memprof {

/// How .eh_frame writes a pointer: the low half says the width, the rest what it is relative to
/// (Linux Standard Base Core 5.0, "DWARF Extensions").
enum PointerEncoding : uint8_t {
  kPointerAbsolute = 0x00,
  kPointerSigned4 = 0x0b,
  kPointerUnsigned4 = 0x03,
  kPointerToItself = 0x10,  ///< relative to the address of the pointer
  kPointerToData = 0x30,    ///< relative to a base, in .eh_frame_hdr the section's begin
  kPointerOmitted = 0xff,
};

/// Reads DWARF's numbers one behind the other. Past the end every read gives 0 and `ok()` turns
/// false for good, so that callers may ask once, after the last read.
class DwarfReader {
 public:
  DwarfReader(const uint8_t* begin, const uint8_t* end) : at_(begin), end_(end) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return at_ >= end_; }
  const uint8_t* at() const { return at_; }
  const uint8_t* end() const { return end_; }

  template <class T>
  T Fixed() {
    T value = 0;
    if (!Has(sizeof value)) return 0;
    memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  uint64_t Uleb() {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
      byte = Fixed<uint8_t>();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
    } while ((byte & 0x80) != 0);
    return value;
  }

  int64_t Sleb() {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
      byte = Fixed<uint8_t>();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
    } while ((byte & 0x80) != 0);
    if (shift < 64 && (byte & 0x40) != 0) value |= ~uint64_t{0} << shift;
    return static_cast<int64_t>(value);
  }

  /// A pointer as `encoding` has it. An indirect one is not followed: the value is the address of
  /// the pointer. Encodings that no linker writes (text, function, aligned) make `ok()` false.
  uintptr_t Pointer(uint8_t encoding, uintptr_t data_base) {
    const uintptr_t here = reinterpret_cast<uintptr_t>(at_);
    uintptr_t value = Number(encoding & 0x0f);
    switch (encoding & 0x70) {
      case kPointerAbsolute:
        break;
      case kPointerToItself:
        value += here;
        break;
      case kPointerToData:
        value += data_base;
        break;
      default:
        ok_ = false;
    }
    return value;
  }

  void Skip(uint64_t bytes) {
    if (Has(bytes)) at_ += bytes;
  }

  const char* Text() {
    const char* const text = reinterpret_cast<const char*>(at_);
    while (Fixed<uint8_t>() != 0) {
    }
    return ok_ ? text : "";
  }

 private:
  bool Has(uint64_t bytes) {
    if (bytes > static_cast<uint64_t>(end_ - at_)) {
      ok_ = false;
      at_ = end_;
    }
    return ok_;
  }

  uintptr_t Number(unsigned format) {
    switch (format) {
      case 0x00:
        return Fixed<uintptr_t>();
      case 0x01:
        return Uleb();
      case 0x02:
        return Fixed<uint16_t>();
      case 0x03:
        return Fixed<uint32_t>();
      case 0x04:
      case 0x0c:
        return Fixed<uint64_t>();
      case 0x09:
        return static_cast<uintptr_t>(Sleb());
      case 0x0a:
        return static_cast<uintptr_t>(intptr_t{Fixed<int16_t>()});
      case 0x0b:
        return static_cast<uintptr_t>(intptr_t{Fixed<int32_t>()});
      default:
        ok_ = false;
        return 0;
    }
  }

  const uint8_t* at_;
  const uint8_t* end_;
  bool ok_ = true;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_DWARF_READER_H_
