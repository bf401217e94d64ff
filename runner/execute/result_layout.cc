// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/result_layout.h"

#include "runner/execute/rerun.h"

namespace memprof {

std::string WorkDirectory(const std::string& directory) { return directory + "/work"; }

std::string SuspectPath(const std::string& directory, const std::string& test) {
  return directory + "/suspects/" + FileKey(test) + ".json";
}

std::string NotMeasuredPath(const std::string& directory) {
  return directory + "/suspects/not_measured.txt";
}

std::string FiguresPath(const std::string& directory) {
  return directory + "/suspects/figures.txt";
}

std::string ScreenFindingsPath(const std::string& directory, const std::string& test) {
  return directory + "/suspects/" + FileKey(test) + ".screen.json";
}

std::string KeepsPath(const std::string& directory, const std::string& test) {
  return directory + "/suspects/" + FileKey(test) + ".keeps.json";
}

}  // namespace memprof
