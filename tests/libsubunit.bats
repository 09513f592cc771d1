#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The drop-in libsubunit.so.0: test programs that are linked with version 1's library write version 2
# with it. Tests and outcomes are compared with those of version 1's library.
# Needs: checkmk

load common

binding=$BATS_TEST_DIRNAME/../bindings/libsubunit
fixtures=$BATS_TEST_DIRNAME/fixtures/libsubunit

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	# shellcheck disable=SC2046 # words
	cc -o suite "$fixtures/suite.c" $(pkg-config --cflags --libs check)
	cc -I"$binding/include" -o calls "$fixtures/calls.c" -lsubunit
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	unset SUBUNIT2_TEST_ID SUBUNIT2_OUTPUT CK_FORK
}

# v2 COMMAND...: runs a command with the drop-in library.
v2() {
	LD_LIBRARY_PATH=$BUILD/bindings "$@"
}

# Prints the events on stdin as JSON, without times.
events() {
	subunit2 convert --to=json | sed -E 's/^\{"subunit":2,//; s/"timestamp":"[^"]*",?//; s/\}$//'
}

# Prints a line "ID,STATUS" for each test on stdin.
tests_of() {
	subunit2 convert --to=csv | cut -d, -f1,2 | tail -n +2
}

# same COMMAND...: checks that the command has the same tests and outcomes with both libraries.
same() {
	subunit2 wrap -i script -- "$@" >v1.subunit || true
	v2 subunit2 wrap -i script -- "$@" >v2.subunit || true
	diff <(tests_of <v1.subunit | sort) <(tests_of <v2.subunit | sort)
}

@test "every call is an event" {
	v2 ./calls | events | diff - <(
		cat <<-'END'
			"runnable":false,"file_name":"progress","mime_type":"text/x-subunit-progress;charset=utf8","file_text":"3\n","eof":true
			"runnable":false,"file_name":"progress","mime_type":"text/x-subunit-progress;charset=utf8","file_text":"push\n","eof":true
			"runnable":false,"file_name":"progress","mime_type":"text/x-subunit-progress;charset=utf8","file_text":"-1\n","eof":true
			"runnable":false,"file_name":"progress","mime_type":"text/x-subunit-progress;charset=utf8","file_text":"pop\n","eof":true
			"test_id":"a","test_status":"inprogress","runnable":true
			"test_id":"a","test_status":"success","runnable":true
			"test_id":"b","test_status":"inprogress","runnable":true
			"test_id":"b","test_status":"fail","runnable":true,"file_name":"traceback","mime_type":"text/plain;charset=utf8","file_text":"why\n]\n","eof":true
			"test_id":"c","test_status":"inprogress","runnable":true
			"test_id":"c","test_status":"fail","runnable":true,"file_name":"traceback","mime_type":"text/plain;charset=utf8","file_text":"why","eof":true
			"test_id":"d","test_status":"skip","runnable":true,"file_name":"reason","mime_type":"text/plain;charset=utf8","file_text":"why","eof":true
		END
	)
}

@test "within a script, tests are parts of it and not runnable" {
	SUBUNIT2_TEST_ID=t/script v2 ./calls | events >got
	grep -Fx '"test_id":"t/script::a","test_status":"success","runnable":false' got
	run ! grep '"runnable":true' got
	SUBUNIT2_TEST_ID='' v2 ./calls | subunit2 ls | grep -x a
}

@test "text and packets keep their order, without flushing stdout" {
	v2 ./calls text | events | diff - <(
		cat <<-'END'
			"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"before"
			"test_id":"a","test_status":"inprogress","runnable":true
			"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"within\n"
			"test_id":"a","test_status":"success","runnable":true
			"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"after"
		END
	)
}

@test "every packet has its time" {
	v2 ./calls | subunit2 convert --to=json | grep -vc '"timestamp":"20' | grep -x 0
}

@test "check: tests and outcomes of forked tests are those of version 1" {
	same ./suite passes fails crashes hangs loops passes
	diff - <(tests_of <v2.subunit) <<-'END'
		script::Core:passes,success
		script::Core:fails,fail
		script::Core:crashes,fail
		script::Core:hangs,fail
		script::Core:loops,success
		script::Core:loops (2),fail
		script::Core:loops (3),success
		script::Core:passes (2),success
		script,fail
	END
	same ./suite passes
	[ "$(tests_of <v2.subunit)" = $'script::Core:passes,success\nscript,success' ]
}

@test "check: tests and outcomes with CK_FORK=no are those of version 1" {
	CK_FORK=no same ./suite passes fails loops passes
	[ "$(tests_of <v2.subunit | wc -l)" = 7 ]
}

@test "check: a crash with CK_FORK=no leaves its test unfinished, and the run is not good" {
	CK_FORK=no v2 subunit2 wrap -i script -- ./suite passes crashes passes >v2.subunit || true
	diff - <(tests_of <v2.subunit | sort) <<-'END'
		script,fail
		script::Core:crashes,inprogress
		script::Core:passes,success
	END
	run -1 subunit2 report --to=summary v2.subunit
	CK_FORK=no subunit2 wrap -i script -- ./suite passes crashes passes >v1.subunit || true
	diff <(tests_of <v1.subunit | cut -d, -f1 | sort) <(tests_of <v2.subunit | cut -d, -f1 | sort)
}

@test "check: outcomes are right where text misleads the reader of version 1" {
	v2 subunit2 wrap -i script -- ./suite brackets exits mixes >v2.subunit || true
	diff - <(tests_of <v2.subunit) <<-'END'
		script::Core:brackets,fail
		script::Core:exits,success
		script::Core:mixes,success
		script,fail
	END
	events <v2.subunit >got
	grep -F '"file_text":"first\n]\nsuccess: Core:exits\nlast ]"' <(sed 's/suite\.c:[0-9]*: //; s,[^"]*/first,first,' got)
	# Version 1 cuts the message and loses the outcome after a line without a newline.
	subunit2 wrap -i script -- ./suite brackets exits mixes >v1.subunit || true
	tests_of <v1.subunit | grep -x 'script::Core:exits,fail'
}

@test "check: a program under run has its tests below it" {
	printf '#!/bin/sh\nexec ./suite passes\n' >t.sh
	chmod +x t.sh
	v2 subunit2 run --to=subunit t.sh | tests_of | diff - <(printf '%s\n' t.sh::Core:passes,success t.sh,success)
}

@test "cppunit: its listener for subunit works unchanged" {
	c++ -o cppunit "$fixtures/cppunit.cc" -lcppunit_subunit -lcppunit -lsubunit
	same ./cppunit
	diff - <(tests_of <v2.subunit) <<-'END'
		script::Example::passes,success
		script::Example::fails,fail
		script::Example::throws,fail
		script,fail
	END
}

@test "results that cannot be written end the program with a message" {
	run -3 --separate-stderr v2 sh -c './calls >/dev/full'
	[ "$stderr" = "libsubunit: standard output: No space left on device" ]
	run -3 --separate-stderr v2 sh -c './calls >&-'
	[ "$stderr" = "libsubunit: standard output: Bad file descriptor" ]
	run -3 --separate-stderr v2 ./calls empty
	[ "$stderr" = "libsubunit: test id: is empty" ]
}

@test "on a terminal, outcomes are text" {
	v2 on_terminal ./calls >shown
	tr -d '\r' <shown | diff - <(printf '%s\n' 'success    a' 'fail       b' why ']' '' 'fail       c' why 'skip       d' why)
}

@test "threads may report at the same time" {
	v2 ./calls threads | tests_of >got
	[ "$(grep -c ',success$' got)" = 800 ]
	[ "$(sort -u got | wc -l)" = 800 ]
}

@test "the library has the interface of version 1's, and no other names" {
	names() {
		nm -D --defined-only "$1" | awk '{ print $3 }' | sort
	}
	original=$(ldd ./calls | awk '/libsubunit.so.0/ { print $3 }')
	[ -n "$original" ]
	diff <(names "$original") <(names "$BUILD/bindings/libsubunit.so.0")
	objdump -p "$BUILD/bindings/libsubunit.so.0" | grep -E 'SONAME +libsubunit.so.0'
}

@test "it is installed in a folder of its own, with header and pkg-config file" {
	root=$BATS_TEST_TMPDIR
	make -C "$BATS_TEST_DIRNAME/.." -s install DESTDIR="$root" PREFIX=/opt/s >&2
	export PKG_CONFIG_PATH=$root/opt/s/lib/subunit2/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
	# shellcheck disable=SC2046 # words
	cc -o "$BATS_TEST_TMPDIR/installed" "$fixtures/calls.c" $(pkg-config --cflags --libs libsubunit)
	LD_LIBRARY_PATH=$root/opt/s/lib/subunit2 "$BATS_TEST_TMPDIR/installed" | subunit2 ls | grep -x a
	[ ! -e "$root/opt/s/include/subunit" ]
	run ! ls "$root"/opt/s/lib/libsubunit.*
}
