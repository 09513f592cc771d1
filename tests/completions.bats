#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Completions of bash, zsh and fish.
# Needs: fish zsh

load common
load help

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR
	mkdir folder
	touch file.subunit
	all=()
	for command in $(commands); do
		all+=("subunit2 $command -")
	done
}

# complete SHELL LINE...: prints the matches of each LINE on one line.
complete() {
	local completions=$BATS_TEST_DIRNAME/../shell/completions shell=$1
	shift
	case $shell in
	bash) timeout 120 bash "$BATS_TEST_DIRNAME/completions.bash" "$completions/subunit2.bash" "$@" ;;
	zsh) timeout 120 zsh -f "$BATS_TEST_DIRNAME/completions.zsh" "$completions" "$@" ;;
	fish) timeout 120 fish --no-config "$BATS_TEST_DIRNAME/completions.fish" "$completions/subunit2.fish" "$@" ;;
	esac
}

# Checks that the shell completes the options in the help of each command, and no others.
knows_all_options() { # SHELL
	complete "$1" "${all[@]}" >completed
	[ "$(wc -l <completed)" = ${#all[@]} ]
	paste -d' ' <(printf '%s\n' "${all[@]}") completed | while read -r _ command _ options; do
		diff <(help_options "$command") \
			<(tr -s ' =' '\n' <<<"$options" | grep -xE -- '-[A-Za-z]|--.+' | sort -u) ||
			{ echo "in $command"; false; }
	done
}

# Reads lines LINE => MATCH..., and checks that SHELL completes each LINE so. Ignores the order,
# and the part of the word before the value.
completes() { # SHELL
	local line matches lines=()
	while IFS= read -r line; do
		lines+=("${line%% =>*}")
		matches+=("$(tr ' ' '\n' <<<"${line#* => }" | sort | paste -sd' ')")
	done
	complete "$1" "${lines[@]}" >completed
	for line in "${!lines[@]}"; do
		IFS= read -r got <&3
		got=$(tr ' ' '\n' <<<"$got" | sed -E 's/^(--[a-z-]+=|log=)//; s,/$,,' | sort -u | paste -sd' ')
		[ "$got" = "${matches[line]}" ] ||
			{ echo "${lines[line]} => $got"; false; }
	done 3<completed
}

values() {
	cat <<-'END'
		subunit2 st => status
		subunit2 help d => diff
		subunit2 convert --to=j => json junit
		subunit2 convert --from=g => gojson
		subunit2 convert --to=gith => github
		subunit2 report fi => file.subunit
		subunit2 status test s => skip skipped start success
		subunit2 status -a fi => file.subunit
		subunit2 status -a log=fi => file.subunit
		subunit2 run -I fo => folder
		subunit2 run --exit=v => verdict
		subunit2 wrap --leaked=k => keep kill
		subunit2 wrap --skip-exit=n => none
		subunit2 wrap gunzi => gunzip
		subunit2 wrap -t tag gunzip fi => file.subunit
		subunit2 wrap --color=a => always auto
		subunit2 ls --from=sub => subunit subunit1
	END
}

@test "bash knows every option, and no other" {
	knows_all_options bash
}

@test "zsh knows every option, and no other" {
	knows_all_options zsh
}

@test "fish knows every option, and no other" {
	knows_all_options fish
}

@test "bash completes values" {
	completes bash < <(values; echo "subunit2 filter --status=fail,x => fail,xfail")
}

@test "zsh completes values" {
	completes zsh < <(values; echo "subunit2 filter --status=fail,x => xfail")
}

@test "fish completes values" {
	completes fish < <(values; echo "subunit2 filter --status=fail,x => fail,xfail")
}

@test "every status that is completed exists" {
	complete bash 'subunit2 status test ' | tr ' ' '\n' >statuses
	[ "$(wc -l <statuses)" = 14 ]
	while read -r status; do
		subunit2 status test "$status" >/dev/null
	done <statuses
}
