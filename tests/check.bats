#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The test runner: tests/check must not call a failure a success.
# Needs: valgrind

load common

# Writes a suite that prints the text on stdin and exits with $2.
suite() {
	{
		echo '#!/bin/sh'
		echo "cat <<'END'"
		cat
		echo END
		echo "exit ${2:-0}"
	} >"$BATS_TEST_TMPDIR/$1"
	chmod +x "$BATS_TEST_TMPDIR/$1"
}

# Runs the suites, and expects the exit status $1 and the last line $2.
expect() {
	local status=$1 last=$2
	shift 2
	run "-$status" "$BATS_TEST_DIRNAME/check" "${@/#/$BATS_TEST_TMPDIR/}"
	[ "${lines[-1]}" = "$last" ] || { echo "$output"; false; }
}

setup() {
	CI=
	export CI
}

@test "a suite that passes" {
	printf '1..2\nok 1 - a\nok 2 - b\n' | suite good
	expect 0 '2 passed, 0 failed' good
}

@test "a failed test is shown with its output and counted" {
	printf 'ok 1 - a\nnot ok 2 - b\n# because of c\n1..2\n' | suite bad 1
	printf '1..1\nok 1 - a\n' | suite good
	expect 1 '2 passed, 1 failed' good bad
	[[ $output == *"not ok 2 - b"*"# because of c"* ]]
}

@test "a failed test counts even if the exit status is 0" {
	printf 'not ok 1 - a\n1..1\n' | suite bad 0
	expect 1 '0 passed, 1 failed' bad
}

@test "a bad exit status without a failed test" {
	printf 'ok 1 - a\n1..1\n' | suite bad 3
	expect 1 '1 passed, 1 failed' bad
	[[ $output == *"exit status 3"* ]]
}

@test "a program that crashes half way" {
	printf '#!/bin/sh\necho ok 1 - a\nkill -SEGV $$\n' >"$BATS_TEST_TMPDIR/crash"
	chmod +x "$BATS_TEST_TMPDIR/crash"
	expect 1 '1 passed, 1 failed' crash
}

@test "a plan that is not met, or missing" {
	printf '1..3\nok 1 - a\nok 2 - b\n' | suite short
	printf 'ok 1 - a\n' | suite planless
	expect 1 '3 passed, 2 failed' short planless
	[[ $output == *"3 tests planned, 2 seen"* ]]
	[[ $output == *"no plan"* ]]
}

@test "a suite without tests, and one that is not there" {
	printf '1..0\n' | suite empty
	expect 1 '0 passed, 2 failed' empty missing
}

@test "a skip passes at home and fails in CI" {
	printf '1..2\nok 1 - a # skip no tool\nok 2 - b\n' | suite skips
	expect 0 '1 passed, 0 failed' skips
	CI=true
	expect 1 '1 passed, 1 failed' skips
}

@test "a suite that hangs is ended" {
	printf '#!/bin/sh\necho ok 1 - a\nexec sleep 60\n' >"$BATS_TEST_TMPDIR/hang"
	chmod +x "$BATS_TEST_TMPDIR/hang"
	CHECK_TIMEOUT=5 expect 1 '1 passed, 2 failed' hang
	[[ $output == *"took too long"* ]]
}

@test "bats files are suites" {
	PATH=${PATH/"$BATS_LIBEXEC:"/} # the bats that users call
	printf '@test "a" { true; }\n@test "b" { echo seen; false; }\n' >"$BATS_TEST_TMPDIR/x.bats"
	expect 1 '1 passed, 1 failed' x.bats
	[[ $output == *"# seen"* ]]
}

@test "a test of bats that hangs has failed, and the next one runs" {
	PATH=${PATH/"$BATS_LIBEXEC:"/}
	printf '@test "a" { sleep 60; }\n@test "b" { true; }\n' >"$BATS_TEST_TMPDIR/x.bats"
	BATS_TEST_TIMEOUT=5 expect 1 '1 passed, 1 failed' x.bats
	[[ $output == *"not ok 1 a # timeout after 5"* ]]
}

@test "memory errors under valgrind are failures" {
	cat >"$BATS_TEST_TMPDIR/leak.c" <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		int main(void)
		{
			char *volatile lost = malloc(5);
			lost = NULL;
			return puts("ok 1 - a\n1..1") < 0 || lost;
		}
	END
	cc -o "$BATS_TEST_TMPDIR/leak" "$BATS_TEST_TMPDIR/leak.c"
	expect 0 '1 passed, 0 failed' leak
	run -1 "$BATS_TEST_DIRNAME/check" "valgrind:$BATS_TEST_TMPDIR/leak"
	[ "${lines[-1]}" = '1 passed, 1 failed' ]
	[[ $output == *"definitely lost"* ]]
}

@test "CHECK_DEPS=0 leaves out suites that need what is missing, and lists them" {
	printf 'ok 1 - a\n1..1\n' | suite good
	printf '#!/usr/bin/env bats\n# Needs: sh python3:json %s\n@test "a" { false; }\n' \
		'no-such-program python3:no_such_module' >"$BATS_TEST_TMPDIR/left.bats"
	CHECK_DEPS=0 expect 0 '1 passed, 0 failed' left.bats good
	[[ $output == "left out $BATS_TEST_TMPDIR/left.bats: missing no-such-program python3:no_such_module"$'\n'* ]]
	CHECK_DEPS=1 expect 1 '1 passed, 1 failed' left.bats good
	CI=true CHECK_DEPS=0 expect 1 '1 passed, 1 failed' left.bats good
}

@test "CHECK_DEPS=0 leaves out suites that need root or an address, where there is neither" {
	printf 'ok 1 - a\n1..1\n' | suite good
	for need in root address; do
		printf '#!/usr/bin/env bats\n# Needs: %s\n@test "a" { false; }\n' $need >"$BATS_TEST_TMPDIR/left.bats"
		run -0 env -u CI CHECK_DEPS=0 unshare --map-root-user --net \
			"$BATS_TEST_DIRNAME/check" "$BATS_TEST_TMPDIR/left.bats" "$BATS_TEST_TMPDIR/good"
		[ "${lines[0]}" = "left out $BATS_TEST_TMPDIR/left.bats: missing $need" ]
	done
}
