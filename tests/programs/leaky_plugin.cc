// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A plug-in that loses 777 bytes in each call.

char* volatile lost_by_plugin = nullptr;

extern "C" void RunPlugin() {
  lost_by_plugin = new char[777];  // in the plug-in
  lost_by_plugin = nullptr;
}
