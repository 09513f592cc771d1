#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Generates random events, and writes and reads packets with Python's subunit.

    events.py json  SEED COUNT         prints the events in subunit2's JSON, one on each line
    events.py write SEED COUNT         writes the same events as packets, with Python
    events.py read                     reads packets on stdin, with Python, and prints JSON
    events.py compare EXPECTED ACTUAL  compares two files of JSON events, field by field

The same seed gives the same events.
"""

import base64
import datetime
import json
import random
import sys

import subunit
import testtools
from subunit import iso8601

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=iso8601.Utc())
STATUSES = [None, "exists", "inprogress", "success", "uxsuccess", "skip", "fail", "xfail"]

# One range a form of UTF-8, without NUL and surrogates; the last of each among them.
RANGES = [(1, 0x7F), (0x20, 0x7E), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF),
          (0x10000, 0x10FFFF)]

# Where the form of a number, and that of the packet's length, changes.
LIMITS = [64, 16384]


def random_size(dice):
    """Mostly small; sometimes about where a number needs another byte."""
    kind = dice.random()
    if kind < 0.8:
        return dice.randrange(20)
    if kind < 0.99:
        return dice.choice(LIMITS[:1] * 9 + LIMITS[1:]) - dice.randrange(40) + 2
    return dice.randrange(100000)


def random_text(dice, size):
    low, high = dice.choice(RANGES)
    return "".join(
        chr(dice.choice([low, high]) if dice.random() < 0.05 else dice.randint(low, high))
        for _ in range(size))


def random_bytes(dice, size):
    if dice.random() < 0.5:
        return random_text(dice, size).encode()
    return dice.getrandbits(8 * size).to_bytes(size, "big") if size else b""


def random_event(dice):
    """Keyword arguments for StreamResult.status()."""
    event = {"test_status": dice.choice(STATUSES), "runnable": dice.random() < 0.5,
             "eof": dice.random() < 0.3}
    if dice.random() < 0.8:
        event["test_id"] = random_text(dice, random_size(dice))
    if dice.random() < 0.5:
        event["timestamp"] = EPOCH + datetime.timedelta(
            seconds=dice.choice([0, 2**32 - 1, dice.randrange(2**32)]),
            microseconds=dice.choice([0, 1, 999999, dice.randrange(10**6)]))
    if dice.random() < 0.3:
        tags = {random_text(dice, dice.randrange(8)) for _ in range(dice.randint(1, 5))}
        event["test_tags"] = sorted(tags)
    if dice.random() < 0.3:
        event["mime_type"] = random_text(dice, 1 + dice.randrange(20))
    if dice.random() < 0.5:
        event["file_name"] = random_text(dice, dice.randrange(20))
        event["file_bytes"] = random_bytes(dice, random_size(dice))
    if dice.random() < 0.3:
        event["route_code"] = random_text(dice, dice.randrange(6))
    return event


def random_events(seed, count):
    dice = random.Random(seed)
    return (random_event(dice) for _ in range(count))


def put_json(event):
    """Prints the event in subunit2's JSON; the fields come in any order."""
    line = {"subunit": 2}
    for name, value in event.items():
        if name == "timestamp":
            moment = value.replace(tzinfo=None, microsecond=0).isoformat()
            line[name] = "%s.%06d000Z" % (moment, value.microsecond)
        elif name == "file_bytes":
            line["file_base64"] = base64.b64encode(value).decode()
        elif name == "runnable" or value:
            line[name] = value
        elif value == "":
            line[name] = value
    print(json.dumps(line))


def read():
    class Put(testtools.StreamResult):
        def status(self, **event):
            tags = event.pop("test_tags")
            if tags:
                event["test_tags"] = sorted(tags)
            put_json({name: value for name, value in event.items() if value is not None})

    subunit.ByteStreamToStreamResult(sys.stdin.buffer).run(Put())


def get_json(path):
    """The events of a file, in a form in which equal events are equal."""
    for line in open(path, encoding="utf-8"):
        event = json.loads(line)
        if "file_text" in event:
            event["file_bytes"] = event.pop("file_text").encode()
        elif "file_base64" in event:
            event["file_bytes"] = base64.b64decode(event.pop("file_base64"), validate=True)
        event["test_tags"] = sorted(event.get("test_tags", []))
        event["eof"] = event.get("eof", False)
        yield event


def compare(expected_path, actual_path):
    expected, actual = list(get_json(expected_path)), list(get_json(actual_path))
    for number, (wanted, got) in enumerate(zip(expected, actual), 1):
        for name in sorted(set(wanted) | set(got)):
            if wanted.get(name) != got.get(name):
                sys.exit("event %d: %s is %r, not %r" %
                         (number, name, got.get(name), wanted.get(name)))
    if len(expected) != len(actual):
        sys.exit("%d events, not %d" % (len(actual), len(expected)))
    print("%d events are equal" % len(expected))


def main(command, *arguments):
    if command == "json":
        for event in random_events(int(arguments[0]), int(arguments[1])):
            put_json(event)
    elif command == "write":
        writer = subunit.StreamResultToBytes(sys.stdout.buffer)
        for event in random_events(int(arguments[0]), int(arguments[1])):
            writer.status(**event)
    elif command == "read":
        read()
    else:
        compare(*arguments)


main(*sys.argv[1:])
