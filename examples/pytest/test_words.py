import pytest


def test_split():
    assert "one two".split() == ["one", "two"]


@pytest.mark.parametrize("word", ["level", "noon"])
def test_palindrome(word):
    assert word == word[::-1]


@pytest.mark.skip(reason="not yet")
def test_rhyme():
    assert False
