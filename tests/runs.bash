# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Helpers of the tests of `run`: scripts to run, and queries about their stream.
# shellcheck shell=bash

# An executable script, its body on stdin.
script() { # PATH [INTERPRETER]
	mkdir -p "$(dirname "$1")"
	{ echo "#!${2:-/bin/sh}"; cat; } >"$1"
	chmod +x "$1"
}

# run's stream goes to the file out, its messages to err; its exit status is checked.
runs() { # STATUS ARGUMENTS...
	local expected=$1 status=0
	shift
	timeout -k 5 150 subunit2 run "$@" >out 2>err || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "exit status $status, not $expected"
		cat err
		subunit2 report -v out
		return 1
	}
}

events() {
	subunit2 convert --to=json "${1:-out}"
}

# A line for each final status of a script: the status and the id, by id.
finals() {
	subunit2 convert --to=events "${1:-out}" |
		awk '$2 !~ /^(-|inprogress|exists)$/ && $4 == "runnable" { print $2, $3 }' |
		LC_ALL=C sort -k 2
}

# The ids in the order in which they began.
begun() {
	subunit2 convert --to=events out |
		awk '$2 == "inprogress" && $4 == "runnable" { print $3 }'
}

# The attachment of a test under that name, joined.
attached() { # ID NAME
	printf %b "$(subunit2 filter --match="^\\Q$1\\E\$" --file="$2" out | events - |
		grep -vF '"test_id":"subunit.parser"' | sed -nE 's/.*"file_text":"(.*)"[,}].*/\1/p' | tr -d '\n')"
}

# The status with which a script ended, and its tags.
ended() { # ID
	events | grep -F "\"test_id\":\"$1\"" | sed -nE '/"test_status":"(inprogress|exists)"/ d
		s/.*"test_status":"([a-z]*)"(,"test_tags":\[([^]]*)\])?.*/\1 \3/p' | sed 's/ $//'
}

# The milliseconds from a script's first status to its last.
duration() { # ID
	local begin end
	begin=$(events | grep -F "\"test_id\":\"$1\"" | sed -nE '/"test_status":"inprogress"/ s/.*"timestamp":"([^"]*)".*/\1/p')
	end=$(events | grep -F "\"test_id\":\"$1\"" | sed -nE '/"test_status":"inprogress"/ d; /"test_status"/ s/.*"timestamp":"([^"]*)".*/\1/p')
	echo $((($(date -d "$end" +%s%N) - $(date -d "$begin" +%s%N)) / 1000000))
}

# Every script began once, ended once, said nothing after that, and it and its
# subtests kept to one route.
whole() { # [STREAM]
	[ "$(events "${1:-out}" | grep -c subunit.parser)" -eq 0 ]
	subunit2 convert --to=events "${1:-out}" | awk '
		{ route = ""; for (i = 4; i <= NF; i++) if ($i ~ /^route=/) route = $i }
		$3 == "-" { next }
		{ script = $3; sub(/::.*/, "", script) }
		script in ended { print script ": said more after its end"; bad = 1 }
		script in routes && routes[script] != route { print script ": " route; bad = 1 }
		{ routes[script] = route }
		$4 != "runnable" || $2 == "-" { next }
		$2 == "inprogress" { if (began[script]++) { print script ": began twice"; bad = 1 }; next }
		{ ended[script] = 1; count++ }
		END {
			for (script in began) if (!(script in ended)) { print script ": has no end"; bad = 1 }
			exit bad || !count
		}'
}

# Waits for a fact, for at most LIMIT seconds (60).
until_true() { # COMMAND...
	local deadline=$((SECONDS + ${LIMIT:-60}))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || { echo "never came true: $*"; return 1; }
		sleep 0.02
	done
}

is_gone() { # PID
	! kill -0 "$1"
}

lacks() {
	! grep "$@"
}
