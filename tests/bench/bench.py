#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Measures subunit2 beside other tools, in one run, and prints a table.

    bench.py BUILD [WORD...]     only rows whose name holds one of the words

Each row is run in rounds, ours and the peers in turn; times are medians, and
ratios medians of the rounds' ratios, so that a machine that slows down slows
both. A peer that is slow gets a smaller input, and its time is scaled up; the
table says so. Exits with 1 when a figure is missed or a command fails.
"""

import dataclasses
import os
import re
import statistics
import subprocess
import sys
import tempfile

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
MILLION = 1_000_000
LINE = "{:38} {:>8} {:>6} {:>4}  {:29} {:>8} {:>6} {:>6} {:>5} {}"


def shown(seconds):
    """A time of three digits, with its unit."""
    return f"{seconds:.3g} s" if seconds >= 0.1 else f"{seconds * 1000:.3g} ms"


def command_words(command):
    """The words of COMMAND; those in quotes are one."""
    return [quoted or word for quoted, word in re.findall(r"'([^']*)'|(\S+)", command)]


@dataclasses.dataclass
class Peer:
    name: str
    command: str
    at_least: float = None  # times faster than this peer we have to be
    scale: int = 1  # its input is that much smaller
    rounds: int = ROUNDS


@dataclasses.dataclass
class Row:
    name: str
    command: str
    peers: list
    count: int = 1  # runs that make one measurement
    memory: int = None  # MB at most
    seconds: float = None  # at most
    output: str = "/dev/null"


def rows(build, data):
    """The measurements. Commands are words; a shell is named where it is used."""
    ours = f"{build}/subunit2"
    here = os.path.dirname(os.path.abspath(__file__))
    million, some = f"{data}/packets", f"{data}/packets.10"
    few = f"{data}/packets.100"
    old, some_old = f"{data}/subunit1", f"{data}/subunit1.10"
    tap, some_tap = f"{data}/tap", f"{data}/tap.10"
    files = f"{data}/files"
    texts = " ".join([f"{data}/text"] * 4)
    scripts = f"{data}/scripts"

    def thousand(program):
        return f"for i in {{1..1000}}; do {program} status test success; done"

    def tenth(command, at_least=None):
        """A slow tool, on a tenth of the million; its name is the command's."""
        name = command.replace("sh -c '", "").split()[0]
        return [Peer(os.path.basename(name), command, at_least, scale=10, rounds=3)]

    def new_folder(command, rest):
        return f"sh -c '{command}$(mktemp -d {data}/folder.XXXXXX) {rest}'"

    return [
        Row("status: one call", f"{ours} status test success",
            [Peer("/bin/true", "/bin/true", at_least=1.0),
             Peer("subunit-output", "subunit-output --success test", rounds=1)],
            count=100),
        Row("status: one call, of packages", f"{ours}.shared status test success",
            [Peer("/bin/true", "/bin/true", at_least=1 / 1.6)], count=100),
        Row("status: 1,000 calls of bash's builtin",
            f"bash -c 'enable -f {build}/subunit2.so subunit2; {thousand('subunit2')}'",
            [Peer("of the program", f"bash -c '{thousand(ours)}'", at_least=20)]),
        Row("reading 1M packets", f"{build}/tests/bench/decode {million}",
            tenth(f"{here}/decode.py {some}"), memory=8),
        Row("classic API: 1M events", f"{build}/tests/bench/classic classic 500",
            [Peer("the output", f"{build}/tests/bench/classic output 500", at_least=1 / 1.5)]),
        Row("libsubunit: 200,000 events", f"{build}/tests/bench/classic libsubunit 100",
            [Peer("the output, each flushed", f"{build}/tests/bench/classic flushed 100",
                  at_least=1 / 1.5)], output=f"{data}/stdout"),
        Row("report: verdict of 1M packets", f"{ours} report --to=summary {million}",
            tenth(f"subunit-stats {some}", at_least=100), memory=8),
        Row("convert: JUnit of 1M packets", f"{ours} convert --to=junit {million}",
            tenth(f"subunit2junitxml {some}", at_least=50), memory=10,
            output=f"{data}/stdout"),
        Row("convert: folders of 5,000 tests", new_folder(f"{ours} convert -o disk:", few),
            [Peer("subunit2disk", new_folder("subunit2disk -d ", f"<{few}"), rounds=3)],
            memory=8),
        Row("convert: CSV of 1M packets", f"{ours} convert --to=csv {million}",
            tenth(f"subunit2csv {some}"), memory=8),
        Row("convert: 1M packets to version 1", f"{ours} convert --to=subunit1 {million}",
            tenth(f"sh -c 'subunit-2to1 <{some}'"), memory=8),
        Row("convert: 500,000 tests from version 1", f"{ours} convert {old}",
            tenth(f"sh -c 'subunit-1to2 <{some_old}'"), memory=8),
        Row("filter: 1M packets, all kept", f"{ours} filter {million}",
            tenth(f"subunit-filter --success --no-passthrough {some}"), memory=8),
        Row("filter: 1M packets, tagged", f"{ours} filter --add-tag=x {million}",
            tenth(f"sh -c 'subunit-tags x <{some}'"), memory=8),
        Row("ls: 1M packets", f"{ours} ls --all {million}", tenth(f"sh -c 'subunit-ls <{some}'"),
            memory=46),
        Row("convert: 512 packets of 1 MiB, piped", f"sh -c '{ours} convert {files} | cat'",
            [Peer("cat", f"sh -c 'cat {files} | cat'", at_least=0.5)], memory=16),
        Row("filter: 512 packets of 1 MiB, piped", f"sh -c '{ours} filter {files} | cat'",
            [Peer("cat", f"sh -c 'cat {files} | cat'", at_least=0.5)], memory=16),
        Row("convert: 1M TAP assertions", f"{ours} convert --from=tap --to=subunit {tap}",
            tenth(f"prove -e cat {some_tap}", at_least=36)
            + tenth(f"sh -c 'tap2subunit <{some_tap}'"), memory=8 + 24),
        Row("wrap: 1 GiB of plain output, piped", f"sh -c '{ours} wrap -- cat {texts} | cat'",
            [Peer("cat, and another", f"sh -c 'cat {texts} | cat | cat'", at_least=0.8)],
            memory=16),
        Row("convert: page of 20,000 tests, in 1.5 s",
            f"{ours} convert {data}/page.json -o {data}/page.html",
            [Peer("cat", f"cat {data}/page.json", rounds=1)], seconds=1.5),
        Row("ls --flaky: 1,000 runs of 1,000, in 2 s", f"{ours} ls --flaky {data}/history",
            [Peer("cat", f"sh -c 'cat {data}/history/*'", rounds=1)], seconds=2, memory=64),
        Row("report: 10,000 failures by cause, in 1 s",
            f"sh -c '{ours} report -q {data}/failures.json || test $? = 1'",
            [Peer("cat", f"cat {data}/failures.json", rounds=1)], seconds=1),
        Row("run: 1,000 scripts, two at a time", f"{ours} run -q -j2 {scripts}",
            [Peer("xargs sh", f"sh -c 'ls {scripts}/*.t | xargs -P2 -n1 sh'",
                  at_least=1 / 1.2),
             Peer("prove", f"prove -Q -j2 {scripts}", rounds=1)]),
    ]


class Bench:
    def __init__(self, build):
        self.build = build
        self.failed = False

    def tool(self, name):
        return f"{self.build}/tests/bench/{name}"

    def generate(self, data):
        tool = self.tool("generate")
        for name, kind, count in [("packets", "packets", MILLION),
                                  ("packets.10", "packets", MILLION // 10),
                                  ("packets.100", "packets", MILLION // 100),
                                  ("tap", "tap", MILLION), ("tap.10", "tap", MILLION // 10),
                                  ("files", "files", 512), ("text", "text", 256)]:
            with open(f"{data}/{name}", "wb") as file:
                subprocess.run([tool, kind, str(count)], stdout=file, check=True)
        for end in ["", ".10"]:
            with open(f"{data}/subunit1{end}", "wb") as file:
                subprocess.run([f"{self.build}/subunit2", "convert", "--to=subunit1",
                                f"{data}/packets{end}"], stdout=file, check=True)
        os.mkdir(f"{data}/scripts")
        for number in range(1000):
            with open(f"{data}/scripts/{number:03}.t", "w") as file:
                file.write("#!/bin/sh\necho 1..1\necho ok 1\n")
        self.generate_runs(data)
        os.sync()  # nothing is written out while something else is measured

    def generate_runs(self, data):
        """A page of tests, failures with a few causes, and a folder of runs."""
        def lines(count, status, reason):
            for i in range(count):
                test = f'{{"subunit":2,"test_id":"t/folder{i % 50}/test{i}.t","runnable":true,'
                if reason(i):
                    yield f'{test}"file_name":"reason","file_text":"{reason(i)}"}}\n'
                yield f'{test}"timestamp":"2026-01-01T00:00:00Z","test_status":"inprogress"}}\n'
                yield f'{test}"timestamp":"2026-01-01T00:00:01Z","test_status":"{status(i)}"}}\n'

        def is_bad(i):
            return i % 100 == 0

        with open(f"{data}/page.json", "w") as file:
            file.writelines(lines(20000, lambda i: "fail" if is_bad(i) else "success",
                                  lambda i: f"connect 10.0.0.{i}: refused" if is_bad(i) else ""))
        with open(f"{data}/failures.json", "w") as file:
            file.writelines(lines(10000, lambda i: "fail",
                                  lambda i: f"cause {'abcdefghij'[i % 10]} at /tmp/{i}:{i}"))
        os.mkdir(f"{data}/history")
        for kind in range(10):
            with open(f"{data}/run.json", "w") as file:
                file.writelines(lines(1000, lambda i, k=kind: "fail" if i % 10 == k else "success",
                                      lambda i: ""))
            subprocess.run([f"{self.build}/subunit2", "convert", f"{data}/run.json", "-o",
                            f"subunit:{data}/run"], check=True)
            for number in range(kind, 1000, 10):
                os.link(f"{data}/run", f"{data}/history/{number}")
            os.unlink(f"{data}/run")

    def measure(self, command, count, output):
        """Seconds of one run, its seconds of CPU, and the megabytes of its largest process."""
        if os.path.isfile(output):
            os.unlink(output)  # ext4 writes out at once what was truncated and written anew
        done = subprocess.run([self.tool("measure"), str(count), output] + command_words(command),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr.strip().splitlines()[-1]}")
        seconds, cpu, kilobytes = done.stdout.split()
        return float(seconds), float(cpu), int(kilobytes) / 1024

    def row(self, row):
        """Ours and every peer in turn; prints a line a peer."""
        commands = {"": row.command} | {peer.name: peer.command for peer in row.peers}
        rounds = {"": ROUNDS} | {peer.name: peer.rounds for peer in row.peers}
        seconds = {name: [] for name in commands}
        memory = {name: 0.0 for name in commands}
        for turn in range(ROUNDS):
            for name, command in commands.items():
                if turn < rounds[name]:
                    one, _, megabytes = self.measure(command, row.count, row.output)
                    seconds[name].append(one)
                    memory[name] = max(memory[name], megabytes)
        ours = seconds[""]
        for number, peer in enumerate(row.peers):
            theirs = [one * peer.scale for one in seconds[peer.name]]
            ratio = statistics.median(b / a for a, b in zip(ours, theirs))
            held = not peer.at_least or ratio >= peer.at_least
            if row.memory:
                held = held and memory[""] <= row.memory
            if row.seconds:
                held = held and statistics.median(ours) <= row.seconds
            self.failed |= not held
            scaled = f" (1/{peer.scale} of it)" if peer.scale > 1 else ""
            print(LINE.format(
                "" if number else row.name,
                "" if number else shown(statistics.median(ours)),
                "" if number else f"{memory['']:.1f}",
                row.memory if row.memory and not number else "",
                peer.name + scaled, shown(statistics.median(theirs)), f"{memory[peer.name]:.1f}",
                f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}",
                f"{peer.at_least:.3g}" if peer.at_least else "", "" if held else "MISSED"),
                flush=True)

    def hostile(self):
        """The slowest input for the reader, in MB/s."""
        done = subprocess.run([self.tool("hostile"), "16"], stdout=subprocess.PIPE, check=True,
                              text=True)
        kinds = [(float(rates[2]), name.strip()) for name, *rates in
                 (re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines()[1:])]
        rate, kind = min(kinds)
        print(f"reader: slowest of {len(kinds)} inputs, in pieces of 64 KiB: {rate:.0f} MB/s "
              f"({kind}); to hold: 50  {'' if rate >= 50 else 'MISSED'}")
        self.failed |= rate < 50

    def run(self, wanted):
        def is_wanted(name):
            return not wanted or any(word in name for word in wanted)

        with tempfile.TemporaryDirectory(prefix="bench.", dir=self.build) as data:
            self.generate(data)
            print(f"{ROUNDS} rounds on {os.cpu_count()} processors; ratio: the other's time "
                  "to ours; hold: at least, or MB at most\n")
            print(LINE.format("work", "ours", "MB", "hold", "beside", "time", "MB", "ratio",
                              "hold", ""))
            for row in rows(self.build, data):
                if not is_wanted(row.name):
                    continue
                try:
                    self.row(row)
                except RuntimeError as error:
                    print(f"{row.name:39} FAILED: {error}", flush=True)
                    self.failed = True
        if is_wanted("reader"):
            self.hostile()
        return 1 if self.failed else 0


if __name__ == "__main__":
    sys.exit(Bench(os.path.abspath(sys.argv[1])).run(sys.argv[2:]))
