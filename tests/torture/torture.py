#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Lets each system call, and each allocation, of a command fail once.

    torture.py BUILD calls|allocations [--sample N] [--seed N] [--jobs N] [--only WORD]

A scenario is a command of subunit2 in a folder with inputs. It is run once as it
is. Then, for each system call that it makes (strace counts them, in the program
and in what it forks, up to an execve) and each errno that the call may give, it
is run again, and that one call fails; for allocations, a preloaded malloc fails.
In each such run:

  - the command ends within 10 seconds, and not by a signal;
  - no process that it started survives it;
  - if the exit status is that of the first run, so is the output;
  - else the stream has a failed test, or stderr has one message and no more;
  - packets in the output are whole.

Prints a line for each run that breaks this, and the counts. Exits with 1 then.
"""

import argparse
import collections
import concurrent.futures
import ctypes
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_S = 60
SURVIVAL_S = 20  # until then, all processes of a run have ended
PR_SET_CHILD_SUBREAPER = 36

# The errors that a call gives on a system in need, or on an older one. close is not among them:
# a call that strace lets fail is not made, but a close that fails on Linux has closed.
ERRNOS = {
    "read pread64 readv": "EIO EINTR",
    "write writev pwrite64": "ENOSPC EIO EINTR EPIPE",
    "open openat": "EMFILE EACCES ENOMEM EINTR",
    "openat2": "ENOSYS EPERM EMFILE EAGAIN",
    "mmap mremap": "ENOMEM",
    "fork vfork clone clone3": "EAGAIN ENOMEM",
    "pipe2 socketpair socket dup dup2 dup3 eventfd2 signalfd4 memfd_create epoll_create1 "
    "timerfd_create pidfd_open": "EMFILE",
    "poll ppoll": "EINTR ENOMEM",
    "wait4 waitid": "EINTR",
    "sendto sendmsg": "ENOBUFS EINTR",
    "recvfrom recvmsg": "EINTR ENOMEM",
    "mkdir mkdirat mknodat symlinkat": "EACCES ENOSPC",
    "unlink unlinkat rmdir": "EACCES EBUSY",
    "rename renameat renameat2": "EACCES EXDEV",
    "getdents64": "EIO",
    "ftruncate fallocate": "ENOSPC EOPNOTSUPP",
    "newfstatat fstat statx": "EIO",
    "getcwd": "ENOENT",
    "timer_create": "EAGAIN",
    "prctl": "EINVAL",
    "getrandom close_range": "ENOSYS",
    "chdir fchdir": "EACCES",
    "splice sendfile copy_file_range": "EINVAL EIO",
}
ERRNOS = {call: errnos.split() for calls, errnos in ERRNOS.items() for call in calls.split()}

# Calls of one name that differ by what they are asked for.
FCNTL_ERRNOS = [("F_DUPFD", ["EMFILE"]), ("F_SETLKW", ["ENOLCK", "EINTR"]),
                ("F_OFD_SETLKW", ["ENOLCK", "EINTR"])]

Scenario = collections.namedtuple("Scenario", "name arguments kind")
Case = collections.namedtuple("Case", "scenario call number errno")

# KIND says how two outputs are compared: byte for byte; as packets, without what
# differs from run to run (times, and the pieces that output came in); by the ids of their tests,
# where a second attempt may pass; or sorted.
SCENARIOS = [Scenario(*row) for row in [
    ("status", "status x success", "packets"),
    ("status-attach", "status -a log -m hello x fail", "packets"),
    ("wrap", "wrap -i x ./t/a.t", "packets"),
    ("wrap-plain", "wrap -i x --timeout=50 --merge ./plain", "packets"),
    ("wrap-stdin", "wrap -i x --stdin=inherit cat", "packets"),
    ("run", "run t", "packets"),
    ("run-retries", "run --retries=1 -q -o subunit:out t", "ids"),
    ("run-list", "run --list t", "bytes"),
    ("convert-junit", "convert --to=junit in", "bytes"),
    ("convert-html", "convert -o html:out in", "bytes"),
    ("convert-json", "convert --to=json in", "bytes"),
    ("convert-csv", "convert --to=csv in", "bytes"),
    ("convert-tap", "convert --to=tap in", "bytes"),
    ("convert-disk", "convert -o disk:folder in", "folder"),
    ("convert-gz", "convert --to=events in.gz", "bytes"),
    ("from-junit", "convert --to=json in.xml", "bytes"),
    ("from-tap", "convert --from=tap --to=subunit tap", "packets"),
    ("from-subunit1", "convert --to=subunit in.1", "packets"),
    ("filter", "filter --add-tag=x in", "bytes"),
    ("report", "report in", "bytes"),
    ("report-summary", "report --to=summary in", "bytes"),
    ("report-outputs", "report -q -o json:out in", "bytes"),
    ("mux", "mux 1=in 2=in", "sorted"),
    ("mux-fifo", "mux 1=- 2=in", "sorted"),
    ("ls", "ls --all in", "bytes"),
    ("diff", "diff in in", "bytes"),
]]


def make_inputs(program, folder):
    """The inputs of the scenarios: scripts, and streams of each form."""
    def script(name, body):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{body}\n")
        os.chmod(f"{folder}/{name}", 0o755)

    def output(name, *words, **options):
        with open(f"{folder}/{name}", "wb") as file:
            subprocess.run(words, stdout=file, cwd=folder, check=True, **options)

    os.mkdir(f"{folder}/t")
    for name in "abc":
        script(f"t/{name}.t", "echo 1..2; echo ok 1; head -c 9000 /dev/zero | tr '\\0' x; "
                              'echo; mkdir -p "$TMPDIR/d"; : >"$TMPDIR/d/f"; echo ok 2')
    script("plain", "echo out; echo err >&2; sleep 0.01; echo more")
    with open(f"{folder}/log", "w", encoding="utf-8") as file:
        file.write("a line\n" * 1000)
    with open(f"{folder}/tap", "w", encoding="utf-8") as file:
        file.write("1..300\n" + "".join(f"ok {n} - a\n# note\n" for n in range(1, 301)))
    environment = {name: value for name, value in os.environ.items()}
    output("in", program, "run", "t", env=environment)
    output("in.xml", program, "convert", "--to=junit", "in")
    output("in.1", program, "convert", "--to=subunit1", "in")
    output("in.gz", "gzip", "-c", "in")


class Run:
    """One run of a scenario: its exit status, output and messages."""

    def __init__(self, program, inputs, scenario, prefix=(), environment=()):
        self.program = program
        self.scenario = scenario
        self.folder = tempfile.mkdtemp(dir=os.path.dirname(inputs))
        self.work = f"{self.folder}/work"
        shutil.copytree(inputs, self.work)
        self.problem = None
        command = [*prefix, program, *scenario.arguments.split()]
        variables = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMPDIR": self.folder,
                     "HOME": self.folder, **dict(environment)}
        with open(f"{self.folder}/stdout", "wb") as out, \
                open(f"{self.folder}/stderr", "wb") as err, \
                open(f"{self.work}/in", "rb") as stdin:
            # pylint: disable=consider-using-with
            child = subprocess.Popen(command, cwd=self.work, stdin=stdin, stdout=out, stderr=err,
                                     env=variables, start_new_session=True)
            try:
                self.status = child.wait(TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.problem = f"hangs, {TIMEOUT_S} s"
                child.kill()
                self.status = child.wait()
        if kill_survivors(wait=not self.problem) and not self.problem:
            self.problem = "a process survives"
        with open(f"{self.folder}/stderr", encoding="utf-8", errors="replace") as file:
            self.messages = file.read().splitlines()

    def output_file(self):
        return f"{self.work}/out" if ":out" in self.scenario.arguments else f"{self.folder}/stdout"

    def ours(self, *words):
        return subprocess.run([self.program, *words], stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout

    def output(self):
        """The output in a form that does not differ from run to run."""
        kind = self.scenario.kind
        if kind == "folder":
            return sorted((os.path.relpath(f"{path}/{name}", self.work), read(f"{path}/{name}"))
                          for path, _, names in os.walk(f"{self.work}/folder") for name in names)
        file = self.output_file()
        if not os.path.exists(file):
            return None
        if kind == "packets":
            text = re.sub(rb"\b[0-9.]+m?s\b", b"", self.ours("report", "-v", "--slowest=0", file))
            return sorted(text.splitlines())
        if kind == "ids":
            return sorted(self.ours("ls", "--all", file).splitlines())
        if kind == "sorted":
            return sorted(self.ours("convert", "--to=json", file).splitlines())
        return read(file)

    def has_failed_test(self):
        words = self.ours("convert", "--from=subunit", "--to=events", self.output_file()).split()
        return b"fail" in words

    def has_whole_packets(self):
        file = self.output_file()
        if not os.path.exists(file) or read(file)[:1] != b"\xb3":
            return True
        return b"subunit.parser" not in self.ours("convert", "--to=events", file)

    def find_problem(self, expected):
        """A description of the error of the run; None without an error."""
        if self.problem:
            return self.problem
        if self.status < 0:
            return f"ends by {signal.Signals(-self.status).name}"
        if self.status > 128:
            return f"exit status {self.status}"
        if not self.has_whole_packets():
            return "a packet is not whole"
        if self.status == expected.status:
            if self.output() != expected.kept_output:
                return f"exit status {self.status}, but other output than without the fault"
            return None
        if self.status == 1 and self.has_failed_test() and len(self.messages) <= 1:
            return None
        if len(self.messages) != 1 or not self.messages[0].startswith("subunit2"):
            return f"exit status {self.status}, {len(self.messages)} messages"
        return None

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def children():
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def kill_survivors(wait):
    """Ends what is left of a run, which this process inherits. True if it had not ended itself."""
    deadline = time.monotonic() + (SURVIVAL_S if wait else 0)
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return False
        if time.monotonic() >= deadline:
            break
        time.sleep(0.005)
    while True:
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return True


def become_subreaper():
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def errnos_of(call, arguments):
    if call != "fcntl":
        return ERRNOS.get(call, [])
    for command, errnos in FCNTL_ERRNOS:
        if command in arguments:
            return errnos
    return []


def traced_cases(scenario, trace):
    """A case for each call in TRACE that can fail, and each errno; the start of libc is left out."""
    calls = collections.defaultdict(dict)  # call -> number in its process -> arguments
    counts = collections.Counter()
    started = False
    main = None
    with open(trace, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = re.match(r"(\d+) +(\w+)\((.*)", line)
            if not found:
                continue
            pid, call, arguments = found.groups()
            main = main or pid
            counts[pid, call] += 1
            if not started and "F_GETFD" in arguments:
                started = True
            if started:
                calls[call].setdefault(counts[pid, call], arguments)
    return [Case(scenario, call, number, errno)
            for call in sorted(calls) for number, arguments in sorted(calls[call].items())
            for errno in errnos_of(call, arguments)]


STATE = None  # of a worker: see Torture


class Torture:
    def __init__(self, build, kind, data):
        self.kind = kind
        # Copies: a build in between makes no difference.
        self.program = f"{data}/subunit2"
        self.preload = f"{data}/fail_alloc.so"
        shutil.copy(f"{build}/subunit2" + (".dynamic" if kind == "allocations" else ""),
                    self.program)
        shutil.copy(f"{build}/tests/torture/fail_alloc.so", self.preload)
        self.inputs = f"{data}/inputs"
        os.mkdir(self.inputs)
        make_inputs(self.program, self.inputs)
        self.expected = {}

    def find_cases(self, scenario):
        """Runs the scenario as it is, and returns its cases."""
        trace = f"{os.path.dirname(self.inputs)}/{scenario.name}.trace"
        if self.kind == "calls":
            run = Run(self.program, self.inputs, scenario,
                      ["strace", "-f", "-b", "execve", "-qq", "-o", trace])
            cases = traced_cases(scenario, trace)
        else:
            run = Run(self.program, self.inputs, scenario, [],
                      {"LD_PRELOAD": self.preload, "FAIL_ALLOC_COUNT": trace})
            cases = [Case(scenario, "allocation", number + 1, "")
                     for number in range(int(read(trace)))]
        run.kept_output = run.output()
        if run.problem or run.status not in (0, 1):
            sys.exit(f"torture.py: {scenario.name}: exit status {run.status}, {run.messages}")
        run.remove()
        self.expected[scenario.name] = run
        return cases

    def fail(self, case):
        """Runs CASE; returns what is wrong, and the messages."""
        if self.kind == "calls":
            run = Run(self.program, self.inputs, case.scenario,
                      ["strace", "-f", "-b", "execve", "-qq", "-o", "/dev/null",
                       "-e", f"trace={case.call}",
                       "-e", f"inject={case.call}:error={case.errno}:when={case.number}"])
        else:
            run = Run(self.program, self.inputs, case.scenario, [],
                      {"LD_PRELOAD": self.preload, "FAIL_ALLOC": str(case.number)})
        problem = run.find_problem(self.expected[case.scenario.name])
        run.remove()
        return problem, run.messages


def fail_in_worker(case):
    return STATE.fail(case)


def main():
    global STATE  # pylint: disable=global-statement
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("kind", choices=["calls", "allocations"])
    parser.add_argument("--sample", type=int, help="as many cases, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="scenarios whose name holds the word")
    parser.add_argument("--case", help="one case: CALL:NUMBER:ERRNO")
    options = parser.parse_args()
    become_subreaper()
    for name in ("MAKEFLAGS", "MFLAGS", "GITHUB_ACTIONS", "SUBUNIT2_TEST_ID", "SUBUNIT2_OUTPUT"):
        os.environ.pop(name, None)

    with tempfile.TemporaryDirectory() as data:
        STATE = Torture(os.path.abspath(options.build), options.kind, data)
        cases = [case for scenario in SCENARIOS if options.only in scenario.name
                 for case in STATE.find_cases(scenario)]
        total = len(cases)
        if options.case:
            cases = [case for case in cases
                     if options.case == f"{case.call}:{case.number}:{case.errno}"]
        elif options.sample and options.sample < total:
            cases = random.Random(options.seed).sample(cases, options.sample)
        bad = 0
        with concurrent.futures.ProcessPoolExecutor(options.jobs,
                                                    initializer=become_subreaper) as pool:
            for case, (problem, messages) in zip(cases, pool.map(fail_in_worker, cases)):
                if problem:
                    bad += 1
                    print(f"{case.scenario.name}: {case.call}:{case.number}:{case.errno}: "
                          f"{problem} {messages[:3]}", flush=True)
        print(f"{len(cases)} of {total} {options.kind} failed in turn, {bad} with a fault")
    return int(bad > 0 or not cases)


if __name__ == "__main__":
    sys.exit(main())
