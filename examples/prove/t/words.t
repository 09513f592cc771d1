#!/bin/sh
echo 1..2
[ "$(echo one two | wc -w)" -eq 2 ] || printf 'not '
echo ok 1 - words
printf 'not '
echo 'ok 2 - case # TODO tr knows bytes only'
