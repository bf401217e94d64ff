# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0

# Builds the files of the HTML page into memprof_runner, so that the program needs none of them when
# it runs. Scripts are put into the page in this order.
set(memprof_html ${CMAKE_CURRENT_LIST_DIR})
set(memprof_html_scripts
  dom.js
  quantity.js
  tables.js
  overview.js
  growth_chart.js
  retention_picture.js
  finding_fix.js
  finding_details.js
  findings.js
  short_name.js
  test_details.js
  tests_table.js
  call_tree.js
  peak_chart.js
  flame_boxes.js
  flame_table.js
  flame_graph.js
  source_view.js
  main.js)
list(TRANSFORM memprof_html_scripts PREPEND ${memprof_html}/)
set(memprof_html_styles ${memprof_html}/style.css ${memprof_html}/tables.css)

find_file(MEMPROF_CHART_JS NAMES chart.min.js Chart.min.js chart.umd.js
  PATHS /usr/share/javascript/chart.js
  DOC "Chart.js, built into report.html")
mark_as_advanced(MEMPROF_CHART_JS)
if(NOT MEMPROF_CHART_JS)
  message(STATUS "memprof: without Chart.js, so report.html has tables in place of charts. Debian: "
                 "apt-get install libjs-chart.js; elsewhere set MEMPROF_CHART_JS to chart.min.js")
endif()

set(memprof_html_assets ${CMAKE_CURRENT_BINARY_DIR}/html_assets.cc)
add_custom_command(OUTPUT ${memprof_html_assets}
  COMMAND ${CMAKE_COMMAND}
    -D OUT=${memprof_html_assets}
    -D PAGE=${memprof_html}/page.html
    -D "STYLES=${memprof_html_styles}"
    -D "SCRIPTS=${memprof_html_scripts}"
    -D CHART=$<$<BOOL:${MEMPROF_CHART_JS}>:${MEMPROF_CHART_JS}>
    -P ${memprof_html}/embed.cmake
  DEPENDS ${memprof_html}/embed.cmake ${memprof_html}/page.html ${memprof_html_styles}
    ${memprof_html_scripts} $<$<BOOL:${MEMPROF_CHART_JS}>:${MEMPROF_CHART_JS}>
  COMMENT "Building the HTML page into memprof"
  VERBATIM)
target_sources(memprof_runner PRIVATE
  report/html/html.cc
  report/html/html_data.cc
  report/html/html_finding.cc
  report/html/html_tables.cc
  ${memprof_html_assets})
