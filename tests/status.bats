#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 status: the bytes it writes, the calls it refuses, and the files it can write to. Under
# the name status-builtin.bats, this file tests the builtin of bash instead of the program.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset SUBUNIT2_TEST_ID
	[[ $BATS_TEST_FILENAME == */status-builtin.bats ]] || return 0
	# For this shell, and for those that it starts.
	export BASH_ENV=$BATS_TEST_TMPDIR/.bashenv
	echo "enable -f '$BUILD/subunit2.so' subunit2" >"$BASH_ENV"
	# shellcheck source=/dev/null
	. "$BASH_ENV"
	[ "$(type -t subunit2)" = builtin ]
}

hex() {
	od -An -v -tx1 "$@" | tr -d ' \n'
}

# Prints the events of the call as JSON, without the part that all lines begin with.
json() {
	subunit2 status --timestamp=none --to=json "$@" | sed 's/^{"subunit":2,//'
}

# Checks that the call fails with STATUS, prints only MESSAGE, and writes nothing.
refuses() { # STATUS MESSAGE ARGUMENT...
	local expected=$1 message=$2
	shift 2
	run -"$expected" --separate-stderr subunit2 status "$@"
	[ -z "$output" ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "subunit2 status: $message" ] || { echo "$stderr"; false; }
}

@test "the packets of the check vectors" {
	subunit2 status --timestamp=none foo exists >out
	[ "$(hex out)" = b329010c03666f6f08555f1b ]
	subunit2 status --timestamp=2001-12-12T12:59:59.000045Z bar success >out
	[ "$(hex out)" = b32b03133c1754cf80afc80362617249963e2d ]
}

@test "a status has the present time, in nanoseconds" {
	before=$(date +%s)
	subunit2 status foo ok --to=json >out
	after=$(date +%s)
	time=$(sed -n 's/.*"timestamp":"\([^"]*\)".*/\1/p' out)
	[[ $time =~ ^[-0-9]{10}T[:0-9]{8}\.[0-9]{9}Z$ ]]
	seconds=$(date -d "$time" +%s)
	[ "$before" -le "$seconds" ]
	[ "$seconds" -le "$after" ]
}

@test "--timestamp takes RFC 3339, seconds since 1970 and none" {
	for when in 2001-12-12T12:59:59.000045Z 2001-12-12T14:59:59.000045+02:00 \
		'2001-12-12 06:59:59.000045-0600' @1008161999.000045; do
		subunit2 status --timestamp="$when" bar success >out
		[ "$(hex out)" = b32b03133c1754cf80afc80362617249963e2d ]
	done
	subunit2 status --timestamp=@0.123456789 x --to=json | grep -F '"timestamp":"1970-01-01T00:00:00.123456789Z"'
	subunit2 status --timestamp=@4294967295 x --to=json | grep -F '"timestamp":"2106-02-07T06:28:15.000000000Z"'
	run -1 grep timestamp < <(subunit2 status --timestamp=none x --to=json)
}

@test "every status, by name, synonym and exit status" {
	for pair in exists:exists inprogress:inprogress success:success uxsuccess:uxsuccess \
		skip:skip fail:fail xfail:xfail start:inprogress pass:success ok:success \
		failed:fail skipped:skip todo:xfail 0:success 77:skip 1:fail 99:fail 255:fail; do
		[ "$(json x "${pair%:*}")" = '"test_id":"x","test_status":"'"${pair#*:}"'","runnable":true}' ]
	done
}

@test "an id without a status" {
	[ "$(json x)" = '"test_id":"x","runnable":true}' ]
}

@test "tags, route and runnable" {
	[ "$(json -t one --tag=two -t one --route-code=0/3 --not-runnable x fail)" = \
		'"route_code":"0/3","test_id":"x","test_status":"fail","test_tags":["one","two"],"runnable":false}' ]
}

@test "a step of the running test" {
	export SUBUNIT2_TEST_ID=t/deploy.sh
	[ "$(json ::copy ok)" = '"test_id":"t/deploy.sh::copy","test_status":"success","runnable":false}' ]
	[ "$(json plain ok)" = '"test_id":"plain","test_status":"success","runnable":true}' ]
	refuses 2 '::: the step has no name' :: ok
	unset SUBUNIT2_TEST_ID
	refuses 2 '::copy: no test is running: SUBUNIT2_TEST_ID is not set' ::copy ok
}

@test "a message is the file reason" {
	[ "$(json -m 'no network' x skip)" = \
		'"test_id":"x","test_status":"skip","runnable":true,"file_name":"reason","mime_type":"text/plain;charset=utf8","file_text":"no network","eof":true}' ]
	[ "$(json -m '' x skip)" = \
		'"test_id":"x","test_status":"skip","runnable":true,"file_name":"reason","mime_type":"text/plain;charset=utf8","file_text":"","eof":true}' ]
	json -m $'\xff' x skip | grep -F '"mime_type":"application/octet-stream","file_base64":"/w=="'
}

@test "an attachment: its name, and its type, detected or given" {
	mkdir dir
	printf 'häh\n' >dir/text
	printf 'a\0b' >nul
	printf 'caf\xe9' >latin1
	: >empty
	json x fail -a dir/text | grep -F '"test_status":"fail","runnable":true,"file_name":"text","mime_type":"text/plain;charset=utf8","file_text":"häh\n","eof":true}'
	json x -a 'my log=dir/text' | grep -F '"file_name":"my log"'
	json x -a nul | grep -F '"mime_type":"application/octet-stream","file_text":"a\u0000b","eof":true}' ||
		json x -a nul | grep -F '"mime_type":"application/octet-stream","file_base64":"YQBi","eof":true}'
	json x -a latin1 | grep -F '"mime_type":"application/octet-stream","file_base64":"Y2Fm6Q==","eof":true}'
	json x -a empty | grep -F '"file_name":"empty","mime_type":"text/plain;charset=utf8","file_text":"","eof":true}'
	json x -a nul --mime-type=image/png -a empty | grep -F '"file_name":"nul","mime_type":"image/png"'
	json x -a nul --mime-type=image/png -a empty | grep -F '"file_name":"empty","mime_type":"text/plain;charset=utf8"'
	json x --no-eof -a empty | grep -F '"file_text":""}'
}

@test "a path may contain an equals sign" {
	echo x >a=b
	json x -a ./a=b | grep -F '"file_name":"a=b"'
	json x -a name=a=b | grep -F '"file_name":"name"'
}

@test "a file without a test belongs to the run" {
	echo x >log
	[ "$(json -a log)" = '"runnable":false,"file_name":"log","mime_type":"text/plain;charset=utf8","file_text":"x\n","eof":true}' ]
}

@test "a first status goes with the first packet, a final one with the last" {
	echo 1 >one
	echo 2 >two
	[ "$(json x fail -a one -a two | grep -o '"file_name":"[a-z]*"\|"test_status":"[a-z]*"' | paste -sd' ')" = \
		'"file_name":"one" "test_status":"fail" "file_name":"two"' ]
	[ "$(json x start -a one -a two | grep -o '"file_name":"[a-z]*"\|"test_status":"[a-z]*"' | paste -sd' ')" = \
		'"test_status":"inprogress" "file_name":"one" "file_name":"two"' ]
}

@test "--duration adds an earlier inprogress" {
	[ "$(subunit2 status --timestamp=@100.5 --duration=1500ms -t a --route-code=0 x ok --to=json)" = \
		'{"subunit":2,"timestamp":"1970-01-01T00:01:39.000000000Z","route_code":"0","test_id":"x","test_status":"inprogress","test_tags":["a"],"runnable":true}
{"subunit":2,"timestamp":"1970-01-01T00:01:40.500000000Z","route_code":"0","test_id":"x","test_status":"success","test_tags":["a"],"runnable":true}' ]
	refuses 2 '--duration: needs a final status' --duration=1 x start
	refuses 2 '--duration: needs a final status' --duration=1 x
	refuses 2 '--no-eof: there is no file' --no-eof x ok
	refuses 2 '--duration: needs a time' --duration=1 --timestamp=none x ok
	refuses 2 '--duration: the test began before 1970' --duration=1h --timestamp=@5 x ok
	refuses 2 '--duration=1y: not a duration (500ms, 30s, 5m, 1h)' --duration=1y x ok
}

@test "standard input is attached as it comes" {
	json x ok -a - <<<hello | grep -F '"test_status":"success","runnable":true,"file_name":"stdin","mime_type":"text/plain;charset=utf8","file_text":"hello\n","eof":true}'
	mkfifo in
	subunit2 status --timestamp=none x ok -a console=- --to=json <in >out 3>&- &
	exec 9>in
	printf 'login: ' >&9
	until grep -F '"test_id":"x","runnable":true,"file_name":"console","mime_type":"text/plain;charset=utf8","file_text":"login: "}' out; do :; done
	printf 'caf\xc3' >&9
	until grep -F '"file_name":"console","file_text":"caf"}' out; do :; done
	printf '\xa9\n' >&9
	exec 9>&-
	wait
	tail -n1 out | grep -F '"test_status":"success"' | grep -F '"eof":true'
	[ "$(sed 's/.*"file_text":"\([^"]*\)".*/\1/' out | tr -d '\n')" = 'login: café\n' ]
}

@test "bytes that are not text, after text, go into a file of bytes" {
	mkfifo in
	subunit2 status --timestamp=none x -a log=- --to=json <in >out 3>&- &
	exec 9>in
	echo text >&9
	until grep text out; do :; done
	printf 'more\xff\xfe' >&9
	exec 9>&-
	wait
	grep -F '"file_name":"log","file_text":"more"}' out
	grep -F '"file_name":"log.bytes","mime_type":"application/octet-stream","file_base64":"//4=","eof":true}' out
}

@test "a large file is split: type first, end and status last" {
	head -c 300000 /dev/urandom >big
	subunit2 status x fail -a big | cat >out
	subunit2 convert --to=json out >json
	[ "$(grep -c '"mime_type"' json)" = 1 ]
	head -n1 json | grep -F '"mime_type":"application/octet-stream"'
	[ "$(grep -c '"eof"\|"test_status"' json)" = 1 ]
	tail -n1 json | grep -F '"test_status":"fail"' | grep -F '"eof":true'
	sed 's/.*"file_base64":"\([^"]*\)".*/\1/' json | while read -r piece; do
		base64 -d <<<"$piece"
	done | cmp - big
}

@test "usage errors" {
	refuses 2 'neither a test id nor a file; see --help'
	refuses 2 'success: a status, but no test id before it' success
	refuses 2 'todo: a status, but no test id before it' todo
	refuses 2 'passes: not a status: pass, fail, skip, todo, unexpected, unfinished, listed, or success, xfail, uxsuccess, inprogress, exists, or an exit status from 0 to 255' x passes
	refuses 2 '256: not a status: pass, fail, skip, todo, unexpected, unfinished, listed, or success, xfail, uxsuccess, inprogress, exists, or an exit status from 0 to 255' x 256
	refuses 2 ': not a status: pass, fail, skip, todo, unexpected, unfinished, listed, or success, xfail, uxsuccess, inprogress, exists, or an exit status from 0 to 255' x ''
	refuses 2 'more: too many arguments' x ok more
	refuses 2 'test id is empty' '' ok
	refuses 2 'test id a\xff is not valid UTF-8' $'a\xff' ok
	refuses 2 '--tag=: is empty' -t '' x
	refuses 2 '--tag=\xc0\x80: is not valid UTF-8' -t $'\xc0\x80' x
	refuses 2 '--route-code=: is empty' --route-code= x
	refuses 2 '--timestamp=yesterday: neither a time (2001-12-12T12:59:59Z, @SECONDS) nor none' --timestamp=yesterday x
	refuses 2 '--timestamp=2001-02-29T00:00:00Z: neither a time (2001-12-12T12:59:59Z, @SECONDS) nor none' --timestamp=2001-02-29T00:00:00Z x
	refuses 2 '--timestamp=1969-12-31T23:59:59Z: before 1970 or after 2106' --timestamp=1969-12-31T23:59:59Z x
	refuses 2 '--mime-type=a/b: no --attach before it' --mime-type=a/b -a /etc/passwd x
	refuses 2 '--mime-type=: is empty' -a /etc/passwd --mime-type= x
	refuses 2 '--attach=: no path' -a '' x
	refuses 2 '--attach=log=: no path' -a log= x
	refuses 2 '--attach==log: no name for the file' -a =log x
	refuses 2 '--attach=passwd: a file of this name is attached already: use NAME=PATH' -a /etc/passwd -a passwd x
	refuses 2 '--attach=b=-: standard input is attached already' -a a=- -a b=- x
	refuses 2 '--message=b: a reason is attached already' -m a -m b x
	refuses 2 '--bogus: unknown option' --bogus x
	refuses 2 '-t: missing argument' x -t
}

@test "a file that cannot be read: nothing is written" {
	refuses 3 'nowhere/log: No such file or directory' -a /etc/passwd -a nowhere/log x fail
	mkdir dir
	refuses 3 'dir: Is a directory' -a dir x fail
}

@test "an id that does not fit a shared pipe is refused by name" {
	id=$(printf '%5000s' x)
	subunit2 status "$id" ok 2>err | cat >out
	[ ! -s out ]
	[ "$(cat err)" = 'subunit2 status: standard output: test id is too long for one packet here' ]
	subunit2 status "$id" ok >out
	[ "$(subunit2 ls --all out | wc -c)" = 5001 ]
}

@test "a full disk, a closed pipe, a closed descriptor" {
	run -3 --separate-stderr bash -c 'subunit2 status x ok >/dev/full'
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = 'subunit2 status: standard output: No space left on device' ]
	run -3 --separate-stderr subunit2 status x ok -o subunit:/dev/full
	[ "$stderr" = 'subunit2 status: /dev/full: No space left on device' ]
	run -3 --separate-stderr bash -c 'subunit2 status x ok >&-'
	[ "$stderr" = 'subunit2 status: standard output: Bad file descriptor' ]
	mkfifo pipe
	exec 8<>pipe
	exec 9>pipe 8<&-
	run -3 --separate-stderr bash -c 'subunit2 status x ok >&9'
	[ "$stderr" = 'subunit2 status: standard output: Broken pipe' ]
	exec 9>&-
	run -3 --separate-stderr bash -c 'subunit2 status x ok -a - <&-'
	[ "$stderr" = 'subunit2 status: standard input: Bad file descriptor' ]
}

@test "on a terminal it writes a readable line; packets only with --to" {
	run -0 on_terminal bash -c 'subunit2 status --timestamp=none x ok'
	[ "$output" = $'- success x runnable\r' ]
	on_terminal bash -c $'subunit2 status --timestamp=none "x\ny" ok --to=subunit' >out
	subunit2 status --timestamp=none $'x\ny' ok | cmp - out
}

@test "a file is appended to, also through a redirection with >" {
	echo before >log
	subunit2 status x ok -o subunit:log
	subunit2 status y ok -o subunit:log
	[ "$(head -n1 log)" = before ]
	[ "$(subunit2 ls --all log | paste -sd' ')" = 'x y' ]
	{ subunit2 status x ok & subunit2 status y ok & wait; } >both 3>&-
	[ "$(subunit2 ls --all both | sort | paste -sd' ')" = 'x y' ]
}

@test "eight writers at once append to one file" {
	for writer in {1..8}; do
		for i in {1..50}; do
			subunit2 status "t$writer.$i" ok -o subunit:log
		done 3>&- &
	done
	wait
	printf '%s\n' t{1..8}.{1..50} | sort | diff - <(subunit2 ls --all log | sort)
}

@test "an existing document is not appended to" {
	subunit2 status a pass -o one.xml
	cp one.xml before
	run -3 --separate-stderr subunit2 status b pass -o one.xml
	[ "$stderr" = "subunit2 status: one.xml: junit cannot be added to" ]
	cmp before one.xml
}

@test "the status words that reports print" {
	for word in pass passed ok fail failed skip skipped todo start; do
		subunit2 status "$word" "$word"
	done >out
	subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 | paste -sd ' ' >words
	diff words - <<<'pass,success passed,success ok,success fail,fail failed,fail skip,skip skipped,skip todo,xfail start,inprogress'
}
