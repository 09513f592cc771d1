#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Random test runs, and what a run says about its tests.

    runs.py make SEED TESTS   a run of so many tests, as subunit2's JSON: workers side by
                              side, each under its routing code; scripts and assertions,
                              with times, tags and files
    runs.py tests FIELD...    JSON events on stdin: their final statement about each
                              test, as sorted lines of JSON. Fields: id, status, start,
                              stop, tags, files
    runs.py counts            JSON events on stdin: how many tests ended in which way, as
                              the first line of the summary says it

The same seed makes the same run.
"""

import base64
import collections
import datetime
import json
import random
import sys

STATUSES = ["success"] * 6 + ["fail", "skip", "xfail", "uxsuccess"]
WORDS = ["add", "größe", "x<y & z", "it's", '"quoted"', "a # b", "back\\slash", "100 %", "[list]",
         "naïve", "日本", "😀", "a,b", "$HOME", "ok 1 - no", "test: no", "tags", "{}", "]]>"]
TEXTS = ["one line\n", "no newline", "", "two\n\nlines\n", "<b>&amp;</b>\n", "ok 3\nfailure: x [\n]\n",
         "tab\tend\r\n", "日本語\n", " \n", "...\n---\n"]
FILES = [("stdout", "text/plain;charset=utf8"), ("log", "text/plain;charset=utf8"),
         ("traceback", "text/x-traceback;charset=utf8"), ("data.bin", "application/octet-stream")]


def make_time(seconds):
    moment = datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=int(seconds))
    return moment.isoformat() + ".%09dZ" % (round(seconds % 1 * 10**6) * 1000)


class Worker:
    """Runs tests one after the other; time passes for it alone."""

    def __init__(self, dice, route):
        self.dice, self.route, self.now = dice, route, dice.random()

    def event(self, test, **fields):
        self.now += self.dice.choice([0, 0.001, 0.25, 3])
        event = {"subunit": 2, "timestamp": make_time(self.now)}
        if self.route:
            event["route_code"] = self.route
        event.update(test_id=test["id"], runnable=test["runnable"], **fields)
        return event

    def files(self, test):
        for name, mime in self.dice.sample(FILES, self.dice.choice([0, 0, 1, 2])):
            for piece in range(last := self.dice.randrange(3), -1, -1):
                fields = {"mime_type": mime} if piece == last else {}
                if mime == "application/octet-stream":
                    data = bytes(self.dice.randrange(256) for _ in range(self.dice.randrange(50)))
                    fields["file_base64"] = base64.b64encode(data).decode()
                else:
                    fields["file_text"] = self.dice.choice(TEXTS)
                if piece == 0:
                    fields["eof"] = True
                yield self.event(test, file_name=name, **fields)

    def run(self, test):
        tags = {"test_tags": test["tags"]} if test["tags"] else {}
        yield self.event(test, test_status="inprogress", **tags)
        for child in test["children"]:
            yield from self.run(child)
        yield from self.files(test)
        yield self.event(test, test_status=test["status"], **tags)


def make_test(dice, name, children):
    status = dice.choice(STATUSES)
    if any(child["status"] in ("fail", "uxsuccess") for child in children):
        status = "fail"
    elif children:
        status = "success"
    tags = sorted(dice.sample(["slow", "net", "größe"], dice.choice([0, 0, 1, 2])))
    return {"id": name, "status": status, "runnable": True, "tags": tags, "children": children}


def make_script(dice, number):
    """One test, with assertions or without."""
    name = "t/%s %d" % (dice.choice(WORDS), number)
    children = []
    for i in range(dice.choice([0, 0, 1, 3])):
        child = make_test(dice, "%s::%s %d" % (name, dice.choice(WORDS), i), [])
        children.append(dict(child, runnable=False))
    return make_test(dice, name, children)


def make(seed, tests):
    dice = random.Random(seed)
    workers = [Worker(dice, route) for route in ("", "0", "1/2")]
    running = {}
    left = list(range(tests))
    while left or running:
        worker = dice.choice(workers)
        if worker not in running:
            if not left:
                workers.remove(worker)
                continue
            running[worker] = worker.run(make_script(dice, left.pop(0)))
        event = next(running[worker], None)
        if event:
            yield event
        else:
            del running[worker]


def tests_of(events):
    """By id and route: the statements about each test."""
    tests = collections.defaultdict(
        lambda: {"status": None, "start": None, "stop": None, "tags": set(), "files": {},
                 "runnable": False})
    for event in events:
        if "test_id" not in event:
            continue
        test = tests[event["test_id"], event.get("route_code", "")]
        test["id"] = event["test_id"]
        test["tags"].update(event.get("test_tags", []))
        test["runnable"] |= event["runnable"]
        if "file_name" in event:
            data = event["file_text"].encode() if "file_text" in event else base64.b64decode(
                event["file_base64"])
            mime, before = test["files"].get(event["file_name"], (None, b""))
            test["files"][event["file_name"]] = (mime or event.get("mime_type"), before + data)
        if "test_status" in event:
            test["status"] = event["test_status"]
            test["start" if test["status"] == "inprogress" else "stop"] = event.get("timestamp")
    return tests.values()


def put_tests(events, fields):
    for test in tests_of(events):
        test["tags"] = sorted(test["tags"])
        test["files"] = {name: [mime, base64.b64encode(data).decode()]
                         for name, (mime, data) in test["files"].items()}
        yield json.dumps({field: test[field] for field in fields}, sort_keys=True)


def put_counts(events):
    names = {"success": "passed", "fail": "failed", "uxsuccess": "unexpected", "skip": "skipped",
             "xfail": "todo"}
    tests = list(tests_of(events))
    parts = []
    for what, runnable in (("scripts", True), ("assertions", False)):
        counts = collections.Counter(
            names[test["status"]] for test in tests if test["runnable"] == runnable)
        if counts:
            parts.append(what + ": " + ", ".join(
                "%d %s" % (counts[name], name) for name in names.values() if counts[name]))
    return ["; ".join(parts)]


def main(command, *arguments):
    if command == "make":
        lines = (json.dumps(event) for event in make(int(arguments[0]), int(arguments[1])))
    else:
        events = (json.loads(line) for line in sys.stdin)
        lines = put_counts(events) if command == "counts" else sorted(
            put_tests(events, arguments))
    for line in lines:
        print(line)


main(*sys.argv[1:])
