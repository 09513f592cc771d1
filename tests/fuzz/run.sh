#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Runs libFuzzer targets, each for so many seconds, started from the fixtures.
#
#   tests/fuzz/run.sh [-j JOBS] SECONDS PROGRAM[:SECONDS]...
#
# FUZZ_SEED (1) makes runs alike. Interesting inputs that a fuzzer finds are kept beside it, in
# PROGRAM.corpus, and what broke it in PROGRAM.crash-*.
set -eu

fixtures=$(dirname "$0")/../fixtures

if [ "${1:-}" = --one ]; then
	program=${3%:*}
	seconds=$2
	[ "$program" = "$3" ] || seconds=${3##*:}
	mkdir -p "$program.corpus"
	log=$program.log
	if "$program" -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
		-artifact_prefix="$program." "$program.corpus" "$fixtures" >"$log" 2>&1; then
		echo "ok    $program: $(sed -n 's/^Done //p' "$log")"
	else
		echo "FAIL  $program: see $log"
		tail -n 40 "$log"
		exit 1
	fi
	exit
fi

jobs=1
if [ "${1:-}" = -j ]; then
	jobs=$2
	shift 2
fi
[ $# -ge 2 ] || { echo "usage: tests/fuzz/run.sh [-j JOBS] SECONDS PROGRAM[:SECONDS]..." >&2; exit 2; }
seconds=$1
shift
printf '%s\0' "$@" | xargs -0 -P "$jobs" -n 1 "$0" --one "$seconds"
