#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# libsubunit2(3): it names every function, and its examples work.
# Needs: subunit-1to2

load common

page=$BATS_TEST_DIRNAME/../man/libsubunit2.3
include=$BATS_TEST_DIRNAME/../lib/include

# Builds the page's example number $1 as $BATS_TEST_TMPDIR/example.
build_example() {
	awk -v wanted="$1" '
		/^\.Ed/ { inside = 0 }
		inside && seen == wanted
		/^\.Bd -literal/ { inside = 1; seen++ }' "$page" | sed 's/\\e/\\/g' \
		>"$BATS_TEST_TMPDIR/example.c"
	# shellcheck disable=SC2046 # words
	cc -std=c11 -Wall -Wextra -Werror -I"$include" -o "$BATS_TEST_TMPDIR/example" \
		"$BATS_TEST_TMPDIR/example.c" "$BUILD/libsubunit2.a" $(pkg-config --libs libdeflate)
}

# What Python reads in the stream $1: a line an event, with its id and status.
python_reads() {
	/usr/bin/python3 -c '
import subunit, sys, testtools
class Show(testtools.StreamResult):
    def status(self, test_id=None, test_status=None, **more):
        print(test_id, test_status)
subunit.ByteStreamToStreamResult(open(sys.argv[1], "rb")).run(Show())' "$1"
}

@test "the page names every function, and no others" {
	{
		nm -D --defined-only "$BUILD/libsubunit2.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }'
		grep -hoE '^subunit2_[a-z0-9_]+' "$include"/subunit2/view.h
	} | sort >"$BATS_TEST_TMPDIR/functions"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/functions")" -gt 40 ]
	grep -oE 'Fn subunit2_[a-z0-9_]+' "$page" | sed 's/Fn //' | sort -u |
		diff "$BATS_TEST_TMPDIR/functions" -
}

@test "the first example writes a packet" {
	build_example 1
	"$BATS_TEST_TMPDIR/example" >"$BATS_TEST_TMPDIR/stream"
	run -0 python_reads "$BATS_TEST_TMPDIR/stream"
	[ "$output" = "answer success" ]
}

@test "the first example says what is wrong with its output" {
	build_example 1
	run -1 --separate-stderr sh -c '"$1" >/dev/full' - "$BATS_TEST_TMPDIR/example"
	# shellcheck disable=SC2154 # run sets it
	[ "$stderr" = "standard output: No space left on device" ]
}

@test "the second example shows failures and exits with the verdict" {
	build_example 2
	build_stream() {
		/usr/bin/python3 -c '
import subunit, sys
stream = subunit.StreamResultToBytes(sys.stdout.buffer)
for test, status in zip("abc", sys.argv[1:]):
    stream.status(test_id=test, test_status=status)' "$@" >"$BATS_TEST_TMPDIR/stream"
	}
	build_stream success skip success
	run -0 "$BATS_TEST_TMPDIR/example" <"$BATS_TEST_TMPDIR/stream"
	[ -z "$output" ]
	build_stream success fail fail
	run -1 "$BATS_TEST_TMPDIR/example" <"$BATS_TEST_TMPDIR/stream"
	[ "$output" = $'b\nc' ]
}
