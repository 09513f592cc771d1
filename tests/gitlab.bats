#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The format gitlab: a collapsed section for each failure, and no section from a test.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset NO_COLOR
}

# Prints the sections in the log $1 by GitLab's rule: start NAME HEADER, end NAME.
sections() {
	/usr/bin/python3 - "$1" <<-'END'
		import re, sys
		log = open(sys.argv[1], newline="", encoding="utf-8").read()
		rule = r"section_((?:start)|(?:end)):(\d+):([a-zA-Z0-9_.-]+)(\[[^\]]*\])?\r\033\[0K([^\n]*)"
		for kind, time, name, options, header in re.findall(rule, log):
		    print(kind, name, options, re.sub(r"\033\[[0-9;]*m", "", header))
	END
}

@test "each failure is a collapsed section under its cause" {
	{
		subunit2 status a fail -m 'disk full'
		subunit2 status b pass -m fine
		subunit2 status c fail
		subunit2 status d fail -m 'no route'
	} | subunit2 convert --to=gitlab >out
	sections out | sed -E 's/subunit2_[0-9]+_/N/' >seen
	diff seen - <<-'END'
		start N1 [collapsed=true] FAIL a: disk full
		end N1  
		start N2 [collapsed=true] FAIL d: no route
		end N2  
	END
	grep -q 'FAIL.*  c  ' out
}

@test "no test can begin or end a section" {
	printf '\033[0Ksection_start:1:x\r\033[0Kheader\nsection_end:1:x\r\033[0K\nsection_end:1:x\r\n' >said
	subunit2 status $'section_end:1:x\r\033[0K' fail -a stdout=said -m "$(cat said)" >stream
	cat said >>stream
	subunit2 convert --from=subunit --to=gitlab stream >out
	[ "$(sections out | wc -l)" = 2 ]
	[ "$(sections out | grep -vc subunit2_)" = 0 ]
}

@test "colors are shown, unless NO_COLOR or --color=never" {
	printf '\033[31mred\033[0m\n' >said
	subunit2 status a fail -a stdout=said >stream
	subunit2 convert --to=gitlab stream | grep -F $'| \e[31mred'
	subunit2 convert --to=gitlab --color=never stream | grep -F '| red'
	NO_COLOR=1 subunit2 convert --to=gitlab stream | grep -F '| red'
}
