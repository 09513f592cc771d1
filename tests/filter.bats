#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 filter: which events pass, which are changed, and that all others stay the same.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >events.json <<-'END'
		{"subunit":2,"timestamp":"2020-01-01T00:00:00.000000001Z","route_code":"a","test_id":"good","test_status":"inprogress","runnable":true}
		{"subunit":2,"runnable":false,"file_name":"stdout","file_text":"chatter\n"}
		{"subunit":2,"timestamp":"2020-01-01T00:00:01.000000000Z","route_code":"b/1","test_id":"bad","test_status":"inprogress","runnable":true}
		{"subunit":2,"route_code":"b/1","test_id":"bad","runnable":true,"file_name":"log","file_text":"it time"}
		{"subunit":2,"route_code":"b/1","test_id":"bad","runnable":true,"file_name":"log","file_text":"d out\nend"}
		{"subunit":2,"timestamp":"2020-01-01T00:00:02.000000000Z","route_code":"a","test_id":"good","test_status":"success","test_tags":["x"],"runnable":true}
		{"subunit":2,"timestamp":"2020-01-01T00:00:03.000000000Z","route_code":"b/1","test_id":"bad","test_status":"fail","test_tags":["x","y"],"runnable":true}
		{"subunit":2,"timestamp":"2020-01-01T00:00:04.000000000Z","test_id":"good::one","test_status":"skip","runnable":false}
		{"subunit":2,"timestamp":"2020-01-01T00:00:05.000000000Z","test_id":"hung","test_status":"inprogress","runnable":true}
		{"subunit":2,"test_id":"listed","test_status":"exists","runnable":true}
	END
	subunit2 convert --from=json --to=subunit events.json >events.subunit
}

# Prints the remaining ids, in order, each once.
ids() {
	subunit2 filter "$@" events.subunit | subunit2 convert --to=json |
		sed -n 's/.*"test_id":"\([^"]*\)".*/\1/p' | awk '!seen[$0]++' | paste -sd' '
}

# Prints the remaining events as JSON.
events() {
	subunit2 filter "$@" events.subunit | subunit2 convert --to=json
}

@test "without options, everything is forwarded byte for byte" {
	subunit2 filter events.subunit >out
	cmp out events.subunit
	subunit2 filter <events.subunit >out
	cmp out events.subunit
}

@test "--status and --failing select whole tests" {
	[ "$(ids --no-text --status=success)" = good ]
	[ "$(ids --no-text --status=skip,exists)" = "good::one listed" ]
	[ "$(ids --no-text --failing)" = "bad hung" ]
	[ "$(events --failing | grep -c '"bad"')" = 4 ]
	subunit2 filter --match='^bad$' --no-text events.subunit >bad
	subunit2 filter --status=fail --no-text events.subunit >out
	cmp out bad
}

@test "--with and --without look into ids and, across packets, into files" {
	[ "$(ids --no-text --with='timed out$')" = bad ]
	[ "$(ids --no-text --with='^hung' --with='^d out')" = hung ]
	[ "$(ids --no-text --without='timed' --without=list)" = "good good::one hung" ]
}

@test "--tag and --no-tag" {
	[ "$(ids --no-text --tag=x)" = "good bad" ]
	[ "$(ids --no-text --tag=x --no-tag=y)" = good ]
}

@test "--match and --exclude are repeatable" {
	[ "$(ids --match=^good --match=hung --exclude=::)" = "good hung" ]
}

@test "--route selects a code and the codes below it" {
	[ "$(ids --route=b)" = bad ]
	[ "$(ids --route=b/1)" = bad ]
	[ "$(ids --route=b/1/2)" = "" ]
	[ "$(ids --route=a --route=b)" = "good bad" ]
}

@test "--runnable and --not-runnable" {
	[ "$(ids --not-runnable)" = "good::one" ]
	[ "$(ids --runnable)" = "good bad hung listed" ]
}

@test "--file keeps the files of that name, and every status" {
	[ "$(events --file=log | grep -c file_name)" = 2 ]
	[ "$(events --file=none | grep -c file_name)" = 0 ]
	[ "$(events --file=none | grep -c test_status)" = 7 ]
}

@test "--since and --until bound the times; events without one pass" {
	[ "$(events --since=2020-01-01T00:00:02Z --until=@1577836804 | grep -c timestamp)" = 2 ]
	[ "$(events --since=2030-01-01T00:00:00Z | wc -l)" = 4 ]
}

@test "--no-text drops output that belongs to no test" {
	[ "$(events | grep -c chatter)" = 1 ]
	[ "$(events --no-text | grep -c chatter)" = 0 ]
}

@test "--rename replaces in ids, one after the other" {
	[ "$(ids --match=^good --rename='^g(.)+d=<$1>' --rename='<=[')" = "[o> [o>::one" ]
	[ "$(ids --match=^hung --rename='.*=')" = "hung" ]
	[ "$(ids --match=^hung --rename='h\==x' --rename='u=v=w')" = "hv=wng" ]
}

@test "neither --rename nor --expect-fail changes damage" {
	for id in subunit.input subunit.parser; do
		{ subunit2 status good pass; subunit2 status $id fail --not-runnable; } >in
		echo $id >expected
		subunit2 filter --rename='.+=x' --expect-fail=expected in >out
		run -1 subunit2 report out
		[ "$(subunit2 ls --all --status=fail out)" = $id ]
	done
}

@test "--add-tag and --drop-tag" {
	[ "$(events --add-tag=z | grep -c '"z"')" = 9 ]
	[ "$(events --drop-tag=x | grep -c '"x"')" = 0 ]
	[ "$(events --drop-tag=x | grep -c '"y"')" = 1 ]
}

@test "--stamp gives a time to events without one" {
	[ "$(events | grep -vc timestamp)" = 4 ]
	[ "$(events --stamp | grep -vc timestamp)" = 0 ]
}

@test "--add-route and --strip-route undo each other" {
	subunit2 filter --add-route=m/n events.subunit >routed
	[ "$(subunit2 convert --to=json routed | grep -c '"route_code":"m/n')" = 10 ]
	subunit2 filter --route=m/n --strip-route routed >back
	cmp back events.subunit
	subunit2 filter --strip-route routed | subunit2 filter --strip-route >back
	cmp back events.subunit
}

@test "--expect-fail inverts the results of the tests in its file" {
	printf '# known\r\nbad\r\n\r\ngood\n' >known
	[ "$(ids --expect-fail=known --status=xfail --no-text)" = "" ]
	subunit2 filter --expect-fail=known events.subunit >out
	subunit2 convert --to=json out | grep '"bad"' | grep -q '"xfail"'
	subunit2 convert --to=json out | grep '"good"' | grep -q '"uxsuccess"'
}

@test "events that were kept in the temporary file come out unchanged" {
	head -c 3000000 /dev/urandom >big
	for i in 1 2 3 4 5; do subunit2 status -a big=big slow; done >held.subunit
	subunit2 status slow success >>held.subunit
	subunit2 filter --status=success held.subunit >out
	cmp out held.subunit
}

@test "--with: a line is searched as a whole, also in several packets, and may be long" {
	awk 'function piece(test, text) {
		printf "{\"subunit\":2,\"test_id\":\"%d\",\"file_name\":\"f\",\"file_text\":\"%s\",", test, text
		print "\"runnable\":true}"
	}
	BEGIN {
		for (i = 1; i <= 20000; i++) {
			piece(i, "a line\\nbegun")
			if (i % 5000 == 0)
				piece(i, " later\\nand")
		}
		piece(5000, " ended\\nx\\n")
		piece(15000, " ended\\nx\\n")
	}' >torn.json
	found() { # REGEX
		subunit2 filter --to=json --with="$1" torn.json | grep -o '"test_id":"[0-9]*"' | sort -u | wc -l
	}
	[ "$(found '^a line$')" = 20000 ]
	[ "$(found '^begun$')" = 19996 ]
	[ "$(found '^begun later$')" = 4 ]
	[ "$(found '^and ended$')" = 2 ]
	[ "$(found '^ ?later$|^ ?ended')" = 0 ]
	kilobytes=$(peak subunit2 filter --with=nothing torn.json)
	echo "$kilobytes kB"
	[ "$kilobytes" -lt 30000 ]
}

@test "wrong options: a message of one line" {
	run -2 --separate-stderr subunit2 filter --status=great
	[ "${stderr_lines[0]}" = "subunit2 filter: --status=great: not a status: pass, fail, skip, todo, unexpected, unfinished, listed, or success, xfail, uxsuccess, inprogress, exists" ]
	run -2 --separate-stderr subunit2 filter --runnable --not-runnable
	[ "$stderr" = "subunit2 filter: --runnable and --not-runnable: only one of them" ]
	run -2 --separate-stderr subunit2 filter --rename=x
	[[ $stderr == "subunit2 filter: --rename=x: not REGEX=TEXT"* ]]
	run -2 --separate-stderr subunit2 filter --rename='a=$9'
	[ "$stderr" = 'subunit2 filter: --rename=a=$9: unknown substring' ]
	run -2 --separate-stderr subunit2 filter --rename==x
	[ "$stderr" = 'subunit2 filter: --rename==x: the expression is empty' ]
	run -2 --separate-stderr subunit2 filter --add-route ''
	[ "$stderr" = 'subunit2 filter: --add-route=: is empty' ]
	run -2 --separate-stderr subunit2 filter --add-route $'\351'
	[ "$stderr" = 'subunit2 filter: --add-route=\xe9: is not valid UTF-8' ]
	run -2 --separate-stderr subunit2 filter --add-tag ''
	[ "$stderr" = 'subunit2 filter: --add-tag=: is empty' ]
	run -2 --separate-stderr subunit2 filter --with='('
	[[ $stderr == "subunit2 filter: --with=(: missing closing parenthesis"* ]]
	run -2 --separate-stderr subunit2 filter --since=noon
	[ "$stderr" = "subunit2 filter: --since=noon: not a time (2001-12-12, 2001-12-12T12:59:59Z, @SECONDS)" ]
	run -3 --separate-stderr subunit2 filter --expect-fail=none
	[[ $stderr == "subunit2 filter: none: No such file or directory"* ]]
	run -3 --separate-stderr subunit2 filter none
	[[ $stderr == "subunit2 filter: none: No such file or directory"* ]]
}

@test "--rename is split at the first =, except in a lookahead or after a backslash" {
	subunit2 status foo=bar ok >named.subunit
	id() {
		subunit2 filter --rename="$1" named.subunit | subunit2 ls --all
	}
	[ "$(id 'foo=X')" = X=bar ]
	[ "$(id 'f(?=o)=X')" = Xoo=bar ]
	[ "$(id '(?<=o)o=X')" = foX=bar ]
	[ "$(id 'f(?\=o)=X')" = Xoo=bar ]
	[ "$(id 'foo\=(b)=<$1>')" = '<b>ar' ]
	[ "$(id '(?<first>f)(?x) #=${first}${first}')" = ffoo=bar ]
}

@test "a pattern matches far away; exceeding the backtracking limit is reported once" {
	{ head -c 2000000 /dev/zero | tr '\0' a; echo foo; } >far
	{ subunit2 status t fail -a far; subunit2 status u fail -a far; } >far.subunit
	subunit2 filter --with='(a|b)*foo' --rename='(t|u)=<$1>' far.subunit >found 2>err
	[ "$(subunit2 ls --all found)" = $'<t>\n<u>' ]
	[ ! -s err ]
	{ head -c 40 /dev/zero | tr '\0' a; echo !; } >short
	{ subunit2 status t fail -a short; subunit2 status u fail -a short; } |
		subunit2 filter --with='^(a+)+$' >found 2>err
	[ ! -s found ]
	[ "$(cat err)" = 'subunit2 filter: ^(a+)+$: cannot match 41 bytes: match limit exceeded' ]
}

@test "--status accepts the same words as subunit2 status" {
	for word in pass fail skip todo start; do subunit2 status "$word" "$word"; done >all
	for word in passed=pass ok=pass failed=fail skipped=skip todo=todo start=start failed,todo=fail,todo; do
		[ "$(subunit2 filter --status="${word%%=*}" all | subunit2 ls | paste -sd ,)" = "${word#*=}" ]
	done
}

@test "--since accepts a date" {
	{
		subunit2 status --timestamp=2026-11-27T23:59:59Z before pass
		subunit2 status --timestamp=2026-11-28T00:00:00Z after pass
	} >days
	[ "$(subunit2 filter --since=2026-11-28 days | subunit2 ls)" = after ]
	run -2 --separate-stderr subunit2 filter --since=2026-02-30 days
	[[ $stderr == *"--since=2026-02-30: not a time "* ]]
}

@test "a test that is left open is not ended by another one that gets its id or routing code" {
	{
		subunit2 status --route-code=1 --timestamp=@1 w1/a start
		subunit2 status --route-code=2 --timestamp=@2 w2/a start
		subunit2 status --route-code=2 --timestamp=@3 w2/a pass
	} >run
	subunit2 filter --strip-route run >ids
	[ "$(subunit2 convert --to=events ids | wc -l)" -eq 3 ]
	subunit2 filter --rename='w./=' run >routes
	[ "$(subunit2 convert --to=events routes | wc -l)" -eq 3 ]
	for filter in '--rename=w./= ids' '--strip-route routes' '--strip-route --rename=w./= run' \
		'--route=1 --route=2 --strip-route routes'; do
		# shellcheck disable=SC2086
		subunit2 filter $filter -o out.subunit -o out.xml
		[ "$(subunit2 convert --to=events out.subunit | sed -n '4,$p')" = '1970-01-01T00:00:01.000000000Z inprogress a runnable' ]
		run -1 subunit2 report -q out.subunit
		[ "${lines[-1]}" = 'not good: 1 unfinished' ]
		grep -q '<testsuites tests="2" failures="0" errors="1"' out.xml
	done
	# A test that is renamed from its begin to its end is one test, and a filter that drops the
	# other one drops it whole.
	subunit2 filter --rename='w./=' --exclude=w1 ids | subunit2 report -q
	subunit2 filter --rename='w./=' --status=pass ids | subunit2 report -q
	subunit2 filter --strip-route --route=2 routes | subunit2 report -q
	# Several inputs.
	subunit2 filter --exclude=w2 ids >one
	subunit2 filter --rename=w2=w1 --exclude=w1 ids >two
	subunit2 filter one two >out
	run -1 subunit2 report -q out
	subunit2 filter --status=pass one two | subunit2 report -q
}
