# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Helpers of the tests that find the processes of a run by $mark, which is in their environment.
# shellcheck shell=bash

# The files with the environments of these processes.
marked() {
	grep -lsaF "$mark" /proc/[0-9]*/environ
}

nothing_left() {
	[ -z "$(marked)" ]
}

# Kills those processes: a test that failed may have left its run.
end_marked() {
	local environ
	for environ in $(marked); do
		environ=${environ#/proc/}
		kill -KILL "${environ%/environ}"
	done
}
