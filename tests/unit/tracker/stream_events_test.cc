// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/stream_events.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace memprof {

// GoogleTest prints it in failures.
void PrintTo(StreamEvent event, std::ostream* out) { *out << static_cast<int>(event); }

namespace {

struct Message {
  Message(StreamEvent what = StreamEvent::kOther, std::string named = "", bool has_passed = false,
          std::uint32_t number = 0)
      : event(what), name(std::move(named)), passed(has_passed), iteration(number) {}

  StreamEvent event;
  std::string name;
  bool passed;
  std::uint32_t iteration;

  bool operator==(const Message& other) const {
    return event == other.event && name == other.name && passed == other.passed &&
           iteration == other.iteration;
  }
};

void PrintTo(const Message& message, std::ostream* out) {
  *out << static_cast<int>(message.event) << " '" << message.name << "' " << message.passed << ' '
       << message.iteration;
}

Message Copy(const StreamMessage& message) {
  return {message.event,
          std::string(message.name != nullptr ? message.name : "", message.name_length),
          message.passed, message.iteration};
}

/// What a fresh reader makes of these writes.
std::vector<Message> Read(const std::vector<std::string>& writes) {
  auto reader = std::make_unique<StreamReader>();
  std::vector<Message> messages;
  for (const std::string& text : writes) {
    reader->Read(
        text.data(), text.size(),
        [](void* context, const StreamMessage& message) {
          static_cast<std::vector<Message>*>(context)->push_back(Copy(message));
        },
        &messages);
  }
  return messages;
}

struct MessageCase {
  const char* text;
  Message message;
};

class StreamMessages : public testing::TestWithParam<MessageCase> {};

TEST_P(StreamMessages, AreRead) {
  const std::string text = GetParam().text;
  EXPECT_EQ(Copy(ParseStreamMessage(text.data(), text.size())), GetParam().message);
  EXPECT_EQ(Read({text + "\n"}), std::vector<Message>{GetParam().message});
}

INSTANTIATE_TEST_SUITE_P(
    Protocol, StreamMessages,
    testing::Values(
        MessageCase{"gtest_streaming_protocol_version=1.0", {}},
        MessageCase{"event=TestProgramStart", {StreamEvent::kProgramStart}},
        MessageCase{"event=TestIterationStart&iteration=0", {StreamEvent::kIterationStart}},
        MessageCase{"event=TestIterationStart&iteration=1023",
                    {StreamEvent::kIterationStart, "", false, 1023}},
        MessageCase{"event=TestCaseStart&name=FooTest", {StreamEvent::kSuiteStart, "FooTest"}},
        MessageCase{"event=TestSuiteStart&name=Typed/0", {StreamEvent::kSuiteStart, "Typed/0"}},
        MessageCase{"event=TestStart&name=Bar", {StreamEvent::kTestStart, "Bar"}},
        MessageCase{"event=TestPartResult&file=foo.cc&line=42&message=a%3D%0A%26",
                    {StreamEvent::kTestPart}},
        MessageCase{"event=TestEnd&passed=1&elapsed_time=0ms", {StreamEvent::kTestEnd, "", true}},
        MessageCase{"event=TestEnd&passed=0&elapsed_time=1ms", {StreamEvent::kTestEnd}},
        MessageCase{"event=TestCaseEnd&passed=1&elapsed_time=0ms",
                    {StreamEvent::kSuiteEnd, "", true}},
        MessageCase{"event=TestSuiteEnd&passed=0&elapsed_time=0ms", {StreamEvent::kSuiteEnd}},
        MessageCase{"event=TestIterationEnd&passed=1&elapsed_time=2ms",
                    {StreamEvent::kIterationEnd, "", true}},
        MessageCase{"event=TestProgramEnd&passed=0", {StreamEvent::kProgramEnd}},
        MessageCase{"event=TestProgramEnd&passed=1", {StreamEvent::kProgramEnd, "", true}}));

INSTANTIATE_TEST_SUITE_P(
    NoMessages, StreamMessages,
    testing::Values(MessageCase{"", {}}, MessageCase{"event=", {}}, MessageCase{"mine", {}},
                    MessageCase{"event=TestStar", {}}, MessageCase{"event=TestStart", {}},
                    MessageCase{"event=SomethingNew&name=x", {}},
                    MessageCase{" event=TestProgramStart", {}},
                    MessageCase{"event=TestEnd&passed=", {StreamEvent::kTestEnd}}));

/// Names as a test that is registered at run time may have them.
std::vector<std::string> HostileNames() {
  return {"",
          "a=b&c=d",
          "%41%0A%",
          "passed=1&event=TestEnd",
          "größe π",
          "two\nlines",
          "\n",
          "ends in a line\n",
          "\n\n\n",
          " event=TestEnd ",
          std::string(4096, 'n'),
          std::string(200000, 'x')};
}

TEST(StreamNames, AreTakenAsTheyAre) {
  for (const std::string& name : HostileNames()) {
    SCOPED_TRACE(name.substr(0, 40));
    const std::vector<Message> messages =
        Read({"event=TestStart&name=" + name + "\n", "event=TestEnd&passed=1&elapsed_time=0ms\n"});
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_TRUE(messages[0] == (Message{StreamEvent::kTestStart, name}));
    EXPECT_EQ(messages[1].event, StreamEvent::kTestEnd);
  }
}

TEST(StreamReader, SeveralMessagesInOneWriteAreToldApart) {
  EXPECT_EQ(Read({"event=TestCaseStart&name=two\nlines\nevent=TestStart&name=B\n"
                  "event=TestEnd&passed=1&elapsed_time=0ms\n"}),
            (std::vector<Message>{{StreamEvent::kSuiteStart, "two\nlines"},
                                  {StreamEvent::kTestStart, "B"},
                                  {StreamEvent::kTestEnd, "", true}}));
}

TEST(StreamReader, AMessageInPartsIsWholeWhereverItIsCut) {
  const std::string text =
      "gtest_streaming_protocol_version=1.0\nevent=TestProgramStart\n"
      "event=TestCaseStart&name=FooTest\nevent=TestStart&name=Bar&x\n"
      "event=TestEnd&passed=1&elapsed_time=0ms\n";
  const std::vector<Message> whole = Read({text});
  ASSERT_EQ(whole.size(), 5u);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Read({text.substr(0, cut), text.substr(cut)}), whole) << cut;
  }
  std::vector<std::string> bytes;
  for (const char byte : text) bytes.emplace_back(1, byte);
  EXPECT_EQ(Read(bytes), whole);
}

TEST(StreamReader, AnUnfinishedMessageWaits) {
  EXPECT_TRUE(Read({"event=TestStart&name=Bar"}).empty());
  EXPECT_TRUE(Read({"", "event=TestStart", ""}).empty());
}

TEST(StreamReader, AMessageInPartsThatIsTooLongEndsAllTheSame) {
  const std::vector<Message> messages =
      Read({"event=TestStart&name=" + std::string(100000, 'a'), std::string(100000, 'b') + "\n",
            "event=TestEnd&passed=1&elapsed_time=0ms\n"});
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].event, StreamEvent::kTestStart);
  EXPECT_EQ(messages[0].name.substr(0, 60000), std::string(60000, 'a'));
  EXPECT_TRUE(messages[1] == (Message{StreamEvent::kTestEnd, "", true}));
}

}  // namespace
}  // namespace memprof
