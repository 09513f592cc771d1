# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Helpers of the tests that start `run` in the background.
# shellcheck shell=bash

# A run in the background, with standard input from the file INPUT: its pid is $pid.
start() { # ARGUMENTS...
	rm -f pid
	env --default-signal timeout -s KILL 150 sh -c 'echo $$ >pid; exec subunit2 run "$@"' sh "$@" \
		<"${INPUT:-/dev/null}" >out 2>err 3>&- 4>&- &
	started=$!
	until_true [ -s pid ]
	pid=$(cat pid)
}

# That run ends, with that status.
stops() { # STATUS
	local status=0
	wait "$started" || status=$?
	[ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat err; return 1; }
}

# Of scripts that write their pid into such a file, none runs any more.
gone() { # FILE...
	local file
	for file; do
		! kill -0 "$(cat "$file")" 2>/dev/null || return 1
	done
}
