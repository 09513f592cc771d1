#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Compares a subunit stream with what the suite's own harness saw.

compare.py STREAM MANIFEST

MANIFEST has a line for each script: its id, its verdict (success, skip, fail)
and a file of the assertions expected, as assertions.pl prints them, separated
by tabs. Every assertion must be in the stream once, with its outcome and its
name; the order is free, since a failure waits for its text on stderr. Prints
figures; exits 1 after naming what differs.
"""
import collections
import re
import sys

import subunit
from testtools import StreamResult

FINAL = {"success", "uxsuccess", "skip", "fail", "xfail"}


class Outcomes(StreamResult):
    """Final statuses: of scripts by id, of assertions by script."""

    def __init__(self):
        super().__init__()
        self.scripts = {}
        self.assertions = collections.defaultdict(list)
        self.problems = []

    def status(self, test_id=None, test_status=None, runnable=True, timestamp=None, **rest):
        if test_status and timestamp is None:
            self.problems.append(f"{test_id}: {test_status} without a time")
        if test_status not in FINAL:
            return
        if runnable:
            if test_id in self.scripts:
                self.problems.append(f"{test_id}: a second final status")
            self.scripts[test_id] = test_status
        else:
            script, _, name = test_id.partition("::")
            self.assertions[script].append((test_status, name))


def expected_assertions(path):
    with open(path, encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            _, outcome, description = line.rstrip("\n").split("\t", 2)
            yield outcome, description


def plain(name):
    """A name without what the two sides spell differently: escapes, numbers."""
    name = name.rpartition("::")[2]
    name = re.sub(r"( \(\d+\))+$", "", name)
    name = re.sub(r"^#\d+$", "", name)
    return re.sub(r"\W+", "", name)


def compare(got, wanted):
    """The differences between two lists of (outcome, name), as text."""
    have = collections.Counter((outcome, plain(name)) for outcome, name in got)
    want = collections.Counter((outcome, plain(name)) for outcome, name in wanted)
    yield from (f"missing: {assertion}" for assertion in (want - have).elements())
    yield from (f"not expected: {assertion}" for assertion in (have - want).elements())


def main(stream, manifest):
    seen = Outcomes()
    with open(stream, "rb") as source:
        subunit.ByteStreamToStreamResult(source, non_subunit_name="text").run(seen)
    problems = seen.problems
    counts = collections.Counter()
    with open(manifest, encoding="utf-8") as lines:
        for line in lines:
            script, verdict, path = line.rstrip("\n").split("\t", 2)
            wanted = list(expected_assertions(path))
            counts.update(outcome for outcome, _ in wanted)
            status = seen.scripts.pop(script, None)
            if status != verdict:
                problems.append(f"{script}: {status}, not {verdict}")
            for difference in compare(seen.assertions.pop(script, []), wanted):
                problems.append(f"{script}: {difference}")
    problems += [f"{script}: not asked for" for script in {*seen.scripts, *seen.assertions}]
    for problem in problems:
        print(problem)
    figures = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    print(f"{sum(counts.values())} assertions: {figures}")
    return bool(problems)


sys.exit(main(*sys.argv[1:]))
