#!/bin/sh
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
#
# The templates for CI are YAML, and have the parts that their services look for.
#
#   ci_templates.sh DIR
set -eu
python3 -c 'import yaml' 2> /dev/null || { echo "python3-yaml is not installed" >&2; exit 77; }
python3 - "$1" << 'END'
import re
import sys
import yaml

github = yaml.safe_load(open(sys.argv[1] + "/github-actions.yml"))
job = github["jobs"]["memprof"]
assert github["permissions"] == {"contents": "read"}, "only the job may write"
for step in job["steps"]:
    assert ("uses" in step) != ("run" in step), step
    if "uses" in step:
        assert re.fullmatch(r"[\w./-]+@v\d+", step["uses"]), step["uses"] + " is not pinned by major"
script = [step["with"]["script"] for step in job["steps"] if "github-script" in step.get("uses", "")]
assert len(script) == 1 and "updateComment" in script[0], "the comment is written anew, not again"
command = [step["run"] for step in job["steps"] if step.get("name") == "report"][0]
assert "\n" not in command.strip(), "folded to one line"

gitlab = yaml.safe_load(open(sys.argv[1] + "/gitlab-ci.yml"))["memprof"]
artifacts = gitlab["artifacts"]
assert artifacts["when"] == "always"
assert set(artifacts["reports"]) == {"junit", "codequality"}
assert artifacts["expose_as"] and not any("*" in path for path in artifacts["paths"])
for line in gitlab["script"]:
    assert isinstance(line, str), line
print("both templates are as their services read them")
END
