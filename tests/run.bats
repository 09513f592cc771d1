#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run: the choice of scripts, their execution and the report. How it deals with
# scripts that behave badly is in supervision.bats, make in jobserver.bats.
# Needs: prove python3

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR"
}

# Three scripts: one passes, one fails, one is skipped.
three() {
	script t/a.sh <<<'exit 0'
	script t/b.sh <<<'echo wrong; exit 3'
	script t/c.sh <<<'exit 77'
}

@test "a script: inprogress, its output, its final status" {
	script t/a.sh <<<'echo hello'
	runs 0
	[ ! -s err ]
	diff - <(events | sed -E 's/"timestamp":"[^"]*",//') <<-'END'
		{"subunit":2,"route_code":"0","test_id":"t/a.sh","test_status":"inprogress","runnable":true}
		{"subunit":2,"route_code":"0","test_id":"t/a.sh","runnable":true,"file_name":"stdout","mime_type":"text/plain;charset=utf8","file_text":"hello\n"}
		{"subunit":2,"route_code":"0","test_id":"t/a.sh","test_status":"success","runnable":true}
	END
}

@test "the exit status is the verdict" {
	three
	runs 1
	diff - <(finals) <<<$'success t/a.sh\nfail t/b.sh\nskip t/c.sh'
	[ "$(attached t/b.sh reason)" = 'exit status 3' ]
	runs 0 t/a.sh t/c.sh
}

@test "folders hold *.t, *.bats, and executable *.sh and test*" {
	for name in a.t b.bats c.sh test-d test_e.py; do
		script "t/$name" </dev/null
	done
	touch t/plain.sh t/test.txt t/a.t~ t/README
	script t/below/f.sh </dev/null
	script t/tool </dev/null
	script tests/g.sh </dev/null
	runs 0 --list
	diff - out <<<$'t/a.t\nt/b.bats\nt/c.sh\nt/test-d\nt/test_e.py\ntests/g.sh'
	runs 0 --list -r t
	grep -Fx t/below/f.sh out
	runs 0 --list t/tool t/plain.sh
	diff - out <<<$'t/tool\nt/plain.sh'
}

@test "an entry of a folder that cannot be examined fails, or is named" {
	three
	ln -s nowhere t/gone.t
	ln -s loop.bats t/loop.bats
	ln -s nowhere t/README
	runs 1 t
	[ "$(ended t/gone.t)" = fail ]
	[ "$(attached t/gone.t reason)" = 'No such file or directory' ]
	[ "$(attached t/loop.bats reason)" = 'Too many levels of symbolic links' ]
	[ "$(cat err)" = 'subunit2 run: t/README: No such file or directory' ]
	rm t/gone.t t/loop.bats t/README
	script t/sub/x.sh </dev/null
	chmod 0 t/sub
	chmod 755 .
	local user=()
	[ "$(id -u)" -ne 0 ] || user=(setpriv --inh-caps=-all --bounding-set=-all --)
	"${user[@]}" subunit2 run -r t/a.sh t/c.sh t/sub >out && status=0 || status=$?
	chmod 755 t/sub
	[ "$status" -eq 1 ]
	[ "$(attached t/sub reason)" = 'Permission denied' ]
	[ "$(finals)" = $'success t/a.sh\nskip t/c.sh\nfail t/sub' ]
}

@test "ids are tidy paths, and a script has one" {
	three
	runs 0 --list ./t//a.sh t/./a.sh t
	diff - out <<<$'t/a.sh\nt/b.sh\nt/c.sh'
}

@test "--root: ids are paths from there" {
	script project/t/a.sh <<<'exit 0'
	mkdir elsewhere
	cd elsewhere
	runs 0 --root=../project ../project/t
	diff - <(finals) <<<'success t/a.sh'
	echo t/a.sh >list
	runs 0 --root=../project --load-list=list
	diff - <(finals) <<<'success t/a.sh'
	runs 2 --root=missing
	grep -F -- '--root=missing: No such file or directory' err
	mkdir gone
	cd gone
	rmdir ../gone
	run -0 subunit2 run --to=summary /bin/true
}

@test "a #! line needs no execute bit; an ending stands in for it" {
	printf '#!/bin/sh\necho "by $0"\n' >a.x
	echo 'echo 1..1; echo ok 1 - sh' >b.sh
	echo 'print "1..1", $/, "ok 1 - perl", $/;' >c.t
	printf '@test "is bats" {\n\ttrue\n}\n' >d.bats
	runs 0 a.x b.sh c.t d.bats
	[ "$(attached a.x stdout)" = 'by ./a.x' ]
	for id in 'b.sh::sh' 'c.t::perl' 'd.bats::is bats'; do
		events | grep -F "\"test_id\":\"$id\",\"test_status\":\"success\""
	done
}

@test "a script that cannot be run fails, with the reason" {
	echo data >plain
	script broken.sh /no/such/interpreter </dev/null
	mkdir folder.t
	runs 1 missing plain broken.sh
	diff - <(finals) <<<$'fail broken.sh\nfail missing\nfail plain'
	[ "$(attached missing reason)" = 'No such file or directory' ]
	[ "$(attached plain reason)" = 'not executable, and it has no #! line' ]
	attached broken.sh reason | grep -F '/no/such/interpreter: No such file or directory'
	whole
}

@test "a command is no script: there is a hint at wrap" {
	runs 1 true
	grep -F 'to run a command, use: subunit2 wrap -- true' err
}

@test "arguments after -- go to every script" {
	script t/a.sh <<<'printf "<%s>" "$@"'
	runs 0 t/a.sh -- -j 'two words' -- last
	[ "$(attached t/a.sh stdout)" = '<-j><two words><--><last>' ]
}

@test "prove's letters: -l, -b, -I, -e" {
	for folder in lib blib/lib blib/arch mine; do
		mkdir -p "$folder"
		name=in_${folder//\//_}
		echo "package $name; 1;" >"$folder/$name.pm"
		echo "use $name; print '1..1', \$/, 'ok 1 - x', \$/" >"$name.t"
	done
	runs 1 in_lib.t
	runs 0 -l in_lib.t
	runs 0 --lib in_lib.t
	runs 1 -l in_blib_lib.t
	runs 0 -b in_blib_lib.t in_blib_arch.t
	runs 0 -I mine in_mine.t
	runs 0 -Imine -lb in_lib.t in_mine.t in_blib_lib.t
	echo 'echo "$1 $2"' >words
	runs 0 -e 'sh words "a b"' in_lib.t
	[ "$(attached in_lib.t stdout)" = 'a b ./in_lib.t' ]
}

@test "#!perl: perl from PATH, with its switches" {
	mkdir lib
	echo 'package Mine; 1;' >lib/Mine.pm
	printf '#!perl -Tw\nuse Mine; print "1..1\\nok 1 - taint ${^TAINT} warn $^W\\n";\n' >a.t
	runs 0 -l a.t
	events | grep -F '"test_id":"a.t::taint 1 warn 1","test_status":"success"'
	printf '#!/usr/bin/env perl\nprint "1..1\\nok 1 - env\\n";\n' >b.t
	runs 0 b.t
}

@test "a list for a pipe is an id a line; packets when asked for" {
	three
	runs 0 --list
	diff - out <<<$'t/a.sh\nt/b.sh\nt/c.sh'
	for option in --to=subunit --exit=stream; do
		runs 0 --list "$option"
		events | grep -c '"test_status":"exists","runnable":true' | grep -Fx 3
	done
}

@test "--load-list: CRLF, blank lines, and unknown ids" {
	three
	printf '\r\nt/c.sh\r\n\n  \nt/a.sh\r\nt/gone.sh\nt/a.sh' >list
	runs 1 --load-list=list t
	diff - <(finals) <<<$'success t/a.sh\nskip t/c.sh\nfail t/gone.sh'
	begun | diff - <(printf 't/%s.sh\n' c a gone)
	runs 1 --load-list=- t <list
	finals | grep -Fx 'fail t/gone.sh'
	runs 3 --load-list=missing
	grep -F 'missing: No such file or directory' err
	runs 1 --load-list=/dev/null
}

@test "two names of which one looks like the other escaped are two tests" {
	script $'t/a\xff.t' <<<'exit 1'
	script 't/a\xff.t' <<<'exit 0'
	runs 1 -q -o out.subunit
	diff - <(finals out.subunit) <<<$'success t/a\\x5cxff.t\nfail t/a\\xff.t'
	runs 0 --list
	mv out out.list
	for order in cat tac; do
		$order out.list >list
		for suite in '' t; do
			runs 1 --load-list=list $suite
			diff - <(finals) <<<$'success t/a\\x5cxff.t\nfail t/a\\xff.t'
		done
	done
}

@test "a name that is no UTF-8, or would move the cursor, is escaped in ids" {
	odd=$'t/odd\xe9\033[31m\n.sh'
	script t/a.sh <<<'exit 0'
	script "$odd" <<<'echo "ok 1 - x"; echo 1..1'
	script t/z.sh <<<'exit 0'
	runs 0 -j2
	whole
	diff - <(finals) <<<$'success t/a.sh\nsuccess t/odd\\xe9\\x1b[31m\\x0a.sh\nsuccess t/z.sh'
	events | grep -F '"test_id":"t/odd\\xe9\\x1b[31m\\x0a.sh::x","test_status":"success"'
	runs 0 --list
	diff - out <<<$'t/a.sh\nt/odd\\xe9\\x1b[31m\\x0a.sh\nt/z.sh'
	# The list is read back, by whom knows the folder and by whom has only the list.
	grep odd out >list
	runs 0 --load-list=list t
	[ "$(finals | wc -l)" -eq 1 ]
	runs 0 --load-list=list
	[ "$(finals | wc -l)" -eq 1 ]
	printf 't/odd\xe9\n' >list
	runs 1 --load-list=list
	[ "$(finals)" = 'fail t/odd\xe9' ]
}

@test "a list of very many subtests takes no time" {
	script t/a.sh <<<'echo 1..1; echo ok 1 - x'
	seq -f 't/a.sh::%.0f' 50000 >list
	echo t/a.sh::7 >>list
	(ulimit -t 4; exec subunit2 run --load-list=list t) >out
	[ "$(subunit2 convert --to=events out | grep -c '^[^ ]* *skip')" -eq 50000 ]
}

@test "a list of very long ids takes no time" {
	{
		printf ':%.0s' {1..100000}
		printf '\n'
		printf '\\x::%.0s' {1..30000}
	} >list
	(ulimit -t 4; exec subunit2 run --load-list=list) >out || [ $? -eq 1 ]
	[ "$(subunit2 convert --to=events out | grep -c '^[^ ]* *fail')" -eq 2 ]
}

@test "a requested subtest: its script runs; one no longer reported is answered" {
	script t/a.sh <<<'echo run >>log; printf "%s\n" 1..2 "ok 1 - x::y" "ok 2 - z"'
	printf '%s\n' 't/a.sh::x::y' 't/a.sh::old' t/a.sh >list
	runs 0 --load-list=list t
	[ "$(wc -l <log)" -eq 1 ]
	[ "$(events | grep -c '"test_id":"t/a.sh::x::y","test_status":"success"')" -eq 1 ]
	events | grep -F '"test_id":"t/a.sh::old","test_status":"skip","runnable":false' |
		grep -F 'its script no longer reports this test'
	whole
}

@test "--match and --exclude" {
	three
	runs 0 --list --match='[ab]' --exclude=b
	diff - out <<<t/a.sh
	runs 2 --match='('
	grep -F -- '--match=(' err
}

@test "--rerun: what failed in an earlier stream, or did not end" {
	three
	script t/d.sh <<<'printf "%s\n" 1..2 "ok 1 - x" "not ok 2 - y"'
	runs 1 t
	subunit2 status t/a.sh inprogress >>out
	mv out earlier
	runs 1 --rerun=earlier t
	diff - <(finals) <<<$'success t/a.sh\nfail t/b.sh\nfail t/d.sh'
	runs 3 --rerun=missing t
	subunit2 status t/a.sh fail | head -c 12 >>earlier
	runs 1 --rerun=earlier t
	grep -Fx 'subunit2 run: earlier: the stream is damaged, and tests may be missing' err
	runs 2 --rerun=earlier --load-list=earlier
	grep -F 'only one of them' err
}

# Prints the reasons for which inputs are lost in the stream out.
lost() {
	events | sed -n 's/.*"test_id":"subunit.input","test_status":"fail","runnable":false.*"file_name":"reason".*"file_text":"\([^"]*\)".*/\1/p'
}

@test "--rerun, --times: an incomplete stream is a failed test" {
	script t/a.sh <<<'exit 0'
	script t/b.sh <<<'exit 0'
	{ subunit2 status t/a.sh fail; subunit2 status t/b.sh fail | head -c 12; } >damaged
	{ subunit2 status t/a.sh fail; subunit2 status t/b.sh fail; } | gzip | head -c -9 >cut.gz
	for input in damaged cut.gz; do
		runs 1 --rerun=$input
		[ "$(lost)" = "$input: $(case $input in
			damaged) echo 'the stream is damaged, and tests may be missing' ;;
			*) echo 'cannot be read to its end, and tests may be missing' ;;
			esac)" ]
		finals | grep -qx 'success t/a.sh'
		[[ $(finals) != *subunit* ]]
		runs 1 --times=$input t
		[ "$(finals)" = $'success t/a.sh\nsuccess t/b.sh' ]
		[ -n "$(lost)" ]
		runs 0 --exit=stream --times=$input t
		[ -n "$(lost)" ]
		runs 1 --list --times=$input t
	done
	# The statement of an earlier stream about its own input.
	subunit2 convert cut.gz >was-cut 2>err || [ $? = 3 ]
	runs 1 --rerun=was-cut
	[[ $(finals) != *subunit* ]]
	[ -n "$(lost)" ]
}

@test "--rerun, --times, --load-list: nothing can be read" {
	script t/a.sh <<<'exit 0'
	echo 'Segmentation fault' >text
	for option in --rerun=missing --rerun=t --rerun=text --times=missing --times=text --load-list=missing; do
		subunit2 status old pass >kept.subunit
		runs 3 $option -o kept.subunit -q t
		[ "$(subunit2 ls --all --failing kept.subunit)" = subunit.input ]
		[ "$(subunit2 ls --all kept.subunit)" = subunit.input ]
		runs 3 $option t
		[ -n "$(lost)" ]
	done
}

@test "--stestr: a list chooses, and the suite's order stays" {
	for name in c a b; do script "t/$name.sh" <<<'exit 0'; done
	printf '%s\n' t/b.sh t/c.sh t/a.sh >list
	runs 0 --load-list=list t
	[ "$(begun)" = $'t/b.sh\nt/c.sh\nt/a.sh' ]
	runs 0 --stestr discover -t . t --load-list list
	[ "$(begun)" = $'t/a.sh\nt/b.sh\nt/c.sh' ]
	runs 0 --stestr discover -t . t/c.sh t/a.sh t/b.sh --load-list list
	[ "$(begun)" = $'t/c.sh\nt/a.sh\nt/b.sh' ]
	printf '%s\n' t/b.sh t/a.sh >list
	runs 0 --stestr discover -t . t --load-list list
	[ "$(begun)" = $'t/a.sh\nt/b.sh' ]
}

@test "--shard: together everything, and each only once" {
	for i in 1 2 3 4 5 6 7 8 9; do
		script "t/$i.sh" <<<'exit 0'
	done
	for i in 1 2 3; do
		runs 0 --list --shard=$i/3
		cp out "share$i"
		runs 0 --list --shard=$i/3 t/{9..1}.sh
		diff <(sort out) <(sort "share$i")
	done
	cat share? | sort | diff - <(printf 't/%s.sh\n' 1 2 3 4 5 6 7 8 9)
	for wrong in 4294967297/2 1/4294967298 -1/2 0/3 4/3 1 1/0 a/b 1/2/3 ''; do
		runs 2 --shard="$wrong"
	done
}

@test "--times: slowest first, and balanced shares" {
	for name in a b c d; do
		script "t/$name.sh" <<<'exit 0'
	done
	i=0
	for name in b d a c; do
		i=$((i + 1))
		subunit2 status "t/$name.sh" success --timestamp=@100 --duration="$((9 - 2 * i))s"
	done >earlier
	runs 0 --list --times=earlier t
	diff - out <<<$'t/b.sh\nt/d.sh\nt/a.sh\nt/c.sh'
	runs 0 --list --times=earlier --shard=1/2 t
	diff - out <<<$'t/b.sh\nt/c.sh'
	runs 3 --times=missing t
}

@test "--shuffle tells its seed, and --seed repeats it" {
	for i in 1 2 3 4 5 6 7 8 9; do
		script "t/$i.sh" <<<'exit 0'
	done
	runs 0 -s
	seed=$(events | sed -nE 's/.*"file_name":"seed".*"file_text":"([0-9]+)\\n".*/\1/p')
	[ -n "$seed" ]
	begun >order
	runs 0 --seed="$seed"
	begun | diff order -
	runs 0 --list --seed=1
	cp out one
	runs 0 --list --seed=2
	run ! cmp -s one out
	diff <(sort one) <(sort out)
	runs 2 --seed=x
}

@test "-j: so many at a time, each in its slot, one route a test" {
	for i in 1 2 3 4 5 6; do
		script "t/$i.sh" <<-'END'
			echo "slot $SUBUNIT2_SLOT"
			touch "here.$SUBUNIT2_SLOT"
			until [ -e here.0 ] && [ -e here.1 ] && [ -e here.2 ]; do sleep 0.01; done
			printf '%s\n' 1..1 'ok 1 - x'
		END
	done
	runs 0 -j3
	whole
	[ ! -e here.3 ]
	for i in 1 2 3 4 5 6; do
		[ "$(events | grep -F "\"t/$i.sh" | grep -oE '"route_code":"[^"]*"' | sort -u | wc -l)" -eq 1 ]
		slot=$(attached "t/$i.sh" stdout)
		events | grep -F "\"t/$i.sh::x\"" | grep -F "\"route_code\":\"${slot#slot }\""
	done
	runs 0 --jobs=0 t
	runs 2 -j x
	runs 2 -j -1
	(ulimit -Sn 40; ulimit -Hn 40; runs 2 -j 64)
	grep -F -- '--jobs=64: needs' err
}

@test "--serial: runs alone" {
	for i in 1 2 3 4; do
		script "t/$i.sh" <<-'END'
			touch "busy.$SUBUNIT2_SLOT"
			ls busy.*
			rm "busy.$SUBUNIT2_SLOT"
		END
	done
	runs 0 -j4 --serial='[23]'
	whole
	for i in 2 3; do
		[[ $(attached "t/$i.sh" stdout) == busy.? ]]
	done
	runs 2 --serial='('
}

@test "a relative TMPDIR is one for a test that goes elsewhere, too" {
	mkdir rel
	script t/a.sh <<<'cd / && [ -d "$TMPDIR" ] && [ -p "$SUBUNIT2_OUTPUT" ]'
	TMPDIR=rel runs 0
	# shellcheck disable=SC2016
	TMPDIR=rel subunit2 wrap -- sh -c 'cd / && [ -p "$SUBUNIT2_OUTPUT" ]' >out
	TMPDIR=missing runs 1
	attached t/a.sh reason | grep -F 'no private folder in missing: No such file or directory'
}

@test "a test has the limit of open files that run was given" {
	script t/a.sh <<<'[ "$(ulimit -Sn)" -eq 200 ]'
	(ulimit -Sn 200 && runs 0 -j60)
}

@test "a test is given none of our temporary files" {
	mkdir tmp
	script t/a.sh <<-'END'
		ls -l /proc/self/fd >"fds.$SUBUNIT2_ATTEMPT"
		[ "$SUBUNIT2_ATTEMPT" -eq 2 ] && exit
		head -c 12000000 /dev/zero | tr '\0' x
		exit 1
	END
	TMPDIR=$PWD/tmp runs 0 --retries=1
	[ -s fds.2 ]
	lacks deleted fds.2
}

@test "--retries: one final status, tagged flaky, every attempt attached" {
	script t/a.sh <<<'echo "try $SUBUNIT2_ATTEMPT"; [ "$SUBUNIT2_ATTEMPT" -eq 3 ]'
	script t/b.sh <<<'exit 4'
	script t/c.sh <<<'exit 0'
	runs 1 --retries=2
	whole
	[ "$(ended t/a.sh)" = 'success "flaky"' ]
	[ "$(ended t/b.sh)" = 'fail' ]
	[ "$(ended t/c.sh)" = 'success' ]
	attached t/a.sh attempt-1 | grep 'try 1'
	attached t/a.sh attempt-2 | grep 'try 2'
	[ "$(attached t/a.sh stdout)" = 'try 3' ]
	[ "$(attached t/a.sh reason)" = 'attempt 1: exit status 1; try 1' ]
	run ! grep attempt <(attached t/b.sh reason)
	attached t/b.sh attempt-2 | grep 'exit status 4'
	runs 0 --retries=2 t/a.sh
	runs 2 --retries=x
	runs 2 --retries=1 --repeat=2
}

@test "--retries: the cause of a flaky test is that of its first assertion that failed" {
	script t/a.t <<<'[ "$SUBUNIT2_ATTEMPT" -eq 2 ] && not= || not="not "
		printf "ok 1 - first\n%sok 2 - second\n# got 5\n1..2\n" "$not"'
	runs 0 --retries=1
	[ "$(attached t/a.t reason)" = 'attempt 1: second: got 5' ]
}

@test "the reason of a test that leaked names the processes, beside what else there is" {
	# A process is named as what it runs, so that must be sleep already.
	local asleep='until grep -q sleep /proc/$!/comm; do :; done'
	script t/a.sh <<<"sleep 1000 >/dev/null 2>&1 & $asleep; exit 0"
	script t/b.sh <<<"echo no route >&2; sleep 1000 >/dev/null 2>&1 & $asleep; exit 3"
	runs 1 --leak-timeout=100ms -j2
	attached t/a.sh reason | grep -x 'left running: sleep ([0-9]*)'
	attached t/b.sh reason | grep -x 'exit status 3'
	attached t/b.sh reason | grep -x 'left running: sleep ([0-9]*)'
	subunit2 report out | grep -x '  t/b.sh  # exit status 3; left running: sleep ([0-9]*); no route'
}

@test "--retries: an attempt that cannot be read back fails the test" {
	script t/a.sh <<<'head -c 20000000 /dev/zero | tr "\\0" x; [ "$SUBUNIT2_ATTEMPT" -eq "$PASSES" ]'
	for passes in 1 2; do
		PASSES=$passes strace -qq -o trace -e trace=pread64 -e inject=pread64:error=EIO:when=1 \
			subunit2 run --retries=1 >out && status=0 || status=$?
		grep INJECTED trace
		[ "$status" -eq 1 ]
		[[ $(ended t/a.sh) == fail* ]]
		attached t/a.sh reason | grep -F 'Input/output error'
	done
}

@test "--repeat: until it fails" {
	script t/a.sh <<<'echo . >>log.a; exit 0'
	script t/b.sh <<<'echo . >>log.b; [ "$SUBUNIT2_ATTEMPT" -lt 3 ]'
	runs 1 --repeat=5
	whole
	[ "$(wc -l <log.a)" -eq 5 ]
	[ "$(wc -l <log.b)" -eq 3 ]
	[ "$(ended t/b.sh)" = 'fail "flaky"' ]
	runs 2 --repeat=0
}

@test "--fail-fast and --max-fail begin nothing more" {
	for i in 1 2 3 4; do
		script "t/$i.sh" <<<'exit 1'
	done
	runs 1 --fail-fast
	diff - <(finals) <<<$'fail t/1.sh\nskip t/2.sh\nskip t/3.sh\nskip t/4.sh'
	[ "$(attached t/2.sh reason)" = 'not run: enough has failed' ]
	runs 1 --max-fail=3
	[ "$(finals | grep -c ^fail)" -eq 3 ]
	runs 2 --max-fail=0
}

@test "a bail-out stops the run, unless --no-bail" {
	script t/a.sh <<<'printf "%s\n" 1..2 "ok 1 - x" "Bail out! no disk"'
	script t/b.sh <<<'exit 0'
	runs 1
	diff - <(finals) <<<$'fail t/a.sh\nskip t/b.sh'
	[ "$(attached t/b.sh reason)" = 'not run: a test bailed out' ]
	runs 1 --no-bail
	diff - <(finals) <<<$'fail t/a.sh\nsuccess t/b.sh'
}

@test "--slow says what still runs" {
	script t/a.sh <<<'until grep -q "still running" err; do sleep 0.01; done'
	runs 0 --slow=20ms
	grep -E '^subunit2 run: t/a.sh: still running after [0-9]+' err
	runs 2 --slow=x
}

@test "SIGUSR1 shows what runs" {
	script t/a.sh <<<'kill -USR1 "$(cat pid)"; until grep -q running err; do sleep 0.01; done'
	sh -c 'echo $$ >pid; exec subunit2 run t' >out 2>err 3>&-
	grep -F '1 running, 0 to go' err
	grep -E 't/a.sh: running for [0-9]' err
}

@test "--expect-fail: a failure is expected, and a pass is not" {
	three
	printf 't/b.sh\n' >expected
	runs 0 --expect-fail=expected
	[ "$(ended t/b.sh)" = xfail ]
	printf 't/a.sh\nt/b.sh\n' >expected
	runs 1 --expect-fail=expected
	[ "$(ended t/a.sh)" = uxsuccess ]
	runs 3 --expect-fail=missing
}

@test "--load-list=- waits also if standard input is non-blocking" {
	script t/a.sh <<<'exit 0'
	mkfifo list
	exec 9<>list
	# shellcheck disable=SC2016
	perl -MFcntl -e 'fcntl(STDIN, F_SETFL, O_NONBLOCK); exec @ARGV' sh -c \
		'echo $$ >pid; exec subunit2 run --load-list=-' <list >out 2>err 3>&- 9>&- &
	until [ -s pid ] && grep -q '^State:.S' "/proc/$(cat pid)/status"; do
		[ ! -s err ]
	done
	echo t/a.sh >&9
	exec 9>&-
	wait $!
	[ "$(finals)" = 'success t/a.sh' ]
}

@test "--max-output ends a flood" {
	script t/a.sh <<<'while :; do echo flood; done'
	runs 1 --max-output=64k
	[ "$(attached t/a.sh reason)" = $'wrote more than 65536 bytes\ndied of SIGTERM' ]
	[ "$(attached t/a.sh stdout | wc -c)" -eq 65536 ]
	script t/a.sh <<<'i=0; echo TAP version 14; while i=$((i + 1)); do echo "ok $i"; done'
	runs 1 --max-output=1k
	[ "$(attached t/a.sh reason | head -n 1)" = 'wrote more than 1024 bytes' ]
	[ "$(events | grep -c '"t/a.sh::#[0-9]*","test_status":"success"')" -lt 200 ]
	script t/a.sh <<<'while subunit2 status x ok -o @wrap; do :; done'
	runs 1 --max-output=1k
	[ "$(attached t/a.sh reason | head -n 1)" = 'wrote more than 1024 bytes' ]
	for wrong in x 0 -1 1z 99999999999999999999G; do
		runs 2 --max-output="$wrong"
	done
}

@test "tests have a folder of their own, removed; --keep-tmp keeps those of failures" {
	script t/a.sh <<<'mkdir -p "$TMPDIR/x/y"; chmod 0 "$TMPDIR/x/y"; echo "$TMPDIR"'
	script t/b.sh <<<'touch "$TMPDIR/mine"; echo "$TMPDIR"; exit 1'
	mkdir tmp
	export TMPDIR=$PWD/tmp
	runs 1
	[ "$(attached t/a.sh stdout)" != "$(attached t/b.sh stdout)" ]
	[[ $(attached t/a.sh stdout) == "$PWD"/tmp/* ]]
	[ -z "$(ls tmp)" ]
	runs 1 --keep-tmp
	kept=$(attached t/b.sh stdout)
	[ -e "$kept/mine" ]
	attached t/b.sh reason | grep -F "its folder $kept is kept"
	[ "$(find tmp -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
	echo t/a.sh >expected
	runs 1 --keep-tmp --expect-fail=expected t/a.sh
	[ "$(ended t/a.sh)" = uxsuccess ]
	attached t/a.sh reason | grep -F 'is kept'
	rm -r tmp/*
	script t/deep.sh <<-'END'
		cd "$TMPDIR"
		mkdir 1 2 && touch 2/3
		perl -e 'for (1 .. 600) { mkdir "12345678"; open my $f, ">", "1"; chdir "12345678" or die }
			chmod 0, ".."'
	END
	runs 0 t/deep.sh
	[ -z "$(ls tmp)" ]
	TMPDIR=/no/such/folder runs 1 t/a.sh
	attached t/a.sh reason | grep -F 'no private folder in /no/such/folder: No such file'
}

@test "a folder that cannot be removed fails its test" {
	script t/a.sh <<<'mkdir "$TMPDIR/x"; touch "$TMPDIR/x/y"; echo "$TMPDIR"'
	strace -qq -o trace -e trace=rmdir -e inject=rmdir:error=EBUSY subunit2 run >out && status=0 || status=$?
	[ "$status" -eq 1 ]
	folder=$(attached t/a.sh stdout)
	[ "$(ended t/a.sh)" = fail ]
	[ "$(attached t/a.sh reason)" = "cannot remove $folder: Device or resource busy" ]
	[ ! -e "$folder/x" ]
	rmdir "$folder"
}

@test "the removal of a full folder delays nothing else, and is waited for in the end" {
	# It takes 10 s.
	script t/a.sh <<<'cd "$TMPDIR"; seq 100 | xargs touch; pwd'
	script t/b.sh <<<'sleep 60'
	strace -qq -o trace -e trace=unlinkat,rmdir -e inject=unlinkat:delay_enter=100ms -e inject=rmdir:error=EBUSY \
		subunit2 run -j2 --timeout=5s >out && status=0 || status=$?
	[ "$status" -eq 1 ]
	[ "$(ended t/a.sh)" = success ]
	[ "$(duration t/a.sh)" -ge 2000 ]
	[ "$(ended t/b.sh)" = fail ]
	[ "$(duration t/b.sh)" -lt 9000 ]
	folder=$(attached t/a.sh stdout)
	attached subunit.tmpdir reason | grep -Fx "cannot remove $folder: Device or resource busy"
	events | grep '"test_id":"subunit.tmpdir","test_status":"fail"' | grep -F '"runnable":false'
	rmdir "$folder"
}

@test "no test gets what another one left in its folder or its packet FIFO" {
	local clean='[ -p "$SUBUNIT2_OUTPUT" ] && [ -z "$(ls -A "$TMPDIR")" ] &&
		[ "$(stat -c %a "$TMPDIR")" = 700 ] || exit 9'
	script t/a.sh <<<"$clean"'; exec 5<>"$SUBUNIT2_OUTPUT"; printf half >&5; touch "$TMPDIR/left"'
	script t/b.sh <<<"$clean"'; chmod 500 "$TMPDIR"; rm "$SUBUNIT2_OUTPUT"'
	script t/c.sh <<<"$clean"'; rmdir "$TMPDIR"; ln -s "$PWD/other" "$TMPDIR"'
	script t/d.sh <<<"$clean"'; setsid sleep 1000 >/dev/null 2>&1 & echo "$TMPDIR $SUBUNIT2_OUTPUT"'
	script t/e.sh <<<"$clean"'; echo "$TMPDIR $SUBUNIT2_OUTPUT"'
	mkdir tmp other
	chmod 755 other
	touch other/file
	TMPDIR=$PWD/tmp runs 0
	[ "$(stat -c %a other)" = 755 ]
	[ -e other/file ]
	[ "$(attached t/a.sh stdout)" = half ]
	[ -z "$(attached t/b.sh stdout)" ]
	read -r folder fifo < <(attached t/d.sh stdout)
	attached t/e.sh stdout >e
	lacks -F "$folder " e
	lacks -F "$fifo" e
	[ -z "$(ls tmp)" ]
}

@test "tests know their id, slot and attempt, and that they are tested" {
	script t/a.sh <<<'echo "$SUBUNIT2_TEST_ID $SUBUNIT2_SLOT $SUBUNIT2_ATTEMPT $HARNESS_ACTIVE"'
	runs 0
	[ "$(attached t/a.sh stdout)" = 't/a.sh 0 1 1' ]
}

@test "a script's steps and packets pass through" {
	script t/a.sh <<<'subunit2 status ::step ok; subunit2 status other fail'
	runs 1
	events | grep -F '"route_code":"0","test_id":"t/a.sh::step","test_status":"success"'
	events | grep -F '"route_code":"0","test_id":"other","test_status":"fail"'
	attached t/a.sh reason | grep -F '1 test in its output failed'
}

@test "--tag is on every test, and stestr's own tags are refused" {
	three
	runs 1 -t quick --tag=unix
	[ "$(events | grep -c '"test_tags":\["quick","unix"\]')" -eq "$(events | wc -l)" ]
	runs 2 -t worker-1
	runs 2 -t ''
}

@test "--no-tests" {
	mkdir t
	runs 1
	runs 1 --no-tests=fail
	[ "$(cat err)" = 'subunit2 run: there is no test to run: looked for *.t, *.bats, and *.sh and test* with the execute bit, in t' ]
	runs 0 --no-tests=pass
	[ ! -s err ]
	runs 2 --no-tests=maybe
}

@test "--exit=stream: 0 once the stream is whole" {
	three
	runs 0 --exit=stream
	finals | grep -Fx 'fail t/b.sh'
	runs 2 --exit=command
}

@test "--skip-exit and --strict" {
	script t/a.sh <<<'exit 4'
	runs 0 --skip-exit=4
	[ "$(ended t/a.sh)" = skip ]
	script t/a.sh <<<'exit 77'
	runs 1 --skip-exit=none
	script t/a.sh <<<'printf "%s\n" 1..1 "ok 1 - x # TODO"'
	runs 0
	runs 1 --strict
	[ "$(ended t/a.sh)" = fail ]
}

@test "a *.t script: one line of TAP's form is enough" {
	script t/a.t <<<'echo "ok all done"'
	script t/b.t <<<'echo nothing'
	script t/c.sh <<<'echo "ok all done"'
	runs 1
	[ "$(ended "t/a.t::all done")" = success ]
	[ "$(ended t/a.t)" = fail ]
	[ "$(ended t/b.t)" = success ]
	[ "$(ended t/c.sh)" = success ]
}

@test "all packets in the FIFO at the end of a test are read, however many" {
	for _ in {1..8}; do
		head -c 100000 /dev/zero | tr '\0' x | subunit2 status -a file=- --no-eof
	done >packets
	subunit2 status late ok >>packets
	script t/a.sh <<-'END'
		echo $$ >up
		until [ -e go ]; do sleep 0.02; done
		exec 3<>"$SUBUNIT2_OUTPUT"
		/usr/bin/python3 -c 'import fcntl; fcntl.fcntl(3, fcntl.F_SETPIPE_SZ, 1 << 20)' || exit 9
		cat packets >&3
	END
	# The run sees the end of the test and all that it wrote at once.
	subunit2 run >out 3>&- &
	run=$!
	until_true [ -s up ]
	kill -STOP "$run"
	touch go
	until_true is_gone "$(cat up)"
	kill -CONT "$run"
	wait "$run"
	[ "$(ended late)" = success ]
}

@test "--executor: --skip-exit, --expect-fail and --strict go along" {
	script t/a.sh <<<'exit 77'
	script t/b.sh <<<'exit 1'
	script t/c.sh <<<'printf "1..1\nok 1 # TODO\n"'
	script t/d.sh <<<'exit 78'
	echo t/b.sh >expected
	runs 1 --executor='{argv}' --expect-fail=expected --skip-exit=78
	[ "$(finals)" = $'fail t/a.sh\nxfail t/b.sh\nsuccess t/c.sh\nskip t/d.sh' ]
	runs 1 --executor='{argv}' --skip-exit=none --strict
	[ "$(finals)" = $'fail t/a.sh\nfail t/b.sh\nfail t/c.sh\nfail t/d.sh' ]
}

@test "--from: how the output of scripts is read" {
	script t/a.sh <<<'printf "%s\n" "fine - one" "ok two" "1..1"'
	script t/b.sh <<<'echo nothing'
	runs 1 --from=tap
	[ "$(ended t/a.sh)" = success ]
	[ "$(ended t/a.sh::two)" = success ]
	[ "$(ended t/b.sh)" = fail ]
	runs 0 --from=text
	[ -z "$(ended t/a.sh::two)" ]
	runs 1 --from=tap --executor="sh -c {shell}"
	[ "$(ended t/a.sh::two)" = success ]
	[ "$(ended t/b.sh)" = fail ]
	run -2 subunit2 run --from=xml
}

@test "--timeout" {
	script t/a.sh <<<'sleep 60'
	runs 1 --timeout=100ms --grace=100ms
	attached t/a.sh reason | grep -F 'timed out after 0.100s'
	whole
	runs 2 --timeout=soon
}

@test "--stdin" {
	script t/a.sh <<<'cat'
	echo typed >typed
	runs 0 <typed
	[ -z "$(attached t/a.sh stdout)" ]
	runs 0 --stdin=inherit <typed
	[ "$(attached t/a.sh stdout)" = typed ]
	runs 2 --stdin=x
}

@test "--executor: {argv} and {shell}, and their values" {
	three
	runs 1 --executor='env X=1 {argv}' -j2
	whole
	diff - <(finals) <<<$'success t/a.sh\nfail t/b.sh\nskip t/c.sh'
	[ "$(attached t/b.sh reason)" = 'exit status 3' ]
	runs 1 --executor='sh -c {shell}' -- "it's" '$x'
	diff - <(finals) <<<$'success t/a.sh\nfail t/b.sh\nskip t/c.sh'
	script t/d.sh <<<'echo "$WHO $SUBUNIT2_TEST_ID $SUBUNIT2_SLOT $SUBUNIT2_ATTEMPT $1"'
	runs 0 --executor='env "WHO={id} {slot} {instance} {attempt}" {argv}' --instances=one,two t/d.sh -- "it's"
	[ "$(attached t/d.sh stdout)" = "t/d.sh 0 one 1 t/d.sh 0 1 it's" ]
	for wrong in "sh -c" "{argv} \\" "x{argv}" "ssh 'x {shell}" "{argv} \"x"; do
		runs 2 --executor="$wrong"
		grep -F -e "--executor=$wrong: " err
	done
	runs 2 -e "perl 'x"
	runs 2 --instances=a,b
	runs 2 --executor='{argv}' --stdin=inherit
}

@test "--executor: a script's name or an instance is never more than a value" {
	local name
	for name in 't/$(touch pwn).sh' 't/`touch pwn`.sh' "t/it's;touch pwn;.sh" 't/"; touch pwn; ".sh' 't/plain.sh'; do
		script "$name" <<<'exit 0'
	done
	runs 0 --executor='sh -c "echo {id}; {shell}"' t
	[ "$(events | grep -c '"test_status":"success"')" = 5 ]
	runs 1 --executor='sh -c "echo \"{id}\"; {shell}"' t
	[ "$(events | grep -c '"test_status":"success"')" = 1 ]
	attached 't/$(touch pwn).sh' reason | grep -F 'cannot put {id} into'
	for name in "'{id}'" '\`echo {id}\`' '\\{id}'; do
		runs 1 --executor="sh -c \"echo $name; {shell}\"" t
		[ "$(events | grep -c '"test_status":"success"')" = 1 ]
	done
	script given <<<'printf "%s\\n" "$1" >>ids; shift; exec "$@"'
	runs 0 --executor='./given {id} {argv}' t
	diff <(sort ids) <(cd . && printf '%s\n' t/*.sh | sort)
	runs 1 --executor='env ID={id} {argv}' t
	[ "$(events | grep -c '"test_status":"success"')" = 1 ]
	[ "$(find . -name 'pwn*')" = '' ]
	runs 1 --executor='./given {instance} {argv}' --instances=-oProxyCommand=x,one t/plain.sh
	attached t/plain.sh reason | grep -F 'cannot put {instance} into'
	runs 2 --executor='./given {instance} {argv}' --instances=one,a/b t/plain.sh
	grep -F 'instance a/b: ' err
	runs 3 --executor='./given {instance} {argv}' --instance-provision='echo a/b' t/plain.sh
	grep -F 'instance a/b: ' err
	runs 0 --executor='./given {instance} {argv}' --instance-provision='echo a\;touch,pwn' \
		--instance-dispose='echo $INSTANCE_IDS >disposed' t/plain.sh
	diff disposed - <<<'a;touch,pwn'
}

@test "an executor that loses the stream is an infrastructure error, tried elsewhere" {
	script t/a.sh <<<'exit 0'
	script engine <<-'END'
		[ "$1" != bad ] || exit 255
		shift
		exec "$@"
	END
	echo $'bad\ngood' >instances
	runs 1 -j1 --instances=instances --executor='./engine {instance} {argv}' t/a.sh
	[ "$(ended t/a.sh)" = 'fail "infrastructure"' ]
	attached t/a.sh reason | grep -F 'the stream ended without the test'
	attached t/a.sh reason | grep -F 'exit status 255'
	runs 0 -j1 --retries=1 --instances=instances --executor='./engine {instance} {argv}' t/a.sh
	whole
	[ "$(ended t/a.sh)" = 'success "flaky"' ]
	attached t/a.sh attempt-1 | grep -F 'exit status 255'
}

@test "--instance-provision and --instance-dispose" {
	three
	script provide <<<'for i in $(seq "$1"); do echo "box$i"; done'
	runs 1 -j2 --instance-provision='./provide $INSTANCE_COUNT' \
		--instance-dispose='echo $INSTANCE_IDS >disposed' --executor='env WHERE={instance} {argv}'
	diff - disposed <<<'box1 box2'
	diff - <(finals) <<<$'success t/a.sh\nfail t/b.sh\nskip t/c.sh'
	runs 0 --instance-provision='yes box | head -1' --instance-dispose='yes | head -1 >/dev/null' \
		--executor='env {argv}' t/a.sh
	[ ! -s err ]
	runs 3 --instance-provision='exit 3' --executor='{argv}'
	grep -F 'exit status 3' err
	runs 3 --instance-provision='true' --executor='{argv}'
	grep -F 'printed no instance' err
}

@test "instances: output, input and leaked processes of the commands" {
	script t/a.sh <<<'exit 0'
	# Neither takes what is standard input, nor puts anything into the stream.
	echo typed | runs 0 --instance-provision='cat; echo box' --executor='{argv}' \
		--instance-dispose='cat; echo gone'
	whole
	grep -Fx gone err
	[ "$(subunit2 convert --to=events out | grep -c typed)" -eq 0 ]
	run -1 grep -a gone out
	# Processes that still run are not waited for.
	runs 0 --instance-provision='sh -c "echo \$\$ >left; exec sleep 1000" & until [ -s left ]; do :; done; echo box' \
		--executor='{argv}'
	kill "$(cat left)"
}

@test "instances: a signal while they are made disposes of those that were" {
	script t/a.sh <<<'touch ran'
	env --default-signal timeout 60 sh -c 'echo $$ >pid; exec subunit2 run "$@"' sh --executor='{argv}' \
		--instance-provision='echo box; touch made; exec sleep 1000' \
		--instance-dispose='echo $INSTANCE_IDS >disposed' >out 2>err 3>&- &
	until [ -e made ]; do :; done
	kill -TERM "$(cat pid)"
	status=0
	wait $! || status=$?
	[ "$status" -eq 143 ]
	[ "$(cat disposed)" = box ]
	[ ! -e ran ]
}

@test "-o: the formats by their endings, and the report on stdout" {
	three
	runs 1 -o all.subunit -o junit.xml -o text:lines
	grep -F 'scripts: 1 passed, 1 failed, 1 skipped' out
	grep -F '<testsuite' junit.xml
	grep -F 'FAIL  t/b.sh' lines
	diff - <(finals all.subunit) <<<$'success t/a.sh\nfail t/b.sh\nskip t/c.sh'
	runs 1 -q -o all.subunit
	[ ! -s out ]
	runs 1 --append -o all.subunit
	[ "$(finals all.subunit | wc -l)" -eq 6 ]
	runs 3 -o missing/all.subunit
	grep -F 'missing/all.subunit: No such file or directory' err
}

@test "-v shows what passes; -q does not" {
	script t/a.sh <<<'echo chatter'
	runs 0 -v --to=text
	grep chatter out
	runs 0 --to=text
	lacks chatter out
}

@test "GITHUB_ACTIONS: errors are annotated, and output injects nothing" {
	script t/b.sh <<<'echo "::error::injected"; exit 3'
	GITHUB_ACTIONS=true runs 1 -o all.subunit
	grep -E '^::error .*t/b.sh' out
	lacks -E '^::error::injected' out
}

@test "wrong use is 2, with one line" {
	for arguments in --bogus -j --no-tests --leaked=x --grace=x --leak-timeout=x '-o x.y' --to=x; do
		# shellcheck disable=SC2086
		runs 2 $arguments
		[ "$(wc -l <err)" -eq 1 ]
		grep '^subunit2 run: ' err
		[ ! -s out ]
	done
}

@test "a stream that cannot be written is 3, and ends the tests" {
	three
	status=0
	subunit2 run >/dev/full 2>err || status=$?
	[ "$status" -eq 3 ]
	grep -F 'No space left on device' err
	script t/a.sh <<<'touch here; sleep 60'
	status=0
	# Nothing is written before the reader is gone.
	mkfifo stream
	sh -c 'exec 4>stream; until [ -e closed ]; do sleep 0.02; done; exec timeout 60 subunit2 run --grace=1s t/a.sh >&4 4>&- 2>err' 3>&- &
	exec 5<stream 5<&-
	touch closed
	wait $! || echo $? >status
	[ "$(cat status)" -eq 3 ]
	grep -F 'Broken pipe' err
}

@test "a list of a folder that cannot be read is not complete" {
	script t/a.t <<<'echo ok 1'
	run -1 --separate-stderr strace -qq -o trace -P t -e trace=openat -e inject=openat:error=EMFILE \
		subunit2 run --list t
	[ "$output" = t ]
	[[ $stderr == *'subunit2 run: t: Too many open files' ]]
}
