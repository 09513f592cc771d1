#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Properties of every stream: tried on random ones, the same each time.

load common

runs=$BATS_TEST_DIRNAME/properties/runs.py
events=$BATS_TEST_DIRNAME/reference/events.py

# any.subunit: 3,000 events with no sense in them. run-1.json to run-5.json: runs.
# mixed: packets, whole and damaged, amid text.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$events" json 42 3000 | subunit2 convert --from=json --to=subunit >any.subunit
	for seed in 1 2 3 4 5; do
		"$runs" make $seed 100 >run-$seed.json
		subunit2 convert --from=json --to=subunit run-$seed.json >run-$seed.subunit
	done
	{
		echo 'make: Entering directory'
		head -c 20000 run-1.subunit
		printf 'caf\xe9, then \xb3\n'
		cat run-2.subunit
	} >mixed
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	out=$BATS_TEST_TMPDIR
}

# The formats of the help that are read and written.
two_way_formats() {
	subunit2 convert --help | sed -nE 's/^  ([a-z0-9]+) +rw .*/\1/p'
}

@test "a round trip through json is the identity" {
	subunit2 convert --from=subunit --to=json any.subunit >"$out/json"
	[ "$(wc -l <"$out/json")" = 3000 ]
	subunit2 convert --from=json --to=subunit "$out/json" | cmp - any.subunit
	subunit2 convert --to=subunit mixed >"$out/mixed.subunit"
	subunit2 convert --to=json mixed | subunit2 convert --from=json --to=subunit |
		cmp - "$out/mixed.subunit"
}

@test "to pass a stream on is to change nothing" {
	subunit2 convert --to=subunit any.subunit | cmp - any.subunit
	subunit2 convert --to=subunit mixed >"$out/once"
	subunit2 convert --to=subunit "$out/once" | cmp - "$out/once"
}

@test "a filter that takes everything is the identity" {
	for option in --match= --exclude='\A(?!)' --since=@0 --until=@4294967296 \
		--rename='\A(?!)=x' --drop-tag=never --expect-fail=/dev/null; do
		subunit2 filter "$option" any.subunit | cmp - any.subunit
	done
	subunit2 filter any.subunit | cmp - any.subunit
}

@test "a filter and its opposite share the tests out" {
	subunit2 convert --to=json any.subunit >"$out/all"
	subunit2 filter --match='[A-Za-z]' any.subunit --to=json >"$out/with"
	subunit2 filter --exclude='[A-Za-z]' any.subunit --to=json >"$out/without"
	grep -vF '"test_id"' "$out/all" >"$out/of-none"
	for part in with without; do
		grep -vF '"test_id"' "$out/$part" | cmp - "$out/of-none"
		[ "$(grep -cF '"test_id"' "$out/$part")" -gt 100 ]
	done
	cat "$out/with" "$out/without" | LC_ALL=C sort >"$out/both"
	cat "$out/all" "$out/of-none" | LC_ALL=C sort | cmp - "$out/both"
}

@test "2 to 1 to 2 keeps outcomes, times, tags and files" {
	for run in run-?.json; do
		"$runs" tests id status start stop tags files <"$run" >"$out/before"
		[ "$(wc -l <"$out/before")" -gt 100 ]
		subunit2 convert --to=subunit1 "$run" >"$out/1"
		subunit2 convert --from=subunit1 --to=json "$out/1" |
			"$runs" tests id status start stop tags files | diff "$out/before" -
	done
}

# The manual names the fields that a format cannot hold.
as_written_in() {
	case $1 in
	json | subunit) "$runs" tests id status tags files runnable start stop ;;
	subunit1) "$runs" tests id status tags files ;;
	junit) "$runs" tests id status | without_good_suites ;;
	tap) "$runs" tests id status | sed 's/"uxsuccess"/"fail"/' ;;
	*)
		echo "no line says which fields $1 keeps"
		return 1
		;;
	esac
}

# A script that passed is no case, only a suite, where it has assertions.
without_good_suites() {
	sed -nE 's/^\{"id": "(.*)::.*/\1/p' "$out/all" | sort -u >"$out/suites"
	awk -v suites="$out/suites" '
		BEGIN { while ((getline name < suites) > 0) is["{\"id\": \"" name "\", \"status\": \"success\"}"] = 1 }
		!($0 in is)'
}

@test "every format that is read and written keeps ids and statuses" {
	two_way_formats >"$out/formats"
	[ "$(wc -l <"$out/formats")" -ge 5 ]
	for run in run-?.json; do
		"$runs" tests id <"$run" >"$out/all"
		while read -r format; do
			as_written_in "$format" <"$run" >"$out/before"
			[ "$(wc -l <"$out/before")" -gt 100 ]
			subunit2 convert --to="$format" "$run" >"$out/written"
			subunit2 convert --from="$format" --id=file --to=json "$out/written" |
				subunit2 filter --match='^(file::)?t/' --rename='^file::=' --to=json |
				as_written_in "$format" | diff "$out/before" - || { echo "$format"; false; }
		done <"$out/formats"
	done
}

@test "report, ls and the summary count the same" {
	for run in run-?.subunit; do
		subunit2 convert --to=json "$run" >"$out/json"
		counts=$("$runs" counts <"$out/json")
		[ "$(subunit2 convert --to=summary "$run" | head -1)" = "$counts" ]
		subunit2 report -q "$run" >"$out/report" || true
		grep -qxF "$counts" "$out/report"
		"$runs" tests id <"$out/json" | wc -l >"$out/number"
		[ "$(subunit2 ls --all "$run" | wc -l)" = "$(<"$out/number")" ]
		"$runs" tests id status <"$out/json" | grep -cE '"(fail|uxsuccess)"' >"$out/number"
		[ "$(subunit2 ls --all --failing "$run" | wc -l)" = "$(<"$out/number")" ]
		"$runs" tests id runnable <"$out/json" | grep -c '"runnable": true' >"$out/number"
		[ "$(subunit2 ls "$run" | wc -l)" = "$(<"$out/number")" ]
	done
}

@test "compressed input is read like plain input, whole or in members" {
	{
		head -c 7777 any.subunit | gzip
		tail -c +7778 any.subunit | gzip -1
	} >"$out/any.gz"
	subunit2 convert --to=subunit "$out/any.gz" | cmp - any.subunit
	subunit2 filter <"$out/any.gz" | cmp - any.subunit
	subunit2 convert --to=json run-1.subunit | gzip | subunit2 convert --to=subunit |
		cmp - run-1.subunit
}

# .ci/run has 20,000 documents.
@test "documents of TAP are read as they were meant, and as TAP::Parser reads them" {
	local documents=$BATS_TEST_DIRNAME/properties/tap_documents.py
	mkdir "$out/docs"
	"$documents" make 2026 "${TAP_DOCUMENTS:-4000}" "$out/docs"
	cd "$out/docs"
	subunit2 convert --to=json -- *.tap | "$documents" check .
	"$BATS_TEST_DIRNAME/properties/tap_parser.pl" . | "$documents" check-parser .
}
