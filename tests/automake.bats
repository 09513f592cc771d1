#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# A real automake suite under wrap: with nothing changed, and with our driver in every folder.
# Needs: automake subunit-1to2

# 70 tests in three folders, built outside of the sources.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkdir one two tap build
	cat >configure.ac <<-'END'
		AC_INIT([suite], [1])
		AC_CONFIG_AUX_DIR([build-aux])
		AM_INIT_AUTOMAKE([foreign])
		AC_REQUIRE_AUX_FILE([tap-driver.sh])
		AC_PROG_AWK
		AC_CONFIG_FILES([Makefile one/Makefile two/Makefile tap/Makefile])
		AC_OUTPUT
	END
	echo 'SUBDIRS = one two tap' >Makefile.am
	script one/good.sh 0
	script one/bad.sh 1
	script one/skip.sh 77
	script one/hard.sh 99
	script one/xfail.sh 1
	script one/xpass.sh 0
	printf '%s\n' 'TESTS = good.sh bad.sh skip.sh hard.sh xfail.sh xpass.sh' \
		'XFAIL_TESTS = xfail.sh xpass.sh' >one/Makefile.am
	for i in $(seq 60); do script "two/t$i.sh" 0; done
	echo "TESTS = $(cd two && echo t*.sh)" >two/Makefile.am
	printf '%s\n' 'echo 1..4; echo ok 1 - one; echo not ok 2 - two' \
		'echo "not ok 3 - three # TODO later"; echo "ok 4 - four # SKIP why"' >tap/a.tap
	echo 'echo "1..0 # SKIP nothing here"' >tap/b.tap
	printf '%s\n' 'echo 1..2; echo ok 1 - one; exit 2' >tap/c.tap
	printf '%s\n' 'TEST_EXTENSIONS = .tap' 'TAP_LOG_COMPILER = $(SHELL)' 'TESTS = a.tap b.tap c.tap' \
		'TAP_LOG_DRIVER = env AM_TAP_AWK="$(AWK)" $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh' \
		>tap/Makefile.am
	autoreconf -i >autoreconf.log 2>&1 && (cd build && ../configure -q)
	cd build || return
	unset MAKEFLAGS MAKELEVEL
	make -k check >plain 2>&1 || true
	trs >plain.trs
}

script() { # FILE STATUS
	printf '#!/bin/sh\necho "output of %s"\nexit %s\n' "$1" "$2" >"$1"
	chmod +x "$1"
}

trs() {
	for file in */*.trs; do
		echo "$file"
		sort "$file"
	done
}

# The result lines of a console, without what each driver words in its own way.
results() {
	grep -E '^(PASS|FAIL|XFAIL|XPASS|SKIP|ERROR): ' "$1" | sed '/^ERROR: .*\.tap - /s/ - .*//' | sort
}

console_of() {
	subunit2 filter --match='^suite$' --file=stdout "$1" | /usr/bin/python3 -c '
import sys, subunit
from testtools import StreamResult
class Console(StreamResult):
    def status(self, file_bytes=None, **rest):
        sys.stdout.buffer.write(file_bytes or b"")
subunit.ByteStreamToStreamResult(sys.stdin.buffer, "stdout").run(Console())'
}

count() { # STREAM STATUS RUNNABLE
	subunit2 convert --to=json "$1" | grep -c '"test_status":"'"$2"'".*"runnable":'"$3"
}

# The final statuses of a stream, with their ids.
statuses() { # STREAM
	subunit2 convert --to=json "$1" | /usr/bin/python3 -c '
import json, sys
for event in map(json.loads, sys.stdin):
    if event.get("test_status") in ("success", "fail", "skip", "xfail", "uxsuccess"):
        print(event["test_status"], event["test_id"])'
}

setup() {
	load common
	unset MAKEFLAGS MAKELEVEL
}

# The suite, with the files of its own harness's run.
own_copy() {
	cp -a "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR/suite" && cd "$BATS_TEST_TMPDIR/suite/build"
}

@test "nothing changed: every line of the console is a test, with the logs of failures" {
	own_copy
	local status=0
	subunit2 wrap -i suite -- make -k check >"$BATS_TEST_TMPDIR/stream" || status=$?
	[ "$status" = 2 ]
	[ "$(count "$BATS_TEST_TMPDIR/stream" '(success|fail|skip|xfail|uxsuccess)' false)" = 0 ]
	[ "$(subunit2 ls --all --match=:: "$BATS_TEST_TMPDIR/stream" | wc -l)" = "$(results plain | wc -l)" ]
	statuses "$BATS_TEST_TMPDIR/stream" >list
	grep -qE '^fail suite::one/bad.sh$' list
	grep -qE '^uxsuccess suite::one/xpass.sh$' list
	grep -qE '^success suite::two/t60.sh$' list
	grep -qE '^xfail suite::tap/a.tap::three$' list
	subunit2 filter --match='one/bad.sh$' --file=bad.sh.log "$BATS_TEST_TMPDIR/stream" |
		subunit2 convert --to=json | grep -q 'output of one/bad.sh'
}

@test "--automake: console and files as automake's own, a runnable test each, and make recheck" {
	local stream=$BATS_TEST_TMPDIR/stream status=0
	own_copy
	rm -f ./*/*.trs ./*/*.log
	subunit2 wrap -i suite --automake -- make -kj8 check >"$stream" || status=$?
	[ "$status" = 2 ]
	console_of "$stream" >console
	diff <(results plain) <(results console)
	trs | diff plain.trs -
	grep -q 'output of one/good.sh' one/good.sh.log
	statuses "$stream" >list
	[ "$(grep -c ' two/t' list)" = 60 ]
	grep -qE '^success two/t60.sh$' list
	grep -qE '^fail tap/a.tap$' list
	grep -qE '^fail tap/a.tap::two$' list
	grep -qE '^skip tap/b.tap$' list
	grep -qE '^xfail one/xfail.sh$' list
	grep -qE '^uxsuccess one/xpass.sh$' list
	subunit2 report --to=summary "$stream" | grep -q '^scripts: 61 passed, 5 failed, 1 unexpected, 2 skipped, 1 todo'
	# A recheck below wrap is of those that did not pass, by the files that the driver wrote.
	subunit2 wrap -q -i suite --automake -o again.subunit -- make -C one recheck || [ $? = 2 ]
	statuses again.subunit | sort | diff - <(printf '%s\n' 'fail one/bad.sh' 'fail one/hard.sh' \
		'fail suite' 'uxsuccess one/xpass.sh')
	# By the files that our driver wrote.
	make -C one recheck >console 2>&1 || true
	diff <(results console) - <<-'END'
		ERROR: hard.sh
		FAIL: bad.sh
		XPASS: xpass.sh
	END
}

@test "without a wrap, the driver writes what automake's drivers write" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'echo 1..2' 'echo ok 1 - a' 'echo "# said"' 'echo not ok 2 - b' 'exit 1' >t.sh
	drive() { subunit2 automake-driver --test-name t --log-file t.log --trs-file t.trs "$@"; }
	[ "$(drive --comments -- sh t.sh)" = $'PASS: t 1 - a\n# t: said\nFAIL: t 2 - b\nERROR: t - exited with status 1' ]
	[ "$(drive --expect-failure yes -- sh t.sh)" = $'XPASS: t 1 - a\nXFAIL: t 2 - b\nERROR: t - exited with status 1' ]
	# No control character of a name or a reason reaches the terminal.
	[ "$(drive -- printf '1..1\nok 1 - a\033[1m # SKIP \033[31mred\007\n')" = \
		'SKIP: t 1 - a\x1b[1m # SKIP \x1b[31mred\x07' ]
	[ "$(drive --color-tests yes -- true)" = $'\e[0;32mPASS\e[m: t' ]
	[ "$(drive --enable-hard-errors no -- sh -c 'exit 99')" = "FAIL: t" ]
	[ "$(drive --ignore-exit -- sh -c 'echo 1..1; echo ok; exit 3')" = "PASS: t 1" ]
	[ "$(drive -- printf '1..0 # SKIP no disk\n')" = 'SKIP: t - no disk' ]
	[ "$(drive -- printf 'ok 1 - a\n')" = $'PASS: t 1 - a\nERROR: t - missing test plan' ]
	[ "$(drive -- printf '1..2\n')" = 'ERROR: t - too few tests run (expected 2, got 0)' ]
	drive -- sh -c 'echo out; echo err >&2'
	diff <(sort t.log) <(printf '%s\n' 'PASS t (exit status: 0)' err out)
	touch plain
	[ "$(drive ./plain)" = 'FAIL: t' ]
	diff t.log <(printf '%s\n' 'cannot be executed: ./plain: Permission denied' \
		'FAIL t (exit status: 126)')
	run -2 --separate-stderr subunit2 automake-driver --test-name=t -- true
	[[ $stderr == "subunit2 automake-driver: --test-name, --log-file and --trs-file are needed"* ]]
	run -3 --separate-stderr subunit2 automake-driver --test-name=t --log-file=none/l --trs-file=t.trs true
	[[ $stderr == "subunit2 automake-driver: none/l: No such file or directory" ]]
	# Only what a wrap has put at the beginning of MAKEFILES is removed.
	for makefiles in /a: /b:/b /ab:/ab '/a b:b' '/b /a:/b /a'; do
		SUBUNIT2_MAKEFILE=/a MAKEFILES=${makefiles%:*} drive -- sh -c 'echo "$MAKEFILES"'
		[ "$(head -n 1 t.log)" = "${makefiles#*:}" ] || { echo "$makefiles"; cat t.log; false; }
	done
}

@test "a plain test: its exit status decides, its log keeps the order, its files come last" {
	cd "$BATS_TEST_TMPDIR"
	drive() { subunit2 automake-driver --from=text --test-name t --log-file t.log --trs-file t.trs "$@"; }
	# TAP, a packet and the console of another check do not count.
	subunit2 status a fail >packet
	[ "$(drive -- sh -c 'echo 1..1; echo not ok 1; cat packet; echo "make  check-TESTS"; echo FAIL: x')" = 'PASS: t' ]
	# shellcheck disable=SC2016
	drive -- sh -c 'i=0; while [ $i -lt 100 ]; do echo $i; echo $((i + 1)) >&2; i=$((i + 2)); done' >console
	diff t.log <(seq 0 99 && echo 'PASS t (exit status: 0)')
	# gnulib's tests remove NAME.t* when they begin; a test may also remove its log, or write to it.
	drive -- sh -c 'rm -f t.t*; echo out; echo own >>t.log' >console
	diff <(sort t.log) <(printf '%s\n' 'PASS t (exit status: 0)' out own)
	grep -qx ':test-result: PASS' t.trs
	drive -- sh -c 'rm -f t.log' >console
	diff t.log <(echo 'PASS t (exit status: 0)')
	[ "$(drive -- sh -c 'kill -SEGV $$')" = 'FAIL: t' ]
	diff t.log <(echo 'FAIL t (exit status: 139)')
	# The test has the standard input of its driver.
	[ "$(echo line | drive -- sh -c 'read x && [ "$x" = line ]')" = 'PASS: t' ]
}

@test "a signal that ends the driver removes both files" {
	cd "$BATS_TEST_TMPDIR"
	local from status
	for from in text tap; do
		rm -f begun
		subunit2 automake-driver --from=$from --test-name t --log-file t.log --trs-file t.trs -- \
			sh -c 'touch begun; exec sleep 1000' >console 3>&- &
		until [ -e begun ]; do sleep 0.01; done
		kill $!
		status=0
		wait $! || status=$?
		[ "$status" = 143 ]
		[ ! -e t.log ]
		[ ! -e t.trs ]
		[ ! -s console ]
	done
}

@test "--automake where nothing is automake's" {
	cd "$BATS_TEST_TMPDIR"
	run -125 --separate-stderr subunit2 wrap --automake -- make check
	[[ $stderr == "subunit2 wrap: --automake: no Makefile here is automake's"* ]]
	run -125 --separate-stderr subunit2 wrap --automake -- sh -c 'make check'
	[[ $stderr == 'subunit2 wrap: --automake: no word of the command is make'* ]]
	mkdir gone
	cd gone
	rmdir ../gone
	run -125 --separate-stderr subunit2 wrap --automake -- make check
	[[ $stderr == 'subunit2 wrap: .: No such file or directory' ]]
}

# Automake's driver and this one, with the same arguments: the same console, log and .trs, byte for
# byte.
same_as() { # AUTOMAKE-DRIVER ARGUMENT...
	local driver=$1 side from=text order=${order:-cat}
	shift
	[ "$driver" = test-driver ] || from=tap
	for side in theirs ours; do
		if [ $side = theirs ]; then
			env AM_TAP_AWK=awk sh "$libdir/$driver" "${common[@]/SIDE/$side}" "$@"
		else
			subunit2 automake-driver --from=$from "${common[@]/SIDE/$side}" "$@"
		fi >$side.console
	done
	diff theirs.console ours.console && diff theirs.trs ours.trs && diff <($order theirs.log) <($order ours.log) && return
	echo "with $*"
	false
}

@test "the driver is automake's own two, with each of their options" {
	cd "$BATS_TEST_TMPDIR"
	local common=(--test-name t --log-file SIDE.log --trs-file SIDE.trs) options status tap libdir
	libdir=$(automake --print-libdir)
	printf 'echo %s\n' 1..4 "'ok 1 - one'" "'# said of one'" "'not ok 2 - two # TODO later'" \
		"'ok 3 - three # SKIP why'" >mixed
	cp mixed status && printf '%s\n' 'echo ok 4' 'exit 3' >>status
	cp mixed stderr && echo 'echo ok 4 - on stderr >&2' >>stderr
	echo 'echo 1..2; echo ok 1 - one; echo ok 2' >good
	echo 'echo 1..1; echo not ok 1 - bad; exit 1' >bad
	echo 'echo 1..2; echo ok 1 - one; echo not ok 2' >half
	echo 'echo 1..0 # SKIP nothing here' >none
	for tap in status good bad half none; do
		for options in '--comments' '--no-comments' '--ignore-exit' '--expect-failure yes' \
			'--color-tests yes'; do
			# shellcheck disable=SC2086 # words
			same_as tap-driver.sh $options -- sh "$tap"
		done
	done
	same_as tap-driver.sh -- echo $'1..1\nok 1 # TODO'
	same_as tap-driver.sh -- echo $'1..1\nnot ok 1 # TODO'
	same_as tap-driver.sh -- printf '%s\n' 1..7 'ok 1 - a # b # TODO c' 'not ok 2 - d # b # TODO c' \
		'ok 3 - e # skipping' 'ok 4 - http://x#skip it' 'not ok 5 - f # TODO_LATER' \
		'not ok 6 - g # todo: c' 'ok 7 - h # SKIP'
	same_as tap-driver.sh -- printf '%s\n' 1..4 'not ok 1 - a # SKIP c' 'not ok 2 - b \# todo' \
		'not ok 3 - c\\# todo' 'ok 4 - d # x # SKIP y'
	same_as tap-driver.sh --merge -- sh stderr
	order="sort" same_as tap-driver.sh --no-merge -- sh stderr
	for status in 0 1 77 99; do
		for options in '--expect-failure no' '--expect-failure yes' '--color-tests yes' \
			'--enable-hard-errors no'; do
			# shellcheck disable=SC2086
			same_as test-driver $options -- sh -c "exit $status"
		done
	done
}

@test "plans, bail-outs, order, subtests and deaths count as with tap-driver.sh" {
	cd "$BATS_TEST_TMPDIR"
	local common=(--test-name t --log-file SIDE.log --trs-file SIDE.trs) libdir lines
	libdir=$(automake --print-libdir)
	for lines in '' '\n1..1\n\nok 1' 1..0 '1..0 # SKIP' '1..0 # SKIP: why' '1..0 # skip why' '1..2 # why' \
		'ok 1' '1..1\n1..1\nok 1' 'ok 1\n1..1' 'ok 1\n1..1\nok 2' '1..2\nok 1' '1..1\nok 1\nok 2' \
		'1..2\nok 2\nok 1' '1..1\nBail out! why' '  Bail out!\n1..2' '1..1\n    ok 1\nok 1' \
		'TAP version 13\n1..1\nok\t01\tx' '1..1\r\nok 1' 'okay\n1..0'; do
		same_as tap-driver.sh -- printf "$lines\n"
		same_as tap-driver.sh --expect-failure yes -- printf "$lines\n"
	done
	same_as tap-driver.sh -- true
	order='grep -vx Killed' same_as tap-driver.sh -- sh -c 'echo 1..1; echo ok 1; kill -9 $$'
	order='grep -vx Killed' same_as tap-driver.sh --ignore-exit -- sh -c 'echo 1..1; echo ok 1; kill -9 $$'
	same_as tap-driver.sh -- sh -c 'echo 1..1; echo ok 1; exit 127'
	same_as tap-driver.sh --comments --diagnostic-string '//' -- printf '%s\n' 1..0 '// said' '# no'
}

@test "a subtest that failed below an assertion that passed: a failure in the stream alone" {
	cd "$BATS_TEST_TMPDIR"
	local common=(--test-name t --log-file SIDE.log --trs-file SIDE.trs) libdir parent
	libdir=$(automake --print-libdir)
	for parent in 'ok 1 - parent' 'ok 1 - parent # SKIP why'; do
		printf "echo '%s'\n" 1..1 '    1..2' '    ok 1 - x' '    not ok 2 - y' "$parent" >t
		same_as tap-driver.sh -- sh t
		run -1 subunit2 wrap -q --from=text -o stream.subunit -- subunit2 automake-driver \
			--from=tap --test-name t --log-file t.log --trs-file t.trs -- sh t
		diff t.trs theirs.trs
		statuses stream.subunit >list
		grep -qx 'fail t' list
		grep -qx 'fail t::parent::y' list
		subunit2 convert --to=json stream.subunit |
			grep '"reason"' | grep -q '1 result in its output failed, which automake does not count'
	done
	printf '%s\n' 'echo 1..1' 'echo "    1..1"' 'echo "    not ok 1 - y"' 'echo "not ok 1 - parent # TODO"' >t
	subunit2 wrap -q --from=text -o stream.subunit -- subunit2 automake-driver \
		--from=tap --test-name t --log-file t.log --trs-file t.trs -- sh t
	statuses stream.subunit | grep -qx 'success t'
}

@test "a subtest that passes in a test of XFAIL_TESTS is as expected" {
	cd "$BATS_TEST_TMPDIR"
	drive() {
		printf "echo '%s'\\n" 1..1 '    1..2' '    ok 1 - x' '    not ok 2 - y' "$1" >t
		subunit2 wrap -q --from=text -o stream.subunit -- subunit2 automake-driver --from=tap \
			--expect-failure yes --test-name t --log-file t.log --trs-file t.trs -- sh t
	}
	drive 'not ok 1 - parent'
	statuses stream.subunit | grep '^[a-z]* t' | diff - <(printf '%s\n' 'success t::parent::x' \
		'xfail t::parent::y' 'xfail t::parent' 'xfail t')
	run -1 drive 'ok 1 - parent'
	statuses stream.subunit | grep '^[a-z]* t' | diff - <(printf '%s\n' 'success t::parent::x' \
		'xfail t::parent::y' 'uxsuccess t::parent' 'fail t')
}

# The Nth indented line, or the literal block, that subunit2-automake(7) shows.
page=$BATS_TEST_DIRNAME/../man/subunit2-automake.7
shown() { # N
	sed -n 's/^\.Dl //p' "$page" | sed -n "$1p"
}

@test "the serial harness: results, console and exit status, with and without --automake" {
	[ "$(shown 1)" = "subunit2 wrap -- make check" ]
	[ "$(shown 2)" = "subunit2 wrap --automake -- make -j8 check" ]
	mkdir "$BATS_TEST_TMPDIR/serial" && cd "$BATS_TEST_TMPDIR/serial"
	printf '%s\n' 'AC_INIT([serial], [1])' 'AM_INIT_AUTOMAKE([foreign])' \
		'AC_CONFIG_FILES([Makefile])' AC_OUTPUT >configure.ac
	script good.sh 0
	script bad.sh 1
	script skip.sh 77
	script xfail.sh 1
	echo '[ "$SET" = "by hand" ]' >>good.sh
	sed -i '/^exit/d' good.sh
	printf '%s\n' 'AUTOMAKE_OPTIONS = serial-tests' 'TESTS = good.sh bad.sh skip.sh xfail.sh' \
		'XFAIL_TESTS = xfail.sh' "TESTS_ENVIRONMENT = SET='by hand'" >Makefile.am
	autoreconf -i >autoreconf.log 2>&1 && ./configure -q
	local way status
	status=0
	make check >plain 2>&1 || status=$?
	[ "$status" = 2 ]
	for way in '' --automake; do
		status=0
		# shellcheck disable=SC2086 # none or one
		subunit2 wrap -i suite $way -- make check >stream || status=$?
		[ "$status" = 2 ]
		statuses stream | grep '\.sh' | sort >"results-${way:-as-it-is}"
	done
	diff results-as-it-is - <<-'END'
		fail suite::bad.sh
		skip suite::skip.sh
		success suite::good.sh
		xfail suite::xfail.sh
	END
	sed 's/suite:://' results-as-it-is | diff - results---automake
}

# One project in which each folder runs its tests in another way.
mixed_project() {
	mkdir par ser hand other tap
	printf '%s\n' 'AC_INIT([mixed], [1])' 'AC_CONFIG_AUX_DIR([build-aux])' \
		'AM_INIT_AUTOMAKE([foreign])' 'AC_REQUIRE_AUX_FILE([tap-driver.sh])' AC_PROG_AWK \
		'AC_CONFIG_FILES([Makefile par/Makefile ser/Makefile hand/Makefile other/Makefile tap/Makefile])' \
		AC_OUTPUT >configure.ac
	echo 'SUBDIRS = par ser hand other tap' >Makefile.am
	# shellcheck disable=SC1003 # a backslash at the end of a line of a Makefile
	printf '%s\n' 'TESTS = a.sh env.sh' 'TESTS_ENVIRONMENT = ONE=1 \' '  TWO="t w o"' >par/Makefile.am
	printf '#!/bin/sh\n[ -z "$MAKEFILES" ] && [ -z "$SUBUNIT2_MAKEFILE" ]\n' >par/a.sh
	printf '#!/bin/sh\n[ "$ONE" = 1 ] && [ "$TWO" = "t w o" ]\n' >par/env.sh
	# shellcheck disable=SC1003 # the same
	printf '%s\n' 'AUTOMAKE_OPTIONS = serial-tests' 'TESTS = a.sh b.sh x.sh' 'XFAIL_TESTS = x.sh' \
		'VARS = THREE=3' 'TESTS_ENVIRONMENT = unset FOO; ONE=one \' '  TWO="t w o" \' \
		'  $(VARS) $(SHELL)' >ser/Makefile.am
	echo '[ "$ONE" = one ] && [ "$TWO" = "t w o" ] && [ "$THREE" = 3 ]' >ser/a.sh
	echo 'exit 77' >ser/b.sh
	echo 'exit 1' >ser/x.sh
	printf '%s\n' 'check-local:' '	@echo PASS: hand1; echo FAIL: hand2; echo PASS: a.sh' >hand/Makefile.am
	printf '%s\n' 'TESTS = p.scm f.scm' 'TEST_EXTENSIONS = .scm' 'SCM_LOG_COMPILER = $(SHELL)' \
		'SCM_LOG_DRIVER = env D=1 $(SHELL) $(srcdir)/own-driver' >other/Makefile.am
	cat >other/own-driver <<-'END'
		while [ "$1" != -- ]; do
			case $1 in --test-name) n=$2 ;; --log-file) l=$2 ;; --trs-file) t=$2 ;; esac
			shift
		done
		shift
		if "$@" >"$l" 2>&1; then r=PASS; else r=FAIL; fi
		echo "$r: $n"
		printf ':test-result: %s\n:global-test-result: %s\n:recheck: no\n:copy-in-global-log: no\n' \
			$r $r >"$t"
	END
	echo '[ "$D" = 1 ]' >other/p.scm
	echo 'echo in f; exit 1' >other/f.scm
	printf '%s\n' 'TESTS = t.tap x.tap' 'XFAIL_TESTS = x.tap' 'TEST_EXTENSIONS = .tap' \
		'TAP_LOG_COMPILER = $(SHELL)' 'THE_DRIVER = $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh' \
		'TAP_LOG_DRIVER = env AM_TAP_AWK="$(AWK)" $(THE_DRIVER) --comments' >tap/Makefile.am
	printf 'echo %s\n' 1..3 "'ok 1 - one'" "'# said'" "'ok 2 # TODO x'" >tap/t.tap
	printf 'echo %s\n' 1..1 "'not ok 1 - x'" >tap/x.tap
	chmod +x ./*/*.sh
	autoreconf -i >autoreconf.log 2>&1 && ./configure -q
}

@test "--automake: each folder keeps its own driver, its environment and its harness" {
	mkdir "$BATS_TEST_TMPDIR/mixed" && cd "$BATS_TEST_TMPDIR/mixed"
	mixed_project
	local status=0 flags
	make -k check >plain 2>&1 || status=$?
	[ "$status" = 2 ]
	trs >plain.trs
	for flags in -k -sk '-k --no-print-directory -j4'; do
		rm -f ./*/*.trs
		status=0
		# Programs below make need not find this one in PATH. shellcheck disable=SC2086
		# shellcheck disable=SC2086 # words
		PATH=${PATH#"$BUILD":} "$BUILD/subunit2" wrap -i suite --automake -q -o stream.subunit \
			-- make $flags check 2>err || status=$?
		[ "$status" = 2 ]
		[ "$(wc -l <err)" = 1 ]
		grep 'other: SCM_LOG_DRIVER is not automake.s, and is run unchanged: env D=1 ' err
		trs | diff plain.trs -
		console_of stream.subunit >console
		diff <(results plain) <(results console)
		grep -qx '# t.tap: said' console
		statuses stream.subunit | sort >list
		diff list - <<-'END'
			fail other/f.scm
			fail suite
			fail suite::hand/hand2
			fail tap/t.tap
			skip ser/b.sh
			success other/p.scm
			success par/a.sh
			success par/env.sh
			success ser/a.sh
			success suite::hand/a.sh
			success suite::hand/hand1
			success tap/t.tap::one
			uxsuccess tap/t.tap::#2
			xfail ser/x.sh
			xfail tap/x.tap
			xfail tap/x.tap::x
		END
		subunit2 convert --to=json stream.subunit >json
		grep '"test_id":"other/f.scm".*"file_name":"f.log".*in f' json
		grep '"test_id":"tap/t.tap","test_status":"fail","test_tags":\["error"\]' json
	done
	# A driver that is set by hand wins, and so does the exit status of make.
	subunit2 wrap -i suite --automake -q -o stream.subunit -- make -kC par check \
		LOG_DRIVER='sh ../build-aux/test-driver' || true
	statuses stream.subunit | grep -x 'success suite::par/env.sh'
	# make may also work outside of the folder in which it is started.
	mkdir elsewhere
	(cd elsewhere && subunit2 wrap -i suite --automake -q -o ../stream.subunit -- make -kC ../ser check)
	subunit2 ls stream.subunit | sort | diff - <(printf '%s\n' a.sh b.sh suite x.sh)
	subunit2 wrap -i suite --automake -q -o stream.subunit -- make -i check >/dev/null 2>&1
	statuses stream.subunit | grep -x 'fail suite'
}

@test "by hand, with the Makefile.am that subunit2-automake(7) shows" {
	mkdir "$BATS_TEST_TMPDIR/hand" && cd "$BATS_TEST_TMPDIR/hand"
	printf '%s\n' 'AC_INIT([hand], [1])' 'AM_INIT_AUTOMAKE([foreign parallel-tests])' \
		'AC_CONFIG_FILES([Makefile])' AC_OUTPUT >configure.ac
	script good.sh 0
	script xfail.sh 1
	printf 'echo %s\n' 1..2 "'ok 1 - one'" "'# said of one'" "'ok 2 # SKIP why'" >a.tap
	{
		echo 'TESTS = good.sh xfail.sh a.tap'
		echo 'XFAIL_TESTS = xfail.sh'
		sed -n '/^\.Bd -literal/,/^\.Ed/{/^\./!p}' "$page"
	} >Makefile.am
	grep -qx 'LOG_DRIVER = subunit2 automake-driver --from=text' Makefile.am
	autoreconf -i >autoreconf.log 2>&1 && ./configure -q
	[ "$(shown 3)" = "subunit2 wrap --from=text -- make check" ]
	subunit2 wrap --from=text -- make check >stream
	statuses stream | sort >list
	diff list - <<-'END'
		skip a.tap::#2
		success a.tap
		success a.tap::one
		success good.sh
		success make check
		xfail xfail.sh
	END
	subunit2 filter --file=stdout stream | subunit2 convert --to=json | grep -F '# a.tap: said of one'
	# Without a wrap it is automake's driver.
	make check >console
	grep -qx 'PASS: a.tap 1 - one' console
}
