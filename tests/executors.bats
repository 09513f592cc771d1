#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run with scripts elsewhere, for real: by ssh, from an sshd on the loopback of a network
# of its own, and by Slurm, a cluster of one node there. Both are started for this file alone.
# Needs: address sshd munged slurmctld slurmd unshare ip subunit-1to2

setup_file() {
	load common
	load runs
	load remote
	export PLACE=$BATS_FILE_TMPDIR
	mkdir "$PLACE/bin" "$PLACE/home"
	PATH=$PLACE/bin:$PATH
	open_network
	start_slurm box
	start_sshd
}

teardown_file() {
	load runs
	load remote
	close_network
}

setup() {
	load common
	load runs
	load background
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	PATH=$PLACE/bin:$PATH
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	local connection
	for connection in connection.*; do
		[ ! -S "$connection" ] || ssh -O exit "${connection#*.}" || true
	done
}

# Scripts that end in all ways, with what must come through as it is.
suite() {
	script t/pass.t <<<'printf "%s\n" 1..2 "ok 1 - one" "    ok 1 - inner" "    1..1" "ok 2 - two"'
	script t/fail.t <<<'printf "%s\n" 1..2 "ok 1" "not ok 2 - two"; echo "$HARNESS_ACTIVE" "$@" >&2'
	script t/skip.t <<<'echo "1..0 # SKIP not today"'
	script t/status.sh <<<'echo on stderr >&2; exit 3'
	# shellcheck disable=SC2016 # perl's
	script t/bytes.sh /usr/bin/perl <<<'binmode STDOUT; print map(chr, 0 .. 255), "\n\xb3\x29", "\r\xff" x 3000'
	script t/leak.sh <<<'setsid sleep 1000 >/dev/null 2>&1 & exit 0'
}

# The expected report of a run of these scripts, on any machine.
judge() {
	whole
	diff - <(finals) <<-'END'
		success t/bytes.sh
		fail t/fail.t
		success t/leak.sh
		success t/pass.t
		skip t/skip.t
		fail t/status.sh
	END
	[ "$(ended t/pass.t)" = 'success "remote"' ]
	[ "$(ended t/leak.sh)" = 'success "leaked","remote"' ] ||
		[ "$(ended t/leak.sh)" = 'success "remote","leaked"' ]
	[ "$(attached t/status.sh reason)" = 'exit status 3' ]
	[ "$(attached t/status.sh stderr)" = 'on stderr' ]
	[ "$(attached t/skip.t reason)" = 'not today' ]
	[ "$(attached t/fail.t stderr)" = "1 it's \$HOME" ]
	subunit2 convert --to=events out >events
	grep -E ' success t/pass.t::two::inner tags=remote route=[01]' events
	grep -E ' fail t/fail.t::two tags=remote route=[01]' events
	[ "$(grep -oE 'route=.' events | sort -u | tr '\n' ' ')" = 'route=0 route=1 ' ]
	written t/bytes.sh | cmp - <(t/bytes.sh)
}

# The standard output of a test, as Python's subunit reads it.
written() { # ID
	/usr/bin/python3 -c 'import subunit, sys
class Result:
    def status(self, test_id=None, file_name=None, file_bytes=None, **rest):
        if test_id == sys.argv[1] and file_name in ("stdout", "stdout.bytes"):
            sys.stdout.buffer.write(file_bytes)
subunit.ByteStreamToStreamResult(open("out", "rb")).run(Result())' "$1"
}

# Scripts that hang, and clean up or not when they are ended.
hang() {
	script t/deaf.sh <<<'trap "" TERM; echo $$ >deaf.pid; while :; do sleep 0.05; done'
	script t/tidy.sh <<<'trap "echo tidied; exit" TERM; echo $$ >tidy.pid; while :; do sleep 0.05; done'
	script t/tree.sh <<-'END'
		setsid sh -c 'echo $$ >daemon.pid; exec sleep 1000' &
		echo $$ >tree.pid
		sleep 1000
	END
}

all_up() {
	[ -s deaf.pid ] && [ -s tidy.pid ] && [ -s tree.pid ] && [ -s daemon.pid ]
}


@test "ssh: output and exit status are the same as here" {
	suite
	ssh -fNM one
	ssh -fNM two
	runs 1 -j2 -t remote --executor='ssh {instance} {shell}' --instances=one,two t -- "it's" '$HOME'
	judge
}

@test "ssh: a connection that a test opens and that stays for others is no leak" {
	script t/a.sh <<<'exit 0'
	runs 0 --leaked=fail --executor='ssh -o ControlMaster=auto {instance} {shell}' --instances=one t
	[ "$(ended t/a.sh)" = success ]
	ssh -O check one
}

@test "ssh: an instance that does not answer is no failed test, and another one is tried" {
	script t/a.sh <<<'exit 0'
	script t/b.sh <<<'exit 3'
	runs 1 -j1 --executor='ssh {instance} {shell}' --instances=down,one t/a.sh
	[ "$(ended t/a.sh)" = 'fail "infrastructure"' ]
	attached t/a.sh stderr | grep -F 'port 1: Connection refused'
	attached t/a.sh reason | grep -F 'exit status 255'
	runs 1 -j1 --retries=1 --executor='ssh {instance} {shell}' --instances=down,one t
	whole
	[ "$(ended t/a.sh)" = 'success "flaky"' ]
	[ "$(ended t/b.sh)" = fail ]
	attached t/b.sh attempt-1 | grep -F 'exit status 255'
	[ "$(attached t/b.sh reason)" = 'exit status 3' ]
}

@test "ssh: a connection that is cut ends what runs there" {
	hang
	ssh -fNM one
	start --grace=1s -j3 --executor='ssh {instance} {shell}' --instances=one t
	until_true all_up
	ssh -O exit one
	until_true gone ./*.pid
	stops 1
	whole
	for name in deaf tidy tree; do
		[ "$(ended "t/$name.sh")" = 'fail "infrastructure"' ]
	done
}

@test "ssh: a run that is killed leaves nothing there" {
	hang
	start --grace=1s -j3 --executor='ssh {instance} {shell}' --instances=one t
	until_true all_up
	kill -KILL "$pid"
	until_true gone ./*.pid
	stops 137
}

# ^C ends what runs there, and waits for its last words.
interrupt() { # ARGUMENTS...
	hang
	script t/waits.sh <<<'touch waits.pid'
	start --grace=3s -j3 --instance-provision='echo one' --instance-dispose='touch disposed' "$@" \
		t/deaf.sh t/tidy.sh t/tree.sh t/waits.sh
	until_true all_up
	kill -INT "$pid"
	stops 130
	gone ./*.pid
	[ -e disposed ]
	whole
	[ "$(attached t/tidy.sh stdout)" = tidied ]
	for name in deaf tidy tree; do
		[ "$(ended "t/$name.sh")" = fail ]
		attached "t/$name.sh" reason | grep -F 'interrupted by SIGINT'
	done
	[ "$(ended t/waits.sh)" = skip ]
}

@test "ssh: standard input reaches the script, and ends" {
	script t/a.sh <<<'read -r line; echo "got $line"; cat'
	script t/b.sh <<<'cat; echo end'
	{
		echo hello | subunit2 status -a stdin=- --no-eof --route-code=0
		echo more | subunit2 status -a stdin=- --route-code=0
	} | runs 0 --stdin=subunit --retries=1 --executor='ssh {instance} {shell}' --instances=one t
	whole
	[ "$(attached t/a.sh stdout)" = "got hello"$'\n'more ]
	[ "$(attached t/b.sh stdout)" = end ]
}

@test "ssh: ^C with --stdin=subunit" {
	interrupt --stdin=subunit --executor='ssh {instance} {shell}'
}

@test "ssh: ^C" {
	interrupt --executor='ssh {instance} {shell}'
}

@test "elsewhere, perl looks for modules where it does here" {
	mkdir lib
	echo 'package Here; sub said { print "found" } 1' >lib/Here.pm
	script t/a.sh <<<'perl -MHere -e Here::said'
	runs 0 -l --executor='env -u PERL5LIB {argv}' t/a.sh
	[ "$(attached t/a.sh stdout)" = found ]
}

@test "srun: output and exit status are the same as here" {
	suite
	runs 1 -j2 -t remote --executor='srun -n1 -Q {argv}' t -- "it's" '$HOME'
	judge
}

@test "srun: a job that is not taken is no failed test" {
	script t/a.sh <<<'exit 0'
	runs 1 --executor='srun -n1 -Q -p nowhere {argv}' t/a.sh
	[ "$(ended t/a.sh)" = 'fail "infrastructure"' ]
	attached t/a.sh stderr | grep -F 'invalid partition'
}

@test "srun: a run that is killed leaves nothing there" {
	hang
	start --grace=1s -j3 --executor='srun -n1 -Q {argv}' t
	until_true all_up
	kill -KILL "$pid"
	until_true gone ./*.pid
	stops 137
}

@test "srun: ^C" {
	interrupt --executor='srun -n1 -Q {argv}'
}
