#!/bin/bash
# Real suites, under `subunit2 wrap` and under their own harness; the two must agree.
#
#   tests/suites/run.sh [NAME...]        hello liburi-perl node subtests
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

# Downloads the Debian source of package $1 into the cache, unless it is there: from where this
# machine has its packages. Its own apt sources stay as they are.
download() {
	local apt=(apt-get -qq -o APT::Sandbox::User=root
		-o "Dir::Etc::sourcelist=$cache/sources.list" -o Dir::Etc::sourceparts=-
		-o "Dir::State::lists=$cache/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
	if compgen -G "$cache/$1_*.dsc" >/dev/null; then
		return
	fi
	apt-get indextargets --format "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
\$(REPO_URI) \$(CODENAME) \$(COMPONENT)" 'Created-By: Packages' 'Origin: Debian' >"$cache/sources.list"
	cd "$cache"
	"${apt[@]}" update
	"${apt[@]}" source --download-only "$1"
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

# What holds for every suite's stream.
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

suite_hello() {
	local source status=0 wrapped=0
	source=$(fetch hello)
	cd "$source"
	{ ./configure -q && make -s; } >&2
	make check >"$work/hello/plain" 2>&1 || status=$?
	subunit2 wrap -i hello -- make check >"$work/hello.subunit" || wrapped=$?
	check "exit status $status" [ "$wrapped" = "$status" ]
	grep -A 9 '^Testsuite summary' "$work/hello/plain" >"$work/hello/totals"
	detail=yes check "the harness's totals are in the stream" totals_kept
	automake_results "$work/hello/plain" >"$work/hello/expected"
	printf 'hello\t%s\t%s\n' "$([ $status = 0 ] && echo success || echo fail)" "$work/hello/expected" \
		>"$work/hello.manifest"
}

# The results on an automake console, as assertions.pl prints assertions.
automake_results() {
	awk -F ': ' '
		BEGIN {
			split("PASS success FAIL fail SKIP skip XFAIL xfail XPASS uxsuccess ERROR fail", words, " ")
			for (i = 1; i in words; i += 2)
				outcome[words[i]] = words[i + 1]
		}
		$1 in outcome { print 0 "\t" outcome[$1] "\t" $2 }' "$1"
}

totals_kept() {
	subunit2 convert --to=json "$work/hello.subunit" | grep -o '"file_text":".*' >"$work/hello/text"
	while read -r line; do
		grep -qF -- "$line" "$work/hello/text" || { echo "lost: $line"; return 1; }
	done < <(grep '^# [A-Z]*:' "$work/hello/totals")
	grep '^# [A-Z]*:' "$work/hello/totals" | tr -d '#\n'
}

suite_liburi-perl() {
	cd "$(fetch liburi-perl)"
	for file in t/*.t; do
		script "$file" perl -Ilib "$file"
	done
}

suite_node() {
	cd "$here"
	script node.test.js node --test --test-reporter=tap node.test.js
}

suite_subtests() {
	cd "$here"
	script subtests.t perl subtests.t
}

[ $# -gt 0 ] || set -- hello liburi-perl node subtests
for suite; do
	[ "$(type -t "suite_$suite")" = function ] || { echo "no suite called $suite" >&2; exit 2; }
	mkdir "$work/$suite"
	"suite_$suite"
	judge
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
