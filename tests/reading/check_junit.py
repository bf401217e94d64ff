#!/usr/bin/python3
# SPDX-FileCopyrightText: The memprof authors
# SPDX-License-Identifier: Apache-2.0
"""check_junit.py SAMPLES: reads each junit.xml as EnricoMi's action does, and with xmllint.

Exits with 77 where python3-junitparser or xmllint is not installed.
"""
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

try:
    import junitparser
except ImportError:
    print("skipped: junitparser is not installed (apt-get install python3-junitparser)")
    sys.exit(77)

failures = 0


def expect(truth, what):
    global failures
    if not truth:
        print("FAILED:", what)
        failures += 1


def check_case(case, path):
    where = f"{path}: {case.classname}.{case.name}"
    told = [each for each in case.result if isinstance(each, (junitparser.Failure, junitparser.Error))]
    expect(len(case.result) <= 1, f"{where} has more than one result")
    for each in told:
        lines = (each.text or "").split("\n")  # not at U+2028
        expect(lines and lines[0].strip(), f"{where}: its failure has no text")
        # A reader of attributes turns blanks into one kind of blank.
        expect(lines and lines[0].split() == each.message.split(), f"{where}: line 1 is not the message")
    attributes = case._elem.attrib
    # What belongs to no test and no place has none: a crash of the program.
    if told and "[" in case.name and "/" in case.name:
        expect(attributes.get("file"), f"{where} has no file")
        expect(int(attributes.get("line", 0)) > 0, f"{where} has no line")
    return told


def check(path):
    # As a file from an untrusted program: its text nodes must be within libxml2's usual limits.
    linted = subprocess.run(["xmllint", "--noout", "--nonet", path], capture_output=True, text=True)
    expect(linted.returncode == 0, f"{path}: xmllint: {linted.stderr[:500]}")
    root = ElementTree.parse(path).getroot().attrib
    suites = junitparser.JUnitXml.fromfile(str(path))
    tests = failed = errors = 0
    names = set()
    for suite in suites:
        cases = list(suite)
        expect(suite.tests == len(cases), f"{path}: suite {suite.name} does not have its tests")
        for case in cases:
            tests += 1
            told = check_case(case, path)
            failed += any(isinstance(each, junitparser.Failure) for each in told)
            errors += any(isinstance(each, junitparser.Error) for each in told)
            expect((case.classname, case.name) not in names, f"{path}: two cases are {case.name}")
            names.add((case.classname, case.name))
    expect(int(root["tests"]) == tests, f"{path}: tests={root['tests']}, there are {tests}")
    expect(int(root["failures"]) == failed, f"{path}: failures={root['failures']}, not {failed}")
    expect(int(root["errors"]) == errors, f"{path}: errors={root['errors']}, not {errors}")
    return tests


def main():
    if shutil.which("xmllint") is None:
        print("skipped: xmllint is not installed (apt-get install libxml2-utils)")
        sys.exit(77)
    files = sorted(pathlib.Path(sys.argv[1]).glob("*/junit.xml"))
    expect(len(files) >= 7, f"there are samples in {sys.argv[1]}")
    for path in files:
        print(f"{path.parent.name}: {check(path)} cases")
    sys.exit(1 if failures else 0)


main()
