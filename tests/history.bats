#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# A folder of runs: how it is written, pruned and read.
# Needs: git

load common
load runs

setup() {
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR" || return
}

runs() { # FOLDER
	find "$1" -mindepth 1 -printf '%f\n' | sort -n | paste -sd' '
}

@test "-o FOLDER/ writes a run under the next free number" {
	script t/a.sh <<<'exit 0'
	subunit2 run -q -o runs/ t
	subunit2 run -q -o runs/ t
	[ "$(runs runs)" = "0 1" ]
	touch runs/41
	subunit2 run -q -o runs/ t
	[ "$(runs runs)" = "0 1 41 42" ]
	[ "$(subunit2 ls runs/42)" = t/a.sh ]
	subunit2 convert -o runs/ runs/42
	[ "$(runs runs)" = "0 1 41 42 43" ]
}

@test "several writers at once have a number each" {
	script t/a.sh <<<'exit 0'
	pids=
	for i in 1 2 3 4 5 6; do
		subunit2 run -q -o runs/ t 3>&- &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $pids
	[ "$(runs runs)" = "0 1 2 3 4 5" ]
}

@test "a run appears only when it is complete" {
	script t/a.sh <<<'touch up; until [ -e go ]; do sleep 0.02; done'
	subunit2 run -q -o runs/ t 3>&- &
	pid=$!
	until_true [ -e up ]
	[ "$(find runs -name '[0-9]*' | wc -l)" -eq 0 ]
	touch go
	wait "$pid"
	[ "$(runs runs)" = 0 ]
}

@test "a run records its command, host and revision" {
	script t/a.sh <<<'exit 0'
	git init -q . && git -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
	subunit2 run -q -o runs/ -t "two words" t
	subunit2 convert --to=json runs/0 | head -n 3 >facts
	grep -F '"file_name":"command"' facts | grep -F "subunit2 run -q -o runs/ -t 'two words' t"
	grep -F '"file_name":"host"' facts | grep -F "\"$(uname -n)"
	grep -F '"file_name":"revision"' facts | grep -F "$(git rev-parse HEAD)"
	run ! grep -F '"test_id"' facts
	# A report names them; a run that only reads them writes them once.
	run -0 subunit2 report runs/0
	[ "${lines[0]}" = "command: subunit2 run -q -o runs/ -t 'two words' t" ]
	subunit2 wrap -q -o runs/ -- true
	subunit2 convert --to=json runs/1 | grep -F "subunit2 wrap -q -o runs/ -- true"
}

@test "--keep prunes the oldest runs" {
	script t/a.sh <<<'exit 0'
	for i in 1 2 3 4; do subunit2 run -q --keep=2 -o runs/ t; done
	[ "$(runs runs)" = "2 3" ]
	subunit2 wrap -q --keep=2 -o runs/ -- true
	[ "$(runs runs)" = "3 4" ]
	touch runs/note
	subunit2 run -q --keep=1 -o runs/ t
	[ "$(cd runs && echo *)" = "5 note" ]
}

@test "--keep without a folder of runs is refused" {
	script t/a.sh <<<'exit 0'
	run -2 --separate-stderr subunit2 run -q --keep=2 -o x.subunit t
	[ "$stderr" = "subunit2 run: --keep: needs -o FOLDER/" ]
	run -125 --separate-stderr subunit2 wrap -q --keep=2 -o x.subunit -- true
	[ "$stderr" = "subunit2 wrap: --keep: needs -o FOLDER/" ]
	[ ! -e x.subunit ]
}

@test "folders of testr and stestr are not written" {
	mkdir .testrepository
	for folder in .testrepository/ ./.stestr/; do
		run -2 --separate-stderr subunit2 run -o "$folder" t
		[[ $stderr == "subunit2 run: --output=$folder: belongs to testr or stestr"* ]]
	done
	run -2 --separate-stderr subunit2 run -o json:runs/ t
	[[ $stderr == *"--output=json:runs/: a folder of runs holds subunit" ]]
	[ ! -e runs ]
}

@test "an output that cannot be opened leaves no run" {
	script t/a.sh <<<'exit 0'
	run -3 subunit2 run -o runs/ -o none/x.json t
	[ "$(runs runs)" = "" ]
}

# Writes a run: lines of "ID STATUS SECONDS" on standard input.
run_of() { # FILE
	while read -r id status seconds; do
		subunit2 status --timestamp=@0 "$id" inprogress
		subunit2 status --timestamp="@$seconds" "$id" "$status"
	done >"$1"
}

@test "--rerun and --times read a folder: the last run that had a test decides" {
	mkdir runs
	for name in a b c; do script "t/$name.sh" <<<'exit 0'; done
	printf '%s\n' "t/a.sh fail 1" "t/b.sh fail 3" "t/c.sh success 2" | run_of runs/0
	echo "t/b.sh success 3" | run_of runs/1
	[ "$(subunit2 run --list --rerun=runs | paste -sd' ')" = t/a.sh ]
	[ "$(subunit2 run --list --times=runs | paste -sd' ')" = "t/b.sh t/c.sh t/a.sh" ]
}

@test "--order: slowest first, failed first, as listed" {
	mkdir runs
	for name in a b c d; do script "t/$name.sh" <<<'exit 0'; done
	printf '%s\n' "t/a.sh success 1" "t/b.sh fail 2" "t/c.sh success 3" "t/d.sh fail 4" | run_of runs/0
	order() { subunit2 run --list --times=runs "$@" | sed 's/t.\(.\).sh/\1/' | paste -sd' '; }
	[ "$(order --order=slow-first)" = "d c b a" ]
	[ "$(order --order=failed-first)" = "d b c a" ]
	[ "$(order --order=listed)" = "a b c d" ]
	local order
	for order in failed-first slow-first; do
		run -2 --separate-stderr subunit2 run --order=$order
		[ "$stderr" = "subunit2 run: --order=$order: needs --times" ]
	done
	subunit2 run --list --order=listed
	run -2 --separate-stderr subunit2 run --order=listed --shuffle
	[ "$stderr" = "subunit2 run: --order and --shuffle: only one of them" ]
}

@test "a folder without a run, or a name that does not exist, is an error" {
	mkdir empty
	script t/a.sh <<<'exit 0'
	local command
	# shellcheck disable=SC2086 # words
	for command in "ls FOLDER" "diff FOLDER" "diff FOLDER FOLDER" "run --rerun=FOLDER" "run --times=FOLDER" "report --history FOLDER"; do
		run -3 --separate-stderr subunit2 ${command//FOLDER/empty} </dev/null
		[[ $stderr == *": empty: this folder holds no run"* ]] || { echo "$command: $stderr"; return 1; }
		run -3 --separate-stderr subunit2 ${command//FOLDER/mistyped} </dev/null
		[[ $stderr == *": mistyped: No such file or directory"* ]] || { echo "$command: $stderr"; return 1; }
	done
}

@test "reading and writing a folder, a name is a number up to 18 digits" {
	mkdir runs
	script t/a.sh <<<'exit 0'
	echo "t/b.sh success 1" | run_of runs/1234567890123456789
	run -3 --separate-stderr subunit2 ls runs
	[ "$stderr" = 'subunit2 ls: runs: this folder holds no run' ]
	echo "t/c.sh success 1" | run_of runs/123456789012345678
	subunit2 run -q -o runs/ t
	[ -s runs/123456789012345679 ]
	[ "$(subunit2 ls runs | sort | paste -sd,)" = t/a.sh,t/c.sh ]
}

@test "a run that is a link to nothing is not passed over" {
	mkdir runs
	script t/a.sh <<<'exit 0'
	echo "t/a.sh success 1" | run_of runs/0
	echo "t/a.sh success 1" | run_of runs/1
	ln -s gone runs/2
	local command
	# shellcheck disable=SC2086 # words
	for command in "ls runs" "diff runs" "report --history runs"; do
		run -3 --separate-stderr subunit2 $command </dev/null
		[[ $stderr == *"runs/2: No such file or directory"* ]] || { echo "$command: $stderr"; return 1; }
	done
	run -1 --separate-stderr subunit2 run --list --rerun=runs
	[[ $stderr == *"runs/2: No such file or directory"* ]]
}

@test "diff of a folder compares its last run with one before" {
	mkdir runs
	echo "a fail 1" | run_of runs/9
	echo "a success 1" | run_of runs/10
	echo "a success 1" | run_of runs/11
	[ "$(subunit2 diff runs)" = "nothing changed" ]
	[ "$(subunit2 diff --back=2 runs)" = $'fixed:\n  a\n1 fixed' ]
	run -3 --separate-stderr subunit2 diff --back=3 runs
	[ "$stderr" = "subunit2 diff: runs: holds 3 runs, and 4 are needed" ]
	run -2 --separate-stderr subunit2 diff --back=1 runs/9 runs/10
	[ "$stderr" = "subunit2 diff: --back: needs a folder of runs only" ]
}

@test "ls --flaky ranks by changes between runs, with rates, from 5 runs on" {
	mkdir runs
	printf '%s\n' "often fail 1" "twice fail 1" "broke success 1" | run_of runs/0
	printf '%s\n' "often success 1" "twice success 1" "broke success 1" | run_of runs/1
	[ "$(subunit2 ls --flaky runs | paste -sd' ')" = "often twice" ]
	printf '%s\n' "often fail 1" "twice success 1" "broke fail 1" | run_of runs/2
	printf '%s\n' "often success 1" "twice fail 1" "broke fail 1" | run_of runs/3
	printf '%s\n' "often fail 1" "twice fail 1" "broke fail 1" | run_of runs/4
	[ "$(subunit2 ls --flaky runs | paste -sd' ')" = "often twice" ]
	run -0 subunit2 ls -l --flaky runs
	[[ ${lines[0]} == *" 100% changed  often" ]]
	[[ ${lines[1]} == *"  50% changed  twice" ]]
}

@test "report --history shows the past of each failure and the trend, also in HTML" {
	mkdir runs
	printf '%s\n' "t/a success 1" "t/b success 1" | run_of runs/0
	printf '%s\n' "t/a fail 1" "t/b success 1" | run_of runs/1
	printf '%s\n' "t/b skip 1" | run_of runs/2
	printf '%s\n' "t/a fail 2" "t/b success 1" "t/c fail 1" | run_of runs/3
	run -1 --separate-stderr subunit2 report --history --slowest=0 -o report.html runs
	diff - <(printf '%s\n' "$output") <<-'END'
		FAIL  t/a  2.00s
		  past: .F-F
		pass  t/b  1.00s
		FAIL  t/c  1.00s
		  past: ---F
		failed:
		  2 tests  # failed
		    t/a
		    t/c
		runs:
		  0  2 passed  1.00s
		  1  1 passed, 1 failed  1.00s
		  2  1 skipped  1.00s
		  3  1 passed, 2 failed  2.00s
		scripts: 1 passed, 2 failed
		time: 2.00s
		not good: 2 failed
	END
	grep -F '"id":"t/a"' report.html | grep -F '"past":".F-F"'
	grep -F '  1  1 passed, 1 failed  1.00s' report.html
	run -2 --separate-stderr subunit2 report --history runs/0 runs/1
	[ "$stderr" = "subunit2 report: --history: needs one folder of runs" ]
	run -2 --separate-stderr subunit2 report --history runs/0
	[ "$stderr" = "subunit2 report: --history: needs one folder of runs" ]
}

@test "report of a folder names --history" {
	mkdir runs
	echo "a success 1" | run_of runs/0
	run -3 --separate-stderr subunit2 report runs
	[ "${stderr_lines[0]}" = "subunit2 report: runs: is a folder; --history shows the last run in a folder" ]
}

@test "report --history shows runs in which an assertion passed" {
	for word in ok 'not ok' ok 'not ok'; do
		printf '#!/bin/sh\necho 1..1; echo "%s 1 - a"\n' "$word" >d.t
		chmod +x d.t
		subunit2 run -q -o past/ d.t || [ $? = 1 ]
	done
	run subunit2 report --history past
	[ "$(grep -c 'past: \.F\.F' <<<"$output")" = 2 ]
}

@test "report --history marks flaky attempts, and keeps places apart" {
	mkdir runs
	for run in 1 2 3; do
		for machine in mac linux; do
			subunit2 status --route-code=$machine/0 a \
				"$([ $machine$run = mac3 ] || [ $machine$run = linux1 ] && echo fail || echo pass)"
		done >runs/$run
		# This test runs now here, now there, as those of workers do.
		subunit2 status --route-code="$([ $run = 2 ] && echo mac || echo linux)/0" moves \
			"$([ $run = 1 ] && echo pass || echo fail)" >>runs/$run
		if [ $run = 2 ]; then
			subunit2 status f pass
		else
			subunit2 status f pass -t flaky -m 'attempt 1: exit status 3'
		fi >>runs/$run
	done
	run -1 subunit2 report --history -o page.html runs
	grep -A1 '^\[mac\] FAIL  a' <<<"$output" | grep -x '  past: \.\.F'
	[ "$(grep -A1 '^\[linux\] pass  a' <<<"$output" | grep -c past)" = 0 ]
	grep -A1 'FAIL  moves' <<<"$output" | grep -x '  past: \.FF'
	grep -A1 'pass  f' <<<"$output" | grep -x '  past: ~\.~'
	grep -F '"id":"f"' page.html | grep -F '"past":"~.~"'
	grep -F '"id":"a"' page.html | grep -F '"route":"mac/0"' | grep -F '"past":"..F"'
	run ! grep -E '"id":"a".*"route":"linux/0".*"past"' page.html
}

@test "a run in a folder that is cut or empty is an error" {
	mkdir runs
	subunit2 status a pass >runs/0
	subunit2 status a fail | head -c 10 >runs/1
	cp runs/0 runs/2
	for command in 'ls --failing' 'report --history' diff; do
		# shellcheck disable=SC2086
		run -3 --separate-stderr subunit2 $command runs
		[[ $stderr == *": runs/1: no test results in it"* ]]
	done
	: >runs/3
	for command in 'ls -l' 'report --history' diff; do
		# shellcheck disable=SC2086
		run -3 --separate-stderr subunit2 $command runs
		[[ $stderr == *": runs/3: no test results in it"* ]]
	done
	run -1 --separate-stderr subunit2 run -q --rerun=runs
	[[ $stderr == *'subunit2 run: runs/3: no test results in it'* ]]
}
