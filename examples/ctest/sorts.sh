#!/bin/sh
# A test passes when it exits 0.
[ "$(printf 'b\na\n' | sort | head -n 1)" = a ]
