#!/bin/sh
# The sizes that a backup has: a script without TAP passes by its exit status.
[ "$(ls data | wc -l)" = 1 ] || exit 1
