// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: loading a plug-in registers its codec in a static list, as static initialisers do, and
// there is no way to take it out. Every load adds a descriptor that lives until the process ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace media {

struct CodecDescriptor {
  CodecDescriptor* next = nullptr;
  std::string name;
  unsigned short quantisation[256] = {};
};

CodecDescriptor* registered_codecs = nullptr;

void RegisterCodec(const std::string& name) {
  auto* codec = new CodecDescriptor;  // LEAK: critical memory-growth
  codec->name = name;
  std::fill(std::begin(codec->quantisation), std::end(codec->quantisation), 1);
  codec->next = registered_codecs;
  registered_codecs = codec;
}

const CodecDescriptor* FindCodec(const std::string& name) {
  const CodecDescriptor* codec = registered_codecs;
  while (codec != nullptr && codec->name != name) codec = codec->next;
  return codec;
}

class Plugin {
 public:
  explicit Plugin(const std::string& name) { RegisterCodec(name); }
};

}  // namespace media

TEST(Media, LoadedPluginOffersItsCodec) {
  const media::Plugin plugin("webp");
  EXPECT_NE(media::FindCodec("webp"), nullptr);
}
