#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Counts the instructions that subunit2 takes for an event, with callgrind.

    count.py BUILD [WORD...]             only rows whose name holds one of the words
    count.py --record BUILD              writes the figures to tests/bench/counts

Instructions do not depend on the load of the machine, so a change of 1 % is
visible that no clock would show. They do depend on the compiler, the libraries
and the features of the CPU that the libraries test for. These are recorded with
the figures. If they equal the recorded ones, a row that takes over 3 % more than
recorded is marked MISSED, and the exit status is 1; if not, the figures are only
printed. Each row is run on a small and a large input of a fixed seed; the
difference of the two leaves out the start of the program. The rows of CALLS
call the libraries; two of them have another row as their limit.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD = f"{HERE}/counts"
FEW, MANY = 2_000, 32_000
MANY_LINES = 100_000
TOLERANCE = 0.03

# The features that the dispatchers of glibc, libdeflate and zlib ask for, as far as
# valgrind passes it on.
CPU_FEATURES = set("sse4_1 sse4_2 ssse3 pclmulqdq popcnt aes avx avx2 bmi1 bmi2 fma f16c "
                   "movbe abm rdrand rdseed erms asimd crc32 pmull sve".split())

# Name, input, arguments before the input. "packets" are of 47 bytes, two a test;
# "mixed" has longer ids, tags, routes and files.
ROWS = [
    ("filter", "packets", "filter"),
    ("verdict", "packets", "report --to=summary"),
    ("ls", "packets", "ls --all"),
    ("junit", "packets", "convert --to=junit"),
    ("json", "packets", "convert --to=json"),
    ("csv", "packets", "convert --to=csv"),
    ("text", "packets", "convert --to=text"),
    ("subunit1", "packets", "convert --to=subunit1"),
    ("to-tap", "packets", "convert --to=tap"),
    ("mixed-filter", "mixed", "filter"),
    ("mixed-verdict", "mixed", "report --to=summary"),
    ("mixed-junit", "mixed", "convert --to=junit"),
    ("mixed-json", "mixed", "convert --to=json"),
    ("mixed-text", "mixed", "convert --to=text"),
    ("tap", "tap", "convert --from=tap --to=subunit"),
    ("status", None, "status test success"),
    ("wrap", "lines", "wrap -i test -- cat"),
    ("wrap-text", "text", "wrap -i test -- cat"),
    ("wrap-unread", "text", "wrap --from=text -i test -- cat"),
    ("wrap-tap", "log", "wrap -i test -- cat"),
    ("output", "calls", "output"),
    ("flushed", "calls", "flushed"),
    ("classic", "calls", "classic"),
    ("libsubunit", "calls", "libsubunit"),
]

# Rounds of tests/bench/classic, and the events of a round.
FEW_ROUNDS, MANY_ROUNDS, ROUND = 2, 22, 2_000
# Rows that take at most 1.5 times as many instructions as another row.
LIMITS = {"classic": "output", "libsubunit": "flushed"}
LIMIT = 1.5

# The output of a build, in which wrap finds no result. Some lines of "lines" look like one
# at first; few of "text" do. The row wrap-unread has the same input as wrap-text, and looks for
# no results: the difference is the cost of recognition.
LINES = [
    "gcc -DHAVE_CONFIG_H -I. -I.. -O2 -g -c -o src/table.o src/table.c",
    "  CC       event.o", "checking for queue... yes", "",
    "libtool: compile:  gcc -DPACKAGE -c parse.c  -fPIC -DPIC -o .libs/parse.o",
    "[ 42%] Building C object CMakeFiles/main.dir/main.c.o",
    "2026-01-01 12:00:07 INFO queue: processed 12 items",
    "src/util.c:12:3: warning: unused variable 'beta' [-Wunused-variable]",
    "   |      ^~~~", "table: 7 requests in 12 ms", "Running gamma with 2 workers",
    "Test alpha started", "Processing delta",
]
TEXT_LINES = [line for line in LINES
              if not line.startswith(("checking", "[", "Running", "Test", "Processing"))]
# The inputs that repeat lines; @ is a number that counts up. "log" is a TAP script that prints much
# else.
LINES_OF = {"lines": LINES, "text": TEXT_LINES, "log": LINES + ["ok @ - queue @"]}


def first_line(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          text=True).stdout.splitlines()[0]


def cpu_features():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"^(?:flags|Features)\s*:(.*)$", file.read(), re.MULTILINE)
    return " ".join(sorted(CPU_FEATURES & set(found.group(1).split()))) if found else ""


def compiler_version():
    """The first line of --version, without the name under which it was called."""
    line = first_line(*os.environ.get("CC", "cc").split(), "--version")
    return ("clang " if "clang" in line else "gcc ") + line.partition(" ")[2]


def conditions():
    """The conditions on which the figures depend, besides the sources."""
    packages = os.environ.get("SRC_PACKAGES", "").split()
    libraries = [first_line("ldd", "--version").split()[-1]]
    libraries += [first_line("pkg-config", "--modversion", package) for package in packages]
    return {
        "compiler": compiler_version(),
        "cflags": os.environ.get("CFLAGS", ""),
        "libraries": " ".join(sorted(f"{name}-{version}"
                                     for name, version in zip(["libc"] + packages, libraries))),
        "valgrind": first_line("valgrind", "--version"),
        "machine": os.uname().machine,
        "cpu": cpu_features(),
    }


def read_record():
    """The recorded conditions, and the figures by row."""
    recorded, figures = {}, {}
    with open(RECORD, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            name, _, value = line.rstrip("\n").partition(": ")
            if re.fullmatch(r"[0-9.]+", value) and name in [row[0] for row in ROWS]:
                figures[name] = float(value)
            else:
                recorded[name.rstrip(":")] = value
    return recorded, figures


def write_record(current, figures):
    with open(RECORD, "w", encoding="utf-8") as file:
        file.write("# Instructions for an event; for status, for a call; for wrap, for a line of output.\n"
                   "# Written by `make bench-count RECORD=1`; see count.py.\n")
        for name, value in current.items():
            file.write(f"{name}: {value}\n")
        for name, value in figures.items():
            file.write(f"{name}: {value:.1f}\n")


class Counter:
    def __init__(self, build, data):
        self.build = build
        self.data = data
        for count in (FEW, MANY_LINES):
            for kind, lines in LINES_OF.items():
                with open(f"{data}/{self.input(kind, count)}", "w", encoding="ascii") as file:
                    file.writelines(
                        lines[i % len(lines)].replace("@", str(i // len(lines) + 1)) + "\n"
                        for i in range(count))
        for count in (FEW, MANY):
            for kind in ("packets", "mixed", "tap"):
                with open(f"{data}/{self.input(kind, count)}", "wb") as file:
                    subprocess.run([f"{build}/tests/bench/generate", kind, str(count)],
                                   stdout=file, check=True)

    @staticmethod
    def input(kind, count):
        """The name of an input, in the folder where the program runs: ids of tests hold it."""
        return f"{kind}.{count}"

    def instructions(self, words, program="subunit2"):
        """The instructions of one run, as callgrind counts them."""
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                   f"{self.build}/{program}"] + words
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        with tempfile.TemporaryFile(dir=self.data) as output:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output,
                                  stderr=subprocess.PIPE, text=True, env=environment,
                                  cwd=self.data, check=False)
        # The largest figure is that of the program itself, not of a child.
        found = re.findall(r"Collected : (\d+)", done.stderr)
        # Inputs with failed tests are read to the end, and give 1.
        if done.returncode not in (0, 1) or not found:
            sys.exit(f"count.py: {' '.join(words)}: {done.stderr}")
        return max(int(count) for count in found)

    def row(self, row):
        """Instructions for each event of the row."""
        _, kind, arguments = row
        words = arguments.split()
        if not kind:
            return float(self.instructions(words))
        if kind == "calls":
            few, many = (self.instructions(words + [str(rounds)], "tests/bench/classic")
                         for rounds in (FEW_ROUNDS, MANY_ROUNDS))
            return (many - few) / (MANY_ROUNDS - FEW_ROUNDS) / ROUND
        large = MANY_LINES if kind in LINES_OF else MANY
        few, many = (self.instructions(words + [self.input(kind, count)])
                     for count in (FEW, large))
        return (many - few) / (large - FEW)


def is_missed(figure, recorded):
    return recorded is not None and figure > recorded * (1 + TOLERANCE)


def print_row(name, figure, recorded):
    line = f"{name:14} {figure:12,.1f}"
    if recorded is not None:
        line += f" {recorded:12,.1f} {(figure / recorded - 1) * 100:+7.2f} %"
    if is_missed(figure, recorded):
        line += "  MISSED"
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", action="store_true")
    parser.add_argument("build")
    parser.add_argument("word", nargs="*")
    options = parser.parse_args()
    if options.record and options.word:
        parser.error("--record takes all rows")
    current = conditions()
    recorded, figures = read_record() if os.path.exists(RECORD) else ({}, {})
    differing = [name for name in current if recorded.get(name) != current[name]]
    if differing or options.record:
        figures = {}
    wanted = [row for row in ROWS
              if not options.word or any(word in row[0] for word in options.word)]

    print("instructions for an event; for status, for a call; for wrap, for a line\n")
    for name in differing:
        print(f"{name}: {current[name]}\n  recorded: {recorded.get(name)}")
    with tempfile.TemporaryDirectory(prefix="count.", dir=options.build) as data:
        counter = Counter(os.path.abspath(options.build), data)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counted = {}
            for row, figure in zip(wanted, pool.map(counter.row, wanted)):
                counted[row[0]] = figure
                print_row(row[0], figure, figures.get(row[0]))
    missed = [name for name, figure in counted.items() if is_missed(figure, figures.get(name))]
    for name, other in LIMITS.items():
        if name in counted and other in counted and counted[name] > LIMIT * counted[other]:
            print(f"{name}: over {LIMIT} times {other}  MISSED")
            missed.append(name)
    if options.record:
        write_record(current, counted)
    elif differing:
        print("\nnot compared: recorded under other conditions")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
