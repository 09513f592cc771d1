#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Measures `run --worker` and prints a table.

    workers.py BUILD [WORD...]     only rows whose name holds one of the words

Processor time is that of the supervisor alone. Exits with 1 when a figure is missed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime

CPU_US_MAX = 60  # of the supervisor, for a test
MEMORY_MAX = 32  # MB
SPLIT_MAX = 1.05  # times the ideal split


def run(build, folder, worker, instances, tests):
    """Runs so many tests; returns seconds, the supervisor's processor time, and its MB."""
    ids = f"{folder}/ids"
    with open(ids, "w") as file:
        file.writelines(f"t/{number}.sh\n" for number in range(tests))
    words = [f"{build}/subunit2", "run", f"--worker={worker}",
             f"--instances={','.join(instances)}", f"--load-list={ids}", "--grace=1s"]
    started = time.monotonic()
    child = os.posix_spawn(words[0], words, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, f"{folder}/out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
    peak = 0
    while True:
        with open(f"/proc/{child}/status") as file:
            peak = max([peak] + [int(line.split()[1]) for line in file
                                 if line.startswith("VmHWM:")])
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.02)
    seconds = time.monotonic() - started
    with open(f"/proc/{child}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"{' '.join(words)}: status {status}")
    return seconds, cpu, peak / 1024


def names(count):
    return [f"w{number}" for number in range(count)]


def spans(build, folder):
    """The start and the end of each test of the run, in seconds, by its instance."""
    done = subprocess.run([f"{build}/subunit2", "convert", "--to=json", f"{folder}/out"],
                          stdout=subprocess.PIPE, check=True, text=True)
    times = {}
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if event.get("test_status"):
            moment = event["timestamp"]
            seconds = datetime.fromisoformat(moment[:26]).timestamp()
            key = event["route_code"].split("/")[0], event["test_id"]
            times.setdefault(key, []).append(seconds)
    by_instance = {}
    for (instance, _), (start, end) in times.items():
        by_instance.setdefault(instance, []).append((start, end))
    return by_instance


def split_ratio(build, folder):
    """How long the run took, in times of the split that is ideal for these machines."""
    by_instance = spans(build, folder)
    everything = sum(by_instance.values(), [])
    took = max(end for _, end in everything) - min(start for start, _ in everything)
    rates = [len(each) / sum(end - start for start, end in each) for each in by_instance.values()]
    return took * sum(rates) / len(everything)


def main():
    build, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    program = f"{build}/tests/bench/worker"
    failed = False

    def show(name, figure, limit, held):
        nonlocal failed
        failed |= not held
        print(f"{name:48} {figure:>10}  to hold: {limit:8} {'' if held else 'MISSED'}",
              flush=True)

    def is_wanted(name):
        return not wanted or any(word in name for word in wanted)

    with tempfile.TemporaryDirectory() as folder:
        for count, tests in [(200, 20000), (1000, 60000)]:
            name = f"run --worker: {tests} tests, {count} workers"
            if not is_wanted(name):
                continue
            _, cpu, memory = run(build, folder, program, names(count), tests)
            cost = cpu / tests * 1e6
            show(name, f"{cost:.1f} us", f"{CPU_US_MAX} us", cost <= CPU_US_MAX)
            if count == 200:
                show("  its memory", f"{memory:.1f} MB", f"{MEMORY_MAX} MB", memory < MEMORY_MAX)
        name = "run --worker: two, one at a third of the speed"
        if is_wanted(name):
            worker = (f"sh -c 'case {{instance}} in w0) exec {program} 10000;; "
                      f"*) exec {program} 30000;; esac'")
            run(build, folder, worker, names(2), 1000)
            ratio = split_ratio(build, folder)
            show(name, f"{ratio:.3f}", f"{SPLIT_MAX}", ratio <= SPLIT_MAX)
    sys.exit(failed)


if __name__ == "__main__":
    main()
