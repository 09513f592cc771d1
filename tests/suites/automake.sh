#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# `make check` of Debian packages without subunit2, under `wrap --automake` and under plain `wrap`:
# .trs files, exit status, console and `make recheck` must be equal. Each folder with a parallel harness
# gets a test that fails, since the packages' own tests pass, and `make recheck` would run none.
#
#   tests/suites/automake.sh [NAME...]   patch
#   tests/suites/automake.sh all         besides: ell xz-utils gzip diffutils grep m4 findutils dbus
#                                        libunistring gnupg2 drivers, which take an hour
#
# drivers: automake's own tests of its two drivers, with this driver in the place of both.
#
# Each way, and the saved console of the run without subunit2, must have as many results of each kind.
# A test whose result changes from one run to the next without subunit2 fails here, too: each
# difference is printed. Debian sources are kept in $XDG_CACHE_HOME/subunit2-suites. The last line
# is `N passed, N failed`.
set -euo pipefail
shopt -s inherit_errexit
unset MAKEFLAGS MAKELEVEL MAKEFILES

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
subunit2=$(cd "$here/../../build" && pwd)/subunit2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/subunit2-suites
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
# shellcheck source=tests/suites/sources.bash
. "$here/sources.bash"

# Counts a check: NAME, then a command that prints a difference and returns 1.
check() {
	local name=$1
	shift
	if "$@" >"$work/check.log" 2>&1; then
		passed=$((passed + 1))
		echo "ok    $name"
	else
		failed=$((failed + 1))
		echo "FAIL  $name"
		head -n 20 "$work/check.log" | sed 's/^/      /'
	fi
}

# Unpacks package $1 to $work/$1. Its generated files become newer than their sources, which
# Debian's patches may have changed.
unpack() {
	mkdir -p "$cache/lists/partial"
	(
		flock 9
		download "$1"
	) 9>"$cache/lock" >&2
	dpkg-source --no-check -x "$cache/$1"_*.dsc "$work/$1" >"$work/unpack.log"
	local pattern
	for pattern in aclocal.m4 configure 'config*.in' Makefile.in '*.info'; do
		find "$work/$1" -name "$pattern" -exec touch {} +
		# The next files must be newer, on a file system with whole seconds, too.
		sleep 1
	done
}

# Builds the package in this folder. If that fails, prints the end of the output.
build() {
	{ FORCE_UNSAFE_CONFIGURE=1 ./configure -q && make -s -j2; } >"$work/build.log" 2>&1 && return
	tail -n 20 "$work/build.log"
	return 1
}

# The content of all .trs files, or of those that the tests of find in the arguments select.
trs_files() {
	find . -name '*.trs' "$@" -print | sort | while read -r file; do
		echo "$file"
		cat "$file"
	done
}

# The result lines of a console, without their order.
result_lines() {
	grep -aE '^(PASS|FAIL|XFAIL|XPASS|SKIP|ERROR): ' "$1" | sort || true
}

# Prints the words of the results in the console $1. Two kinds of line look like results: those in
# which words follow a name that is not the name of a file ("SKIP: Environment variable X is not
# set"), and the titles, which are underlined, of tests in a log that the console quotes.
result_words() {
	{
		cat "$1"
		echo
	} | awk '
		last ~ /^(PASS|FAIL|XFAIL|XPASS|SKIP|ERROR): ([^ ]+ *$|[^ ]+ +[0-9([#-]|[^ ]*[._\/0-9-][^ ]* )/ &&
			!(/^=+$/ && length == length(last)) { print substr(last, 1, index(last, ":") - 1) }
		{ last = $0 }'
}

# Adds the test subunit2_fail, which fails, to the folder of the Makefile $1. It is run as the folder's
# tests of one kind are.
add_failing_test() {
	local prefix
	prefix=$(sed -n 's/^\([A-Z0-9_]*\)LOG_DRIVER *=.*/\1/p' "$1" | sort | head -n 1)
	awk '{ print }
		/^TESTS *[:+]?=/ { inside = 1 }
		inside && !/\\$/ { print "TESTS += subunit2_fail"; inside = 0 }' "$1" >"$1.new"
	cat >>"$1.new" <<-END
		subunit2_fail.log: subunit2_fail; @p='subunit2_fail'; b='subunit2_fail'; \\
			\$(am__check_pre) \$(${prefix}LOG_DRIVER) --test-name "\$\$f" \\
			--log-file \$\$b.log --trs-file \$\$b.trs \$(am__common_driver_flags) \\
			\$(AM_${prefix}LOG_DRIVER_FLAGS) \$(${prefix}LOG_DRIVER_FLAGS) -- \\
			\$(${prefix}LOG_COMPILE) "\$\$tst" \$(AM_TESTS_FD_REDIRECT)
	END
	mv "$1.new" "$1"
	printf '#!/bin/sh\nexit 1\n' >"${1%/*}/subunit2_fail"
	chmod +x "${1%/*}/subunit2_fail"
}

# The Makefiles with a parallel harness, that have tests.
parallel_makefiles() {
	{ find . -name Makefile -exec grep -l '^recheck:' {} + || true; } |
		{ xargs -r grep -lE '^TESTS *[:+]?=' || true; } | sort
}

# Runs `make check`, and then `make recheck` in each folder, under the rest of the arguments. The results
# are in $out/$1.*. The argument STREAM is replaced by a file of the stream.
run_check() {
	local way=$1 status=0 makefile
	shift
	find . -name '*.trs' -delete
	"${@//STREAM/$out/$way.subunit}" make -k -j2 check >"$out/$way.console" 2>&1 || status=$?
	trs_files >"$out/$way.trs"
	echo "$status" >"$out/$way.status"
	touch "$out/$way.mark"
	while read -r makefile; do
		status=0
		"${@//STREAM/$out/$way.recheck.subunit}" make -k -C "${makefile%/*}" recheck \
			>>"$out/$way.recheck" 2>&1 </dev/null || status=$?
		echo "$makefile: exit status $status" >>"$out/$way.rechecked"
	done < <(parallel_makefiles)
	trs_files -newer "$out/$way.mark" >>"$out/$way.rechecked"
}

# The paths of the tests that make recheck runs again, in the output $1 of trs_files.
failed_tests() {
	awk '/^\.\/.*\.trs$/ { path = $0 } /^:recheck: yes/ { print path }' "$1"
}

# The console of make, as it is in the stream.
console_of() {
	"$subunit2" convert --to=json "$1" | python3 -c '
import json, sys
for line in sys.stdin:
    event = json.loads(line)
    if event.get("test_id") == "suite" and event.get("file_name") == "stdout":
        sys.stdout.write(event.get("file_text", ""))'
}

# How many tests of the stream $1 whose id matches the regular expression $2 have each status.
statuses() {
	"$subunit2" convert --to=json "$1" | python3 -c '
import collections, json, re, sys
ends = {}
for line in sys.stdin:
    event = json.loads(line)
    if event.get("test_status") in ("success", "fail", "skip", "xfail", "uxsuccess"):
        ends[event["test_id"]] = event["test_status"]
print(sorted(collections.Counter(s for i, s in ends.items() if re.match(sys.argv[1], i)).items()))' "$2"
}

# The same of automake's words for results, which are the lines of standard input.
word_statuses() {
	python3 -c '
import collections, sys
words = dict(PASS="success", FAIL="fail", ERROR="fail", SKIP="skip", XFAIL="xfail",
             XPASS="uxsuccess")
print(sorted(collections.Counter(words[l.strip()] for l in sys.stdin).items()))'
}

# Changes the tests of package $1 that depend on how busy the machine is.
steady_tests() {
	case $1 in
	# A test that needs timeout(1) is skipped unless `timeout 0.01 sleep 0.02` ends in time.
	grep) sed -i 's/sleep 0\.02/sleep 10/' tests/init.cfg ;;
	esac
}

compare_package() {
	local package=$1 way makefile out=$work/out-$1 options=(-i suite -q -o STREAM)
	# One harness of gnupg2, written by hand, prints its results on standard error.
	[ "$package" != gnupg2 ] || options+=(--merge)
	mkdir "$out"
	unpack "$package"
	cd "$work/$package"
	steady_tests "$package"
	check "$package: build" build
	while read -r makefile; do
		add_failing_test "$makefile"
	done < <(parallel_makefiles)
	run_check plain env
	run_check driven "$subunit2" wrap --automake "${options[@]}" --
	run_check console "$subunit2" wrap "${options[@]}" --
	check "$package: make recheck runs the tests that failed" \
		diff <(failed_tests "$out/plain.trs") <(failed_tests "$out/plain.rechecked")
	if [ -n "$(parallel_makefiles)" ]; then
		check "$package: a test failed" grep -q '^:recheck: yes' "$out/plain.trs"
	fi
	for way in driven console; do
		check "$package $way: .trs files" diff "$out/plain.trs" "$out/$way.trs"
		check "$package $way: exit status" diff "$out/plain.status" "$out/$way.status"
		check "$package $way: make recheck" diff "$out/plain.rechecked" "$out/$way.rechecked"
	done
	console_of "$out/driven.subunit" >"$out/driven.text"
	check "$package driven: console" diff <(result_lines "$out/plain.console") \
		<(result_lines "$out/driven.text")
	result_words "$out/plain.console" | word_statuses >"$out/plain.statuses"
	# A serial folder has no .trs files. If no Makefile has LOG_DRIVER, grep fails, and find does.
	if { find . -name Makefile -exec grep -L LOG_DRIVER {} + || true; } | tr '\n' '\0' |
		xargs -0 grep -q '^check-TESTS:'; then
		check "$package driven: statuses of the stream" diff "$out/plain.statuses" \
			<(statuses "$out/driven.subunit" '(?!suite$)')
	else
		check "$package driven: statuses of the stream" \
			diff <(sed -n 's/^:global-test-result: //p' "$out/plain.trs" | word_statuses) \
			<(statuses "$out/driven.subunit" '(?!suite$)(?!.*::)')
	fi
	# Without those of DejaGnu, which are in a file beside the console.
	check "$package console: statuses of the stream" diff "$out/plain.statuses" \
		<(statuses "$out/console.subunit" 'suite::(?!.*[.]exp\b)')
	check "$package saved: statuses of the console" diff "$out/plain.statuses" \
		<(statuses "$out/plain.console" '(?!.*[.]exp\b)')
	rm -rf "${work:?}/$package"
}

# Writes a driver to the file $1, which is ours for format $2. It adds a line to the file $2-calls.
replace_driver() {
	printf '#! /bin/sh\necho "$*" >>%s-calls\nexec %s automake-driver --from=%s "$@"\n' \
		"$work/$2" "$subunit2" "$2" >"$1"
}

# automake's tests of its drivers: each must end as it does with automake's drivers.
compare_drivers() {
	local tests
	unpack automake-1.16
	cd "$work/automake-1.16"
	check "drivers: build" build
	tests=$(echo t/tap-*.sh t/parallel-tests-*.sh)
	make -k -j2 check MAKEINFO=true TESTS="$tests" >"$work/theirs" 2>&1 || true
	replace_driver lib/tap-driver.sh tap
	replace_driver lib/test-driver text
	make -k -j2 check MAKEINFO=true TESTS="$tests" >"$work/ours" 2>&1 || true
	check "drivers: automake's own tests of its drivers" diff <(result_lines "$work/theirs") \
		<(result_lines "$work/ours")
	check "drivers: a test passed" grep -q '^PASS: t/tap-' "$work/ours"
	check "drivers: tap-driver.sh was ours" test -s "$work/tap-calls"
	check "drivers: test-driver was ours" test -s "$work/text-calls"
	cd "$work"
	rm -rf automake-1.16
}

[ $# -gt 0 ] || set -- patch
[ "$*" != all ] || set -- patch ell xz-utils gzip diffutils grep m4 findutils dbus \
	libunistring gnupg2 drivers
for name; do
	if [ "$name" = drivers ]; then
		compare_drivers
	else
		compare_package "$name"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
