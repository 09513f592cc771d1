#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 wrap: options, exit statuses, and the order of the stream.
# Commands that behave badly are in misbehave.bats.
# Needs: automake prove subunit-1to2

setup() {
	load common
	cd "$BATS_TEST_TMPDIR"
}

# The events of a stream, a line each, without their times.
events() {
	subunit2 convert --to=json "$1" |
		sed -E 's/^\{"subunit":2,//; s/"timestamp":"[^"]*",?//; s/\}$//'
}

# wrap's stream goes to the file out; its exit status is checked.
wrap() { # STATUS ARGUMENTS...
	local expected=$1 status=0
	shift
	subunit2 wrap "$@" >out 2>err || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "exit status $status, not $expected"
		cat err
		return 1
	}
}

# The background process PID ends with that status.
ends() { # STATUS PID
	local status=0
	wait "$2" || status=$?
	[ "$status" -eq "$1" ]
}

lacks() {
	! grep "$@"
}

gone() { # PID
	! kill -0 "$1" 2>/dev/null
}

# The last event of the stream has this status and, where given, reason.
final() { # STATUS [REASON]
	local last
	last=$(events out | tail -n 1)
	[[ $last == *'"test_status":"'"$1"'"'* ]] || { echo "$last"; return 1; }
	if [ $# -gt 1 ]; then
		[[ $last == *'"file_name":"reason"'*'"file_text":"'"$2"'"'* ]] || { echo "$last"; return 1; }
	fi
}

# The bytes of every file with that name, joined.
attached() { # NAME
	subunit2 filter --file="$1" out | /usr/bin/python3 -c '
import sys, subunit
class Result:
    def startTestRun(self): pass
    def stopTestRun(self): pass
    def status(self, file_bytes=None, file_name=None, **kwargs):
        if file_name == sys.argv[1]:
            sys.stdout.buffer.write(bytes(file_bytes))
subunit.ByteStreamToStreamResult(sys.stdin.buffer, "other").run(Result())' "$1"
}

@test "a command that succeeds: inprogress, output, success" {
	wrap 0 -i one -- sh -c 'echo hello'
	[ ! -s err ]
	diff - <(events out) <<-'END'
		"test_id":"one","test_status":"inprogress","runnable":true
		"test_id":"one","runnable":true,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"hello\n"
		"test_id":"one","test_status":"success","runnable":true
	END
	[ "$(subunit2 convert --to=json out | grep -c '"timestamp"')" -eq 3 ]
}

@test "a command that fails gives its exit status, and the reason" {
	wrap 3 -- sh -c 'echo why >&2; exit 3'
	final fail 'exit status 3'
	events out | grep -F '"file_name":"stderr"' | grep -F '"file_text":"why\n"'
}

@test "a command that dies of a signal gives 128 and the signal" {
	wrap 137 -- sh -c 'kill -KILL $$'
	final fail 'died of SIGKILL'
}

@test "77 is a skip, unless --skip-exit says otherwise" {
	wrap 77 -- sh -c 'exit 77'
	final skip 'exit status 77'
	wrap 77 --skip-exit=none -- sh -c 'exit 77'
	final fail 'exit status 77'
	wrap 4 --skip-exit=4 -- sh -c 'exit 4'
	final skip 'exit status 4'
	wrap 125 --skip-exit=0 -- true
	wrap 125 --skip-exit=256 -- true
}

@test "a command that does not exist, or is not executable" {
	wrap 127 -- ./missing
	grep -Fx 'subunit2 wrap: ./missing: No such file or directory' err
	final fail 'cannot be executed: ./missing: No such file or directory'
	echo 'exit 0' >plain
	wrap 126 -- ./plain
	grep -Fx 'subunit2 wrap: ./plain: Permission denied' err
	final fail 'cannot be executed: ./plain: Permission denied'
	[ "$(events out | wc -l)" -eq 2 ]
	mkdir sub
	printf '#! /no/such/interpreter -x\n' >sub/script
	printf '#!%s\nexit 0\n' "$PWD/plain" >second
	printf '#!/bin/sh\r\n' >third
	chmod +x sub/script second third
	wrap 127 --cwd=sub -- ./script
	grep -Fx 'subunit2 wrap: ./script: its interpreter /no/such/interpreter: No such file or directory' err
	final fail 'cannot be executed: ./script: its interpreter /no/such/interpreter: No such file or directory'
	wrap 126 -- ./second
	final fail "cannot be executed: ./second: its interpreter $PWD/plain: Permission denied"
	wrap 127 -- ./third
	final fail 'cannot be executed: ./third: its interpreter /bin/sh\\x0d: No such file or directory'
	wrap 125 --cwd=none -- true
	grep -Fx 'subunit2 wrap: none: No such file or directory' err
	PATH=$PWD:$PATH wrap 126 -- plain
	final fail 'cannot be executed: plain: Permission denied'
}

@test "wrong use is 125, with one line" {
	for arguments in '' --timeout=x --leaked=maybe --stdin=x --from=x --exit=x --env=x --env==x \
		'--until=(' --bogus '-i' --id= '--die-on-stdin-eof --stdin=inherit true'; do
		# shellcheck disable=SC2086
		wrap 125 $arguments
		[ "$(wc -l <err)" -eq 1 ]
		grep '^subunit2 wrap: ' err
		[ ! -s out ]
	done
	wrap 125 -i $'bad\xff' true
	grep -F -- '--id' err
	wrap 125 --die-on-stdin-eof --stdin=inherit true
	grep -Fx 'subunit2 wrap: --die-on-stdin-eof and --stdin=inherit: only one of them' err
}

@test "help is 0, and names every option" {
	wrap 0 --help
	for option in id tag from merge timeout grace leak-timeout leaked stdin until skip-exit \
		expect-fail strict cwd env exit route-code die-on-stdin-eof output to; do
		grep -qe "--$option" out
	done
}

@test "options end at the command" {
	wrap 1 sh -c 'echo "$1" | grep -q x' -- -i
	wrap 0 -i id echo -i --timeout=1
	events out | grep -F '"file_text":"-i --timeout=1\n"'
}

@test "the id is the command as a shell reads it" {
	wrap 0 -- printf '%s' "it's" 'a b' '' '$x' $'tab\there' $'bad\xff'
	subunit2 ls out | diff - <(cat <<-'END'
		printf %s 'it'\''s' 'a b' '' '$x' 'tab\x09here' bad\xff
	END
	)
}

@test "the id is 1,024 bytes at most" {
	wrap 0 -- true "$(printf '%02000d' 0)"
	[ "$(subunit2 ls out | head -n 1 | tr -d '\n' | wc -c)" -eq 1024 ]
}

@test "assertions are below an id of the maximal length" {
	wrap 1 -- sh -c "# $(printf '%01200d' 0)
		echo 1..2; echo not ok 1 - a; echo ok 2 - \$(printf %02000d 0)"
	[ "$(subunit2 ls --all out | wc -l)" -eq 3 ]
	subunit2 ls --all out | grep -q '[^:]::a$'
	subunit2 report out | grep -F 'scripts: 1 failed; assertions: 1 passed, 1 failed'
	wrap 1 --from=automake -- sh -c "# $(printf '%01200d' 0)
		echo PASS: b; echo FAIL: c"
	[ "$(subunit2 ls --all out | grep -c '[^:]::[bc]$')" -eq 2 ]
	subunit2 wrap -- sh -c "# $(printf '%01200d' 0)
		echo 1..1; echo not ok 1 - \$(printf %02000d 0)" | cat >piped
	[ "$(subunit2 report piped | grep -c 'assertions: 1 failed')" -eq 1 ]
}

@test "the command knows its id" {
	wrap 0 -i 'my test' -- sh -c 'echo "$SUBUNIT2_TEST_ID"'
	events out | grep -F '"file_text":"my test\n"'
}

@test "--tag is on every event, --route-code on every packet" {
	wrap 0 -i x -t quick -t unix --route-code=7 -- sh -c 'echo a; subunit2 status y success'
	[ "$(events out | grep -c '"route_code":"7"')" -eq 4 ]
	[ "$(events out | grep -c '"test_tags":\["quick","unix"\]')" -eq 4 ]
}

@test "stdout and stderr are kept apart, and in the order in which they came" {
	mkfifo gate
	wrap 0 -i x -- sh -c '
		echo one; until [ -e seen1 ]; do :; done
		echo two >&2; echo done' 3>&- &
	until grep -q one out 2>/dev/null; do :; done
	touch seen1
	wait $!
	events out | grep -o '"file_name":"[a-z]*"' | diff - <(printf '"file_name":"%s"\n' stdout stderr stdout)
}

@test "a prompt shows before its line ends, also where it may begin TAP" {
	for prompt in '# ' 'ok? ' 'ok, go on? ' '1..2..3'; do
		rm -f seen out
		wrap 0 -i x -- sh -c 'printf %s "$1"; until [ -e seen ]; do sleep 0.01; done' - "$prompt" 3>&- &
		until grep -qF "$prompt" out 2>/dev/null; do sleep 0.01; done
		touch seen
		wait $!
	done
}

@test "--merge gives one pipe" {
	wrap 0 -i x --merge -- sh -c 'echo a; echo b >&2; echo c'
	attached stdout | diff - <(printf 'a\nb\nc\n')
	events out | lacks -q stderr
}

@test "bytes come out as they went in" {
	head -c 300000 /dev/urandom >noise
	wrap 0 --from=text -i x -- cat noise
	/usr/bin/python3 - <<-'END'
		import subunit, io
		got = b""
		class Result:
		    def status(self, file_bytes=None, file_name=None, **kwargs):
		        global got
		        if file_name in ("stdout", "stdout.bytes"):
		            got += bytes(file_bytes)
		subunit.ByteStreamToStreamResult(open("out", "rb")).run(Result())
		assert got == open("noise", "rb").read()
	END
}

@test "TAP becomes subtests, and counts" {
	wrap 1 -i x -- printf '%s\n' 1..3 'ok 1 - one' 'not ok 2 - two' '# why' 'ok 3 - three # SKIP no'
	events out | sed -n 's/.*"test_id":"\(x::[^"]*\)","test_status":"\([a-z]*\)".*/\1 \2/p' | grep -v inprogress |
		diff - <(printf 'x::%s\n' 'one success' 'two fail' 'three skip')
	final fail
	wrap 0 -i x -- printf '%s\n' 'ok 1 - one' 1..1
	final success
	wrap 0 -i x -- echo '1..0 # SKIP not here'
	final skip 'not here'
	wrap 1 -i x -- printf '%s\n' 1..2 'ok 1 - one'
	final fail
	wrap 7 -i x -- sh -c 'echo 1..1; echo ok 1; exit 7'
	final fail 'exit status 7'
}

@test "TAP is recognised by two pieces of evidence, in any order and at any time" {
	wrap 1 -i x -- printf '%s\n' 'ok - reads' 'not ok - writes' 'ok - closes' 1..3
	[ "$(ids fail)" = $'x\nx::writes' ]
	wrap 1 -i x -- sh -c 'echo "ok - reads"; sleep 0.3; echo "not ok - writes"'
	[ "$(ids fail)" = $'x\nx::writes' ]
	[ "$(ids success)" = x::reads ]
	wrap 0 -i x -- printf '%s\n' 'ok 3 - c' 'ok 1 - a' 'ok 2 - b' 1..3
	[ "$(ids success)" = $'x\nx::a\nx::b\nx::c' ]
	wrap 0 -i x -- printf '    ok 1 - in\n    1..1\nok 1 - out\n1..1\n'
	[ "$(ids success)" = $'x\nx::out\nx::out::in' ]
	for text in 'ok all copied' 'ok, now' 'ok - a' 'ok 2 workers' $'ok  \tpkg\t0.01s' $'ok\t1'; do
		wrap 0 -i x -- printf '%s\n' "$text" "$text"
		[ "$(ids success)" = x ]
	done
	printf 'echo "ok all done"\n' >x.t
	wrap 1 -i x -- sh -e x.t
	[ "$(ids success)" = "x::all done" ]
}

@test "subtests without the test that they are part of fail, if there is no other TAP" {
	local missing='subtests, but no test that they are part of'
	for text in '    not ok 1 - x' '    not ok - x' '        not ok 2' 'log\n    not ok 1 - x\n    1..1\nlog' \
		'    1..2\n    ok 1 - x' '    Bail out! gone'; do
		wrap 1 -i x -- printf "$text\n"
		final fail "$missing" || { echo "$text"; false; }
	done
	wrap 1 -i x -- sh -c 'echo "    not ok 1 - x"; sleep 0.3; yes text | head -n 20000'
	final fail "$missing"
	for text in '    ok 1 - x' '    not ok' '    not ok x' '   not ok 1 - x' '    1..5' 'ok 1\n    not ok 1 - x\n1..1'; do
		wrap 0 -i x -- printf "$text\n"
	done
	# A plan is no such test.
	for text in '    not ok 1 - x\n1..0' '1..0 # SKIP no\n    not ok 1 - x' \
		'TAP version 14\n    not ok 1 - x\n    1..1\n1..0 # SKIP no'; do
		wrap 1 -i x -- printf "$text\n"
		final fail '#1: its own result is missing; 1 of 1 assertions failed' ||
			{ echo "$text"; false; }
	done
	printf 'echo "    ok 1 - x"\n' >x.t
	wrap 1 -i x -- sh -e x.t
	final fail "$missing"
}

@test "--from=tap requires TAP; prose that resembles TAP is text" {
	wrap 0 -i x -- echo ok all copied
	[ "$(subunit2 ls out)" = x ]
	wrap 1 -i x --from=tap -- echo no TAP
	final fail
	wrap 1 -i x --from=ktap -- true
	wrap 0 -i x --from=tap -- printf '%s\n' 'ok - one' 1..1
	events out | grep -F '"test_id":"x::one","test_status":"success"'
}

@test "--strict: a todo that passes fails the test" {
	wrap 0 -i x -- printf '%s\n' 1..1 'ok 1 - a # TODO later'
	events out | grep -F todo-passed
	wrap 1 -i x --strict -- printf '%s\n' 1..1 'ok 1 - a # TODO later'
	events out | grep -F '"test_status":"uxsuccess"'
}

@test "stderr is never read as TAP" {
	wrap 0 -i x -- sh -c 'echo 1..1 >&2; echo not ok 1 >&2'
	[ "$(subunit2 ls out)" = x ]
}

@test "packets inside pass through and count" {
	wrap 1 -i x -- sh -c 'echo before; subunit2 status a fail; echo after'
	final fail '1 test in its output failed'
	events out | cut -d, -f1,2 | diff - <(cat <<-'END'
		"test_id":"x","test_status":"inprogress"
		"test_id":"x","runnable":true
		"test_id":"a","test_status":"fail"
		"test_id":"x","runnable":true
		"test_id":"x","test_status":"fail"
	END
	)
	wrap 0 -i x -- subunit2 status a success
	wrap 1 -i x -- subunit2 status a inprogress
	final fail '1 test in its output did not finish'
	wrap 1 -i x -- sh -c 'subunit2 status a uxsuccess; subunit2 status b fail; subunit2 status c fail'
	final fail '2 tests in its output failed\n1 test in its output passed unexpectedly'
}

@test "events as JSON lines pass through as well" {
	wrap 1 -i x -- sh -c 'subunit2 status a fail | subunit2 convert --to=json'
	events out | grep -F '"test_id":"a","test_status":"fail"'
	events out | lacks -F '"file_name":"stdout"'
}

@test "of several final statuses for the test itself, the worst counts" {
	local worst=(success xfail skip uxsuccess fail) i j
	for i in {0..4}; do
		for ((j = 0; j < i; j++)); do
			for order in "$i $j" "$j $i"; do
				wrap $((i > 2)) -i x -- sh -c 'subunit2 status x $0; subunit2 status x $1' \
					"${worst[${order% *}]}" "${worst[${order#* }]}"
				case ${worst[i]} in
				uxsuccess | fail) final fail "said so itself: ${worst[i]}" ;;
				*) final "${worst[i]}" ;;
				esac
			done
		done
	done
}

@test "a final status for the test itself is merged, and sent once" {
	wrap 1 -i x -- sh -c 'subunit2 status x fail'
	final fail 'said so itself: fail'
	wrap 0 -i x -- sh -c 'subunit2 status x skip'
	final skip
	wrap 5 -i x -- sh -c 'subunit2 status x success; exit 5'
	final fail 'exit status 5'
	[ "$(events out | grep -c '"test_status":"\(success\|fail\)"')" -eq 1 ]
	wrap 0 -i x -- sh -c 'echo note | subunit2 status -t own -a log=- x success'
	final success
	[ "$(events out | grep -c '"test_status":"success"')" -eq 1 ]
	events out | grep -F '"file_name":"log"' | grep -F '"own"'
	wrap 0 -i x -- sh -c 'subunit2 status --route-code=1 x success'
	[ "$(events out | grep -c '"test_status":"success"')" -eq 2 ]
}

@test "--from=subunit: a broken packet is damage" {
	subunit2 status a success >packet
	wrap 1 --from=subunit -- head -c 10 packet
	events out | grep -F '"test_id":"subunit.parser"'
	final fail '1 damaged packet in its output'
	wrap 0 -- head -c 10 packet
}

@test "a first packet that is cut after its test id is a failure, in every way to read it" {
	subunit2 status net/http fail -m reason >whole
	head -c 30 whole >torn
	grep -aq net/http torn
	wrap 1 -i x -- cat torn
	wrap 1 -i x -- sh -c 'echo text; cat torn'
	wrap 0 -i x -- sh -c 'printf "text "; cat torn'
	subunit2 convert --to=json <torn >events
	grep '"test_id":"subunit.parser"' events | grep -q '"test_status":"fail"'
}

@test "a damaged packet at the beginning of the output is a failure, also without --from" {
	subunit2 status --timestamp=@1 b fail | tr b c >packet
	wrap 1 -i x -- cat packet
	final fail '1 damaged packet in its output'
	LC_ALL=C tr '\263' '\262' <packet | LC_ALL=C tr c b >signature
	wrap 1 -i x -- cat signature
	final fail 'its output begins with a damaged packet'
	wrap 1 -i x -- sh -c 'head -c 7 packet; sleep 0.2; tail -c +8 packet; echo text'
	wrap 1 -i x -- sh -c 'cat packet; subunit2 status c success'
	wrap 0 -i x --from=text -- cat packet
	wrap 0 -i x -- printf '\xb3 abc\n3 tests\n'
}

@test "--from=text reads all output as text" {
	wrap 0 -i x --from=text -- sh -c 'subunit2 status a fail; echo not ok 1'
	[ "$(subunit2 ls out)" = x ]
}

@test "--timeout ends the command, names the reason, and gives 124" {
	wrap 124 --timeout=200ms -- sleep 1000
	final fail 'timed out after 0.200s\ndied of SIGTERM'
}

@test "--grace is how long a command that ignores TERM lives" {
	# In 2 s, it ignores TERM.
	wrap 124 --timeout=2s --grace=100ms -- sh -c 'trap "" TERM; echo here; while :; do sleep 0.1; done'
	final fail 'timed out after 2.00s\ndied of SIGKILL'
	attached stdout | grep -x here
}

@test "--until ends the command at a matching line, and the test passes" {
	wrap 0 --until='^login:' -- sh -c 'echo booting; printf "login: "; sleep 1000'
	final success
	wrap 0 --until='^done$' -- sh -c 'echo done; exit 9'
	final success
	wrap 0 --until=here -- sh -c 'echo here >&2; sleep 1000'
	wrap 1 --until='never' -- echo 'done'
	final fail 'ended without the output that was waited for'
}

@test "--expect-fail exchanges failure and success" {
	wrap 1 --expect-fail -- sh -c 'exit 1'
	final xfail 'exit status 1'
	wrap 0 --expect-fail --exit=verdict -- sh -c 'exit 1'
	# The failed assertion stays one, so the stream is not good.
	wrap 1 --expect-fail -- printf '%s\n' 1..1 'not ok 1 - a'
	final xfail
	wrap 1 --expect-fail -- true
	final uxsuccess 'passed, and was expected to fail'
	wrap 77 --expect-fail -- sh -c 'exit 77'
	final skip
	wrap 124 --expect-fail --timeout=100ms -- sleep 1000
	final fail
}

@test "--exit=verdict and --exit=stream" {
	wrap 1 --exit=verdict -- sh -c 'exit 9'
	wrap 0 --exit=verdict -- sh -c 'exit 77'
	wrap 0 --exit=stream -- sh -c 'exit 9'
	wrap 0 --exit=stream -- ./missing
	run -125 sh -c 'subunit2 wrap --exit=stream -- true >/dev/full'
	run -125 --separate-stderr sh -c 'subunit2 wrap --help >/dev/full'
	[ "$stderr" = 'subunit2 wrap: standard output: No space left on device' ]
}

@test "the report names the failures at its end, as that of run does" {
	wrap 1 -i x --to=text -- sh -c 'echo 1..2; echo ok 1 - a; echo not ok 2 - b; seq 100'
	sed -n '/^failed:$/,$p' out | grep -q '^  x::b'
}

@test "the caller gets the CPU time of the command" {
	local TIMEFORMAT=%U
	# shellcheck disable=SC2016
	{ time subunit2 wrap -q -- sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done' >out; } 2>cpu
	awk '{ exit !($1 >= 0.02) }' cpu
}

@test "--cwd and --env" {
	mkdir elsewhere
	wrap 0 --cwd=elsewhere --env=A=1 --env=A=2 --env=HOME=/nowhere -- sh -c 'pwd; echo $A $HOME'
	attached stdout | diff - <(printf '%s\n' "$PWD/elsewhere" '2 /nowhere')
	wrap 125 --cwd=missing -- true
	grep -Fx 'subunit2 wrap: missing: No such file or directory' err
	final fail 'cannot change to its directory: missing: No such file or directory'
	cp "$(type -P true)" elsewhere/special
	wrap 0 --env=PATH="$PWD/elsewhere" -- special
}

@test "standard input is empty, or with --stdin=inherit that of wrap" {
	echo line | subunit2 wrap -i x -- cat >out
	events out | lacks -q stdout
	echo line | subunit2 wrap -i x --stdin=inherit -- cat >out
	events out | grep -F '"file_text":"line\n"'
}

@test "the command has a session of its own, or with --stdin=inherit that of wrap" {
	session='ps -o sid= -p $$'
	wrap 0 -- sh -c "$session"
	[ "$(attached stdout)" -ne "$(sh -c "$session")" ]
	wrap 0 --stdin=inherit -- sh -c "$session"
	[ "$(attached stdout)" -eq "$(sh -c "$session")" ]
}

@test "--die-on-stdin-eof ends the command when standard input ends" {
	mkfifo input
	subunit2 wrap --die-on-stdin-eof -i x -- sh -c 'echo $$; exec sleep 1000' <input >out 3>&- &
	exec 7>input
	until grep -q x out; do :; done
	echo ignored >&7
	kill -0 $!
	exec 7>&-
	ends 143 $!
	final fail 'interrupted by SIGTERM\ndied of SIGTERM'
}

@test "processes that a command leaves are kept, killed, or a failure" {
	wrap 0 --leak-timeout=200ms -- sh -c 'sleep 1000 & echo $!'
	final success
	events out | tail -n 1 | grep -F '"test_tags":["leaked"]'
	pid=$(attached stdout)
	kill "$pid"
	wrap 0 --leak-timeout=200ms --leaked=kill -- sh -c 'sleep 1000 & echo $!'
	events out | tail -n 1 | grep -F '"test_tags":["leaked"]'
	gone "$(attached stdout)"
	# It is named as what it runs, so that must be sleep already.
	wrap 1 --leak-timeout=200ms --leaked=fail -- sh -c \
		'sleep 1000 & echo $!; until grep -q sleep /proc/$!/comm; do :; done'
	gone "$(attached stdout)"
	final fail "left running: sleep ($(attached stdout))"
}

@test "the command gets the descriptors that wrap was given, but not its output" {
	exec 7>seven
	wrap 0 -- sh -c 'echo here >&7; ls -l /proc/$$/fd'
	exec 7>&-
	grep -x here seven
	attached stdout | lacks -F "$PWD/out"
}

@test "a stream of its own in --to and -o" {
	wrap 0 -i x --to=json -- echo hi
	grep -q '^{"subunit":2' out
	wrap 0 -i x -o s.subunit -o json:j -- echo hi
	grep -q 'scripts: 1 passed' out
	diff <(events s.subunit) <(sed -E 's/^\{"subunit":2,//; s/"timestamp":"[^"]*",?//; s/\}$//' j)
	wrap 0 -i x -q -o s.subunit -- echo hi
	[ ! -s out ]
	wrap 125 -o missing/s.subunit -- touch ran
	[ ! -e ran ]
}

@test "output that cannot be written ends the command" {
	run -125 --separate-stderr sh -c 'subunit2 wrap -i x -- touch pid >/dev/full'
	[ ! -e pid ]
	[[ ${stderr:-} == 'subunit2 wrap: standard output: No space left on device' ]]
	mkfifo pipe
	subunit2 wrap -i x -- sh -c 'echo $$ >pid; echo more; exec sleep 1000' >pipe 2>err 3>&- &
	read -r -n 1 _ <pipe
	ends 125 $!
	grep -Fx 'subunit2 wrap: standard output: Broken pipe' err
	[ ! -s pid ] || ! kill -0 "$(cat pid)" 2>/dev/null
}

@test "wraps inside wraps, and status, share one stream" {
	wrap 1 -i outer -- sh -c '
		subunit2 wrap -i inner -- sh -c "echo deep; exit 2"
		subunit2 status ::step success; true'
	events out | grep -F '"test_id":"outer::step","test_status":"success"'
	events out | grep -F '"test_id":"inner","test_status":"fail"'
	final fail '1 test in its output failed'
	subunit2 report out | grep -F 'scripts: 2 failed'
}

@test "Python's subunit reads the stream" {
	wrap 3 -i x -t tag -- sh -c 'echo out; echo err >&2; printf "\\303("; exit 3'
	subunit2junitxml <out >xml || true
	subunit-stats <out | grep -E 'Failed tests: +1'
}

# The ids that have this final status, sorted.
ids() { # STATUS
	subunit2 convert --to=json out |
		sed -nE 's/.*"test_id":"([^"]*)","test_status":"'"$1"'".*/\1/p' | sort
}

@test "the console of automake's make check becomes tests, with the logs of failures" {
	printf '%s\n' 'check:' \
		$'\t''@echo "make  check-TESTS"; echo "PASS: a.sh"; echo "XFAIL: t.tap 2 - two # TODO"' \
		$'\t''@echo why >b.log; echo "FAIL: b.sh"; exit 1' >Makefile
	wrap 2 -i m -- make -s check
	[ "$(ids success)" = "m::a.sh" ]
	[ "$(ids xfail)" = "m::t.tap::two" ]
	[ "$(ids fail)" = $'m\nm::b.sh' ]
	subunit2 convert --to=json out | grep -q '"test_id":"m::b.sh".*"file_name":"b.log".*"file_text":"why'
	wrap 1 -i m --from=automake -- printf '%s\n' 'FAIL: x'
	wrap 0 -i m -- printf '%s\n' 'FAIL: x'
}

# logged DIRECTORY COMMAND...: the logs that wrap attaches when COMMAND prints the console in
# the file console, run in DIRECTORY.
logged()
{
	local directory=$1
	shift
	(cd "$directory" && subunit2 wrap -i m --from=automake --exit=stream -- "$@") >out
	subunit2 convert --to=json out | sed -n 's/.*"file_name":"\([^"]*\.log\)".*"file_text":"\([^"\\]*\).*/\1=\2/p' | paste -sd' '
}

@test "a log outside of the command's directory, or of another run, is not read" {
	mkdir -p below/sub outside
	printf '%s\n' secret >outside/x.log
	printf '%s\n' secret >below/old.log
	ln -s ../outside below/link
	ln -s ../outside/x.log below/linked.log
	ln -s sub below/inner
	mkfifo below/pipe.log
	local console=$PWD/console outside=$PWD/outside
	# Each of these is a result of a script that writes the log of its own.
	printf '%s\n' "make: Entering directory '$outside'" 'FAIL: x' "make: Leaving directory '$outside'" \
		'FAIL: ../outside/x' 'FAIL: link/x' 'FAIL: linked' 'FAIL: old' 'FAIL: pipe' 'FAIL: fresh' \
		"make: Entering directory '$PWD/below/inner'" 'FAIL: deep.sh' >console
	run -0 logged below sh -c 'echo new >fresh.log; echo new >sub/deep.log; touch ../outside/x.log; cat "$0"' "$console"
	[ "$output" = 'fresh.log=new deep.log=new' ]
	# The saved console of that run.
	run -0 logged below cat "$console"
	[ "$output" = '' ]
}

@test "logs below the directory into which make changes are read" {
	local words
	mkdir start build build/sub
	printf '%s\n' 'check:' \
		$'\t''@echo why >sub/b.log; echo "make: Entering directory '"'$PWD/build/sub'"'"; echo "FAIL: b"' >build/Makefile
	for words in '-C ../build' '-C../build' '--directory=../build' '--directory ../build' "-C .. -C build" "-C $PWD/build"; do
		# shellcheck disable=SC2086
		run -0 logged start make -s $words check
		[ "$output" = 'b.log=why' ]
	done
	run -0 logged start sh -c 'make -s -f ../build/Makefile -C ../build check'
	[ "$output" = '' ]
}

@test "results that VERBOSE=1 quotes from a log do not count again" {
	cat >console <<-'END'
		make  check-TESTS
		FAIL: a.tap 1 - one
		PASS: b
		========================
		   x 1: ./test-suite.log
		========================
		# PASS:  1
		# FAIL:  1
		# ERROR: 0
		FAIL: a
		1..1
		not ok 1 - one
		Testsuite summary for x 1
		# PASS:  1
		# FAIL:  1
		# ERROR: 0
	END
	wrap 2 -i m -- sh -c 'cat console; exit 2'
	[ "$(ids success)" = m::b ]
	[ "$(ids fail)" = $'m\nm::a.tap::one' ]
	events out | grep -F '"file_name":"stdout"' | grep -F 'not ok 1 - one'
}

@test "--automake finds make after other words" {
	echo 'check: ; @env' >Makefile
	echo 'check-TESTS:' >>Makefile
	wrap 0 -i m --automake -- env A=1 nice make -s check
	subunit2 convert --to=json out | grep -F 'MAKEFILES=/proc/'
}

@test "a program below writes into the stream with -o @wrap, independent of its standard output" {
	wrap 1 -i m -- sh -c 'echo before; subunit2 status -o @wrap x fail >elsewhere; echo after'
	[ "$(ids fail)" = $'m\nx' ]
	[ ! -s elsewhere ]
	wrap 0 -i m -- sh -c 'subunit2 status x fail >elsewhere'
	[ -s elsewhere ]
	env -u SUBUNIT2_OUTPUT subunit2 status -o @wrap x success >elsewhere
	[ -s elsewhere ]
	SUBUNIT2_OUTPUT=$PWD/none subunit2 status -o @wrap x success >elsewhere
	[ -s elsewhere ]
}

@test "many writers share the packet FIFO, and it is removed at the end" {
	wrap 0 -i m --env=TMPDIR="$PWD" -- sh -c 'seq 200 |
		xargs -P 8 -I N subunit2 status -m "$(seq 2000)" -o @wrap tN success; echo "$SUBUNIT2_OUTPUT" >path'
	[ "$(ids success | wc -l)" = 201 ]
	[ ! -e "$(cat path)" ]
	[ ! -e "$(dirname "$(cat path)")" ]
}

@test "--transparent passes output and exit status on, and packets to the wrap around it" {
	local status=0
	printf '%s\n' 'echo 1..1' 'echo not ok 1 - a' 'echo why >&2' 'exit 3' >t.sh
	subunit2 wrap --transparent -i t -o inner.subunit -- sh t.sh >plain 2>errors || status=$?
	[ "$status" = 3 ]
	sh t.sh 2>/dev/null | cmp plain -
	[ "$(cat errors)" = why ]
	mv inner.subunit out
	[ "$(ids fail)" = $'t\nt::a' ]
	wrap 1 -i m -- prove --exec 'subunit2 wrap --transparent -i t -- sh' t.sh
	[ "$(ids fail)" = $'m\nt\nt::a' ]
	run -125 --separate-stderr sh -c 'subunit2 wrap --transparent -o x.subunit -- echo a >/dev/full'
	[ "$stderr" = "subunit2 wrap: standard output: No space left on device" ]
	run -125 --separate-stderr env -u SUBUNIT2_OUTPUT subunit2 wrap --transparent -- true
	[[ $stderr == "subunit2 wrap: --transparent: there is no wrap around this one, and no -o"* ]]
}

@test "a skip keeps the reason of the plan, or that of the command" {
	wrap 77 -- sh -c 'echo "1..0 # SKIP no network"; exit 77'
	final skip 'no network'
	wrap 77 -i x -- sh -c 'subunit2 status x -m "no network"; exit 77'
	final skip
	[ "$(subunit2 convert --to=json out | grep -c '"file_name":"reason"')" = 1 ]
	wrap 0 -i x -- sh -c 'subunit2 status x skip -m "no network"'
	final skip
}

@test "a harness that found no tests is a skip that says so, and the exit status stays" {
	local line
	for line in 'ctest:No tests were found!!!' 'meson:No tests defined.' 'prove:Result: NOTESTS' 'automake:# TOTAL: 0'; do
		wrap 0 -i x -- echo "${line#*:}"
		final skip "${line%%:*} found no tests"
		wrap 3 -i x -- sh -c 'echo "$0"; exit 3' "${line#*:}"
		final fail 'exit status 3'
		wrap 0 -i x -- sh -c 'echo "$0"; subunit2 status a pass' "${line#*:}"
		final success
	done
	wrap 0 -i x -- sh -c 'echo "No tests were found!!!" >&2'
	final skip 'ctest found no tests'
	# One folder of several.
	wrap 0 -i x -- printf '%s\n' 'Making check in a' '# TOTAL: 0' 'Making check in b' 'PASS: c' '# TOTAL: 1' '# PASS:  1'
	final success
}

@test "packets are read before a line of a harness that was written after them" {
	# Both are there, the line at a place that is read first, when the stopped wrap goes on.
	cat >harness <<-'END'
	until wrap=$(cat pid 2>/dev/null) && [ "$wrap" ]; do sleep 0.01; done
	kill -STOP "$wrap"
	until grep -q '^State:.T' "/proc/$wrap/status"; do sleep 0.01; done
	echo 'begins'
	subunit2 wrap --transparent -i t/a.t -- true
	echo 't/a.t .. ok'
	kill -CONT "$wrap"
	END
	subunit2 wrap -i suite -- sh harness >out 3>&- & echo $! >pid
	wait $!
	[ "$(subunit2 ls --all out | sort | paste -sd' ')" = 'suite t/a.t' ]
}
