#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Reading the formats of others: JUnit's XML, go test -json, TAP.
# Needs: python3

# shellcheck disable=SC2154 # run sets stderr

load common

fixtures=$BATS_TEST_DIRNAME/fixtures/formats

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# "STATUS ID [FILE=TEXT]", a line an event.
brief() {
	subunit2 convert --to=json "$@" | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    event = json.loads(line)
    words = [event.get("test_status", "-"), event.get("test_id", "-")]
    if "file_name" in event:
        words.append(event["file_name"] + "=" + repr(event.get("file_text", "")))
    if event.get("timestamp"):
        words.append(event["timestamp"][11:23])
    print(*words)'
}

@test "junit: what pytest and Maven write" {
	cat >pytest.xml <<-'END'
		<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="0" failures="1" skipped="2" tests="4" time="0.023" timestamp="2024-01-01T10:00:00.000000" hostname="x"><properties><property name="a" value="b"/></properties><testcase classname="tests.test_x" name="test_a" time="1.500" /><testcase classname="tests.test_x" name="test_b[&lt;1&gt;]" time="0.5"><failure message="assert 1 == 2">def test_b():
		&gt;   assert 1 == 2</failure><system-out>said
		</system-out></testcase><testcase classname="tests.test_x" name="test_c" time="0"><skipped type="pytest.skip" message="why">a.py:3: why</skipped></testcase><testcase classname="tests.test_x" name="test_d" time="0"><skipped type="pytest.xfail" message=""/></testcase></testsuite></testsuites>
	END
	brief pytest.xml >out
	diff out - <<-'END'
		inprogress tests.test_x.test_a 10:00:00.000
		success tests.test_x.test_a 10:00:01.500
		inprogress tests.test_x.test_b[<1>] 10:00:01.500
		- tests.test_x.test_b[<1>] reason='assert 1 == 2' 10:00:02.000
		- tests.test_x.test_b[<1>] traceback='def test_b():\n>   assert 1 == 2' 10:00:02.000
		- tests.test_x.test_b[<1>] stdout='said\n' 10:00:02.000
		fail tests.test_x.test_b[<1>] 10:00:02.000
		inprogress tests.test_x.test_c 10:00:02.000
		- tests.test_x.test_c reason='why' 10:00:02.000
		- tests.test_x.test_c details='a.py:3: why' 10:00:02.000
		skip tests.test_x.test_c 10:00:02.000
		inprogress tests.test_x.test_d 10:00:02.000
		xfail tests.test_x.test_d 10:00:02.000
	END
	printf '<testsuite name="com.A" tests="1"><testcase name="t" classname="com.A" time="1,000.25"><error type="E">boom</error><rerunFailure>again</rerunFailure></testcase></testsuite>' >maven.xml
	brief maven.xml >out
	diff out - <<-'END'
		inprogress com.A.t 00:00:00.000
		- com.A.t traceback='boom' 00:16:40.250
		- com.A.t rerunFailure='again' 00:16:40.250
		fail com.A.t 00:16:40.250
	END
}

@test "junit: cases of two suites that share a name are two tests" {
	cat >node.xml <<-'END'
		<testsuites>
		<testsuite name="outer"><testsuite name="one"><testcase name="x" classname="test"><failure/></testcase></testsuite>
		<testcase name="x" classname="test"/></testsuite>
		<testsuite name="two"><testcase name="x" classname="test"/></testsuite>
		<testcase name="x" classname="test"/></testsuites>
	END
	[ "$(subunit2 ls node.xml | paste -sd,)" = outer.one.x,outer.x,two.x,x ]
	[ "$(subunit2 ls --failing node.xml)" = outer.one.x ]
	cat >same.xml <<-'END'
		<testsuites><testsuite name="a"><testcase name="x" classname="C"><failure/></testcase><testcase name="y" classname="y"/></testsuite>
		<testsuite name="b"><testcase name="x" classname="C"/><testcase name="x" classname="C"/><testcase name="y" classname="y"/></testsuite>
		<testsuite name="b"><testcase name="x" classname="C"/></testsuite></testsuites>
	END
	[ "$(subunit2 ls same.xml | paste -sd,)" = 'a.C.x,a.y,b.C.x,b.y,b.C.x (2)' ]
	[ "$(subunit2 ls --failing same.xml)" = a.C.x ]
}

@test "junit: many equal names, and deep suites, take linear time" {
	awk 'BEGIN { for (i = 0; i < 24000; i++) print "<testsuite><testcase name=\"x\"/></testsuite>" }' |
		sed -e '1i <testsuites>' -e '$a </testsuites>' >equal.xml
	(ulimit -t 20; exec subunit2 ls equal.xml) >ids
	[ "$(tail -n 1 ids)" = 'x (24000)' ]
	awk 'BEGIN {
		for (i = 0; i < 20000; i++) print "<testsuite name=\"s\"><testcase name=\"x\"/>"
		for (i = 0; i < 20000; i++) print "</testsuite>"
	}' >deep.xml
	(ulimit -t 20; exec subunit2 ls deep.xml) >ids
	[ "$(sort -u ids | wc -l)" = 20000 ]
	[ "$(sed -n 2p ids)" = s.s.x ]
	[ "$(wc -L <ids)" -lt 1100 ]
}

@test "junit: dialects" {
	cat >g.xml <<-'END'
		<?xml version="1.0"?><testsuites><testsuite name="S"><testcase name="a" status="notrun" result="suppressed" time="0." classname="S"/>
		<testcase name="b" status="run" result="completed" time="0,512" classname="S"><failure message="one">Expected</failure><failure message="two">a.cc:6
		</failure><failure>b.cc:7</failure><system-out>x</system-out></testcase>
		</testsuite><testsuite name="T"><error message="setup failed"/>
		<testcase name="f" classname="T"><flakyError message="m"/><rerunFailure type="E" message="mm"/><rerunFailure type="E">text</rerunFailure></testcase>
		<testcase name="g" classname="T"><failure type="AssertionError" message="no"/></testcase></testsuite></testsuites>
	END
	brief g.xml >out
	diff out - <<-'END'
		inprogress S.a 00:00:00.000
		skip S.a 00:00:00.000
		inprogress S.b 00:00:00.000
		- S.b reason='one' 00:00:00.512
		- S.b traceback='Expected' 00:00:00.512
		- S.b reason='\n' 00:00:00.512
		- S.b reason='two' 00:00:00.512
		- S.b traceback='\n' 00:00:00.512
		- S.b traceback='a.cc:6\n' 00:00:00.512
		- S.b traceback='b.cc:7' 00:00:00.512
		- S.b stdout='x' 00:00:00.512
		fail S.b 00:00:00.512
		inprogress T
		- T reason='setup failed'
		fail T
		inprogress T.f
		- T.f flakyError='m'
		- T.f rerunFailure='E: mm'
		- T.f rerunFailure-2='text'
		success T.f
		inprogress T.g
		- T.g reason='no'
		- T.g traceback='AssertionError'
		fail T.g
	END
	sed 's/<\(.\?\)test/<\1j:test/g; s/<j:testsuites/& xmlns:j="x"/' g.xml >prefixed.xml
	grep -q '</j:testsuite><j:testsuite ' prefixed.xml
	brief prefixed.xml | diff out -
	for encoding in UTF-16 UTF-16LE UTF-16BE; do
		iconv -t $encoding g.xml >wide.xml
		brief wide.xml | diff out -
	done
}

@test "junit: the word of a status, in capitals too" {
	for word in status='"Failed"' result='"FAILURE"' status='"Error"'; do
		echo "<testsuite name='s'><testcase classname='a' name='b' $word/></testsuite>" >x.xml
		subunit2 convert --to=csv x.xml | grep '^a.b,fail,'
	done
}

@test "junit: lengths in other countries" {
	for time in 0,5=0.500 1,5=1.500 1.5=1.500 1,234.5=20:34.500 1.234,5=20:34.500 1,234,567.5=06:56:07.500 5e-1=0.500; do
		printf '<testsuite><testcase name="a" time="%s"/></testsuite>' "${time%=*}" >t.xml
		[[ $(brief t.xml | tail -n 1) == *"${time#*=}" ]] || { echo "$time"; false; }
	done
}

@test "junit: events that were written are read back, with the same verdict" {
	subunit2 convert -o run.xml "$fixtures/run.json"
	brief run.xml | awk '$1 != "-" && $1 != "inprogress"' | cut -d' ' -f1-6 | sed 's/ [0-9:.]*$//' | sort >out
	diff out - <<-'END'
		fail t/b.t
		fail t/b.t::connects # to \ {
		fail t/hung.sh
		skip t/a.t::later
		success pkg.mod.Case.test_one
		success t/a.t
		success t/a.t::starts
		success t/hung.sh::before
		uxsuccess pkg.mod.Case.test_two
		xfail t/a.t::some day
	END
	run -1 subunit2 report -q run.xml
	[ "${lines[-1]}" = "not good: 3 failed, 1 unexpectedly passed" ]
}

@test "junit: a broken file is an error that says where, and what came before is kept" {
	printf '<testsuite name="s"><testcase name="a"/><testcase name="b"><x></testcase>' >broken.xml
	run -3 --separate-stderr subunit2 convert --to=events broken.xml
	[ "$stderr" = "subunit2 convert: broken.xml: mismatched tag (at byte 64)" ]
	[[ ${lines[1]} == "- success a runnable"* ]]
	[[ ${lines[2]} == "- inprogress b runnable"* ]]
	printf '<testsuite name="s"><testcase name="a">' >cut.xml
	run -3 --separate-stderr subunit2 report cut.xml
	[[ $stderr == "subunit2 report: cut.xml: no element found"* ]]
}

@test "junit: long attributes and comments, and cases after them, are read unchanged" {
	/usr/bin/python3 - >long.xml <<-'END'
		message = "".join(f"line {i} &amp;&#10;" for i in range(1000000))
		print("<testsuites><testsuite name='s'><!-- " + "comment " * 500000 + "-->")
		print(f"<testcase classname='c' name='long'><failure message='{message}'>told</failure></testcase>")
		for i in range(2000):
		    print(f"<testcase classname='c' name='{i}'/>")
		print("</testsuite></testsuites>")
	END
	awk 'BEGIN { for (i = 0; i < 1000000; i++) print "line " i " &" }' >message
	subunit2 convert long.xml -o disk:out -o long.subunit
	cmp out/c.long/reason message
	[ "$(cat out/c.long/traceback)" = told ]
	[ "$(subunit2 ls --all long.subunit | wc -l)" = 2001 ]
	# A cut within such a tag is reported as in any other.
	head -c 20000000 long.xml >cut.xml
	run -3 --separate-stderr subunit2 convert --from=junit -o out.json cut.xml
	[[ $stderr = 'subunit2 convert: cut.xml: '*' (at byte '* ]]
}

@test "junit: a file that grows without end by its entities is refused" {
	{
		echo '<!DOCTYPE t [<!ENTITY a0 "xxxxxxxxxxxxxxxxxxxx">'
		for i in 1 2 3 4 5 6 7 8 9; do
			printf '<!ENTITY a%d "' $i
			printf "&a$((i - 1));%.0s" 1 2 3 4 5 6 7 8 9 10
			echo '">'
		done
		echo ']><testsuite name="s"><testcase name="a"><system-out>&a9;</system-out></testcase></testsuite>'
	} >bomb.xml
	run -3 --separate-stderr subunit2 convert --from=junit --to=summary bomb.xml
	[[ $stderr == *"limit on input amplification factor"* ]]
}

@test "gojson: a NUL in what a test printed is a byte of it" {
	cat >nul.json <<-'END'
		{"Action":"run","Package":"x","Test":"T"}
		{"Action":"output","Package":"x","Test":"T","Output":"a\u0000b\n"}
		{"Action":"pass","Package":"x","Test":"T"}
		{"Action":"pass","Package":"x","Test":"T\u0000U"}
	END
	subunit2 convert --from=gojson --to=json nul.json >out
	grep -F '"file_text":"a\u0000b\n"' out
	[ "$(grep -c 'line 4: a name holds a NUL' out)" = 1 ]
	[ "$(wc -l <out)" = 6 ]
}

@test "gojson: an action that is cut, joined to another, not UTF-8 or without a name is no pass" {
	for line in '{"Action":"fail","Package":"p","Te' '{"Acti' 'noise{"Action":"fail","Package":"p","Test":"U"}' \
		'{"Action":"fail","Package":"p","Test":"U\xe9"}' \
		'{"Action":"fail","Package":"p","Test":"U\\u0000"}' '{"Action":"FAIL","Package":"q"}' \
		'{"Action":"fail","Package":"p","Test":"U"}{"Action":"pass","Package":"q"}'; do
		printf '{"Action":"%s","Package":"p","Test":"T"}\n' run pass >x.json
		printf '{"Action":"pass","Package":"p"}\n%b' "$line" >>x.json
		run -1 subunit2 report x.json
	done
	printf '{"Action":"pass","Package":"p"}\n{\n{"level":"info"}\nnoise\n' >x.json
	subunit2 report x.json
}

@test "gojson: packages, tests, subtests, output, a build that failed" {
	cat >go.json <<-'END'
		{"Time":"2024-01-01T10:00:00Z","Action":"start","Package":"x/y"}
		{"Time":"2024-01-01T10:00:01.25+01:00","Action":"run","Package":"x/y","Test":"TestA"}
		{"Time":"2024-01-01T10:00:02Z","Action":"output","Package":"x/y","Test":"TestA","Output":"=== RUN   TestA\n"}
		{"Time":"2024-01-01T10:00:02Z","Action":"run","Package":"x/y","Test":"TestA/sub"}
		{"Time":"2024-01-01T10:00:02Z","Action":"pause","Package":"x/y","Test":"TestA/sub"}
		{"Time":"2024-01-01T10:00:03Z","Action":"skip","Package":"x/y","Test":"TestA/sub","Elapsed":1}
		{"Time":"2024-01-01T10:00:03Z","Action":"fail","Package":"x/y","Test":"TestA","Elapsed":2}
		{"Time":"2024-01-01T10:00:03Z","Action":"output","Package":"x/y","Test":"TestA","Output":"late\n"}
		{"Time":"2024-01-01T10:00:03Z","Action":"output","Package":"x/y","Output":"FAIL\n"}
		{"Time":"2024-01-01T10:00:04Z","Action":"fail","Package":"x/y","Elapsed":4}
		{"ImportPath":"x/z [x/z.test]","Action":"build-output","Output":"z.go:1: no\n"}
		{"ImportPath":"x/z [x/z.test]","Action":"build-fail"}
		go: warning
		{"Time":"2024-01-01T10:00:05Z","Action":"unheard","Package":"x/y"}
	END
	brief go.json >out
	diff out - <<-'END'
		inprogress x/y 10:00:00.000
		inprogress x/y::TestA 09:00:01.250
		- x/y::TestA stdout='=== RUN   TestA\n' 10:00:02.000
		inprogress x/y::TestA/sub 10:00:02.000
		skip x/y::TestA/sub 10:00:03.000
		fail x/y::TestA 09:00:03.250
		- x/y stdout='late\n' 10:00:03.000
		- x/y stdout='FAIL\n' 10:00:03.000
		- x/y reason='1 of 2 assertions failed' 10:00:04.000
		fail x/y 10:00:04.000
		- go build x/z [x/z.test] stderr='z.go:1: no\n'
		fail go build x/z [x/z.test]
		- - stdout='go: warning\n{"Time":"2024-01-01T10:00:05Z","Action":"unheard","Package":"x/y"}\n'
	END
	run -1 subunit2 report --from=gojson go.json
	[[ $output == *"line 13: '[' or '{' expected near 'go'"* ]]
	[[ $output == *"line 14: no action of go test"* ]]
}

@test "tap: the file is the script, --id names it" {
	printf 'TAP version 13\n1..2\nok 1 - a\nhello\nnot ok 2 - b\n# why\n' >x.t.out
	brief x.t.out >out
	diff out - <<-'END'
		inprogress x.t.out
		inprogress x.t.out::a
		success x.t.out::a
		- x.t.out stdout='hello\n'
		inprogress x.t.out::b
		- x.t.out::b comment='# why\n'
		fail x.t.out::b
		fail x.t.out reason='1 of 2 assertions failed'
	END
	brief --id=t/x x.t.out >named
	sed 's|x\.t\.out|t/x|' out | diff - named
}

@test "tap: a subtest in braces that breaks off fails its script" {
	for text in '1..1\nok 1 - x {\n    ok 1 - a\n' '1..1\nok 1 - x {\n    ok 1 - a\n    1..1\n' \
		'1..1\nok 1 - x {\n    ok 1 - y {\n        ok 1 - a\n    }\n'; do
		printf '%b' "$text" >cut.tap
		subunit2 convert --to=csv cut.tap | grep -q '^cut.tap,fail,'
		run -1 bash -c 'subunit2 wrap -i t -- cat cut.tap >wrapped'
		printf '%b}\n' "$text" >whole.tap
		subunit2 convert --to=csv whole.tap | grep -q '^whole.tap,success,'
	done
}

@test "tap: a saved output that ends with the { of a subtest was cut" {
	printf '1..2\nok 1 - w\nok 2 - x {\n' >cut.tap
	[ "$(subunit2 convert -i t --to=csv cut.tap | sed 1d | cut -d, -f1,2)" = $'t::w,success\nt::x,success\nt,fail' ]
	brief -i t cut.tap | grep -F 'ends before the } of a subtest'
	# The end of a live output is known.
	subunit2 wrap -i t -- cat cut.tap | subunit2 ls --all | grep -Fx 't::x {'
	printf 'ok 1 - x {\nok 2 - y\n1..2\n' >whole.tap
	subunit2 ls --all whole.tap | grep -F '::x {'
}

@test "tap: the durations of a saved output are kept" {
	cat >x.tap <<-'END'
		1..3
		# Subtest: a
		    ok 1 - b # time=1500ms
		    ok 2 - c
		    ok 3 - d # time=500ms
		    1..3
		ok 1 - a
		  ---
		  duration_ms: 2250.5
		  ...
		ok 2 - e
		ok 3 - f # time=1s
	END
	subunit2 convert -i t --to=csv x.tap | sed '1d; s/1970-01-01T00:00://g; s/\r$//' >out
	diff out - <<-'END'
		t::a::b,success,00.000000000Z,01.500000000Z
		t::a::c,success,,
		t::a::d,success,01.500000000Z,02.000000000Z
		t::a,success,00.000000000Z,02.250500000Z
		t::e,success,,
		t::f,success,02.250500000Z,03.250500000Z
		t,success,,
	END
}

@test "an id that is none, and standard input twice, are refused" {
	run -2 --separate-stderr subunit2 convert --id= in
	[[ $stderr == "subunit2 convert: --id=: is empty"* ]]
	for command in convert filter report ls; do
		run -2 --separate-stderr subunit2 "$command" - -
		[[ $stderr == "subunit2 $command: -: standard input can be read only once"* ]]
	done
}

@test "tap: evidence counts, whenever it comes" {
	printf 'skip 1 b - reads\nok 2 b - writes\nnot ok 3 b - closes\n\n1..3\n' >in
	brief --id=x in | grep '::' >out
	printf '%s\n' 'inprogress x::b - writes' 'success x::b - writes' \
		'inprogress x::b - closes' 'fail x::b - closes' | diff - out
	{ echo 'ok - a'; sleep 0.3; echo 'ok - b'; sleep 0.3; echo 1..2; } | brief --id=x - | grep ^success >out
	printf 'success x%s\n' ::a ::b '' | diff - out
	printf '[    0.5] KTAP version 1\n[    0.5] 1..1\n[    0.6] ok 1 a\n' >in
	brief --id=x in | grep -x 'success x::a'
	printf '\357\273\277ok 1 - a\n1..1\n' >in
	brief --id=x in | grep -x 'success x::a'
	printf 'ok  \tpkg\t0.01s\nok all copied\n' >in
	brief --id=x in >out
	run -1 grep :: out
}

@test "tap: events that were written are read back" {
	subunit2 convert --to=tap "$fixtures/run.json" | brief --from=tap --id=run - | grep -v '^-\|^inprogress' >out
	diff out - <<-'END'
		success run::t/a.t::starts 00:00:00.250
		skip run::t/a.t::later 00:00:00.250
		xfail run::t/a.t::some day 00:00:00.250
		success run::t/a.t 00:00:02.000
		fail run::t/b.t::connects # to \ \x7b 00:00:02.500
		fail run::t/b.t 00:00:04.000
		success run::pkg.mod.Case.test_one 00:00:05.500
		fail run::pkg.mod.Case.test_two 00:00:05.500
		success run::t/hung.sh::before 00:00:05.500
		fail run::t/hung.sh 00:00:05.500
		fail run reason='4 of 10 assertions failed'
	END
}

@test "an input without TAP is text if its format is detected, and a failure with --from=tap" {
	printf 'just text\n' >in
	[ "$(brief in)" = "- - stdout='just text\n'" ]
	brief --from=tap --id=x in >out
	grep -qx "inprogress x" out
	grep -q "^fail x reason=" out
}

@test "detection: a format that another one quotes does not decide" {
	cat >b.xml <<-'END'
		<testsuite><testcase name="a" classname="c"><failure>boom</failure><system-out>
		1..1
		ok 1 - inner
		time: 2020-01-01 00:00:00Z
		progress: 50
		test: x
		success: x
		</system-out></testcase></testsuite>
	END
	[ "$(brief b.xml | tail -n 1 | cut -d' ' -f1,2)" = "fail c.a" ]
	run -1 subunit2 report b.xml
	printf 'building\nTAP version 13\n1..1\nprogress: 50\ntime: 2020-01-01 00:00:00Z\nok 1 - a\n' >a.tap
	[ "$(brief a.tap | grep -c '^success a.tap')" = 2 ]
	printf 'building\ntest: x\n1..1\nok 1 - a\nsuccess: x\n' >a.1
	[ "$(brief a.1 | tail -n 1)" = "success x" ]
}

# The statuses and ids that a report of the parts gives, which come with pauses between.
parts() {
	for part; do
		printf '%b' "$part"
		sleep 0.25
	done | brief - | awk '$1 != "inprogress" && $1 != "-" { print $1, $2 }' | paste -sd,
}

@test "found out: it does not matter when the bytes come" {
	[ "$(parts 'starting\n' '1..1\nok 1\n')" = "success standard,success standard" ]
	[ "$(parts 'star' 'ting\n' '1..1\n' 'ok 1\n')" = "success standard,success standard" ]
	[ "$(parts 'starting\n' 'test: a\nsuccess: a\n')" = "success a" ]
	[ "$(parts 'starting\n' 'test a\n' 'said\n' 'success a\n')" = "success a" ]
	[ "$(parts '<?xml version="1.0"?>\n' '<testsuite name="s"><testcase name="a"/></testsuite>')" = "success a" ]
	go='{"Action":"run","Package":"p"}\n{"Action":"pass","Package":"p"}\n'
	[ "$(parts 'go: downloading x\n' "$go")" = "success p" ]
	[ "$(parts "go: downloading x\n$go")" = "success p" ]
	[ "$(parts 'Name? ' '\n1..1\nok 1\n')" = "success standard,success standard" ]
	subunit2 status x pass >packet
	[ "$({ echo starting; sleep 0.25; cat packet; printf '1..1\nok 1\n'; } | brief - | grep -c success)" = 1 ]
}

@test "found out: after 64 KiB of text, too" {
	{ yes 'some text' | head -c 200000; printf '\n1..1\nok 1 - a\n'; } >long
	[ "$(brief long | grep -c '^success')" = 2 ]
}

@test "found out: text shows before its format does" {
	mkfifo pipe
	subunit2 convert --to=events pipe >out 3>&- &
	exec 8>pipe
	echo 'test this' >&8
	for _ in {1..1000}; do ! grep -q stdout out || break; sleep 0.05; done
	grep -q stdout out
	exec 8>&-
	wait
}

@test "detection: the beginning of a packet is text at the end of the input, and after TAP" {
	printf 'TAP version 13\n1..1\n\xb3 abc\nok 1 - a\n' >a
	[ "$(brief a | grep -c '^success a')" = 2 ]
	printf '\xb3 abc\n1..1\nok 1 - a\n' >b
	[ "$(brief b | grep -c '^success b')" = 2 ]
	printf '1..1\n\xb3 abc\n' >c
	yes 'ok 1' | head -c 100000 >>c
	brief c | grep -q '^inprogress c'
	subunit2 status x pass >d
	printf '1..1\nok 1\n' | cat - d >e
	[ "$(brief e | grep -c success)" = 1 ]
}

# Prints the failed tests of what convert makes of its arguments; its status is 3.
lost() {
	run -3 --separate-stderr bash -c 'subunit2 convert "$@" >lost.subunit' - "$@"
	subunit2 ls --all --failing lost.subunit
	[ "$(subunit2 convert --to=json lost.subunit |
		grep -c '"test_id":"subunit.input","test_status":"fail","runnable":false.*"file_name":"reason"')" = 1 ]
}

@test "an input that breaks off is in the output: XML, gzip, a missing file, a folder" {
	echo '<testsuite><testcase classname="a" name="b"/>' >cut.xml
	[ "$(lost cut.xml)" = subunit.input ]
	[ "$(subunit2 ls --all lost.subunit)" = $'a.b\nsubunit.input' ]
	subunit2 status a pass | gzip | head -c -4 >cut.gz
	[ "$(lost cut.gz)" = subunit.input ]
	[ "$(lost missing)" = subunit.input ]
	[ "$(lost .)" = subunit.input ]
}

@test "bytes that are not of the declared format are in the output" {
	echo 'Segmentation fault' >text
	for format in subunit subunit1 junit; do
		[ "$(lost --from=$format text)" = subunit.input ]
	done
	: >empty
	[ "$(lost --from=junit empty)" = subunit.input ]
	: >empty.xml
	[ "$(lost empty.xml)" = subunit.input ]
	: >empty.tap
	[ "$(subunit2 convert empty.tap | subunit2 ls --failing)" = empty.tap ]
	for format in subunit subunit1 json gojson; do
		subunit2 convert --from=$format empty | cmp - empty
	done
	subunit2 convert empty | cmp - empty
}

@test "the second of two inputs breaks off" {
	subunit2 status subunit.input pass >own
	echo '<testsuite>' >cut.xml
	run -3 --separate-stderr subunit2 report own cut.xml
	[ "${lines[-1]}" = 'not good: 1 failed, an input could not be read' ]
}

@test "no rule of filter, and no pattern of diff, drops a lost input or damage" {
	echo '<testsuite><testcase classname="a" name="b"/>' >cut.xml
	subunit2 convert cut.xml >was-cut 2>err && false
	{ subunit2 status a pass; subunit2 status b pass | head -c 12; } >damaged
	for rule in --match=^a --exclude=sub --status=success --tag=x --no-tag=x --with=x --without=x \
		--route=1 --runnable --file=x --until=@0 --since=2030-01-01T00:00:00Z; do
		subunit2 filter "$rule" cut.xml was-cut damaged 2>err | subunit2 ls --all --failing >out
		diff out - <<<$'subunit.input\nsubunit.parser'
	done
	subunit2 status a pass >good
	run -1 subunit2 diff --match=^a good was-cut
	[[ $output == *subunit.input* ]]
	run -1 subunit2 diff --match=^a good damaged
	[[ $output == *subunit.parser* ]]
}

@test "each -o has the test of a lost input" {
	echo '<testsuite><testcase classname="a" name="b"/>' >cut.xml
	for command in convert filter report mux; do
		run -3 subunit2 $command -o a.xml -o a.csv -o a.json -o a.tap -o a.html -o a.txt \
			-o a.subunit -o v1.subunit1 -o disk:d -o github:hub cut.xml
		grep -q '<error type="damage"' a.xml
		grep -Eq '^([^,]*/)?subunit.input,fail,' <(sed 's/^cut,//' a.csv)
		for file in a.json a.tap a.html a.txt a.subunit v1.subunit1 hub; do
			grep -aq subunit.input "$file"
		done
		[ -n "$(find d -maxdepth 2 -name '*subunit.input*')" ]
		rm -r d
	done
}

@test "a byte order mark before JSON, version 1, TAP and go's JSON" {
	bom=$'\xef\xbb\xbf'
	printf '%stest: a\nfailure: a\n' "$bom" >v1
	printf '%s{"subunit":2,"test_id":"a","test_status":"fail","runnable":true}\n' "$bom" >json
	printf '%s1..1\nnot ok 1 - a\n' "$bom" >tap
	printf '%s<testsuite><testcase name="a"><failure/></testcase></testsuite>' "$bom" >xml
	for file in v1 json tap xml; do
		[[ $(brief $file) == *"fail "* ]]
		[[ $(brief $file) != *"stdout="* ]]
		# Also if it comes in two pieces.
		mkfifo pipe
		subunit2 convert --to=json pipe >out 3>&- &
		{ head -c 2 $file; sleep 0.2; tail -c +3 $file; } >pipe
		wait
		rm pipe
		grep -q '"test_status":"fail"' out
	done
	[[ $(brief --from=subunit1 v1) == *"fail a"* ]]
	[[ $(brief --from=json json) == *"fail a"* ]]
	# In the output of a command, too, at once and byte by byte.
	for file in v1 json tap; do
		run -1 bash -c "subunit2 wrap -i t -- cat $file >out"
		subunit2 ls --all --failing out | grep -q '^\(t::\)\?a$'
		run -1 bash -c "subunit2 wrap -i t -- sh -c 'head -c 2 $file; sleep 0.2; tail -c +3 $file' >out"
	done
}

@test "an ok after the word not is no result, however the two are separated" {
	for line in 'Not ok 1 - b' 'NOT ok 1 - b' 'not  ok 1 - b' 'not\tok 1 - b' 'notok 1 - b' \
		'error: not  ok 1 - b' 'not\xc2\xa0ok 1 - b' 'not-ok 1 - b' 'not_ok 1 - b' 'not \033[31ok 1 - b' '\033[31mnot \033[0mok 1 - b' 'not\033[1;31m ok 1 - b'; do
		printf "1..1\\n%b\\n" "$line" >in
		run -1 subunit2 report in
		brief --id=x in >out
		run -1 grep success out
	done
	printf '1..1\nloading... ok 1 - b\n' >in
	brief --id=x in | grep -x 'success x::b'
}

# Writes PACKET and then TAIL, with another bit of PACKET changed in each, to files in FOLDER.
change_bits() { # PACKET FOLDER ENDING [TAIL]
	mkdir -p "$2"
	/usr/bin/python3 - "$@" <<-'END'
		import sys
		packet = open(sys.argv[1], "rb").read()
		tail = open(sys.argv[4], "rb").read() if len(sys.argv) > 4 else b""
		for bit in range(8 * len(packet)):
		    changed = bytearray(packet)
		    changed[bit // 8] ^= 1 << bit % 8
		    with open(f"{sys.argv[2]}/{bit:03}{sys.argv[3]}", "wb") as file:
		        file.write(changed + tail)
	END
}

@test "one changed bit of a packet at the beginning of an input is reported" {
	subunit2 status b fail >packet
	printf '\nsome text\n' >text
	subunit2 status c success >other
	change_bits packet named .subunit
	change_bits packet plain ''
	change_bits packet tailed '' text
	change_bits packet first '' other
	for folder in named plain tailed first; do
		files=("$folder"/*)
		[ "$(subunit2 mux --to=json "${files[@]}" | jq -r 'select(.test_id == "subunit.parser") | .route_code' |
			sort -u | wc -l)" = ${#files[@]} ] || { echo "$folder"; false; }
	done
	for file in plain/0*; do
		subunit2 ls --all "$file" >listed
		grep -q subunit.parser listed || { echo "$file"; false; }
	done
	run -1 subunit2 report -q <plain/100
	subunit2 filter named/100.subunit | subunit2 ls --all | grep subunit.parser
	head -c 15 packet >cut.subunit
	run -1 subunit2 report -q cut.subunit
}

@test "text that begins like a packet is text" {
	for text in '\xb3 abc\n' '3 tests passed\n' '\xb3  a box of CP437    \xb3\n\xb3' '\xb3\x2b\x03 not a packet at all\n'; do
		printf '%b' "$text" >text
		subunit2 convert --to=json text | jq -r .file_name | sort -u >found
		grep -qx -e stdout -e stdout.bytes found || { echo "$text"; cat found; false; }
	done
}

@test "an input without a test, beside others, is a failure that says so" {
	subunit2 status x pass >a
	: >empty.subunit
	: >empty
	echo 'some text' >text
	subunit2 status -a log=text >file.subunit
	for input in empty.subunit empty text file.subunit /dev/null; do
		for order in "a $input" "$input a"; do
			read -ra inputs <<<"$order"
			run -1 --separate-stderr subunit2 report --to=summary "${inputs[@]}"
			[[ $output == *'1 failed'* ]]
			[ "$stderr" = "subunit2 report: $input: no test in it" ]
			for command in convert filter mux; do
				run -0 --separate-stderr bash -c "subunit2 $command $order >out"
				[ "$(subunit2 convert --to=json out | jq -r 'select(.test_id == "subunit.input").file_text')" = "$input: no test in it" ]
			done
			[ "$(subunit2 ls --all "${inputs[@]}" 2>/dev/null | sort | tr '\n' ' ')" = 'subunit.input x ' ]
		done
	done
	run -0 subunit2 report --no-tests=pass a empty
	# Alone it is a run without a test.
	run -1 --separate-stderr subunit2 report empty
	[[ $output == *'not good: no tests'* ]] && [ "$stderr" = '' ]
	[ "$(subunit2 convert empty | wc -c)" = 0 ]
}
