#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 as a builtin of bash: the parts that status-builtin.bats does not test.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset SUBUNIT2_TEST_ID
	export BASH_ENV=$BATS_TEST_TMPDIR/.bashenv
	echo "enable -f '$BUILD/subunit2.so' subunit2" >"$BASH_ENV"
}

json() {
	subunit2 status --timestamp=none --to=json "$@" | sed 's/^{"subunit":2,//'
}

@test "it can be loaded, asked about, and unloaded" {
	run -0 bash -c 'type -t subunit2; help subunit2; enable -d subunit2; type -t subunit2
		enable -f "$0" subunit2; subunit2 status x ok | subunit2 ls --all' "$BUILD/subunit2.so"
	[ "${lines[0]}" = builtin ]
	[[ $output == *"subunit2-status(1)"*$'\nfile\nx' ]]
}

@test "a hundred thousand calls leak neither memory nor descriptors" {
	echo log >log
	run -0 bash -c '
		calls() {
			for ((i = 0; i < $1; i++)); do
				subunit2 status "test$i" success -t a
				subunit2 status "test$i" fail -a log -m why --duration=1s -o json:copy
				subunit2 status "test$i" passed 2>&-
				subunit2 status "test$i" --to=events -t b --route-code=0
			done >/dev/null
		}
		kept() { sed -n "s/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p" /proc/$$/status; echo /proc/$$/fd/*; }
		calls 1000; kept >before; calls 24000; kept >after'
	diff <(sed 1d before) <(sed 1d after)
	# The smallest block that malloc gives, for each call, would be 1,500.
	[ $(($(head -n 1 after) - $(head -n 1 before))) -lt 200 ]
}

@test "the id of a step comes from the exported SUBUNIT2_TEST_ID" {
	run -2 bash -c '
		SUBUNIT2_TEST_ID=unseen
		subunit2 status ::a ok 2>&1
		export SUBUNIT2_TEST_ID=seen
		subunit2 status ::b ok --to=events --timestamp=none
		SUBUNIT2_TEST_ID=brief subunit2 status ::c ok --to=events --timestamp=none
		f() { local -x SUBUNIT2_TEST_ID=local; subunit2 status ::d ok --to=events --timestamp=none; }
		f
		unset SUBUNIT2_TEST_ID
		subunit2 status ::e ok 2>&1'
	diff <(echo "$output") - <<-'END'
		subunit2 status: ::a: no test is running: SUBUNIT2_TEST_ID is not set
		- success seen::b
		- success brief::c
		- success local::d
		subunit2 status: ::e: no test is running: SUBUNIT2_TEST_ID is not set
	END
}

@test "every other command runs the program, with its words and variables unchanged" {
	run -2 bash -c '
		X="a  b" subunit2 wrap --exit=command --to=summary -- sh -c '\''[ "$X $1" = "a  b *\$HOME" ] && exit 5'\'' - "*\$HOME" >/dev/null
		echo $?
		subunit2 wrap -- true | subunit2 ls
		subunit2 --version
		subunit2 2>&1 >/dev/null | head -n 1
		subunit2 nonsense 2>&1'
	diff <(echo "$output") - <<-END
		5
		true
		$(subunit2 --version)
		Usage: subunit2 COMMAND [OPTION...] [ARGUMENT...]
		subunit2: nonsense: neither a command nor a file; see subunit2 --help
	END
	PATH=/nowhere run -127 /bin/bash -c 'subunit2 ls'
	[ "$output" = "subunit2: the program is not in PATH" ]
}

@test "set -e and ERR see a failing command once, and not in a condition" {
	run -3 bash -c '
		set -e
		trap "echo ERR \$?" ERR
		subunit2 ls nowhere 2>/dev/null || echo or
		if ! subunit2 status x green 2>/dev/null; then echo if; fi
		subunit2 ls nowhere 2>/dev/null
		echo unseen'
	[ "$output" = $'or\nif\nERR 3' ]
	run -2 bash -c 'set -e; subunit2 status x green 2>/dev/null; echo unseen'
	[ -z "$output" ]
}

@test "signals, locale and descriptors of the shell stay the same" {
	run -0 --separate-stderr bash -c '
		# Without a process, which the shell would have to wait for meanwhile.
		state() {
			seen=
			while read -r line; do
				[[ $line != Sig[BIC]* ]] || seen+=$line
			done </proc/$$/status
			set -- /proc/$$/fd/*
			seen+=$*
		}
		trap "echo PIPE" PIPE
		LC_ALL=C.UTF-8
		exec 0<&-
		state
		before=$seen
		subunit2 status x fail -a "$BASH_ENV" -m why >packets
		subunit2 status x ok >/dev/full
		subunit2 status x ok >&-
		state
		[ "$seen" = "$before" ] || echo "$seen is not $before"
		printf -v length %s "${#0}"
		echo "$length"' ä
	[ "$output" = 1 ]
	# shellcheck disable=SC2154 # set by run
	[ "$(cut -d: -f3 <<<"$stderr" | paste -sd';')" = " No space left on device; Bad file descriptor" ]
}

@test "readable text keeps its order with the output of the shell" {
	run -0 bash -c '
		printf one; subunit2 status x ok --to=events --timestamp=none; echo two
		subunit2 status --help | sed -n 1p'
	[ "$output" = $'one- success x runnable\ntwo\nUsage: subunit2 status [OPTION...] [ID [STATUS]]' ]
}

@test "a script on standard input continues after the bytes that were attached" {
	cat >script <<-'END'
		echo before
		subunit2 status x ok --to=json --timestamp=none >json
		subunit2 status x ok -a - --to=json --timestamp=none >>json
		echo this belongs to the file
	END
	[ "$(bash <script)" = before ]
	grep -F '"file_text":"echo this belongs to the file\n"' json
}

@test "a trap for ^C, TERM or HUP ends the wait for a reader" {
	mkfifo full
	exec 9<>full
	perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK); 1 while syswrite(STDOUT, "x" x 4096)' >&9 || true
	perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, 0)' >&9
	for name in INT TERM HUP; do
		rm -f pid
		env --default-signal=INT bash -c "trap 'exit 9' $name"'; echo $$ >pid
			subunit2 status x ok; echo went on >&2' >&9 2>said 3>&- &
		until [ -s pid ]; do :; done
		# One that comes before it waits would not end the wait.
		for _ in {1..1000}; do
			kill -$name "$(cat pid)" 2>/dev/null || break
			sleep 0.05
		done
		! kill -KILL "$(cat pid)" 2>/dev/null
		wait $! || status=$?
		[ "$status" = 9 ]
		run -1 grep 'went on' said
	done
	exec 9>&-
}

@test "a file at its size limit is reported, and the shell continues" {
	limits_files
	run -0 bash -c 'ulimit -f 1; while subunit2 status a ok 2>err; do :; done >out; cat err'
	[ "$output" = 'subunit2 status: standard output: File too large' ]
}

@test "a trap for ^C ends the wait for standard input" {
	mkfifo in
	env --default-signal=INT bash -c 'trap "exit 9" INT; echo $$ >pid
		subunit2 status x ok -a - --to=json <in >out; echo went on' >said 3>&- &
	exec 9>in
	echo begun >&9
	until grep begun out; do :; done
	kill -INT "$(cat pid)"
	wait $! || status=$?
	exec 9>&-
	[ "$status" = 9 ]
	[ ! -s said ]
	run -1 grep success out
}
