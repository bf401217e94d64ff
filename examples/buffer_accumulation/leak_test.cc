// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the trainer keeps the whole loss tensor of every step, for a curve that needs one number of
// each. Large equal buffers pile up, step by step, for as long as the training goes on.
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace training {

struct Tensor {
  std::vector<float> values;
  float Mean() const {
    return std::accumulate(values.begin(), values.end(), 0.0f) / float(values.size());
  }
};

Tensor ComputeLoss(float scale) {
  Tensor loss;
  loss.values.assign(32 * 32, scale);  // LEAK: critical memory-growth
  return loss;
}

class Trainer {
 public:
  void Step(float scale) { losses_.push_back(ComputeLoss(scale)); }

  float LatestLoss() const { return losses_.back().Mean(); }

 private:
  std::vector<Tensor> losses_;
};

Trainer& SharedTrainer() {
  static Trainer trainer;
  return trainer;
}

}  // namespace training

TEST(Trainer, ReportsTheLatestLoss) {
  for (int step = 0; step < 4; ++step) training::SharedTrainer().Step(0.5f);
  EXPECT_FLOAT_EQ(training::SharedTrainer().LatestLoss(), 0.5f);
}
