#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run: limits of time for a test and for the whole run, and runs that are repeated.

load common
load runs

setup() {
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR" || return
}

reasons() {
	subunit2 convert --to=json out.subunit | sed -n 's/.*"test_id":"\([^"]*\)".*"file_name":"reason".*"file_text":"\([^"]*\)".*/\1: \2/p'
}

@test "--timeout: a test that ended in time has not timed out, even if the reader is slow" {
	script t/1.sh <<<'>begun; exit 0'
	script t/2.sh <<<'echo $$ >pid; exec yes "a line for a reader that waits"'
	cat >reader <<-'END'
		until [ -e begun ] && [ -s pid ] && ! kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.05; done
		cat >out.subunit
	END
	run -0 sh -c 'subunit2 run -j2 --timeout=4s t | sh reader'
	[ "$(subunit2 ls --status=failed out.subunit)" = t/2.sh ]
	[ "$(subunit2 ls --status=passed out.subunit)" = t/1.sh ]
}

@test "--timeout=auto: ten times the longest known time, at least 10 s, none if nothing is known" {
	script t/short.sh <<<'exit 0'
	script t/long.sh <<<'exit 0'
	script t/new.sh <<<'exit 0'
	mkdir runs
	{
		subunit2 status --timestamp=@0 t/short.sh start && subunit2 status --timestamp=@0.1 t/short.sh pass
		subunit2 status --timestamp=@0 t/long.sh start && subunit2 status --timestamp=@5 t/long.sh pass
	} >runs/0
	{ subunit2 status --timestamp=@0 t/long.sh start && subunit2 status --timestamp=@1 t/long.sh pass; } >runs/1
	# The command of an executor shows the timeout of each script.
	subunit2 run -q --timeout=auto --times=runs --executor='sh -c "echo $1 >>seen; eval $1" sh {shell}' -o out.subunit t
	grep short seen | grep -F -e '--timeout=10000ms'
	grep long seen | grep -F -e '--timeout=50000ms'
	subunit2 run -q --timeout=auto --times=runs -o with.json t
	[ "$(grep -c '"file_name":"timeout"' with.json)" -eq 2 ]
	grep -F '"file_text":"10.00s; the longest known time is 0.100s\n"' with.json | grep -F t/short.sh
	run ! grep -q -e '--timeout.*new\|new.*--timeout' seen
	run -2 --separate-stderr subunit2 run --timeout=auto t
	[ "$stderr" = "subunit2 run: --timeout=auto: needs --times" ]
	run -125 --separate-stderr subunit2 wrap --timeout=auto -- true
	[[ $stderr == "subunit2 wrap: --timeout=auto: needs earlier runs"* ]]
}

@test "--no-output-timeout ends a test that writes nothing, not one that goes on writing" {
	script t/quiet.sh <<<'echo begun; sleep 1000'
	script t/busy.sh <<<'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done'
	run -1 subunit2 run -q -j2 --no-output-timeout=3s -o out.subunit t
	reasons | grep -F 't/quiet.sh: timed out: no output for 3.00s'
	[ "$(subunit2 ls --failing out.subunit)" = t/quiet.sh ]
}

@test "a run that --max-time cuts is not good, also if the time ends between two tests" {
	mkdir cut
	for number in {1..60}; do
		echo '#!/bin/sh' >"cut/$number.t"
	done
	for attempt in {1..12}; do
		status=0
		subunit2 run -q --max-time="$((attempt * 4))ms" -o cut.subunit cut || status=$?
		skips=$(subunit2 convert --to=events cut.subunit | awk '$2 == "skip"' | wc -l)
		[ "$skips" = 0 ] || [ "$status" = 1 ] || { echo "$skips skipped: $status"; false; }
	done
}

@test "--max-time ends the whole run: running tests fail, the others are not run" {
	script t/a.sh <<<'sleep 1000'
	script t/b.sh <<<'exit 0'
	run -1 --separate-stderr subunit2 run -q --max-time=2s -o out.subunit t
	[[ $stderr == "subunit2 run: the run is ended after 2.00s" ]]
	reasons | grep -F 't/a.sh: ended: the run took longer than --max-time'
	reasons | grep -Fx 't/b.sh: not run: the run took longer than --max-time'
	run -0 subunit2 run -q --max-time=100s t/b.sh
}

# The file `request` asks for a test; afterwards standard input stays open.
cut_before_its_input_ends() { # OPTION...
	{ cat request; exec sleep 1000; } >requests 3>&- &
	run -1 subunit2 run -q --max-time=3s --stdin=subunit -o out.subunit "$@" <requests
	kill $!
	[ "$(subunit2 ls out.subunit)" = t/a.sh ]
	[ "$(subunit2 ls --all --failing out.subunit)" = subunit.input ]
	reasons | grep -F 'standard input: the run took longer than --max-time'
	run -0 subunit2 run -q --max-time=100s --stdin=subunit "$@" <request
}

@test "--max-time: a run that may still get requests is not good" {
	script t/a.sh <<<'exit 0'
	subunit2 status t/a.sh exists >request
	mkfifo requests
	cut_before_its_input_ends
	cut_before_its_input_ends --worker='subunit2 run --stdin=subunit' --instances=a
}

@test "--until-failure runs everything again and again until a test fails" {
	script t/a.sh <<<'echo x >>rounds; exit 0'
	script t/b.sh <<<'[ "$(wc -l <rounds)" -lt 4 ]'
	run -1 subunit2 run -q --until-failure -o out.subunit t
	[ "$(wc -l <rounds)" -eq 4 ]
	[ "$(subunit2 ls --failing out.subunit)" = t/b.sh ]
	run -1 subunit2 report out.subunit
	[[ $output == *"scripts: 7 passed, 1 failed"* ]]
	mkdir empty
	run -1 subunit2 run -q --until-failure empty
}
