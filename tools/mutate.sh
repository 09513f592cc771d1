#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Changes source files, one place at a time, and shows which changes the tests do not notice.
#
#   tools/mutate.sh [-n COUNT] [-s SEED] [-j JOBS] [-t SECONDS] FILE...
#
# Each mutant of FILE (tools/mutants.py) is built in a copy of the tree and judged by the suites
# that tests/judges names for the file, for at most SECONDS (30). -n takes COUNT mutants of each
# file, drawn with SEED (1). Prints a line for each survivor, and the counts:
#
#   killed     a test failed
#   timeout    a suite did not end in time: killed as well
#   survived   all tests passed
#   same       the compiler makes the same code of it: equivalent, and not counted
#   invalid    it does not compile: not counted
#   unjudged   no suite is left: all fail without a mutant, or take longer than SECONDS
set -eu

count=0
seed=1
jobs=1
limit_s=30
while getopts n:s:j:t: option; do
	case $option in
	n) count=$OPTARG ;;
	s) seed=$OPTARG ;;
	j) jobs=$OPTARG ;;
	t) limit_s=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { sed -n '4p' "$0" >&2; exit 2; }
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL
export CI='' CFLAGS='-O1 -g0'

# The suites that judge FILE.
judges_of() { # FILE
	local pattern suites name
	name=$(basename "$1" .c)
	while read -r pattern suites; do
		case $pattern in '#'* | '') continue ;; esac
		# shellcheck disable=SC2053 # a pattern
		if [[ $1 == $pattern ]]; then
			printf '%s\n' "${suites//@/$name}"
			return
		fi
	done <tests/judges
	return 1
}

# The programs that the suites need, as targets of make.
targets_of() { # SUITE...
	local suite file
	echo build/subunit2
	for suite; do
		case $suite in
		build/*)
			# shellcheck disable=SC2086 # a pattern
			for file in $(compgen -G "${suite/build\/}.c" || :); do
				echo "build/${file%.c}"
			done
			;;
		tests/*builtin.bats*) echo builtin ;;
		tests/library.bats*) echo all ;;
		esac
	done
}

# Run the suites up to the first failure, and print what they say of a mutant.
judge() { # SUITE...
	local suite program status
	local -a filter
	[ $# -gt 0 ] || { echo unjudged; return; }
	for suite; do
		status=0
		if [[ $suite == *.bats* ]]; then
			filter=()
			[[ $suite != *:* ]] || filter=(-f "${suite#*:}")
			timeout -k 1 "$limit_s" bats --tap "${filter[@]}" "${suite%%:*}" >../log 2>&1 </dev/null &
			wait_for_failure $! || status=$?
		else
			for program in $suite; do
				[[ -x $program ]] || continue
				timeout -k 1 "$limit_s" "$program" >/dev/null 2>&1 || status=$?
				[ "$status" -eq 0 ] || break
			done
		fi
		case $status in
		0) ;;
		124 | 137) echo timeout && return ;;
		*) echo killed && return ;;
		esac
	done
	echo survived
}

# Wait for bats, or for the first test that fails.
wait_for_failure() { # PID
	while kill -0 "$1" 2>/dev/null; do
		if grep -q '^not ok' ../log; then
			kill "$1"
			wait "$1" || :
			return 1
		fi
		sleep 0.2
	done
	wait "$1"
}

# A line for each mutant of FILE: FILE NUMBER LINE KIND CODE.
list_mutants() { # FILE
	tools/mutants.py "$1" | if [ "$count" = 0 ]; then cat; else
		shuf -n "$count" --random-source=<(yes "$seed")
	fi | sort -n | sed "s,^,$1 ,"
}

# Drop the suites from $judges that fail without a mutant, or take too long.
drop_broken() {
	local suite verdict
	local -a good=()
	for suite in "${judges[@]}"; do
		verdict=$(judge "$suite")
		if [ "$verdict" = survived ]; then
			good+=("$suite")
		else
			echo "mutate.sh: $file: left out $suite: $verdict without a mutant" >&2
		fi
	done
	judges=("${good[@]}")
}

# In a copy of the tree: judges the mutants on standard input.
work() {
	local file number what object result
	local -a judges
	while read -r file number what; do
		cp "$file" "$file.orig"
		object=build/${file%.c}.o
		if [ ! -e "$object.orig" ]; then
			read -ra judges <<<"$(judges_of "$file")"
			mapfile -t targets < <(targets_of "${judges[@]}")
			make -s "${targets[@]}" >/dev/null 2>&1
			cp "$object" "$object.orig"
			drop_broken
		fi
		tools/mutants.py "$file.orig" "$number" >"$file"
		if ! make -s "$object" >/dev/null 2>&1; then
			result=invalid
		elif cmp -s "$object" "$object.orig"; then
			result=same
		else
			make -s "${targets[@]}" >/dev/null 2>&1
			result=$(judge "${judges[@]}")
		fi
		mv "$file.orig" "$file"
		touch "$file"
		echo "$result $file $what"
	done
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

for file; do
	judges_of "$file" >/dev/null || { echo "mutate.sh: $file: no line in tests/judges" >&2; exit 1; }
	list_mutants "$file"
done >"$dir/mutants"

# Each worker takes whole files, so that it builds a file's tests once.
for ((worker = 0; worker < jobs; worker++)); do
	(
		mkdir -p "$dir/$worker/tree"
		git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$dir/$worker/tree" 2>/dev/null || :
		cd "$dir/$worker/tree"
		make -s all >/dev/null 2>&1
		awk -v jobs="$jobs" -v worker="$worker" '$1 != last { last = $1; n++ } n % jobs == worker' \
			../../mutants | work | tee "$dir/results.$worker" | grep --line-buffered '^survived' || :
	) &
done
wait

cat "$dir"/results.* | awk '
	{ count[$1]++ }
	END {
		counted = count["killed"] + count["timeout"] + count["survived"]
		printf "%d mutants: %d killed, %d timeout, %d survived (%.1f %%), %d same, %d invalid, %d unjudged\n", NR,
			count["killed"], count["timeout"], count["survived"],
			counted ? 100 * count["survived"] / counted : 0, count["same"], count["invalid"],
			count["unjudged"]
	}'
