#!/usr/bin/env bats
# The old names, beside the tools that had them first: what both write is the same, but for what
# subunit2-compat(7) tells. And what is told there.

# Arguments are ids and names of files alike.
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

# same [NORMALIZE]: the calls on stdin are the same to both.
same() {
	"$compat/beside.py" "$new" "$@" && diff -a old new
}

# A version 2 stream as version 1 writes it, the words of a list of tags in order.
as_version1="subunit2 convert --from=subunit --to=subunit1 |
	perl -pe 's/^tags: (.*)/\"tags: \" . join \" \", sort split \" \", \$1/e; s/; charset=\"?utf8\"?/;charset=utf8/'"

@test "every old name has its place in the manual, answers --help, and refuses what it does not know" {
	cd "$new"
	for name in *; do
		run -0 "./$name" --help
		[[ $output == "Usage: $name "* ]]
		grep -q "^\.It .*Nm $name\$" "$BATS_TEST_DIRNAME/../man/subunit2-compat.7" || { echo "$name"; false; }
		[ "$name" != subunit-tags ] || continue
		run -2 --separate-stderr "./$name" --no-such-option </dev/null
		[ "$stderr" = "$name: --no-such-option: unknown option" ]
	done
	[ "$(find . -type l | wc -l)" -ge 14 ]
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
	same "$as_version1" <<-'END'
		all subunit-tags one two -slow
		routes subunit-tags x y x -z
	END
}

@test "subunit-filter" {
	# Of a test, the old tool forgets when it began, and with it how long it took.
	same "$as_version1 | sed '/^time:/d'" <<-'END'
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
		all subunit-filter -s --with-tag slow
		all subunit-filter -s --with-tag slow --with-tag quick
		all subunit-filter -s --without-tag slow
		files subunit-filter -s --with Traceback
		files subunit-filter -s --without 'a line'
		all subunit-filter -s --without skip --rename '^([ab])\.' 'new/\1.'
		all subunit-filter -s --without skip --rename a 'b$' --rename='b(?P<x>.)' '\g<x>'
		routes subunit-filter -s
		damaged subunit-filter -s --without Checksum --without parser
		text subunit-filter
		/dev/null subunit-filter --only all
	END
}

@test "subunit-2to1: the same bytes" {
	same "perl -pe 's/^tags: (.*)/\"tags: \" . join \" \", sort split \" \", \$1/e'" <<-'END'
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
	# The old tool has words of its own for a stream that ends in a test.
	same "$as_version1 | sed '/^test: last/,\$d; /^progress:/d'" <<-'END'
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
	same <<-'END'
		quoted subunit2csv
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
	same "$compat/junit.py" <<-'END'
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
	# What the tests attached is shown as subunit2-report(1) shows it.
	same "sed -E '/^Ran /s/in .*s/in -/; /^  |^\$|^testtools|^Traceback|^bin: |^Binary|\{\{\{|\}\}\}/d'" <<-'END'
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

@test "what --output-to and --forward say" {
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
	run -3 --separate-stderr "$new/subunit2csv" -o /nowhere/csv good
	[ "$stderr" = "subunit2csv: /nowhere/csv: No such file or directory" ]
	run -3 --separate-stderr "$new/subunit-stats" nowhere
	[ "$stderr" = "subunit-stats: nowhere: No such file or directory" ]
	for tool in subunit-stats subunit-ls subunit-filter subunit-2to1 subunit2csv; do
		run -3 --separate-stderr bash -c '"$0" -f <all >/dev/full || "$0" <all >/dev/full' "$new/$tool"
		[[ $stderr == *"No space left on device" ]]
	done
}

@test "subunit-filter keeps what the old tool drops" {
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
	run -2 --separate-stderr "$new/subunit-filter" --with
	run -2 --separate-stderr "$new/subunit-filter" --no-s
	[ "$stderr" = "subunit-filter: --no-s: unknown option" ]
	run -3 --separate-stderr "$new/subunit-filter" --fixup-expected-failures=nowhere
	[ "$stderr" = "subunit-filter: --fixup-expected-failures=nowhere: No such file or directory" ]
}

@test "where the old tools end with a traceback, ours go on" {
	{ cat all && subunit2 status --timestamp=none timeless success; } >timeless
	run -1 "$new/subunit-ls" --times --exists timeless
	[[ $output == *$'b.fail 1.000\n'*$'f.exists 0.000\n'*$'timeless 0.000\n'*'g.hung 0.000' ]]
	run -1 "$new/subunit2csv" all
	[[ $output == *$'\nb.fail,failure,2020-01-02 03:04:07+00:00,2020-01-02 03:04:08+00:00\r\n'* ]]
	[[ $output == *$'\ng.hung,failure,2020-01-02 03:04:16+00:00,\r' ]]
	printf '1..0\n' | "$new/tap2subunit" | "$new/subunit-ls" | grep -qx 'file skip'
	printf 'ok 1 \xff\n\xff\nok 2' | "$new/tap2subunit" | "$new/subunit-ls" --no-passthrough >ids
	diff ids - <<<$'test 1 \\xff\ntest 2'
	printf '1..18446744073709551615\nok 99999999999\n' | timeout 10 "$new/tap2subunit" | "$new/subunit-ls" >ids || [ $? = 1 ]
	diff ids - <<<$'test 1..99999999998\ntest 99999999999\ntest 100000000000..18446744073709551614'
	run -2 --separate-stderr "$new/subunit-tags" '' <all
	[ "$stderr" = "subunit-tags: an empty argument: not a tag" ]
	run -2 --separate-stderr "$new/subunit-tags" - <all
	[ "$stderr" = "subunit-tags: -: not a tag" ]
}
