# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# What every .bats file loads: the built program first in PATH.
bats_require_minimum_version 1.5.0

BUILD=$(cd "${BUILD:-$BATS_TEST_DIRNAME/../build}" && pwd)
PATH=$BUILD:$PATH

# The programs of a test do not write for the CI service that runs the tests.
unset CI GITHUB_ACTIONS GITLAB_CI GITHUB_STEP_SUMMARY

# Terminals and colors are those that a test asks for.
export TERM=xterm
unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LINES

# on_terminal COMMAND [ARG...]: runs it on a terminal of its own, its output on stdout.
on_terminal()
{
	/usr/bin/python3 "$BATS_TEST_DIRNAME/terminal.py" "$@"
}

# Kilobytes that a command takes at most.
peak() { # COMMAND...
	/usr/bin/python3 - "$@" <<-'END'
		import os, sys
		child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
		_, status, usage = os.wait4(child, 0)
		assert status == 0, status
		print(usage.ru_maxrss)
	END
}

# Without arguments, wait for the children of the test; bats' countdown is one of the shell's, too.
wait()
{
	local child
	if (($#)); then
		builtin wait "$@"
		return
	fi
	for child in $(jobs -p); do
		[ "$child" = "${BATS_killer_pid:-}" ] || builtin wait "$child" || :
	done
}

# Skip a test that needs the loopback, if it is down, as in a new network namespace.
need_loopback()
{
	(: </dev/tcp/127.0.0.1/1) 2>&1 | grep -q unreachable || return 0
	skip 'the loopback is down'
}

# Call this before the size of files is limited: a coverage build writes its counters elsewhere then, where
# they may be cut.
limits_files()
{
	export GCOV_PREFIX=$BATS_TEST_TMPDIR GCOV_ERROR_FILE=/dev/null
}
