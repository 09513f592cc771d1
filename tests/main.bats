#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 itself: how it finds what to run, and what it says when it does not.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "help, in every way to ask for it" {
	run -0 --separate-stderr subunit2 --help
	[[ ${lines[0]} = 'Usage: subunit2 COMMAND '* ]]
	# shellcheck disable=SC2154 # set by run
	[ -z "$stderr" ]
	overview=$output
	for ask in -h help; do
		run -0 subunit2 $ask
		[ "$output" = "$overview" ]
	done
	run -0 subunit2 status --help
	[[ ${lines[0]} = 'Usage: subunit2 status '* ]]
	status_help=$output
	run -0 subunit2 help status
	[ "$output" = "$status_help" ]
	run -0 subunit2 status -h
	[ "$output" = "$status_help" ]
	run -0 subunit2 status x ok --help
	[ "$output" = "$status_help" ]
}

@test "every command has help that fits 80 columns and names itself" {
	for command in $(subunit2 --help | sed -nE 's/^  ([a-z]+)  .*/\1/p'); do
		run -0 --separate-stderr subunit2 help "$command"
		[ -z "$stderr" ]
		[[ ${lines[0]} = "Usage: subunit2 $command "* ]]
		for line in "${lines[@]}"; do
			[ ${#line} -le 80 ] || { echo "$command: $line"; false; }
		done
	done
}

@test "the version" {
	run -0 subunit2 --version
	[[ $output =~ ^subunit2\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "without a command: the overview as an error" {
	run -2 --separate-stderr subunit2
	[ -z "$output" ]
	[[ $stderr = 'Usage: subunit2 COMMAND '* ]]
}

@test "an unknown command is an error that names the nearest one" {
	run -2 subunit2 stauts x ok
	[ "$output" = 'subunit2: stauts: neither a command nor a file; did you mean status?' ]
	run -2 subunit2 help reprot
	[ "$output" = 'subunit2: reprot: neither a command nor a file; did you mean report?' ]
	run -2 subunit2 no-such-thing
	[ "$output" = 'subunit2: no-such-thing: neither a command nor a file; see subunit2 --help' ]
	run -2 subunit2 ''
	[ "$output" = 'subunit2: : neither a command nor a file; see subunit2 --help' ]
	run -2 subunit2 --frobnicate
	[ "$output" = 'subunit2: --frobnicate: unknown option; see subunit2 --help' ]
	run -2 subunit2 $'a\e[2Jb'
	[ "$output" = 'subunit2: a\x1b[2Jb: neither a command nor a file; see subunit2 --help' ]
}

@test "a file is reported" {
	subunit2 status --timestamp=none a ok >good
	subunit2 status --timestamp=none b fail >bad
	run -1 subunit2 good bad
	reported=$output
	run -1 subunit2 report good bad
	[ "$output" = "$reported" ]
	run -0 subunit2 - <good
	[[ $output = *"1 passed"* ]]
}

@test "options may follow arguments, and -- ends them" {
	subunit2 status --timestamp=none x fail -t tag >after
	subunit2 status --timestamp=none -t tag x fail >before
	cmp before after
	subunit2 status --timestamp=none --to=json -- -x ok | grep -F '"test_id":"-x"'
}

@test "no aliases of the user change an option" {
	echo 'subunit2 alias --bogus --not-runnable' >.popt
	HOME=$PWD run -2 subunit2 status --bogus x ok
	[ "$output" = 'subunit2 status: --bogus: unknown option' ]
}

@test "help and version that cannot be written are errors" {
	for ask in --help --version help 'status --help' 'help status'; do
		run -3 bash -c "subunit2 $ask >/dev/full"
		[[ $output = 'subunit2'*': standard output: No space left on device' ]] || { echo "$ask: $output"; false; }
		run -3 bash -c "subunit2 $ask >&-"
		[[ $output = 'subunit2'*': standard output: Bad file descriptor' ]]
	done
}

@test "a pipe without a reader gives a message, not a signal" {
	mkfifo pipe
	exec 8<>pipe
	exec 9>pipe 8<&-
	run -3 bash -c 'subunit2 --help >&9'
	[ "$output" = 'subunit2: standard output: Broken pipe' ]
}
