// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN reference-cycle
// The stages of a pipeline own their neighbours in both directions.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace etl {

class Stage : public std::enable_shared_from_this<Stage> {
 public:
  explicit Stage(std::string name) : name_(std::move(name)) {}
  virtual ~Stage() = default;

  std::shared_ptr<Stage> Then(std::shared_ptr<Stage> next) {
    next->upstream_ = shared_from_this();
    downstream_ = std::move(next);
    return downstream_;
  }

  int Push(int value) {
    const int changed = Apply(value);
    return downstream_ ? downstream_->Push(changed) : changed;
  }

  std::string Path() const { return upstream_ ? upstream_->Path() + "." + name_ : name_; }

 protected:
  virtual int Apply(int value) = 0;

 private:
  std::string name_;
  std::shared_ptr<Stage> upstream_;
  std::shared_ptr<Stage> downstream_;
};

class Scale : public Stage {
 public:
  explicit Scale(int factor) : Stage("scale"), factor_(factor) {}

 protected:
  int Apply(int value) override { return value * factor_; }

 private:
  int factor_;
};

class Offset : public Stage {
 public:
  explicit Offset(int by) : Stage("offset"), by_(by) {}

 protected:
  int Apply(int value) override { return value + by_; }

 private:
  int by_;
};

std::shared_ptr<Stage> BuildCelsiusToFahrenheit() {
  auto head = std::make_shared<Scale>(2);    // HERE
  head->Then(std::make_shared<Offset>(32));  // HERE
  return head;
}

}  // namespace etl

namespace {

TEST(Pipeline, ConvertsTemperatures) {
  const auto pipeline = etl::BuildCelsiusToFahrenheit();
  EXPECT_EQ(pipeline->Push(10), 52);
  EXPECT_EQ(pipeline->Path(), "scale");
}

}  // namespace
