#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Many processes that write one stream: everything arrives, and nothing is torn.
# Needs: subunit-1to2

load common

statuses=2000

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Says all statuses, with 20 kB attached each and eight at a time, into what is open as 9.
eight_writers() {
	local writer writers=()
	head -c 20000 /dev/urandom >attached
	# A small shell starts twice as many a second as bash or xargs.
	for writer in {1..8}; do
		sh -ec 'i=$1; while [ "$i" -le "$2" ]; do
				subunit2 status "test $i" ok -a attached
				i=$((i + 8))
			done' sh "$writer" "$statuses" >&9 &
		writers+=($!)
	done
	for writer in "${writers[@]}"; do wait "$writer" || return; done
}

# All of them are in the file $1, and nothing else.
all_arrived() {
	subunit2 report --to=summary "$1" | grep -x "scripts: $statuses passed"
	[ "$(subunit2 ls --all "$1" | sort -u | wc -l)" = "$statuses" ]
	subunit2 convert -o disk:tests "$1"
	find tests -name attached -exec md5sum {} + | cut -d' ' -f1 | uniq -c |
		grep -x " *$statuses $(md5sum <attached | cut -d' ' -f1)"
}

@test "eight writers share a pipe" {
	mkfifo pipe
	cat pipe >out 3>&- &
	reader=$!
	exec 9>pipe
	eight_writers
	exec 9>&-
	wait $reader
	all_arrived out
}

@test "eight writers share a file" {
	exec 9>out
	eight_writers
	exec 9>&-
	all_arrived out
}

@test "eight writers share a socket" {
	export -f eight_writers
	export statuses
	/usr/bin/python3 - >out <<-'END'
		import shutil, socket, subprocess, sys
		ours, theirs = socket.socketpair()
		command = subprocess.Popen(["bash", "-c", "eight_writers 9>&1"], stdout=theirs)
		theirs.close()
		shutil.copyfileobj(ours.makefile("rb"), sys.stdout.buffer)
		sys.exit(command.wait())
	END
	all_arrived out
}

@test "text that would mislead a reader is shown as escapes" {
	local rlo=$'\u202e' separator=$'\u2028' format
	subunit2 status -m "why${rlo}x" "a${rlo}b${separator}ok 7 - c" fail >stream
	for format in text events github; do
		subunit2 convert --to="$format" stream >out
		grep -F 'a\xe2\x80\xaeb\xe2\x80\xa8ok 7' out
		[ "$(grep -c "[$rlo$separator]" out)" = 0 ]
	done
	subunit2 convert --to=tap stream >out
	grep -F "a${rlo}b\\xe2\\x80\\xa8ok 7 - c" out || grep -F "a${rlo}b\xe2\x80\xa8ok 7 - c" out
	[ "$(/usr/bin/python3 -c 'print(sum(line.lstrip().startswith(("ok", "not ok")) for line in open("out", newline="").read().splitlines()))')" = 1 ]
	[ "$(subunit2 ls stream)" = "a${rlo}b${separator}ok 7 - c" ]
	subunit2 convert --to=csv stream | grep -F "a${rlo}b${separator}ok 7"
}

@test "tap: a script is not ok if one of its assertions failed" {
	local status
	for status in success skip xfail; do
		{
			subunit2 status s start
			subunit2 status --not-runnable s::x fail
			subunit2 status s "$status"
		} >stream
		subunit2 convert --to=tap stream >out.tap
		grep -qx 'not ok 1 - s' out.tap
		run -1 subunit2 report -q out.tap
	done
	subunit2 wrap -i s --expect-fail -- printf 'not ok 1 - x\n1..1\n' >stream || [ $? = 1 ]
	subunit2 convert --to=tap stream >out.tap
	run -1 subunit2 report -q out.tap
}

@test "csv: --spreadsheet keeps ids from being formulas" {
	local id
	for id in '=1+2' +x -x @x $'\tx' x=1 "'=x"; do
		subunit2 status -- "$id" ok
	done >stream
	subunit2 convert --to=csv stream | cut -d, -f1 | tail -n +2 | paste -sd' ' >plain
	diff plain - <<<$'=1+2 +x -x @x \tx x=1 \'=x'
	subunit2 convert --spreadsheet --to=csv stream | cut -d, -f1 | tail -n +2 | paste -sd' ' >prefixed
	diff prefixed - <<<$'\'=1+2 \'+x \'-x \'@x \'\tx x=1 \'=x'
	subunit2 convert --spreadsheet -o out.csv stream
	[ "$(sed -n 2p out.csv | cut -c-5)" = "'=1+2" ]
}

@test "disk: replaces the tests that it wrote before, and nothing else" {
	subunit2 status a/b fail -m why | subunit2 convert -o disk:d
	subunit2 status gone -a 'x=/dev/null' | subunit2 convert -o disk:d --append
	echo mine >d/a/mine
	mkdir d/other
	echo '{"id": 1}' >d/other/test.json
	ln -s / d/root
	ln -s ../d d/a/loop
	subunit2 status a/b pass | subunit2 convert -o disk:d
	find d | LC_ALL=C sort | diff - <(printf '%s\n' d d/a d/a/b d/a/b/test.json d/a/loop d/a/mine \
		d/other d/other/test.json d/root)
	grep -q '"status": "success"' d/a/b/test.json
	subunit2 status a/b fail | subunit2 convert --append -o disk:d
	[ -e d/a/b-1/test.json ]
}
