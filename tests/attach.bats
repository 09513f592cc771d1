#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The live view of subunit2 run: attaching the terminal to a test that runs.
# Needs: python3 strace

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS NO_COLOR CLICOLOR_FORCE SUBUNIT2_OUTPUT
	cd "$BATS_TEST_TMPDIR"
}

# Runs it on a terminal, where the steps on stdin are taken, by the command in the array through.
# The stream goes to the file out, what the terminal shows to screen.
types() { # STATUS OPTION...
	local expected=$1 status=0
	shift
	timeout -k 5 150 /usr/bin/python3 "$BATS_TEST_DIRNAME/typist.py" \
		"${through[@]}" subunit2 run -o out.subunit "$@" >screen || status=$?
	mv out.subunit out
	[ "$status" -eq "$expected" ] || { echo "exit status $status, not $expected"; cat -v screen; return 1; }
}

# A test that says what it reads, and ends after "end".
reader() { # PATH
	script "$1" <<-'END'
		echo "$0 is up"
		while read -r line; do
			[ "$line" != end ] || exit 0
			echo "got $line"
		done
		echo "no more input"
	END
}

@test "a lists the tests that run and attaches the terminal to one; ^] detaches" {
	reader t/a.sh
	reader t/b.sh
	types 0 --attach -j2 <<-'END'
		see t/a.sh
		see t/b.sh
		type a
		see attach to
		see > 1 t/a.sh
		see 2 t/b.sh
		type 2
		see --- t/b.sh: ^] detaches ---
		see t/b.sh is up
		type one\n
		see got one
		type \x1d
		see --- detached from t/b.sh ---
		see t/a.sh
		type a
		see attach to
		type \x1b[A\x1b[B\n
		see --- t/b.sh
		see got one
		type end\n
		see --- t/b.sh has ended ---
		type a\n
		see --- t/a.sh
		type two\n
		see got two
		type \x04
		see no more input
		see --- t/a.sh has ended ---
		cooked
	END
	whole
	[ "$(attached t/b.sh stdout)" = $'t/b.sh is up\ngot one' ]
	[ "$(ended t/a.sh)" = success ]
}

@test "^D ends the input of a test, and ^] still detaches" {
	script t/a.sh <<-'END'
		while read -r line; do :; done
		echo no more input
		until grep -q 'detached from' screen; do sleep 0.05; done
	END
	types 0 --attach <<-'END'
		see t/a.sh
		type a
		see attach to
		type \n
		see --- t/a.sh: ^] detaches ---
		type \x04
		see no more input
		type \x1d
		see --- detached from t/a.sh ---
		cooked
	END
	[ "$(ended t/a.sh)" = success ]
}

@test "without --attach, the output is shown, and input is empty" {
	script t/a.sh <<-'END'
		cat
		echo up
		until [ -e go ]; do sleep 0.02; done
		echo later
		until [ -e stop ]; do sleep 0.02; done
	END
	types 0 <<-'END'
		see t/a.sh
		type a\n
		see --- t/a.sh: ^] detaches; it has no input without --attach ---
		see up
		type one\n
		touch go
		see later
		type \x1d
		see --- detached from t/a.sh ---
		touch stop
	END
	lacks one screen
	whole
}

@test "--pty: the test has the terminal, with its size, each key and ^C" {
	script t/a.sh <<-'END'
		trap 'echo interrupted; exit 0' INT
		trap 'stty size' WINCH
		touch ready
		echo up
		until read -r line && [ "$line" ]; do :; done
		echo "got $line"
		while sleep 0.05; do :; done
	END
	types 0 --attach --pty <<-'END'
		see t/a.sh
		until ready
		size 33 111
		type a\n
		raw
		see up
		see 33 111
		size 40 100
		type one\n
		see 40 100
		see got one
		type \x1d
		see --- detached
		type a\n
		see --- t/a.sh
		raw
		type \x03
		see interrupted
		see --- t/a.sh has ended ---
		cooked
	END
	whole
}

@test "^Z gives the terminal back until the run goes on; ^C ends it" {
	reader t/a.sh
	types 254 --attach --grace=200ms <<-'END'
		see t/a.sh
		type a\n
		see t/a.sh is up
		signal TSTP
		cooked
		stopped
		signal CONT
		keys
		type one\n
		see got one
		type \x03
		cooked
	END
	[ "$(ended t/a.sh)" = fail ]
	attached t/a.sh reason | grep -F 'interrupted by SIGINT'
}

@test "in the background no key is read" {
	reader t/a.sh
	cat >shell <<-'END'
		subunit2 run -o out.subunit --attach &
		until [ -e t/up ]; do sleep 0.02; done
		read -r line
		echo "shell got $line"
		fg
	END
	script t/a.sh <<-'END'
		touch t/up
		read -r line
		echo "got $line"
	END
	timeout -k 5 150 /usr/bin/python3 "$BATS_TEST_DIRNAME/typist.py" bash -m shell >screen <<-'END'
		see t/a.sh
		type a line\n
		see shell got a line
		keys
		type a\n
		see --- t/a.sh
		type one\n
		see got one
		cooked
	END
}

@test "a narrow terminal: a name is shortened, its time is visible" {
	reader "t/a-$(printf '%070d' 0)z.sh"
	types 0 --attach <<-'END'
		size 6 30
		see z.sh
		type a
		see attach to:
		see > 1 t/a-0
		see z.sh  
		type \n
		see is up
		type end\n
		see has ended
	END
	whole
}

@test "failures of other tests are shown when the terminal is detached" {
	reader t/a.sh
	script t/b.sh <<<'until [ -e go ]; do sleep 0.02; done; echo what went wrong; exit 3'
	script t/c.sh <<<'until grep -q "exit status 3" out.subunit; do sleep 0.02; done; touch done'
	types 1 --attach -j3 <<-'END'
		see t/a.sh
		type a
		see 1 t/a.sh
		type 1
		see t/a.sh is up
		touch go
		until done
		type one\n
		see got one
		type \x1d
		see --- detached
		see FAIL
		see what went wrong
		type a\n
		see --- t/a.sh
		type end\n
	END
	[ "$(sed -n '/--- t/,/--- detached/p' screen | grep -c FAIL)" -eq 0 ]
}

@test "workers and executors: input reaches the test, its output is shown" {
	reader t/a.sh
	reader t/b.sh
	types 0 --attach --instances='mac*2' --worker='subunit2 run --stdin=subunit -j{slots}' <<-'END'
		see t/a.sh
		see t/b.sh
		type a
		see t/a.sh
		see on mac
		type 1
		see --- t/a.sh on mac: ^] detaches ---
		see t/a.sh is up
		type one\n
		see got one
		type \x1d
		see --- detached
		type aj\n
		see --- t/b.sh on mac
		type \x04
		see no more input
		see --- t/b.sh on mac has ended ---
		type a\nend\n
	END
	whole
	types 0 --attach --executor='{argv}' t/a.sh <<-'END'
		see t/a.sh
		type a\n
		see t/a.sh is up
		type one\n
		see got one
		type \x04
		see no more input
	END
	whole
}

@test "the terminal is in line mode before a test is said to be attached" {
	local through=(strace -o trace -e trace=ioctl -e inject=ioctl:delay_enter=50000)
	reader t/a.sh
	reader t/b.sh
	types 0 --attach -j2 <<-'END'
		see t/a.sh
		see t/b.sh
		type a
		see attach to
		type 1
		see --- t/a.sh: ^] detaches ---
		type \x04
		see no more input
		see --- t/a.sh has ended ---
		type a
		see attach to
		type 1
		see --- t/b.sh: ^] detaches ---
		type \x04
		see no more input
	END
}

@test "without a terminal, input is empty; options that exclude each other" {
	reader t/a.sh
	runs 0 --attach </dev/null
	grep -F -e '--attach: not at a terminal' err
	[ "$(attached t/a.sh stdout)" = $'t/a.sh is up\nno more input' ]
	runs 2 --attach --load-list=- </dev/null
	grep -F -e '--attach and --load-list=-: only one of them can read standard input' err
	for other in --debug=t/a.sh --stdin=subunit --stdin=inherit; do
		runs 2 --attach "$other"
		grep -F -e "--attach and ${other%=t*}: only one of them" err
	done
}
