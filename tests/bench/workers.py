#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Measures `run --worker` and prints a table.

    workers.py BUILD [WORD...]     only rows whose name holds one of the words

Processor time is that of the supervisor alone. Exits with 1 when a figure is missed.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime

CPU_US_MAX = 60  # of the supervisor, for a test
MEMORY_MAX = 32  # MB
SPLIT_MAX = 1.05  # times the ideal split
GROWTH_MAX = 1.5  # times the processor time of a test: with 1,000 workers, to that with 200
GAP_MAX = 1000  # us from an answer to the next request, for 95 in 100, on an idle machine
SSH_MIN = 10  # times faster than an executor over ssh


def cpu_of(pid):
    """The processor time of a process so far, in seconds."""
    with open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[0]) / 1e9


def run(build, folder, worker, instances, tests, *options):
    """Runs so many tests; returns the supervisor's processor time, that of the start of all
    workers, and its MB."""
    ids = f"{folder}/ids"
    with open(ids, "w") as file:
        file.writelines(f"t/{number}.sh\n" for number in range(tests))
    words = [f"{build}/subunit2", "run", f"--worker={worker}",
             f"--instances={','.join(instances)}", f"--load-list={ids}", "--grace=1s", *options]
    with open(f"{folder}/out", "w") as out:
        child = subprocess.Popen(words, stdout=out, cwd=folder)
    peak, start = 0, None
    while True:
        # All workers are started before the first result is written.
        if start is None and os.stat(f"{folder}/out").st_size:
            start = cpu_of(child.pid)
        with open(f"/proc/{child.pid}/status") as file:
            peak = max([peak] + [int(line.split()[1]) for line in file
                                 if line.startswith("VmHWM:")])
        if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.02)
    cpu = cpu_of(child.pid)
    status = child.wait()
    if status:
        raise RuntimeError(f"{' '.join(words)}: status {status}")
    return cpu, start, peak / 1024


def names(count):
    return [f"w{number}" for number in range(count)]


def cost_after_start(build, folder, program, count):
    """The processor time of a test of a second, in us, without the start of the workers: only
    few of them have something to say at a time."""
    cpu, start, _ = run(build, folder, f"{program} 1000000", names(count), 4 * count)
    return (cpu - start) / (4 * count) * 1e6


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


def gap(build, folder, program):
    """The 95th percentile of the time in which a free slot gets the next test, in us."""
    run(build, folder, f"{program} 1000 {folder}/gaps", names(1), 1000, "--max-fail=1000000")
    with open(f"{folder}/gaps") as file:
        gaps = sorted(int(line) for line in file)
    return gaps[len(gaps) * 95 // 100] / 1000


@contextlib.contextmanager
def ssh(build, folder):
    """The command that reaches this machine by an sshd of its own, over one shared connection."""
    for key in ["host", "user"]:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"],
                       check=True)
    os.makedirs("/run/sshd", exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open(f"{folder}/sshd_config", "w") as file:
        file.write(f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\n"
                   f"AuthorizedKeysFile {folder}/user.pub\nPermitRootLogin yes\n"
                   f"StrictModes no\nPidFile none\nSetEnv PATH={build}:{os.environ['PATH']}\n")
    daemon = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", f"{folder}/sshd_config"])
    command = (f"ssh -S {folder}/connection -p {port} -i {folder}/user -o BatchMode=yes "
               f"-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "
               f"-o LogLevel=ERROR 127.0.0.1")
    try:
        while subprocess.run(command.split()[:-1] + ["-fNM", "127.0.0.1"],
                             stderr=subprocess.DEVNULL).returncode:
            time.sleep(0.1)
        yield command
        subprocess.run(command.split() + ["-O", "exit"], stderr=subprocess.DEVNULL)
    finally:
        daemon.terminate()
        daemon.wait()


def ssh_ratio(build, folder):
    """How many times as long a test through an executor takes, with trivial scripts."""
    os.makedirs(f"{folder}/scripts")
    for number in range(1000):
        with open(f"{folder}/scripts/{number:03}.sh", "w") as file:
            file.write("#!/bin/sh\n")
            os.fchmod(file.fileno(), 0o755)
    with ssh(build, folder) as command:
        def seconds(*words):
            started = time.monotonic()
            subprocess.run([f"{build}/subunit2", "run", *words], check=True, cwd=folder,
                           stdout=subprocess.DEVNULL)
            return time.monotonic() - started
        workers = seconds("--instances=a*2", "scripts", f"--worker={command} cd {folder} && "
                          "exec subunit2 run --stdin=subunit -j{slots}")
        executor = seconds("-j2", f"--executor={command} {{shell}}", "--shard=1/10", "scripts")
        return executor * 10 / workers


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
            cpu, _, memory = run(build, folder, program, names(count), tests)
            cost = cpu / tests * 1e6
            show(name, f"{cost:.1f} us", f"{CPU_US_MAX} us", cost <= CPU_US_MAX)
            if count == 200:
                show("  its memory", f"{memory:.1f} MB", f"{MEMORY_MAX} MB", memory < MEMORY_MAX)
        name = "run --worker: tests of 1 s, 1000 workers"
        if is_wanted(name):
            cost = cost_after_start(build, folder, program, 1000)
            show(name, f"{cost:.1f} us", f"{CPU_US_MAX} us", cost <= CPU_US_MAX)
            ratio = cost / cost_after_start(build, folder, program, 200)
            show("  to the same with 200", f"{ratio:.2f}", f"{GROWTH_MAX}", ratio <= GROWTH_MAX)
        name = "run --worker: two, one at a third of the speed"
        if is_wanted(name):
            worker = (f"sh -c 'case {{instance}} in w0) exec {program} 10000;; "
                      f"*) exec {program} 30000;; esac'")
            run(build, folder, worker, names(2), 1000)
            ratio = split_ratio(build, folder)
            show(name, f"{ratio:.3f}", f"{SPLIT_MAX}", ratio <= SPLIT_MAX)
        name = "run --worker: from an answer to a request"
        if is_wanted(name):
            figure = gap(build, folder, program)
            show(name, f"{figure:.0f} us", f"{GAP_MAX} us", figure <= GAP_MAX)
        name = "run --worker: ssh, to --executor (1/10 of it)"
        if is_wanted(name) and os.path.exists("/usr/sbin/sshd"):
            ratio = ssh_ratio(build, folder)
            show(name, f"{ratio:.1f}", f"{SSH_MIN}", ratio >= SSH_MIN)
    sys.exit(failed)


if __name__ == "__main__":
    main()
