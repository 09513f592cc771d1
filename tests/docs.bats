#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Help and manual pages agree, and the pages are well formed.
# Needs: mandoc

load common
load help

man=$BATS_TEST_DIRNAME/../man

# Away from the sources: a command that runs what it finds must find nothing.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# The options that a page's lists explain.
man_options() {
	sed -nE 's/^\.It (Fl .*)/\1/p' "$1" | sed 's/Fl Fl /Fl -/g' |
		grep -oE -- 'Fl -?[A-Za-z][A-Za-z0-9-]*' | sed 's/Fl /-/' | sort -u
}

@test "every command has a manual page, and every page a command" {
	commands | sort >"$BATS_TEST_TMPDIR/commands"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/commands")" -ge 4 ]
	for page in "$man"/subunit2-*.1; do
		page=${page##*/subunit2-}
		echo "${page%.1}"
	done | sort | diff "$BATS_TEST_TMPDIR/commands" -
}

@test "subunit2(1) names every command" {
	for command in $(commands); do
		grep -q "^\.It .*subunit2-$command 1" "$man/subunit2.1" || { echo "$command"; false; }
	done
}

@test "help and manual name the same options" {
	for command in $(commands); do
		help_options "$command" >"$BATS_TEST_TMPDIR/help"
		[ -s "$BATS_TEST_TMPDIR/help" ]
		man_options "$man/subunit2-$command.1" >"$BATS_TEST_TMPDIR/man"
		diff "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/man" || { echo "in $command"; false; }
	done
}

@test "help and manual name the same formats" {
	subunit2 convert --help | sed -nE 's/^  ([a-z0-9]+) +[r-][w-]  .*/\1/p' >"$BATS_TEST_TMPDIR/help"
	grep -qx json "$BATS_TEST_TMPDIR/help"
	sed -nE 's/^\.It Cm ([a-z0-9]+).*/\1/p' "$man/subunit2-convert.1" | diff "$BATS_TEST_TMPDIR/help" -
}

@test "every option of the help is taken" {
	cd "$BATS_TEST_TMPDIR" # where there is nothing to run
	for command in $(commands); do
		for option in $(help_options "$command"); do
			run subunit2 "$command" "$option" --no-such-option </dev/null
			[[ $output != *"$option: unknown"* ]] || { echo "$command: $output"; false; }
		done
	done
}

@test "an option that does not exist is refused" {
	cd "$BATS_TEST_TMPDIR"
	for command in $(commands); do
		run subunit2 "$command" --no-such-option </dev/null
		[[ $status = 2 || $status = 125 ]]
		[[ $output == *--no-such-option* ]] || { echo "$command: $output"; false; }
	done
}

@test "every page is well formed" {
	run -0 mandoc -T lint -W warning "$man"/*.[1-8]
	[ -z "$output" ]
}

@test "a line of an example is one line of a page with 80 columns" {
	for page in "$man"/*.[1-8]; do
		sed -nE 's/^\.Dl //; t found; b; : found; s/\\\(../-/g; p' "$page" | awk 'length > 67'
		awk '/^\.Bd -literal/ { literal = 1 } /^\.Ed/ { literal = 0 } literal && /\\$/' "$page"
	done >"$BATS_TEST_TMPDIR/broken"
	diff /dev/null "$BATS_TEST_TMPDIR/broken"
}

@test "the name of every page is one word, as mandb(8) reads it" {
	for page in "$man"/*.[1-8]; do
		name=${page##*/}
		[ "$(grep -m 1 '^\.Nm' "$page")" = ".Nm ${name%.*}" ] || { echo "$page"; false; }
	done
}

@test "every page that is referred to exists" {
	grep -hoE '^\.Xr (lib)?subunit2[a-z0-9.-]* [1-8]|It .*Xr (lib)?subunit2[a-z0-9.-]* [1-8]' "$man"/*.[1-8] |
		sed -E 's/.*Xr //' | sort -u | while read -r name section; do
			[ -f "$man/$name.$section" ] || { echo "$name($section)"; false; }
		done
}

@test "the files and folders that the documents for contributors name exist" {
	cd "$BATS_TEST_DIRNAME/.."
	grep -ohE '`(src|lib|tap|tests|man|tools|debian|shell|doc|examples)/[A-Za-z0-9_/.-]*`' CONTRIBUTING.md \
		doc/architecture.md | tr -d '`' | grep -vE 'NAME|FOLDER|FORMAT' | sort -u >"$BATS_TEST_TMPDIR/names"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/names")" -gt 30 ]
	while read -r name; do
		compgen -G "$name*" >/dev/null || { echo "$name"; false; }
	done <"$BATS_TEST_TMPDIR/names"
}

@test "doc/architecture.md names every folder of the sources, and no other" {
	cd "$BATS_TEST_DIRNAME/.."
	printf '%s\n' src/*/ | sort >"$BATS_TEST_TMPDIR/folders"
	grep -oE '^\| `src/[a-z]+/`' doc/architecture.md | tr -d '|` ' | sort | diff "$BATS_TEST_TMPDIR/folders" -
}
