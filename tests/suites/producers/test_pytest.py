# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""pytest: pass, fail, error, skip, xfail, xpass, parameters, classes, output."""
import sys

import pytest


@pytest.fixture
def broken():
    raise OSError("set-up")


@pytest.fixture
def broken_at_end():
    yield
    raise OSError("tear-down")


def test_passes():
    print("printed")
    print("on stderr", file=sys.stderr)


def test_fails():
    assert 1 + 1 == 3, "wrong <&]]> \x01"


def test_error(broken):
    pass


def test_error_at_end(broken_at_end):
    pass


def test_fails_and_error(broken_at_end):
    assert False


@pytest.mark.skip(reason="no network")
def test_skipped():
    pass


@pytest.mark.xfail(reason="one day")
def test_xfail():
    assert False


@pytest.mark.xfail
def test_xpass():
    pass


@pytest.mark.xfail(strict=True, reason="never")
def test_xpass_strict():
    pass


@pytest.mark.parametrize("name", ["a.b", "a/b", "a::b", "", "\u00e4 [x]"])
def test_parameters(name):
    assert name != "a/b"


class TestGroup:
    def test_passes(self):
        pass

    class TestInner:
        def test_fails(self):
            raise KeyError("x")
