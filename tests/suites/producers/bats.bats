#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# bats: pass, fail, skip, a failing set-up, names with special characters.

setup() {
	[ "$BATS_TEST_DESCRIPTION" != 'its set-up fails' ]
}

@test "passes" {
	true
}

@test "fails" {
	run echo said
	echo "printed: $output"
	[ "$output" = other ]
}

@test "is skipped" {
	skip 'no network'
}

@test "is skipped without a reason" {
	skip
}

@test "its set-up fails" {
	true
}

@test "has # and \\ and 'quotes' in its name" {
	echo '# ok 1' >&3
	echo 'not ok 99 - printed'
}

@test "is not found" {
	no-such-command
}
