#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# JUnit's XML, read and written: its bytes, the names of its cases, and what they mean.

# shellcheck disable=SC2154 # run sets stderr

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# The class and the name of each case of FILE, written again.
names() { # FILE
	subunit2 convert -o again.subunit "$1"
	subunit2 convert --to=junit again.subunit | case_names
}

# "CLASS | NAME" of each case on standard input; - for a case without a class.
case_names() {
	/usr/bin/python3 -c '
import sys, xml.etree.ElementTree as tree
for case in tree.parse(sys.stdin).iter("testcase"):
    print(case.get("classname", "-"), "|", case.get("name"))'
}

# "ID,STATUS" of each test.
statuses() {
	subunit2 convert --to=csv "$@" | sed 1d | cut -d, -f1,2
}

@test "a byte or a reference that XML does not allow costs nothing else" {
	for text in '\0010' '\0351' '\0000' '\0357\0277\0276' '&#27;' '&#x1;' '&#xD800;' '&#x110000;' '&#0;' '\0303'; do
		printf '<testsuite name="n"><testcase classname="n.T" name="a"><failure message="m%b">t%b got</failure></testcase>' "$text" "$text" >x.xml
		printf '<testcase classname="n.T" name="b"><system-out>%b</system-out></testcase></testsuite>\n' "$text" >>x.xml
		[ "$(statuses x.xml | paste -sd' ')" = 'n.T.a,fail n.T.b,success' ] || { echo "$text"; false; }
		[ "$(subunit2 filter --with=' got' x.xml | subunit2 ls)" = n.T.a ]
	done
}

@test "a failure deeper in a case is the case's" {
	for inner in '<steps><step><failure message="got 4"/></step></steps>' \
		'<testcase name="inner"><error>got 4</error></testcase>' \
		'<testcase name="inner"/><testcase name="inner 2"><failure>got 4</failure></testcase>' \
		'<properties><property name="a"/></properties><failure>got 4</failure>'; do
		echo "<testsuite name='n'><testcase classname='T' name='a'>$inner</testcase><testcase classname='T' name='b'/></testsuite>" >x.xml
		[ "$(statuses x.xml | paste -sd' ')" = 'T.a,fail T.b,success' ] || { echo "$inner"; false; }
		[ "$(subunit2 filter --with='got 4' x.xml | subunit2 ls)" = T.a ]
	done
	# Elements in the text of a failure are text, and no results.
	echo '<testsuite name="n"><testcase classname="T" name="a"><system-out>x<failure/></system-out></testcase></testsuite>' >x.xml
	[ "$(statuses x.xml)" = T.a,success ]
}

@test "a failure counts in upper, lower and mixed case of its element" {
	local element
	for element in Failure FAILURE Error ERROR fAiLuRe; do
		echo "<testsuite name=\"s\"><testcase classname=\"T\" name=\"a\"><$element message=\"got 4\"/></testcase></testsuite>" >x.xml
		[ "$(statuses x.xml)" = T.a,fail ]
		[ "$(subunit2 filter --with='got 4' x.xml | subunit2 ls)" = T.a ]
	done
	echo '<testsuite name="s"><testcase classname="T" name="a"><Skipped/></testcase></testsuite>' >x.xml
	[ "$(statuses x.xml)" = T.a,skip ]
}

@test "such a byte becomes \\xNN, but not in CDATA and comments" {
	printf '<testsuite><!-- <![CDATA[ --><testcase name="a"><system-out>&#27;[1m\001\351 &#x26;&amp;#27; <![CDATA[&#27;]] \002]]>&#9;</system-out></testcase></testsuite>' >x.xml
	subunit2 convert -o disk:out x.xml
	printf '\\x1b[1m\\x01\\xe9 &&#27; &#27;]] \\x02\t' | cmp - out/a/stdout
}

@test "every encoding that iconv knows, by mark or by name" {
	for encoding in UTF-8 UTF-16 UTF-16LE UTF-16BE UTF-32 UTF-32LE KOI8-R windows-1251 ISO-8859-5 EUC-JP GB18030 IBM880; do
		{
			[[ $encoding == UTF* ]] || declared=" encoding='$encoding'"
			printf '<?xml version="1.0"%s?><testsuite name="s"><testcase classname="T" name="тест"/></testsuite>' "$declared"
		} | iconv -f UTF-8 -t "$encoding" >x.xml
		declared=
		[ "$(subunit2 ls x.xml)" = T.тест ] || { echo "$encoding"; false; }
		[ "$(subunit2 ls --from=junit x.xml)" = T.тест ] || { echo "$encoding"; false; }
	done
	# .NET writes UTF-16 into strings that become UTF-8.
	printf '\xef\xbb\xbf\n<?xml version="1.0" encoding="UTF-16"?><testsuite><testcase classname="T" name="é"/></testsuite>' >x.xml
	[ "$(subunit2 ls x.xml)" = T.é ]
	printf '<?xml version="1.0" encoding="US-ASCII"?><testsuite><testcase classname="T" name="\351"/></testsuite>' >x.xml
	[ "$(subunit2 ls x.xml)" = 'T.\xe9' ]
	printf '<?xml version="1.0" encoding="UNHEARD-OF"?><testsuite><testcase classname="T" name="a"/></testsuite>' >x.xml
	run -3 --separate-stderr subunit2 ls x.xml
	[ "$stderr" = 'subunit2 ls: x.xml: unknown encoding' ]
}

@test "the class ends at the last dot outside of parameters" {
	for test in adds 'total(1.5)' 'total(x y)' 'total[v1.2]' 'total[a/b]' 'adds 1.5 items' 'a/b.c' 'f(g[1.2])' 'n::m'; do
		subunit2 status "shop.Cart.$test" pass
	done | subunit2 convert --to=junit | case_names >out
	diff out - <<-'END'
		shop.Cart | adds
		shop.Cart | total(1.5)
		shop.Cart | total(x y)
		shop.Cart | total[v1.2]
		shop.Cart | total[a/b]
		shop.Cart | adds 1.5 items
		shop.Cart | a/b.c
		shop.Cart | f(g[1.2])
		shop.Cart.n | m
	END
}

@test "a test that never ended has its class, and a script's file name is whole" {
	{
		subunit2 status shop.Cart.adds start
		subunit2 status shop.Cart.adds pass
		subunit2 status shop.Cart.pays start
	} | subunit2 convert --to=junit | case_names | diff - <(printf 'shop.Cart | %s\n' adds pays)
	mkdir t
	for script in deploy.sh t/deploy.sh check.pl t/00-a.t suite.bats smoke.test; do
		printf '#!/bin/sh\nexit 1\n' >$script
		chmod +x $script
	done
	subunit2 run -q -o x.xml deploy.sh t/deploy.sh ./check.pl t/00-a.t ./suite.bats ./smoke.test || [ $? = 1 ]
	case_names <x.xml | sed 's/.* | //; s,^\./,,' | sort | paste -sd' ' >out
	[ "$(cat out)" = 'check.pl deploy.sh smoke.test suite.bats t/00-a.t t/deploy.sh' ]
}

@test "class and name come back as they were, also by way of packets" {
	cat >x.xml <<-'END'
		<testsuites><testsuite name="shop.Cart"><testcase classname="shop.Cart" name="adds two items"/>
		<testcase classname="shop.Cart" name="total 1.5 (a.b)"/><testcase classname="Math adds" name="Math adds 2"/>
		<testcase classname="same" name="same"/><testcase name="none"/><testcase classname="" name="empty"/>
		<testcase classname="a/b" name="c.d"/><testcase classname="crate::bin" name="mod::test"/></testsuite>
		<testsuite name="Sizes/Grid"><testcase classname="Sizes/Grid" name="Fits/0" status="run"/></testsuite>
		<testsuite name="t/x.sh"><testcase classname="t/x.sh" name="a::b.c"/></testsuite>
		<testsuite name="one"><testcase classname="Net" name="sends"/></testsuite>
		<testsuite name="two"><testcase classname="Net" name="sends"/></testsuite>
		<testsuite name="n"><testcase classname="test" name="of node"/><testcase classname="" name=""/></testsuite></testsuites>
	END
	case_names <x.xml | sort >expected
	names x.xml | sort | diff expected -
	# Text that is written and read again stays as it is, too.
	subunit2 convert -o y.xml x.xml
	names y.xml | sort | diff expected -
	subunit2 convert --to=junit y.xml | sed 's/ *>$/>/' | diff <(sed 's/ *>$/>/' y.xml) -
}

@test "ids do not depend on the order of the suites, and are not empty" {
	for class in '' 'classname="Net"' 'classname="a.Net"'; do
		fox="<testsuite name=\"fox\"><testcase $class name=\"sends\"/></testsuite>"
		owl="<testsuite name=\"owl\"><testcase $class name=\"sends\"><failure message=\"got 4\"/></testcase></testsuite>"
		echo "<testsuites>$fox$owl</testsuites>" >1.xml
		echo "<testsuites>$owl$fox</testsuites>" >2.xml
		diff <(statuses 1.xml | sort) <(statuses 2.xml | sort)
		[[ $(subunit2 ls --failing 1.xml) == owl.*sends ]]
		subunit2 diff 1.xml 2.xml >out
		run ! grep sends out
	done
	cat >x.xml <<-'END'
		<testsuites><testsuite name="Setup"><testcase name="" classname=""><failure message="port in use"/></testcase></testsuite>
		<testsuite><testcase name=""><failure/></testcase></testsuite>
		<testsuite name="Disk"><testcase name="" classname="Disk"><failure message="full"/></testcase></testsuite></testsuites>
	END
	[ "$(subunit2 ls --failing x.xml | paste -sd' ')" = 'Setup testcase Disk' ]
}

@test "cases of one class and name in several suites are written the same in any order" {
	local class
	suites() { # SUITE...
		echo '<testsuites>'
		printf "<testsuite name=\"%s\"><testcase $class name=\"sends\"/><testcase $class name=\"sends\"/></testsuite>" "$@"
		echo '</testsuites>'
	}
	for class in '' 'classname="Net"' 'classname="test"'; do
		suites fox owl | subunit2 convert -o 1.xml
		suites owl fox | subunit2 convert -o 2.xml
		[ "$(xmllint --xpath 'count(//testsuite[@name="fox" and @tests="2"])' 1.xml)" = 1 ]
		# Within a suite the second one has a number.
		[ "$(case_names <1.xml | sed 's/.* | //' | paste -sd,)" = 'sends,sends (2),sends,sends (2)' ]
		diff <(case_names <1.xml | sort) <(case_names <2.xml | sort)
		diff <(subunit2 ls 1.xml | sort) <(subunit2 ls 2.xml | sort)
	done
}

@test "gtest: the names that its filter takes" {
	cat >x.xml <<-'END'
		<testsuites name="AllTests"><testsuite name="Sizes/Grid"><testcase name="Fits/0" status="run" result="completed" classname="Sizes/Grid"/></testsuite>
		<testsuite name="Stack/0"><testcase name="Pushes" status="notrun" result="suppressed" classname="Stack/0"/></testsuite></testsuites>
	END
	[ "$(statuses x.xml | paste -sd' ')" = 'Sizes/Grid.Fits/0,success Stack/0.Pushes,skip' ]
}

@test "a failure beside <skipped> is expected only where the producer says so" {
	cat >x.xml <<-'END'
		<testsuite name="net"><testcase classname="net.T" name="node"><skipped type="todo" message="later"/><failure message="got 4"/></testcase>
		<testcase classname="net.T" name="after"><failure message="got 5"/><skipped type="todo" message="later"/></testcase>
		<testcase classname="net.T" name="catch2"><skipped message="TEST_CASE tagged with !mayfail"/><error message="thrown" type="TEST_CASE"/></testcase>
		<testcase classname="net.T" name="skip"><skipped type="skipped" message="no net"/></testcase>
		<testcase classname="net.T" name="both"><skipped message="slow"/><failure message="got 6"/></testcase>
		<testcase classname="net.T" name="failed" status="failed"/><testcase classname="net.T" name="run" status="run"/></testsuite>
	END
	statuses x.xml >out
	diff out - <<-'END'
		net.T.node,xfail
		net.T.after,xfail
		net.T.catch2,xfail
		net.T.skip,skip
		net.T.both,fail
		net.T.failed,fail
		net.T.run,success
	END
}

@test "earlier attempts: a test that failed and passed is flaky, and they are written again" {
	cat >x.xml <<-'END'
		<testsuite name="net"><testcase classname="net.T" name="sends"><flakyFailure message="late" type="timeout">after 5</flakyFailure><flakyError/></testcase>
		<testcase classname="net.T" name="reads"><failure message="no"/><rerunFailure message="no">again</rerunFailure><rerunFailure>and again</rerunFailure></testcase>
		<testcase classname="net.T" name="opens"/></testsuite>
	END
	[ "$(subunit2 ls --flaky x.xml)" = net.T.sends ]
	[ "$(subunit2 filter --tag=flaky x.xml | subunit2 ls)" = net.T.sends ]
	[ "$(subunit2 ls --failing x.xml)" = net.T.reads ]
	subunit2 convert -o y.xml x.xml
	subunit2 convert -o z.xml y.xml
	cmp y.xml z.xml
	xmllint --noout --schema "$BATS_TEST_DIRNAME/fixtures/formats/junit.xsd" y.xml
	for element in flakyFailure=1 flakyError=1 rerunFailure=2; do
		[ "$(xmllint --xpath "count(//testcase/${element%=*})" y.xml)" = "${element#*=}" ]
	done
	[ "$(xmllint --xpath 'string(//flakyFailure)' y.xml)" = $'timeout: late\nafter 5' ]
}

@test "suites of 1970, or without a time, add up to the time of their tests" {
	cat >1970.xml <<-'END'
		<testsuites><testsuite name="Net" timestamp="2026-03-04T05:06:07.000"><testcase classname="Net" name="Sends" time="1"/></testsuite>
		<testsuite name="Disk" timestamp="1970-01-01T01:00:00.000"><testcase classname="Disk" name="Fills" status="notrun" time="0"/></testsuite></testsuites>
	END
	cat >some.xml <<-'END'
		<testsuites><testsuite name="Net"><testcase classname="Net" name="Sends" time="1"/></testsuite>
		<testsuite name="Disk" timestamp="2026-03-04T05:06:07"><testcase classname="Disk" name="Fills" time="2"/></testsuite></testsuites>
	END
	echo '<testsuite name="A"><testcase classname="A" name="a" time="4"/></testsuite>' >none.xml
	root_time() {
		subunit2 convert --to=junit "$@" | sed -n 's/<testsuites .* time="\([^"]*\)".*/\1/p'
	}
	[ "$(root_time 1970.xml)" = 1.000 ]
	[ "$(root_time some.xml)" = 3.000 ]
	[ "$(root_time none.xml)" = 4.000 ]
	[ "$(root_time none.xml some.xml)" = 3.000 ]
	for files in 1970.xml some.xml none.xml 'none.xml some.xml' 'some.xml none.xml'; do
		# shellcheck disable=SC2086 # one word a file
		subunit2 report $files >out
		run ! grep '[0-9]h' out
	done
	# Every suite has a time.
	printf '#!/bin/sh\necho 1..1\necho ok\n' >a.t
	chmod +x a.t
	subunit2 run -q -o run.xml ./a.t
	subunit2 convert -o more.xml run.xml none.xml <(subunit2 status x pass)
	for file in run.xml more.xml; do
		[ "$(xmllint --xpath 'count(//testsuite[not(@time)])' $file)" = 0 ]
	done
}

@test "XML that is not JUnit is an error; a suite in an element that is unknown is read" {
	echo '<?xml version="1.0"?><report><unit id="a" verdict="bad"/></report>' >1.xml
	echo '<?xml version="1.0"?><testsuites><suite><title>a</title><test result="failure"><id>b</id></test></suite></testsuites>' >2.xml
	echo '<!-- x --><assemblies><test name="a"/></assemblies>' >3.xml
	echo '<testsuite><test name="a" result="fail"/></testsuite>' >4.xml
	for file in 1.xml 2.xml 3.xml 4.xml; do
		for from in '' --from=junit; do
			[[ $file$from != 3.xml ]] || continue
			run -3 --separate-stderr subunit2 convert ${from:+"$from"} --to=csv $file
			[ "$stderr" = "subunit2 convert: $file: XML, but not JUnit: it has no testcase" ]
		done
	done
	echo '<run><testsuite name="s"><group><testcase classname="s" name="a"><failure/></testcase></group></testsuite></run>' >x.xml
	[ "$(statuses x.xml)" = s.a,fail ]
	# No tests at all are none.
	echo '<testsuites><testsuite name="s" tests="0"><properties/></testsuite></testsuites>' >x.xml
	[ "$(statuses x.xml)" = '' ]
}

@test "failures and tests that a suite declares, and that do not stand in it, are a failure" {
	reason() { subunit2 convert --to=json "$1" | jq -r 'select(.test_id == "subunit.input") | .file_text'; }

	echo '<testsuites tests="5" failures="1" errors="2"><testsuite name="s" tests="5" failures="1" errors="2"><testcase classname="a" name="b"/></testsuite></testsuites>' >x.xml
	run -1 subunit2 report -q x.xml
	[ "$(reason x.xml)" = 'suite s: declares failures+errors=3, but 0 were found' ]

	# One of two; only the outermost suite says so.
	echo '<testsuites errors="2"><testsuite name="s"><testcase name="b"><error/></testcase></testsuite></testsuites>' >x.xml
	[ "$(reason x.xml)" = 'the file: declares failures+errors=2, but 1 were found' ]
	echo '<testsuite name="s" tests="5"/>' >x.xml
	run -1 subunit2 report -q x.xml
	[ "$(reason x.xml)" = 'suite s: declares tests=5, but 0 were found' ]
	[ "$(subunit2 convert --to=junit x.xml | case_names)" = 'subunit | input' ]
	printf '<testsuites><testsuite name="s" tests="2" failures="1"/><testsuite name="t"><testcase name="x"/></testsuite></testsuites>' >x.xml
	[ "$(reason x.xml)" = 'suite s: declares failures+errors=1, but 0 were found' ]
	for suite in 'name="s"' 'name="s" skipped="1"'; do
		echo "<testsuite $suite tests='3'><testcase name='a'/><testcase name='b'><skipped/></testcase></testsuite>" >x.xml
		run -1 subunit2 report -q x.xml
		[ "$(reason x.xml)" = 'suite s: declares tests=3, but 2 were found' ]
	done
	echo '<testsuites name="pytest tests"><testsuite name="mine" tests="2"/></testsuites>' >x.xml
	[ "$(reason x.xml)" = 'suite mine: declares tests=2, but 0 were found' ]
	echo '<testsuites tests="3"><testsuite name="s"><testcase name="a"/></testsuite></testsuites>' >x.xml
	[ "$(reason x.xml)" = 'the file: declares tests=3, but 1 were found' ]
}

@test "a declared failure counts however its number is written" {
	for number in 1 ' 1 ' +1 01 1.0 1,024 99999999999999999999; do
		echo "<testsuite tests='1' failures='$number'><testcase name='a'/></testsuite>" >x.xml
		run -1 subunit2 report -q x.xml
	done
	for number in 0 '' ' ' -1 x 0.0 00; do
		echo "<testsuite tests='1' failures='$number'><testcase name='a'/></testsuite>" >x.xml
		run -0 subunit2 report -q x.xml
	done
}

@test "totals that producers count in another way are no failure" {
	good() { echo "$1" >x.xml; subunit2 report -q x.xml || { echo "$1"; false; }; }
	good '<testsuite tests="5" skipped="4"><testcase name="a"/></testsuite>'
	good '<testsuite tests="1" failures="" errors="x"><testcase name="a"/></testsuite>'
	good '<testsuite tests="1"><testcase name="a"/><testcase name="b"/></testsuite>'
	good '<testsuite tests="3" disabled="1" skipped="1"><testcase name="a"/><testcase name="b"><skipped/></testcase></testsuite>'
	# The assertions of Catch2, the subtests of pytest.
	good '<testsuites><testsuite name="s" tests="5" hostname="tbd"><testcase name="a"/></testsuite></testsuites>'
	good '<testsuites name="pytest tests"><testsuite name="pytest" tests="3"><testcase name="a"/></testsuite></testsuites>'
	good '<testsuites><testsuite name="pytest" tests="3"><testcase name="a"/></testsuite></testsuites>'
	good '<testsuites name="pytest tests"><testsuite name="mine" tests="4"><testcase name="a"/></testsuite></testsuites>'
	good '<testsuites><testsuite tests="2" skipped="2"/><testsuite tests="1"><testcase name="a"/></testsuite></testsuites>'
	good '<testsuites tests="2"><testsuite tests="0"/><testsuite tests="1"><testcase name="a"/></testsuite></testsuites>'
	# Several failures of a case, a failure by status alone, mocha'"'"'s numbers.
	for text in \
		'<testsuite failures="2"><testcase name="a"><failure/><failure/></testcase></testsuite>' \
		'<testsuite failures="1" errors="1"><testcase name="a"><failure/><error/></testcase></testsuite>' \
		'<testsuite failures="1"><testcase name="a" status="failed"/></testsuite>' \
		'<testsuite errors="1"><error/></testsuite>' \
		'<testsuite name="Mocha Tests" failures="1" errors="1"><testcase name="a"><failure/></testcase></testsuite>' \
		'<testsuites name="Criterion Tests" failures="2" errors="1"><testsuite name="s" failures="2" errors="1"><testcase name="a"><failure/></testcase><testcase name="b"><error/></testcase></testsuite></testsuites>'; do
		echo "$text" >x.xml
		run -0 subunit2 ls x.xml
		[[ $output != *subunit.input* ]] || { echo "$text"; false; }
	done
}

@test "the text of a failure repeats its reason" {
	subunit2 status backup fail -m 'disk full' >stream
	subunit2 status copy skip -m 'no disk' >>stream
	subunit2 convert -o x.xml stream
	[ "$(xmllint --xpath 'string(//failure)' x.xml)" = 'disk full' ]
	[ "$(xmllint --xpath 'string(//skipped)' x.xml)" = 'no disk' ]
	# Once, however often it is read and written.
	subunit2 convert -o y.xml x.xml
	diff <(sed '/<testsuite/d' x.xml) <(sed '/<testsuite/d' y.xml)
}

@test "what pytest, GoogleTest, Catch2, CTest, Meson and Node write" {
	for producer in pytest gtest catch2 ctest meson node; do
		file=$BATS_TEST_DIRNAME/fixtures/junit/$producer.xml
		statuses "$file" | diff "${file%.xml}.csv" - || { echo "$producer"; false; }
		# Meson writes an escape as it is.
		tr -d '\033' <"$file" | case_names | sort >expected
		names "$file" | sort | diff expected - || { echo "$producer"; false; }
		run -1 subunit2 report -q "$file"
	done
}

@test "a test that CTest could not run has failed, unless it asks to be skipped" {
	case_of() { # NAME MESSAGE
		echo "<testcase name='$1' classname='$1' time='0' status='notrun'><skipped message='$2'/></testcase>"
	}
	{
		echo '<testsuite name="(empty)" tests="6" failures="0" disabled="1" skipped="5">'
		case_of missing 'Unable to find executable'
		case_of fixture 'Fixture dependency failed'
		case_of file 'Required Files Missing'
		case_of code SKIP_RETURN_CODE=77
		case_of regex SKIP_REGULAR_EXPRESSION_MATCHED
		echo '<testcase name="off" classname="off" status="disabled"/></testsuite>'
	} >x.xml
	[ "$(subunit2 convert --to=csv x.xml | sed 1d | cut -d, -f1,2 | sort | paste -sd' ')" = \
		'code,skip file,fail fixture,fail missing,fail off,skip regex,skip' ]
	# GoogleTest's disabled tests were not run either.
	echo '<testsuite name="s"><testcase name="n" classname="s" status="notrun"><skipped message="m"/></testcase></testsuite>' >y.xml
	[ "$(subunit2 convert --to=csv y.xml | sed 1d | cut -d, -f1,2)" = s.n,skip ]
}
