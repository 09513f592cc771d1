#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Reads a stream and does nothing with it, as decode.c does."""

import sys

import subunit
import testtools

with open(sys.argv[1], "rb") as stream:
    subunit.ByteStreamToStreamResult(stream).run(testtools.StreamResult())
