// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cairo.h>
#include <gtest/gtest.h>

#include <vector>

// What is not destroyed stays known to the program, so that no check for lost memory finds it.
std::vector<cairo_t*> contexts;

namespace {

class Cairo : public testing::Test {
 protected:
  ~Cairo() override { cairo_surface_destroy(surface_); }
  cairo_surface_t* surface_ = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 8, 8);
};

TEST_F(Cairo, NeverDestroysItsContext) {
  contexts.push_back(cairo_create(surface_));  // HERE
}

TEST_F(Cairo, DestroysItsContext) {
  cairo_t* const context = cairo_create(surface_);
  cairo_rectangle(context, 0.5, 1.5, 2.5, 3.5);
  double left = 0, top = 0, right = 0, bottom = 0;
  cairo_path_extents(context, &left, &top, &right, &bottom);
  EXPECT_EQ(right, 3.0);
  cairo_destroy(context);
}

TEST_F(Cairo, ReferencesItAndDestroysItTwice) {
  cairo_t* const context = cairo_create(surface_);
  cairo_t* const same = cairo_reference(context);
  cairo_destroy(context);
  cairo_destroy(same);
}

TEST_F(Cairo, ForgetsAReference) {
  cairo_t* const context = cairo_create(surface_);  // HERE
  contexts.push_back(cairo_reference(context));
  cairo_destroy(context);
}

}  // namespace
