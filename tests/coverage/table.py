#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Prints how much of each folder the tests ran, from gcov's counters.

    table.py BUILD [FOLDER]     with FOLDER, a line for each of its files

A line counts once and a branch once, however many objects were made of a file. The branches
within the macros of uthash are not counted.
"""

import collections
import json
import os
import subprocess
import sys

LINE = "{:24} {:>7} {:>7} {:>9} {:>7}"


def read_counters(build):
    """file -> line -> [count, counts of its branches]"""
    lines = collections.defaultdict(dict)
    data = [os.path.join(path, name) for path, _, names in os.walk(build) for name in names
            if name.endswith(".gcda") and "/tests/" not in path]
    for start in range(0, len(data), 50):
        done = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities"]
                              + data[start:start + 50],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        for text in done.stdout.splitlines():
            for file in json.loads(text)["files"]:
                if file["file"].startswith(("lib/", "tap/", "src/")):
                    add_file(lines[file["file"]], file["lines"])
    for name, known in lines.items():
        drop_foreign_branches(name, known)
    return lines


def drop_foreign_branches(name, known):
    with open(name, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if number in known and text.lstrip().startswith("HASH_"):
                known[number][1] = []


def add_file(known, lines):
    for line in lines:
        counts = [branch["count"] for branch in line["branches"]]
        old = known.get(line["line_number"])
        if old and len(old[1]) == len(counts):
            counts = [a + b for a, b in zip(old[1], counts)]
        elif old and len(old[1]) > len(counts):
            counts = old[1]
        known[line["line_number"]] = [line["count"] + (old[0] if old else 0), counts]


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def main():
    build = os.path.abspath(sys.argv[1])
    only = sys.argv[2].rstrip("/") if len(sys.argv) > 2 else None
    totals = collections.defaultdict(lambda: [0, 0, 0, 0])
    for file, lines in read_counters(build).items():
        folder = os.path.dirname(file)
        if only and folder != only:
            continue
        for key in (file if only else folder, "all"):
            total = totals[key]
            total[0] += len(lines)
            total[1] += sum(1 for count, _ in lines.values() if count)
            total[2] += sum(len(branches) for _, branches in lines.values())
            total[3] += sum(1 for _, branches in lines.values() for count in branches if count)
    print(LINE.format("file" if only else "folder", "lines", "%", "branches", "%"))
    for key in sorted(totals, key=lambda key: (key == "all", key)):
        total, run, branches, taken = totals[key]
        print(LINE.format(key, total, percent(run, total), branches, percent(taken, branches)))
    return not totals


if __name__ == "__main__":
    sys.exit(main())
