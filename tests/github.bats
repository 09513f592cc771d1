#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The format github: annotations with causes, at most ten, and no command from a test.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset GITHUB_STEP_SUMMARY GITHUB_WORKSPACE
}

# Prints the commands that the runner obeys in the log $1, by the runner's own rules: a command is
# "::NAME PROPERTIES::DATA" at the start of a line, after blanks, or "##[NAME]" anywhere.
obeyed() {
	/usr/bin/python3 - "$1" <<-'END'
		import re, sys
		token = None
		for line in open(sys.argv[1], encoding="utf-8"):
		    line = line.rstrip("\n")
		    v2 = re.match(r"\s*::([^ :]+)(?: ([^:]*))?::(.*)$", line)
		    v1 = re.search(r"##\[([^\]]+)\](.*)$", line)
		    if token is not None:
		        if v2 and v2.group(1) == token:
		            token = None
		        continue
		    if v2 and v2.group(1) == "stop-commands":
		        token = v2.group(3)
		    elif v2:
		        print(*v2.group(1, 2, 3), sep="|")
		    elif v1:
		        print("v1", *v1.group(1, 2), sep="|")
	END
}

failures() { # COUNT
	for ((i = 1; i <= $1; i++)); do
		echo "{\"subunit\":2,\"test_id\":\"t$i\",\"test_status\":\"fail\",\"runnable\":true}"
	done
}

@test "the first nine failures are annotated, and a tenth annotation counts the rest" {
	failures 9 | subunit2 convert --to=github >out
	[ "$(grep -c '^::error ' out)" = 9 ]
	failures 10 | subunit2 convert --to=github >out
	[ "$(grep -c '^::error title=t' out)" = 10 ]
	failures 12 | subunit2 convert --to=github >out
	[ "$(grep -c '^::error title=t' out)" = 9 ]
	grep -x '::error title=More failures::3 more tests failed' out
}

@test "the cause of an assertion is annotated with its place, and its script only for another" {
	cat >x.t <<-'END'
		echo 1..2
		echo not ok 1 - sum
		echo "#   Failed test 'sum'"
		echo "#   at lib/x.pm line 12."
		echo "#          got: '5'"
		echo "#     expected: '6'"
		echo ok 2
	END
	subunit2 run -e sh x.t >stream || true
	subunit2 report --to=github stream >out || true
	grep -x '::error file=lib/x.pm,line=12,title=x.t%3A%3Asum::got 5, want 6' out
	[ "$(grep -c '^::error' out)" = 1 ]
	echo exit 3 >>x.t
	sed -i 's/1\.\.2/1..3/' x.t
	subunit2 run -e sh x.t >stream || true
	subunit2 report --to=github stream >out || true
	[ "$(grep -c '^::error' out)" = 2 ]
	grep '^::error file=x.t,title=x.t::' out
}

@test "a file is named from the top of the repository" {
	mkdir sub
	cd sub
	subunit2 status a fail -m "$PWD/a.c:3: no" | GITHUB_WORKSPACE=${PWD%/sub} subunit2 convert --to=github >out
	grep -F '::error file=sub/a.c,line=3,title=a::' out
}

@test "no test can send a command, and no pair of stop and resume is empty" {
	printf '%s\n' '::error::one' '##[error]two' '::endgroup::' '::stop-commands::x' '::x::' \
		$' \t::warning::three' $'a\r::error::four' $'\u2028::error::five' >said
	subunit2 status $'##[error]id\n::error::second,x=y%0A' fail -a stdout=said -m "$(cat said)" >stream
	cat said >>stream
	subunit2 status '##[error]pass' pass >>stream
	GITHUB_STEP_SUMMARY=/dev/null subunit2 convert --from=subunit --to=github stream >out
	obeyed out >commands
	cut -d'|' -f1 commands | paste -sd' ' >names
	diff names - <<<'error group endgroup'
	run ! grep -n $'\r' out
	awk '/^::stop-commands::/ { before = 1; next } before && /^::[0-9a-f]+::$/ { exit 1 } { before = 0 }' out
}

@test "without a list of slowest tests, commands are not stopped for one" {
	subunit2 status a pass | subunit2 report -q --slowest=0 --to=github >out
	run ! grep '^::stop-commands::' out
	subunit2 status a fail -m why | subunit2 convert --to=github >out
	[ "$(grep -c '^::stop-commands::' out)" = 1 ]
}

@test "colors of tests are removed" {
	printf '\033[31mred\033[0m\n' >said
	subunit2 status a fail -a stdout=said | subunit2 convert --to=github >out
	grep -x '    | red' out
}

# Prints what the command of a job on GitHub writes to its log, both outputs after one another.
log_of() { # COMMAND
	CI=true GITHUB_ACTIONS=true sh -c "$1; :" >log 2>log.err
	cat log log.err
}

@test "lists of ids send no command in the log of a job, and are as they were elsewhere" {
	mkdir '::error::x' t
	printf '#!/bin/sh\nexit 1\n' | tee '::error::x/a.sh' 't/##[error]b.sh' 't/##vso[task.complete]c.sh' >t/d.sh
	chmod +x '::error::x/a.sh' t/*
	subunit2 run -q -o x.subunit '::error::x' t || [ $? = 1 ]
	subunit2 run --retries=0 -q -o y.subunit '::error::x' || [ $? = 1 ]
	for command in 'subunit2 run --list ::error::x t' 'subunit2 ls x.subunit' 'subunit2 ls -l x.subunit' \
		'subunit2 diff x.subunit y.subunit'; do
		log_of "$command" >out
		grep -q '##\[error\]b' out
		[ -z "$(obeyed out)" ] || { echo "$command"; cat out; false; }
	done
	# A script reads the ids.
	CI=true GITHUB_ACTIONS=true subunit2 run --list '::error::x' >list
	[ "$(cat list)" = '::error::x/a.sh' ]
	[ "$(CI=true GITHUB_ACTIONS=true sh -c 'x=$(subunit2 ls y.subunit); echo "$x"')" = '::error::x/a.sh' ]
}

@test "messages that quote a file or an id send no command" {
	for name in '##[error]x' '##vso[task.complete]x' '###[error]x' $'\n::error::x' '::error::x' \
		$'section_start:1:x\r\e[0Kx'; do
		for command in report convert ls diff 'wrap --' run 'status --route-code=' 'filter --match=('; do
			# shellcheck disable=SC2086 # words
			subunit2 $command "$name" >/dev/null 2>>err || true
		done
	done
	grep -qF '#\x23[error]x' err
	grep -qF '##' err && ! grep -E '##(\[|vso\[)' err
	[ -z "$(obeyed err)" ]
	run ! grep -q $'[\r\e]' err
	run -3 --separate-stderr subunit2 convert 'a##b # [c]##'
	# shellcheck disable=SC2154 # run sets it
	[ "$stderr" = 'subunit2 convert: a##b # [c]##: No such file or directory' ]
}
