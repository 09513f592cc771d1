#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 ls: the ids it lists, and their status and time.

load common

# A run: lines of "SECONDS ID STATUS" on standard input.
run_of() {
	while read -r seconds id status; do
		case $id in
		*::*) runnable=--not-runnable ;;
		*) runnable= ;;
		esac
		subunit2 status $runnable --timestamp="@$seconds" "$id" "$status"
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir runs
	run_of >runs/9 <<-END
		0 slow inprogress
		9 slow success
		0 quick inprogress
		1 quick::one fail
		1 quick fail
		0 hung inprogress
		0 listed exists
	END
	run_of >runs/10 <<-END
		0 slow inprogress
		5 slow success
		0 quick inprogress
		2 quick success
	END
	touch runs/format runs/next-stream
}

@test "ids of runnable tests, in order" {
	[ "$(subunit2 ls runs/9 | paste -sd' ')" = "slow quick hung listed" ]
	[ "$(subunit2 ls <runs/9 | paste -sd' ')" = "slow quick hung listed" ]
	[ "$(subunit2 ls --all - <runs/9 | paste -sd' ')" = "slow quick::one quick hung listed" ]
}

@test "--exists and --failing" {
	[ "$(subunit2 ls --exists runs/9)" = listed ]
	[ "$(subunit2 ls --failing runs/9 | paste -sd' ')" = "quick hung" ]
}

@test "--slowest sorts by time and stops" {
	[ "$(subunit2 ls --slowest=1 runs/9)" = slow ]
	[ "$(subunit2 ls --slowest=9 runs/10 | paste -sd' ')" = "slow quick" ]
}

@test "--match and --exclude" {
	[ "$(subunit2 ls --match='^.u' --exclude=hung runs/9)" = quick ]
}

@test "a folder is its numbered files, by number: the last run decides" {
	[ "$(subunit2 ls --failing runs)" = hung ]
	[ "$(subunit2 ls --flaky runs)" = quick ]
}

@test "--flaky tells a test that passed when it ran again, in one run" {
	cat runs/9 runs/10 >twice
	[ "$(subunit2 ls --flaky twice)" = quick ]
}

@test "-l shows status, time, and of several runs how often" {
	[ "$(subunit2 ls -l --match=slow runs/9)" = "success         9.00s  slow" ]
	[ "$(subunit2 ls -l --match=quick runs)" = "success         2.00s  1 passed, 1 failed  quick" ]
	run_of >runs/11 <<<'0 quick skip'
	run -0 subunit2 ls -l --match='quick$' runs
	[[ $output == skip*'  1 passed, 1 failed  quick' ]]
	[ "$(subunit2 ls -l --match=listed runs/9)" = "exists              -  listed" ]
}

@test "a file that comes after its test's end is no other result" {
	{ subunit2 status a fail && subunit2 status -a log=<(echo late) a; } >late
	[ "$(subunit2 ls --failing late)" = a ]
	run -1 subunit2 diff <(subunit2 status a pass) late
}

@test "a folder without runs, and one file that is missing among others" {
	mkdir empty
	run -3 --separate-stderr subunit2 ls empty </dev/null
	[ "$stderr" = "subunit2 ls: empty: this folder holds no run" ]
	run -3 --separate-stderr subunit2 ls none runs/10
	[ "$output" = $'slow\nquick' ]
	[ "$stderr" = "subunit2 ls: none: No such file or directory" ]
}

@test "a run that ran a test again shows whether it is flaky" {
	{ subunit2 status a fail -t flaky; subunit2 status b pass -t flaky; subunit2 status c fail; } >again
	[ "$(subunit2 ls --flaky again)" = $'a\nb' ]
}

@test "a damaged stream is reported" {
	{ subunit2 status a pass; subunit2 status b fail | head -c 12; } >cut.subunit
	run -0 --separate-stderr subunit2 ls --failing cut.subunit
	[ "$output" = "" ]
	[ "$stderr" = "subunit2 ls: the stream is damaged: subunit2 report shows where" ]
}

@test "wrong options are refused in one line" {
	run -2 --separate-stderr subunit2 ls --slowest=0
	[[ $stderr == "subunit2 ls: --slowest=0: not a number from 1"* ]]
	run -2 --separate-stderr subunit2 ls --slowest=1x
	[[ $stderr == "subunit2 ls: --slowest=1x: not a number from 1"* ]]
}

@test "a full disk is an error" {
	run -3 --separate-stderr bash -c 'subunit2 ls runs/9 >/dev/full'
	[[ $stderr == "subunit2 ls: standard output: No space left on device" ]]
}

@test "--status takes the words of reports and of the protocol; -l writes those of the reader" {
	{ subunit2 status a fail; subunit2 status b pass; subunit2 status c skip; subunit2 status d todo; } >words
	[ "$(subunit2 ls --status=failed words)" = a ]
	[ "$(subunit2 ls --status=success,skipped words | paste -sd' ')" = "b c" ]
	[ "$(subunit2 ls --status=xfail words)" = d ]
	[ "$(subunit2 ls -l words | cut -d' ' -f1 | paste -sd' ')" = "fail success skip xfail" ]
	[ "$(on_terminal subunit2 ls -l words | cut -d' ' -f1 | paste -sd' ')" = "FAIL pass skip todo" ]
	[ "$(subunit2 ls --status=FAIL words)" = a ]
	run -2 --separate-stderr subunit2 ls --status=great words
	[[ $stderr == "subunit2 ls: --status=great: not a status: pass, fail, "* ]]
}

@test "a mistyped option or format comes with what was meant" {
	run -2 --separate-stderr subunit2 ls --slowst=3
	[[ $stderr == *"; did you mean --slowest?" ]]
	run -2 --separate-stderr subunit2 ls --from=jsn
	[ "$stderr" = "subunit2 ls: --from=jsn: no such format; did you mean json?" ]
	run -2 --separate-stderr subunit2 ls --from=nothing
	[[ $stderr == "subunit2 ls: --from=nothing: no such format: "*json* ]]
}

@test "-l shows where tests ran, with a line for each place of a test" {
	for machine in mac linux; do
		subunit2 status --route-code=$machine/0 both "$([ $machine = mac ] && echo fail || echo pass)"
	done >stream
	subunit2 status --route-code=linux/1 one pass >>stream
	subunit2 status --not-runnable --route-code=linux/1 one::x pass >>stream
	run -0 subunit2 ls -l stream
	diff - <(sed -E 's/ {2,}[-0-9.]+s? */ /' <<<"$output") <<-'END'
		fail [mac] both
		success [linux] both
		success [linux] one
	END
	[ "$(subunit2 ls -l --all stream | grep -c 'linux. one')" = 2 ]
	[ "$(subunit2 ls stream | paste -sd' ')" = 'both one' ]
	[ "$(subunit2 ls --failing stream)" = both ]
	[[ "$(subunit2 ls -l --failing stream)" == *' [mac] both' ]]
	# One place: no label.
	[[ "$(subunit2 ls -l --route=linux stream)" != *'['* ]]
	# It ran without a label, too: that result is not lost.
	subunit2 status --route-code=3 both fail >>stream
	[ "$(subunit2 ls -l stream | grep -c '^fail .*  both$')" = 1 ]
}

@test "a status that another script sends for a test that failed does not excuse it" {
	printf '#!/bin/sh\nexit 1\n' >b.sh
	printf '#!/bin/sh\nsubunit2 status b.sh pass; subunit2 status c.sh pass\n' >a.sh
	printf '#!/bin/sh\nsubunit2 status c.sh fail; subunit2 status c.sh pass\n' >c.sh
	chmod +x ./*.sh
	for order in 'a.sh b.sh c.sh' 'c.sh b.sh a.sh' 'b.sh c.sh a.sh'; do
		run -1 bash -c "subunit2 run --to=subunit $order >out"
		run -1 subunit2 report -q out
		[ "$(subunit2 ls --failing out | sort)" = $'b.sh\nc.sh' ]
		[ "$(subunit2 run --rerun=out --list a.sh b.sh c.sh | sort)" = $'b.sh\nc.sh' ]
		[ "$(subunit2 convert --to=junit out | grep -c '<failure')" = 2 ]
		[ "$(subunit2 convert --to=csv out | grep -c ',fail,')" = 2 ]
	done
}
