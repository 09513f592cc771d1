#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The tools of Python's subunit and those of the same names here, side by side: both write the same,
# except for the differences that subunit2-compat(7) lists. Those are tested, too.
# Needs: xmllint subunit-1to2

# Variables are used both as test ids and as names of files.
# shellcheck disable=SC2154,SC2094 # run sets stderr

load common

compat=$BATS_TEST_DIRNAME/compat

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkdir new
	sed -nE 's/^\t\{"([a-z0-9-]+)".*/\1/p' "$BATS_TEST_DIRNAME/../src/compat/programs.c" |
		while read -r name; do
			ln -s "$BUILD/subunit2" "new/$name"
		done
	say() {
		subunit2 status --timestamp="2020-01-02T03:04:$1" "${@:2}"
	}
	{
		say 05Z a.pass inprogress
		say 06.5Z -t slow a.pass success
		say 07Z b.fail inprogress
		say 08Z -t slow b.fail fail
		say 09Z pkg.c.skip inprogress
		say 10.000045Z -m 'no reason' pkg.c.skip skip
		say 11Z d.xfail inprogress
		say 12Z d.xfail xfail
		say 13Z e.ux inprogress
		say 14Z -t quick e.ux uxsuccess
		say 15Z f.exists exists
		say 16Z g.hung inprogress
	} >all
	{ printf 'hello\n' && cat all && printf 'bye\n'; } >mixed
	{
		say 01Z --route-code=0 one inprogress
		say 02Z --route-code=1 two inprogress
		say 03Z --route-code=1 -t x two success
		say 04Z --route-code=0 one fail
		say 05Z --not-runnable 'three, "quoted"' success
	} >routes
	printf 'Traceback:\n  a line\n' >log
	printf '\0\1\2' >bin
	{
		say 01Z with.files inprogress
		say 02Z -a traceback=log with.files
		say 02Z -a bin=bin with.files
		say 03Z -m why -a stdout=log with.files fail
		say 04Z umlaut.ä inprogress
		say 05Z -a u.txt=log umlaut.ä success
	} >files
	{ say 01Z good success && say 02Z -t x other skip; } >good
	{ cat good && say 03Z broken fail | tr o x && printf '\n' && cat good; } >damaged
	: >empty
	printf 'no packet\nin \xc3\xa4 file\n' >text
	export PYTHONHASHSEED=0
}

setup() {
	new=$BATS_FILE_TMPDIR/new
	cd "$BATS_TEST_TMPDIR" || return
	ln -s "$BATS_FILE_TMPDIR"/{all,mixed,routes,files,good,damaged,empty,text} .
}

# same [DROP [NORMALIZE...]]: checks that both tools do the same for each call on stdin; see beside.py.
same() {
	"$compat/beside.py" "$new" "${1:-}" "${@:2}" && diff -a old new
}

# Converts a stream to version 1.
as_version1=(subunit2 convert --from=subunit --to=subunit1)

@test "every name is in the manual, answers --help, and refuses unknown options" {
	cd "$new"
	for name in *; do
		run -0 "./$name" --help
		[[ $output == "Usage: $name "* ]]
		grep -q "^\.It .*Nm $name\$" "$BATS_TEST_DIRNAME/../man/subunit2-compat.7" || { echo "$name"; false; }
		[ "$name" != subunit-tags ] || continue
		for cut in --h --he --hel; do
			[ "$("./$name" $cut)" = "$output" ] || [ "$name" = subunit-diff ] || { echo "$name $cut"; false; }
		done
		run -2 --separate-stderr "./$name" --no-such-option </dev/null
		[ "$stderr" = "$name: --no-such-option: unknown option" ]
	done
	[ "$(find . -type l | wc -l)" -ge 18 ]
}

@test "subunit-stats" {
	same <<-'END'
		all subunit-stats
		mixed subunit-stats
		mixed subunit-stats --no-passthrough
		text subunit-stats
		empty subunit-stats
		good subunit-stats
		routes subunit-stats
		files subunit-stats
		damaged subunit-stats
		all subunit-stats -f
		mixed subunit-stats -f --no-passthrough
		/dev/null subunit-stats mixed
		/dev/null subunit-stats --no-pass mixed
	END
}

@test "subunit-ls" {
	same <<-'END'
		all subunit-ls
		mixed subunit-ls
		mixed subunit-ls --exists --no-passthrough
		good subunit-ls
		routes subunit-ls
		all subunit-ls --times --no-passthrough
		text subunit-ls
		empty subunit-ls
		/dev/null subunit-ls files
	END
}

@test "subunit-tags: the same bytes" {
	same <<-'END'
		good subunit-tags
		good subunit-tags -x
		routes subunit-tags -x y
		all subunit-tags -slow -quick new
		files subunit-tags fresh
		empty subunit-tags a b -c
	END
	same '' "${as_version1[@]}" <<-'END'
		all subunit-tags one two -slow
		routes subunit-tags x y x -z
	END
}

@test "subunit-filter" {
	{ cat good && subunit2 status --timestamp=2020-01-02T03:04:05Z a=x success; } >equal
	# Of a test, the old tool forgets when it began, and with it how long it took.
	same '^time:|^Content-Type' "${as_version1[@]}" <<-'END'
		mixed subunit-filter
		mixed subunit-filter --no-passthrough
		mixed subunit-filter --passthrough -s
		all subunit-filter --success
		all subunit-filter -s --xfail
		all subunit-filter --xfail --no-skip
		all subunit-filter -f
		all subunit-filter --no-failure -s
		all subunit-filter -e --error --failure
		mixed subunit-filter -F
		mixed subunit-filter -F -s
		all subunit-filter -s --no-success
		all subunit-filter -s --with '^a' --with 'ski'
		all subunit-filter -s -m '[ab]\.' --without fail
		all subunit-filter -s -mpass
		equal subunit-filter -sm=x
		equal subunit-filter -s --with=x
		all subunit-filter -s --with-tag slow
		all subunit-filter -s --with-tag slow --with-tag quick
		all subunit-filter -s --without-tag slow
		files subunit-filter -s --with Traceback
		files subunit-filter -s --without 'a line'
		all subunit-filter -s --without skip --rename '^([ab])\.' 'new/\1.'
		all subunit-filter -s --without skip --rename a 'b$' --rename='b(?P<x>.)' '\g<x>'
		all subunit-filter -s --rename '(a).pass' 'x\.\-\060\1\\$1'
		all subunit-filter -s --rename 'a.(p)ass' 'x\101\g<1>\012\t'
		all subunit-filter -s --rename 'a.(?P<n>p)ass' 'x\g<n>\g<0>1\351'
		routes subunit-filter -s
		damaged subunit-filter -s --without Checksum --without parser
		text subunit-filter
		/dev/null subunit-filter --only all
	END
}

@test "subunit-2to1: the same bytes" {
	same <<-'END'
		all subunit-2to1
		mixed subunit-2to1
		routes subunit-2to1
		files subunit-2to1
		good subunit-2to1
		text subunit-2to1
		/dev/null subunit-2to1 good
	END
}

@test "subunit-1to2" {
	for run in all routes files good; do
		subunit2 convert --to=subunit1 "$run" >"$run.1"
	done
	cp "$BATS_TEST_DIRNAME/fixtures/formats/version1.subunit1" .
	sed -i '/^test: last/,$d' version1.subunit1
	same '^progress:' "${as_version1[@]}" <<-'END'
		all.1 subunit-1to2
		routes.1 subunit-1to2
		files.1 subunit-1to2
		good.1 subunit-1to2
		version1.subunit1 subunit-1to2
		/dev/null subunit-1to2 all.1
	END
}

@test "subunit2csv: the same bytes" {
	subunit2 status --timestamp=2020-01-02T03:04:05Z $'a, "b"\'c d' success >quoted
	{
		subunit2 status --timestamp=2020-01-02T03:04:05Z $'tab\tline\nend\r' success
		subunit2 status --timestamp=2020-01-02T03:04:05Z $'a\ttab' skip
	} >blanks
	same <<-'END'
		quoted subunit2csv
		blanks subunit2csv
		files subunit2csv
		empty subunit2csv
		good subunit2csv -f -o ignored
		good subunit2csv --output-to=/dev/stdout
	END
	# A failure without files ends the old tool, and an expected one too.
	subunit2 filter --status=success,skip,uxsuccess all >ended
	same <<<'ended subunit2csv --no-passthrough'
}

@test "subunit2junitxml: the same cases, outcomes and times" {
	same '' "$compat/junit.py" <<-'END'
		all subunit2junitxml
		mixed subunit2junitxml --no-passthrough
		good subunit2junitxml
		files subunit2junitxml
	END
}

@test "subunit2disk: the same folders and files" {
	for run in all files routes good; do
		mkdir old new
		subunit2disk -d old "$run"
		"$new/subunit2disk" --directory new <"$run"
		diff -r old new
		rm -r old new
	done
}

@test "subunit2pyunit" {
	# Attached files are shown as subunit2-report(1) shows them.
	same '^Ran |^  |^$|^testtools|^Traceback|^bin: |^Binary|\{\{\{|\}\}\}' <<-'END'
		2 all subunit2pyunit
		2 mixed subunit2pyunit --no-passthrough
		2 text subunit2pyunit
		2 good subunit2pyunit
		2 routes subunit2pyunit
		2 empty subunit2pyunit
	END
}

@test "tap2subunit: the same bytes" {
	printf 'TAP version 13\nhello\n1..6\nok 1 - first\n# c1\n# c2\nnot ok 2 second\n  ---\n  x: 1\n  ...\nok 3 # SKIP why\nnot ok 4 - t # TODO later\n    ok 1 - nested\nok 6 - six\n' >many
	printf '1..0 # SKIP none\n' >skipped
	printf '1..3\nok 1\nBail out! disk\nok 2\n' >bailed
	printf 'Bail out!\n' >bail
	printf '# early\nok\nnot ok   \nok foo bar  \nok 1foo\nok 12 twelve # todo\n1..15\n1..2\nokay\n' >odd
	printf 'ok 2\nok 1 - again\n not ok 3\r\nok 4 x\r\n1..4 # why\n' >order
	same <<-'END'
		many tap2subunit
		skipped tap2subunit
		bailed tap2subunit
		bail tap2subunit
		odd tap2subunit
		order tap2subunit
		empty tap2subunit
		text tap2subunit
	END
}

@test "tap2subunit: other spellings of directives, and very long comments" {
	printf 'ok 1 # skipped\nok 2 - x # Skipped: why\nnot ok 3 # todo: later\nnot ok 4 # todos\n' |
		"$new/tap2subunit" | subunit2 convert --to=csv | cut -d, -f1,2 >outcomes
	diff outcomes - <<-'END'
		test,status
		test 1,skip
		test 2 - x,skip
		test 3,xfail
		test 4 # todos,fail
	END
	printf '# c\ntext' | "$new/tap2subunit" | "$new/subunit-ls" >ids
	diff ids - <<<$'text# c'
	yes '# a comment' | head -n 200000 >comments
	{ echo ok && cat comments && printf '# \xff\n' && cat comments; } >long
	"$new/tap2subunit" long >packets
	subunit2 convert -o disk:folders packets
	[ "$(cat folders/*/tap\ comment* | wc -c)" = "$(tail -n +2 long | head -c -1 | wc -c)" ]
	iconv -f utf8 'folders/test 1/tap comment' | cmp - 'folders/test 1/tap comment'
	grep -qa $'\xff' 'folders/test 1/tap comment.bytes'
	"$new/tap2subunit" comments | "$new/subunit-ls" | cmp - comments
}

@test "subunit-notify calls notify-send" {
	printf '#!/bin/sh\nprintf "%%s\\n" "$@" >notified\n' >notify-send
	chmod +x notify-send
	PATH=$PWD:$PATH run -1 "$new/subunit-notify" --no-passthrough mixed
	[ -z "$output" ]
	diff notified - <<<$'Test run failed\nTotal tests: 6; Passed: 3; Failed: 2'
	PATH=$PWD:$PATH "$new/subunit-notify" -f <good | cmp - good
	[ "$(head -n 1 notified)" = "Test run successful" ]
	run -3 --separate-stderr env PATH=/nowhere "$new/subunit-notify" good
	[ "$stderr" = "subunit-notify: notify-send: No such file or directory" ]
}

@test "subunit-diff is diff" {
	run -0 "$new/subunit-diff" good good
	[ "$output" = "nothing changed" ]
	run -1 "$new/subunit-diff" good all
	[[ $output == "newly failing:"* ]]
}

@test "--output-to and --forward" {
	"$new/subunit-stats" --output-to=table good
	diff <(subunit-stats <good) table
	"$new/subunit2csv" -f -o csv good | cmp - good
	diff <(subunit2csv <good) csv
	# Text does not get into a result: into packets beside a file, else to standard error.
	"$new/subunit2csv" -o csv mixed >packets || [ $? = 1 ]
	[ "$("$new/subunit-ls" packets)" = $'hello\nbye' ]
	run -1 --separate-stderr "$new/subunit2csv" mixed
	[ "$stderr" = $'hello\nbye' ]
	[ "$(grep -c hello <<<"$output")" = 0 ]
	"$new/subunit2junitxml" -f good >both
	head -c "$(wc -c <good)" both | cmp - good
	tail -c +$(($(wc -c <good) + 1)) both | xmllint --noout -
	run -3 --separate-stderr "$new/subunit2csv" -o /nowhere/csv good
	[ "$stderr" = "subunit2csv: /nowhere/csv: No such file or directory" ]
	run -3 --separate-stderr "$new/subunit-stats" nowhere
	[ "$stderr" = "subunit-stats: nowhere: No such file or directory" ]
	for tool in subunit-stats subunit-ls subunit-filter subunit-2to1 subunit2csv; do
		run -3 --separate-stderr bash -c '"$0" -f <all >/dev/full || "$0" <all >/dev/full' "$new/$tool"
		[[ $stderr == *"No space left on device" ]]
	done
}

@test "an output that is an input is refused, and without an input nothing is written" {
	cp mixed same
	run -3 --separate-stderr "$new/subunit2csv" -o same same
	[ "$stderr" = "subunit2csv: same: is read as well: name another file" ]
	for tool in subunit-filter subunit-ls subunit-stats subunit2pyunit subunit-2to1; do
		run -3 --separate-stderr bash -c '"$0" same >>same' "$new/$tool"
		[ "$stderr" = "$tool: standard output: is read as well: name another file" ]
		run -3 --separate-stderr bash -c '"$0" <same >>same' "$new/$tool"
	done
	cmp same mixed
	echo kept >kept.csv
	run -3 "$new/subunit2csv" -o kept.csv nowhere
	[ "$(cat kept.csv)" = kept ]
	for tool in subunit-stats subunit2csv subunit2junitxml subunit2pyunit subunit2gtk subunit-1to2; do
		mkdir -p tmp
		TMPDIR=tmp run -3 --separate-stderr "$new/$tool" nowhere
		[ -z "$output" ]
		[ "$stderr" = "$tool: nowhere: No such file or directory" ]
		rmdir tmp
	done
	# If only some inputs can be read, their events are written, but no counts.
	run -3 --separate-stderr "$new/subunit2pyunit" nowhere good
	[[ $stderr != *"Ran "* && $stderr == *"good ... ok"* ]]
	run -3 --separate-stderr "$new/subunit-stats" nowhere good
	[ -z "$output" ]
}

@test "text and ids are shown unchanged" {
	for tool in subunit-ls subunit2pyunit subunit-filter; do
		mkfifo in
		"$new/$tool" <in >out 2>/dev/null 3>&- &
		exec 9>in
		printf 'hello\n' >&9
		until grep -a hello out; do :; done
		exec 9>&-
		wait $!
		rm in out # the next tool has to write out anew
	done
}

@test "subunit-filter keeps times, statuses and events that Python's tool drops" {
	diff <("$new/subunit-filter" --success <routes | subunit2 convert --to=json | sort) \
		<(subunit2 convert --to=json routes | sort)
	"$new/subunit-filter" --success --xfail <all | cmp - all
	printf 'b.fail\na.pass\n' >expected
	"$new/subunit-filter" --success --xfail --fixup-expected-failures=expected <all >fixed
	diff - <("$new/subunit2csv" fixed | sed -n 's/^\([ab][^,]*,[^,]*\),.*/\1/p') <<-'END'
		a.pass,success
		b.fail,xfail
	END
	[ "$(subunit2 ls -l fixed | awk '$3 == "a.pass" { print $1 }')" = uxsuccess ]
	"$new/subunit-filter" --rename '^' 'x/' --success --xfail <all | "$new/subunit-ls" >renamed || [ $? = 1 ]
	[ "$(grep -c ^x/ renamed)" = 6 ]
	run -2 --separate-stderr "$new/subunit-filter" --with '(' <all
	[ "$stderr" = "subunit-filter: --with=(: missing closing parenthesis, at offset 1" ]
	run -2 --separate-stderr "$new/subunit-filter" --rename a
	[ "$stderr" = "subunit-filter: --rename: missing argument" ]
	while read -r text reason; do
		run -2 --separate-stderr "$new/subunit-filter" --rename a "$text" <all
		[[ $stderr == "subunit-filter: --rename a: "*"$reason" ]] || { echo "$stderr"; false; }
	done <<-'END'
		\q unknown escape: backslash and a letter
		x\ ends with a backslash
		\g<1 no <group> follows
		\g<1> unknown substring
		\2 unknown substring
		\400 an octal escape above \377
		\0 a NUL in an id
	END
	run -2 --separate-stderr "$new/subunit-filter" --with
	run -2 --separate-stderr "$new/subunit-filter" --no-s
	[ "$stderr" = "subunit-filter: --no-s: unknown option" ]
	run -3 --separate-stderr "$new/subunit-filter" --fixup-expected-failures=nowhere
	[ "$stderr" = "subunit-filter: nowhere: No such file or directory" ]
}

@test "calls that end in a traceback of Python's tools succeed" {
	{ cat all && subunit2 status --timestamp=none timeless success; } >timeless
	run -1 "$new/subunit-ls" --times --exists timeless
	[[ $output == *$'b.fail 1.000\n'*$'f.exists 0.000\n'*$'timeless 0.000\n'*'g.hung 0.000' ]]
	run -1 "$new/subunit2csv" all
	[[ $output == *$'\nb.fail,failure,2020-01-02 03:04:07+00:00,2020-01-02 03:04:08+00:00\r\n'* ]]
	[[ $output == *$'\ng.hung,failure,2020-01-02 03:04:16+00:00,\r' ]]
	printf '1..0\n' | "$new/tap2subunit" | "$new/subunit-ls" | grep -qx 'file skip'
	printf 'ok 1 \xff\n\xff\nok 2' | "$new/tap2subunit" | "$new/subunit-ls" --no-passthrough >ids
	diff ids - <<<$'test 1 \\xff\ntest 2'
	printf '1..18446744073709551615\nok 99999999999\n' | timeout 60 "$new/tap2subunit" | "$new/subunit-ls" >ids || [ $? = 1 ]
	diff ids - <<<$'test 1..99999999998\ntest 99999999999\ntest 100000000000..18446744073709551614'
	run -2 --separate-stderr "$new/subunit-tags" '' <all
	[ "$stderr" = "subunit-tags: an empty argument: not a tag" ]
	run -2 --separate-stderr "$new/subunit-tags" - <all
	[ "$stderr" = "subunit-tags: -: not a tag" ]
}

@test "a test that never had a status is not a result" {
	{ subunit2 status a start && subunit2 status a pass && subunit2 status -a log=<(echo late) a; } >late
	subunit2 status -a log=<(echo alone) only >only
	for tool in subunit-stats subunit-ls subunit2csv subunit2pyunit subunit2junitxml; do
		"$new/$tool" late >out 2>&1
		[ "$(grep -c 'Failed tests: *[1-9]\|[,<]failure\|FAIL\|<skipped' out)" = 0 ] || { echo "$tool"; false; }
		"$new/$tool" only
	done
	diff <("$new/subunit-ls" late) - <<<a
	[ "$("$new/subunit2csv" late | wc -l)" = 2 ]
	[ "$("$new/subunit2junitxml" late | grep -c '<testcase')" = 1 ]
	"$new/subunit-2to1" late | tee v1 | "$new/subunit-1to2" | subunit2 report
	grep -qx late v1
	"$new/subunit-2to1" only | grep -qx alone
}

@test "subunit2gtk shows a page in the browser" {
	printf '#!/bin/sh\ncp "$1" page.html && echo "$1" >where\n' >browser
	chmod +x browser
	BROWSER=./browser TMPDIR=$PWD run -1 "$new/subunit2gtk" all
	[ -z "$output" ]
	[ "$(cat where)" != "${TMPDIR-}" ] && [ -s "$(cat where)" ]
	grep -q 'pkg.c.skip' page.html
	BROWSER=./browser TMPDIR=$PWD "$new/subunit2gtk" <good
	run -3 --separate-stderr env BROWSER=missing TMPDIR="$PWD" "$new/subunit2gtk" good
	[ "$stderr" = "subunit2gtk: missing: No such file or directory" ]
	run -3 --separate-stderr env TMPDIR=/nowhere "$new/subunit2gtk" good
}

@test "gojson2subunit: the ids, outcomes and output of Python's tool" {
	go() {
		printf '{"Time":"2020-01-02T03:04:05Z","Package":"ex/%s","Action":"%s"%s}\n' "$@"
	}
	{
		go p start ''
		go p run ',"Test":"TestA"'
		go p output ',"Test":"TestA","Output":"said\n"'
		go p run ',"Test":"TestA/sub::x"'
		go p skip ',"Test":"TestA/sub::x"'
		go p pass ',"Test":"TestA"'
		go p output ',"Output":"PASS\n"'
		go p pass ''
	} >passing
	"$new/gojson2subunit" <passing >packets
	[ "$("$new/subunit-ls" packets)" = $'ex/p.TestA/sub::x\nex/p.TestA' ]
	subunit2 convert --to=json packets | grep -q '"test_id":"ex/p.TestA","runnable":true,"file_name":"go test output".*"said\\n"'
	run ! grep -aq PASS packets
	{ cat passing && go q start '' && go q output ',"Output":"FAIL q\n"' && go q fail ''; } >failing
	run -1 "$new/gojson2subunit" failing
	"$new/gojson2subunit" failing >packets || [ $? = 1 ]
	run -1 "$new/subunit-ls" packets
	[ "${lines[2]}" = "ex/q [build]" ]
	grep -aq 'FAIL q' packets
	# What go says beside is text, and no failure; a failed build has its own id.
	{ printf 'go: downloading x\n{broken\n' && cat passing; } >noisy
	"$new/gojson2subunit" noisy >packets
	diff <("$new/subunit-ls" packets) - <<<$'go: downloading x\n{broken\nex/p.TestA/sub::x\nex/p.TestA'
	printf '{"ImportPath":"ex/q [ex/q.test]","Action":"build-%s"}\n' 'output","Output":"bad' fail >build
	"$new/gojson2subunit" build >packets || [ $? = 1 ]
	[ "$("$new/subunit-ls" packets || :)" = "go build ex/q [ex/q.test]" ]
}

@test "junitxml2subunit: files, and the files of folders in order" {
	mkdir -p d/sub d/a
	for name in d/b d/sub/c d/a/d z; do
		printf '<testsuite name="k.K"><testcase classname="k.K" name="%s.x" time="0.5"/></testsuite>' "$name" >"$name.xml"
	done
	echo not >d/other.txt
	"$new/junitxml2subunit" -d d z.xml | "$new/subunit-ls" --times >ids
	diff ids - <<-'END'
		k.K::d/b.x 0.500
		k.K::d/a/d.x 0.500
		k.K::d/sub/c.x 0.500
		k.K::z.x 0.500
	END
	printf '<testsuite><testcase name="n"><failure message="m"/></testcase></testsuite>' >fail.xml
	"$new/junitxml2subunit" fail.xml >packets || [ $? = 1 ]
	grep -aq reason packets
	run -3 --separate-stderr "$new/junitxml2subunit" --dir nowhere
	[ "$stderr" = "junitxml2subunit: nowhere: No such file or directory" ]
	run -3 bash -c '"$0" -d nowhere z.xml >packets' "$new/junitxml2subunit"
	[ "$("$new/subunit-ls" packets)" = k.K::z.x ]
	mkdir nothing
	run -2 "$new/junitxml2subunit" -d nothing
	# By way of links, to the folder and in it, but not to other folders.
	mkdir links && ln -s d to-d && ln -s ../z.xml ../d links/ && ln -s d links/folder.xml
	"$new/junitxml2subunit" -d to-d -d links | "$new/subunit-ls" >ids
	diff ids - <<<$'k.K::d/b.x\nk.K::d/a/d.x\nk.K::d/sub/c.x\nk.K::z.x'
	run -3 --separate-stderr "$new/junitxml2subunit" /dev/null
	[ "$stderr" = "junitxml2subunit: /dev/null: no element found" ]
	run -3 --separate-stderr bash -c '"$0" d/other.txt >/dev/null' "$new/junitxml2subunit"
}

@test "subunit-combine: prefixes, environment, folders and exit status" {
	mkdir here
	cat >recipe <<-'END'
		commands:
		  - prefix: "one/"
		    argv: ["sh", "-c", "subunit2 status \"$PWD $WORD $# $1 $2\" success; echo noise", "sh", "$LISTOPT", "a b", "$IDOPTION"]
		    cwd: here
		    env: {WORD: "of two", N: 1}
		    list_option: "--list  all"
		  - argv: [sh, -c, "subunit2 status --route-code=0/1 plain fail"]
		    prefix:
	END
	"$new/subunit-combine" recipe >packets
	diff - <("$new/subunit-ls" --no-passthrough packets) <<<"one/$PWD/here of two 1 a b "$'\n'plain
	subunit2 convert --to=json packets | grep -q '"route_code":"0/1","test_id":"plain"'
	"$new/subunit-combine" --list -j0 recipe | "$new/subunit-ls" | grep -q ' of two 3 --list all$'
	printf 'commands:\n  - argv: [sh, -c, "exit 3"]\n  - argv: [subunit2, status, after, success]\n' >failing
	"$new/subunit-combine" failing >packets 2>said || [ $? = 1 ]
	diff said - <<<"subunit-combine: sh: exit status 3"
	[ "$("$new/subunit-ls" packets)" = after ]
}

@test "subunit-combine: mappings merge other mappings" {
	cat >recipe <<-'END'
		base: &base
		  argv: [sh, -c, 'subunit2 status "$A $B $C" success']
		  env: &env {A: a, B: b}
		other: &other {C: c, A: x}
		commands:
		  - <<: *base
		    prefix: one/
		  - <<: [*base, {prefix: two/}]
		    env: {<<: [*env, *other], B: own}
		loop: &loop {<<: *loop}
	END
	"$new/subunit-combine" recipe >packets
	diff <("$new/subunit-ls" packets) - <<<$'one/a b \ntwo/a own c'
	printf 'commands:\n  - &loop {argv: [a], env: &e {<<: *e, A: b}, <<: [*loop, *loop]}\n' >recipe
	run -1 timeout 60 "$new/subunit-combine" recipe
	# Every mapping merges in the one before ten times: 10^12 ways to the first.
	{
		echo 'commands:'
		echo '  - &m0 {argv: [subunit2, status, from-merge, ok], env: &e0 {A: b}}'
		for i in {1..12}; do
			echo "  - &m$i {prefix: p$i, <<: [*m$((i - 1))$(printf ", *m$((i - 1))%.0s" {1..9})]}"
			echo "  - {argv: [subunit2, status, x$i, ok], env: &e$i {B: b, <<: [*e$((i - 1))$(printf ", *e$((i - 1))%.0s" {1..9})]}}"
		done
	} >recipe
	(ulimit -t 20; exec "$new/subunit-combine" recipe) >packets
	grep -Fx p12from-merge <("$new/subunit-ls" packets)
}

@test "subunit-combine: the first word of a command is its program" {
	for word in a=b -i; do
		printf '#!/bin/sh\nexec subunit2 status "$N ran" success\n' >"$word"
		chmod +x ./"$word"
		printf 'commands:\n  - argv: ["%s", "x"]\n    env: {"N.x": "1", N: "it"}\n' "$word" >recipe
		PATH=$PWD:$PATH "$new/subunit-combine" recipe >packets
		[ "$("$new/subunit-ls" packets)" = "it ran" ]
	done
	printf 'commands:\n  - argv: [nowhere, x]\n  - argv: ["$IDLIST"]\n  - argv: ["true"]\n    cwd: nowhere\n' >recipe
	run -1 --separate-stderr "$new/subunit-combine" recipe
	diff - <<<"$stderr" <(
		echo 'subunit-combine: nowhere: cannot be executed: nowhere: No such file or directory'
		echo 'subunit-combine: $IDLIST: cannot be executed: '"''"': No such file or directory'
		echo 'subunit-combine: true: cannot change to its directory: nowhere: No such file or directory'
	)
}

@test "subunit-combine: an id goes to the commands whose prefix it has" {
	cat >recipe <<-'END'
		commands:
		  - prefix: one/
		    argv: [sh, -c, 'for id; do subunit2 status "$id" success; done', sh, "$IDLIST"]
		  - prefix: two/
		    argv: [sh, -c, 'while read -r id; do subunit2 status "${1#--}$id" success; done <"$2"', sh, "$IDOPTION"]
		    id_option: --file $IDFILE
		  - prefix: three/
		    argv: ["false"]
	END
	printf 'one/a\n# one/c\n\ntwo/x\n' >list
	TMPDIR=$PWD "$new/subunit-combine" --load-list list recipe one/b two/y | "$new/subunit-ls" >ids
	diff ids - <<<$'one/a\none/b\ntwo/filex\ntwo/filey'
	run ! compgen -G 'subunit-combine-*'
	"$new/subunit-combine" --load-list /dev/null recipe | cmp - /dev/null
}

@test "subunit-combine runs several commands at once" {
	mkfifo there back
	cat >recipe <<-'END'
		commands:
		  - argv: [sh, -c, "echo >there; read -r x <back; subunit2 status a success"]
		  - argv: [sh, -c, "read -r x <there; echo >back; subunit2 status b success"]
	END
	timeout 60 "$new/subunit-combine" --jobs=2 recipe >packets
	[ "$("$new/subunit-ls" packets | sort | paste -sd' ')" = "a b" ]
}

@test "subunit-combine refuses a file that is not a recipe" {
	while IFS='|' read -r yaml reason; do
		# shellcheck disable=SC2059 # the recipe is a format
		printf -- "$yaml\n" >recipe
		run -3 --separate-stderr "$new/subunit-combine" recipe
		[ "$stderr" = "subunit-combine: recipe: $reason" ] || { echo "$stderr"; false; }
	done <<-'END'
		|not a mapping
		- a|not a mapping
		a: b|'commands' must be a non-empty list
		commands: []|'commands' must be a non-empty list
		commands: [a]|commands[0] must be a mapping
		commands: [{argv: [a]}, {argv: a}]|commands[1].argv must be a non-empty list of strings
		commands: [{argv: [[a]]}]|commands[0].argv must be a non-empty list of strings
		commands: [{argv: [a], prefix: []}]|commands[0].prefix must be a string
		commands: [{argv: [a], env: {"A=": b}}]|commands[0].env must be a mapping of strings
		commands: [|line 2: did not find expected node content
	END
	run -3 --separate-stderr "$new/subunit-combine" nowhere
	[ "$stderr" = "subunit-combine: nowhere: No such file or directory" ]
	run -2 --separate-stderr "$new/subunit-combine"
	run -2 --separate-stderr "$new/subunit-combine" -j x recipe
}
