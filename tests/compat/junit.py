#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Reads JUnit's XML and prints a line "NAME OUTCOME TIME" for each case, sorted by name."""

import sys
import xml.etree.ElementTree as ElementTree

lines = []
for case in ElementTree.parse(sys.stdin).iter("testcase"):
    part = [case.get("classname"), case.get("name")]
    name = part[1] if part[0] in ("", part[1]) else ".".join(part)
    # For Python's tool, a test that never ended is a failure, and an expected failure is a
    # success; it has no output of tests.
    outcome = [{"error": "failure"}.get(child.tag, child.tag) for child in case
               if child.get("type") != "xfail" and not child.tag.startswith("system-")]
    # For a test that never ended, Python's tool writes the time 0, and ours none.
    lines.append(f"{name} {','.join(outcome)} {case.get('time', '0.000')}")
print("\n".join(sorted(lines)))
