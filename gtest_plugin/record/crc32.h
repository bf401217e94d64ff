// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_CRC32_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_CRC32_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace memprof {
namespace record {

/// The tables of "slicing by eight" (Kounavis and Berry, 2005): eight bytes a step, so that a
/// record's checksum costs tens of nanoseconds.
struct Crc32Tables {
  uint32_t at[8][256];

  constexpr Crc32Tables() : at() {
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
      at[0][i] = crc;
    }
    for (int slice = 1; slice < 8; ++slice) {
      for (uint32_t i = 0; i < 256; ++i) {
        at[slice][i] = (at[slice - 1][i] >> 8) ^ at[0][at[slice - 1][i] & 255u];
      }
    }
  }
};
inline constexpr Crc32Tables kCrc32Tables;

/// CRC-32 (IEEE 802.3, reflected) of `bytes`, continued from `crc`; begin with 0.
inline uint32_t Crc32(uint32_t crc, const void* bytes, size_t count) {
  const auto& at = kCrc32Tables.at;
  const unsigned char* p = static_cast<const unsigned char*>(bytes);
  crc = ~crc;
  for (; count >= 8; count -= 8, p += 8) {
    uint32_t low;
    uint32_t high;
    memcpy(&low, p, 4);
    memcpy(&high, p + 4, 4);
    low ^= crc;
    crc = at[7][low & 255u] ^ at[6][(low >> 8) & 255u] ^ at[5][(low >> 16) & 255u] ^
          at[4][low >> 24] ^ at[3][high & 255u] ^ at[2][(high >> 8) & 255u] ^
          at[1][(high >> 16) & 255u] ^ at[0][high >> 24];
  }
  for (; count > 0; --count, ++p) crc = at[0][(crc ^ *p) & 255u] ^ (crc >> 8);
  return ~crc;
}

}  // namespace record
}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_CRC32_H_
