#!/bin/sh
# Three kinds of test, one stream, one report. Needs subunit2 in PATH.
set -eu
cd "$(dirname "$0")"
stream=$(mktemp)
trap 'rm -f "$stream"' EXIT

# Says what is run, and runs it.
show() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

show "subunit2 wrap ./calendar.t > $stream" || true # one of its tests fails, as it is meant to
show "subunit2 wrap -i spelling -- grep -i suite ../README.md >> $stream"
show "./deploy.sh >> $stream"
show "subunit2 report $stream" || true # not good, since one failed
