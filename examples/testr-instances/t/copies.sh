#!/bin/sh
# A script passes when it exits 0.
set -e
echo text >"$TMPDIR/one"
cp "$TMPDIR/one" "$TMPDIR/two"
cmp "$TMPDIR/one" "$TMPDIR/two"
