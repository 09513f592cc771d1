#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Version 1 of the protocol, in and out, beside Python's reader and writer.
# Needs: subunit-1to2 testr

# shellcheck disable=SC2154 # run sets stderr

load common

fixtures=$BATS_TEST_DIRNAME/fixtures/formats
tests=$BATS_TEST_DIRNAME/reference/tests.py

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Prints the events of a version 1 stream on stdin: "STATUS ID", a line a test.
outcomes() {
	subunit2 convert --from=subunit1 --to=json |
		sed -nE 's/.*"test_id":"([^"]*)","test_status":"([a-z]*)".*/\2 \1/p' | grep -v ^inprogress
}

@test "every keyword and its variants, as Python reads them" {
	subunit2 convert "$fixtures/version1.subunit1" | "$tests" >ours
	subunit-1to2 <"$fixtures/version1.subunit1" | "$tests" >theirs
	# Python tells the end of the stream in a test in words of its own.
	diff <(grep -v '^\["last"' theirs) <(grep -v '^\["last"' ours)
	grep -q '^\["last", "fail"' theirs
	grep -q '^\["last", "fail"' ours
}

@test "what Python's reader takes in other forms is taken here" {
	{
		printf 'time: 2020-1-2 03:04:05Z\ntest: a\ntime: 2020-01-02T03:04:06.5+01:00 and more\n'
		printf 'tags: x\ntest: a\ntags: b\vc\u00a0d\u2003e\u3000f\x1cg -x\x85\n' | sed 's/\x85/\xc2\x85/'
		printf 'success: a\ntime: 2020-01-02_04:05:06\ntest: p\nfailure: p [ multipart\n'
		printf 'content-type: text/plain\nlog\n4\r\nlow\n0\r\nX: a/b\nother\n0\r\n]\n'
	} >in
	subunit-1to2 <in | "$tests" >theirs
	subunit2 convert --from=subunit1 in | "$tests" >ours
	diff theirs ours
	grep -q '"b", "c", "d", "e", "f", "g"' ours
	grep -q 'log.*text/plain' ours
	[ "$(printf 'progress:  3\nprogress: +2 \t\n' | subunit2 convert --from=subunit1 | subunit2 convert --to=subunit1 | paste -sd,)" = "progress: 3,progress: +2" ]
	# Prose that begins with a time makes no version 1 of a log.
	printf 'time: 2020-01-02 03:04:05 started\n' >log
	subunit2 convert --to=json log | grep -q '"file_text":"time: 2020'
}

@test "tags keep their blanks on the way through version 1" {
	subunit2 status --timestamp=2020-01-01T00:00:00.25Z -t $'a\u00a0b' -t $'\u2003c' -t '-d e' -t $'f\u3000' x pass >in
	subunit2 convert --to=subunit1 in >v1
	subunit-1to2 <v1 | "$tests" >theirs
	subunit2 convert v1 | "$tests" | diff theirs -
	grep -qF '"\\x2dd\\x20e", "\\xe2\\x80\\x83c", "a\\xc2\\xa0b", "f\\xe3\\x80\\x80"' theirs
}

@test "keywords with and without a colon" {
	local words
	words=$(for word in success successful failure error skip xfail uxsuccess; do
		printf 'test %s\n%s %s\n' $word $word $word
		printf 'testing: %s:\n%s: %s:\n' $word $word $word
	done | outcomes | paste -sd,)
	[ "$words" = "success success,success success:,success successful,success successful:,fail failure,fail failure:,fail error,fail error:,skip skip,skip skip:,xfail xfail,xfail xfail:,uxsuccess uxsuccess,uxsuccess uxsuccess:" ]
}

@test "2 to 1 to 2 keeps outcomes, times, tags and files" {
	grep -v '"exists"\|\.bytes\|: not a keyword' "$fixtures/run.json" | sed '/hung/d' |
		subunit2 convert | tee run.subunit | "$tests" | sort >before
	[ "$(wc -l <before)" = 8 ]
	subunit2 convert --to=subunit1 run.subunit | subunit2 convert --from=subunit1 | "$tests" | sort >after
	diff <(sed 's/slow one/slow\\\\x20one/' before) after
	subunit2 convert --to=subunit1 run.subunit | subunit-1to2 | "$tests" | sort >theirs
	diff after theirs
}

@test "what Python writes as version 1 is read" {
	sed '/hung/d' "$fixtures/run.json" | grep -v 'slow one\|not a keyword' | subunit2 convert >run.subunit
	subunit-2to1 <run.subunit >run.subunit1
	[ -s run.subunit1 ]
	subunit2 convert run.subunit1 | "$tests" >ours
	subunit-1to2 <run.subunit1 | "$tests" >theirs
	diff theirs ours
}

@test "a run that testr keeps is read" {
	printf '[DEFAULT]\ntest_command=true\n' >.testr.conf
	testr init
	sed '/hung/d' "$fixtures/run.json" | subunit2 convert | testr load -q || [ $? = 1 ]
	[ "$(subunit2 convert --to=json .testrepository/0 | grep -c '"test_status":"\(success\|fail\|uxsuccess\|skip\|xfail\)"')" = 8 ]
	run -1 subunit2 .testrepository/0
	[[ ${lines[-1]} == "not good: 2 failed"* ]]
}

@test "nanoseconds survive" {
	printf 'time: 2024-01-01 00:00:00.123456789Z\ntest: a\nsuccess: a\n' >in
	subunit2 convert --to=json in | grep -q '"timestamp":"2024-01-01T00:00:00.123456789Z".*"success"'
	subunit2 convert in | subunit2 convert --to=subunit1 | grep -qx 'time: 2024-01-01 00:00:00.123456789Z'
}

@test "tags within a test are its own, others go on" {
	printf 'tags: all gone\ntest: a\ntags: own -gone\nsuccess: a\ntags: -all more\ntest: b\nsuccess: b\n' |
		subunit2 convert --from=subunit1 --to=json | sed -nE 's/.*"test_id":"([ab])","test_status":"success","test_tags":\[([^]]*)\].*/\1 \2/p' >out
	diff out - <<-'END'
		a "all","own"
		b "gone","more"
	END
}

@test "a test that is interrupted by another still ends as it says" {
	[ "$(printf 'test: a\ntest: b\nfailure: b\nsuccess: a\n' | outcomes | paste -sd,)" = "fail b,success a" ]
}

@test "a stream that ends in a test fails it, and keeps its details" {
	printf 'test: a\nfailure: a [\nhalf\n' | subunit2 convert --from=subunit1 --to=json >out
	grep -q '"file_name":"traceback".*"file_text":"half\\n"' out
	grep -q '"test_id":"a","test_status":"fail"' out
	printf 'test: a\n' | subunit2 convert --from=subunit1 --to=json >out
	grep -q '"test_id":"a","test_status":"fail"' out
}

@test "an outcome of no test, a bad time and a bad count are text" {
	printf 'success: a\ntime: soon\nprogress: far\nerror: x.c:3: no\ntest\n' >in
	subunit2 convert --from=subunit1 --to=json in >out 2>err && false
	[ "$(head -n 1 out)" = '{"subunit":2,"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"success: a\ntime: soon\nprogress: far\nerror: x.c:3: no\ntest\n"}' ]
}

@test "a test that begins after other output on its line counts if its outcome follows" {
	printf 'test: a\nsuccess: a\ndots...test: b\nfailure: b [\nwhy\n]\n...test: c\nsuccess: c\n' >in
	[ "$(outcomes <in | paste -sd,)" = 'success a,fail b,success c' ]
	subunit2 filter --with=why in | subunit2 ls | diff - <(echo b)
	# Without an outcome that names it, it is text.
	printf 'test: a\nsuccess: a\nthis is a test: b\nfailure: all\n' >in
	[ "$(outcomes <in)" = 'success a' ]
	# The beginning of the line was passed on before its end came.
	wrapped 1 sh -c 'printf "test: a\nsuccess: a\n..."; sleep 0.3; printf "test: b\nfailure: b\n"' >out
	diff out - <<<$'success t::a\nfail t::b\nfail t'
}

@test "malformed details are damage, and the test ends as it said" {
	for details in 'nonsense\n' 'Content-Type: text/plain\nlog\nzz\r\n' \
		'Content-Type: text/plain\nlog\n3\r\nabcx\r\n'; do
		# shellcheck disable=SC2059 # the details are a format
		printf "test: a\nskip: a [ multipart\n${details}test: b\nsuccess: b\n" >in
		subunit2 convert --from=subunit1 --to=json in >out
		grep -q '"Parser Error".*in the details of a test' out
		[ "$(outcomes <in | paste -sd,)" = "fail subunit.parser,skip a,success b" ]
	done
}

@test "progress goes through both versions" {
	printf 'progress: 3\nprogress: +2\nprogress: -1\nprogress: push\nprogress: pop\n' >in
	subunit2 convert in | subunit2 convert --to=subunit1 >out
	diff in out
}

@test "text that looks like a keyword's line is kept from being one" {
	printf '{"subunit":2,"runnable":true,"file_name":"stdout","file_text":"test: x\\ntestament\\nsuccess: x"}\n' >in.json
	subunit2 convert --to=subunit1 in.json >out
	printf ' test: x\ntestament\n success: x\n' | diff - out
}

@test "ids that a line cannot hold are escaped" {
	printf '{"subunit":2,"test_id":"a\\nb","test_status":"success","runnable":true}\n' >in.json
	subunit2 convert --to=subunit1 in.json >out
	printf 'test: a\\x0ab\nsuccessful: a\\x0ab [ multipart\n]\n' | diff - out
	printf 'test: a\xff\nsuccess: a\xff\n' >in
	[ "$(outcomes <in)" = 'success a\\xff' ]
}

@test "version 1 is recognised by what only it has" {
	for text in 'test: a\n' 'noise\ntime: 2024-01-01 00:00:00Z\n' 'noise\nprogress: +3\n' \
		'noise\ntest a\nmore\nsuccess a\n'; do
		# shellcheck disable=SC2059 # the text is a format
		printf "$text" >in
		subunit2 convert --to=json in >out
		run ! grep '"stdout".*"file_text":".*\(test\|time\|progress\)' out
	done
	printf 'make: all\nerror: a [\nsuccess: yes\n' >in
	subunit2 convert --to=json in | grep -q '"file_text":"make: all\\nerror: a \[\\nsuccess: yes\\n"'
}

# Prints the tests of the stream FILE: "STATUS ID", a line a test.
csv_of() {
	subunit2 convert --to=csv "$1" | sed 1d | sed -E 's/^([^,]*),([^,]*),.*/\2 \1/'
}

# Runs a command under wrap with the status STATUS, and prints its tests.
wrapped() {
	run -"$1" --separate-stderr bash -c 'subunit2 wrap -i t -- "$@" >wrapped' - "${@:2}"
	csv_of wrapped
}

@test "wrap and run: a failure in version 1 fails the test" {
	printf '#!/bin/sh\nprintf "test: a\\nfailure: a [\\nwhy\\n]\\ntest: b\\nsuccess: b\\n"\n' >t
	wrapped 1 sh t >out
	diff out - <<<$'fail t::a\nsuccess t::b\nfail t'
	subunit2 convert --to=json wrapped | grep -q '"t::a".*"runnable":false,"file_name":"traceback".*"why\\n"'
	run -1 bash -c 'subunit2 run t >ran'
	csv_of ran | diff - out
}

@test "wrap: prose, a lone error and an outcome of another test are text" {
	for text in 'error: no such file' 'test: a' 'test: a\nerror: b' 'testing a\nsuccess a' \
		'test a\nfailure a' 'error: x [ y ]' 'success: all' 'failure: a [\nx\n]'; do
		printf '%b\n' "$text" >text
		[ "$(wrapped 0 cat text)" = 'success t' ]
		rm -rf d
		subunit2 convert wrapped -o disk:d
		cmp d/t/stdout text
	done
}

@test "wrap: --from=subunit1 needs no evidence, but a test" {
	run -1 bash -c 'printf "test: a\n" | subunit2 wrap --stdin=inherit -i t --from=subunit1 -- cat >s'
	[ "$(csv_of s)" = $'fail t::a\nfail t' ]
	run -1 bash -c 'subunit2 wrap -i t --from=subunit1 -- echo Killed >s'
	[ "$(csv_of s)" = 'fail t' ]
	subunit2 convert --to=json s | grep -q '"reason".*"no test of version 1 in its output"'
}

@test "wrap: a test that breaks off, in its details and before its outcome" {
	printf 'test: a\nsuccess: a\ntest: b\n' >cut.txt
	[ "$(wrapped 1 cat cut.txt)" = $'success t::a\nfail t::b\nfail t' ]
	printf 'test: a\nskip: a [\nwhy\n' >cut.txt
	[ "$(wrapped 1 cat cut.txt)" = $'fail t::a\nfail t' ]
	printf 'test: a\nfailure: a' >cut.txt
	[ "$(wrapped 1 cat cut.txt)" = $'fail t::a\nfail t' ]
}

@test "wrap: version 1 that comes late, slowly, in pieces and after much text" {
	printf 'test: a\n' >begin
	printf 'failure: a\ntest: b\nsuccess: b\n' >end
	[ "$(wrapped 1 sh -c 'cat begin; sleep 0.3; cat end')" = $'fail t::a\nsuccess t::b\nfail t' ]
	[ "$(wrapped 1 sh -c 'cat begin; seq 100000; cat end')" = $'fail t::a\nsuccess t::b\nfail t' ]
	[ "$(wrapped 1 sh -c 'seq 100000; cat begin; seq 100000; cat end')" = $'fail t::a\nsuccess t::b\nfail t' ]
	subunit2 convert -o disk:d wrapped
	grep -v '^[0-9]*$' d/t/stdout >text || [ $? = 1 ]
	diff text - <<<'test: a'
	[ "$(wrapped 1 /usr/bin/perl -e '$| = 1; print for split //, join "", <>' begin end)" = $'fail t::a\nsuccess t::b\nfail t' ]
	# The test lasts from its own line on, not from the outcome.
	for pause in 0.04 0.4; do
		wrapped 0 sh -c "cat begin; sleep $pause; echo success: a" >out
		subunit2 ls --all -l wrapped | grep -Eq '^success +(0\.0[1-9]|0\.[1-9]|[1-9]).* t::a$'
	done
}

# It took minutes when the work grew with the square of a line's length.
@test "wrap: lines of brackets that name no test take linear time" {
	/usr/bin/python3 -c 'print("test: a\n" + 40 * ("success: " + 30000 * " [" + "\n"), end="")' >brackets
	(ulimit -t 20; exec subunit2 wrap -i t -o run.subunit -- cat brackets) >out
	[ "$(subunit2 ls --all run.subunit)" = t ]
	for outcome in 'a [b] [c' 'a [b] [c [' 'a [b] [c [ multipart' 'x [ c ]'; do
		printf 'test: a [b] [c\ntest: x\nfailure: %s\n]\n' "$outcome" >in
		wrapped 1 cat in >out
		grep -E '^fail t::(a \[b\] \[c|x)$' out
	done
}

@test "wrap: text and TAP beside version 1, and repeated names" {
	printf 'hello\ntest: a\nsuccess: a\nbye\ntest: a\nfailure: a\n1..1\nok 1 - x\n' >in
	[ "$(wrapped 1 cat in)" = $'success t::a\nfail t::a (2)\nsuccess t::x\nfail t' ]
	subunit2 convert -o disk:d wrapped
	diff d/t/stdout - <<<$'hello\nbye'
	printf 'test: t\nskip: t\ntest: t::x\nskip: t::x\n' >in
	[ "$(wrapped 0 cat in)" = $'skip t::x\nskip t' ]
}

@test "libcheck" {
	cat >ck.c <<-'END'
		#include <check.h>
		#include <stdlib.h>
		START_TEST(good) { ck_assert_int_eq(1, 1); } END_TEST
		START_TEST(bad) { ck_assert_int_eq(1, 2); } END_TEST
		START_TEST(crash) { abort(); } END_TEST
		int main(void)
		{
			Suite *suite = suite_create("suite");
			TCase *tests = tcase_create("core");
			tcase_add_test(tests, good);
			tcase_add_test(tests, bad);
			tcase_add_test(tests, crash);
			suite_add_tcase(suite, tests);
			SRunner *runner = srunner_create(suite);
			srunner_run_all(runner, CK_SUBUNIT);
			srunner_free(runner);
			return 0;
		}
	END
	# shellcheck disable=SC2046 # words
	cc ck.c -o ck $(pkg-config --cflags --libs check)
	[ "$(wrapped 1 ./ck)" = $'success t::core:good\nfail t::core:bad\nfail t::core:crash\nfail t' ]
}

@test "cmocka, with failures of its setups and teardowns" {
	cat >cm.c <<-'END'
		#include <stdarg.h>
		#include <stddef.h>
		#include <stdint.h>
		#include <setjmp.h>
		#include <cmocka.h>
		static void good(void **state) { (void)state; }
		static void bad(void **state) { (void)state; assert_int_equal(1, 2); }
		static void skipped(void **state) { (void)state; skip(); }
		static int failing(void **state) { (void)state; return -1; }
		int main(int argc, char **argv)
		{
			const struct CMUnitTest some[] = {
				cmocka_unit_test(good), cmocka_unit_test(bad), cmocka_unit_test(skipped)};
			const struct CMUnitTest up[] = {cmocka_unit_test_setup(good, failing)};
			const struct CMUnitTest down[] = {cmocka_unit_test_teardown(good, failing)};
			const struct CMUnitTest one[] = {cmocka_unit_test(good)};
			(void)argc;
			cmocka_set_message_output(CM_OUTPUT_SUBUNIT);
			switch (*argv[1]) {
			case 's': cmocka_run_group_tests(some, NULL, NULL); break;
			case 'u': cmocka_run_group_tests(up, NULL, NULL); break;
			case 'd': cmocka_run_group_tests(down, NULL, NULL); break;
			case 'U': cmocka_run_group_tests_name("group", one, failing, NULL); break;
			case 'D': cmocka_run_group_tests_name("group", one, NULL, failing); break;
			}
			return 0;
		}
	END
	cc cm.c -o cm -lcmocka
	[ "$(wrapped 1 ./cm some)" = $'success t::good\nfail t::bad\nskip t::skipped\nfail t' ]
	[ "$(wrapped 1 ./cm up)" = $'fail t::good\nfail t' ]
	subunit2 convert --to=json wrapped | grep -q '"t::good".*"traceback".*setup failed"'
	[ "$(wrapped 1 ./cm down)" = $'fail t::good\nfail t' ]
	[ "$(wrapped 1 ./cm Up)" = $'fail t::group\nfail t' ]
	[ "$(wrapped 1 ./cm Down)" = $'success t::good\nfail t::group\nfail t' ]
	[ "$(./cm Up | outcomes)" = 'fail group' ]
}

@test "CppUnit's listener" {
	cat >cpp.cc <<-'END'
		#include <cppunit/TestResult.h>
		#include <cppunit/TestRunner.h>
		#include <cppunit/extensions/HelperMacros.h>
		#include <iostream>
		#include <SubunitTestProgressListener.h>
		struct T : CppUnit::TestFixture {
			CPPUNIT_TEST_SUITE(T);
			CPPUNIT_TEST(good);
			CPPUNIT_TEST(bad);
			CPPUNIT_TEST_SUITE_END();
			void good() {}
			void bad() { CPPUNIT_ASSERT_EQUAL(1, 2); }
		};
		int main()
		{
			CppUnit::TestResult result;
			CppUnit::SubunitTestProgressListener listener;
			result.addListener(&listener);
			CppUnit::TestRunner runner;
			runner.addTest(T::suite());
			runner.run(result);
			return 0;
		}
	END
	header=$(dpkg -L libcppunit-subunit-dev | grep 'SubunitTestProgressListener.h$')
	c++ -I"${header%/*}" cpp.cc -o cpp -lcppunit_subunit -lsubunit -lcppunit
	[ "$(wrapped 1 ./cpp)" = $'success t::T::good\nfail t::T::bad\nfail t' ]
}

@test "Subunit.pm, also with details that end without a newline" {
	cat >pm <<-'END'
		use Subunit;
		Subunit::start_test("a"); Subunit::end_test("a", "failure", "why");
		Subunit::report_time(1234567890);
		Subunit::start_test("b"); Subunit::end_test("b", "success");
		Subunit::start_test("c"); Subunit::end_test("c", "skip", "[why]\n");
		Subunit::start_test("d"); Subunit::end_test("d", "skip", "why");
	END
	[ "$(wrapped 1 /usr/bin/perl pm)" = $'fail t::a\nsuccess t::b\nskip t::c\nskip t::d\nfail t' ]
	[ "$(/usr/bin/perl pm | outcomes)" = $'fail a\nsuccess b\nskip c\nskip d' ]
}

@test "the functions of the old subunit.sh" {
	cat >old.sh <<-'END'
		subunit_start_test() { echo "test: $1"; }
		subunit_pass_test() { echo "success: $1"; }
		subunit_fail_test() { echo "failure: $1 ["; cat -; echo "]"; }
		subunit_error_test() { echo "error: $1 ["; cat -; echo "]"; }
		subunit_skip_test() { echo "skip: $1 ["; cat -; echo "]"; }
		subunit_start_test a; subunit_pass_test a
		subunit_start_test b; echo b | subunit_fail_test b
		subunit_start_test c; echo c | subunit_error_test c
		subunit_start_test d; echo d | subunit_skip_test d
	END
	[ "$(wrapped 1 sh old.sh)" = $'success t::a\nfail t::b\nfail t::c\nskip t::d\nfail t' ]
}

@test "a run that is ended while tests run reads as not good, also by Python" {
	mkdir t
	printf '#!/bin/sh\n' >t/1.sh
	printf '#!/bin/sh\necho $$ >$0.pid; exec sleep 1000\n' | tee t/2.sh >t/3.sh
	chmod +x t/*.sh
	subunit2 run -q -j3 --grace=100ms -o v1.subunit1 -o v2.subunit t 3>&- &
	local run=$! status=0
	until [ -s t/2.sh.pid ] && [ -s t/3.sh.pid ] && subunit2 ls --status=passed v2.subunit 2>&1 | grep -q 1.sh; do
		sleep 0.05
	done
	cp v2.subunit cut.subunit
	kill "$run"
	wait "$run" || status=$?
	[ "$status" -eq 143 ]
	subunit2 convert -o cut.subunit1 cut.subunit
	for stream in v1 cut; do
		[ "$(outcomes <$stream.subunit1 | sort | paste -sd,)" = 'fail t/2.sh,fail t/3.sh,success t/1.sh' ]
		subunit-1to2 <$stream.subunit1 | "$tests" | cut -d, -f1,2 | sort >theirs
		diff theirs - <<-'END'
			["t/1.sh", "success"
			["t/2.sh", "fail"
			["t/3.sh", "fail"
		END
	done
}
