#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# System calls and allocations that fail, once each: a sample of those that `make torture` takes.
# Needs: strace

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/.." torture-programs
}

setup() {
	load common
}

torture() { # KIND COUNT
	/usr/bin/python3 "$BATS_TEST_DIRNAME/torture/torture.py" "$BUILD" "$1" --sample "$2" --jobs 2
}

@test "a system call that fails loses nothing in silence, and leaves nothing" {
	torture calls 140
}

@test "nor does an allocation" {
	torture allocations 60
}
