#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Three kinds of test, one stream, one report. Needs subunit2 in PATH.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$(dirname "$0")"/* "$folder"
cd "$folder"

# Says what is run, and runs it.
show() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

show 'subunit2 wrap ./calendar.t > results.subunit' || true # one assertion fails, as it is meant to
show 'subunit2 wrap -i syntax -- sh -n deploy.sh >> results.subunit'
show './deploy.sh >> results.subunit'
show 'subunit2 report results.subunit' || true # not good, since one failed
