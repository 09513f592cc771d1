#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Reads packets on stdin into tests, with testtools, and prints each as a line of JSON.

Tags and files are sorted, since readers may differ in their order.
"""

import json
import sys

import subunit
import testtools


def show(test):
    files = sorted([name, content.content_type.type + "/" + content.content_type.subtype,
                    b"".join(content.iter_bytes()).hex()]
                   for name, content in test["details"].items())
    print(json.dumps([test["id"], test["status"], sorted(test["tags"]),
                      [str(time) for time in test["timestamps"]], files]))


def main():
    result = testtools.StreamToDict(show)
    result.startTestRun()
    subunit.ByteStreamToStreamResult(sys.stdin.buffer, "stdout").run(result)
    result.stopTestRun()


main()
