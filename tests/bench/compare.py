#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Compares two builds on the rows of bench.py, in one run.

    compare.py BEFORE BUILD [WORD...]     only rows whose name holds one of the words

Both builds run in turn. Figures are medians: seconds of CPU of all processes of a
row, and megabytes of its largest process. Ratios are the figure of BEFORE to that
of BUILD; above 1 is faster. A row that needs over 5 % and half a megabyte more
memory than before is marked MORE, and the exit status is 1. A row for which BEFORE
has no program is left out.
"""

import os
import statistics
import sys
import tempfile

from bench import Bench, ROUNDS, rows, shown

LINE = "{:44} {:>8} {:>8} {:>6} {:>6} {:>7} {:>7} {}"


def programs_exist(build, command):
    """Whether the programs of BUILD that COMMAND names are there."""
    return all(os.path.exists(word) for word in command.replace("'", " ").split()
               if word.startswith(f"{build}/"))


def compare(bench, row, old_command):
    """Prints a line; returns whether the row needs more memory than before."""
    old, new = [], []
    for _ in range(ROUNDS):
        old.append(bench.measure(old_command, row.count, row.output))
        new.append(bench.measure(row.command, row.count, row.output))
    elapsed, cpu = (statistics.median(a[i] / b[i] for a, b in zip(old, new)) for i in (0, 1))
    old_mb, new_mb = (max(run[2] for run in runs) for runs in (old, new))
    more = new_mb > old_mb * 1.05 and new_mb > old_mb + 0.5
    print(LINE.format(row.name, shown(statistics.median(run[1] for run in old)),
                      shown(statistics.median(run[1] for run in new)), f"{cpu:.2f}",
                      f"{elapsed:.2f}", f"{old_mb:.1f}", f"{new_mb:.1f}",
                      "MORE" if more else ""), flush=True)
    return more


def main():
    before, build = (os.path.abspath(path) for path in sys.argv[1:3])
    wanted = sys.argv[3:]
    failed = False
    with tempfile.TemporaryDirectory(prefix="bench.", dir=build) as data:
        bench = Bench(build)
        bench.generate(data)
        print(LINE.format("work", "before", "now", "ratio", "time", "MB", "MB", ""))
        for row in rows(build, data):
            # The data lies in BUILD, too.
            old_command = row.command.replace(f"{build}/", f"{before}/").replace(
                data.replace(f"{build}/", f"{before}/"), data)
            if wanted and not any(word in row.name for word in wanted):
                continue
            if not programs_exist(before, old_command):
                continue
            try:
                failed |= compare(bench, row, old_command)
            except RuntimeError as error:
                print(f"{row.name:44} FAILED: {error}", flush=True)
                failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
