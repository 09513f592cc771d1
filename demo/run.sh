#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Puts three kinds of test into one stream and reports it. Needs subunit2 in PATH.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$(dirname "$0")"/* "$folder"
cd "$folder"

# Prints a command, and runs it.
show() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

show 'subunit2 wrap ./calendar.t > results.subunit' || true # exits with 1: one assertion fails, for the demonstration
show 'subunit2 wrap -i syntax -- sh -n deploy.sh >> results.subunit'
show './deploy.sh >> results.subunit'
show 'subunit2 report results.subunit' || true # exits with 1, because of the failed assertion
