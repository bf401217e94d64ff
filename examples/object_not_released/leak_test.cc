// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the plotting library keeps each figure open until figure_destroy, and SavePlot never calls
// it. The library's own list holds the figures, so they are reachable and pile up.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>

// The library: a figure is valid from figure_create to figure_destroy.
struct figure {
  figure* next_open;
  char canvas[2048];
};

figure* open_figures = nullptr;

figure* figure_create(char background) {
  figure* created = new figure;  // LEAK: critical memory-growth
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

char SavePlot(int from, int to) {
  figure* plot = figure_create(' ');
  figure_line(plot, from, to);
  return plot->canvas[from];
}

}  // namespace plots

TEST(Plots, DrawTheLine) { EXPECT_EQ(plots::SavePlot(100, 200), '#'); }
