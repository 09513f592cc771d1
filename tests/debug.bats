#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run --debug: one test at the user's terminal.
# Needs: python3

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS SUBUNIT2_OUTPUT
	cd "$BATS_TEST_TMPDIR"
}

# Runs it with --debug=ID on a terminal, where the steps on stdin are taken; the
# stream goes to the file out, what the terminal shows to screen.
debugs() { # STATUS ID OPTION...
	local expected=$1 id=$2 status=0
	shift 2
	timeout -k 5 150 /usr/bin/python3 "$BATS_TEST_DIRNAME/typist.py" \
		subunit2 run -q -o out.subunit --debug="$id" "$@" >screen || status=$?
	mv out.subunit out
	[ "$status" -eq "$expected" ] || { echo "exit status $status, not $expected"; cat screen; return 1; }
}

# A script that adds numbers, in Python's debugger.
with_debugger() { # PATH
	script "$1" '/usr/bin/python3 -mpdb' <<-'END'
		total = 0
		for i in range(3):
		    total += i
		print("total is", total)
	END
}

@test "a debugger, typed at" {
	with_debugger t/sums.py
	script t/other.sh <<<'exit 1'
	debugs 0 t/sums.py --timeout=100ms <<-'END'
		see (Pdb)
		raw
		type break 4\n
		see (Pdb)
		type continue\n
		see (Pdb)
		type p i + 4000\n
		see 4000
		type quit\n
	END
	[ "$(finals)" = 'success t/sums.py' ]
	attached t/sums.py stdout | grep -Fx '(Pdb) p i + 4000'
	attached t/sums.py stdout | lacks $'\r'
	lacks -v $'\r$' screen
}

@test "the terminal is the test's, with its size and interrupts" {
	script t/a.sh <<-'END'
		stty size
		trap 'echo interrupted; exit 3' INT
		echo up
		read -r line
		stty size
		echo asleep
		while sleep 0.05; do :; done
	END
	debugs 1 t/a.sh <<-'END'
		see up
		size 40 100
		type \n
		see 40 100
		see asleep
		type \x03
		see interrupted
		cooked
	END
	[ "$(attached t/a.sh reason)" = 'exit status 3' ]
	# One that takes its terminal's keys and lines in hand has the user's, too.
	script t/raw.py /usr/bin/python3 <<-'END'
		import os, sys, tty
		tty.setraw(0)
		os.write(1, b'up\nlow\r\n')
		sys.exit(os.read(0, 1) != b'\x03')
	END
	debugs 0 t/raw.py <<-'END'
		see low
		type \x03
	END
	grep -a -Fx up screen
}

@test "the user's terminal is given back, however the run ends or stops" {
	script t/a.sh <<<'echo up; sleep 1000'
	debugs 241 t/a.sh --grace=200ms <<-'END'
		see up
		raw
		signal TSTP
		cooked
		stopped
		signal CONT
		raw
		signal TERM
		cooked
	END
	[ "$(ended t/a.sh)" = fail ]
	attached t/a.sh reason | grep -F 'interrupted by SIGTERM'
}

@test "without a terminal, the test has the standard input of run; other options are refused" {
	script t/a.sh <<<'cat; echo err >&2'
	echo typed | runs 0 --debug=t/a.sh --stdin=none
	[ "$(attached t/a.sh stdout)" = typed ]
	sort err | diff - <(printf 'err\ntyped\n')
	runs 0 --debug=t/a.sh::one --to=subunit </dev/null
	[ "$(ended t/a.sh::one)" = skip ]
	for id in t/none.sh t ''; do
		runs 2 --debug="$id"
		diff - err <<<"subunit2 run: --debug=$id: no such test"
	done
	for other in --retries=1 --repeat=2 --load-list=x --rerun=x --stdin=subunit; do
		runs 2 --debug=t/a.sh "$other"
		grep -F -e "--debug and ${other%%=*}" err
	done
}

@test "elsewhere, by an executor: a debugger, typed at in lines" {
	with_debugger t/sums.py
	script t/other.sh <<<'exit 1'
	debugs 0 t/sums.py --timeout=100ms --executor='{argv}' <<-'END'
		see (Pdb)
		keys
		type break 4\n
		see (Pdb)
		type continue\n
		see (Pdb)
		type p i + 4321 - 21\n
		see 4300
		type quit\n
		cooked
	END
	[ "$(finals)" = 'success t/sums.py' ]
	[ "$(grep -c 'p i + 4321' screen)" -eq 1 ] # echoed once
}

@test "elsewhere, at a worker: a shell's read, and the end of input" {
	script t/a.sh <<-'END'
		printf 'who? '
		sleep 0.3
		read -r who
		echo "hello $who"
		cat
		echo end of input
	END
	script t/other.sh <<<'exit 1'
	for depth in 'subunit2 run --stdin=subunit' \
		'subunit2 run --stdin=subunit --instances=b --worker="subunit2 run --stdin=subunit"'; do
		debugs 0 t/a.sh --worker-timeout=100ms --instances='mac,linux' --worker="$depth" <<-'END'
			see who?
			type you\n
			see hello you
			type more\n
			see more
			see more
			type \x04
			see end of input
			cooked
		END
		[ "$(finals)" = 'success t/a.sh' ]
		lacks -e '---' screen
	done
}

@test "elsewhere: ^C ends it, the input of a pipe is passed on, and the output is shown" {
	script t/a.sh <<<'echo up; read -r line; echo "got $line"; cat >&2'
	debugs 254 t/a.sh --executor='{argv}' <<-'END'
		see up
		keys
		type \x03
		cooked
	END
	[ "$(ended t/a.sh)" = fail ]
	for where in --executor='{argv}' '--instances=mac --worker=subunit2\ run\ --stdin=subunit'; do
		eval "set -- $where"
		printf 'typed\nrest\n' | runs 0 --debug=t/a.sh "$@"
		[ "$(attached t/a.sh stdout)" = $'up\ngot typed' ]
		[ "$(attached t/a.sh stderr)" = rest ]
		sort err | diff - <(printf 'got typed\nrest\nup\n')
	done
}
