#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Measures each reader and writer, and wrap, on the worst input that is known for it.

    worst.py BUILD [WORD...]     only rows whose name holds one of the words

Each input is of 4 MB. A row prints MB of input per second of processor time, the
best of three runs; below 20 it is marked MISSED, and the exit status is 1.
"""

import os
import resource
import subprocess
import sys
import tempfile

MEGABYTES = 4
RATE_MIN = 20  # MB/s
ROUNDS = 3
# Where the folders of disk are written: a file system in memory, if there is one, since one on a disk
# takes most of the time.
FOLDERS = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def filled(head, item, tail=b"", size=MEGABYTES * 1_000_000):
    """HEAD, then ITEM (bytes, or a function of a number) up to SIZE bytes, then TAIL."""
    parts, length, number = [head], len(head), 0
    while length < size:
        part = item(number) if callable(item) else item
        parts.append(part)
        length += len(part)
        number += 1
    return b"".join(parts) + tail


EVENT = b'{"subunit":2,"test_id":"x","test_status":"success","runnable":true}\n'
DAMAGED = b'{"subunit":2,"test_id":"x","test_status":"success"}\n'


def failure(text):
    """An event with the file TEXT, as JSON has it."""
    return (b'{"subunit":2,"test_id":"x","test_status":"fail","runnable":true,"file_name":"log",'
            b'"mime_type":"text/plain","file_text":"' + text + b'"}\n')


def nested_suites():
    suites = b'<testsuite name="s">' * 100
    return filled(b"<testsuites>", suites + b'<testcase name="x"/>' + b"</testsuite>" * 100,
                  b"</testsuites>")


def readers():
    """Name, format, input."""
    case = b'<testcase name="x" classname="c"/>\n'
    return [
        ("subunit: false headers", "subunit", filled(b"", b"\xb3\x29\x01\x0c\x03foo\n")),
        ("subunit1: one name", "subunit1", filled(b"", b"test: x\nsuccess: x\n")),
        ("subunit1: details", "subunit1",
         filled(b"test: x\nfailure: x [ multipart\nContent-Type: text/plain\nlog\n", b"1\r\na",
                b"0\r\n]\n")),
        ("json: one name", "json", filled(b"", EVENT)),
        ("json: events that lack a member", "json", filled(b"", DAMAGED)),
        ("json: lines that begin as events", "json", filled(b"", b'{"subunit":2,"x\n')),
        ("tap: one name", "tap", filled(b"", b"ok - x\n")),
        ("tap: numbered names", "tap", filled(b"", lambda n: b"ok - x (%d)\n" % (n * n))),
        ("tap: gaps in the numbers", "tap", filled(b"", lambda n: b"ok %d\n" % (2 * n + 1))),
        ("tap: levels", "tap",
         filled(b"", lambda n: b" " * (4 * (n % 31)) + b"ok %d\n" % (n // 31 + 1))),
        ("tap: backslashes", "tap", filled(b"ok 1 - ", b"\\#")),
        ("junit: one name", "junit", filled(b'<testsuite name="s">', case, b"</testsuite>")),
        ("junit: numbered names", "junit",
         filled(b'<testsuite name="s">', lambda n: b'<testcase name="x (%d)"/>' % (n % 99),
                b"</testsuite>")),
        ("junit: nested suites", "junit", nested_suites()),
        ("gojson: one test", "gojson",
         filled(b"", b'{"Action":"output","Package":"p","Test":"T","Output":"x\\n"}\n')),
        ("gojson: tests that stay open", "gojson",
         filled(b"", lambda n: b'{"Action":"run","Package":"p","Test":"T%d"}\n' % n)),
        ("gojson: packages that fail", "gojson",
         filled(b"", lambda n: (b'{"Action":"fail","Package":"p%d","Test":"T"}\n'
                                b'{"Action":"fail","Package":"p%d"}\n') % (n, n))),
        ("gojson: parts of benchmarks", "gojson",
         filled(b"", b'{"Action":"run","Package":"p","Test":"Benchmark%s"}\n' % (b"/" * 10000))),
        ("gojson: actions on one line", "gojson",
         filled(b"noise", b'{"Action":"run","Package":"p","Test":"T"')),
    ]


def captures():
    """Name, output of a command."""
    return [
        ("subunit1 in text: brackets in a label",
         filled(b"test: x\n", b"success: " + b" [" * 30000 + b"\n")),
    ]


def lines_of_events(shape):
    return {
        "one name": filled(b"", EVENT),
        "failures": filled(b"", failure(b"x")),
        "damage": filled(b"", DAMAGED),
        "controls": filled(b"", failure(b"\\u001b<&\\\"" * 500)),
    }[shape]


WRITERS = ["subunit", "subunit1", "json", "tap", "junit", "csv", "html", "text", "events",
           "summary", "github", "gitlab", "markdown"]


def seconds_of(command):
    """Processor time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False, timeout=60)
    if done.returncode not in (0, 1):
        sys.exit(f"worst.py: {' '.join(command)}: {done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def measure(name, command, megabytes):
    """Prints a row. Returns true if it holds."""
    try:
        rate = megabytes / max(min(seconds_of(command) for _ in range(ROUNDS)), 1e-3)
    except subprocess.TimeoutExpired:
        rate = 0
    holds = rate >= RATE_MIN
    print(f"{name:44} {rate:8.1f} MB/s{'' if holds else '  MISSED'}", flush=True)
    return holds


def main():
    program = os.path.abspath(f"{sys.argv[1]}/subunit2")
    words = sys.argv[2:]
    os.environ["GITHUB_STEP_SUMMARY"] = "/dev/null"  # github formats a summary, too

    def is_wanted(name):
        return not words or any(word in name for word in words)

    good = True
    with tempfile.TemporaryDirectory(dir=sys.argv[1]) as data, \
            tempfile.TemporaryDirectory(dir=FOLDERS) as folders:
        def stored(content):
            with open(f"{data}/input", "wb") as file:
                file.write(content)
            return f"{data}/input"

        for name, form, content in readers():
            if is_wanted(f"read {name}"):
                path = stored(content)
                good &= measure(f"read {name}",
                                [program, "convert", f"--from={form}", "--to=subunit", path],
                                len(content) / 1e6)
        for name, content in captures():
            if is_wanted(f"wrap {name}"):
                command = [program, "wrap", "--to=subunit", "--", "cat", stored(content)]
                good &= measure(f"wrap {name}", command, len(content) / 1e6)
        for shape in ("one name", "failures", "damage", "controls"):
            path = stored(lines_of_events(shape))
            packets = f"{data}/packets"
            with open(packets, "wb") as file:
                subprocess.run([program, "convert", "--from=json", "--to=subunit", path],
                               stdout=file, check=True)
            # Of disk, the folders of many tests are the file system's time.
            for form in WRITERS + ["disk"] * (shape == "controls"):
                name = f"write {form}: {shape}"
                if is_wanted(name):
                    size = min(os.path.getsize(packets), os.path.getsize(path)) / 1e6
                    target = ["-o", f"disk:{folders}/d"] if form == "disk" \
                        else [f"--to={form}"]
                    command = [program, "convert", *target, packets]
                    good &= measure(name, command, size)
    return not good


if __name__ == "__main__":
    sys.exit(main())
