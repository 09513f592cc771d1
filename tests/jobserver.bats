#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run under make -j: it takes part in make's jobserver, as a pipe and as
# a fifo, and every token goes back. GNU make says at its end when one is lost.

setup() {
	load common
	load runs
	load marked
	unset MAKEFLAGS MFLAGS MAKELEVEL GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR"
	mark=SERVED_BY=$BATS_TEST_TMPDIR
}

teardown() {
	end_marked
}

# Scripts that end once COUNT of them have been seen at the same time.
meeting() { # SCRIPTS COUNT
	for i in $(seq "$1"); do
		script "t/$i.sh" <<-END
			touch "here.\$SUBUNIT2_SLOT"
			until [ "\$(ls here.* | wc -l)" -ge $2 ]; do sleep 0.01; done
			ls here.* | wc -l
		END
	done
}

# A Makefile whose recipe is that.
recipe() { # RECIPE
	printf 'all:\n\t%s\n' "$1" >Makefile
}

makes() { # ARGUMENTS...
	env "$mark" timeout -k 5 60 make "$@" >log 2>&1 3>&- || { cat log; return 1; }
	lacks 'INTERNAL' log
}

# A jobserver of our own on descriptor 9: a fifo that holds these tokens.
serve() { # TOKENS
	mkfifo fifo
	exec 9<>fifo
	printf %s "$1" >&9
}

tokens() {
	dd if=fifo iflag=nonblock bs=64 count=1 2>/dev/null | fold -w 1 | sort | tr -d '\n'
}

served_run() { # MAKEFLAGS ARGUMENTS...
	env --default-signal "$mark" MAKEFLAGS="$1" \
		sh -c 'echo $$ >pid; exec subunit2 run "$@"' sh "${@:2}" >out 2>err 3>&- 9>&-
}

@test "a pipe: as many at a time as make allows" {
	meeting 6 3
	recipe '+subunit2 run --to=subunit >out'
	makes -j3
	whole
	[ "$(finals | grep -c ^success)" -eq 6 ]
	[ "$(find . -name 'here.*' | wc -l)" -eq 3 ]
}

@test "a pipe: -j says how many of make's jobs are wanted" {
	meeting 4 2
	recipe '+subunit2 run -j2 --to=subunit >out'
	makes -j4
	[ "$(finals | grep -c ^success)" -eq 4 ]
	[ "$(find . -name 'here.*' | wc -l)" -eq 2 ]
}

@test "a pipe: tests have it too" {
	script t/a.sh <<<'printf "all: a b\\na b:\\n\\techo \$@\\n" | make -f - all 2>&1'
	recipe '+subunit2 run --to=subunit >out'
	makes -j2
	attached t/a.sh stdout | lacks -i jobserver
	[ "$(attached t/a.sh stdout | grep -c '^[ab]$')" -eq 2 ]
}

@test "a pipe: it blocks for others as it did before" {
	serve abc
	exec 7<fifo
	exec 8>fifo
	script t/a.sh <<<'sed -n "s/^flags:[^0-9]*//p" /proc/self/fdinfo/7'
	meeting 4 4
	env MAKEFLAGS='-j4 --jobserver-auth=7,8' timeout 60 subunit2 run >out 9>&-
	flags=$(attached t/a.sh stdout)
	[[ $flags =~ ^0[0-7]+$ ]]
	[ $((flags & 04000)) -eq 0 ] # O_NONBLOCK
	[ "$(tokens)" = abc ]
}

@test "a recipe without +: said so, and one at a time" {
	meeting 3 1
	script t/env.sh <<<'echo "<$MAKEFLAGS>"'
	recipe 'subunit2 run --to=subunit >out'
	makes -j3
	grep -F "subunit2 run: make's jobserver is not open to this recipe: put + before its command" log
	[ "$(finals | grep -c ^success)" -eq 4 ]
	[ "$(find . -name 'here.*' | wc -l)" -eq 1 ]
	attached t/env.sh stdout | lacks jobserver
}

@test "a pipe: no token is lost by failures, nor by a killed run" {
	script t/a.sh <<<'exit 1'
	script t/b.sh <<<'kill -KILL $PPID; sleep 1000'
	script t/c.sh <<<'sleep 1000'
	recipe '-+subunit2 run --to=subunit --timeout=300ms --grace=100ms >out'
	makes -j3
	[ "$(finals | grep -c ^fail)" -eq 3 ]
	for name in d e f; do
		script "u/$name.sh" <<<'touch "up.$SUBUNIT2_SLOT"; sleep 1000'
	done
	script wait <<<'until [ "$(ls up.* | wc -l)" -eq 3 ]; do sleep 0.01; done 2>/dev/null
		kill -KILL "$(cat pid)"
		tests() { grep -lsF SUBUNIT2_TEST_ID=u/ /proc/[0-9]*/environ | xargs -r grep -lsF "=$SERVED_BY"; }
		until [ -z "$(tests)" ]; do sleep 0.01; done'
	printf 'all:\n\t+sh -c '\''echo $$$$ >pid; exec subunit2 run --grace=100ms u'\'' >out & ./wait\n' >Makefile
	makes -j3
}

@test "a fifo: the tokens that were taken go back, each the same" {
	serve abc
	meeting 8 4
	served_run "-j4 --jobserver-auth=fifo:$PWD/fifo"
	whole
	[ "$(finals | grep -c ^success)" -eq 8 ]
	[ "$(tokens)" = abc ]
}

@test "a fifo: no more than there are tokens; the last one named counts" {
	serve x
	meeting 6 2
	served_run "-j9 --jobserver-auth=fifo:/missing --jobserver-auth=fifo:$PWD/fifo"
	[ "$(finals | grep -c ^success)" -eq 6 ]
	[ "$(find . -name 'here.*' | wc -l)" -eq 2 ]
	[ "$(tokens)" = x ]
}

@test "a fifo: what others took is waited for" {
	serve ''
	script t/a.sh <<<'touch up.a; until [ -e up.b ]; do sleep 0.01; done'
	script t/b.sh <<<'touch up.b'
	served_run "-j2 --jobserver-auth=fifo:$PWD/fifo" &
	until_true [ -e up.a ]
	[ ! -e up.b ]
	printf y >&9
	wait $!
	whole
	[ "$(tokens)" = y ]
}

four_up() {
	[ "$(find . -name 'up.*' | wc -l)" -eq 4 ]
}

stopped() {
	grep -q '^State:.T' "/proc/$(cat pid)/status"
}

# Other suites may run tests with these ids.
no_test_left() {
	[ -z "$(grep -lsF SUBUNIT2_TEST_ID=t/ /proc/[0-9]*/environ | xargs -r grep -lsF "$mark")" ]
}

@test "a fifo: tokens are back after INT, TERM and KILL" {
	serve abc
	for name in 1 2 3 4; do
		script "t/$name.sh" <<<'touch "up.$SUBUNIT2_SLOT"; sleep 1000'
	done
	for signal in INT TERM KILL; do
		rm -f up.*
		served_run "-j4 --jobserver-auth=fifo:$PWD/fifo" --grace=200ms &
		until_true four_up
		[ -z "$(tokens)" ]
		kill "-$signal" "$(cat pid)"
		wait $! || :
		until_true nothing_left
		[ "$(tokens | tee left)" = abc ] || { cat left; false; }
		printf abc >&9
	done
}

@test "a fifo: tokens are back when run is killed before it knows that its tests have ended" {
	serve abc
	for name in 1 2 3 4; do
		script "t/$name.sh" <<<'touch "up.$SUBUNIT2_SLOT"; until [ -e go ]; do sleep 0.01; done'
	done
	served_run "-j4 --jobserver-auth=fifo:$PWD/fifo" &
	until_true four_up
	kill -STOP "$(cat pid)"
	until_true stopped
	touch go
	until_true no_test_left
	kill -KILL "$(cat pid)"
	wait $! || :
	until_true nothing_left
	[ "$(tokens)" = abc ]
}

@test "a fifo that is not there is said, and left out" {
	script t/a.sh <<<'echo "<$MAKEFLAGS>"'
	served_run "-j4 --jobserver-auth=fifo:/missing"
	grep -F "make's jobserver cannot be opened: No such file or directory" err
	[ "$(attached t/a.sh stdout)" = '<-j4>' ]
}
