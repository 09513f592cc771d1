#!/usr/bin/env bats
# A real automake suite under wrap: with nothing changed, and with our driver in every folder.

# 200 tests in three folders, built outside of the sources.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkdir one two tap build
	cat >configure.ac <<-'END'
		AC_INIT([suite], [1])
		AC_CONFIG_AUX_DIR([build-aux])
		AM_INIT_AUTOMAKE([foreign])
		AC_REQUIRE_AUX_FILE([tap-driver.sh])
		AC_PROG_AWK
		AC_CONFIG_FILES([Makefile one/Makefile two/Makefile tap/Makefile])
		AC_OUTPUT
	END
	echo 'SUBDIRS = one two tap' >Makefile.am
	script one/good.sh 0
	script one/bad.sh 1
	script one/skip.sh 77
	script one/hard.sh 99
	script one/xfail.sh 1
	script one/xpass.sh 0
	printf '%s\n' 'TESTS = good.sh bad.sh skip.sh hard.sh xfail.sh xpass.sh' \
		'XFAIL_TESTS = xfail.sh xpass.sh' >one/Makefile.am
	for i in $(seq 190); do script "two/t$i.sh" 0; done
	echo "TESTS = $(cd two && echo t*.sh)" >two/Makefile.am
	printf '%s\n' 'echo 1..4; echo ok 1 - one; echo not ok 2 - two' \
		'echo "not ok 3 - three # TODO later"; echo "ok 4 - four # SKIP why"' >tap/a.tap
	echo 'echo "1..0 # SKIP nothing here"' >tap/b.tap
	printf '%s\n' 'echo 1..2; echo ok 1 - one; exit 2' >tap/c.tap
	printf '%s\n' 'TEST_EXTENSIONS = .tap' 'TAP_LOG_COMPILER = $(SHELL)' 'TESTS = a.tap b.tap c.tap' \
		'TAP_LOG_DRIVER = env AM_TAP_AWK="$(AWK)" $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh' \
		>tap/Makefile.am
	autoreconf -i >autoreconf.log 2>&1 && (cd build && ../configure -q)
	cd build || return
	unset MAKEFLAGS MAKELEVEL
	make -k check >plain 2>&1 || true
	trs >plain.trs
}

script() { # FILE STATUS
	printf '#!/bin/sh\necho "output of %s"\nexit %s\n' "$1" "$2" >"$1"
	chmod +x "$1"
}

trs() {
	for file in */*.trs; do
		echo "$file"
		sort "$file"
	done
}

# The result lines of a console, without what each driver words in its own way.
results() {
	grep -E '^(PASS|FAIL|XFAIL|XPASS|SKIP|ERROR): ' "$1" | sed '/^ERROR: .*\.tap - /s/ - .*//' | sort
}

console_of() {
	subunit2 filter --match='^suite$' --file=stdout "$1" | /usr/bin/python3 -c '
import sys, subunit
from testtools import StreamResult
class Console(StreamResult):
    def status(self, file_bytes=None, **rest):
        sys.stdout.buffer.write(file_bytes or b"")
subunit.ByteStreamToStreamResult(sys.stdin.buffer, "stdout").run(Console())'
}

count() { # STREAM STATUS RUNNABLE
	subunit2 convert --to=json "$1" | grep -c '"test_status":"'"$2"'".*"runnable":'"$3"
}

setup() {
	load common
	unset MAKEFLAGS MAKELEVEL
}

# The suite, with the files of its own harness's run.
own_copy() {
	cp -a "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR/suite" && cd "$BATS_TEST_TMPDIR/suite/build"
}

@test "nothing changed: every line of the console is a test, with the logs of failures" {
	own_copy
	local status=0
	subunit2 wrap -i suite -- make -k check >"$BATS_TEST_TMPDIR/stream" || status=$?
	[ "$status" = 2 ]
	[ "$(count "$BATS_TEST_TMPDIR/stream" '(success|fail|skip|xfail|uxsuccess)' false)" = 0 ]
	[ "$(subunit2 ls --all --match=:: "$BATS_TEST_TMPDIR/stream" | wc -l)" = "$(results plain | wc -l)" ]
	subunit2 ls -l --all "$BATS_TEST_TMPDIR/stream" >list
	grep -qE '^fail .*suite::one/bad.sh$' list
	grep -qE '^uxsuccess .*suite::one/xpass.sh$' list
	grep -qE '^success .*suite::two/t190.sh$' list
	grep -qE '^xfail .*suite::tap/a.tap::three$' list
	subunit2 filter --match='one/bad.sh$' --file=bad.sh.log "$BATS_TEST_TMPDIR/stream" |
		subunit2 convert --to=json | grep -q 'output of one/bad.sh'
}

@test "--automake: console and files as automake's own, and a runnable test each" {
	local stream=$BATS_TEST_TMPDIR/stream status=0
	own_copy
	rm -f ./*/*.trs ./*/*.log
	subunit2 wrap -i suite --automake -- make -kj8 check >"$stream" || status=$?
	[ "$status" = 2 ]
	console_of "$stream" >console
	diff <(results plain) <(results console)
	trs | diff plain.trs -
	grep -q 'output of one/good.sh' one/good.sh.log
	subunit2 ls -l --all "$stream" >list
	[ "$(grep -c ' two/t' list)" = 190 ]
	grep -qE '^success .* two/t190.sh$' list
	grep -qE '^fail .* tap/a.tap$' list
	grep -qE '^fail .* tap/a.tap::two$' list
	grep -qE '^skip .* tap/b.tap$' list
	grep -qE '^xfail .* one/xfail.sh$' list
	grep -qE '^uxsuccess .* one/xpass.sh$' list
	subunit2 report --to=summary "$stream" | grep -q '^scripts: 191 passed, 5 failed, 1 unexpected, 2 skipped, 1 todo'
}

@test "make recheck runs what failed, by the files that our driver wrote" {
	own_copy
	subunit2 wrap -i suite --automake -- make -k check >"$BATS_TEST_TMPDIR/stream" || true
	make -C one recheck >console 2>&1 || true
	diff <(results console) - <<-'END'
		ERROR: hard.sh
		FAIL: bad.sh
		XPASS: xpass.sh
	END
}

@test "alone, the driver is automake's driver" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'echo 1..2' 'echo ok 1 - a' 'echo "# said"' 'echo not ok 2 - b' 'exit 1' >t.sh
	drive() { subunit2 automake-driver --test-name t --log-file t.log --trs-file t.trs "$@"; }
	[ "$(drive --comments -- sh t.sh | sort)" = $'# t: said\nFAIL: t 2 - b\nPASS: t 1 - a' ]
	[ "$(drive --expect-failure yes -- sh t.sh | sort)" = $'XFAIL: t 2 - b\nXPASS: t 1 - a' ]
	[ "$(drive --color-tests yes -- true)" = $'\e[0;32mPASS\e[m: t' ]
	[ "$(drive --enable-hard-errors no -- sh -c 'exit 99')" = "FAIL: t" ]
	[ "$(drive --ignore-exit -- sh -c 'echo 1..1; echo ok; exit 3')" = "PASS: t 1" ]
	drive -- sh -c 'echo out; echo err >&2'
	diff <(sort t.log) <(printf '%s\n' 'PASS t (exit status: 0)' err out)
	touch plain
	[ "$(drive ./plain)" = 'FAIL: t' ]
	diff t.log <(printf '%s\n' './plain: cannot be executed: Permission denied' \
		'FAIL t (exit status: 126)')
	run -2 --separate-stderr subunit2 automake-driver --test-name=t -- true
	[[ $stderr == "subunit2 automake-driver: --test-name, --log-file and --trs-file are needed"* ]]
	run -3 --separate-stderr subunit2 automake-driver --test-name=t --log-file=none/l --trs-file=t.trs true
	[[ $stderr == "subunit2 automake-driver: none/l: No such file or directory" ]]
}

@test "--automake where nothing is automake's" {
	cd "$BATS_TEST_TMPDIR"
	run -125 --separate-stderr subunit2 wrap --automake -- make check
	[[ $stderr == "subunit2 wrap: --automake: no Makefile here is automake's"* ]]
	mkdir gone
	cd gone
	rmdir ../gone
	run -125 --separate-stderr subunit2 wrap --automake -- make check
	[[ $stderr == 'subunit2 wrap: .: No such file or directory' ]]
}
