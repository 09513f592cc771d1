# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shellcheck shell=bash
# Small suites of known outcomes, one for each producer, in producers/. Sourced by run.sh, whose
# functions and variables they use.
#
# A suite is run live under wrap or run, and its report file is converted. Each stream has to hold
# the results in producers/expected/NAME, "STATUS ID" in each line, and as many of each status as
# the producer itself counts. UPDATE=1 writes these files: read them before you commit them.

producers=(producer-bats producer-catch2 producer-check producer-cmocka producer-criterion
	producer-ctest producer-glib producer-gtest producer-meson producer-prove producer-pytest
	producer-tape producer-test2)

# The suite works in a copy of producers/.
enter_producers() {
	cp -R "$here/producers" "$work/$suite/source"
	cd "$work/$suite/source"
}

# Prints the final statuses of stream $1.
results() {
	subunit2 convert --to=events "$1" |
		sed -nE 's/^[^ ]+ (success|fail|skip|xfail|uxsuccess) (.*)/\1 \2/p' |
		sed -E 's/ (runnable|tags=[^ ]*|file=.*)//g' | LC_ALL=C sort
}

# Prints how many results of stream $1 have one of the statuses $2 (a|b|c), its command left out.
count() {
	results "$1" | grep -vE "^[a-z]+ $suite\$" | grep -cE "^($2) " || true
}

# Compares the results of stream $1 with those in the file expected/$2.
results_are() {
	if [ -n "${UPDATE:-}" ]; then
		results "$1" >"$here/producers/expected/$2"
	fi
	results "$1" | diff "$here/producers/expected/$2" -
	results "$1" | wc -l
}

# Checks the stream $1, which has to hold what is in expected/$2, and the verdict: not good.
known() {
	detail=yes check "the known results ($2)" results_are "$1" "$2"
	check 'verdict 1' verdict_is 1 "$1"
}

# Runs COMMAND... plain and under wrap, into $2.subunit; stdout of both goes to files as well.
live() { # NAME COMMAND...
	local name=$1 status=0 wrapped=0
	shift
	"$@" >"$name.plain" 2>"$name.plain.stderr" </dev/null || status=$?
	subunit2 wrap -i "$suite" -- "$@" >"$name.subunit" 2>/dev/null </dev/null || wrapped=$?
	check "exit status $status ($name)" [ "$wrapped" = "$status" ]
	known "$name.subunit" "$name"
}

# Converts the report FILE into $1.subunit.
report_file() { # NAME FILE
	subunit2 convert -o "$1.subunit" "$2"
	known "$1.subunit" "$1"
}

# Checks that the producer counts as many as stream $1 holds. Each further argument is
# "STATUS|STATUS=NUMBER".
own_counts() {
	local stream=$1
	shift
	check 'its own counts' counts_are "$stream" "$@"
}

counts_are() {
	local stream=$1 want
	shift
	for want; do
		[ "$(count "$stream" "${want%=*}")" = "${want#*=}" ] || {
			echo "$want counted by the producer, $(count "$stream" "${want%=*}") here"
			return 1
		}
	done
}

# Compares the assertions of stream $1 with those that TAP::Parser reads in the file $2. The sed
# expression $3 removes from the file what is no part of an id here.
tap_parser_agrees() {
	sed -E "${3:-}" "$2" | "$here/assertions.pl" >"$2.assertions"
	printf '%s\tfail\t%s\n' "$suite" "$2.assertions" >"$2.manifest"
	"$here/compare.py" "$1" "$2.manifest"
}

# Prints the number in the first line of file $2 that the regular expression $1 finds, else 0.
# The number is the first group.
number() {
	local found
	found=$(sed -nE "s/.*$1.*/\\1/p" "$2" | head -n 1)
	echo "${found:-0}"
}

# Installs the packages of npm/$1 into the build folder, and links them here. In CI it is an error
# if npm cannot get them.
node_modules() {
	local packages=$here/npm/$1 folder=$here/../../build/suites/$1
	mkdir -p "$folder"
	(
		flock 9
		cp "$packages"/package*.json "$folder"
		cmp -s "$folder/package-lock.json" "$folder/installed" && exit
		cd "$folder"
		npm ci --ignore-scripts --no-audit --no-fund >&2 9>&-
		cp package-lock.json installed
	) 9>"$folder/lock" || {
		[ -z "${CI:-}" ] || return 1
		echo "skip  $suite: npm cannot install its packages"
		return 77
	}
	ln -s "$(realpath "$folder")/node_modules" node_modules
}

# tap has hundreds of packages: .ci/full runs it.
suite_producer-tap() {
	enter_producers
	node_modules tap || return $?
	live tap node tap.mjs
	detail=yes check 'TAP::Parser' tap_parser_agrees tap.subunit tap.plain 's/ # time=.*//'
	# It counts neither of the two parents that failed, "adds" and "throws".
	own_counts tap.subunit "fail=$(($(number 'fail: ([0-9]+)' tap.plain) + 2))" \
		"skip=$(number 'skip: ([0-9]+)' tap.plain)"
}

suite_producer-tape() {
	enter_producers
	node_modules tape || return $?
	live tape node tape.js
	detail=yes check 'TAP::Parser' tap_parser_agrees tape.subunit tape.plain
	own_counts tape.subunit "success|skip|xfail=$(number '^# pass +([0-9]+)' tape.plain)" \
		"fail=$(number '^# fail +([0-9]+)' tape.plain)" \
		"success|skip|xfail|fail=$(number '^# tests +([0-9]+)' tape.plain)"
}

suite_producer-bats() {
	enter_producers
	live bats bats --formatter tap bats.bats
	detail=yes check 'TAP::Parser' tap_parser_agrees bats.subunit bats.plain
	bats --formatter pretty bats.bats >counts 2>&1 || true
	local tests failures skipped
	tests=$(number '([0-9]+) tests' counts)
	failures=$(number '([0-9]+) failures?' counts)
	skipped=$(number '([0-9]+) skipped' counts)
	own_counts bats.subunit "fail=$failures" "skip=$skipped" "success=$((tests - failures - skipped))"
	subunit2 run bats.bats >run.subunit || true
	known run.subunit bats-run
}

suite_producer-test2() {
	enter_producers
	live test2 perl test2.t
	detail=yes check 'TAP::Parser' tap_parser_agrees test2.subunit test2.plain
	prove test2.t >prove.out 2>/dev/null || true
	check "as many as prove counts" [ "$(results test2.subunit | grep -c " $suite::[^:]*\$")" = \
		"$(number 'Tests=([0-9]+)' prove.out)" ]
}

suite_producer-prove() {
	enter_producers
	subunit2 wrap -i "$suite" -- prove test2.t >prove.subunit 2>/dev/null || true
	known prove.subunit prove
	subunit2 wrap -i "$suite" -- prove -v test2.t >prove-v.subunit 2>/dev/null || true
	known prove-v.subunit prove-v
}

# Compiles $1 with the rest of the arguments.
compile() {
	local source=$1
	shift
	case $source in
	*.cc) g++ -O0 -w -o "${source%.*}" "$source" "$@" ;;
	*) cc -O0 -w -o "${source%.*}" "$source" "$@" ;;
	esac
}

suite_producer-glib() {
	enter_producers
	# shellcheck disable=SC2046 # words
	compile glib.c $(pkg-config --cflags --libs glib-2.0)
	live glib ./glib --tap
	detail=yes check 'TAP::Parser' tap_parser_agrees glib.subunit glib.plain \
		's,^(not ok [0-9]+ /[^ ]+) - .*,\1,'
}

suite_producer-check() {
	enter_producers
	# shellcheck disable=SC2046 # words
	compile check.c $(pkg-config --cflags --libs check)
	live check-tap env CK_VERBOSITY=silent CK_TAP_LOG_FILE_NAME=/dev/stdout ./check
	live check-subunit1 ./check subunit
	./check >counts || true
	local all bad
	all=$(number 'Checks: ([0-9]+)' counts)
	bad=$(($(number 'Failures: ([0-9]+)' counts) + $(number 'Errors: ([0-9]+)' counts)))
	own_counts check-subunit1.subunit "fail=$bad" "success=$((all - bad))"
	# Its messages are not escaped in TAP: "# TODO" in one excuses a failure there.
	own_counts check-tap.subunit "fail|xfail=$bad" "success=$((all - bad))"
}

suite_producer-cmocka() {
	enter_producers
	compile cmocka.c -lcmocka
	live cmocka-tap env CMOCKA_MESSAGE_OUTPUT=TAP ./cmocka
	live cmocka-subunit1 env CMOCKA_MESSAGE_OUTPUT=SUBUNIT ./cmocka
	./cmocka >counts 2>&1 || true
	local good
	good=$(sed -nE 's/.*\[  PASSED  \] ([0-9]+).*/\1/p' counts | awk '{ sum += $1 } END { print sum }')
	own_counts cmocka-tap.subunit "success=$good" "skip=$(number 'SKIPPED \] ([0-9]+)' counts)"
	own_counts cmocka-subunit1.subunit "success=$good" "skip=$(number 'SKIPPED \] ([0-9]+)' counts)"
	CMOCKA_MESSAGE_OUTPUT=XML CMOCKA_XML_FILE='cmocka-%g.xml' ./cmocka || true
	report_file cmocka-junit cmocka-first.xml
}

suite_producer-criterion() {
	enter_producers
	compile criterion.c -lcriterion
	live criterion ./criterion --tap
	./criterion >counts 2>&1 || true
	# Those that were skipped are not counted.
	own_counts criterion.subunit "success=$(number 'Passing: ([0-9]+)' counts)" \
		"fail=$(number 'Failing: ([0-9]+)' counts)"
	./criterion --xml=criterion.xml 2>/dev/null || true
	report_file criterion-junit criterion.xml
}

suite_producer-gtest() {
	enter_producers
	compile gtest.cc -lgtest -lgtest_main
	./gtest --gtest_output=xml:gtest.xml >counts || true
	report_file gtest-junit gtest.xml
	own_counts gtest-junit.subunit "success=$(number '\[  PASSED  \] ([0-9]+)' counts)" \
		"fail=$(number '\[  FAILED  \] ([0-9]+) tests' counts)" \
		"skip=$(($(number '\[  SKIPPED \] ([0-9]+)' counts) + $(number 'YOU HAVE ([0-9]+) DISABLED' counts)))"
}

suite_producer-catch2() {
	enter_producers
	compile catch2.cc -lCatch2WithMain
	live catch2 ./catch2 -r tap
	./catch2 >counts || true
	# In TAP a failure that is expected is a failure.
	own_counts catch2.subunit "success=$(number '^assertions:.* ([0-9]+) passed' counts)" \
		"fail=$(($(number '^assertions:.* ([0-9]+) failed \|' counts) + \
			$(number '([0-9]+) failed as expected$' <(grep ^assertions: counts))))"
	# In JUnit a test that should fail, and passes, has passed.
	./catch2 -r junit -o catch2.xml || true
	report_file catch2-junit catch2.xml
}

suite_producer-pytest() {
	local counts=counts
	enter_producers
	/usr/bin/python3 -m pytest -p no:cacheprovider --junit-xml=pytest.xml test_pytest.py >counts || true
	tail -n 1 counts >last
	report_file pytest-junit pytest.xml
	# A test that fails, and whose tear-down does, is one failure and one error.
	own_counts pytest-junit.subunit "skip=$(number '([0-9]+) skipped' last)" \
		"xfail=$(number '([0-9]+) xfailed' last)" \
		"fail=$(($(number '([0-9]+) failed' last) + $(number '([0-9]+) error' last)))"
}

suite_producer-meson() {
	enter_producers
	meson setup b >/dev/null
	live meson meson test -C b --no-rebuild
	own_counts meson.subunit "success=$(number '^Ok: +([0-9]+)' meson.plain)" \
		"fail=$(($(number '^Fail: +([0-9]+)' meson.plain) + $(number '^Timeout: +([0-9]+)' meson.plain)))" \
		"xfail=$(number '^Expected Fail: +([0-9]+)' meson.plain)" \
		"uxsuccess=$(number '^Unexpected Pass: +([0-9]+)' meson.plain)" \
		"skip=$(number '^Skipped: +([0-9]+)' meson.plain)"
	# Meson 1.0 writes a time-out and an unexpected success into it as if they had passed.
	report_file meson-junit b/meson-logs/testlog.junit.xml
}

suite_producer-ctest() {
	enter_producers
	cmake -S . -B b >/dev/null
	live ctest ctest --test-dir b --output-junit c.xml
	local bad all
	bad=$(number '([0-9]+) tests failed out of' ctest.plain)
	all=$(number 'tests failed out of ([0-9]+)' ctest.plain)
	own_counts ctest.subunit "fail=$bad" "success=$((all - bad - 1))" \
		"skip=$(sed -n '/did not run:/,/^$/p' ctest.plain | grep -c ' - ')"
	report_file ctest-junit b/c.xml
	own_counts ctest-junit.subunit "fail=$bad"
}
