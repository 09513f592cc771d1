#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run: its messages about scripts that it left out.

load common
load runs

setup() {
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR" || return
	mkdir t
}

@test "without a test to run it says where it looked, what it left out, and why" {
	script t/deep/a.t <<<'exit 0'
	script t/b.sh <<<'exit 0'
	chmod -x t/b.sh
	echo 'no script' >t/c.sh
	run -1 --separate-stderr subunit2 run -q
	diff - <(printf '%s\n' "$stderr") <<-'END'
		subunit2 run: there is no test to run: looked for *.t, *.bats, and *.sh and test* with the execute bit, in t
		subunit2 run: t/b.sh: left out: no execute bit
		subunit2 run: t/deep: left out: a folder in a folder needs -r
	END
	run -1 --separate-stderr subunit2 run --list
	[ "${stderr_lines[1]}" = "subunit2 run: t/b.sh: left out: no execute bit" ]
	run -0 subunit2 run --list --no-tests=pass
}

@test "patterns that left out every test are named" {
	script t/a.t <<<'exit 0'
	script t/b.t <<<'exit 0'
	run -1 --separate-stderr subunit2 run -q --match=x
	diff - <(printf '%s\n' "$stderr") <<-'END'
		subunit2 run: there is no test to run
		subunit2 run: 2 tests were left out by --match=x
	END
	run -1 --separate-stderr subunit2 run -q --match=a --match=z --exclude=q --exclude=a.t
	diff - <(printf '%s\n' "$stderr") <<-'END'
		subunit2 run: there is no test to run
		subunit2 run: 1 test was left out by --match=a --match=z
		subunit2 run: 1 test was left out by --exclude=a.t
	END
	run -1 --separate-stderr subunit2 run -q --match=b --shard=2/2
	[ "${stderr_lines[1]}" = 'subunit2 run: 1 test was left out by --match=b' ]
	[ "${stderr_lines[2]}" = 'subunit2 run: 1 test is in other shards' ]
}

@test "without a folder of tests" {
	rmdir t
	run -1 --separate-stderr subunit2 run -q
	[ "$stderr" = "subunit2 run: there is no test to run: no script was named, and there is no folder t or tests" ]
}

@test "an entry that looks like a test is named also if others ran" {
	script t/a.t <<<'exit 0'
	script t/test-b <<<'exit 0'
	chmod -x t/test-b
	mkdir t/fixtures
	echo data >t/fixtures/data.txt
	run -0 --separate-stderr subunit2 run -q
	[ "$stderr" = "subunit2 run: t/test-b: left out: no execute bit" ]
	script t/deep/c.sh <<<'exit 0'
	run -0 --separate-stderr subunit2 run -q
	[ "${stderr_lines[*]}" = "subunit2 run: t/test-b: left out: no execute bit subunit2 run: t/deep: left out: a folder in a folder needs -r" ]
}

@test "a named folder without a test is named also if others ran" {
	script a.sh <<<'exit 0'
	script t/b.t <<<'exit 0'
	mkdir -p empty deep/er tests
	script deep/er/c.t <<<'exit 0'
	run -0 --separate-stderr subunit2 run -q a.sh empty t deep
	diff - <(printf '%s\n' "$stderr") <<-'END'
		subunit2 run: empty: there is no test in this folder
		subunit2 run: deep: there is no test in this folder
		subunit2 run: deep/er: left out: a folder in a folder needs -r
	END
	run -0 --separate-stderr subunit2 run -q -r t/b.t t deep
	[ "$stderr" = '' ]
	run -1 --separate-stderr subunit2 run -q --match=x a.sh empty
	[ "${stderr_lines[1]}" = 'subunit2 run: empty: there is no test in this folder' ]
	run -0 --separate-stderr subunit2 run -q
	[ "$stderr" = '' ]
}

@test "a list, or an earlier run, leaves out no other test; if it names none, a message says so" {
	script t/a.t <<<'exit 0'
	script t/test-b <<<'exit 0'
	chmod -x t/test-b
	script t/deep/c.sh <<<'exit 0'
	echo t/a.t >list
	run -0 --separate-stderr subunit2 run -q --load-list=list
	[ "$stderr" = '' ]
	subunit2 status t/a.t fail >failed
	run -0 --separate-stderr subunit2 run -q --rerun=failed
	[ "$stderr" = '' ]
	: >list
	run -1 --separate-stderr subunit2 run -q --load-list=list
	[ "$stderr" = "subunit2 run: there is no test to run: list names none" ]
	subunit2 status t/a.t pass >passed
	run -1 --separate-stderr subunit2 run -q --rerun=passed
	[ "$stderr" = "subunit2 run: there is no test to run: no test failed in passed" ]
	run -1 --separate-stderr subunit2 run -q --rerun=failed --exclude=a
	[ "${stderr_lines[1]}" = "subunit2 run: 1 test was left out by --exclude=a" ]
}

@test "a skipped test shows its output before its exit status" {
	script t/a.sh <<<'echo no database here; exit 77'
	subunit2 run -o run.subunit --to=summary >/dev/null
	subunit2 report run.subunit | grep -E '^skip  t/a.sh  [0-9.]+s  # no database here; exit status 77$'
}
