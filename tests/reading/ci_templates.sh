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
import os
import re
import subprocess
import sys
import tempfile
import yaml

WRITTEN = {"junit.xml", "report.sarif", "report.html", "report.md", "fixes",
           "gl-code-quality-report.json"}


def check_report(commands):
    """Runs the one that makes the report, as the services do, before and after there is a baseline."""
    assert len(commands) == 1, commands
    with tempfile.TemporaryDirectory() as directory:
        with open(directory + "/memprof", "w") as program:
            program.write('#!/bin/sh\necho "$@"\nexit 1\n')
        os.chmod(directory + "/memprof", 0o755)
        environment = dict(os.environ, PATH=directory + ":" + os.environ["PATH"])
        for baseline in (False, True):
            if baseline:
                open(directory + "/memprof-baseline.json", "w").close()
            done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", commands[0]], cwd=directory,
                                  env=environment, capture_output=True, text=True)
            assert done.stdout.startswith("report build --out memprof-out "), done
            assert ("--baseline memprof-baseline.json " in done.stdout) == baseline, done.stdout
            assert done.returncode == 1, "findings fail the step"


github = yaml.safe_load(open(sys.argv[1] + "/github-actions.yml"))
job = github["jobs"]["memprof"]
assert github["permissions"] == {"contents": "read"}, "only the job may write"
for step in job["steps"]:
    assert ("uses" in step) != ("run" in step), step
    if "uses" in step:
        assert re.fullmatch(r"[\w./-]+@v\d+", step["uses"]), step["uses"] + " is not pinned by major"
script = [step["with"]["script"] for step in job["steps"] if "github-script" in step.get("uses", "")]
assert len(script) == 1 and "updateComment" in script[0], "the comment is written anew, not again"
check_report([step["run"] for step in job["steps"] if step.get("name") == "report"])
for step in job["steps"]:
    for path in re.findall(r"memprof-out/[\w.-]+", str(step)):
        assert path[len("memprof-out/"):] in WRITTEN, path + " is written by no step"

gitlab = yaml.safe_load(open(sys.argv[1] + "/gitlab-ci.yml"))["memprof"]
artifacts = gitlab["artifacts"]
assert artifacts["when"] == "always"
assert set(artifacts["reports"]) == {"junit", "codequality"}
assert artifacts["expose_as"] and not any("*" in path for path in artifacts["paths"])
for line in gitlab["script"]:
    assert isinstance(line, str), line
check_report([line for line in gitlab["script"] if "memprof report" in line])
print("both templates are as their services read them")
END
