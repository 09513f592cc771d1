#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Inputs and outputs of all commands: --to, -o, --append, --color, --from, .gz, and their failures.
# Needs: xmllint python3

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	{
		subunit2 status --timestamp=@1 a start
		subunit2 status --timestamp=@2 a ok
		subunit2 status --timestamp=@2 b fail -m why
	} >stream
}

@test "packets into a pipe or a file, text on a terminal" {
	subunit2 convert stream >out
	cmp out stream
	subunit2 convert stream | cmp - stream
	run -0 on_terminal subunit2 convert stream
	[[ $output = *FAIL*b* ]]
}

@test "-o writes files by their endings, or in the format that is named" {
	run -0 subunit2 convert stream -o out.json -o json:other -o tap:- -o copy.subunit
	[[ ${lines[0]} = 'TAP version 14' ]]
	cmp out.json other
	cmp copy.subunit stream
	[ "$(wc -l <out.json)" = 3 ]
	run -0 subunit2 convert stream -o out.json
	[ -z "$output" ]
	run -0 subunit2 convert stream -o out.json --to=json
	diff out.json - <<<"$output"
	run -0 subunit2 convert stream -o json:a:b
	cmp a:b out.json
}

@test "a file is replaced; --append adds to it" {
	subunit2 convert stream -o copy.subunit
	subunit2 convert stream -o copy.subunit
	cmp copy.subunit stream
	subunit2 convert --append stream -o copy.subunit
	cat stream stream | cmp copy.subunit -
	for command in 'convert stream' 'filter stream' 'report stream' 'mux stream' 'run x.sh' 'wrap true'; do
		# shellcheck disable=SC2086
		run -${bad:=2} --separate-stderr subunit2 ${command%% *} --append ${command#* }
		[ "$stderr" = "subunit2 ${command%% *}: --append: needs -o FILE" ]
		[ "$command" != 'run x.sh' ] || bad=125
	done
}

@test "options that name no output" {
	refuses() {
		run -2 --separate-stderr subunit2 convert stream "${@:2}"
		[ -z "$output" ]
		# shellcheck disable=SC2154 # set by run
		[ "$stderr" = "subunit2 convert: $1" ] || { echo "$stderr"; false; }
	}
	refuses '--to=jsn: no such format; did you mean json?' --to=jsn
	refuses '--to=gojson: this format is only read' --to=gojson
	refuses '--to=tap: standard output has a format already' --to=json --to=tap
	refuses '--output=-: standard output has a format already' --to=json -o -
	refuses '--output=results: the ending tells no format: say it, as in json:FILE' -o results
	refuses '--output=x.json.gz: nothing is written compressed: use a pipe, as in --to=json | gzip' \
		-o x.json.gz
	refuses '--output=json:: no file is named' -o json:
	refuses '--output=: no file is named' -o ''
	refuses '--output=gojson:x: this format is only read' -o gojson:x
	refuses '--output=jnuit:v.xml: no such format; did you mean junit?' -o jnuit:v.xml
	[ ! -e jnuit:v.xml ]
	subunit2 convert -o ./jnuit:v.xml -o notes-of:v.xml stream
	[ -s jnuit:v.xml ] && [ -s notes-of:v.xml ]
	refuses '--color=blue: not auto, always or never' --color=blue
	refuses '--from=tpa: no such format; did you mean tap?' --from=tpa
	refuses '--from=text: this format is only written' --from=text
	[ ! -e results ]
}

@test "colors: the option before NO_COLOR before CLICOLOR_FORCE before the terminal" {
	colored() {
		"$@" subunit2 report "${option[@]}" stream | grep -q $'\e\\['
	}
	option=()
	run -1 colored env
	run -0 colored env CLICOLOR_FORCE=1
	run -1 colored env CLICOLOR_FORCE=0
	run -1 colored env NO_COLOR=1 CLICOLOR_FORCE=1
	option=(--color=always)
	run -0 colored env NO_COLOR=1
	option=(--color=never)
	run -1 colored env CLICOLOR_FORCE=1
	TERM=xterm on_terminal subunit2 report stream >terminal || true
	grep -q $'\e\\[' terminal
	TERM=dumb on_terminal subunit2 report stream >terminal || true
	run -1 grep -q $'\e\\[' terminal
	TERM=xterm on_terminal subunit2 run --color=never /bin/true >terminal
	grep -q $'\e\\[' terminal
	TERM=xterm on_terminal subunit2 run /bin/true >terminal
	run -1 grep -F $'\e[1;31m' terminal # nothing failed
	TERM=dumb on_terminal subunit2 run --color=never /bin/true >terminal
	run -1 grep -q $'\e\\[' terminal
}

@test "an output that cannot be opened or written is reported by name" {
	run -3 subunit2 convert stream -o nowhere/out.json
	[ "$output" = 'subunit2 convert: nowhere/out.json: No such file or directory' ]
	mkdir folder.json
	run -3 subunit2 convert stream -o folder.json
	[ "$output" = 'subunit2 convert: folder.json: Is a directory' ]
	for format in subunit subunit1 json tap text events summary; do
		run -3 subunit2 convert stream -o "$format:/dev/full"
		[ "$output" = 'subunit2 convert: /dev/full: No space left on device' ] ||
			{ echo "$format: $output"; false; }
		run -3 bash -c "subunit2 convert stream --to=$format >/dev/full"
		[ "$output" = 'subunit2 convert: standard output: No space left on device' ] ||
			{ echo "$format: $output"; false; }
	done
}

@test "an output that fails leaves the others whole" {
	run -3 subunit2 convert stream -o copy.json -o json:/dev/full -o copy.subunit
	[ "$(wc -l <copy.json)" = 3 ]
	cmp copy.subunit stream
}

@test "an output that fails leaves the others complete, to the end of the input" {
	{
		seq 0 19999 | sed 's/.*/{"subunit":2,"test_id":"t&","test_status":"success","runnable":true}/'
		echo '{"subunit":2,"test_id":"last","test_status":"fail","runnable":true}'
	} >many.json
	run -3 bash -o pipefail -c 'subunit2 report -o x.xml many.json | head -1'
	[[ ${lines[1]} == 'subunit2 report: standard output: Broken pipe' ]]
	[ "${#lines[@]}" = 2 ]
	grep -q '<testsuites tests="20001" failures="1"' x.xml
	run -3 --separate-stderr subunit2 convert -o csv:/dev/full -o b.json many.json
	[ "$stderr" = 'subunit2 convert: /dev/full: No space left on device' ]
	cmp b.json many.json
	run -3 --separate-stderr subunit2 mux -o csv:/dev/full -o b.json a=many.json
	[ "$stderr" = 'subunit2 mux: /dev/full: No space left on device' ]
	[ "$(wc -l <b.json)" = 20001 ]
}

@test "a pipe that is no longer read ends the command" {
	mkfifo pipe
	exec 8<>pipe
	exec 9>pipe 8<&-
	run -3 bash -c 'yes "text" | head -c 10000000 | subunit2 convert >&9'
	[ "$output" = 'subunit2 convert: standard output: Broken pipe' ]
}

@test "inputs: files, standard input among them, none" {
	cat stream stream >twice
	subunit2 convert stream stream | cmp - twice
	cp stream same
	subunit2 convert stream - <same >out
	cmp out twice
	subunit2 convert <twice >out
	cmp out twice
}

@test "compressed inputs, by what they hold and not by their names" {
	gzip -c stream >a
	gzip -c stream >>a
	cat stream stream >twice
	subunit2 convert a | cmp - twice
	subunit2 convert <a | cmp - twice
	mv stream plain.gz
	subunit2 convert plain.gz | cmp - plain.gz
	gzip -c </dev/null >nothing.gz
	subunit2 convert nothing.gz | cmp - /dev/null
}

@test "zeros after a compressed input are padding; other bytes are reported, and the input is read" {
	{ gzip -c stream; gzip -c stream; head -c 70000 /dev/zero; } >padded.gz
	cat stream stream >twice
	subunit2 convert padded.gz | cmp - twice
	{ gzip -c stream; echo more; } >trailed.gz
	subunit2 convert trailed.gz stream >out 2>err && false
	[ "$(subunit2 convert --to=json out | grep -c '"subunit.input"')" = 1 ]
	head -c "$(wc -c <stream)" out | cmp - stream
	tail -c "$(wc -c <stream)" out | cmp - stream
	size=$(gzip -c stream | wc -c)
	[ "$(cat err)" = "subunit2 convert: trailed.gz: the data after the compressed data is not compressed (at byte $size)" ]
	# All that comes before the damage: here, of the checksum.
	{ gzip -c stream | head -c -8; printf 'checksum'; } >changed.gz
	subunit2 convert changed.gz >out 2>err && false
	head -c "$(wc -c <stream)" out | cmp - stream
	grep -F 'changed.gz: the compressed data is damaged' err
}

@test "a compressed input that is cut or damaged: the part that was read counts, and it is reported" {
	for _ in 1 2 3 4 5 6 7 8; do cat stream stream >big && mv big stream; done
	gzip -c stream >whole.gz
	head -c "$(($(stat -c %s whole.gz) - 20))" whole.gz >cut.gz
	subunit2 convert cut.gz stream >out 2>err && false
	grep -E '^subunit2 convert: cut.gz: the compressed data ends too early \(at byte [0-9]+\)$' err
	[ "$(wc -l <err)" = 1 ]
	[ "$(subunit2 convert --to=json out | grep -c '"a"')" -gt "$(subunit2 convert --to=json stream | grep -c '"a"')" ]
	{ head -c 40 whole.gz; printf 'damage damage damage'; tail -c +61 whole.gz; } >bad.gz
	run -3 subunit2 convert -o /dev/null.json bad.gz
	run -3 bash -c 'subunit2 convert bad.gz >/dev/null'
	[[ $output = 'subunit2 convert: bad.gz: the compressed data is damaged (at byte '* ]]
}

@test "an input that cannot be read is reported, and the others are read" {
	mkdir dir
	run -3 --separate-stderr subunit2 convert --to=json nowhere dir stream
	[ "${#lines[@]}" = 5 ]
	[ "$(grep -c '"subunit.input","test_status":"fail","runnable":false' <<<"$output")" = 2 ]
	[ "$stderr" = "subunit2 convert: nowhere: No such file or directory
subunit2 convert: dir: Is a directory" ]
}

@test "no output keeps the results of before if its input cannot be read" {
	mkdir dir
	for command in convert filter report; do
		subunit2 convert -o kept.json -o kept.xml stream
		run -3 --separate-stderr subunit2 $command -o kept.json -o kept.xml nowhere dir
		[ "${stderr_lines[1]}" = "subunit2 $command: dir: Is a directory" ]
		[ "$(grep -c '"test_id":"subunit.input"' kept.json)" = 2 ]
		[ "$(wc -l <kept.json)" = 2 ]
		grep -q 'nowhere: No such file or directory' kept.xml
	done
}

@test "the format is detected, and --from names it" {
	subunit2 convert --to=json stream >json
	subunit2 convert json | cmp - stream
	subunit2 convert --from=json json | cmp - stream
	subunit2 convert --from=auto json | cmp - stream
	printf '1..1\nok 1 - x\n' >tap
	subunit2 convert --to=json tap | grep '"test_id":"tap::x","test_status":"success"'
	run -3 --separate-stderr subunit2 convert --from=subunit --to=json tap
	grep '"file_text":"1..1\\nok 1 - x\\n"' <<<"$output"
	[ "$stderr" = 'subunit2 convert: tap: nothing in it is of the format that --from names' ]
}

@test "slow input is passed on at once" {
	mkfifo in
	subunit2 convert --to=json <in >out 3>&- &
	exec 9>in
	cat stream >&9
	until [ "$(wc -l <out)" = 3 ]; do :; done
	printf 'login: ' >&9
	until grep '"file_text":"login: "' out; do :; done
	exec 9>&-
	wait
}

@test "a pipe that does not block gets all of it" {
	head -c 3000000 /dev/urandom >big
	/usr/bin/python3 - >out <<-'END'
		import os, shutil, subprocess, sys
		ours, theirs = os.pipe()
		os.set_blocking(theirs, False)
		command = subprocess.Popen(["subunit2", "status", "x", "ok", "-a", "big"], stdout=theirs)
		os.close(theirs)
		shutil.copyfileobj(open(ours, "rb"), sys.stdout.buffer)
		sys.exit(command.wait())
	END
	subunit2 convert -o disk:tests out
	cmp tests/x/big big
}

@test "a pipe that does not block gets all of any format, of ls and of diff" {
	for ((i = 1; i <= 3000; i++)); do
		echo "{\"subunit\":2,\"test_id\":\"a test with a long name $i\",\"test_status\":\"fail\"}"
	done >many.json
	/usr/bin/python3 - <<-'END'
		import array, fcntl, os, subprocess, termios
		def output(blocking, command):
		    ours, theirs = os.pipe()
		    os.set_blocking(theirs, blocking)
		    process = subprocess.Popen(["subunit2"] + command.split(), stdout=theirs)
		    os.close(theirs)
		    held = array.array("i", [0])
		    while not blocking and held[0] < 60000 and process.poll() is None:
		        fcntl.ioctl(ours, termios.FIONREAD, held)
		    data = open(ours, "rb").read()
		    return process.wait(), data
		for command in ["convert --to=" + format for format in
		                "json csv text events tap junit html subunit1".split()] + \
		               ["ls many.json", "ls --all", "diff /dev/null many.json"]:
		    if not command.endswith("many.json"):
		        command += " many.json"
		    good, broken = output(True, command), output(False, command)
		    assert good == broken, (command, good[0], broken[0], len(good[1]), len(broken[1]))
	END
}

@test "an input is not an output" {
	cp stream copy.subunit
	ln copy.subunit other.subunit
	for command in 'convert -o' 'filter -o' 'report -o' 'mux -o' 'convert --append -o'; do
		# shellcheck disable=SC2086 # several words
		run -3 --separate-stderr subunit2 $command other.subunit copy.subunit
		[ "$stderr" = "subunit2 ${command%% *}: other.subunit: is read as well: name another file" ]
		cmp copy.subunit stream
	done
	run -3 bash -c 'subunit2 convert copy.subunit >>copy.subunit'
	[ "$output" = 'subunit2 convert: standard output: is read as well: name another file' ]
	run -3 bash -c 'subunit2 convert -o copy.subunit <copy.subunit'
	cmp copy.subunit stream
}

@test "a document is not added to, and no file has two writers" {
	for format in junit tap csv html; do
		run -2 subunit2 convert --append -o "$format:x" stream
		[ "$output" = "subunit2 convert: --append: x: $format cannot be added to" ]
		run -2 subunit2 convert -o "$format:x" --append stream
		[ ! -e x ]
	done
	run -2 subunit2 convert -o json:z -o csv:z stream
	[ "$output" = 'subunit2 convert: --output=csv:z: this file is written already' ]
	[ ! -e z ]
	touch z
	run -2 subunit2 convert -o json:z -o csv:./z stream
	[ ! -s z ]
	# Standard output is one of them.
	for command in 'convert --to=json -o' 'report -o' 'filter -o - -o'; do
		run -3 --separate-stderr bash -c "subunit2 $command same.json stream >same.json"
		[ "$stderr" = "subunit2 ${command%% *}: same.json: is written as well: name another file" ]
		[ ! -s same.json ]
	done
	run -3 --separate-stderr subunit2 convert -o json:new -o csv:./new stream
	[ "$stderr" = 'subunit2 convert: ./new: is written as well: name another file' ]
	# shellcheck disable=SC2094 # nothing is written to it
	subunit2 convert -o same.json stream >same.json
	[ "$(wc -l <same.json)" = 3 ]
	subunit2 convert --to=json -o json:/dev/null -o csv:/dev/null stream >/dev/null
}

@test "an output that fails is reported once, the others are complete" {
	printf '#!/bin/sh\necho 1..1\necho ok\n' >s
	chmod +x s
	for i in 1 2 3 4 5 6; do cp s "s$i"; done
	# Nothing is written before the reader is gone.
	mkfifo reader
	run -3 bash -c '{ exec 4>reader; until [ -e closed ]; do sleep 0.02; done
			exec subunit2 run -j 2 --to=json -o all.subunit ./s? 2>&1 >&4 4>&-; } &
		exec 5<reader 5<&-
		touch closed
		wait $!'
	[ "$output" = 'subunit2 run: standard output: Broken pipe' ]
	GITHUB_STEP_SUMMARY=/nowhere/x run -3 --separate-stderr subunit2 report --to=github stream
	[ "$stderr" = 'subunit2 report: /nowhere/x: No such file or directory' ]
	limits_files
	run -3 bash -c 'ulimit -f 0; subunit2 convert -o x.xml stream'
	[ "$output" = 'subunit2 convert: x.xml: File too large' ]
}

@test "a file that could only be written in part is reported, also in a folder and a temporary one" {
	awk 'BEGIN {
		for (i = 1; i <= 3000; i++) {
			printf "{\"subunit\":2,\"test_id\":\"%d\",\"test_status\":\"fail\",", i
			printf "\"file_name\":\"traceback\",\"file_text\":\"%0100d\\n\",\"runnable\":false}\n", i
		}
	}' >failures.json
	limits_files
	head -c 300000 /dev/zero | tr '\0' x >big
	subunit2 status a ok -a big >attached
	limited() { # BLOCKS COMMAND...
		run -3 --separate-stderr bash -c 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"' limited "$@"
	}
	limited 100 subunit2 convert -o disk:tests attached
	[ "$stderr" = 'subunit2 convert: tests: File too large' ]
	limited 100 subunit2 convert -o disk:output big
	[ "$stderr" = 'subunit2 convert: output: File too large' ]
	GITHUB_STEP_SUMMARY=summary limited 4 subunit2 report --to=github failures.json
	[ "$stderr" = 'subunit2 report: summary: File too large' ]
	for format in subunit subunit1 json tap junit csv html text events; do
		for blocks in 1 20; do
			limited "$blocks" subunit2 convert -o "$format:out" attached failures.json
			[[ $stderr = 'subunit2 convert: '@(out|'temporary file')': File too large' ]] ||
				{ echo "$format: $stderr"; false; }
		done
	done
}

@test "junit and tap: scripts that are open cost little, and no descriptor each" {
	awk 'BEGIN {
		for (i = 1; i <= 20000; i++) {
			printf "{\"subunit\":2,\"test_id\":\"t/%d.sh\",", i
			print "\"test_status\":\"inprogress\",\"runnable\":true}"
		}
	}' >open.json
	yes 'what it said' | head -c 299000 >said
	for ((i = 1; i <= 60; i++)); do
		subunit2 status "t/$i.sh" start -a stdout=said
	done >talkative
	for format in junit tap; do
		kilobytes=$(peak subunit2 convert -o "$format:open.$format" open.json)
		echo "$format: $kilobytes kB"
		[ "$kilobytes" -lt 30000 ]
		bash -c 'ulimit -n 20; exec subunit2 convert --to="$1" talkative >"said.$1"' limited "$format"
	done
	[ "$(xmllint --xpath 'count(//testsuite/testcase/error)' open.junit)" = 20000 ]
	[ "$(grep -c '^not ok ' open.tap)" = 20000 ]
	[ "$(xmllint --xpath 'string-length(//testcase[@name="t/60.sh"]/system-out)' said.junit)" = 299000 ]
	[ "$(grep -c '^      what it said$' said.tap)" = "$((60 * $(wc -l <said)))" ]
}

@test "convert has as many outputs as the hard limit of descriptors allows" {
	local outputs=()
	subunit2 status a ok >stream
	for i in {1..60}; do
		outputs+=(-o "json:out.$i")
	done
	bash -c 'ulimit -Sn 30; exec subunit2 convert "$@" stream' limited "${outputs[@]}"
	[ "$(cat out.* | grep -c '"test_id":"a"')" = 60 ]
}

@test "the large attachments of open tests are kept in one file" {
	yes 'what it said' | head -c 1500000 >said
	for ((i = 1; i <= 60; i++)); do
		subunit2 status "t/$i.sh" start -a stdout=said
	done >open
	for ((i = 60; i >= 1; i--)); do
		subunit2 status "t/$i.sh" ok
	done >>open
	bash -c 'ulimit -n 20; exec subunit2 convert -o disk:tests open'
	for ((i = 1; i <= 60; i += 13)); do
		cmp said "tests/t/$i.sh/stdout"
	done
	kilobytes=$(peak subunit2 convert -o out.xml open)
	echo "$kilobytes kB"
	[ "$kilobytes" -lt 30000 ]
}

@test "an attachment of any length takes little memory" {
	# 14,000 kB are less than the attachment has.
	yes 'ein längerer Text, der aus Zeilen besteht' | head -c 20000000 >attached
	subunit2 status a ok -a stdout=attached >long
	for format in json csv disk tap subunit1 junit html text events github; do
		kilobytes=$(peak subunit2 convert -o "$format:out.$format" long)
		echo "$format: $kilobytes kB"
		[ "$kilobytes" -lt 14000 ]
	done
	[ "$(peak subunit2 report -v long | tail -n 1)" -lt 14000 ]
	cmp out.disk/a/stdout attached
	subunit2 convert out.subunit1 -o disk:again
	cmp again/a/stdout attached
	[ "$(grep -c '^ *ein längerer Text, der aus Zeilen besteht$' out.tap)" = "$(wc -l <attached)" ]
	xmllint --huge --xpath '//system-out/text()' out.junit | head -c 20000000 | cmp - attached
	TMPDIR=$PWD/missing subunit2 convert -o subunit1:in-memory long
	cmp in-memory out.subunit1
}
