#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""JUnit's XML on stdin: "NAME OUTCOME TIME", a line a case, sorted by name."""

import sys
import xml.etree.ElementTree as ElementTree

lines = []
for case in ElementTree.parse(sys.stdin).iter("testcase"):
    part = [case.get("classname"), case.get("name")]
    name = part[1] if part[0] in ("", part[1]) else ".".join(part)
    # To the old tool, what never ended is a failure, and what failed as expected a success;
    # what a test printed is not there.
    outcome = [{"error": "failure"}.get(child.tag, child.tag) for child in case
               if child.get("type") != "xfail" and not child.tag.startswith("system-")]
    # A test that never ended has a time of zero there, and none here.
    lines.append(f"{name} {','.join(outcome)} {case.get('time', '0.000')}")
print("\n".join(sorted(lines)))
