#!/bin/sh
# One that prints TAP has a subtest for each assertion.
echo 1..2
[ "$(printf 'b\na\n' | sort | head -n 1)" = a ] || printf 'not '
echo ok 1 - by letter
[ "$(printf '10\n9\n' | sort -n | head -n 1)" = 9 ] || printf 'not '
echo ok 2 - by number
