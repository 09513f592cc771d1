#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 diff: what changed between two runs.
# Needs: testr

load common

# A test that is only listed has not begun.
say() { # FILE ID STATUS SECONDS
	[ "$3" = exists ] || subunit2 status --timestamp=@0 "$2" inprogress >>"$1"
	subunit2 status --timestamp="@$4" "$2" "$3" >>"$1"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	say old same success 1
	say old broken success 1
	say old mended fail 1
	say old gone success 1
	say old slow success 1
	say old still-bad fail 1
	say new same success 1.9
	say new broken fail 1
	say new mended success 1
	say new slow success 3
	say new still-bad uxsuccess 1
	say new fresh success 1
	say new fresh-bad fail 1
}

@test "every kind of change, and exit status 1 when something newly fails" {
	run -1 subunit2 diff old new
	diff - <(printf '%s\n' "$output") <<-'END'
		newly failing:
		  broken
		  fresh-bad
		fixed:
		  mended
		added:
		  fresh
		gone:
		  gone
		slower:
		  slow  3.00s, was 1.00s
		2 newly failing, 1 fixed, 1 added, 1 gone, 1 slower
	END
}

@test "a run is no other than itself" {
	[ "$(subunit2 diff old old)" = "nothing changed" ]
}

@test "a run in which tests are only fixed is good" {
	run -0 subunit2 diff --match=mended old new
	[ "${lines[0]}" = "fixed:" ]
}

@test "--slower sets the factor" {
	[ "$(subunit2 diff --match=slow --slower=3 old new)" = "nothing changed" ]
	[[ $(subunit2 diff --match=same --slower=1.5 old new) == *"same  1.90s, was 1.00s"* ]]
}

@test "routing codes do not matter" {
	subunit2 filter --add-route=elsewhere old >routed
	[ "$(subunit2 diff old routed)" = "nothing changed" ]
}

@test "a test that fails on one route fails, however it ended on the others" {
	say new same fail 1
	subunit2 filter --add-route=a new >routed
	subunit2 filter --match=same --add-route=b old >>routed
	run -1 subunit2 diff --match=same old routed
	[ "${lines[1]}" = "  [a] same" ]
	[ "$(subunit2 ls --failing --match=same routed)" = same ]
}

@test "folders are compared as a whole" {
	mkdir a b
	subunit2 filter --match=same old >a/x.subunit
	subunit2 filter --exclude=same old >a/y.subunit
	cp old b/0
	[ "$(subunit2 diff a b)" = "nothing changed" ]
}

@test "a folder with a run that died" {
	mkdir with
	subunit2 status --timestamp=@0 t1 inprogress >with/1
	say with/2 t1 success 3
	run -1 subunit2 diff with/2 with
	[ "$output" = $'newly failing:\n  t1\n1 newly failing' ]
}

@test "two runs that testr keeps" {
	printf '[DEFAULT]\ntest_command=subunit2 wrap --exit=stream -i suite -- cat results\n' >.testr.conf
	testr init
	printf '1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c\n' >results
	run testr run
	printf '1..3\nnot ok 1 - a\nok 2 - b\nok 3 - d\n' >results
	run testr run
	run -1 subunit2 diff --slower=1000 .testrepository/0 .testrepository/1
	diff - <(printf '%s\n' "$output") <<-'END'
		newly failing:
		  suite::a
		fixed:
		  suite::b
		added:
		  suite::d
		gone:
		  suite::c
		1 newly failing, 1 fixed, 1 added, 1 gone
	END
}

@test "a test that is listed only is not fixed" {
	subunit2 filter --exclude=mended old >other
	subunit2 status mended exists >>other
	run -0 subunit2 diff --match=mended old other
	[ "$output" = $'not run:\n  mended  failed before\n1 not run' ]
}

@test "a run that ran nothing is not good" {
	: >empty
	subunit2 status gone exists >listed
	for new in empty listed; do
		run -1 subunit2 diff --match=gone old "$new"
		[ "${lines[-1]}" = "not good: no tests" ]
	done
	run -1 subunit2 diff empty empty
	[ "${lines[0]}" = "nothing changed" ]
	subunit2 status gone skip >skipped
	subunit2 diff empty skipped
}

@test "wrong use and missing files" {
	run -2 --separate-stderr subunit2 diff old
	[[ $stderr == "subunit2 diff: needs two runs, an old one and a new one, or a folder of runs" ]]
	run -2 --separate-stderr subunit2 diff --slower=x old new
	[[ $stderr == "subunit2 diff: --slower=x: not a factor from 1"* ]]
	run -2 --separate-stderr subunit2 diff - - <old
	[[ $stderr == "subunit2 diff: -: standard input can be read only once"* ]]
	run -3 --separate-stderr subunit2 diff old none
	[ "$stderr" = "subunit2 diff: none: No such file or directory" ]
	# Neither all tests are gone, nor is each an addition.
	[ -z "$output" ]
	run -3 --separate-stderr subunit2 diff none new
	[ -z "$output" ]
}

# Each test has a status in the old run and another in the new one.
change() { # ID OLD NEW
	[ "$2" = none ] || say earlier "$1" "$2" 1
	[ "$3" = none ] || say later "$1" "$3" 1
}

@test "a failure that is skipped, todo, not run, unfinished or gone now is not fixed" {
	for old in fail success skip uxsuccess; do
		for new in skip xfail exists inprogress none; do
			change "$old-$new" $old $new
		done
	done
	change fail-success fail success
	change xfail-skip xfail skip
	change xfail-success xfail success
	change none-skip none skip
	run -1 subunit2 diff earlier later
	diff - <(printf '%s\n' "$output") <<-'END'
		newly failing:
		  success-inprogress
		  skip-inprogress
		newly unfinished:
		  fail-inprogress  failed before
		  uxsuccess-inprogress  failed before
		fixed:
		  fail-success
		newly skipped:
		  fail-skip  failed before
		  success-skip
		  uxsuccess-skip  failed before
		  xfail-skip
		newly todo:
		  fail-xfail  failed before
		  uxsuccess-xfail  failed before
		not run:
		  fail-exists  failed before
		  success-exists
		  skip-exists
		  uxsuccess-exists  failed before
		added:
		  none-skip
		gone:
		  fail-none  failed before
		  success-none
		  skip-none
		  uxsuccess-none  failed before
		2 newly failing, 2 newly unfinished, 1 fixed, 4 newly skipped, 2 newly todo, 4 not run, 1 added, 4 gone
	END
	run -1 subunit2 diff --to=markdown earlier later
	[[ $output == *'<li><code>fail-skip</code>  failed before</li>'* ]]
	# Only these are no reason to fail.
	run -0 subunit2 diff --match='skip$|none$|xfail$' earlier later
	run -1 subunit2 diff --match='fail-inprogress' earlier later
}

@test "if the new run broke off, what is gone may only be missing" {
	head -c -9 new >torn
	run -1 subunit2 diff --match='^gone$' old torn
	diff - <(printf '%s\n' "$output") <<-'END'
		newly failing:
		  subunit.parser
		gone:
		  gone
		1 newly failing, 1 gone
		the new run broke off or is damaged: tests that are gone may only be missing
	END
}

on() { # FILE ROUTE ID STATUS
	subunit2 status --route-code="$2" "$3" "$4" >>"$1"
}

@test "a test that ran at several places is compared place by place" {
	for machine in mac linux; do
		on earlier "$machine/0" same pass
		on earlier "$machine/1" broken pass
		on earlier "$machine/2" mended fail
		on earlier "$machine/3" lost fail
	done
	on later mac/4 same pass
	on later linux/0 same pass
	on later mac/0 broken fail
	on later linux/0 broken pass
	on later mac/0 mended fail
	on later linux/0 mended pass
	on later mac/0 lost fail
	run -1 subunit2 diff earlier later
	diff - <(printf '%s\n' "$output") <<-'END'
		newly failing:
		  [mac] broken
		fixed:
		  [linux] mended
		gone:
		  [linux] lost  failed before
		1 newly failing, 1 fixed, 1 gone
	END
	run -1 subunit2 diff --to=markdown earlier later
	[[ $output == *'<li>[mac] <code>broken</code></li>'* ]]
	# Without places, the worst result counts, and nothing is gone.
	subunit2 filter --route=linux --strip-route earlier >one
	run -1 subunit2 diff one later
	grep -Fx '  [mac] broken' <<<"$output"
	subunit2 filter --route=linux --strip-route later >one
	run -0 subunit2 diff --exclude=lost earlier one
	[[ $output != *gone* ]]
}

@test "a test that ran elsewhere, but at one place only, is the same test" {
	on earlier mac/0 a pass
	on earlier linux/0 b fail
	on later linux/1 a pass
	on later mac/0 b pass
	run -0 subunit2 diff earlier later
	[ "$output" = $'fixed:\n  [mac] b\n1 fixed' ]
}
