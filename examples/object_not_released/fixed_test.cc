// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: a unique_ptr whose deleter is figure_destroy owns the figure. It is released on every way
// out of SavePlot, and the library's list of open figures is empty again.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <memory>

// The library: a figure is valid from figure_create to figure_destroy.
struct figure {
  figure* next_open;
  char canvas[2048];
};

figure* open_figures = nullptr;

figure* figure_create(char background) {
  figure* created = new figure;
  std::memset(created->canvas, background, sizeof(created->canvas));
  created->next_open = open_figures;
  open_figures = created;
  return created;
}

void figure_destroy(figure* closed) {
  figure** link = &open_figures;
  while (*link != closed) link = &(*link)->next_open;
  *link = closed->next_open;
  delete closed;
}

void figure_line(figure* target, int from, int to) {
  std::memset(target->canvas + from, '#', static_cast<std::size_t>(to - from));
}

// The program that uses it.
namespace plots {

struct DestroyFigure {
  void operator()(figure* closed) const { figure_destroy(closed); }
};
using Figure = std::unique_ptr<figure, DestroyFigure>;

char SavePlot(int from, int to) {
  const Figure plot(figure_create(' '));
  figure_line(plot.get(), from, to);
  return plot->canvas[from];
}

}  // namespace plots

TEST(Plots, DrawTheLine) {
  EXPECT_EQ(plots::SavePlot(100, 200), '#');
  EXPECT_EQ(open_figures, nullptr);
}
