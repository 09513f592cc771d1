#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Every example in README.md works as it is shown, in a folder like tests/readme.
# Needs: testr subunit-stats

load common

readme=$BATS_TEST_DIRNAME/../README.md

setup() {
	cp -R "$BATS_TEST_DIRNAME/readme/." "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
}

# The blocks of README.md that are marked as $1.
blocks() {
	awk -v mark="\`\`\`$1" '$0 == mark { on = 1; next } /^```/ { on = 0 } on' "$readme"
}

# Writes the files that README.md shows, each of which begins with its name in a comment, with
# subunit2.sh where it is in the sources.
write_files() {
	{ blocks sh; blocks ini; } |
		sed "s|/usr/local/share/subunit2|$BATS_TEST_DIRNAME/../shell|" |
		awk '/^# [a-z.]+$/ { name = $2 } { print > name }'
}

# Runs a console's commands; prints what the console would have shown.
replay() {
	while IFS= read -r line; do
		[[ $line == '$ '* ]] || continue
		echo "$line"
		bash -c "${line#??}" </dev/null 2>&1 3>&- || true
	done
}

# Times differ from run to run; blanks at a line's end are not seen.
without_times() {
	sed -E 's/[0-9.]+(ms|s)\b/TIME/g; s/ +$//'
}

@test "the console examples show what they show in README.md" {
	write_files
	blocks console >shown
	[ "$(grep -c '^\$' shown)" -ge 6 ]
	replay <shown >seen
	diff <(without_times <shown) <(without_times <seen)
}

@test "the shell example records a failure under set -e, with its stderr" {
	write_files
	sed -i 's/-R data/-R missing/' backup.sh
	run -1 sh backup.sh
	sh backup.sh >backup.subunit || true
	[ "$(subunit2 ls --all backup.subunit)" = backup/copy ]
	subunit2 report backup.subunit | grep "cp: .*missing"
}

@test "make demo works, and removes its files" {
	run -0 make -s -C "$BATS_TEST_DIRNAME/.." demo TMPDIR="$BATS_TEST_TMPDIR"
	[[ $output == *'pass  deploy/backup'* ]]
	[[ $output == *'1752 has 355 days'*'got: 366'* ]]
	[[ $output == *'pass  syntax'* ]]
}

@test "the folders that README.md names exist" {
	grep -oE '^\| `[a-z]+/`' "$readme" | tr -d '|` ' | while read -r folder; do
		[ -d "$BATS_TEST_DIRNAME/../$folder" ] || { echo "$folder"; false; }
	done
}

@test "the libraries that README.md names are those that are linked" {
	for name in popt libdeflate zlib jansson pcre2 expat uthash; do
		grep -q "$name" "$BATS_TEST_DIRNAME/../tools/deps.sh" || { echo "$name"; false; }
		grep -q "^| .*$name" "$readme" || { echo "$name"; false; }
	done
}
