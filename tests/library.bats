#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The library as others use it: its manual pages and their examples, the programs in examples/lib,
# C++, and the binary interface.
# Needs: subunit-1to2

load common

root=$BATS_TEST_DIRNAME/..
man=$root/man
include=$root/lib/include

# build_c NAME SOURCE: builds $BATS_TEST_TMPDIR/NAME of a C program.
build_c() {
	# shellcheck disable=SC2046 # words
	cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$include" -o "$BATS_TEST_TMPDIR/$1" "$2" \
		"$BUILD/libsubunit2.a" $(pkg-config --libs libdeflate) -pthread
}

# literal_block PAGE NUMBER: prints a literal block of the examples of a page, without its markup.
literal_block() {
	awk -v wanted="$2" '
		/^\.Sh/ { examples = /EXAMPLES/ }
		/^\.Ed/ { inside = 0 }
		inside && seen == wanted
		examples && /^\.Bd -literal/ { inside = 1; seen++ }' "$1" | sed -e 's/\\e/\\/g' -e 's/^\\&//'
}

# Builds example number $1 of libsubunit2(3) as $BATS_TEST_TMPDIR/example.
build_example() {
	literal_block "$man/libsubunit2.3" "$1" >"$BATS_TEST_TMPDIR/example.c"
	build_c example "$BATS_TEST_TMPDIR/example.c"
}

# Prints the id and the status of each event that Python reads in the stream $1.
python_reads() {
	/usr/bin/python3 -c '
import subunit, sys, testtools
class Show(testtools.StreamResult):
    def status(self, test_id=None, test_status=None, **more):
        print(test_id, test_status)
subunit.ByteStreamToStreamResult(open(sys.argv[1], "rb")).run(Show())' "$1"
}

# stream_of STATUS...: writes the tests a, b and so on to $BATS_TEST_TMPDIR/stream.
stream_of() {
	/usr/bin/python3 -c '
import subunit, sys
stream = subunit.StreamResultToBytes(sys.stdout.buffer)
for test, status in zip("abc", sys.argv[1:]):
    stream.status(test_id=test, test_status=status)' "$@" >"$BATS_TEST_TMPDIR/stream"
}

# The names of the functions that a header declares or defines.
functions_of() {
	# Without comments, a name and a parenthesis are a declaration where a line of it starts.
	sed -e 's@/\*.*\*/@@' -e '\@/\*@,\@\*/@d' "$1" |
		grep -oE '^([a-z][a-z0-9_ *]*[ *])?subunit2_[a-z0-9_]+\(' | grep -oE 'subunit2_[a-z0-9_]+\(' |
		tr -d '(' | sort -u
}

@test "each header has a page that names all of its functions, and no others" {
	for header in "$include"/subunit2/*.h; do
		page=$man/subunit2_$(basename "$header" .h).3
		sed -n 's/^\.Fo //p' "$page" | sort | diff <(functions_of "$header") -
		grep -qx ".It Xr subunit2_$(basename "$header" .h) 3" "$man/libsubunit2.3"
		grep -qx '.Sh THREAD SAFETY' "$page"
	done
}

@test "the library exports the declared functions" {
	for header in "$include"/subunit2/*.h; do
		[ "${header##*/}" = view.h ] || functions_of "$header"
	done | sort >"$BATS_TEST_TMPDIR/declared"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/declared")" -gt 80 ]
	nm -D --defined-only "$BUILD/libsubunit2.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' |
		sort | diff "$BATS_TEST_TMPDIR/declared" -
}

@test "the binary interface is the recorded one" {
	"$BATS_TEST_DIRNAME/library_abi.py" "$BUILD"
}

@test "each version node has a line for the Debian package" {
	sed -n 's/^\(SUBUNIT2_[0-9.]*\) {$/\1/p' "$root/lib/libsubunit2.map" >"$BATS_TEST_TMPDIR/nodes"
	[ -s "$BATS_TEST_TMPDIR/nodes" ]
	while read -r node; do
		grep -q "^ (symver)$node [0-9.]*$" "$root/debian/libsubunit2-0.symbols"
	done <"$BATS_TEST_TMPDIR/nodes"
}

@test "the version of the headers is that of the program" {
	part() {
		sed -n "s/^#define SUBUNIT2_VERSION_$1 //p" "$include/subunit2/version.h"
	}
	run -0 subunit2 --version
	[[ $output == *" $(part MAJOR).$(part MINOR).$(part PATCH)" ]]
}

@test "the headers compile as C++, each alone, and their macros work there" {
	program=$BATS_TEST_DIRNAME/library_cxx.cc
	grep -hoE '^#define SUBUNIT2_[A-Z0-9_]+[A-GI-Z0-9]\b' "$include"/subunit2/*.h |
		grep -v -e VERSION_M -e VERSION_PATCH -e SUBUNIT2_VALUE | while read -r _ macro; do
		grep -q "\<$macro\>" "$program" || { echo "$macro is not used"; false; }
	done
	for compiler in g++ clang++; do
		strict=("$compiler" -Wall -Wextra -pedantic -Werror "-I$include")
		for standard in 11 14 17 20; do
			"${strict[@]}" "-std=c++$standard" -fsyntax-only "$program"
		done
		# shellcheck disable=SC2046 # words
		"${strict[@]}" -std=c++11 -o "$BATS_TEST_TMPDIR/cxx" "$program" "$BUILD/libsubunit2.a" \
			$(pkg-config --libs libdeflate) -pthread
		run -0 "$BATS_TEST_TMPDIR/cxx"
		[ "$output" = answer ]
	done
	g++ -std=c++11 -Wall -Wextra -pedantic -Werror "-I$include" -fsyntax-only -x c++ \
		"$include"/subunit2/*.h
}

@test "the example of each page prints what the page says" {
	cd "$BATS_TEST_TMPDIR"
	# The first two packets of the examples in subunit2(5).
	printf '\263\051\001\014\003foo\010\125\137\033' >packets
	printf '\263\053\003\023\074\027\124\317\200\257\310\003bar\111\226\076\055' >>packets
	for page in "$man"/subunit2_*.3; do
		name=$(basename "$page" .3)
		literal_block "$page" 1 >"$name.c"
		build_c "$name" "$name.c"
		"./$name" <packets >"$name.out"
		[ "$name" != subunit2_output ] || subunit2 ls --all "$name.out" >"$name.ls"
		[ "$name" != subunit2_output ] || mv "$name.ls" "$name.out"
		literal_block "$page" 2 | diff - "$name.out" || { echo "$page"; false; }
	done
}

@test "the first example of libsubunit2(3) writes a packet" {
	build_example 1
	"$BATS_TEST_TMPDIR/example" >"$BATS_TEST_TMPDIR/stream"
	run -0 python_reads "$BATS_TEST_TMPDIR/stream"
	[ "$output" = "answer success" ]
}

@test "the first example of libsubunit2(3) reports an error of its output" {
	build_example 1
	run -1 --separate-stderr sh -c '"$1" >/dev/full' - "$BATS_TEST_TMPDIR/example"
	# shellcheck disable=SC2154 # run sets it
	[ "$stderr" = "standard output: No space left on device" ]
}

@test "the second example of libsubunit2(3) prints failures and exits with the verdict" {
	build_example 2
	stream_of success skip success
	run -0 "$BATS_TEST_TMPDIR/example" <"$BATS_TEST_TMPDIR/stream"
	[ -z "$output" ]
	stream_of success fail fail
	run -1 "$BATS_TEST_TMPDIR/example" <"$BATS_TEST_TMPDIR/stream"
	[ "$output" = $'b\nc' ]
}

@test "each program in examples/lib has less than 120 lines and is in its README" {
	for source in "$root"/examples/lib/*.c; do
		[ "$(wc -l <"$source")" -lt 120 ] || { echo "$source"; false; }
		grep -qF "\`${source##*/}\`" "$root/examples/lib/README.md"
	done
}

@test "examples/lib: the harness reports tests of two threads" {
	build_c harness "$root/examples/lib/harness.c"
	"$BATS_TEST_TMPDIR/harness" >"$BATS_TEST_TMPDIR/stream"
	run -0 subunit2 ls --all "$BATS_TEST_TMPDIR/stream"
	[ "$output" = $'math::division\nmath::rounding' ] || [ "$output" = $'math::rounding\nmath::division' ]
	run -1 subunit2 report "$BATS_TEST_TMPDIR/stream"
	[[ $output == *"0.1 + 0.2 is not 0.3"* && $output == *"1 passed, 1 failed"* ]]
	run -1 sh -c '"$1" >/dev/full' - "$BATS_TEST_TMPDIR/harness"
	[ "$output" = "harness: standard output: No space left on device" ]
}

@test "examples/lib: the harness has no data race" {
	# shellcheck disable=SC2046 # words
	clang -fsanitize=thread -g -std=c11 -D_GNU_SOURCE -I"$include" -iquote "$root/lib" \
		-o "$BATS_TEST_TMPDIR/harness" "$root/examples/lib/harness.c" "$root"/lib/*.c \
		$(pkg-config --cflags --libs libdeflate) -pthread
	"$BATS_TEST_TMPDIR/harness" >"$BATS_TEST_TMPDIR/stream"
	run -0 subunit2 ls --all "$BATS_TEST_TMPDIR/stream"
	[ "${#lines[@]}" = 2 ]
}

@test "examples/lib: the live reader prints results before the inputs end" {
	build_c live "$root/examples/lib/live.c"
	cd "$BATS_TEST_TMPDIR"
	mkfifo one two printed
	timeout 60 ./live one two >printed 3>&- &
	pid=$!
	exec 7<printed 5>one 6>two
	subunit2 status second success >&6
	read -r line <&7
	[ "$line" = "success second" ]
	subunit2 status first fail >&5
	read -r line <&7
	[ "$line" = "fail first" ]
	exec 5>&- 6>&-
	status=0
	wait "$pid" || status=$?
	[ "$status" = 1 ]
	exec 7<&-
	stream_of success skip
	run -0 ./live stream
	[ "$output" = $'success a\nskip b' ]
}

@test "examples/lib: the filter forwards packets unchanged" {
	build_c filter "$root/examples/lib/filter.c"
	cd "$BATS_TEST_TMPDIR"
	stream_of success fail skip
	subunit2 filter --match='^b' stream >expected
	./filter b <stream >filtered
	cmp expected filtered
	[ -s filtered ]
	run -2 ./filter
}

@test "examples/lib: the classic API writes results and reads them as calls" {
	build_c classic "$root/examples/lib/classic.c"
	cd "$BATS_TEST_TMPDIR"
	./classic >stream
	run -0 python_reads stream
	[ "$output" = $'adds inprogress\nadds success\nopens skip' ]
	run -0 ./classic - <stream
	[ "$output" = $'start adds\nsuccess adds\nstart opens\nskip opens' ]
}
