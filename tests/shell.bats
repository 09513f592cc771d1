#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shell/subunit2.sh under every shell, and the bats formatter.
# Needs: busybox ksh

setup() {
	load common
	cd "$BATS_TEST_TMPDIR" || return
	library=$BATS_TEST_DIRNAME/../shell/subunit2.sh
	formatter=$BATS_TEST_DIRNAME/../shell/bats-format-subunit
	unset SUBUNIT2_OUTPUT SUBUNIT2_TEST_ID
	echo details >details
}

# Prints the events of a stream as JSON, without times.
events() {
	subunit2 convert --to=json | sed -E 's/^\{"subunit":2,//; s/"timestamp":"[^"]*",?//; s/\}$//; s/"mime_type":"[^"]*",//'
}

# Makes ./lossy, the program without a filter that works.
make_lossy() {
	printf '%s\n' '#!/bin/sh' '[ "$1" != filter ] || exit 3' 'exec subunit2 "$@"' >lossy
	chmod +x lossy
}

steps() {
	cat <<-'END'
		. "$1"
		good() { echo fine; }
		bad() { echo first; false; echo last; return 3; }
		subunit2_test one good
		subunit2_test two bad || echo "two: $?"
		subunit2_test three sh -c 'exit 77'
		subunit2_xfail four false
		subunit2_xfail five good || echo "five: $?"
		subunit2_skip six why
		subunit_start_test seven
		subunit_pass_test seven
		subunit_fail_test eight <details
		subunit_error_test nine <details
		subunit_skip_test ten <details
		echo end
	END
}

expected() { # OUTPUT-OF-TWO STATUS-OF-TWO
	cat <<-END
		"test_id":"one","test_status":"inprogress","runnable":true
		"test_id":"one","test_status":"success","runnable":true,"file_name":"output","file_text":"fine\\n","eof":true
		"test_id":"two","test_status":"inprogress","runnable":true
		"test_id":"two","runnable":true,"file_name":"output","file_text":"$1","eof":true
		"test_id":"two","test_status":"fail","runnable":true,"file_name":"reason","file_text":"exit status $2","eof":true
		"runnable":false,"file_name":"stdout","file_text":"two: $2\\n"
		"test_id":"three","test_status":"inprogress","runnable":true
		"test_id":"three","test_status":"skip","runnable":true,"file_name":"reason","file_text":"exit status 77","eof":true
		"test_id":"four","test_status":"inprogress","runnable":true
		"test_id":"four","test_status":"xfail","runnable":true
		"test_id":"five","test_status":"inprogress","runnable":true
		"test_id":"five","test_status":"uxsuccess","runnable":true,"file_name":"output","file_text":"fine\\n","eof":true
		"runnable":false,"file_name":"stdout","file_text":"five: 1\\n"
		"test_id":"six","test_status":"skip","runnable":true,"file_name":"reason","file_text":"why","eof":true
		"test_id":"seven","test_status":"inprogress","runnable":true
		"test_id":"seven","test_status":"success","runnable":true
		"test_id":"eight","test_status":"fail","runnable":true,"file_name":"traceback","file_text":"details\\n","eof":true
		"test_id":"nine","test_status":"fail","runnable":true,"file_name":"traceback","file_text":"details\\n","eof":true
		"test_id":"ten","test_status":"skip","runnable":true,"file_name":"traceback","file_text":"details\\n","eof":true
		"runnable":false,"file_name":"stdout","file_text":"end\\n"
	END
}

@test "every function reports the same in dash, bash, busybox and ksh" {
	steps >script
	for shell in dash bash 'busybox sh' ksh; do
		$shell script "$library" >out </dev/null
		events <out | diff <(expected 'first\nlast\n' 3) - || { echo "in $shell"; false; }
	done
}

@test "with set -eu, a step ends at its first failure" {
	{ echo 'set -eu'; steps; } >script
	for shell in dash bash 'busybox sh'; do
		$shell script "$library" >out </dev/null
		events <out | diff <(expected 'first\n' 1) - || { echo "in $shell"; false; }
	done
}

@test "a name may begin with a dash" {
	cat >dash.sh <<-'END'
		. "$1"
		subunit2_test -a true
		subunit2_test --b false
		subunit2_xfail -c false
		subunit2_skip -d why
		subunit_start_test -e
		subunit_pass_test -e
		subunit_fail_test -f </dev/null
	END
	subunit2 wrap -i x --to=subunit -- sh dash.sh "$library" >out || :
	[ "$(subunit2 ls --all out | paste -sd' ')" = 'x::-a x::--b x::-c x::-d -e -f x' ]
	[ "$(subunit2 ls --all --failing out | paste -sd' ')" = 'x::--b -f x' ]
}

@test "a report shows why a step failed or was skipped" {
	cat >script <<-'END'
		. "$1"
		subunit2_test one sh -c 'echo begins; echo "a.c:3: no memory"; exit 3'
		subunit2_test two sh -c 'echo no network; exit 77'
	END
	dash script "$library" >out
	run -1 subunit2 report out
	[[ $output == *$'failed:\n  one  # exit status 3; a.c:3: no memory\n'* ]]
	[[ $output =~ 'skip  two  '[0-9.]+'s  # no network; exit status 77' ]]
	run -1 subunit2 report --to=github out
	[[ $output == *'file=a.c,line=3'* ]]
}

@test "an expected failure needs a command that runs" {
	touch plain
	printf '%s\n' '. "$1"' 'subunit2_xfail one ./nothing || echo "one: $?"' \
		'subunit2_xfail two ./plain || echo "two: $?"' >script
	for shell in dash bash 'busybox sh' ksh; do
		$shell script "$library" >out </dev/null
		subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 | diff - <(printf '%s,fail\n' one two)
		subunit2 convert --to=json out | grep -oE '(one|two): [0-9]+' | diff - <(printf '%s\n' 'one: 127' 'two: 126')
		subunit2 report out | grep -A 9 '^failed:' | grep -E '^  one  # exit status 127; .*nothing'
	done
}

@test "a step without a temporary file for its output fails, with a reason" {
	printf '%s\n' '. "$1"' 'subunit2_test one touch ran' 'echo "one: $?"' \
		'subunit2_xfail two false' 'echo "two: $?"' >script
	for shell in dash bash 'busybox sh' ksh; do
		TMPDIR=$PWD/missing $shell script "$library" >out 2>messages </dev/null
		events <out | diff - <(
			cat <<-'END'
				"test_id":"one","test_status":"inprogress","runnable":true
				"test_id":"one","test_status":"fail","runnable":true,"file_name":"reason","file_text":"cannot make a temporary file for the output","eof":true
				"runnable":false,"file_name":"stdout","file_text":"one: 1\n"
				"test_id":"two","test_status":"inprogress","runnable":true
				"test_id":"two","test_status":"fail","runnable":true,"file_name":"reason","file_text":"cannot make a temporary file for the output","eof":true
				"runnable":false,"file_name":"stdout","file_text":"two: 1\n"
			END
		)
		[ ! -e ran ]
	done
}

@test "a step whose name is no id, or without a command, fails" {
	printf '%s\n' '. "$1"' 'subunit2_test good true' 'subunit2_test "-x works" false' \
		'subunit2_xfail --help true' 'subunit2_skip -h' 'echo x | subunit_fail_test -q' \
		'subunit2_test empty' 'subunit2_xfail nothing' >script
	printf '%s\n' '. "$1"' 'subunit2_test good true' 'subunit2_test "" false || :' >nameless
	printf '%s\n' '. "$1"' 'subunit2_test good true' "subunit2_test 'caf"$'\xe9'"' false || :" >latin
	for shell in dash bash 'busybox sh' ksh; do
		$shell script "$library" >out </dev/null || [ $? = 2 ]
		subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 | diff - <(printf '%s\n' good,success \
			'-x works,fail' --help,uxsuccess -h,skip -q,fail empty,fail nothing,fail)
		for script in nameless latin; do
			$shell $script "$library" >out 2>messages
			[ "$(subunit2 ls --failing --all out)" = subunit2.sh ]
			run -1 subunit2 wrap -q -o out.subunit -i w -- sh -c "$shell $script $library"
			[ "$(subunit2 ls --failing --all out.subunit)" = $'w::subunit2.sh\nw' ]
		done
	done
}

@test "functions and variables of the script do not change what a step reports" {
	printf '%s\n' 'wait() { return 0; }' 'rm() { return 0; }' 'mktemp() { return 0; }' 'printf() { :; }' \
		'cat() { :; }' '. "$1"' 'IFS=0123456789' 'nest() { subunit2_test two false; }' \
		'suite() { subunit2_test nest nest; return 0; }' 'subunit2_test one false' \
		'subunit2_test suite suite' 'exit 0' >script
	for shell in dash bash 'busybox sh' ksh; do
		$shell script "$library" >out
		[ "$(subunit2 ls --failing out | paste -sd' ')" = 'one two nest' ]
		subunit2 wrap -q -o out.subunit -i w -- sh -c "$shell script $library" || true
		[ "$(subunit2 ls --all --failing out.subunit | paste -sd' ')" = 'w::one w::two w::nest w' ]
	done
}

@test "a step within a step is in the stream, also without wrap" {
	printf '%s\n' '. "$1"' 'suite() { subunit2_test inner false; subunit2_test last true; }' \
		'subunit2_test outer suite' 'exit 0' >script
	for shell in dash bash 'busybox sh' ksh; do
		$shell script "$library" >out
		[ "$(subunit2 ls --failing out)" = inner ]
		[ "$(subunit2 ls out | wc -l)" = 3 ]
		subunit2 wrap -q -o out.subunit -i w -- sh -c "$shell script $library" || true
		[ "$(subunit2 ls --all --failing out.subunit)" = $'w::inner\nw' ]
	done
	on_terminal dash script "$library" >out
	grep -q '^.* fail inner' out
}

@test "a step of a child script is in the stream, also without wrap" {
	printf '%s\n' '. "$1"' 'subunit2_test leaf false' 'exit 0' >child
	printf '%s\n' '. "$1"' 'subunit2_test outer $shell child "$1"' >script
	printf '%s\n' '. "$1"' 'subunit2_test outer subunit2 wrap -i w -- $shell child "$1"' 'exit 0' >wrapping
	printf '%s\n' '. "$1"' 'redirected() { unset SUBUNIT2_OUTPUT; $shell child "$1" >elsewhere; }' \
		'subunit2_test outer redirected "$1"' >redirecting
	for shell in dash bash 'busybox sh' ksh; do
		export shell
		$shell script "$library" >out
		[ "$(subunit2 ls --failing out)" = leaf ]
		$shell wrapping "$library" >out
		[ "$(subunit2 ls --failing out)" = outer ]
		subunit2 wrap -q -o out.subunit -i w -- sh -c "$shell redirecting $library"
		[ "$(subunit2 ls --all --failing elsewhere)" = w::leaf ]
	done
}

@test "if the events of its steps cannot be written, a step fails, also one expected to" {
	make_lossy
	printf '%s\n' '. "$1"' 'suite() { subunit2_test inner false; }' 'subunit2_test one suite' \
		'echo "one: $?"' 'subunit2_xfail two suite' 'echo "two: $?"' >script
	for shell in dash bash 'busybox sh' ksh; do
		SUBUNIT2=./lossy $shell script "$library" >out
		events <out | grep -v inprogress | diff - <(
			cat <<-'END'
				"test_id":"one","test_status":"fail","runnable":true,"file_name":"reason","file_text":"the events of its steps cannot be written","eof":true
				"runnable":false,"file_name":"stdout","file_text":"one: 1\n"
				"test_id":"two","test_status":"fail","runnable":true,"file_name":"reason","file_text":"the events of its steps cannot be written","eof":true
				"runnable":false,"file_name":"stdout","file_text":"two: 1\n"
			END
		)
	done
}

@test "a relative TMPDIR holds for a step that changes its directory" {
	printf '%s\n' '. "$1"' 'away() { mkdir -p away && cd away && subunit2_test inner false; return 0; }' \
		'subunit2_test outer away' >script
	for shell in dash bash 'busybox sh' ksh; do
		TMPDIR=. $shell script "$library" >out
		[ "$(subunit2 ls --failing out)" = inner ]
	done
}

@test "temporary files of a step are in a private folder, which is removed" {
	mkdir tmp
	printf '%s\n' '. "$1"' 'suite() { ls -l tmp >listing; subunit2_test inner true; }' \
		'subunit2_test one suite' 'subunit2_test "" true' 'subunit2_test two sh -c "echo x; exit 77"' \
		'subunit2_xfail three suite' 'subunit2_xfail four false' 'subunit2_xfail five nothing' >script
	make_lossy
	for shell in dash bash 'busybox sh' ksh; do
		for program in subunit2 ./lossy; do
			SUBUNIT2=$program TMPDIR=tmp $shell script "$library" >out 2>&1 || :
			sed 1d listing | cut -c 1-10 | diff - <(echo drwx------)
			[ -z "$(ls -A tmp)" ]
		done
	done
}

@test "under wrap, steps are below the test, even if standard output is redirected" {
	printf '%s\n' '. "$1"' 'subunit2_test one true >elsewhere' >script
	subunit2 wrap -i m -- dash script "$library" >out
	[ "$(subunit2 ls --all out | sort)" = $'m\nm::one' ]
	[ ! -s elsewhere ]
}

@test "on a terminal, steps are readable text" {
	printf '%s\n' '. "$1"' 'subunit2_test one true' >script
	on_terminal dash script "$library" >out
	grep -q 'one' out
	run ! grep -q $'\xb3' out
}

@test "the bats formatter: each @test is a runnable test, with skip reasons and failure text" {
	# Not a here-document: bats would take its lines for tests of this file.
	printf '@%s\n' 'test "one in 2ms" { true; }' 'test "two" { echo said; false; }' \
		'test "three" { skip "why not"; }' 'test "four" { skip; }' >a.bats
	bats --formatter "$formatter" a.bats >out || true
	events <out >got
	grep -q '"test_id":"a.bats::one in 2ms","test_status":"success","runnable":true' got
	grep -q '"test_id":"a.bats::two","test_status":"fail"' got
	grep '"test_id":"a.bats::two"' got | grep -q 'failed\\nsaid'
	grep -q '"test_id":"a.bats::three","test_status":"skip".*"file_text":"why not"' got
	grep -q '"test_id":"a.bats::four","test_status":"skip"' got
	[ "$(grep -c inprogress got)" = 4 ]
	bats --timing --formatter "$formatter" a.bats >out || true
	[ "$(events <out | grep -c success)" = 1 ]
}

@test "the bats formatter: setup_file and teardown_file that fail have names of their own" {
	# Not at the beginning of a line here: bats looks for tests there.
	printf 'setup_file() { false; }\n@%s "one" { true; }\n' test >up.bats
	printf 'teardown_file() { false; }\n@%s "two" { true; }\n@%s "three" { true; }\n' test test >down.bats
	bats --formatter "$formatter" up.bats down.bats >out || true
	subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 >tests
	diff tests - <<-'END'
		up.bats::setup_file,fail
		down.bats::two,success
		down.bats::three,success
		down.bats::teardown_file,fail
	END
}

@test "the bats formatter: if bats ends before its last test, the stream is not good" {
	{ printf '%s\n' 1..2 'suite a.bats' 'begin 1 one' 'ok 1 one'; } | "$formatter" >out
	run -1 subunit2 report -q out
	subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 |
		diff - <(printf '%s\n' a.bats::one,success subunit.input,fail)
	{ printf '%s\n' 1..2 'suite -a.bats' 'begin 1 one' 'ok 1 one' 'begin 2 two' 'not ok 2 two'; } |
		"$formatter" >out
	subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 |
		diff - <(printf '%s\n' -a.bats::one,success -a.bats::two,fail)
	: | "$formatter" >out
	run -1 subunit2 report -q out
}

@test "the bats formatter: the plan is the first line 1..N, and what a test prints is text" {
	printf '@%s\n' 'test "one" { echo 1..9 >&3; }' 'test "two" { printf "%s\n" "1..3 a" 1.. >&3; }' >a.bats
	bats --formatter "$formatter" a.bats >out 2>messages
	[ ! -s messages ]
	subunit2 convert --to=csv out | sed 1d | cut -d, -f1,2 |
		diff - <(printf '%s\n' a.bats::one,success a.bats::two,success)
	events <out | grep -o '"file_name":"stdout".*' | diff - <(
		printf '"file_name":"stdout","file_text":"%s\\n"\n' 1..9 '1..3 a\n1..'
	)
	printf '%s\n' '1..3 a' 1..2 'suite a.bats' 'begin 1 one' 'ok 1 one' | "$formatter" >out
	run -1 subunit2 report -q out
}
