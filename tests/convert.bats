#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 convert: one run in every format, as in fixtures/formats, and the events that
# are read from each. UPDATE=1 writes the expected files anew.
# Needs: prove strace xmllint

# shellcheck disable=SC2154 # run sets stderr

load common

fixtures=$BATS_TEST_DIRNAME/fixtures/formats

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	subunit2 convert --to=subunit "$fixtures/run.json" >run.subunit
}

# Converts the run to $1 and compares it with the expected file $2.
golden() {
	subunit2 convert --color=never --to="$1" run.subunit | cat >out
	[ -z "$UPDATE" ] || cp out "$fixtures/$2"
	diff "$fixtures/$2" out
}

# Prints the events on stdin as JSON; the arguments are options of convert.
events() {
	subunit2 convert --to=json "$@"
}

@test "json, and back: the same bytes" {
	golden json run.json
	cmp "$fixtures/run.json" out
	events <run.subunit | subunit2 convert --from=json --to=subunit >back
	cmp run.subunit back
}

@test "events" {
	golden events run.events
}

@test "text" {
	golden text run.txt
}

@test "summary" {
	golden summary run.summary
}

@test "csv" {
	golden csv run.csv
	[ "$(grep -c $'\r$' out)" = "$(wc -l <out)" ]
	/usr/bin/python3 -c '
import csv, sys
rows = list(csv.reader(open("out", newline="", encoding="utf-8"), strict=True))
assert rows[0] == ["test", "status", "start", "stop"], rows[0]
assert all(len(row) == 4 for row in rows)
assert ["never, \"run\"", "exists", "", ""] in rows'
}

@test "tap: a subtest for each script, valid YAML, numbers in order" {
	golden tap run.tap
	[ "$(grep -c '^ok\|^not ok' out)" = 5 ]
	[ "$(tail -n 1 out)" = 1..5 ]
	/usr/bin/python3 - <<-'END'
		import re, yaml
		text = open("out", encoding="utf-8").read()
		blocks = re.findall(r"^( *)---\n(.*?)^\1\.\.\.\n", text, re.S | re.M)
		assert len(blocks) > 5
		read = [yaml.safe_load(block) for _, block in blocks]
		assert any(block.get("files", {}).get("reason") == "exit status 1\n" for block in read)
	END
}

@test "tap: any file name, and no duplicate key" {
	for name in message tags duration_ms files plain; do
		subunit2 status a -a "$name=$fixtures/run.summary"
	done >named
	subunit2 status -t one a uxsuccess >>named
	subunit2 convert --to=tap named >out
	/usr/bin/python3 - "$fixtures/run.summary" <<-'END'
		import re, sys, yaml
		class Strict(yaml.SafeLoader):
		    def construct_mapping(self, node, deep=False):
		        keys = [key.value for key, value in node.value]
		        assert len(keys) == len(set(keys)), keys
		        return super().construct_mapping(node, deep)
		block = re.search(r"^  ---\n(.*?)^  \.\.\.\n", open("out").read(), re.S | re.M).group(1)
		read, text = yaml.load(block, Strict), open(sys.argv[1]).read()
		assert read["message"] == "unexpected success" and read["tags"] == ["one"], read
		assert isinstance(read["duration_ms"], float), read
		assert read["files"] == dict.fromkeys("message tags duration_ms files plain".split(), text), read
	END
}

@test "tap: prove passes if the run was good" {
	events <run.subunit | grep -v 't/b\|uxsuccess\|hung' >good.json
	# Debian's prove knows no version 14.
	subunit2 convert --to=tap good.json | sed 1d >good.tap
	prove -Q --exec cat good.tap
	subunit2 convert --to=tap run.subunit | sed 1d >bad.tap
	run -1 prove -Q --exec cat bad.tap
	# A stream without a test is not good.
	subunit2 status a exists | subunit2 convert --to=tap >none.tap
	[ "$(cat none.tap)" = $'TAP version 14\n# listed: a\n# no test' ]
	sed 1d none.tap >none
	run -1 prove -Q --exec cat none
	run -1 subunit2 report none.tap
}

@test "subunit1" {
	golden subunit1 run.subunit1
}

@test "junit: valid by the schema, into a file and into a pipe" {
	golden junit run.xml
	xmllint --noout --schema "$fixtures/junit.xsd" out
	subunit2 convert -o out.xml run.subunit
	sed '/^\[\[ATTACHMENT|/d; s/ *>$/>/' out.xml | diff - out
}

@test "github: commands in the output of tests are disabled" {
	unset GITHUB_STEP_SUMMARY
	subunit2 convert --to=github run.subunit | sed -E 's/[0-9a-f]{32}/TOKEN/' >out
	[ -z "$UPDATE" ] || cp out "$fixtures/run.github"
	diff "$fixtures/run.github" out
	# GitHub runs the commands between ::TOKEN:: and ::stop-commands::TOKEN.
	awk '/^::stop-commands::TOKEN$/ { listening = 0; next }
		/^::TOKEN::$/ { listening = 1; next }
		listening || NR == 1' out >obeyed
	[ "$(grep -c '^::error ' obeyed)" = 4 ]
	[ "$(grep -c '^::warning ' obeyed)" = 1 ]
	run ! grep -v '^::error \|^::warning \|^::group::\|^::endgroup::$' obeyed
	run ! grep -F '##[' obeyed
}

@test "github: at most ten annotations of a kind, and a job summary" {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		echo "{\"subunit\":2,\"test_id\":\"<t$i>\",\"test_status\":\"fail\",\"runnable\":true}"
	done >failures.json
	GITHUB_STEP_SUMMARY=summary.md subunit2 convert --to=github failures.json >out
	[ "$(grep -c '^::error ' out)" = 10 ]
	[ "$(grep -c '<tr><td>FAIL</td><td><code>&lt;t' summary.md)" = 12 ]
	grep -q '^scripts: 12 failed$' summary.md
}

@test "html: text of tests is never markup, and the data is JSON" {
	subunit2 convert -o out.html run.subunit
	[ "$(grep -c '</script>' out.html)" = 2 ]
	/usr/bin/python3 - <<-'END'
		import json, re
		page = open("out.html", encoding="utf-8").read()
		data = re.search(r'id="data">\n(.*?)</script>', page, re.S).group(1)
		assert "<" not in data
		data = json.loads(data)
		tests = {test["id"]: test for test in data["tests"]}
		assert len(tests) == 11, sorted(tests)
		assert tests["t/b.t"]["route"] == "1" and tests["t/b.t"]["status"] == "fail"
		assert tests["t/b.t"]["files"][0]["text"].startswith("listening\n\x1b")
		assert tests["t/b.t"]["files"][1] == {"name": "core", "size": 7}
		assert data["output"][0]["text"].startswith("make: entering\n")
		# The totals are in the page for browsers without scripts, too.
		head = re.search("<header>.*</header>", page, re.S).group(0)
		assert re.search('<h1 id="verdict" class="bad">not good: [^<]*unfinished</h1>', head), head
		assert re.search('<p id="counts">scripts: [^<]*\ntime: [^<]*</p>(<dl id="facts".*?</dl>)?<ul id="notes"></ul>', head), head
		assert not re.search(r'(src|href)="(?!data:)', page)
	END
}

@test "html: times of the first seconds of 1970 are JSON" {
	echo '<testsuite name="s"><testcase name="a" time="0.25"/><testcase name="b" time="1.5"/><testcase name="c" time="0"/></testsuite>' >old.xml
	subunit2 convert -o old.html old.xml
	/usr/bin/python3 - <<-'END'
		import json, re
		page = open("old.html", encoding="utf-8").read()
		tests = json.loads(re.search(r'id="data">\n(.*?)</script>', page, re.S).group(1))["tests"]
		times = {test["id"]: (test["start"], test["stop"]) for test in tests}
		assert times == {"a": (0, 250), "b": (250, 1750), "c": (1750, 1750)}, times
	END
}

@test "html: a page that would be too large for a browser lists the omitted parts" {
	/usr/bin/python3 - <<-'END' >many.json
		import json
		for i in range(2750):
		    status = "fail" if i >= 2700 else "success"
		    print(json.dumps({"subunit": 2, "test_id": f"{i} " + 50000 * "x", "test_status": status,
		                      "runnable": True}, separators=(",", ":")))
	END
	subunit2 convert -o out.html many.json
	/usr/bin/python3 - <<-'END'
		import json, re
		page = open("out.html", encoding="utf-8").read()
		data = re.search(r'id="data">\n(.*?)</script>', page, re.S).group(1)
		tests = json.loads(data)["tests"]
		passed = sum(test["status"] == "success" for test in tests)
		assert passed * 50000 < 128 << 20 < (passed + 2) * 50100, passed
		assert len(tests) - passed == 50, len(tests)
		note = f"<li>Left out, since the page has room for 256 MB of tests: {2700 - passed} more</li>"
		assert note in page
		assert "scripts: 2700 passed, 50 failed" in page
	END
}

@test "disk: a folder for each test, and no name leads out of it" {
	mkdir outside out
	ln -s ../outside out/link
	for id in ../up /abs a/../../b link/x . .. '' a/b a/b; do
		printf '{"subunit":2,"test_id":"%s","test_status":"fail","runnable":true,' "$id"
		printf '"file_name":"../../../evil","file_text":"x"}\n'
	done >names.json
	subunit2 convert -o disk:out names.json
	[ -z "$(ls -A outside)" ]
	[ "$(echo *)" = "names.json out outside run.subunit" ]
	[ "$(find out -name test.json | wc -l)" = 9 ]
	[ -f out/a/b-1/test.json ]
	[ "$(find out -name .._.._.._evil -size 1c | wc -l)" = 9 ]
	grep -q '"id": "../up"' out/.._up/test.json
}

@test "disk: a repeated test gets the next number, without trying all of them" {
	awk 'BEGIN {
		for (i = 0; i < 1500; i++)
			printf "{\"subunit\":2,\"test_id\":\"t/x\",\"test_status\":\"%s\",\"runnable\":true}\n",
				(i == 1234 ? "fail" : "success")
	}' >again.json
	strace -qq -o calls -e trace=mkdirat,newfstatat subunit2 convert -o disk:out again.json
	[ "$(echo out/t/* | wc -w)" = 1500 ]
	[ -f out/t/x/test.json ] && [ -f out/t/x-1499/test.json ]
	[ "$(grep -lr '"status": "fail"' out)" = out/t/x-1234/test.json ]
	[ "$(wc -l <calls)" -lt 60000 ]
	# Files between them are no folders to go into.
	for name in y/1 y x y/2 y-1 y-1/3 x/1 y/4; do
		echo "{\"subunit\":2,\"test_id\":\"a\",\"file_name\":\"$name\",\"file_text\":\"$name\",\"runnable\":true}"
	done >nested.json
	subunit2 convert -o disk:nested nested.json
	for name in y/1 y-1 x y/2 y-1-1 y-1-2/3 x-1/1 y/4; do
		[ -f "nested/a/$name" ] || { find nested; false; }
	done
}

@test "disk: names of tests that look like numbered ones, and long names with one beginning" {
	local name
	for name in x x-1 x-3 x-7 x-15 x x x; do
		echo "{\"subunit\":2,\"test_id\":\"$name\",\"test_status\":\"success\"}"
	done >gaps.json
	awk 'BEGIN { for (gap = 31; gap < 8589934592; gap = 2 * gap + 1)
		printf "{\"subunit\":2,\"test_id\":\"x-%.0f\",\"test_status\":\"success\"}\n", gap
		print "{\"subunit\":2,\"test_id\":\"x\",\"test_status\":\"success\"}" }' >>gaps.json
	(ulimit -t 20; exec subunit2 convert -o disk:gaps gaps.json)
	[ "$(find gaps -name test.json | wc -l)" = "$(wc -l <gaps.json)" ]
	[ -d gaps/x-2 ] && [ -d gaps/x-4 ] && [ -d gaps/x-5 ] && [ -d gaps/x-6 ] && [ ! -d gaps/x-8 ]
	awk 'BEGIN { for (i = 0; i < 250; i++) long = long "n"
		for (i = 0; i < 300; i++)
			printf "{\"subunit\":2,\"test_id\":\"%s%d\",\"test_status\":\"success\"}\n", long, i }' >long.json
	strace -qq -o calls -e trace=mkdirat,newfstatat subunit2 convert -o disk:long long.json
	[ "$(wc -l <calls)" -lt 2000 ]
	[ "$(find long -name test.json | wc -l)" = 300 ]
}

@test "disk: output of no test is that of this run" {
	for text in one two; do
		printf '{"subunit":2,"file_name":"%s","file_text":"%s\\n","runnable":false}\n' stdout a out/x b out_x "$text" >x.json
		subunit2 convert --from=json -o disk:d x.json
	done
	[ "$(cat d/stdout d/out_x)" = $'a\nb\ntwo' ]
	subunit2 convert --from=json --append -o disk:d x.json
	[ "$(cat d/stdout)" = $'a\na' ]
}

@test "disk: the files that subunit2disk writes" {
	grep -v '"t/hung.sh\|stdout' "$fixtures/run.json" | subunit2 convert >run.subunit
	mkdir theirs
	subunit2disk -d theirs <run.subunit
	subunit2 convert -o disk:ours run.subunit
	diff -r theirs ours
}

@test "a disk needs a folder" {
	run -2 --separate-stderr subunit2 convert --to=disk run.subunit
	[ "$stderr" = "subunit2 convert: --to=disk: it is written to a folder: -o disk:FOLDER" ]
	[ ! -e 'standard output' ]
}

@test "several outputs in one pass are the same as single ones" {
	subunit2 convert -o a.json -o b.tap -o csv:c -o d.subunit run.subunit >stdout
	[ ! -s stdout ]
	cmp a.json "$fixtures/run.json"
	cmp b.tap "$fixtures/run.tap"
	cmp c "$fixtures/run.csv"
	cmp d.subunit run.subunit
}

@test "several inputs, one after the other, each in its own format" {
	subunit2 convert --to=json "$fixtures/run.json" run.subunit >out
	cat "$fixtures/run.json" "$fixtures/run.json" | diff - out
}

@test "an output that ends in .gz can be read" {
	gzip -k run.subunit
	subunit2 convert run.subunit.gz >out
	cmp out run.subunit
}

@test "JSON events at the end of a line are found between other text" {
	printf 'boot\r\n{"subunit":2,"test_id":"a","test_status":"fail","runnable":true}\r\n{"other":1}\r\n  {"subunit": 2,"runnable":true,"test_id":"b"}\nprompt> {"subunit":2,"runnable":true}' >console
	events --from=subunit console >out
	diff out - <<-'END'
		{"subunit":2,"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"boot\r\n"}
		{"subunit":2,"test_id":"a","test_status":"fail","runnable":true}
		{"subunit":2,"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"{\"other\":1}\r\n"}
		{"subunit":2,"test_id":"b","runnable":true}
		{"subunit":2,"runnable":false,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"prompt> "}
		{"subunit":2,"runnable":true}
	END
}

@test "a JSON event after text that ended no line counts; a part of one, or a quotation, is text" {
	event='{"subunit":2,"test_id":"b","test_status":"fail","runnable":true}'
	{ subunit2 status a pass; printf 'half%s\n' "$event"; } >mixed
	run -1 subunit2 report mixed
	[ "$(subunit2 ls --failing mixed)" = b ]
	subunit2 convert -o disk:d mixed
	printf 'half\n' | diff - d/stdout
	/usr/bin/python3 -c 'import sys, time
for byte in open("mixed", "rb").read():
    sys.stdout.buffer.write(bytes([byte]))
    sys.stdout.flush()' | subunit2 ls --failing - | grep -Fx b
	for text in "+ echo '$event'" "half${event%???}" "half{\"subunit\":2"; do
		{ subunit2 status a pass; printf '%s\n' "$text"; } >mixed
		subunit2 report mixed
		subunit2 convert -o disk:d mixed
		printf '%s\n' "$text" | diff - d/stdout
	done
	run -1 subunit2 wrap -q -i t -- printf 'half%s\n' "$event"
}

@test "JSON events between packets, without a newline between" {
	{
		cat run.subunit
		printf '{"subunit":2,"test_id":"x","runnable":true}'
		cat run.subunit
	} >mixed
	events mixed >out
	{
		cat "$fixtures/run.json"
		echo '{"subunit":2,"test_id":"x","runnable":true}'
		cat "$fixtures/run.json"
	} | diff - out
}

# Prints the reason why the JSON line $1 is damage.
damage_of() {
	printf '%s\n' "$1" >bad.json
	events --from=json bad.json | sed -n 's/.*"file_name":"Parser Error".*"file_text":"\(.*\)","eof".*/\1/p'
}

@test "a line that is not an event is damage, with the line and the reason" {
	[ "$(damage_of '{"subunit":2}')" = "line 1: runnable: missing" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"colour":1}')" = "line 1: colour: unknown member" ]
	[ "$(damage_of '{"subunit":2,"runnable":1}')" = "line 1: runnable: neither true nor false" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"test_status":"passed"}')" = "line 1: test_status: unknown status" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"timestamp":"now"}')" = "line 1: timestamp: not a time of RFC 3339" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"timestamp":"2107-01-01T00:00:00Z"}')" = "line 1: timestamp: not between 1970 and 2106" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"file_name":"a","file_base64":"x"}')" = "line 1: file_base64: not base64" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"file_name":"a"}')" = "line 1: file_name: without file_text or file_base64, or one of them without it" ]
	[ "$(damage_of '{"subunit":2,"runnable":true,"test_id":"a\u0000b"}')" = "line 1: test_id: holds a NUL" ]
	[[ $(damage_of '{"subunit":2,"runnable":true,"runnable":true}') == "line 1: "*"duplicate object key"* ]]
	[[ $(damage_of '{"subunit":2,') == "line 1: byte "* ]]
	[[ $(damage_of 'text') == "line 1: byte "* ]]
}

@test "text lines are counted in line numbers, with braces and without" {
	{
		printf 'a\n{b\n'
		seq 200
		printf 'x {y\n{"subunit":2,"test_id":"b","test_status":"passed"}\n'
	} >console
	events --from=subunit console | grep -q '"line 204: test_status: unknown status"'
}

@test "damage loses no byte, and the events after it are read" {
	printf '{"subunit":2,"nonsense\n{"subunit":2,"test_id":"b","test_status":"success","runnable":true}\n' >bad.json
	events bad.json >out
	grep -q '"file_name":"Packet data".*"file_text":"{\\"subunit\\":2,\\"nonsense\\n"' out
	grep -q '"test_id":"b"' out
	run -1 subunit2 report -q bad.json
	[[ $output == *"not good: 1 damaged in the stream"* ]]
}

@test "text around events is text if the format was detected, damage if it was given" {
	printf '{"subunit":2,"test_id":"b","test_status":"success","runnable":true}\nnoise\n' >some.json
	subunit2 report -q some.json
	run -1 subunit2 report -q --from=json some.json
}

@test "the help lists every format, and the manual explains it" {
	subunit2 convert --help | sed -nE 's/^  ([a-z0-9]+) +[r-][w-]  .*/\1/p' | sort >help
	[ "$(wc -l <help)" -ge 13 ]
	sed -nE 's/^\.It Cm ([a-z0-9]+)$/\1/p' "$BATS_TEST_DIRNAME/../man/subunit2-convert.1" | sort | diff help -
}

@test "a format that can only be written is refused for reading, and vice versa" {
	run -2 --separate-stderr subunit2 convert --from=csv run.subunit
	[ "$stderr" = "subunit2 convert: --from=csv: this format is only written" ]
	run -2 --separate-stderr subunit2 convert --to=gojson run.subunit
	[ "$stderr" = "subunit2 convert: --to=gojson: this format is only read" ]
}

@test "a file that cannot be read or written is named in the message" {
	run -3 --separate-stderr subunit2 convert --to=json missing
	[ "$stderr" = "subunit2 convert: missing: No such file or directory" ]
	run -3 --separate-stderr subunit2 convert -o none/x.json run.subunit
	[ "$stderr" = "subunit2 convert: none/x.json: No such file or directory" ]
	for format in json events text summary csv tap subunit1 junit github html subunit; do
		run -3 --separate-stderr subunit2 convert -o "$format:/dev/full" run.subunit
		[ "$stderr" = "subunit2 convert: /dev/full: No space left on device" ] ||
			{ echo "$format: $stderr"; false; }
	done
}

@test "a test that one input leaves open, and another one ends, is open in what is written" {
	subunit2 status --timestamp=@1 a start >one
	{ subunit2 status --timestamp=@2 a start; subunit2 status --timestamp=@3 a pass; } >two
	subunit2 status --timestamp=@1 a start >again
	subunit2 convert one two | cmp - <(cat one two again)
	# Once for all inputs that have it open.
	subunit2 convert one one two | cmp - <(cat one one two again)
	# Nothing is to be added if the last status in the stream is that it began.
	subunit2 convert two one | cmp - <(cat two one)
	subunit2 convert one two one | cmp - <(cat one two one)
	for files in 'one two' 'one one two' 'two one' 'one two one'; do
		# shellcheck disable=SC2086
		subunit2 convert $files >out
		run -1 subunit2 report -q out
		[ "${lines[-1]}" = 'not good: 1 unfinished' ]
	done
	# It keeps its routing code, and whether it is runnable.
	for options in --route-code=r --not-runnable; do
		subunit2 status --timestamp=@1 "$options" a start >one
		subunit2 status --timestamp=@2 "$options" a pass >two
		subunit2 convert one two | cmp - <(cat one two one)
	done
}

@test "several inputs of which none ends a test that another one left open stay as they are" {
	subunit2 status a start >one
	{ subunit2 status b start; subunit2 status b pass; } >two
	{ subunit2 status --route-code=1 a start; subunit2 status --route-code=1 a pass; subunit2 status a exists; } >three
	{ subunit2 status a start; subunit2 status a start; subunit2 status a pass; } >four
	subunit2 convert one two three | cmp - <(cat one two three)
	subunit2 convert three two four | cmp - <(cat three two four)
	# The parts of one stream are one when they are put together.
	cat one four | subunit2 convert | cmp - <(cat one four)
}
