#!/usr/bin/python3
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
    output: str = "/dev/null"


def rows(build, data):
    """What is measured. Commands are words; the shell is named where it is used."""
    ours = f"{build}/subunit2"
    million, some = f"{data}/packets", f"{data}/packets.10"
    tap, some_tap = f"{data}/tap", f"{data}/tap.10"
    files, text = f"{data}/files", f"{data}/text"
    texts = " ".join([text] * 4)
    script = f"{data}/scripts"
    return [
        Row("status: one call", f"{ours} status test success",
            [Peer("/bin/true", "/bin/true", at_least=1.0),
             Peer("subunit-output", "subunit-output --success test", scale=100, rounds=3)],
            count=300),
        Row("report: verdict of 1M packets", f"{ours} report --to=summary {million}",
            [Peer("subunit-stats", f"subunit-stats {some}", at_least=100, scale=10, rounds=3)],
            memory=8),
        Row("ls: 1M packets", f"{ours} ls --all {million}",
            [Peer("subunit-ls", f"sh -c 'subunit-ls <{some}'", scale=10, rounds=3)]),
        Row("convert: JUnit of 1M packets", f"{ours} convert --to=junit {million}",
            [Peer("subunit2junitxml", f"subunit2junitxml {some}", at_least=50, scale=10,
                  rounds=3)], memory=10, output=f"{data}/junit.xml"),
        Row("filter: 1M packets, all kept", f"{ours} filter {million}",
            [Peer("subunit-filter", f"subunit-filter --success --no-passthrough {some}", scale=10,
                  rounds=3)], memory=8),
        Row("convert: 1 MiB packets, through a pipe", f"sh -c '{ours} convert {files} | cat'",
            [Peer("cat", f"sh -c 'cat {files} | cat'", at_least=0.5)], memory=16),
        Row("filter: 1 MiB packets, through a pipe", f"sh -c '{ours} filter {files} | cat'",
            [Peer("cat", f"sh -c 'cat {files} | cat'", at_least=0.5)], memory=16),
        Row("convert: 1M TAP assertions", f"{ours} convert --from=tap --to=subunit {tap}",
            [Peer("prove", f"prove -e cat {some_tap}", at_least=36, scale=10, rounds=3)],
            memory=8 + 24),
        Row("wrap: 1 GB of plain output", f"sh -c '{ours} wrap -- cat {texts} | cat'",
            [Peer("cat", f"sh -c 'cat {texts} | cat | cat'", at_least=0.5)], memory=16),
        Row("run: 1,000 scripts, two at a time", f"{ours} run -q -j2 {script}",
            [Peer("xargs sh", f"sh -c 'ls {script}/*.t | xargs -P2 -n1 sh'", at_least=1 / 1.2),
             Peer("prove", f"prove -Q -j2 {script}", rounds=3)]),
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
                                  ("tap", "tap", MILLION), ("tap.10", "tap", MILLION // 10),
                                  ("files", "files", 512), ("text", "text", 256)]:
            with open(f"{data}/{name}", "wb") as file:
                subprocess.run([tool, kind, str(count)], stdout=file, check=True)
        os.mkdir(f"{data}/scripts")
        for number in range(1000):
            with open(f"{data}/scripts/{number:03}.t", "w") as file:
                file.write("#!/bin/sh\necho 1..1\necho ok 1\n")

    def measure(self, command, count, output):
        """Seconds of one run, and the megabytes of its largest process."""
        words = re.findall(r"'([^']*)'|(\S+)", command)
        words = [quoted or word for quoted, word in words]
        done = subprocess.run([self.tool("measure"), str(count), output] + words,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr.strip().splitlines()[-1]}")
        seconds, kilobytes = done.stdout.split()
        return float(seconds), int(kilobytes) / 1024

    def row(self, row):
        """Ours and every peer in turn; prints a line a peer."""
        ours, memory = [], 0.0
        theirs = {peer.name: [] for peer in row.peers}
        for turn in range(ROUNDS):
            seconds, megabytes = self.measure(row.command, row.count, row.output)
            ours.append(seconds)
            memory = max(memory, megabytes)
            for peer in row.peers:
                if turn < peer.rounds:
                    count = max(1, row.count // peer.scale) if row.count > 1 else 1
                    seconds, _ = self.measure(peer.command, count, row.output)
                    theirs[peer.name].append(seconds if row.count > 1 else seconds * peer.scale)
        name = row.name
        for peer in row.peers:
            ratios = [b / a for a, b in zip(ours, theirs[peer.name])]
            self.line(name, statistics.median(ours), memory, row.memory, peer,
                      statistics.median(theirs[peer.name]), statistics.median(ratios),
                      row.count > 1)
            name = ""

    def line(self, name, ours, memory, memory_limit, peer, theirs, ratio, small):
        held = not peer.at_least or ratio >= peer.at_least
        if name and memory_limit:
            held = held and memory <= memory_limit
        unit, factor = ("ms", 1000) if small else ("s", 1)
        scaled = f", 1/{peer.scale} of it" if peer.scale > 1 and not small else ""
        wanted = f"{peer.at_least:.2g}" if peer.at_least else ""
        if peer.at_least and peer.at_least >= 10:
            wanted = f"{peer.at_least:.0f}"
        room = f"{memory:6.1f}" + (f" of {memory_limit}" if memory_limit else "")
        print(f"{name:39} {ours * factor:8.3f} {unit:2} {room if name else '':12} "
              f"{peer.name + scaled:32} {theirs * factor:9.3f} {unit:2} {ratio:8.2f} "
              f"{wanted:>6}  {'' if held else 'MISSED'}", flush=True)
        self.failed |= not held

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
            print(f"{'work':39} {'ours':11} {'peak MB':12} {'peer':32} {'its time':12} "
                  f"{'ratio':>8} {'hold':>6}")
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
