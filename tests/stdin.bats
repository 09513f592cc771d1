#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Standard input: a stream that brings bytes and requests (--stdin=subunit), and
# terminals for tests (--pty).
# Needs: python3

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS SUBUNIT2_OUTPUT
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	[ ! -e pid ] || kill -KILL "$(cat pid)" 2>/dev/null || true
}

# Starts subunit2 with a stream that is written to descriptor 9 as its standard input;
# its own goes to the file out, its messages to err.
start() { # ARGUMENTS...
	mkfifo in
	sh -c 'echo $$ >pid; exec timeout -k 5 150 subunit2 "$@"' sh "$@" <in >out 2>err 3>&- &
	started=$!
	exec 9>in
}

# The stream ends, and so does subunit2, with that status.
stops() { # STATUS
	local status=0
	exec 9>&-
	wait "$started" || status=$?
	rm pid
	[ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat err; return 1; }
}

# The stdout of the test in a place so far, as JSON writes it, on one line.
said_in() { # PLACE
	events | sed -n "/\"route_code\":\"$1\".*\"file_name\":\"stdout\"/s/.*\"file_text\":\"\(.*\)\".*/\1/p" | tr -d '\n'
}

# Sends standard input to what is run under a routing code, and leaves it open.
send() { # CODE OPTION...
	local code=$1
	shift
	said_in "$code" >"before.$code"
	subunit2 status -a stdin=- --no-eof --route-code="$code" "$@" >&9
}

request() { # ID...
	local id
	for id; do subunit2 status "$id" exists >&9; done
}

# The test in a place has written the text since something was sent to it.
prompts() { # PLACE TEXT
	touch "before.$1"
	said_in "$1" | tail -c "+$(($(wc -c <"before.$1") + 1))" | grep -F -- "$2"
}

has_ended() { # ID
	[ -n "$(ended "$1")" ]
}

@test "wrap: bytes go to the command, and their end with them" {
	printf 'one\ntwo\n' | subunit2 status -a stdin=- |
		timeout 150 subunit2 wrap --stdin=subunit -i x -- cat >out
	[ "$(attached x stdout)" = $'one\ntwo' ]
	timeout 150 subunit2 wrap --stdin=subunit -i x -- cat </dev/null >out
	[ "$(ended x)" = success ]
	# The end is reported, and the stream goes on.
	start wrap --stdin=subunit --route-code=0 -i x -- sh -c 'cat; echo ended'
	echo line | subunit2 status -a stdin=- >&9
	until_true prompts 0 ended
	stops 0
	# Bytes after text that are not text have another name.
	{ echo text; head -c 300000 /dev/urandom; } >bytes
	subunit2 status -a stdin=- <bytes | timeout 150 subunit2 wrap --stdin=subunit -i x -- cksum >out
	[ "$(attached x stdout)" = "$(cksum <bytes)" ]
}

@test "wrap: codes are taken off one after the other" {
	echo deep | subunit2 status -a stdin=- --route-code=a/b |
		timeout 150 subunit2 wrap --stdin=subunit --route-code=a -i x -- \
			subunit2 wrap --stdin=subunit --route-code=b -i y -- cat >out
	[ "$(attached y stdout)" = deep ]
	events | grep '"test_id":"y"' | grep '"route_code":"a/b"'
	echo lost | subunit2 status -a stdin=- --route-code=ab |
		timeout 150 subunit2 wrap --stdin=subunit --route-code=a -i x -- cat >out 2>err
	[ -z "$(attached x stdout)" ]
	grep -F 'ab: nothing runs under this routing code' err
	# All is for the command where there is no code.
	subunit2 status t/asked exists --route-code=7 | tee asked |
		timeout 150 subunit2 wrap --stdin=subunit -i x --from=text -- cmp - asked >out
	echo junk | timeout 150 subunit2 wrap --stdin=subunit -i x -- cat >out 2>err
	grep -F 'dropped bytes that are not a packet' err
	printf '\xb3\x29' | timeout 150 subunit2 wrap --stdin=subunit -i x -- cat >out 2>err
	grep -F 'standard input: cut short' err
}

@test "wrap: a command that does not read, or not all, is not disturbed" {
	head -c 4000000 /dev/zero | subunit2 status -a stdin=- >zeroes
	for command in 'exec <&-; echo ok' 'echo ok' 'head -c 10 >part; echo ok'; do
		timeout 150 subunit2 wrap --stdin=subunit -i x -- sh -c "$command" <zeroes >out 2>err
		[ "$(ended x)" = success ]
		[ "$(attached x stdout)" = ok ]
	done
	[ ! -s err ]
	timeout 150 subunit2 wrap --stdin=subunit -i x -- sh -c 'head -c 1; wc -c' <zeroes >out
	attached x stdout | grep -a 3999999
	timeout 150 subunit2 wrap --stdin=subunit --die-on-stdin-eof -i x -- sleep 1000 <zeroes >out ||
		[ $? -eq 143 ]
	[ "$(ended x)" = fail ]
}

@test "run: one that does not read keeps nothing from the others" {
	script deaf.sh <<<'until [ -e over ]; do sleep 0.05; done'
	script reads.sh <<<'read -r line; echo "$line" >got; cat >rest'
	start run -j2 --stdin=subunit deaf.sh reads.sh
	head -c 30000000 /dev/zero | send 0
	echo hello | send 1
	until_true grep hello got
	local run
	run=$(cat "/proc/$(cat pid)/task/$(cat pid)/children")
	[ "$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/${run% }/status")" -lt 30000 ]
	head -c 3000000 /dev/zero | tr '\0' x | send 1
	touch over
	stops 0
	[ "$(tr -d x <rest | wc -c)" -eq 0 ]
	[ "$(wc -c <rest)" -eq 3000000 ]
	whole
}

@test "run: input without a reader is kept for the next script, or reported as lost" {
	script t/a.sh <<<'cat'
	script t/b.sh <<<'cat'
	start run --stdin=subunit
	# Nothing runs yet.
	echo first | subunit2 status -a stdin=- --route-code=0 >&9
	request t/a.sh
	until_true prompts 0 first
	request t/b.sh
	echo second | subunit2 status -a stdin=- --route-code=0 >&9
	until_true prompts 0 second
	echo third | send 0
	echo nowhere | send 5
	echo nobody | subunit2 status -a stdin=- >&9
	stops 0
	diff - <(finals) <<<$'success t/a.sh\nsuccess t/b.sh'
	[ "$(attached t/a.sh stdout)" = first ]
	[ "$(attached t/b.sh stdout)" = second ]
	grep -F 'no test ran to take 6 bytes for 0' err
	grep -F '5: nothing runs under this routing code' err
}

@test "run: tests are asked for on standard input" {
	for name in a b c; do script "t/$name.sh" <<<'echo "$0"'; done
	script t/d.sh <<<'echo "1..1"; echo "ok 1 - one"'
	start run --stdin=subunit --serial=b.sh
	request t/c.sh
	until_true prompts 0 t/c.sh
	request t/b.sh t/a.sh t/c.sh t/nope.sh t/d.sh::one t/d.sh::two
	stops 1
	diff - <(finals) <<-'END'
		success t/a.sh
		success t/b.sh
		success t/c.sh
		success t/c.sh
		success t/d.sh
		success t/d.sh
		fail t/nope.sh
	END
	[ "$(attached t/nope.sh reason)" = 'No such file or directory' ]
	events | grep '"t/d.sh::two","test_status":"skip"'
	# With those that are named, and in JSON's form.
	echo '{"subunit":2,"test_id":"t/c.sh","test_status":"exists","runnable":true}' |
		runs 0 --stdin=subunit t/a.sh
	diff - <(finals) <<<$'success t/a.sh\nsuccess t/c.sh'
	runs 1 --stdin=subunit </dev/null
	runs 0 --stdin=subunit --load-list=<(echo t/b.sh) </dev/null
	[ "$(finals)" = 'success t/b.sh' ]
	subunit2 status t/a.sh exists | runs 0 --stdin=subunit --executor='{argv}'
	[ "$(finals)" = 'success t/a.sh' ]
	runs 2 --stdin=subunit --load-list=-
	runs 2 --stdin=subunit --executor='{argv}' --pty
	runs 2 --stdin=inherit --pty
}

@test "run: requests keep two places busy" {
	script t/a.sh <<<'exit 0'
	for ((i = 0; i < 200; i++)); do
		echo '{"subunit":2,"test_id":"t/a.sh","test_status":"exists","runnable":true}'
	done | runs 0 -j2 --stdin=subunit
	[ "$(finals | wc -l)" -eq 200 ]
	for place in 0 1; do
		[ "$(subunit2 filter --route=$place --status=success out | subunit2 convert --to=events | wc -l)" -ge 60 ]
	done
}

@test "an interrupt ends a run that waits for requests" {
	script t/a.sh <<<'echo up; exec sleep 1000'
	start run --stdin=subunit --grace=200ms
	request t/a.sh t/a.sh
	until_true prompts 0 up
	pkill -TERM -P "$(cat pid)" subunit2
	stops 143
	[ "$(finals | sort | tr '\n' ' ')" = 'fail t/a.sh skip t/a.sh ' ]
}

@test "a debugger in place 1 is driven by subunit2 status" {
	script other.sh <<<'until [ -e over ]; do sleep 0.05; done'
	script sums.py '/usr/bin/python3 -mpdb' <<-'END'
		total = 0
		for i in range(3):
		    total += i
		print("total is", total)
	END
	start run -j2 --stdin=subunit other.sh sums.py
	until_true prompts 1 '(Pdb) '
	echo 'break 4' | send 1
	until_true prompts 1 'Breakpoint 1'
	echo 'continue' | send 1
	until_true prompts 1 '-> total += i'
	echo 'p "i is", i' | send 1
	until_true prompts 1 "('i is', 0)"
	echo 'clear 1' | send 1
	echo 'continue' | send 1
	until_true prompts 1 'total is 3'
	echo 'quit' | send 1
	until_true has_ended sums.py
	touch over
	stops 0
	whole
	[ "$(ended sums.py)" = success ]
}

@test "--pty: a terminal, whose output arrives unchanged" {
	timeout 150 subunit2 wrap --pty -i x -- sh -c '
		for fd in 0 1 2; do test -t $fd || exit 1; done
		stty size; cat; echo err >&2; printf "a\r\nb\n"; echo tty >/dev/tty' </dev/null >out 2>err
	[ "$(ended x)" = success ]
	[ "$(attached x stdout)" = $'24 80\nerr\na\r\nb\ntty' ]
	events | lacks '"file_name":"stderr"'
	script t/size.sh <<<'stty size; test -t 0'
	on_terminal sh -c 'stty rows 30 cols 90; exec subunit2 run --pty -q -o out.subunit t/size.sh'
	mv out.subunit out
	[ "$(attached t/size.sh stdout)" = '30 90' ]
	# All of it, although its writer exits at once; and no terminal hangs up.
	timeout 150 subunit2 wrap --pty -i x --from=text -- seq 40000 >out
	cmp <(attached x stdout) <(seq 40000)
	timeout 150 subunit2 wrap --pty -i x -- sh -c 'exec <&- >&- 2>&-; sleep 0.2; echo on >went' >out
	[ "$(cat went)" = on ]
	[ "$(ended x)" = success ]
}

@test "--pty: results of status, convert and run on the terminal reach the stream" {
	printf 'not ok 1 - broken\n1..1\n' >in.tap
	script t/bad.sh <<<'exit 1'
	local command
	for command in 'status a fail' 'convert in.tap' 'filter in.tap' 'mux in.tap' \
		'run --exit=stream t/bad.sh' 'wrap --exit=stream t/bad.sh'; do
		timeout 150 subunit2 wrap --pty -i x -- sh -c "subunit2 $command" >out 2>err && false
		[ "$(ended x)" = fail ]
		[ "$(subunit2 ls --all --failing out | wc -l)" -ge 2 ]
		attached x stdout | grep -E 'fail|FAIL'
	done
	timeout 150 subunit2 run --pty t/bad.sh >out && false
	script t/says.sh <<<'subunit2 status ::step fail'
	runs 1 --pty t/says.sh
	[ "$(ended t/says.sh::step)" = fail ]
}

@test "--pty: a command that closes its terminal may open it again" {
	timeout 150 subunit2 wrap --pty -i x --from=text -- sh -c '
		exec </dev/null >/dev/null 2>&1
		sleep 0.2; echo again >/dev/tty
		sleep 0.2; seq 20000 >/dev/tty' >out
	diff <(echo again; seq 20000) <(attached x stdout)
}

@test "--pty: all processes of a test end" {
	script t/left.sh <<<'trap "" HUP; sleep 1000 & echo $! >left; exit 0'
	script t/hang.sh <<<'trap "" HUP TERM INT; echo $$ >hang; while :; do sleep 1000; done'
	runs 1 -j2 --pty --timeout=3s --grace=200ms --leak-timeout=200ms t/left.sh t/hang.sh
	whole
	[ "$(ended t/left.sh)" = 'success "leaked"' ]
	attached t/hang.sh reason | grep -F 'timed out'
	for name in left hang; do
		[ ! -e "/proc/$(cat $name)" ]
	done
}

@test "--pty --stdin=subunit: the input is typed" {
	start wrap --pty --stdin=subunit --route-code=0 -i x -- \
		sh -c 'trap "echo interrupted; over=1" INT; cat; echo; echo eof; read -r line; echo "$line"
			until [ "$over" ]; do sleep 0.05; done; cat'
	# A line without an end, and an interrupt.
	printf part | subunit2 status -a stdin=- --no-eof >&9
	printf '\004\004line\n' | subunit2 status -a stdin=- --no-eof >&9
	until_true prompts 0 line
	printf '\003' | subunit2 status -a stdin=- --no-eof >&9
	until_true prompts 0 interrupted
	stops 0
	[ "$(attached x stdout)" = $'part\neof\nline\ninterrupted' ]
	# A half line ends with its input.
	printf half | subunit2 status -a stdin=- |
		timeout 150 subunit2 wrap --pty --stdin=subunit -i x -- cat >out
	[ "$(attached x stdout)" = half ]
}

@test "run: requests that are cut, damaged or none are a failed test" {
	mkdir -p t
	printf '#!/bin/sh\nexit 0\n' >t/a.sh
	chmod +x t/a.sh
	subunit2 status t/a.sh exists >asked
	lost() { # STATUS, its standard input
		status=0
		timeout 150 subunit2 run --stdin=subunit >out 2>err || status=$?
		[ "$status" = "$1" ]
		[ "$(events | grep -c '"test_id":"subunit.input","test_status":"fail","runnable":false.*"file_name":"reason"')" = 1 ]
	}
	{ cat asked; head -c -3 asked; } | lost 1
	events | grep -q '"t/a.sh","test_status":"success"'
	{ cat asked; printf '\xb3\x2a\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1b'; cat asked; } | lost 1
	head -c -3 asked | lost 3
	echo 'Segmentation fault' | lost 3
	lost 3 <.
	subunit2 run --stdin=subunit <asked >out
	[ "$(events | grep -c subunit.input)" = 0 ]
}
