# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shellcheck shell=bash
# The suites whose harness prints for people: ctest, meson, prove, Autotest, DejaGnu. Sourced by
# run.sh, whose functions and variables they use.

# Runs COMMAND..., a suite in the present folder, as it is and under wrap. Its console, read by
# function $1_results as "0<tab>STATUS<tab>NAME" lines, says what wrap has to find.
console_suite() {
	local format=$1 status=0 wrapped=0
	shift
	"$@" >"$work/$suite/plain" 2>"$work/$suite/plain.stderr" </dev/null || status=$?
	subunit2 wrap -i "$suite" -- "$@" >"$work/$suite.subunit" 2>/dev/null </dev/null || wrapped=$?
	check "exit status $status" [ "$wrapped" = "$status" ]
	"${format}_results" <"$work/$suite/plain" >"$work/$suite/expected"
	detail=yes check "as many results as $format counts" "${format}_counts"
	printf '%s\t%s\t%s\n' "$suite" "$([ "$status" = 0 ] && echo success || echo fail)" \
		"$work/$suite/expected" >"$work/$suite.manifest"
	[ "$format" = dejagnu ] || detail=yes check 'the same from the saved console' saved_agrees "$format"
}

# The ids and statuses in the saved console are those under wrap.
saved_agrees() {
	finals <(subunit2 convert --from="$1" "$work/$suite/plain") >"$work/$suite/saved"
	finals "$work/$suite.subunit" | grep -v " $suite\$" | sed "s/ $suite::/ /" |
		diff "$work/$suite/saved" -
	wc -l <"$work/$suite/saved"
}

finals() {
	subunit2 convert --to=events "$1" |
		sed -nE 's/^[^ ]+ (success|fail|skip|xfail|uxsuccess) (.*)/\1 \2/p' |
		sed -E 's/ (runnable|tags=[^ ]*|file=.*)//g' | sort
}

# Says how many results are expected, and fails if that is not $1.
expect_results() {
	local results
	results=$(wc -l <"$work/$suite/expected")
	echo "$results of $1 results"
	[ "$results" = "$1" ]
}

ctest_results() {
	sed -nE 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: (.*[^ .]) \.+ +Passed +.*/0\tsuccess\t\1/p
		s/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: (.*[^ .]) \.+\*\*\*Skipped.*/0\tskip\t\1/p
		s/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: (.*[^ .]) \.+[^.]*\*\*\*(Failed|Timeout|Exception|Not Run ).*/0\tfail\t\1/p'
}

ctest_counts() {
	expect_results "$(sed -n 's/.* tests failed out of //p' "$work/$suite/plain")"
}

meson_results() {
	sed '/^Summary of Failures/,$d' |
		sed -nE 's/^ *[0-9]+\/[0-9]+ (.* \/ )?([^ ].*[^ ]) +(OK|SKIP|FAIL|EXPECTEDFAIL|UNEXPECTEDPASS) +[0-9.]+s.*/0\t\3\t\2/p' |
		sed $'s/\tOK\t/\tsuccess\t/; s/\tSKIP\t/\tskip\t/; s/\tFAIL\t/\tfail\t/
			s/\tEXPECTEDFAIL\t/\txfail\t/; s/\tUNEXPECTEDPASS\t/\tuxsuccess\t/'
}

meson_counts() {
	expect_results "$(sed -nE 's/^(Ok|Expected Fail|Fail|Unexpected Pass|Skipped|Timeout): +([0-9]+) *$/\2/p' \
		"$work/$suite/plain" | awk '{ sum += $1 } END { print sum }')"
}

# Of prove, with and without -v: the results of scripts.
prove_results() {
	awk '
		/^[^ ]+ \.\.+ +ok/ { print "0\tsuccess\t" $1; name = ""; next }
		/^[^ ]+ \.\.+ skipped: / { print "0\tskip\t" $1; name = ""; next }
		/^[^ ]+ \.\.+ *$/ { name = $1 }
		name && /^ok( +[0-9]+ ms.*)?$/ { print "0\tsuccess\t" name; name = "" }
		name && /^(Failed [0-9]+\/[0-9]+ subtests|No subtests run|All [0-9]+ subtests passed)/ {
			print "0\tfail\t" name; name = ""
		}'
}

prove_counts() {
	expect_results "$(sed -n 's/^Files=\([0-9]*\),.*/\1/p' "$work/$suite/plain")"
}

autotest_results() {
	sed -nE 's/^ *[0-9]+: (.*[^ ]) +ok$/0\tsuccess\t\1/p; s/^ *[0-9]+: (.*[^ ]) +skipped \(.*/0\tskip\t\1/p
		s/^ *[0-9]+: (.*[^ ]) +FAILED \(.*/0\tfail\t\1/p
		s/^ *[0-9]+: (.*[^ ]) +expected failure \(.*/0\txfail\t\1/p'
}

autotest_counts() {
	local run skipped
	run=$(sed -nE 's/^(All )?([0-9]+) tests? (was successful|were successful|behaved as expected).*/\2/p' "$work/$suite/plain")
	skipped=$(sed -nE 's/^([0-9]+) tests? (was|were) skipped.*/\1/p' "$work/$suite/plain")
	expect_results "$((${run:-0} + ${skipped:-0}))"
}

# The scripts on the console, and the results in the lists of the suites. DejaGnu's own suite has a
# result without a name if the machine is busy.
dejagnu_results() {
	sed -nE 's/^Running .*testsuite\/(.*) \.\.\.$/0\tsuccess\t\1/p'
	cat ./*.sum | sed -nE $'s/^PASS: /0\tsuccess\t/p; s/^XFAIL: /0\txfail\t/p
		s/^(UNTESTED|UNSUPPORTED): /0\tskip\t/p; s/^FAIL: /0\tfail\t/p' |
		sed $'s/\t$/\t(unnamed)/'
}

dejagnu_counts() {
	expect_results "$(sed -nE 's/^# of .*\t([0-9]+)$/\1/p; s/^Running .*\.\.\.$/1/p' "$work/$suite/plain" |
		awk '{ sum += $1 } END { print sum }')"
}

suite_cjson() {
	cd "$(fetch cjson)"
	{ cmake -S . -B b -DENABLE_CJSON_UTILS=On && cmake --build b -j2; } >&2
	cd b
	console_suite ctest ctest
}

suite_cmocka() {
	cd "$(fetch cmocka)"
	{ cmake -S . -B b -DUNIT_TESTING=ON && cmake --build b -j2; } >&2
	cd b
	console_suite ctest ctest -j2
}

suite_json-c() {
	cd "$(fetch json-c)"
	{ cmake -S . -B b && cmake --build b -j2; } >&2
	cd b
	console_suite ctest ctest
}

suite_wayland() {
	cd "$(fetch wayland)"
	{ meson setup b -Ddocumentation=false -Ddtd_validation=false && ninja -C b; } >&2
	console_suite meson meson test -C b --no-rebuild
}

suite_cpio() {
	cd "$(fetch cpio)"
	{ FORCE_UNSAFE_CONFIGURE=1 ./configure -q && make -s -j2; } >&2
	cd tests
	make -s genfile testsuite >&2
	console_suite autotest /bin/bash ./testsuite
}

suite_dejagnu() {
	cd "$(fetch dejagnu)"
	./configure -q >&2
	console_suite dejagnu make check
}

suite_libtext-csv-perl() {
	cd "$(fetch libtext-csv-perl)"
	console_suite prove prove -l t
}

# prove without -v, and with a script that fails.
suite_prove-quiet() {
	cd "$(fetch liburi-perl)"
	perl -le 'print "use Test::More tests => 2; ok 1, q(one); ok 0, q(two);"' >t/0-bad.t
	console_suite prove prove -l t
}
