#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 mux: many inputs at once, each under its own routing code, and every lost one reported.
# Needs: socat python3 strace

load common

events=$BATS_TEST_DIRNAME/reference/events.py

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	for id in one two three; do
		subunit2 status --timestamp=2020-01-01T00:00:01Z "$id" success
	done >three.subunit
}

# Kill what a failed test has left, such as a mux that waits for connections.
teardown() {
	local child
	for child in $(jobs -p); do
		[ "$child" = "${BATS_killer_pid:-}" ] || kill -KILL "$child" 2>/dev/null || :
	done
}

# Waits until its command succeeds.
until_true() {
	local deadline=$((SECONDS + 60))
	while [ "$SECONDS" -lt "$deadline" ]; do
		if "$@"; then
			return 0
		fi
		sleep 0.02
	done
	echo "never true: $*" >&2
	return 1
}

says() {
	grep -qF -- "$1" "$2" 2>/dev/null
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# Of JSON events: route and id, in order, a line each.
who() {
	sed -n 's/.*"route_code":"\([^"]*\)".*"test_id":"\([^"]*\)".*/\1 \2/p' "$@"
}

# 1.subunit to 6.subunit: random events, each with a time.
random_streams() {
	"$events" json 7 1800 | grep -v '"route_code": ""' | split -l 300 -a 1 --numeric-suffixes=1 - r
	for i in 1 2 3 4 5 6; do
		subunit2 filter --stamp --from=json "r$i" >"$i.subunit"
	done
}

@test "the routing code of a file is ROUTE, or the shortest part of its path that is its own" {
	mkdir -p runs/linux runs/mac
	cp three.subunit runs/linux/out
	cp three.subunit runs/mac/out
	cp three.subunit last.subunit
	subunit2 mux runs/linux/out runs/mac/out last.subunit x/y=three.subunit --to=json >out
	who out | sort >codes
	diff codes - <<-'END'
		last one
		last three
		last two
		linux one
		linux three
		linux two
		mac one
		mac three
		mac two
		x/y one
		x/y three
		x/y two
	END
	[ "$(who out | grep ^last)" = $'last one\nlast two\nlast three' ]
}

@test "no routing code equals another or lies below it" {
	mkdir a
	cp three.subunit a/x
	cp three.subunit $'b\xff\n'
	[ "$(subunit2 mux a/x=three.subunit three.subunit a/x $'b\xff\n' a=three.subunit --to=json |
		who | cut -d' ' -f1 | sort -u | paste -sd,)" = 'a,a/x,b\\xff\\x0a,three,x' ]
	[ "$(subunit2 mux x/y=three.subunit x=a/x a/x --to=json | who | cut -d' ' -f1 |
		sort -u | paste -sd,)" = 'x,x#2,x/y' ]
}

@test "routing codes of packets follow that of the input" {
	subunit2 filter --add-route=0/1 three.subunit >routed
	[ "$(subunit2 mux m=routed --to=json | who | head -1)" = "m/0/1 one" ]
}

@test "live inputs get the present time, events in a file the time before, tags everywhere" {
	{
		echo '{"subunit":2,"test_id":"first","test_status":"success","runnable":true}'
		echo '{"subunit":2,"timestamp":"2020-01-01T00:00:00.000000001Z","test_id":"timed","test_status":"success","runnable":true}'
		echo '{"subunit":2,"test_id":"untimed","test_status":"success","runnable":true}'
		echo 'a stray line'
	} >in.json
	subunit2 mux in.json -t green --tag=blue --to=json >out
	[ "$(grep -c '"timestamp":"2020-01-01T00:00:00.000000001Z"' out)" = 3 ]
	run ! grep '"first".*timestamp\|timestamp.*"first"' out
	[ "$(grep -c '\["green","blue"\]' out)" = 3 ]
	mkfifo live
	cat in.json >live 3>&- &
	subunit2 mux live --command='cat in.json' --to=json <in.json >out
	[ "$(grep -c '"timestamp":"20[0-9-]*T' out)" = 8 ]
	[ "$(grep -c '"timestamp":"2020-01-01T' out)" = 2 ]
	subunit2 mux - --to=json <in.json >out
	[ "$(grep -c '"timestamp":"2020-01-01T' out)" = 3 ]
	# shellcheck disable=SC2002 # a pipe, not a file
	cat in.json | subunit2 mux - --to=json >out
	[ "$(grep -c '"timestamp":"2020-01-01T' out)" = 1 ]
	[ "$(grep -c '"timestamp"' out)" = 4 ]
}

@test "--clock=shift: live inputs get this machine's time, files and good clocks keep theirs" {
	# A stream as a machine writes it whose clock is so many seconds ahead.
	cat >from_clock <<-'END'
		now=$(($(date +%s) + $1))
		subunit2 status t/a.sh start --timestamp="@$now.5"
		subunit2 status t/a.sh pass --timestamp="@$((now + 1)).5"
	END
	sh from_clock 3600 >recorded
	mkfifo fifo
	sh from_clock 3600 >fifo 3>&- &
	before=$(date +%s)
	subunit2 mux --clock=shift --to=json --command='sh from_clock 3600' \
		--command='sh from_clock 0' --listen=./s --connections=1 \
		fifo recorded >out 2>err 3>&- &
	until [ -S s ]; do sleep 0.02; done
	sh from_clock -3600 | subunit2 convert -o unix:s
	wait $!
	for route in sh fifo s/1; do
		grep "\"route_code\":\"$route\".*t/a.sh.*success" out | grep -oE '20[0-9-]*T[^"]*' >stamp
		[ "$(($(date -d "$(cat stamp)" +%s) - before))" -le 170 ]
		[ "$(($(date -d "$(cat stamp)" +%s) - before))" -ge 0 ]
	done
	for route in recorded 'sh#2'; do
		[ "$(grep "\"route_code\":\"$route" out | grep -c clock)" -eq 0 ]
	done
	grep -E '"route_code":"fifo".*"file_name":"clock".*the clock of fifo is 3(5[5-9][0-9]|600)\.[0-9]{3} s ahead; its times are shifted' out
	grep -E 'the clock of s/1 is 3(599|6[0-9][0-9])\.[0-9]{3} s slow; its times are shifted' err
	[ "$(grep -c clock err)" -eq 3 ]
	# By default, all times stay.
	# shellcheck disable=SC2002 # a pipe, not a file
	cat recorded | subunit2 mux - | subunit2 filter --strip-route | cmp - recorded
	run -2 subunit2 mux --clock=late
}

@test "--prefix puts the routing code before the ids, not of faults" {
	head -c -2 three.subunit >"cut"
	subunit2 mux --prefix a=three.subunit b=cut --to=json >out
	[ "$(who out | sort -u | paste -sd,)" = 'a a/one,a a/three,a a/two,b b/one,b b/two,b subunit.parser' ] || { who out; false; }
}

@test "then filter --route --strip-route gives each input back" {
	mkfifo fifo
	random_streams
	gzip -k 3.subunit
	cat 2.subunit >fifo 3>&- &
	subunit2 mux --listen=./s.sock --connections=2 --command='cat 6.subunit' \
		1.subunit two=fifo 3.subunit.gz - <4.subunit >all 3>&- &
	until_true test -S s.sock
	socat -u FILE:5.subunit UNIX-CONNECT:s.sock
	socat -u FILE:1.subunit UNIX-CONNECT:s.sock
	wait $!
	while read -r route file; do
		subunit2 filter --route="$route" --strip-route all | cmp - "$file.subunit"
	done <<-'END'
		1 1
		two 2
		3.subunit 3
		stdin 4
		s/1 5
		s/2 1
		cat 6
	END
	[ "$(subunit2 convert --to=json all | wc -l)" = "$(cat ./?.subunit 1.subunit | subunit2 convert --to=json | wc -l)" ]
}

@test "a FIFO without a writer holds nothing back, and its first writer is waited for" {
	mkfifo quiet busy
	subunit2 mux quiet busy three.subunit --to=json >out 3>&- &
	exec 4>busy
	subunit2 status early success >&4
	until_true says '"early"' out
	until_true says '"three"' out
	subunit2 status late success >&4
	until_true says '"late"' out
	exec 4>&-
	subunit2 status first success >quiet
	wait $!
	[ "$(who out | grep -v ^three)" = $'busy early\nbusy late\nquiet first' ]
}

@test "events come as they are said, text within a moment" {
	mkfifo one two
	subunit2 mux one two --to=json >out 3>&- &
	exec 4>one 5>two
	printf 'half ' >&4
	until_true says '"file_text":"half "' out
	printf 'of two\n' >&5
	until_true says '"file_text":"of two\n"' out
	printf 'of one\n' >&4
	subunit2 status two success >&5
	until_true says '"test_id":"two"' out
	exec 4>&- 5>&-
	wait $!
	[ "$(sed -n 's/.*"one".*"file_text":"\([^"]*\)".*/\1/p' out | tr -d '\n')" = 'half of one\n' ]
}

@test "many writers of text and packets at once: nothing torn, nothing out of order" {
	for i in 1 2 3 4; do
		mkfifo "w$i"
		for ((n = 0; n < 25; n++)); do
			echo "writer $i says $n"
			subunit2 status "t$i.$n" success
		done >"w$i" 3>&- &
	done
	subunit2 mux w? >all
	for i in 1 2 3 4; do
		subunit2 filter --route="w$i" --strip-route all | subunit2 convert --to=json >"back$i"
		grep -o 't[0-9]*\.[0-9]*' "back$i" >ids
		for ((n = 0; n < 25; n++)); do echo "t$i.$n"; done | diff - ids
		grep -o 'writer [0-9] says [0-9]*' "back$i" >texts
		for ((n = 0; n < 25; n++)); do echo "writer $i says $n"; done | diff - texts
	done
}

@test "--listen takes UNIX sockets, and removes them" {
	subunit2 mux --listen=unix:some.sock --listen=./other --connections=3 --to=json >out 2>err 3>&- &
	until_true test -S some.sock -a -S other
	for path in some.sock other some.sock; do
		socat -u FILE:three.subunit UNIX-CONNECT:$path
	done
	wait $!
	# On a busy machine, connections to two sockets may be accepted in any order.
	who out | cut -d' ' -f1 | sort -u >routes
	[ "$(cut -d/ -f1 routes | paste -sd' ')" = 'other some some' ]
	[ "$(cut -d/ -f2 routes | sort | paste -sd' ')" = '1 2 3' ]
	[ ! -e some.sock ]
	[ ! -e other ]
	[ ! -s err ]
}

@test "a client that sees the socket can connect" {
	strace -qq -o /dev/null -e trace=listen -e inject=listen:delay_enter=300000 \
		subunit2 mux --listen=./s.sock --connections=1 --to=json >out 3>&- &
	until_true test -S s.sock
	socat -u FILE:three.subunit UNIX-CONNECT:s.sock
	wait $!
	[ "$(who out | tail -1)" = "s/1 three" ]
	[ -z "$(find . -name '.*.new')" ]
}

@test "-o unix:PATH and -o subunit:unix:PATH connect to a listener" {
	printf '#!/bin/sh\nexit 0\n' >t.sh
	chmod +x t.sh
	subunit2 mux --listen=./s.sock --connections=3 --to=json >out 3>&- &
	until_true test -S s.sock
	subunit2 run -q -o subunit:unix:s.sock ./t.sh
	subunit2 wrap -q -i w -o unix:s.sock -o copy.json ./t.sh
	subunit2 convert -o json:unix:./s.sock three.subunit
	wait $!
	[ "$(who out | sort -u | paste -sd,)" = 's/1/0 t.sh,s/2 w,s/3 one,s/3 three,s/3 two' ]
	[ "$(wc -l <copy.json)" = 2 ]
	run -3 --separate-stderr subunit2 run -q -o unix:s.sock ./t.sh
	[ "$stderr" = 'subunit2 run: unix:s.sock: No such file or directory' ]
}

@test "-o subunit:tcp:HOST:PORT connects to a listener, also by name" {
	need_loopback
	subunit2 mux --listen=localhost:0 --connections=3 --to=json >out 2>err 3>&- &
	until_true says 127.0.0.1: err
	port=$(sed -n 's/.*127.0.0.1://p;' err | tail -1)
	subunit2 convert -o "subunit:tcp:127.0.0.1:$port" three.subunit
	subunit2 convert -o "tcp:localhost:$port" three.subunit
	subunit2 convert -o "json:tcp:localhost:$port" three.subunit
	wait $!
	[ "$(who out | wc -l)" = 9 ]
	for bad in tcp:localhost tcp::9 tcp:localhost:x tcp:localhost:99999; do
		run -3 --separate-stderr subunit2 convert -o "$bad" three.subunit
		[ "$stderr" = "subunit2 convert: $bad: is not tcp:HOST:PORT" ]
	done
	run -3 --separate-stderr subunit2 convert -o tcp:no-such-host.invalid:9 three.subunit
	[ "$stderr" = 'subunit2 convert: tcp:no-such-host.invalid:9: No such device or address' ]
	run -3 --separate-stderr subunit2 convert -o "tcp:127.0.0.1:$port" three.subunit
	[ "$stderr" = "subunit2 convert: tcp:127.0.0.1:$port: Connection refused" ]
}

@test "a listener that goes away before it has read everything is reported" {
	/usr/bin/python3 - 3>&- <<-'END' &
		import socket, struct
		listener = socket.socket(socket.AF_UNIX)
		listener.bind("new")
		listener.listen()
		import os
		os.rename("new", "s.sock")
		peer, _ = listener.accept()
		peer.recv(10)
		peer.close()
	END
	until_true test -S s.sock
	run -3 --separate-stderr subunit2 convert -o unix:s.sock three.subunit
	[ "$stderr" = 'subunit2 convert: unix:s.sock: Connection reset by peer' ]
}

@test "--listen takes TCP ports" {
	need_loopback
	for address in 127.0.0.1:0 localhost:0 :0; do
		: >err
		subunit2 mux --listen=$address --connections=1 --to=json >out 2>err 3>&- &
		until_true grep -q 'on [0-9.]*:' err # IPv6, if it is there, comes first
		port=$(sed -n 's/.*://p' err | tail -1)
		socat -u FILE:three.subunit TCP4:127.0.0.1:"$port"
		wait $!
		[ "$(who out)" = "$port/1 one"$'\n'"$port/1 two"$'\n'"$port/1 three" ]
	done
}

@test "an address in use is an error; a socket without a listener is replaced" {
	subunit2 mux --listen=./s.sock --to=json >out 3>&- &
	until_true test -S s.sock
	run -3 --separate-stderr subunit2 mux --listen=./s.sock
	[ "$stderr" = "subunit2 mux: ./s.sock: Address already in use" ]
	kill -KILL $!
	wait $! || true
	[ -S s.sock ]
	subunit2 mux --listen=./s.sock --connections=1 --to=json >out 3>&- &
	until_true socat -u FILE:three.subunit UNIX-CONNECT:s.sock 2>/dev/null
	wait $!
	[ "$(who out | tail -1)" = "s/1 three" ]
	run -3 --separate-stderr subunit2 mux --listen=./three.subunit
	[ "$stderr" = "subunit2 mux: ./three.subunit: Address already in use" ]
	[ -s three.subunit ]
}

@test "a signal ends the listening, and nothing of what came is lost" {
	mkfifo open
	for signal in TERM INT; do
		env --default-signal=INT subunit2 mux --listen=./s.sock open --to=json >out 3>&- &
		until_true test -S s.sock
		exec 4>open
		socat -u FILE:three.subunit UNIX-CONNECT:s.sock
		subunit2 status "before $signal" success >&4
		kill -$signal $!
		wait $!
		exec 4>&-
		who out | grep -q 's/1 three'
		who out | grep -q "open before $signal"
		[ ! -e s.sock ]
	done
}

@test "after a signal, mux writes the events that came and ends by that signal" {
	mkfifo open
	subunit2 mux open --command='trap "subunit2 status asked success; exit" TERM
		subunit2 status ready success; while :; do sleep 0.05; done' --to=json >out 3>&- &
	exec 4>open
	subunit2 status before success >&4
	until_true says '"ready"' out
	kill $!
	wait $! && status=0 || status=$?
	exec 4>&-
	[ "$status" = 143 ]
	who out | grep -q 'open before'
	who out | grep -q ' asked'
	[ "$(grep -c subunit.input out)" = 0 ]
}

@test "a connection that is reset is an event" {
	need_loopback
	subunit2 mux --listen=./u.sock --listen=127.0.0.1:0 --connections=2 --to=json >out 2>err 3>&- &
	until_true says listening err
	/usr/bin/python3 - "$(sed 's/.*://' err)" <<-'END'
		import socket, struct, sys
		peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		peer.sendall(open("three.subunit", "rb").read())
		while "three" not in open("out").read():
		    pass
		peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		peer.close()
	END
	until_true says subunit.input out
	socat -u FILE:three.subunit UNIX-CONNECT:u.sock
	wait $!
	grep '"subunit.input"' out | grep -q '"test_status":"fail".*Connection reset by peer'
	who out | grep -q '/1 three'
	who out | grep -q 'u/2 three'
}

@test "a stream that is cut in a packet is damage under its code" {
	head -c -3 three.subunit >short.subunit
	subunit2 mux cut=short.subunit three.subunit --to=json >out
	grep '"cut"' out | grep -q '"subunit.parser","test_status":"fail"'
	[ "$(who out | grep -c '^three')" = 3 ]
}

@test "a file that cannot be read is reported and becomes an event; the others are merged" {
	gzip -k three.subunit
	head -c 50 three.subunit.gz >cut.gz
	run -3 --separate-stderr bash -c 'subunit2 mux none . cut.gz three.subunit --to=json >out'
	[ "${stderr_lines[0]}" = "subunit2 mux: none: No such file or directory" ]
	[ "${stderr_lines[1]}" = "subunit2 mux: .: Is a directory" ]
	[ "${stderr_lines[2]}" = "subunit2 mux: cut.gz: the compressed data ends too early (at byte 50)" ]
	[ "${#stderr_lines[@]}" = 3 ]
	[ "$(grep subunit.input out | grep -c '"test_status":"fail","runnable":false')" = 3 ]
	grep -q '"route_code":"none".*"file_text":"none: No such file or directory"' out
	grep -q '"route_code":"cut".*"file_text":"cut.gz: the compressed data ends too early (at byte 50)"' out
	[ "$(who out | grep -c '^three')" = 3 ]
}

@test "an input in a broken format is an event, and the others are merged" {
	printf '<?xml version="1.0"?><testsuite><testcase name="x"/></oops>' >bad.xml
	run -3 --separate-stderr bash -c 'subunit2 mux bad.xml three.subunit --to=json >out'
	[[ $stderr == "subunit2 mux: bad.xml: "* ]]
	grep '"route_code":"bad"' out | grep -qE '"(subunit.input|subunit.parser)"'
	[ "$(who out | grep -c '^three')" = 3 ]
}

@test "--command: the limit of open files is raised for mux alone" {
	(ulimit -Sn 10 && timeout 60 subunit2 mux --command='ulimit -Sn' --to=json) >limits
	grep -F '"file_text":"10\n"' limits
}

@test "--command: its output is an input, its errors are ours, its failure is an event" {
	run -0 --separate-stderr bash -c "subunit2 mux --to=json >out \
		--command='cat three.subunit; echo oh >&2; printf dear >&2' \
		--command=' /bin/cat three.subunit; exit 7' --command='kill -SEGV \$\$' \
		--command='no-such-command'"
	[ "$(printf '%s\n' "${stderr_lines[@]}" | grep -c '^subunit2 mux: cat: \(oh\|dear\)$')" = 2 ]
	[[ $stderr == *"subunit2 mux: no-such-command: sh: "*"not found"* ]]
	[ "$(who out | grep -c '^cat t')" = 2 ]
	[ "$(who out | grep -c '^cat#2 t')" = 2 ]
	grep -q '"route_code":"cat#2","test_id":"subunit.input","test_status":"fail".*exit status 7' out
	grep -q '"route_code":"kill","test_id":"subunit.input","test_status":"fail".*died of SIGSEGV' out
	grep -q '"route_code":"no-such-command".*exit status 127' out
	[ "$(grep -c subunit.input out)" = 3 ]
}

@test "a command does not read standard input, and the processes that it leaves are killed" {
	echo '{"subunit":2,"test_id":"mine","test_status":"success","runnable":true}' |
		subunit2 mux - --command='cat; sleep 1000 >/dev/null & echo $! >pid' --to=json >out
	who out | grep -q 'stdin mine'
	until_true gone "$(<pid)"
}

@test "--stdin=subunit passes packets to the commands, at any depth" {
	printf '#!/bin/sh\nread -r line\necho "got $line"\n' >ask.sh
	cp ask.sh other.sh
	chmod +x ask.sh other.sh
	{
		echo one >said
		subunit2 status dropped exists
		subunit2 status --route-code=nowhere -a stdin=said
		subunit2 status --route-code=subunit2 -a stdin=said
	} | subunit2 mux --stdin=subunit --command='subunit2 wrap --stdin=subunit ./ask.sh' \
		--to=json >out 2>err 3>&-
	subunit2 convert --to=json out | grep '"route_code":"subunit2".*"file_text":"got one\\n"'
	grep -q 'nowhere: nothing runs under this routing code' err
	grep -q 'dropped: dropped a request without a routing code' err
	# A worker gets requests, and its tests input.
	{
		subunit2 status --route-code=subunit2 other.sh exists
		echo three >said
		subunit2 status --route-code=subunit2/0 -a stdin=said
	} | subunit2 mux --stdin=subunit --to=json \
		--command='subunit2 run --exit=stream --stdin=subunit' >out 3>&-
	grep '"route_code":"subunit2/0".*"file_text":"got three\\n"' out
	grep '"test_id":"other.sh","test_status":"success"' out
	run -2 --separate-stderr subunit2 mux --stdin=subunit three.subunit
	[ "$stderr" = 'subunit2 mux: --stdin=subunit: there is no --command' ]
	run -2 --separate-stderr subunit2 mux --stdin=subunit --command=true -
	[ "$stderr" = 'subunit2 mux: -: --stdin=subunit reads standard input already' ]
}

@test "commands do not survive mux" {
	subunit2 mux --command='echo $$ >pid; subunit2 status up success; sleep 1000' \
		--to=json >out 3>&- &
	until_true says '"up"' out
	kill -KILL $!
	wait $! || true
	until_true gone "$(<pid)"
}

@test "a second signal does not wait for a command" {
	subunit2 mux --command='echo $$ >pid; trap "touch asked" TERM; subunit2 status up success
		while :; do sleep 0.05; done' --to=json >out 3>&- &
	local pid=$!
	until_true says '"up"' out
	kill "$pid"
	until_true test -e asked
	# Signals that follow each other at once count as one.
	while kill "$pid" 2>/dev/null; do sleep 0.1; done 3>&- &
	wait "$pid" && status=0 || status=$?
	[ "$status" = 143 ]
	gone "$(<pid)"
}

@test "--fail-fast stops at the first failure, and ends the commands" {
	mkfifo quiet go
	{
		subunit2 status good success
		subunit2 status bad fail
		subunit2 status never success
	} >failing
	subunit2 mux --fail-fast quiet failing=go \
		--command='echo $$ >pid; subunit2 status up success; sleep 1000' --to=json >out 3>&- &
	until_true says '"up"' out
	cat failing >go
	wait $!
	[ "$(who out)" = $'echo up\nfailing good\nfailing bad' ]
	gone "$(<pid)"
	run -3 --separate-stderr subunit2 mux --fail-fast none three.subunit --to=json
	[[ ${#lines[@]} = 1 && $output == *subunit.input* ]]
}

@test "1,000 FIFOs at once, in little memory, also under a low soft limit" {
	seq -f f%g 0 999 >names
	xargs mkfifo <names
	mapfile -t names <names
	(ulimit -Sn 200; exec subunit2 mux "${names[@]}" --to=json) >out 3>&- &
	/usr/bin/python3 - $! >memory <<-'END'
		import re, sys
		packets = open("three.subunit", "rb").read()
		fifos = [open("f%d" % i, "wb", buffering=0) for i in range(1000)]
		for fifo in reversed(fifos):
		    fifo.write(packets)
		while open("out").read().count('"three"') < 1000:
		    pass
		status = open("/proc/%s/status" % sys.argv[1]).read()
		print(re.search(r"VmHWM:\s*(\d+) kB", status)[1])
	END
	wait $!
	[ "$(<memory)" -lt 40000 ] || { cat memory; false; }
	[ "$(who out | wc -l)" = 3000 ]
	[ "$(who out | cut -d' ' -f1 | sort -u | wc -l)" = 1000 ]
}

@test "1,000 files at once" {
	yes '{"subunit":2,"test_id":"x","test_status":"success","runnable":true}' | head -300000 |
		subunit2 convert --from=json --to=subunit >all
	split -b "$(($(stat -c %s all) / 1000))" -a 3 -d all m
	subunit2 mux m??? -o out.json
	cut -d, -f2 out.json | sort | uniq -c | awk '$1 == 300 { good++ } END { exit good != 1000 }'
}

@test "too few descriptors are reported before anything is read" {
	run -3 --separate-stderr bash -c 'ulimit -n 40; subunit2 mux {1..50} -o out.json'
	[ "$stderr" = "subunit2 mux: so many inputs need 83 open files, but only 40 are allowed: see ulimit -Hn" ]
	[ ! -e out.json ]
}

@test "a connection that finds no room waits for it" {
	bash -c 'ulimit -n 36; exec subunit2 mux --listen=./s.sock --connections=60 --to=json' \
		>out 2>err 3>&- &
	until_true test -S s.sock
	/usr/bin/python3 - <<-'END'
		import socket
		data, peers = open("three.subunit", "rb").read(), []
		for i in range(60):
		    peer = socket.socket(socket.AF_UNIX)
		    peer.connect("s.sock")
		    peer.sendall(data)
		    peers.append(peer)
		while not open("err").read():
		    pass
	END
	wait $!
	[[ $(<err) == *"subunit2 mux: a connection has to wait: Too many open files"* ]]
	[ "$(who out | grep -c three)" = 60 ]
	[ "$(who out | wc -l)" = 180 ]
}

@test "an output that fails ends it, and the commands" {
	run -3 --separate-stderr bash -c "subunit2 mux --command='echo \$\$ >pid; cat three.subunit
		sleep 1000' >/dev/full"
	[ "$stderr" = "subunit2 mux: standard output: No space left on device" ]
	gone "$(<pid)"
	mkfifo quiet
	bash -c "subunit2 mux quiet --command='while subunit2 status x success; do sleep 0.01; done' \
		2>err; echo \$? >status" | head -c 10 >/dev/null
	until_true test -s status
	[ "$(<status)" = 3 ]
	[ "$(<err)" = "subunit2 mux: standard output: Broken pipe" ]
}

@test "--from, --to and -o" {
	echo '<?xml version="1.0"?><testsuite><testcase name="x"/></testsuite>' >some
	subunit2 mux --from=junit a=some b=some -o out.json -o out.subunit --to=text >text
	[ "$(who out.json | cut -d' ' -f1 | sort -u | paste -sd' ')" = "a b" ]
	subunit2 convert --to=json out.subunit | cmp - out.json
	[ -s text ]
}

@test "without a name it reads standard input" {
	[ "$(subunit2 mux --to=json <three.subunit | who | tail -1)" = "stdin three" ]
}

@test "wrong options are reported in a line" {
	while IFS='|' read -r option message; do
		run -2 --separate-stderr subunit2 mux "$option"
		[ "$stderr" = "subunit2 mux: $message" ] || { echo "$stderr"; false; }
	done <<-'END'
		--connections=0|--connections=0: not a number from 1
		--connections=3x|--connections=3x: not a number from 1
		--listen=9000|--listen=9000: neither [HOST]:PORT nor a path with a slash
		--listen=:65536|--listen=:65536: the port is not a number up to 65535
		--listen=::1:80|--listen=::1:80: the host is neither localhost nor a number like 127.0.0.1 or [::1]
		--listen=unix:|--listen=unix:: no path is named
		--tag=|--tag=: is empty
		--from=csv|--from=csv: this format is only written
		=x|=x: no routing code stands before the =
		a=|a=: no file is named
		--connections=3|--connections: there is no --listen
	END
	run -2 --separate-stderr subunit2 mux $'\xff=x'
	[ "$stderr" = 'subunit2 mux: \xff=x: the routing code is not valid UTF-8' ]
	run -2 --separate-stderr subunit2 mux - a=-
	[ "$stderr" = "subunit2 mux: a=-: standard input can be read only once" ]
	run -2 --separate-stderr subunit2 mux --tag=$'\xff'
	[ "$stderr" = 'subunit2 mux: --tag=\xff: is not valid UTF-8' ]
}

@test "files that are missing, all of them, keep no command from running" {
	run -3 --separate-stderr subunit2 mux --command='subunit2 status a pass' --to=events none
	[ "$(grep -c 'success a ' <<<"$output")" = 1 ]
	[ "$(grep -c 'fail subunit.input ' <<<"$output")" = 1 ]
	[ "$stderr" = "subunit2 mux: none: No such file or directory" ]
}

@test "peers that stop within large packets share 64 MiB, and no input is dropped" {
	/usr/bin/python3 - >packets <<-'END'
		import struct, sys, zlib
		body = b"\5large" + b"\3log" + struct.pack(">I", 0x800000 | 3900000)[1:] + 3900000 * b"x"
		packet = b"\xb3\x28\x43" + struct.pack(">I", 0x800000 | len(body) + 10)[1:] + body
		sys.stdout.buffer.write(packet + struct.pack(">I", zlib.crc32(packet)))
	END
	[ "$(subunit2 convert --to=json packets | grep -c large)" = 1 ]
	subunit2 status tiny ok >small
	/usr/bin/python3 - "$BUILD/subunit2" <<-'END'
		import os, socket, subprocess, sys, threading, time
		PEERS, QUICK = 40, 70
		mux = subprocess.Popen([sys.argv[1], "mux", "--listen=./s.sock", f"--connections={PEERS + QUICK + 1}", "-o", "out.subunit"])
		while not os.path.exists("s.sock"):
		    time.sleep(0.01)
		packets, small = open("packets", "rb").read(), open("small", "rb").read()
		def connect():
		    peer = socket.socket(socket.AF_UNIX)
		    while True:
		        try:
		            peer.connect("s.sock")
		            return peer
		        except ConnectionRefusedError:
		            time.sleep(0.01)
		def size():
		    return os.path.getsize("out.subunit")
		done = [0]
		silent = connect()
		silent.sendall(packets[:3890000])
		gate = threading.Event()
		def hold(peer):
		    peer.sendall(packets[:3890000])
		    done[0] += 1
		    gate.wait()
		    peer.sendall(packets[3890000:])
		    peer.close()
		threads = [threading.Thread(target=hold, args=(connect(),), daemon=True) for _ in range(PEERS)]
		for thread in threads:
		    thread.start()
		# With each small packet that comes through, every peer that is read is read once
		# more: a large one is read in 60 pieces.
		for _ in range(QUICK):
		    quick, before = connect(), size()
		    quick.sendall(small)
		    quick.close()
		    while size() == before:
		        time.sleep(0.001)
		if done[0] >= 25:
		    mux.kill()
		    sys.exit(f"{done[0]} peers were read")
		gate.set()
		silent.sendall(packets[3890000:])
		silent.close()
		for thread in threads:
		    thread.join()
		_, status, usage = os.wait4(mux.pid, 0)
		assert status == 0, status
		print(usage.ru_maxrss, "kB")
		assert usage.ru_maxrss < 110000, usage.ru_maxrss
	END
	[ "$(subunit2 convert --to=json out.subunit | grep -c '"test_status":"success"')" = 111 ]
}

@test "a command that brings nothing, beside others, is a failure that says so" {
	subunit2 status t pass >good
	run -0 --separate-stderr bash -c "subunit2 mux --to=json good --command=true >out"
	grep '"route_code":"true","test_id":"subunit.input","test_status":"fail"' out
	grep -F '"file_text":"true: no test in it"' out
	[ "$stderr" = 'subunit2 mux: true: no test in it' ]
	# Text, or no other input.
	subunit2 mux --to=json good --command='echo text' >out
	run -1 grep subunit.input out
	subunit2 mux --to=json --command=true >out
	run -1 grep subunit.input out
}

@test "inputs under one code: a test that one leaves open is not ended by another" {
	subunit2 status --timestamp=@1 a start >one
	{ subunit2 status --timestamp=@2 a start; subunit2 status --timestamp=@3 a pass; } >two
	subunit2 mux x=one x=two -o out.subunit -o out.xml
	run -1 subunit2 report -q out.subunit
	[ "${lines[-1]}" = 'not good: 1 unfinished' ]
	grep -q '<testsuites tests="2" failures="0" errors="1"' out.xml
	# The inner part of a code may stand in the packets.
	subunit2 status --route-code=y --timestamp=@1 a start >inner
	subunit2 mux x=inner x/y=two >out
	run -1 subunit2 report -q out
	[ "${lines[-1]}" = 'not good: 1 unfinished' ]
	# Nothing is added under codes of their own, or if each test ended.
	[ "$(subunit2 mux one two | subunit2 convert --to=events | wc -l)" -eq 3 ]
	[ "$(subunit2 mux x=two x=two | subunit2 convert --to=events | wc -l)" -eq 4 ]
}
