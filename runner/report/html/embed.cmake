# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# cmake -D OUT= -D PAGE= -D STYLES= -D SCRIPTS= -D CHART= -P embed.cmake
# Writes the C++ source OUT, which holds those files as text. CHART may be empty.
function(memprof_read file result)
  file(READ "${file}" text)
  string(FIND "${text}" ")memprof\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${file} has the end mark of our string literals")
  endif()
  # The page ends a script where it sees this, within string literals too.
  string(FIND "${text}" "</script" end)
  if(NOT end EQUAL -1 AND file MATCHES "\\.js$")
    message(FATAL_ERROR "${file} has a </script, which ends the page's script")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

memprof_read("${PAGE}" page)
set(style "")
foreach(file IN LISTS STYLES)
  memprof_read("${file}" text)
  string(APPEND style "${text}")
endforeach()
set(chart "")
if(CHART)
  memprof_read("${CHART}" chart)
endif()
# A block for each, so that what a file names is its own.
set(scripts "'use strict';\n")
foreach(file IN LISTS SCRIPTS)
  memprof_read("${file}" script)
  string(APPEND scripts "{\n${script}}\n")
endforeach()

set(source "// Made by embed.cmake.
#include \"runner/report/html/html_assets.h\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace memprof {

const HtmlAssets kHtmlAssets = {
")
foreach(text IN ITEMS page style scripts chart)
  string(APPEND source "R\"memprof(${${text}})memprof\",\n")
endforeach()
string(APPEND source "};\n\n}  // namespace memprof\n")
file(WRITE "${OUT}" "${source}")
