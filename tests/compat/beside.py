#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Runs Python's tools and ours side by side: beside.py NEW_DIR DROP [NORMALIZE...] <calls

A call is a line: the file for standard input, the tool, its arguments. The results go to
the files "old" and "new": for each call the call itself, its exit status and its standard
output, and if the call begins with "2", its standard error. If NORMALIZE is given, the
output is filtered through that command. Lines that match DROP are left out, unless DROP
is empty. The tags of a line of version 1 are sorted, since Python's tools write them in
random order.

Python's tools run in forks of one process, which has imported their modules.
"""

import os
import re
import runpy
import shlex
import subprocess
import sys
import warnings

# Import the modules of the tools once.
import junitxml  # noqa: F401
import subunit.filters  # noqa: F401
import subunit.test_results  # noqa: F401

OLD_DIR = "/usr/bin"


def redirect(stdin, name):
    """Redirects stdin from STDIN, and stdout and stderr to NAME.out and NAME.err."""
    for fd, path, flags in [(0, stdin, os.O_RDONLY), (1, name + ".out", None), (2, name + ".err", None)]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC if flags is None else flags
        opened = os.open(path, flags, 0o666)
        os.dup2(opened, fd)
        os.close(opened)


def run_old(tool, arguments):
    sys.argv = [os.path.join(OLD_DIR, tool)] + arguments
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
        return 0
    except SystemExit as end:
        return end.code or 0


def run_new(tool, arguments):
    path = os.path.join(sys.argv[1], tool)
    os.execv(path, [path] + arguments)


def status_of(run, stdin, name, tool, arguments):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            redirect(stdin, name)
            code = run(tool, arguments)
            sys.stdout.flush()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def normalized(path):
    drop, command = sys.argv[2].encode(), sys.argv[3:]
    with open(path, "rb") as said:
        text = subprocess.run(command, stdin=said, stdout=subprocess.PIPE, check=True).stdout if command else said.read()
    for line in text.splitlines(keepends=True):
        if drop and re.search(drop, line):
            continue
        if line.startswith(b"tags: "):
            line = b"tags: " + b" ".join(sorted(line.split()[1:])) + b"\n"
        yield line


def main():
    warnings.simplefilter("ignore")
    calls = [shlex.split(line) for line in sys.stdin if line.strip()]
    for name, run in [("old", run_old), ("new", run_new)]:
        with open(name, "wb") as out:
            for call in calls:
                both = call[0] == "2"
                stdin, tool, *arguments = call[both:]
                status = status_of(run, stdin, name, tool, arguments)
                out.write(f"== {shlex.join(call)}: {status}\n".encode())
                out.writelines([*normalized(name + ".out"), b"\n"])
                if both:
                    out.writelines([b"stderr\n", *normalized(name + ".err"), b"\n"])


main()
