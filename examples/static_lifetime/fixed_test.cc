// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the plug-in owns its descriptor, links it when it is loaded and unlinks it when it is
// unloaded. The static list now holds what is loaded at the moment, and nothing of the past.
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

const CodecDescriptor* FindCodec(const std::string& name) {
  const CodecDescriptor* codec = registered_codecs;
  while (codec != nullptr && codec->name != name) codec = codec->next;
  return codec;
}

class Plugin {
 public:
  explicit Plugin(const std::string& name) {
    codec_.name = name;
    std::fill(std::begin(codec_.quantisation), std::end(codec_.quantisation), 1);
    codec_.next = registered_codecs;
    registered_codecs = &codec_;
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin() {
    CodecDescriptor** link = &registered_codecs;
    while (*link != &codec_) link = &(*link)->next;
    *link = codec_.next;
  }

 private:
  CodecDescriptor codec_;
};

}  // namespace media

TEST(Media, LoadedPluginOffersItsCodec) {
  {
    const media::Plugin plugin("webp");
    EXPECT_NE(media::FindCodec("webp"), nullptr);
  }
  EXPECT_EQ(media::FindCodec("webp"), nullptr);
}
