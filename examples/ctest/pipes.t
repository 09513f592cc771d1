#!/bin/sh
# One that prints TAP has a subtest for each assertion.
echo 1..2
[ "$(echo text | cat)" = text ] || printf 'not '
echo ok 1 - cat
[ "$(echo text | tee /dev/null)" = text ] || printf 'not '
echo ok 2 - tee
