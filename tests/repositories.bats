#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Test repositories that run their tests with subunit2 run: the real testr and stestr, with
# the configuration in examples/, on a suite of shell and TAP scripts.
# Needs: stestr testr parallel

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR"
	export LOG=$BATS_TEST_TMPDIR/log
}

# Copies the example NAME, and adds scripts that write to $LOG when they run.
use() { # NAME
	cp -r "$BATS_TEST_DIRNAME/../examples/$1" here
	cd here
	script t/a.sh <<<'echo a >>"$LOG"'
	script t/b.sh <<<'echo b >>"$LOG"; echo wrong; [ -e mended ]'
	script t/c.sh <<<'echo c >>"$LOG"; exit 77'
	script t/d.t <<<'echo d >>"$LOG"; printf "%s\n" 1..3 "ok 1 - one" "not ok 2 - two" "ok 3 - x # SKIP no"'
	script t/e.t <<<'echo e >>"$LOG"; printf "%s\n" "ok 1 - first" "ok 2 - two words" 1..2'
}

# Checks that the scripts NAMES were run, each once.
ran() { # NAMES
	[ "$(sort "$LOG" | tr -d '\n')" = "$1" ] || { cat "$LOG"; return 1; }
	rm "$LOG"
}

# Checks that a command of the repository exits with STATUS; its output goes to the file said.
says() { # STATUS COMMAND...
	local status=0
	timeout -k 5 60 "${@:2}" >said 2>&1 </dev/null || status=$?
	[ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat said; return 1; }
}

@test "testr: run, last, failing, run --failing" {
	use testr
	says 0 testr init
	says 1 testr run
	ran abcde
	grep -F 'id=0, failures=3' said
	says 1 testr last
	grep -F 'FAIL: t/b.sh' said
	grep -F 'exit status 1' said
	says 1 testr failing --list
	diff - <(sort said) <<<$'t/b.sh\nt/d.t\nt/d.t::two'
	touch mended
	says 1 testr run --failing
	ran bd
	says 1 testr failing --list
	diff - <(sort said) <<<$'t/d.t\nt/d.t::two'
}

@test "testr: run --parallel" {
	use testr
	says 0 testr init
	for id in 0 1; do # the second run uses the times of the first
		says 1 testr run --parallel --concurrency=2
		ran abcde
		grep -F "id=$id, failures=3" said
	done
	says 0 testr last --subunit
	cp said stream
	diff - <(finals stream | grep -v ::) <<-'END'
		success t/a.sh
		fail t/b.sh
		skip t/c.sh
		success t/copies.sh
		fail t/d.t
		success t/e.t
		success t/sorts.t
	END
}

@test "testr: instances are provisioned, used and disposed of" {
	use testr-instances
	export TMPDIR=$PWD/instances
	mkdir "$TMPDIR"
	script t/where.sh <<<'echo "$PWD" >>"$LOG.where"'
	says 0 testr init
	says 1 testr run --parallel --concurrency=2
	ran abcde
	grep -F 'id=0, failures=3' said
	grep -xE "$TMPDIR/instance-[12]-......" "$LOG.where"
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "testr: a requested test that no longer exists is answered" {
	use testr
	says 0 testr init
	says 1 testr run
	rm "$LOG"
	script t/d.t <<<'echo d >>"$LOG"; printf "%s\n" 1..1 "ok 1 - one"'
	touch mended
	says 0 testr run --failing
	ran bd
	says 0 testr failing --list
	[ ! -s said ]
}

@test "stestr: run, last, run --failing, slowest" {
	use stestr
	export PYTHON='subunit2 run --stestr'
	says 1 stestr run --concurrency=2
	ran abcde
	grep -F 't/b.sh [' said | grep -F FAILED
	grep -E '^ - Failed: 3' said
	grep -E '^ - Passed: 9' said
	says 1 stestr last
	grep -E '^ - Failed: 3' said
	says 1 stestr failing --list
	diff - <(sort said) <<<$'t/b.sh\nt/d.t\nt/d.t::two'
	touch mended
	says 1 stestr run --failing
	ran bd
	grep -E '^ - Failed: 2' said
	says 0 stestr slowest
	grep -E '^t/d.t +[0-9]' said
}

@test "stestr: --serial, and a selection" {
	use stestr
	export PYTHON='subunit2 run --stestr'
	says 1 stestr run --serial
	ran abcde
	says 0 stestr list
	diff - <(grep ^t/ said | sort) <<<$'t/a.sh\nt/b.sh\nt/c.sh\nt/copies.sh\nt/d.t\nt/e.t\nt/sorts.t'
	says 0 stestr run 't/[ae]'
	ran ae
}
