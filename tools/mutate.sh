#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Changes source files, one place at a time, and shows which changes the tests do not notice.
#
#   tools/mutate.sh [-n COUNT] [-s SEED] [-j JOBS] [-t SECONDS] FILE...
#
# Each mutant of FILE (tools/mutants.py) is built in a copy of the tree and judged by the suites
# that tests/judges names for the file, for at most SECONDS (30) a suite. -n takes COUNT mutants of
# each file, spread evenly over it and drawn with SEED (1). Prints each survivor in the form of
# tests/equivalent-mutants, and a table of the counts by folder:
#
#   killed      a test failed
#   timeout     a suite did not end in time: killed as well
#   survived    all tests passed
#   equivalent  all tests passed, and tests/equivalent-mutants says why: not counted
#   same        the compiler makes the same code of it: not counted
#   invalid     it does not compile: not counted
#   unjudged    no suite is left (all fail without a mutant, or take longer than SECONDS), or its
#               judge was killed
#
# A mutant that is not judged, or that is listed as equivalent and killed by a test, is named on
# standard error. Exits with 1 if mutants are without a result. Each suite runs in a PID namespace of
# its own, because a mutant may signal any process that it sees, and may write only to a /tmp of its
# own, because it may remove any file.
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
export CI='' CFLAGS='-O2 -g0'

isolate=(unshare --pid --mount --fork --kill-child --mount-proc)
drop_caps=()
[ "$(id -u)" = 0 ] || {
	isolate+=(--user --map-current-user --keep-caps)
	drop_caps=(setpriv --inh-caps=-all --ambient-caps=-all)
}
# mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, {MOUNT_ATTR_RDONLY}): mount(8) of Debian 12 has no
# option for it.
# shellcheck disable=SC2016 # variables of perl
read_only='my ($path, $set) = ("/", pack("Q4", 1, 0, 0, 0));
	exit(syscall(442, -100, $path, 0x8000, $set, 32) != 0)'
# In the namespaces: run COMMAND with only /tmp to write to. bash reaps what loses its parent.
# shellcheck disable=SC2016 # the inner shell's
isolate+=(bash -c '
	perl -e "$0" && mount -t tmpfs tmpfs /tmp && cd "$PWD" || exit 125
	"$@"; exit $?' "$read_only" "${drop_caps[@]}")
"${isolate[@]}" true || { echo "mutate.sh: cannot create namespaces" >&2; exit 1; }

# Run make without the rules that are built in: looking for them takes most of its time.
make() {
	command make -r "$@"
}

# Run COMMAND for at most $limit_s seconds.
limited() { # COMMAND...
	exec timeout -k 0.1 "$limit_s" "${isolate[@]}" "$@"
}

# Run each PROGRAM for at most $limit_s seconds, up to the first that fails.
limited_programs() { # PROGRAM...
	# shellcheck disable=SC2016 # the inner shell's
	"${isolate[@]}" bash -c '
		for program; do
			timeout -k 0.1 "$0" "$program" || exit
		done' "$limit_s" "$@"
}

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

# The programs that a suite needs, as targets of make; first, variables for make.
targets_of() { # SUITE
	local file
	case $1 in
	build/san/*)
		file=${1#build/san/}.c
		[ ! -e "$file" ] || echo "SAN=1 CFLAGS=-O1 $1"
		;;
	build/*)
		# shellcheck disable=SC2086 # a pattern
		for file in $(compgen -G "${1/build\/}.c" || :); do
			echo "build/${file%.c}"
		done
		;;
	tests/library.bats*) echo build/subunit2 all ;;
	tests/*builtin.bats*) echo build/subunit2 builtin ;;
	*) echo build/subunit2 ;;
	esac
}

# Build and run the suites up to the first failure, and print what they say of a mutant.
judge() { # SUITE...
	local suite status targets word
	local -a filter programs
	[ $# -gt 0 ] || { echo unjudged; return; }
	for suite; do
		status=0
		targets=$(targets_of "$suite")
		# shellcheck disable=SC2086 # words
		[ -z "$targets" ] || make -s $targets >/dev/null 2>&1 || { echo invalid; return; }
		if [[ $suite == *.bats* ]]; then
			filter=()
			[[ $suite != *:* ]] || filter=(-f "${suite#*:}")
			: >../log # wait_for_failure must not see the last mutant's
			limited bats --tap "${filter[@]}" "${suite%%:*}" >../log 2>&1 </dev/null &
			wait_for_failure $! || status=$?
		else
			programs=()
			for word in $targets; do
				[[ $word == *=* ]] || programs+=("$word")
			done
			limited_programs "${programs[@]}" >/dev/null 2>&1 </dev/null || status=$?
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

# A line for each mutant of FILE: FILE, and the fields that tools/mutants.py prints.
list_mutants() { # FILE
	tools/mutants.py "$1" "$count" "$seed" | sed "s,^,$1\t,"
}

# Drop the suites from $judges that fail without a mutant, or take too long. Each is run once.
drop_broken() {
	local suite
	local -a good=()
	for suite in "${judges[@]}"; do
		if [ -z "${without_mutant[$suite]:-}" ]; then
			[[ $suite != *.bats* ]] || make -s all >/dev/null 2>&1
			without_mutant[$suite]=$(judge "$suite")
		fi
		if [ "${without_mutant[$suite]}" = survived ]; then
			good+=("$suite")
		else
			echo "mutate.sh: $file: left out $suite: ${without_mutant[$suite]} without a mutant" >&2
		fi
	done
	judges=("${good[@]}")
}

# Build and judge a mutant, and print its result.
judge_mutant() { # FILE NUMBER MARK SUITE...
	local file=$1 object=build/${1%.c}.o number=$2 mark=$3 result
	shift 3
	tools/mutants.py --make "$file.orig" "$number" >"$file" || return
	if ! make -s "$object" >/dev/null 2>&1; then
		result=invalid
	elif cmp -s "$object" "$object.orig"; then
		result=same
	else
		result=$(judge "$@") || return
	fi
	[ "$mark$result" != equivalentsurvived ] || result=equivalent
	echo "$result"
}

# In a copy of the tree: judges the mutants on standard input. A judge may neither read them nor
# end this loop.
work() {
	local row file number line function kind mark old new object result
	local -a judges rows
	local -A without_mutant=()
	set +e
	mapfile -t rows
	exec </dev/null
	for row in "${rows[@]}"; do
		IFS=$'\t' read -r file number line function kind mark old new <<<"$row"
		object=build/${file%.c}.o
		cp "$file" "$file.orig"
		if [ ! -e "$object.orig" ]; then
			read -ra judges <<<"$(judges_of "$file")"
			make -s "$object" >/dev/null 2>&1
			cp "$object" "$object.orig"
			drop_broken
		fi
		result=$(judge_mutant "$file" "$number" "$mark" "${judges[@]}") || result=unjudged
		case $mark-$result in
		*-unjudged) echo "mutate.sh: $file $function: not judged: $new" >&2 ;;
		equivalent-killed | equivalent-timeout)
			echo "mutate.sh: $file $function: listed as equivalent, but $result: $new" >&2
			;;
		esac
		mv "$file.orig" "$file"
		touch "$file"
		printf '%s\t' "$result" "$file" "$line" "$function" "$kind" "$old"
		printf '%s\n' "$new"
	done
}

# Print the survivors among the results on standard input.
print_survivors() {
	awk -F '\t' '$1 == "survived" { printf "%s %s\n\t%s\n\t%s\n\tsurvived: %s, line %s\n\n", $2, $4, $6, $7, $5, $3; fflush() }'
}

# Print a table of the results on standard input, by folder.
print_table() {
	awk -F '\t' '
		function row(folder) {
			counted = count[folder, "killed"] + count[folder, "timeout"] + count[folder, "survived"]
			printf "%-12s %8d", folder, count[folder, ""]
			for (i = 1; i <= kinds; i++)
				printf " %10d", count[folder, kind[i]]
			printf " %9s\n", counted ? sprintf("%.1f", 100 * count[folder, "survived"] / counted) : "-"
		}
		BEGIN {
			kinds = split("killed timeout survived equivalent same invalid unjudged", kind, " ")
			printf "%-12s %8s", "folder", "mutants"
			for (i = 1; i <= kinds; i++)
				printf " %10s", kind[i]
			printf " %9s\n", "survive %"
		}
		{
			folder = $2
			sub("/[^/]*$", "", folder)
			if (!(folder in seen)) {
				seen[folder] = 1
				order[++folders] = folder
			}
			count[folder, $1]++; count["all", $1]++; count[folder, ""]++; count["all", ""]++
		}
		END {
			for (n = 1; n <= folders; n++)
				row(order[n])
			row("all")
		}'
}

mkdir -p build
dir=$(mktemp -d "$PWD/build/mutate.XXXXXX")
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
		awk -F '\t' -v jobs="$jobs" -v worker="$worker" '$1 != last { last = $1; n++ } n % jobs == worker' \
			../../mutants | work | tee "$dir/results.$worker" | print_survivors
	) &
done
wait

cat "$dir"/results.* | sort | print_table
lost=$(($(wc -l <"$dir/mutants") - $(cat "$dir"/results.* | wc -l)))
[ "$lost" -eq 0 ] || { echo "mutate.sh: $lost mutants without a result" >&2; exit 1; }
