#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The help of every command fits terminals of different widths.
# Needs: script

load common
load help

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Prints the help of a command on a terminal of that width.
help_at() { # COLUMNS COMMAND
	script -qc "stty cols $1; subunit2 $2 --help" /dev/null </dev/null 3>&- | tr -d '\r'
}

@test "no line of a help is wider than 40, 60, 80 or 160 columns, and all hold the same words" {
	local columns command
	for command in "" $(commands); do
		help_at 80 "$command" | tr -d ' \n' >words
		[ "$(wc -c <words)" -gt 100 ]
		for columns in 40 60 80 160; do
			help_at "$columns" "$command" >text
			wide=$(awk -v columns="$columns" 'length > columns' text)
			[ -z "$wide" ] || { echo "$command at $columns: $wide"; return 1; }
			tr -d ' \n' <text | cmp - words
		done
	done
}

@test "into a pipe, help has 80 columns" {
	[ "$(subunit2 run --help | awk 'length > 80')" = "" ]
	[ "$(subunit2 run --help | awk 'length > 70' | wc -l)" -gt 5 ]
}

@test "one empty line stands between the parts of a help" {
	local command
	for command in "" $(commands); do
		subunit2 ${command:+"$command"} --help >text
		[ "$(cat -s text | cmp - text 2>&1)" = "" ] || { echo "$command"; return 1; }
	done
}
