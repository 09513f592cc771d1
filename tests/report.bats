#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 report: the text for people, the verdict, and that other tools agree with it.
# Needs: xmllint

# shellcheck disable=SC2154 # run sets stderr

load common
load runs

fixtures=$BATS_TEST_DIRNAME/fixtures/formats

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset NO_COLOR CLICOLOR_FORCE
}

# Packets: an event for each word "ID=STATUS"; ids with "::" are not runnable.
stream() {
	local word runnable
	for word; do
		[[ $word == *::* ]] && runnable=false || runnable=true
		printf '{"subunit":2,"test_id":"%s","test_status":"%s","runnable":%s}\n' \
			"${word%=*}" "${word##*=}" "$runnable"
	done | subunit2 convert --from=json --to=subunit
}

# The report of run.json: the text format, and before its summary the lists at the end.
report_of_run() {
	sed '/^routes: /,$d' "$fixtures/run.txt"
	cat <<-'END'
		slowest:
		    2.00s  t/b.t
		    2.00s  t/a.t
		    1.50s  pkg.mod.Case.test_one
		   0.500s  t/b.t::connects # to \ {
		   0.250s  t/a.t::starts
		failed:
		  t/b.t::connects # to \ {  # got 3, want 4
		  t/b.t  # exit status 1; ]]> & <b>
		  pkg.mod.Case.test_two  # passed unexpectedly
		  t/hung.sh  # never ended
		flaky:
		  pkg.mod.Case.test_one
	END
	sed -n "/^routes: /,\$p" "$fixtures/run.txt"
}

@test "the report is the text format with lists at the end" {
	run -1 subunit2 report "$fixtures/run.json"
	diff <(report_of_run) <(echo "$output")
}

@test "from standard input, and by the short form" {
	run -1 subunit2 report <"$fixtures/run.json"
	diff <(report_of_run) <(echo "$output")
	run -1 subunit2 "$fixtures/run.json"
	diff <(report_of_run) <(echo "$output")
}

@test "the verdict is the exit status" {
	stream a=success a::x=skip | subunit2 report
	stream a=skip | subunit2 report
	stream a=xfail | subunit2 report
	for bad in a=fail a=uxsuccess a=inprogress a=exists a::x=fail; do
		stream "$bad" >bad.subunit
		run -1 subunit2 report bad.subunit
		[[ ${lines[-1]} == "not good: "* ]]
	done
}

@test "damage is never good" {
	stream a=success >whole
	head -c -1 whole >truncated
	cat whole truncated whole >damaged
	run -1 subunit2 report -q damaged
	[[ $output == *"FAIL  subunit.parser"* ]]
	[[ $output == *$'failed:\n  subunit.parser  # the CRC does not match'* ]]
	[ "${lines[-1]}" = "not good: 1 damaged in the stream" ]
}

@test "scripts and assertions are counted apart" {
	stream a=success b=fail a::1=success a::2=success a::3=xfail b::1=fail >run
	run -1 subunit2 report --to=summary run
	[ "${lines[0]}" = "scripts: 1 passed, 1 failed; assertions: 2 passed, 1 failed, 1 todo" ]
	[ "${lines[1]}" = "not good: 2 failed" ]
}

@test "no tests at all" {
	run -1 subunit2 report </dev/null
	[ "$output" = "no tests
not good: no tests" ]
	run -0 subunit2 report --no-tests=pass </dev/null
	[ "$output" = "no tests
good" ]
	run -1 subunit2 report --no-tests=fail </dev/null
}

@test "--strict" {
	printf '{"subunit":2,"test_id":"a","test_status":"success","test_tags":["todo-passed"],"runnable":true}\n' >todo.json
	run -0 subunit2 report todo.json
	run -1 subunit2 report --strict todo.json
	[[ $output == *"UNEXPECTED  a"* ]]
}

@test "-q shows bad tests and the summary" {
	run -1 subunit2 report -q "$fixtures/run.json"
	[ "${lines[0]}" = "FAIL  t/b.t::connects # to \\ {  0.500s" ]
	[[ $output != *"pass  "* && $output != *"make: entering"* ]]
	[ "${lines[-1]}" = "not good: 2 failed, 1 unexpectedly passed, 1 unfinished" ]
}

@test "-v shows the files of tests that passed, and all of them" {
	{
		printf '{"subunit":2,"test_id":"a","runnable":true,"file_name":"stdout","file_text":"first\\n%s last\\n"}\n' \
			"$(head -c 1100000 /dev/zero | tr '\0' x)"
		echo '{"subunit":2,"test_id":"a","test_status":"success","runnable":true}'
	} >long.json
	subunit2 report -v long.json >out
	grep -q '^    | first$' out
	grep -q 'xxx last$' out
	subunit2 report long.json >out
	[ "$(wc -l <out)" = 3 ]
	sed 's/"success"/"fail"/' long.json >bad.json
	run -1 subunit2 report bad.json
	[[ $output == *"bytes before this are not shown; -v shows them"* ]]
	[[ $output != *"| first"* ]]
}

@test "stdout and stdout.bytes are one, in order of arrival" {
	run -1 subunit2 report "$fixtures/run.json"
	[[ $output == *"    | listening
    | \\x1b\\x1b5m\\xff\\xff boom
    | ::error::injected"* ]]
}

@test "--slowest" {
	run -1 subunit2 report --to=summary --slowest=2 "$fixtures/run.json"
	[ "${lines[0]}" = "slowest:" ]
	[ "${lines[1]}" = "    2.00s  t/b.t" ]
	[ "${lines[2]}" = "    2.00s  t/a.t" ]
	[[ ${lines[3]} == "scripts: "* ]]
	run -1 subunit2 report --to=summary --slowest=0 "$fixtures/run.json"
	[[ $output != *slowest* ]]
}

@test "run and report list the five slowest tests if there are more" {
	mkdir t
	for name in 1 2 3 4 5; do echo 'exit 0' >t/$name.sh; chmod +x t/$name.sh; done
	for listed in 0 5; do
		[ $listed -eq 0 ] || cp -p t/1.sh t/6.sh
		for format in text github; do
			subunit2 run --to=$format -o run.subunit t >$format.run
			subunit2 report --to=$format run.subunit >$format.report
			for out in $format.run $format.report; do
				[ "$(sed -n '/^slowest:/,/^scripts:/p' "$out" | grep -c '^   ')" -eq $listed ]
			done
		done
	done
}

# Waits for a line in the log of what follows.
logged() { # FILE REGEX
	until_true grep -Eq "$2" "$1"
}

@test "--follow continues as the file grows, until a signal" {
	timeout 60 subunit2 report --follow -o all.xml -o all.json growing >log 2>messages 3>&- &
	local timeout=$!
	logged messages '^subunit2 report: growing: not there yet: waiting for it$'
	stream a=inprogress a=success >growing
	logged log '^pass  a'
	stream b=inprogress c=fail >>growing
	logged log '^FAIL  c'
	# Half a packet is not damage while the rest may come.
	stream d=success >whole
	head -c 10 whole >>growing
	stream e=skip >new
	tail -c +11 whole >>growing
	logged log '^pass  d'
	cat new >growing
	logged log '^skip  e'
	logged messages '^subunit2 report: growing: was truncated: reading it from its start$'
	stream f=success >new
	mv new growing
	logged log '^pass  f'
	logged messages '^subunit2 report: growing: was replaced: reading the new file$'
	rm growing
	stream g=xfail | gzip >new
	mv new growing
	logged log '^todo  g'
	kill "$timeout" # hands SIGTERM on
	local status=0
	wait "$timeout" || status=$?
	[ "$status" = 1 ]
	logged log '^UNFINISHED  b'
	logged log '^scripts: 3 passed, 1 failed, 1 skipped, 1 todo, 1 unfinished$'
	[ "$(wc -l <messages)" = 4 ]
	grep -q '<testsuites tests="7" failures="1" errors="1"' all.xml
	grep -q '"test_id":"g"' all.json
}

@test "--follow has the verdict as its exit status, and follows one file" {
	stream a=success >growing
	for status in 0 1; do
		rm -f log messages # of the round before
		subunit2 report --follow growing >log 2>messages 3>&- &
		local pid=$! got=0
		logged log '^pass  a'
		[ "$status" = 0 ] || { stream b=fail >>growing; logged log '^FAIL  b'; }
		kill -TERM "$pid"
		wait "$pid" || got=$?
		[ "$got" = "$status" ]
	done
	for files in "" - "a b"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr subunit2 report --follow $files
		[ "$stderr" = "subunit2 report: --follow: needs the name of one file" ]
	done
}

@test "a test that began, was listed and never ended is unfinished in every format" {
	cd "$BATS_TEST_TMPDIR"
	{ subunit2 status a pass; subunit2 status b start; subunit2 status b exists; } >in
	[ "$(subunit2 ls --failing in)" = b ]
	[ "$(subunit2 filter --failing in | subunit2 ls)" = b ]
	for format in subunit json subunit1 tap junit; do
		subunit2 convert --to=$format in >out
		run -1 subunit2 report --from=$format out
	done
}

@test "a live stream: each test as it ends, and unfinished ones at the end" {
	mkfifo pipe
	subunit2 report -v -o live.html <pipe >log 3>&- &
	local pid=$! got=0
	exec 9>pipe
	subunit2 status slow start --timestamp=@1000 --route-code=0 -t net >&9
	subunit2 status quick start --timestamp=@1000 --route-code=1 >&9
	subunit2 status quick pass --timestamp=@1004 --route-code=1 -t db >&9
	logged log '^pass  quick  4.00s  \[db\]$'
	subunit2 status slow/2 start --timestamp=@1010 --route-code=0 >&9
	subunit2 status slow/2 fail --timestamp=@1011 --route-code=0 >&9
	logged log '^FAIL  slow/2'
	kill -TERM "$pid"
	wait "$pid" || got=$?
	exec 9>&-
	[ "$got" = 1 ]
	logged log '^UNFINISHED  slow  after 11.00s  \[net\]$'
	logged log '^routes: 2, busy 9% to 36%$'
	logged log '^not good: 1 failed, 1 unfinished$'
	[ "$(grep -c '^{"id":' live.html)" = 3 ]
}

@test "with -o the report is still shown, unless -q" {
	run -1 subunit2 report -o run.xml -o run.html "$fixtures/run.json"
	diff <(report_of_run) <(echo "$output")
	diff <(sed '/^\[\[ATTACHMENT|/d; s/ *>$/>/' run.xml) "$fixtures/run.xml"
	[ -s run.html ]
	run -1 subunit2 report -q -o run.xml "$fixtures/run.json"
	[ -z "$output" ]
}

@test "no color in a pipe, none with NO_COLOR, always when asked for" {
	run -1 subunit2 report --color=always "$fixtures/run.json"
	[[ $output == *$'\033[32mpass\033[0m  t/a.t'* ]]
	NO_COLOR=1 run -1 subunit2 report "$fixtures/run.json"
	[[ $output != *$'\033'* ]]
	CLICOLOR_FORCE=1 run -1 subunit2 report "$fixtures/run.json"
	[[ $output == *$'\033[1;31mFAIL\033[0m'* ]]
}

@test "no test can send control bytes to the terminal" {
	printf '{"subunit":2,"test_id":"a\\u001b]0;title\\u0007","test_status":"fail","runnable":true,' >evil.json
	printf '"file_name":"\\u009bx","file_text":"\\u001b[2J\\u009b1A","eof":true}\n' >>evil.json
	printf '{"subunit":2,"runnable":true,"file_name":"stdout","file_text":"\\u001b[2J\\rover"}\n' >>evil.json
	for to in text events summary github; do
		run subunit2 report --to=$to evil.json
		run ! grep -q $'\033\|\007\|\r\|\xc2\x9b' <<<"$output"
	done
}

@test "the colors of a test are shown where there are colors, and reset in each line" {
	printf 'a\033[31mred\nstill red\033[0m plain\033[2J\n' >said
	subunit2 status x fail -a stdout=said >stream
	run -1 subunit2 report --color=always stream
	[ "${lines[2]}" = $'    | a\e[31mred\e[0m' ]
	[ "${lines[3]}" = $'    | \e[31mstill red\e[0m plain\\x1b[2J' ]
	run -1 subunit2 report stream
	[ "${lines[2]}" = '    | ared' ]
	[ "${lines[3]}" = '    | still red plain\x1b[2J' ]
	# Text that belongs to no test, in pieces.
	{ printf 'a\033[32mgreen\n'; subunit2 status x pass; } >mixed
	[ "$(subunit2 report --color=always --from=subunit mixed | head -1)" = $'| a\e[32mgreen\e[0m' ]
}

@test "the labels of routes are shown where they differ, without the numbers of slots" {
	subunit2 status --route-code=linux/0 a pass >linux
	subunit2 status --route-code=mac/1 net/http fail -m why >mac
	subunit2 status --route-code=mac/2 b pass >>mac
	run -1 subunit2 report mac
	[[ $output != *'['* ]]
	cat linux mac >both
	run -1 subunit2 report both
	[[ $output == *$'\n[mac] FAIL  net/http'* ]]
	[[ $output == *$'\n[mac] pass  b'* ]]
	run -1 subunit2 report --to=gitlab --color=never both
	[[ $output == *$'\n[mac] FAIL  net/http'* ]]
	run -1 subunit2 report --to=github both
	[[ $output == *'::error title=[mac] net/http::why'* ]]
	run -1 subunit2 report --to=markdown both
	[[ $output == *'<td>[mac] <code>net/http</code></td>'* ]]
	{
		subunit2 status --route-code=mac/1 s start
		subunit2 status --route-code=mac/1 --not-runnable s::x pass
		subunit2 status --route-code=mac/1 s pass
	} | subunit2 convert --to=junit | grep '<testsuite name="s" hostname="mac"'
	run -0 subunit2 report --route=linux both
	[ "${lines[0]%  *}" = 'pass  a' ]
	[ "$(subunit2 ls --route=mac both | paste -sd,)" = net/http,b ]
}

@test "usage errors" {
	run -2 --separate-stderr subunit2 report --slowest=many
	[ "$stderr" = "subunit2 report: --slowest=many: not a number from 0 to 999999" ]
	run -2 --separate-stderr subunit2 report --no-tests=maybe
	[ "$stderr" = "subunit2 report: --no-tests=maybe: not fail or pass" ]
}

@test "an input that cannot be read: status 3, and the others are still shown" {
	run -3 --separate-stderr subunit2 report missing "$fixtures/run.json"
	[ "$stderr" = "subunit2 report: missing: No such file or directory" ]
	[[ ${lines[-1]} == "not good: "*", an input could not be read" ]]
	grep -A 2 '^FAIL .*subunit.input' <<<"$output" | grep -q 'missing: No such file or directory'
	subunit2 status x pass >good
	run -3 --separate-stderr subunit2 report missing good
	[ "${lines[-1]}" = 'not good: 1 failed, an input could not be read' ]
	run -3 --separate-stderr subunit2 report --no-tests=pass missing
	[ "${lines[-1]}" = 'not good: 1 failed, an input could not be read' ]
}

# Python's tools do not tell scripts from assertions, and count unexpected successes and unfinished
# tests in their own way; all other counts must agree.
@test "subunit-stats and subunit2junitxml count the same" {
	stream a=success b=fail a::1=success a::2=skip a::3=xfail b::1=fail c=skip >run
	run -1 subunit-stats run
	[[ ${lines[0]} =~ ^"Total tests:"\ +7$ ]]
	[[ ${lines[2]} =~ ^"Failed tests:"\ +2$ ]]
	[[ ${lines[3]} =~ ^"Skipped tests:"\ +2$ ]]
	subunit2 report --to=summary run >ours || [ $? = 1 ]
	[ "$(head -n 1 ours)" = "scripts: 1 passed, 1 failed, 1 skipped; assertions: 1 passed, 1 failed, 1 skipped, 1 todo" ]

	stream a=success b=fail c=skip d=success >run
	subunit2junitxml --no-passthrough <run >theirs.xml || [ $? = 1 ]
	subunit2 convert --to=junit run >ours.xml
	for attribute in tests failures errors; do
		[ "$(xmllint --xpath "string((//testsuite)[1]/@$attribute)" theirs.xml)" = \
			"$(xmllint --xpath "string(/testsuites/@$attribute)" ours.xml)" ]
	done
}

@test "how busy each route was" {
	run -1 subunit2 report -v "$fixtures/run.json"
	[[ $output == *"routes: 2, busy 100% to 100%
  1  1 tests, busy 100%
  0  1 tests, busy 100%
scripts: "* ]]
	stream a=success >one
	subunit2 report one | run ! grep routes
	# A file that arrives late is not another test.
	for at in 1 2; do
		subunit2 status --timestamp=@$at --route-code=0 a start
		subunit2 status --timestamp=@$((at + 1)) --route-code=$at a pass
		subunit2 status --timestamp=@$((at + 1)) --route-code=$at -m more a
	done >late
	subunit2 report -v late | grep -x '  1  1 tests, busy .*'
}

@test "each file is a stream of its own: it does not end a test that another left open" {
	subunit2 status t1 start >dead
	{ subunit2 status t1 start; subunit2 status t1 pass; } >good
	for files in 'dead good' 'good dead' '- good' 'good -'; do
		# shellcheck disable=SC2086
		run -1 subunit2 report -o x.xml $files <dead
		[[ ${lines[-1]} == 'not good: 1 unfinished' ]]
		[[ $output == *'scripts: 1 passed, 1 unfinished'* ]]
		grep -q '<testsuites tests="2" failures="0" errors="1"' x.xml
	done
	mkfifo pipe
	cat dead >pipe 3>&- &
	run -1 subunit2 report pipe good
	[[ ${lines[-1]} == 'not good: 1 unfinished' ]]
	[ "$(subunit2 filter --failing dead good | subunit2 report --to=summary)" = "$(subunit2 report --to=summary dead)" ]
	# Parts of one stream are one when they are put together.
	subunit2 status t1 pass | cat dead - | subunit2 report
}

@test "bytes that are not UTF-8 hide nothing of a text" {
	printf '1..1\nnot ok 1 - drink\n# got: caf\351\n# expected: tea\n  ---\n  note: na\357ve\n  wanted: soup\n  ...\n' >x.tap
	subunit2 report x.tap >out || true
	grep -F '| # got: caf\xe9' out
	grep -F '| # expected: tea' out
	grep -F '| note: na\xefve' out
	grep -F '| wanted: soup' out
	subunit2 convert --to=html x.tap >page
	grep -F 'expected: tea' page
	printf 'caf\351\nand more\n' >file
	subunit2 status --attach=log=file --mime-type='text/plain;charset=iso-8859-1' x fail >stream
	subunit2 report stream >out || true
	grep -F '| caf\xe9' out
	grep -F '| and more' out
	subunit2 convert --to=html stream >page
	grep -F 'and more' page
	printf 'a\0\351b' >file
	subunit2 status --attach=dump.bytes=file --mime-type=application/octet-stream x fail >stream
	subunit2 report stream | grep -F 'dump.bytes: 4 bytes' || false
}

@test "failures with the same cause stand together at the end; -v lists all of them" {
	local i
	for i in 1 2 3 4 5; do
		subunit2 status "t/$i.sh" fail -m "connect 10.0.0.$i:80: refused"
	done >run
	subunit2 status t/other.sh fail -m 'no space' >>run
	run -1 subunit2 report run
	diff - <(printf '%s\n' "$output" | sed -n '/^failed:/,/^scripts:/p') <<-'END'
		failed:
		  5 tests  # connect 10.0.0.1:80: refused
		    t/1.sh
		    t/2.sh
		    t/3.sh
		    and 2 more
		  t/other.sh  # no space
		scripts: 6 failed
	END
	run -1 subunit2 report -v run
	[[ $output == *$'t/4.sh\n    t/5.sh\n  t/other'* ]]
}

# Two machines, as mux merges them: everything ran on both.
two_machines() {
	for machine in linux mac; do
		subunit2 status --route-code=$machine/0 a.sh start
		subunit2 status --route-code=$machine/0 a.sh pass
		subunit2 status --route-code=$machine/1 net/http start
		subunit2 status --route-code=$machine/1 net/http fail -m "refused by $machine"
		subunit2 status --route-code=$machine/1 slow pass -t flaky \
			-m 'attempt 1: exit status 3; no route to host'
		subunit2 status --route-code=$machine/1 left pass -t leaked -m 'left running: sleep (12)'
	done
}

@test "each line has its label from the first test on if the input is a file" {
	two_machines >both
	run -1 subunit2 report both
	[ "${lines[0]%%  *}" = '[linux] pass' ]
	run -1 subunit2 report <both
	[ "${lines[0]%%  *}" = '[linux] pass' ]
	gzip -k both
	run -1 subunit2 report both.gz
	[ "${lines[0]%%  *}" = '[linux] pass' ]
	subunit2 convert --to=json -o both.json both
	run -1 subunit2 report both.json
	[ "${lines[0]%%  *}" = '[linux] pass' ]
	# Bytes that follow the first read are read, too.
	{ read -r -N 0; subunit2 report; } <both >out || true
	grep -qx 'scripts: 6 passed, 2 failed' out
}

@test "a pipe whose labels turn out to differ says where the tests above ran" {
	two_machines >both
	subunit2 report < <(cat both) >out || true
	[[ $(head -1 out) == 'pass  a.sh'* ]]
	[ "$(grep -c ' is where the tests above ran$' out)" = 1 ]
	grep -B1 -A1 -x '\[linux\] is where the tests above ran' out | grep -A2 '^pass  left' |
		grep '^\[mac\] pass  a.sh'
	subunit2 report --to=markdown < <(cat both) >out || true
	grep -qx '<p>Tests without a label ran on \[linux\].</p>' out
}

@test "the lists at the end have labels, and the causes of flaky and leaked tests" {
	two_machines >both
	run -1 subunit2 report --slowest=1 both
	[[ $output == *$'slowest:\n'*'s  ['* ]]
	[[ $output == *$'failed:\n  [linux] net/http  # refused by linux\n  [mac] net/http  # refused by mac\n'* ]]
	[[ $output == *$'flaky:\n  [linux] slow  # attempt 1: exit status 3; no route to host\n  [mac] slow  # attempt 1'* ]]
	[[ $output == *$'leaked:\n  [linux] left  # left running: sleep (12)\n  [mac] left  # left'* ]]
	run -1 subunit2 report --to=summary --slowest=1 both
	[[ $output == *$'slowest:\n'*'s  ['* ]]
	run -1 subunit2 report --to=markdown both
	[[ $output == *'<li>[mac] <code>slow</code> <span>attempt 1: exit status 3; no route to host</span></li>'* ]]
	[[ $output == *'<li>[linux] <code>left</code> <span>left running: sleep (12)</span></li>'* ]]
	run -1 subunit2 report --to=github both
	[[ $output == *'::warning title=[mac] left::leaked: left running: sleep (12)'* ]]
	[[ $output == *'::group::FAIL [mac] net/http'* ]]
	run -1 subunit2 report --to=gitlab --color=never both
	[[ $output == *'FAIL [mac] net/http: refused by mac'* ]]
	# One machine, so no labels.
	subunit2 filter --route=mac both >mac
	run -1 subunit2 report mac
	[[ $output == *$'flaky:\n  slow  # attempt 1: exit status 3; no route to host\nleaked:\n  left  # left running'* ]]
	# JUnit has the causes in elements of its own.
	cat >flaky.xml <<-'XML'
		<testsuite name="s"><testcase classname="s" name="f" time="0">
		<flakyFailure message="no answer" type="x">
		no answer
		</flakyFailure></testcase></testsuite>
	XML
	run -0 subunit2 report flaky.xml
	[[ $output == *$'flaky:\n  s.f  # x: no answer\n'* ]]
}

@test "csv has a column for labels where routes have some, and tap a comment" {
	two_machines >both
	run -0 subunit2 convert --to=csv both
	[ "${lines[0]}" = $'test,status,start,stop,label\r' ]
	[[ ${lines[1]} == a.sh,success,*,linux$'\r' && ${lines[5]} == a.sh,success,*,mac$'\r' ]]
	subunit2 status --route-code=0 a pass >slot
	run -0 subunit2 convert --to=csv slot
	[ "${lines[0]}" = $'test,status,start,stop\r' ]
	[ "$(: | subunit2 convert --to=csv)" = $'test,status,start,stop\r' ]
	cat slot both >all
	run -0 subunit2 convert --to=csv all
	[[ ${lines[1]} == a,success,*,$'\r' && ${lines[2]} == *,linux$'\r' ]]
	run -0 subunit2 convert --to=tap all
	[ "$(grep -c '^# route: mac$' <<<"$output")" = 4 ]
	[ "$(grep -A6 '^ok 1 - a$' <<<"$output" | grep -c '# route')" = 0 ]
}

@test "failed assertions explain an exit status that follows from them, and no other" {
	local tap='1..2\nnot ok 1 - x\nnot ok 2 - y\n'
	for code in 0 1 2; do
		subunit2 wrap -i w --to=subunit -- sh -c "printf '$tap'; exit $code" >out || true
		run -1 subunit2 report out
		[[ $output != *'  w  #'* ]]
		subunit2 convert --to=junit out | grep -c '<failure' | grep -x 2
	done
	subunit2 wrap -i w --to=subunit -- sh -c "printf '$tap'; exit 3" >out || true
	run -1 subunit2 report out
	[[ $output == *$'\n  w  # exit status 3; 2 of 2 assertions failed\n'* ]]
	subunit2 convert --to=junit out | grep -c '<failure' | grep -x 3
	# Tests of other scripts in the output, and the end of the command itself.
	for code in 1 2 4; do
		subunit2 wrap -i w --to=subunit -- sh -c "subunit2 status a fail; exit $code" >out || true
		run -1 subunit2 report out
		if [ "$code" = 4 ]; then
			[[ $output == *$'\n  w  # exit status 4; 1 test in its output failed\n'* ]]
		else
			[[ $output != *'  w  #'* ]]
		fi
	done
}

@test "a test that one input left open, and another one ended, is open in each output" {
	subunit2 status --timestamp=@1 a start >one
	{ subunit2 status --timestamp=@2 a start; subunit2 status --timestamp=@3 a pass; } >two
	run -1 subunit2 report one two -o x.subunit -o x.json
	[ "${lines[-1]}" = 'not good: 1 unfinished' ]
	for file in x.subunit x.json; do
		run -1 subunit2 report -q "$file"
		[ "${lines[-1]}" = 'not good: 1 unfinished' ]
	done
	subunit2 report two two -o x.subunit
	cmp x.subunit <(cat two two)
}
