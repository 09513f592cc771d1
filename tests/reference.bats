#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Compares with Python's subunit: each implementation reads the packets of the other.
# Needs: subunit-1to2 subunit2junitxml

load common

events=$BATS_TEST_DIRNAME/reference/events.py
seed=20131119
count=5000

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	"$events" json $seed $count >expected.json &
	"$events" write $seed $count >python.subunit
	wait $!
	[ "$(wc -l <expected.json)" = $count ]
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	ln -s "$BATS_FILE_TMPDIR"/{expected.json,python.subunit} .
}

@test "packets of Python are read, field by field" {
	subunit2 convert --from=subunit --to=json python.subunit >read.json
	"$events" compare expected.json read.json
}

@test "Python reads our packets, field by field" {
	subunit2 convert --from=json --to=subunit expected.json >written.subunit
	"$events" read <written.subunit >python.json
	"$events" compare expected.json python.json
}

@test "both write the same bytes" {
	subunit2 convert --from=json --to=subunit expected.json >written.subunit
	cmp written.subunit python.subunit
}

@test "packets that are passed on stay the same" {
	subunit2 convert --from=subunit --to=subunit python.subunit >same.subunit
	cmp same.subunit python.subunit
}

@test "nanoseconds, which Python cannot write, survive" {
	echo '{"subunit":2,"timestamp":"2106-02-07T06:28:15.123456789Z","test_id":"t","runnable":true}' \
		>nanoseconds.json
	subunit2 convert --to=subunit nanoseconds.json >nanoseconds.subunit
	subunit2 convert --to=json nanoseconds.subunit | cmp - nanoseconds.json
}

@test "the examples in subunit2(5) are valid packets with the described contents" {
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$BATS_TEST_DIRNAME/../man/subunit2.5" |
		grep -oE '^([0-9A-F]{2} )*[0-9A-F]{2}( |$)' |
		/usr/bin/python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' \
			>examples.subunit
	subunit2 convert --from=subunit --to=json examples.subunit >examples.json
	diff - examples.json <<-'END'
		{"subunit":2,"test_id":"foo","test_status":"exists","runnable":true}
		{"subunit":2,"timestamp":"2001-12-12T12:59:59.000045000Z","test_id":"bar","test_status":"success","runnable":true}
		{"subunit":2,"runnable":false}
		{"subunit":2,"timestamp":"2001-12-12T12:59:59.000000000Z","route_code":"0","test_id":"t","test_status":"fail","test_tags":["slow"],"runnable":true,"file_name":"reason","mime_type":"text/plain","file_text":"why\n","eof":true}
	END
}

@test "Python's converters pass nothing of a stream of run through" {
	mkdir t
	echo 'echo hello; exit 0' >t/a.sh
	printf 'echo 1..1\necho ok 1 - a\n' >t/b.sh
	chmod +x t/*.sh
	subunit2 run t >run.subunit
	subunit2junitxml <run.subunit >run.xml
	[ "$(head -c 11 run.xml)" = '<testsuite ' ]
	[ "$(grep -c '<testcase ' run.xml)" -eq 3 ]
}
