#!/usr/bin/env bats
# Version 1 of the protocol, in and out, beside Python's reader and writer.
# Needs: subunit-1to2 testr

# shellcheck disable=SC2154 # run sets stderr

load common

fixtures=$BATS_TEST_DIRNAME/fixtures/formats
tests=$BATS_TEST_DIRNAME/reference/tests.py

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# What a version 1 stream on stdin holds: "STATUS ID", a line a test.
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
	subunit2 convert --from=subunit1 --to=json in >out
	[ "$(cat out)" = '{"subunit":2,"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"success: a\ntime: soon\nprogress: far\nerror: x.c:3: no\ntest\n"}' ]
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
