#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# JUnit as Jenkins, GitLab and other consumers read it.
# Needs: xmllint python3

# shellcheck disable=SC2154 # run sets stderr

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

path() { # XPATH [FILE]
	xmllint --xpath "$1" "${2:-x.xml}"
}

@test "a script with assertions is a case of its suite, also if it passed" {
	printf '1..2\nok 1 - a\nok 2 - b\n' >good.sh
	subunit2 run -q -e cat -o x.xml good.sh
	[ "$(path 'count(//testsuite)')" = 1 ]
	[ "$(path 'string(//testsuite/@tests)')" = 3 ]
	[ "$(path 'count(//testcase[@name="good.sh" and not(*)])')" = 1 ]
	[ "$(path 'string(//testsuite/@file)')" = good.sh ]
	[ "$(path 'count(//testcase[@file="good.sh"])')" = 3 ]
	[ "$(path 'count(//testsuite[@time])')" = 1 ]
}

@test "one failing assertion is one failure, and its script says how many failed" {
	printf '1..2\nok 1 - a\nnot ok 2 - b\n' >bad.t
	subunit2 run -q -e cat -o x.xml bad.t || [ $? = 1 ]
	[ "$(path 'string(/testsuites/@failures)')" = 1 ]
	[ "$(path 'count(//failure)')" = 1 ]
	[ "$(path 'string(//testcase[@name="bad.t"]/skipped/@message)')" = '1 assertion failed' ]
	[ "$(subunit2 filter --failing x.xml | subunit2 ls --all | sort | paste -sd,)" = bad.t,bad.t.b ]
	printf '1..3\nok 1 - a\nnot ok 2 - b\n' >bad.t
	subunit2 run -q -e cat -o x.xml bad.t || [ $? = 1 ]
	[ "$(path 'string(/testsuites/@failures)')" = 2 ]
}

@test "a failure without a reason has the last line of the output as its text" {
	printf 'one\ngot 5, want 6\n' >said
	subunit2 status s fail -a stdout=said | subunit2 convert -o x.xml
	[ "$(path 'string(//failure)')" = 'got 5, want 6' ]
	subunit2 status s fail | subunit2 convert -o x.xml
	[ "$(path 'string(//failure)')" = '' ]
}

@test "the suite of tests without a script begins with the first, also if it did not end" {
	{
		subunit2 status --timestamp=2026-01-02T03:04:05Z a start
		subunit2 status --timestamp=2026-01-02T03:05:00Z b start
		subunit2 status --timestamp=2026-01-02T03:06:00Z b ok
	} >s
	subunit2 convert -o x.xml s
	[ "$(path 'string(//testsuite[@name="tests"]/@timestamp)')" = 2026-01-02T03:04:05 ]
}

@test "the names of a suite are unique" {
	for i in 1 2 3; do
		subunit2 status s start
		subunit2 status --not-runnable s::a pass
		subunit2 status --not-runnable s::a pass
		subunit2 status --not-runnable 's::a (2)' pass
		subunit2 status s pass
		subunit2 status lonely fail
	done >stream
	subunit2 convert -o x.xml stream
	for suite in 1 2 3 4; do
		path "//testsuite[$suite]/testcase/@name" | tr -s ' \n' '\n' >names
		[ "$(wc -l <names)" -ge 3 ]
		path "//testsuite[$suite]/testcase/@name" | sort | uniq -d | wc -l | grep -x 0
	done
	[ "$(path 'count(//testcase[@name="lonely (3)"])')" = 1 ]
}

@test "tests of several machines have names of their own, also when they are read" {
	mkdir t
	printf '1..1\nok 1 - a\n' >t/x.t
	printf 'exit 1\n' >t/s.sh
	subunit2 run -q -e cat t/x.t -o one.subunit
	subunit2 run -q -e sh t/s.sh -o two.subunit || [ $? = 1 ]
	cat one.subunit two.subunit >run.subunit
	subunit2 filter --add-route=linux run.subunit >linux.subunit
	subunit2 filter --add-route=mac run.subunit >mac.subunit
	cat linux.subunit mac.subunit | subunit2 convert -o x.xml
	names=$(for i in 1 2 3 4; do path "string(//testsuite[$i]/@name)"; done | paste -sd,)
	[ "$names" = 't/x.t,[mac] t/x.t,tests,[mac] tests' ]
	hosts=$(for i in 1 2 3 4; do path "string(//testsuite[$i]/@hostname)"; done | paste -sd,)
	[ "$hosts" = linux,mac,linux,mac ]
	[ "$(path 'string(//testcase[@name="[mac] t/s.sh"]/../@name)')" = '[mac] tests' ]
	[ "$(path 'string(/testsuites/@tests)')" = 6 ]
	[ "$(path 'string(//testsuite[4]/@failures)')" = 1 ]
	# GitLab drops a case of a file that has the class and the name of another.
	/usr/bin/python3 - <<-'END'
		import collections, xml.etree.ElementTree as tree
		cases = tree.parse("x.xml").iter("testcase")
		names = collections.Counter((case.get("classname"), case.get("name")) for case in cases)
		assert sorted(names.items()) == [
		    (("t/s.sh", "[mac] t/s.sh"), 1), (("t/s.sh", "t/s.sh"), 1),
		    (("t/x.t", "[mac] a"), 1), (("t/x.t", "[mac] t/x.t"), 1),
		    (("t/x.t", "a"), 1), (("t/x.t", "t/x.t"), 1)], names
	END
	subunit2 convert --to=csv x.xml | sed 1d | cut -d, -f1,2 | sort >ids
	diff ids - <<-'END'
		t/s.sh,fail
		t/s.sh.[mac] t/s.sh,fail
		t/x.t,success
		t/x.t::[mac] a,success
		t/x.t::[mac] t/x.t,success
		t/x.t::a,success
	END
	# One machine needs no mark, and a test that is repeated there has a number.
	cat linux.subunit linux.subunit | subunit2 convert -o x.xml
	run ! grep -F '[linux]' <(sed 1,2d x.xml | grep -v 's.sh')
}

@test "scripts without assertions have a suite for each machine" {
	{
		for machine in b a/0 c/a/1; do
			subunit2 status --route-code="$machine" "t${machine%%/*}" start
			subunit2 status --route-code="$machine" "t${machine%%/*}" pass
		done
		subunit2 status t pass
		subunit2 status --route-code=b --timestamp=@7 z start
		printf 'of no test\n' | subunit2 status --route-code=a/0 -a stdout=-
	} >stream
	subunit2 convert -o x.xml stream
	for i in 1 2 3 4; do
		path "concat(//testsuite[$i]/@name, ',', //testsuite[$i]/@hostname, ',',
			//testsuite[$i]/@tests, ',', //testsuite[$i]/testcase[1]/@name)"
	done >suites
	diff suites - <<-'END'
		[b] tests,b,2,tb
		[a] tests,a,1,ta
		[c/a] tests,c/a,1,tc
		tests,,1,t
	END
	[ "$(path 'string(//testsuite[@name="tests"]/system-out)')" = 'of no test' ]
	# Without a test that has no machine, the first one has the plain name.
	subunit2 filter --exclude='^t$' stream >some
	subunit2 convert -o x.xml some
	[ "$(path 'string(//testsuite[1]/@name)')" = tests ]
	[ "$(path 'string(//testsuite[1]/@hostname)')" = b ]
	[ "$(path 'count(//testsuite)')" = 3 ]
	subunit2 convert -o y.xml x.xml
	[ "$(subunit2 ls --all y.xml | sort)" = "$(subunit2 ls --all x.xml | sort)" ]
}

@test "attachments that are not text are files beside the document, replaced with it" {
	printf '\0\1\2\377' >core
	subunit2 status a/b fail -a core=core -m why >stream
	subunit2 status c pass -a core=core >>stream
	mkdir sub
	subunit2 convert -o sub/x.xml stream
	link="[[ATTACHMENT|$PWD/sub/x.xml.d/a/b/core]]"
	[ "$(path 'string(//testcase[@name="b" or @name="a/b"]/system-out)' sub/x.xml | grep -xF "$link")" = "$link" ]
	cmp core sub/x.xml.d/a/b/core
	cmp core sub/x.xml.d/c/core
	path '//system-out' sub/x.xml | grep -F 'core: application/octet-stream, 4 bytes'
	run ! grep -F '\xff' sub/x.xml
	# Again, and files of others stay.
	touch sub/x.xml.d/mine
	subunit2 filter --match=c stream | subunit2 convert -o sub/x.xml
	[ "$(cd sub && find x.xml.d -type f | sort | paste -sd' ')" = 'x.xml.d/c/core x.xml.d/c/test.json x.xml.d/mine' ]
	rm sub/x.xml.d/mine
	subunit2 status d pass | subunit2 convert -o sub/x.xml
	[ ! -e sub/x.xml.d ]
	# Nothing is written beside a pipe.
	subunit2 convert --to=junit stream | cat >y.xml
	grep -F 'core: application/octet-stream, 4 bytes' y.xml
	run ! grep -F ATTACHMENT y.xml
}

@test "a file that GitLab would refuse is reported" {
	head -c 31000000 /dev/zero | tr '\0' x >large
	subunit2 status a pass -a stdout=large >stream
	run -0 --separate-stderr subunit2 convert -o x.xml stream
	[ "$stderr" = 'subunit2 convert: x.xml: is larger than the 30 MB that GitLab reads' ]
}

@test "a consumer counts the same, finds every reason, and no name twice" {
	printf '1..3\nok 1 - a\nnot ok 2 - b\n# got: 5\n# expected: 6\nok 3 - c # SKIP no network\n' >x.t
	subunit2 run -q -e cat -o run.xml x.t || true
	subunit2 status s fail -m $'disk full\non /' | subunit2 convert -o status.xml
	for file in "$BATS_TEST_DIRNAME"/fixtures/junit/*.xml "$BATS_TEST_DIRNAME"/fixtures/formats/run.json; do
		name=${file##*/}
		subunit2 convert -o "in-${name%.*}.xml" "$file"
	done
	files=(./*.xml)
	[ "${#files[@]}" -ge 9 ]
	for file in *.xml; do
		/usr/bin/python3 - "$file" <<-'END'
			import sys
			from junitparser import JUnitXml, Failure, Error, Skipped
			document = JUnitXml.fromfile(sys.argv[1])
			total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
			for suite in document:
			    counts = dict.fromkeys(total, 0)
			    assert suite.time is not None, suite.name
			    names = set()
			    for case in suite:
			        assert (case.classname, case.name) not in names, case.name
			        names.add((case.classname, case.name))
			        counts["tests"] += 1
			        for result in case.result:
			            kind = {Failure: "failures", Error: "errors", Skipped: "skipped"}.get(type(result))
			            if kind is None:
			                continue
			            counts[kind] += 1
			            if result.message:
			                first = result.message.splitlines()[0]
			                assert first in (result.text or "") or result.type == "assertions", (first, result.text)
			    for kind, number in counts.items():
			        assert getattr(suite, kind) == number, (suite.name, kind)
			        total[kind] += number
			for kind in ("tests", "failures", "errors"):
			    assert getattr(document, kind) == total[kind], kind
		END
	done
}
