#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The consoles of harnesses, saved and under wrap. tests/fixtures/consoles holds what each printed;
# NAME.expected beside it is what is read.
# Needs: python3

# shellcheck disable=SC2154 # run sets stderr

load common

fixtures=$BATS_TEST_DIRNAME/fixtures/consoles

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Prints "STATUS ID [TAG...] [FILE=TEXT] [TIME]", a line for each event with a test.
brief() {
	subunit2 convert --to=json "$@" | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    event = json.loads(line)
    if "test_id" not in event:
        continue
    words = [event.get("test_status", "-"), event["test_id"], *event.get("test_tags", [])]
    if "file_name" in event:
        words.append(event["file_name"] + "=" + repr(event.get("file_text", ""))[:120])
    if event.get("timestamp"):
        words.append(event["timestamp"][11:23])
    print(*words)'
}

# Each console is recognised, and read as expected, also in small pieces and when it is forced.
reads() {
	local name
	for name; do
		brief "$fixtures/$name" >out
		diff out "$fixtures/$name.expected"
		brief --from="${name##*.}" "$fixtures/$name" | diff - "$fixtures/$name.expected"
		perl -e '$/ = \7; $| = 1; print while <>' "$fixtures/$name" | brief | diff - "$fixtures/$name.expected"
	done
}

# Prints "STATUS ID" of each test that ended, without the id of the command.
ended() {
	subunit2 convert --to=json "$@" |
		sed -nE 's/.*"test_id":"(it::)?(([^"\\]|\\.)*)".*"test_status":"(success|fail|skip|xfail|uxsuccess)".*/\4 \2/p'
}

# Under wrap as from a file: the same tests and results, and the exit status of the command.
wraps() {
	local name
	for name; do
		{ subunit2 wrap -i it -- cat "$fixtures/$name" || [ $? = 1 ]; } | ended | grep -v ' it$' | sort >wrapped
		ended "$fixtures/$name" | sort | diff - wrapped
	done
}

@test "ctest: results, reasons, output, times, attempts" {
	reads own.ctest own-output.ctest own-v.ctest own-repeat.ctest cjson.ctest cmocka-j.ctest
	wraps own-output.ctest cjson.ctest
}

@test "ctest: the results in the output of a failed test are not its own" {
	# The failed test ran another ctest.
	{
		echo 'Test project /x'
		echo '1/1 Test #7: fake ....   Passed    0.01 sec'
	} >nested
	sed '/\*\*\*Failed/r nested' "$fixtures/own-output.ctest" | ended >out
	ended "$fixtures/own-output.ctest" | grep -v subunit.input | diff - <(grep -v subunit.input out)
}

# Prints the console of a ctest --output-on-failure; the output of its second test, which failed, is
# standard input.
failing_output() {
	printf '%s\n' 'Test project /b' '    Start 1: a' '1/3 Test #1: a ....   Passed    0.01 sec' \
		'    Start 2: b' '2/3 Test #2: b ....***Failed    0.01 sec'
	cat
	printf '%s\n' '' '    Start 3: c' '3/3 Test #3: c ....   Passed    0.01 sec' '' \
		'67% tests passed, 1 tests failed out of 3'
}

@test "ctest: another ctest in the output of a failed test begins no test, and needs no summary" {
	printf '%s\n' 'Test project /inner' '    Start 1: inner' '1/2 Test #1: inner ....   Passed    0.01 sec' \
		'    Start 2: inner2' '2/2 Test #2: inner2 ....***Failed    0.01 sec' '' \
		'50% tests passed, 1 tests failed out of 2' >inner
	printf '%s\n' 'success a' 'fail b' 'success c' >expected
	cat inner inner | failing_output >console
	ended console | diff expected -
	[ "$(subunit2 ls --all console | tr '\n' ' ')" = 'a b c ' ]
	# It was cut.
	head -n 4 inner | failing_output >console
	ended console | diff expected -
	# The summary is missed all the same, and the summary of the inner one does not stand in for it.
	failing_output <inner | sed '/out of 3/d' >console
	ended console | diff <(cat expected; echo 'fail subunit.input') -
	failing_output <inner | head -n 14 | cat - <(printf '%s\n' '    Start 3: c') >console
	ended console | diff <(head -n 2 expected; echo 'fail subunit.input') -
}

@test "ctest: a test that is repeated is counted once" {
	printf '%s\n' 'Test project /b' '    Start 1: a' '    Test #1: a ....   Passed    0.01 sec' '    Start 1: a' \
		'1/1 Test #1: a ....   Passed    0.01 sec' '' '100% tests passed, 0 tests failed out of 1' >console
	run -0 subunit2 report -q console
}

@test "ctest: a run that was cut does not hide the results of the next one" {
	{
		failing_output </dev/null | head -n 7 # to the beginning of "c"
		printf '%s\n' 'Test project /d' '    Start 1: d' '1/2 Test #1: d ....   Passed    0.01 sec' \
			'    Start 2: e' '2/2 Test #2: e ....***Failed    0.01 sec' '' \
			'50% tests passed, 1 tests failed out of 2'
	} >console
	ended console | diff - <(printf '%s\n' 'success a' 'fail b' 'success d' 'fail e' 'fail subunit.input')
	[[ $(subunit2 convert --to=json console) == *"ctest printed no summary after its last test"* ]]
	# The next one has as many tests, and the first was cut in the output of a failed one.
	failing_output </dev/null | head -n 5 | cat - <(failing_output </dev/null) >console
	[[ $(subunit2 convert --to=json console) == *"ctest printed no summary after its last test"* ]]
	# It has another number: it may be the output of a failed test, but nothing shows that.
	{
		failing_output </dev/null | head -n 5
		printf '%s\n' 'Test project /d' '    Start 1: d' '1/2 Test #1: d ....   Passed    0.01 sec' \
			'    Start 2: e' '2/2 Test #2: e ....***Failed    0.01 sec' '' \
			'50% tests passed, 1 tests failed out of 2'
	} >console
	ended console | diff - <(printf '%s\n' 'success a' 'fail b' 'success d' 'fail e' 'fail subunit.input')
	run -1 subunit2 wrap -q -i it -o out.subunit -- cat console
	ended out.subunit | grep -v '^fail it$' | diff - <(ended console)
	# A third run, which has as many tests as the first, shows that.
	failing_output </dev/null >>console
	ended console | grep -qx 'fail e'
}

@test "meson: results, reasons, output, times, subtests" {
	reads own.meson own-output.meson own-v.meson own-errorlogs.meson own-q.meson own-tty.meson wayland.meson
	wraps own-v.meson own-errorlogs.meson own-q.meson own-tty.meson wayland.meson
}

# Prints the console of `meson test -v --num-processes 1`, in which the output of two tests ends as given.
direct_output() { # END-1 END-2
	local rule=――――――――――――――――――――――――――――――――――――――
	printf '1/2 p / one RUNNING       \n>>> sh one\n%s ✀  %s\n%s%s\n' $rule $rule "$1" $rule
	printf '1/2 p / one OK              0.02s\n\n'
	printf '2/2 p / two RUNNING       \n>>> sh two\n%s ✀  %s\n%s%s\n' $rule $rule "$2" $rule
	printf '2/2 p / two %s   0.02s\n\n' "${3:-OK          }"
	printf '%s\n' '' 'Ok:                 2   ' 'Fail:               0   ' ''
}

@test "meson: output without a newline ends at the result, and not at a blank line" {
	direct_output 'no newline' 'no newline' >console
	run -0 subunit2 report -q console
	ended console | diff - <(printf 'success p:%s\n' one two)
	# A second run, of which a test failed.
	direct_output 'no newline' x 'FAIL        ' | sed '/^Ok/s/2/1/; /^Fail/s/0/1/' | cat console - >both
	run -1 subunit2 report -q both
	[ "$(ended both | tail -n 1)" = 'fail p:two (2)' ]
	# The result in it is part of the output.
	direct_output $'\n \t\n1/1 inner   FAIL    0.01s\n' $'――\t――\n1/1 inner RUNNING\n1/1 inner FAIL 0.01s\n' >console
	run -0 subunit2 report -q console
	ended console | diff - <(printf 'success p:%s\n' one two)
	# Without its result, the next test ends the output; at the end there is no summary.
	direct_output a b | sed '/^1.*OK/d' >console
	[ "$(ended console | head -n 1)" = "success p:two" ]
	run -1 subunit2 report -q console
	direct_output a b | sed '/^2.*OK/d' >console
	run -1 subunit2 report console
	[[ $output == *"meson printed no summary after its last test"* ]]
}

# Writes the script meson: it prints a recorded console, and then writes testlog.json, in the order of
# meson itself.
write_meson() {
	mkdir -p b/meson-logs
	sed "s,FOLDER,$PWD," "$fixtures/testlog/console" >console
	cp "$fixtures/testlog/testlog.json" log
	printf '%s\n' 'cat console' 'cat log >b/meson-logs/testlog.json' >meson
}

# Runs a script under wrap, and prints the ends of its tests that failed and their output, without the
# lines that meson prints.
wrapped_failures() { # SCRIPT
	run -1 subunit2 wrap -i it -q -o out.subunit -- sh "$1"
	brief out.subunit | sed -nE 's/ [0-9:.]*$//; / it::/{ / std(out|err)=/p; /^(fail|uxsuccess)/p; }' |
		grep -v '=.>>>' || true
}

@test "meson: the output of failures is taken from testlog.json, which has it at the end" {
	write_meson
	wrapped_failures meson >said
	diff said - <<-'END'
		- it::p:bad stdout='out of bad\n'
		- it::p:bad stderr='err of bad\n'
		fail it::p:bad
		fail it::p:err error
		- it::p:pass stdout='passes\n'
		uxsuccess it::p:pass
		- it::p:tap stdout='1..2\nok 1 - a\nnot ok 2 - b\n'
		- it::p:tap stderr='diag\n'
		fail it::p:tap
		- it::p:bad (2) stdout='again\n'
		fail it::p:bad (2)
	END
	# The file has the environment of the tests, too.
	run -1 grep -q hunter2 out.subunit
	# A saved console has no log.
	run -1 grep stderr= <(brief console)
}

@test "meson: of each run its own output, and none that the console has" {
	write_meson
	# The second run writes the same file; its test "bad" printed something else and took longer.
	sed -n 's/out of bad/second/; s/: 0.0265/: 0.2265/; 2p' log >log2
	printf '%s\n' '1/1 p / bad      FAIL            0.23s   exit status 1' '' 'Ok:                 0   ' \
		'Fail:               1   ' '' "Full log written to $PWD/b/meson-logs/testlog.txt" >console2
	echo '. ./meson; cat console2; cat log2 >b/meson-logs/testlog.json' >both
	wrapped_failures both >said
	[ "$(grep -c '^fail ' said)" = 5 ]
	diff <(tail -n 3 said) - <<-'END'
		- it::p:bad (3) stdout='second\n'
		- it::p:bad (3) stderr='err of bad\n'
		fail it::p:bad (3)
	END
	# With --print-errorlogs, the output is on the console.
	sed -i "s/^>>> .*echo again.*/&\n―――― ✀  ――――\nagain\n――――/" console
	wrapped_failures meson >said
	run -1 grep -F "(2) stdout='again" said
	grep -qx "fail it::p:bad (2)" said
}

@test "meson: a log that may not be read, or is missing, costs no failure" {
	write_meson
	wrapped_failures meson | grep -vc '^-' >expected
	mkdir outside
	cp log outside/testlog.json
	# Written before the command began; a link that leads out; a file that is no log; no summary.
	# The clock of the file system goes in steps.
	until touch later && [ later -nt b/meson-logs/testlog.json ]; do :; done
	echo 'cat console' >old
	wrapped_failures old >said
	run -1 grep '^-' said
	grep -vc '^-' said | diff expected -
	mkdir in
	mv b console log meson in
	cd in
	echo "ln -sf ../../../outside/testlog.json b/meson-logs/testlog.json; touch ../outside/*; cat console" >linked
	sed -i "s,to .*/b,to $PWD/b," console
	wrapped_failures linked >said
	run -1 grep '^-' said
	grep -vc '^-' said | diff ../expected -
	rm b/meson-logs/testlog.json
	{ echo '[1]'; echo '{"name": 1}'; echo '{'; head -c 100 log; } >broken
	echo 'cat console; cat broken >b/meson-logs/testlog.json' >damaged
	wrapped_failures damaged >said
	run -1 grep '^-' said
	grep -vc '^-' said | diff ../expected -
	echo 'sed /^Ok:/,\$d console; kill -9 $$' >killed
	run -137 subunit2 wrap -i it -q -o out.subunit -- sh killed
	[ "$(ended out.subunit | grep -cE '^(fail|uxsuccess) (p:|subunit)')" = 6 ]
}

@test "prove: results, reasons, times" {
	reads own.prove own-timer.prove own-j.prove own-tty.prove uri.prove
	wraps own.prove own-timer.prove own-tty.prove
}

@test "prove: a bail-out and a script that is missing fail, also if prove says PASS" {
	printf '%s\n' 't/a.t .. ok' 'Bailout called.  Further testing stopped:  no disk' 't/b.t .. ok' \
		'All tests successful.' 'Files=2, Tests=2,  0 wallclock secs ( 0.02 usr +  0.00 sys =  0.02 CPU)' \
		'Result: PASS' >bail
	printf '%s\n' 't/a.t .. ok' "Cannot detect source of 't/b.t'! at IteratorFactory.pm line 256." \
		'All tests successful.' 'Files=1, Tests=1,  0 wallclock secs ( 0.02 usr +  0.00 sys =  0.02 CPU)' \
		'Result: PASS' >missing
	{ sed /^Cannot/d missing; grep ^Cannot missing; } >last
	sed 's/PASS/FAIL/' bail >failed
	head -n 2 missing >partial
	while IFS='|' read -r console reason; do
		run -1 subunit2 report "$console"
		[[ $output == *"$reason"* ]]
		run -1 subunit2 wrap -i it -o out.subunit -- cat "$console"
		[[ $output == *"$reason"* ]]
	done <<-'END'
		bail|prove stopped: Bailout called.  Further testing stopped:  no disk
		missing|prove stopped: Cannot detect source of 't/b.t'!
		last|prove stopped: Cannot detect source of 't/b.t'!
		failed|prove stopped: Bailout called.  Further testing stopped:  no disk
		partial|prove stopped: Cannot detect source of 't/b.t'!
	END
}

@test "prove: a line of a script that only begins like the summary is text" {
	printf '%s\n' 't/a.t .. ok' 'Files=2, Tests=2, and so on' 'All tests successful.' \
		'Files=1, Tests=1,  0 wallclock secs ( 0.02 usr +  0.00 sys =  0.02 CPU)' 'Result: PASS' >console
	run -0 subunit2 report console
	[[ $output != *"subunit.input"* ]]
}

@test "prove -Q: a summary that fails, without results of scripts, is a failure" {
	local total='Files=2, Tests=2,  0 wallclock secs ( 0.02 usr +  0.00 sys =  0.02 CPU)' reason
	printf '%s\n' '' 'Test Summary Report' '-------------------' \
		't/a.t (Wstat: 256 (exited 1) Tests: 1 Failed: 1)' '  Failed test:  1' "$total" 'Result: FAIL' >failed
	printf '%s\n' 'All tests successful.' "$total" 'Result: PASS' >passed
	sed "1s/.*/Cannot detect source of 't\/b.t'! at IteratorFactory.pm line 256./" passed >missing
	sed 's/PASS/NOTESTS/; s/=2/=0/g' missing >none
	head -n 1 missing >error
	sed '1s/.*/Bailout called.  Further testing stopped:  no disk/' failed >bail
	while IFS='|' read -r console reason; do
		# shellcheck disable=SC2086
		cat $console >log
		run -1 subunit2 wrap -i it -o out.subunit -- cat log
		[[ $output == *"$reason"* ]]
		ended out.subunit | grep -qx 'fail subunit.input'
		run -1 subunit2 report log
		[[ $output == *"$reason"* ]]
	done <<-'END'
		failed|prove's result is FAIL, but no failed script was seen
		failed passed|prove's result is FAIL, but no failed script was seen
		passed failed|prove's result is FAIL, but no failed script was seen
		missing|prove stopped: Cannot detect source of 't/b.t'!
		none|prove stopped: Cannot detect source of 't/b.t'!
		passed error|prove stopped: Cannot detect source of 't/b.t'!
		bail|prove stopped: Bailout called.  Further testing stopped:  no disk
	END
	# Other text that holds some of these lines.
	echo 'Result: FAIL' >verdict
	printf '%s\n' 'Files=2, Tests=2, and so on' 'Result: FAIL' >prose
	printf '%s\n' "$total" 'PASS: x' 'Result: FAIL' >apart
	for text in passed verdict prose apart error; do
		subunit2 wrap -i it -- cat "$text" | ended >out
		run -1 grep '^fail' out
	done
}

@test "prove -v: each script is a test, also one that was killed, skipped or has a bad plan" {
	subunit2 convert "$fixtures/own-v.prove" --id=it | ended | grep -v '::' >out
	diff out - <<-'END'
		fail t/bad.t
		fail t/exit.t
		success t/good.t
		fail t/killed.t
		fail t/none.t
		fail t/plan.t
		skip t/skip.t
		success t/skip1.t
		success t/todo.t
		fail t/zbail.t
		fail it
	END
	subunit2 convert "$fixtures/own-v.prove" --id=it --to=junit >out.xml
	[ "$(grep -c 'name="t/\(killed\|none\|plan\|skip\).t"' out.xml)" = 4 ]
}

@test "Autotest: results, places, repeated titles" {
	reads own.autotest own-titles.autotest cpio.autotest tar.autotest
	wraps own.autotest own-titles.autotest
	# As through two terminals.
	sed 's/$/\r\r/' "$fixtures/cpio.autotest" | brief | diff - "$fixtures/cpio.autotest.expected"
}

@test "DejaGnu: scripts and their results, what is not printed is missed in the totals" {
	reads own.dejagnu own-all.dejagnu dejagnu.dejagnu
	wraps own-all.dejagnu
	# Two suites side by side, as under make -j, each with a summary.
	printf '\t\t=== %s ===\n' 'a tests' 'b tests' 'a Summary' 'b Summary' >both
	sed -i 's/.*tests ===/&\nRunning .\/x.exp .../; s/.*Summary ===/&\n# of expected passes\t\t2/' both
	run -0 subunit2 report both
	# The summary of the first is missing: which one it is, is known only of the last suite.
	sed '/a Summary/,+1d' both >console
	run -1 subunit2 report console
	[[ $output == *"runtest printed no summary of 1 of its suites"* ]]
	sed '/Summary/,$d' both >console
	run -1 subunit2 report console
	[[ $output == *"runtest printed no summary of 2 of its suites"* ]]
	# A result without a name is one of those that the summary counts.
	sed 's/^\(PASS\|FAIL\): .*/\1: /' "$fixtures/own-all.dejagnu" >console
	run -1 subunit2 report console
	[[ $output != *"subunit.input"* ]]
	ended console | grep '^fail .*::(unnamed) (2)$'
}

@test "a console whose totals disagree, or that is cut off, is a failure" {
	local name reason
	while IFS='|' read -r name change reason; do
		sed "$change" "$fixtures/$name" >console
		run -1 subunit2 report console
		subunit2 convert --to=json console | grep '"subunit.input"' | grep -F -- "$reason"
	done <<-'END'
		cjson.ctest|/#3: /d|ctest's summary counts 22 tests, but 21 of them were seen
		cjson.ctest|/tests passed/,$d|ctest printed no summary
		wayland.meson|/^23/d|meson's summary counts 23 Ok, but 22 of them were seen
		wayland.meson|/^Ok/,$d|meson printed no summary
		own.prove|/skip1/d|prove's summary counts 10 scripts, but 9 of them were seen
		uri.prove|/^Files/,$d|prove printed no summary
		own.prove|/^Files/,$d|prove stopped: Bailout called
		cpio.autotest|/ 3: /d|counts 15 tests that were run, but 14 of them were seen
		cpio.autotest|/Test results/,$d|printed no summary
		cpio.autotest|/^All 15/,$d|printed no summary
		own-all.dejagnu|/^XPASS/d|runtest's summary counts 1 unexpected successes, but 0 of them were seen
		own-all.dejagnu|/^XFAIL/d|runtest's summary counts 1 expected failures, but 0 of them were seen
		own-all.dejagnu|/Summary/,$d|runtest printed no summary of own
		own-all.dejagnu|/^# of/,$d|runtest's summary does not count the expected passes that were seen
	END
	# The next run does not stand in for the summary of one that crashed.
	while IFS='|' read -r name totals reason; do
		sed "/$totals/,\$d" "$fixtures/$name" | cat - "$fixtures/$name" >console
		run -1 subunit2 report console
		subunit2 convert --to=json console | grep '"subunit.input"' | grep -F -- "$reason"
	done <<-'END'
		cjson.ctest|tests passed|ctest printed no summary
		wayland.meson|^Ok|meson's summary counts
		uri.prove|^Files|prove's summary counts
		cpio.autotest|Test results|printed no summary
		own-all.dejagnu|Summary|runtest printed no summary of 1 of its suites
	END
}

@test "a console is no result of another format, and other text is no console" {
	local format
	printf '%s\n' 'ok 2 workers' 'Start 1: x' '1: output' '12/13 done' 'FAIL: x' '  7: seven ok' 'a.b ... maybe' >text
	[ -z "$(ended text)" ]
	subunit2 wrap -i it -- cat text | ended >out
	[ "$(cat out)" = 'success it' ]
	for format in automake ctest meson prove autotest dejagnu; do
		printf 'nothing\n' >text
		run -3 --separate-stderr subunit2 convert --from=$format --to=events text
		[[ $stderr == *"nothing in it is of the format that --from names" ]]
	done
}

# Prints what `wrap -- ./COMMAND...` finds, by "STATUS ID"; the script COMMAND is standard input.
finds() {
	cat >"$1"
	chmod +x "$1"
	{ subunit2 wrap -i it -- "./$1" "${@:2}" || true; } | ended | grep -v ' it$' || true
}

summary() { # PASSED
	printf 'echo "# TOTAL: %s"; echo "# PASS:  %s"\n' "$1" "$1"
	printf 'echo "# %s: 0"\n' SKIP XFAIL FAIL XPASS ERROR
}

@test "make check: recognised by a word of the command, a call of make, or a summary" {
	echo 'echo "PASS: a"' >script
	for word in check recheck distcheck installcheck; do
		[ "$(finds make $word <script)" = 'success a' ]
	done
	[ "$(finds run sh -c 'cd build && make check' <script)" = 'success a' ]
	[ -z "$(finds make all <script)" ]
	[ "$(finds make all < <(echo 'echo "   /usr/bin/make -s check-am"'; cat script))" = 'success a' ]
	[ "$(finds make all < <(echo 'echo "gmake --no-print-directory check-TESTS"'; cat script))" = 'success a' ]
	[ "$(finds make all < <(cat script; summary 1))" = 'success a' ]
}

@test "make check: results on standard error are read with --merge" {
	printf '%s\n' '#!/bin/sh' 'echo PASS: a' 'echo PASS: b >&2' >./make
	chmod +x make
	[ "$(subunit2 wrap -i it -- ./make check | ended | grep -v ' it$')" = 'success a' ]
	[ "$(subunit2 wrap -i it --merge -- ./make check | ended | grep -v ' it$')" = $'success a\nsuccess b' ]
}

@test "make check: blanks and words after a name, numbers without names, prose" {
	finds make check >out <<-'END'
		echo "PASS: b.scm  "
		echo "SKIP: x 3 # SKIP no"
		echo "FAIL: c.sh (0.3s)"
		echo "XFAIL: tests/d on two machines"
		echo "ERROR: cannot open file"
		echo "FAIL: something broke"
		echo "ERROR: d"
	END
	diff out - <<-'END'
		success b.scm
		skip x::#3
		fail c.sh
		xfail tests/d
		fail d
	END
}

@test "make check: folders in any language, and by SUBDIRS where make names none" {
	mkdir -p lib/sub/tests tests
	finds make >out <<-'END'
		echo "make[1]: Verzeichnis „$PWD/lib“ wird betreten"
		echo "PASS: a"
		echo "make[2]: on entre dans le répertoire « $PWD/tests »"
		echo "PASS: b"
		echo "make[2]: on quitte le répertoire « $PWD/tests »"
		echo "PASS: c"
		echo "make[1]: Verzeichnis „$PWD/lib“ wird verlassen"
		echo "PASS: d"
	END
	diff out - <<-'END'
		success lib/a
		success tests/b
		success lib/c
		success d
	END
	printf 'SUBDIRS = lib \\\n\ttests\ncheck-TESTS:\n' >Makefile
	printf 'SUBDIRS = . sub\ncheck-TESTS:\n' >lib/Makefile
	printf 'check-TESTS:\n' | tee tests/Makefile >lib/sub/Makefile
	{
		echo 'echo Making check in lib; echo Making check in .; echo PASS: a'
		summary 1
		echo 'echo Making check in sub; echo PASS: b'
		summary 1
		echo 'echo Making check in tests; echo PASS: c'
		summary 1
		echo 'echo PASS: d'
		summary 1
	} | finds make >out
	diff out - <<-'END'
		success lib/a
		success lib/sub/b
		success tests/c
		success d
	END
}

@test "make check: a line of a log is no result" {
	finds make check >out <<-'END'
		echo "PASS: a"
		printf '%s\n' '====' '   hello 2.10: tests/test-suite.log' '====' 'FAIL: b' 'Testsuite summary for hello'
		printf '%s\n' '==> tests/c.log <==' 'FAIL: c' 'make[1]: Entering directory /x'
		echo "PASS: d"
	END
	diff out - <<-'END'
		success a
		success d
	END
}

@test "TAP of several scripts without output between them: the reason says what separates them" {
	finds make <<-'END'
		printf '%s\n' 'ok 1 - a' 'ok 1 - b' 'ok 2 - c' 1..2 1..1
	END
	run -1 subunit2 wrap -- ./make
	subunit2 wrap -i it -- ./make | subunit2 convert --to=json |
		grep 'planned 3 in 2 plans, ran 3; .* only if other output, .*; make -j needs -O'
}

@test "a saved make check: folders from what make says, no file is looked at" {
	printf '%s\n' 'Making check in lib' "make[1]: Entering directory '/nowhere/x/lib'" 'PASS: a' \
		'FAIL: b' "make[1]: Leaving directory '/nowhere/x/lib'" 'ERROR: c' >console
	run -1 subunit2 report console
	ended console >out
	diff out - <<-'END'
		success lib/a
		fail lib/b
		fail c
	END
	[ "$(ended --from=automake --id=all console | head -n 1)" = 'success all::lib/a' ]
}

# Prints the console of a make check in two folders, one of which has automake's serial harness.
two_folders() {
	cat <<-'END'
		Making check in lib
		make[1]: Entering directory '/p/lib'
		make  check-TESTS
		make[2]: Entering directory '/p/lib'
		PASS: s
		SKIP: t
		====================
		1 test passed
		(1 test was not run)
		====================
		make[2]: Leaving directory '/p/lib'
		make[1]: Leaving directory '/p/lib'
		Making check in tests
		make  check-TESTS
		PASS: a
		XFAIL: b
		=======================
		Testsuite summary for p 1.0
		=======================
		# TOTAL: 2
		# PASS:  1
		# SKIP:  0
		# XFAIL: 1
		# FAIL:  0
		# XPASS: 0
		# ERROR: 0
		=======================
	END
}

@test "a saved make check that ends early is a failure, wherever it is cut" {
	local line
	two_folders >whole
	run -0 subunit2 report -q whole
	# Not after line 12: a Makefile that is not automake's may end there, after its last folder.
	for line in {5..11} {13..25}; do
		head -n "$line" whole >console
		run -1 subunit2 report -q console
		[ "$line" = 13 ] && continue # but for its newline, that is line 12
		truncate -s -3 console
		run -1 subunit2 report -q console
	done
	head -n 13 whole | subunit2 convert --to=json | grep "the output ends before make enters a directory"
	head -n 18 whole | subunit2 convert --to=json | grep "automake printed no summary after its last test"
	head -n 22 whole | subunit2 convert --to=json | grep "automake's summary ends early"
	head -n 8 whole | subunit2 convert --to=json | grep "the output ends while make is in a directory"
	# Of a command, the exit status shows that.
	run -0 subunit2 wrap -i x -q -o out.subunit -- head -n 16 whole
}

@test "make check: a result of another folder does not stand in for one that is missing" {
	two_folders | sed '/^PASS: a/d' >console
	run -1 subunit2 report -q console
	[[ $output == *"automake's summary counts 1 PASS, but 0 of them were seen"* ]]
	run -1 subunit2 wrap -i it -q -o out.subunit -- cat console
	# One of neither kind that the summary names: "# PASS:  1" and the rest were lost, too.
	two_folders | sed '/^PASS: a/d; /^# PASS/d; s/^# XFAIL: 1/# XFAIL: 0/' >console
	run -1 subunit2 report -q console
	[[ $output == *"automake's summary counts 2 tests, but 1 of them were seen"* ]]
	# Before make calls the harness, one that was written by hand prints a result.
	{
		printf '%s\n' 'make  check-local' 'PASS: a' 'make  check-TESTS' 'PASS: b' 'PASS: c'
		summary 2 | sh
	} >console
	run -0 subunit2 report -q console
	sed -i '/^PASS: b/d' console
	run -1 subunit2 report -q console
	[[ $output == *"automake's summary counts 2 PASS, but 1 of them were seen"* ]]
	# The first folder lacks its only result, unless this came as a packet.
	{
		printf '%s\n' 'make  check-TESTS' === 'Testsuite summary for x 1' ===
		summary 1 | sh
		printf '%s\n' 'make  check-TESTS' 'PASS: b'
		summary 1 | sh
	} >console
	run -1 subunit2 report -q console
	[[ $output == *"automake's summary counts 1 PASS, but 0 of them were seen"* ]]
	run -0 subunit2 wrap -i it -q -o out.subunit -- sh -c 'subunit2 status a success; cat console'
	# With make -j, results come before the summary of another folder.
	{
		printf '%s\n' 'make  check-TESTS' 'PASS: a' 'make  check-TESTS' 'PASS: b' 'PASS: c'
		summary 1 | sh
		printf '%s\n' 'PASS: d'
		summary 3 | sh
	} >console
	run -0 subunit2 report -q console
	# If make -s prints no calls, nothing tells which results belong to which summary.
	sed '/check-TESTS/d' console >silent
	run -0 subunit2 report -q --from=automake silent
	sed '1!{/check-TESTS/d}' console >silent
	run -0 subunit2 report -q silent
}

@test "a saved make check in a folder with the serial harness and no tests" {
	{
		printf '%s\n' 'Making check in lib' "make[1]: Entering directory '/p/lib'" 'make  check-TESTS' \
			"make[2]: Entering directory '/p/lib'" "make[2]: Leaving directory '/p/lib'" \
			"make[1]: Leaving directory '/p/lib'"
		two_folders
	} >console
	run -0 subunit2 report -q console
	grep -v directory console >quiet
	run -0 subunit2 report -q quiet
	# Another folder has the tests, and no summary.
	sed '/^make\[1\]: Leaving/,$d' console >ended
	run -1 subunit2 report -q ended
}

@test "a saved make check whose make failed, or that lacks a result, is a failure" {
	two_folders >console
	echo 'make[1]: [Makefile:3: x] Error 1 (ignored)' >>console
	run -0 subunit2 report -q console
	echo 'make: *** [Makefile:400: check-recursive] Error 1' >>console
	run -1 subunit2 report -q console
	[[ $output == *"make says that it failed, but no failed test was seen"* ]]
	# A failed test is the reason.
	sed -i 's/^PASS: a/FAIL: a/; s/PASS:  1/PASS:  0/; s/FAIL:  0/FAIL:  1/; s/XFAIL:  1/XFAIL: 1/' console
	run -1 subunit2 report -q console
	[[ $output != *"make says"* ]]
	# A summary alone shows a check of automake.
	{
		printf '%s\n' === 'Testsuite summary for x 1' ===
		summary 3 | sh
		echo 'make: *** [Makefile:3: check] Error 1'
	} >console
	run -1 subunit2 report console
	[[ $output == *"make says that it failed, but no failed test was seen"* ]]
	# It may be another call of make, after the console of another harness.
	echo 'make: *** [Makefile:71: install] Error 2' | cat "$fixtures/cmocka-j.ctest" - >console
	run -0 subunit2 report -q console
	two_folders | sed 13,14d >console
	sed -i 's/^# TOTAL: 2/# TOTAL: 5/' console
	run -1 subunit2 report -q console
	[[ $output == *"automake's summary counts 5 tests, but 4 of them were seen"* ]]
}

@test "a summary of make check without any result fails, unless results came in another form" {
	{
		printf '%s\n' === 'Testsuite summary for x 1' ===
		summary 3 | sh
	} >console
	run -1 --separate-stderr subunit2 wrap -i x -o out.subunit -- cat console
	subunit2 convert --to=json out.subunit |
		grep "subunit.input.*automake's summary counts 3 tests, but no result was seen"
	run -1 subunit2 report console
	[[ $output == *"automake's summary counts 3 tests, but no result was seen"* ]]
	# The packets or the TAP of the tests are results.
	echo 'subunit2 status a success; cat console' >script
	run -0 subunit2 wrap -i x -q -o out.subunit -- sh script
	run -0 subunit2 wrap -i x -q -o out.subunit -- sh -c 'echo ok 1; echo 1..1; cat console'
	# Without its header, a summary may be that of a log.
	grep -v Testsuite console >log
	run -0 subunit2 wrap -i x -q -o out.subunit -- cat log
	# Two folders without results, and one with one.
	cat console console >both
	run -1 subunit2 report both
	[[ $output == *'counts 6 tests'* ]]
	run -0 subunit2 wrap -i x -q -o out.subunit -- sh -c 'cat console; echo make check; echo PASS: a'
}

@test "results of a serial harness before a summary are not automake's to count" {
	cat >console <<-'END'
		Making check in lib
		PASS: a
		SKIP: b
		==================
		All 2 tests passed
		==================
		Making check in tests
		PASS: c
		# TOTAL: 1
		# PASS:  1
		# SKIP:  0
		# XFAIL: 0
		# FAIL:  0
		# XPASS: 0
		# ERROR: 0
	END
	mkdir lib tests
	run -0 subunit2 wrap -i x -o out.subunit -- cat console
	[ "$(subunit2 ls --all out.subunit | sort | tr '\n' ' ')" = 'x x::lib/a x::lib/b x::tests/c ' ]
	run -0 subunit2 report -q console
	sed -i 's/PASS:  1/PASS:  4/' console
	run -1 subunit2 wrap -i x -o out.subunit -- cat console
	subunit2 convert --to=json out.subunit | grep -F "summary counts 4 PASS, but 2 of them were seen"
}
