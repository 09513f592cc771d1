#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Real suites, under `subunit2 wrap` and under their own harness; the two must agree.
#
#   tests/suites/run.sh [NAME...]        cjson dejagnu hello liburi-perl node prove prove-quiet
#                                        subtests producers
#   tests/suites/run.sh all              besides: bats bubblewrap cmocka cpio json-c libpipeline libsigsegv
#                                        libtext-csv-perl popt producer-tap wayland, which take minutes
#
# "producers" stands for producer-tap, producer-gtest and so on: small suites in producers/, of which
# every result is known. See producers.bash.
#
# hello, popt, libsigsegv (folders) and bubblewrap (TAP) are checked by automake: its totals, its
# console and its .trs files say what is right. bats reads its own tests and counts them.
#
# Debian sources are downloaded with apt-get into $XDG_CACHE_HOME/subunit2-suites. Each script's
# assertions are compared one by one with what Perl's TAP::Parser reads; the stream of each
# suite is then read by Python's subunit, subunit-stats, subunit2junitxml and testr.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$here/../../build:$PATH
cache=${XDG_CACHE_HOME:-$HOME/.cache}/subunit2-suites
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
# shellcheck source=tests/suites/sources.bash
. "$here/sources.bash"

# shellcheck source=tests/suites/consoles.bash
. "$here/consoles.bash"

# shellcheck source=tests/suites/producers.bash
. "$here/producers.bash"

# Says whether a check held: NAME, then a command.
check() {
	local name=$1
	shift
	if "$@" >"$work/check.log" 2>&1; then
		passed=$((passed + 1))
		printf 'ok    %s: %s\n' "$suite" "$name${detail:+: $(tail -n 1 "$work/check.log")}"
	else
		failed=$((failed + 1))
		printf 'FAIL  %s: %s\n' "$suite" "$name"
		sed 's/^/      /' "$work/check.log"
	fi
}

# Unpacks the Debian source of package $1 and prints its folder.
fetch() {
	mkdir -p "$cache/lists/partial"
	(
		flock 9
		download "$1"
	) 9>"$cache/lock" >&2
	dpkg-source --no-check -x "$cache/$1"_*.dsc "$work/$suite/source" >&2
	echo "$work/$suite/source"
}

# Runs script $1 (its id) by the rest of the arguments, plain and wrapped. The assertions of the
# plain run and its verdict go into $suite's manifest, the stream after the others.
script() {
	local id=$1 base=$work/$suite/${1//\//_} status=0 wrapped=0 verdict=success
	shift
	"$@" >"$base.tap" 2>/dev/null </dev/null || status=$?
	subunit2 wrap -i "$id" -- "$@" >>"$work/$suite.subunit" || wrapped=$?
	if [ "$status" != "$wrapped" ]; then
		check "$id exits with $status" [ "$wrapped" = "$status" ]
	fi
	"$here/assertions.pl" "$base.tap" >"$base.expected"
	if grep -q '^1\.\.0' "$base.tap"; then
		verdict=skip
	elif [ "$status" != 0 ]; then
		verdict=fail
	fi
	printf '%s\t%s\t%s\n' "$id" "$verdict" "$base.expected" >>"$work/$suite.manifest"
}

# Checks for the stream of every suite.
judge() {
	local stream=$work/$suite.subunit good=0
	detail=yes check 'every assertion' "$here/compare.py" "$stream" "$work/$suite.manifest"
	grep -q $'\tfail\t' "$work/$suite.manifest" && good=1
	check "verdict $good" verdict_is "$good" "$stream"
	check 'counts of subunit-stats' stats_agree "$stream"
	check 'subunit2junitxml' junit_agrees "$stream"
	check 'testr load' testr_agrees "$stream"
}

verdict_is() {
	local status=0
	subunit2 report --to=summary "$2" || status=$?
	[ "$status" = "$1" ]
}

# Prints how many tests of stream $1 ended with status $2, by our own reading.
tests_with() {
	subunit2 convert --to=json "$1" | grep -c "\"test_status\":\"$2\"" || true
}

stats_agree() {
	local stats
	stats=$(subunit-stats <"$1") || true
	echo "$stats"
	expect_stat "$stats" 'Failed tests' $(($(tests_with "$1" fail) + $(tests_with "$1" uxsuccess)))
	expect_stat "$stats" 'Skipped tests' "$(tests_with "$1" skip)"
	expect_stat "$stats" 'Passed tests' $(($(tests_with "$1" success) + $(tests_with "$1" xfail)))
}

expect_stat() {
	local value
	value=$(sed -n "s/^$2: *//p" <<<"$1")
	[ "$value" = "$3" ] || { echo "$2: $value there, $3 here"; return 1; }
}

junit_agrees() {
	local failures
	subunit2junitxml <"$1" >"$work/junit.xml" || true
	xmllint --noout "$work/junit.xml"
	failures=$(xmllint --xpath 'count(//testcase[failure or error])' "$work/junit.xml")
	[ "$failures" = "$(tests_with "$1" fail)" ] || { echo "$failures failures in JUnit"; return 1; }
}

testr_agrees() (
	rm -rf "$work/repository"
	mkdir "$work/repository"
	cd "$work/repository"
	printf '[DEFAULT]\ntest_command=true\n' >.testr.conf
	testr init
	testr load <"$1" || true
	testr last || true
	diff <(testr failing --list | sort) <(failing_ids "$1")
)

failing_ids() {
	subunit2 convert --to=json "$1" | sed -n '/"test_status":"fail"/s/.*"test_id":"\(\([^"\\]\|\\.\)*\)".*/\1/p' | sort
}

# Package $1's `make check` as it is, under wrap, and with our driver; $2...: for configure.
automake_suite() {
	local package=$1 source status=0 wrapped=0
	shift
	source=$(fetch "$package")
	cd "$source"
	{ FORCE_UNSAFE_CONFIGURE=1 ./configure -q "$@" && make -s -j2; } >&2
	make -w check >"$work/$suite/plain" 2>&1 || status=$?
	results_kept >"$work/$suite/kept"
	subunit2 wrap -i "$package" -- make -w check >"$work/$suite.subunit" || wrapped=$?
	check "exit status $status" [ "$wrapped" = "$status" ]
	detail=yes check "the harness's totals are in the stream" totals_kept
	automake_results "$source" <"$work/$suite/plain" >"$work/$suite/expected"
	detail=yes check "no more and no fewer results than the totals" totals_met
	printf '%s\t%s\t%s\n' "$package" "$([ $status = 0 ] && echo success || echo fail)" \
		"$work/$suite/expected" >"$work/$suite.manifest"
	wrapped=0
	subunit2 wrap --automake -i "$package" -- make -j2 check >"$work/$suite/driven" || wrapped=$?
	check "exit status $status with --automake" [ "$wrapped" = "$status" ]
	detail=yes check 'the same .trs files' trs_agree
	check 'a test for each of them' driven_tests
}

# The results in automake's .trs files, and which of them it would check again.
results_kept() {
	find . -name '*.trs' -printf '%P\n' | sort | while read -r file; do
		echo "$file"
		grep -E '^:(test-result|recheck):' "$file" | sort
	done
}

trs_agree() {
	results_kept | diff "$work/$suite/kept" -
	echo "$(grep -c '\.trs$' "$work/$suite/kept") files, $(grep -c '^:test-result' "$work/$suite/kept") results"
}

# Every .trs file's test is in the stream, under its folder.
driven_tests() {
	subunit2 ls --all "$work/$suite/driven" | sed 's/\.[^./]*$//' | sort -u >"$work/$suite/ids"
	grep '\.trs$' "$work/$suite/kept" | sed -E 's/\.trs$//; s/\.[^./]*$//' | sort -u >"$work/$suite/files"
	[ -z "$(comm -13 "$work/$suite/ids" "$work/$suite/files" | tee /dev/stderr)" ]
}

# The results on the console of `make -w check` in folder $1, as assertions.pl prints assertions.
automake_results() {
	awk -v top="$1/" '
		BEGIN {
			split("PASS success FAIL fail SKIP skip XFAIL xfail XPASS uxsuccess ERROR fail", words, " ")
			for (i = 1; i in words; i += 2)
				outcome[words[i]] = words[i + 1]
		}
		/: Entering directory / { split($0, parts, /\047/); folders[++depth] = parts[2] "/" }
		/: Leaving directory / { depth-- }
		match($0, /^[A-Z]+: /) && (word = substr($0, 1, RLENGTH - 2)) in outcome {
			name = substr($0, RLENGTH + 1)
			sub(/ # .*/, "", name)
			if (!sub(/^[^ ]+ [0-9]+ (- )?/, "", name) && name !~ / /)
				name = substr(folders[depth], length(top) + 1) name
			print 0 "\t" outcome[word] "\t" name
		}'
}

totals_kept() {
	subunit2 convert --to=json "$work/$suite.subunit" | grep -o '"file_text":".*' >"$work/$suite/text"
	while read -r line; do
		grep -qF -- "$line" "$work/$suite/text" || { echo "lost: $line"; return 1; }
	done < <(grep '^# [A-Z]*:' "$work/$suite/plain")
	grep '^# [A-Z]*:' "$work/$suite/plain" | tr -d '#\n'
}

totals_met() {
	local total results
	total=$(sed -n 's/^# TOTAL: *//p' "$work/$suite/plain" | awk '{ sum += $1 } END { print sum }')
	results=$(wc -l <"$work/$suite/expected")
	echo "$results of $total results"
	[ "$results" = "$total" ]
}

suite_hello() {
	automake_suite hello
}

suite_popt() {
	automake_suite popt
}

suite_libsigsegv() {
	automake_suite libsigsegv
}

suite_bubblewrap() {
	automake_suite bubblewrap --disable-man
}

# prove -v, alone and under wrap: its output about each script belongs to the script.
suite_prove() {
	local status=0 wrapped=0
	cd "$(fetch liburi-perl)"
	perl -le 'print "use Test::More tests => 2; ok 1, q(one); ok 0, q(two);"' >t/0-bad.t
	prove -lv t/[0-i]*.t >"$work/$suite/plain" 2>/dev/null || status=$?
	subunit2 wrap -i prove -- prove -lv t/[0-i]*.t >"$work/$suite.subunit" || wrapped=$?
	check "exit status $status" [ "$wrapped" = "$status" ]
	# Without what prove adds, the scripts' results one after another.
	grep -vxE 'ok( +[0-9]+ ms)?' "$work/$suite/plain" >"$work/$suite/all.tap"
	"$here/assertions.pl" "$work/$suite/all.tap" >"$work/$suite/expected"
	detail=yes check "as many as prove counts" prove_assertions
	prove_results <"$work/$suite/plain" >>"$work/$suite/expected"
	printf 'prove\tfail\t%s\n' "$work/$suite/expected" >"$work/$suite.manifest"
}

# prove counts no subtests.
prove_assertions() {
	local tests results
	tests=$(sed -n 's/^Files=.*, Tests=\([0-9]*\),.*/\1/p' "$work/$suite/plain")
	results=$(grep -c '^0' "$work/$suite/expected")
	echo "$results of $tests results"
	[ "$results" = "$tests" ]
}

# bats' own tests, run by the bats they come with, counted by it: the newest, from unstable.
suite_bats() {
	local status=0 wrapped=0 tests=(test/{load,tagging}.bats)
	mkdir -p "$cache/lists/partial" "$work/bats/source"
	(download bats sid) >&2
	tar -xf "$cache"/bats_*.orig.tar.* -C "$work/bats/source" --strip-components=1
	cd "$work/bats/source"
	bin/bats --formatter tap "${tests[@]}" >"$work/$suite/plain" 2>/dev/null </dev/null || status=$?
	subunit2 wrap -i bats -- bin/bats --formatter tap "${tests[@]}" >"$work/$suite.subunit" || wrapped=$?
	check "exit status $status" [ "$wrapped" = "$status" ]
	"$here/assertions.pl" "$work/$suite/plain" >"$work/$suite/expected"
	printf 'bats\t%s\t%s\n' "$([ $status = 0 ] && echo success || echo fail)" \
		"$work/$suite/expected" >"$work/$suite.manifest"
	SUBUNIT2=$(command -v subunit2) bin/bats --formatter "$here/../../shell/bats-format-subunit" \
		"${tests[@]}" >"$work/$suite/formatted" 2>/dev/null </dev/null || true
	detail=yes check 'our formatter: the same counts' formatter_agrees
}

formatter_agrees() {
	local outcome
	for outcome in success fail skip; do
		echo "$outcome: $(cut -f 2 "$work/$suite/expected" | grep -cx "$outcome" || true)"
	done >"$work/$suite/counts"
	for outcome in success fail skip; do
		echo "$outcome: $(tests_with "$work/$suite/formatted" "$outcome")"
	done | diff "$work/$suite/counts" -
	paste -sd ' ' "$work/$suite/counts"
}

# The tests of libpipeline use Check. The stream is that of the drop-in libsubunit, the expected results
# are those of the libsubunit that writes version 1.
suite_libpipeline() {
	local source script version1=$work/$suite/version1
	source=$(fetch libpipeline)
	cd "$source"
	printf '#include <check.h>\n#define srunner_run_all(runner, mode) srunner_run_all(runner, CK_SUBUNIT)\n' \
		>"$work/$suite/subunit.h"
	{
		./configure -q --disable-shared
		make -s -j2
		make -s -j2 -C tests check TESTS= CFLAGS="-g -include $work/$suite/subunit.h"
	} >&2
	for script in argstr basic exec inspect pump read redirect; do
		script=tests/$script
		subunit2 wrap -i "$script" -- "$script" >"$version1" || true
		subunit2 convert --to=csv "$version1" | sed -n "s,^$script::\(.*\)\,\([a-z]*\)\,.*\,.*,0\t\2\t\1,p" \
			>"$version1.${script##*/}"
		LD_LIBRARY_PATH=$here/../../build/bindings subunit2 wrap -i "$script" -- "$script" \
			>>"$work/$suite.subunit" || true
		printf '%s\t%s\t%s\n' "$script" "$(subunit2 convert --to=csv "$version1" | tail -n 1 | cut -d, -f2)" \
			"$version1.${script##*/}" >>"$work/$suite.manifest"
	done
	detail=yes check 'results of version 1' wc -l "$version1".*
}

suite_liburi-perl() {
	cd "$(fetch liburi-perl)"
	for file in t/*.t; do
		script "$file" perl -Ilib "$file"
	done
	prove -lj2 t >"$work/liburi-perl/prove" 2>&1 || true
	subunit2 run -lj2 t >"$work/liburi-perl/run" || true
	detail=yes check 'run -lj2 t beside prove -lj2 t' runs_agree
}

# Both have the same verdict on every script: prove says "t/x.t .. ok", "skipped: why", or how
# it failed.
runs_agree() {
	sed -nE 's/^(t\/[^ ]+) \.+ *(.*)/\1 \2/p' "$work/liburi-perl/prove" | tr -d '\r' |
		sed -E 's/ ok( .*)?$/ success/; s/ skipped:.*/ skip/; / (success|skip)$/! s/ .*/ fail/' |
		sort >"$work/liburi-perl/prove.verdicts"
	subunit2 convert --to=events "$work/liburi-perl/run" |
		awk '$2 != "-" && $2 != "inprogress" && $4 == "runnable" { print $3, $2 }' |
		sort >"$work/liburi-perl/run.verdicts"
	diff "$work/liburi-perl/prove.verdicts" "$work/liburi-perl/run.verdicts"
	[ -s "$work/liburi-perl/run.verdicts" ]
	wc -l <"$work/liburi-perl/run.verdicts"
}

suite_node() {
	cd "$here"
	script node.test.js node --test --test-reporter=tap node.test.js
	check "node's own counts" node_agrees "$work/$suite/node.test.js.tap"
}

# Node does not count the suite and the script that the failed test is in.
node_agrees() {
	local word want outcome
	for word in fail:fail skipped:skip todo:xfail; do
		want=$(sed -n "s/^# ${word%:*} //p" "$1")
		outcome=$(tests_with "$work/$suite.subunit" "${word#*:}")
		[ "$word" != fail:fail ] || want=$((want + 2))
		[ "$outcome" = "$want" ] || { echo "$word: $want there, $outcome here"; return 1; }
	done
}

suite_subtests() {
	cd "$here"
	script subtests.t perl subtests.t
}

# Runs suite $1 in a process and a folder of its own. The file $1.counts gets its counts at the end.
run_suite() {
	local counts=$work/$1.counts status=0
	suite=$1
	work=$work/$1
	mkdir -p "$work/$suite"
	"suite_$suite" || status=$?
	[ "$status" = 0 ] || [ "$status" = 77 ] || return "$status"
	[[ $suite == producer-* ]] || judge
	echo "$passed $failed" >"$counts"
}

[ $# -gt 0 ] || set -- cjson dejagnu hello liburi-perl node prove prove-quiet subtests producers
[ "$*" != all ] || set -- cjson dejagnu hello libpipeline libsigsegv liburi-perl node prove \
	prove-quiet subtests producers producer-tap bats bubblewrap cmocka cpio json-c libtext-csv-perl \
	popt wayland
if [[ " $* " == *' producers '* ]]; then
	set -- "${@/#producers/}" "${producers[@]}"
	# shellcheck disable=SC2046 # words
	set -- $(printf '%s\n' "$@")
fi
for suite; do
	[ "$(type -t "suite_$suite")" = function ] || { echo "no suite called $suite" >&2; exit 2; }
done
for suite; do
	run_suite "$suite" >"$work/$suite.out" 2>&1 &
done
wait
for suite; do
	cat "$work/$suite.out"
	if read -r ok bad 2>/dev/null <"$work/$suite.counts"; then
		passed=$((passed + ok))
		failed=$((failed + bad))
	else
		failed=$((failed + 1))
		echo "FAIL  $suite: it broke off"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
