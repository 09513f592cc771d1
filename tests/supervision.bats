#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run with scripts that behave badly, and when it is itself interrupted
# or killed: every test ends once, and nothing of a test outlives the run.
# Needs: subunit-1to2

setup() {
	load common
	load runs
	load marked
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR"
	# In the environment of all that a run starts, and of nothing else.
	mark=SUPERVISED_BY=$BATS_TEST_TMPDIR
}

# A test that failed may have left its run.
teardown() {
	end_marked
}

# A run has its pid in the file pid and its stream in out.
starter=(setsid)
start() { # ARGUMENTS...
	rm -f pid
	# Interrupts are ignored in what a shell starts in the background.
	env --default-signal "$mark" "${starter[@]}" sh -c 'echo $$ >pid; exec subunit2 run "$@"' sh "$@" \
		>out 2>err 3>&- &
	started=$!
}

# That run ends, with that status.
stops() { # STATUS
	local status=0
	wait "$started" || status=$?
	[ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat err; return 1; }
}

no_test_left() {
	[ -z "$(marked | xargs -r grep -lsaF SUBUNIT2_TEST_ID=)" ]
}

# One script for each way to misbehave that does not end by itself.
misbehave() {
	script t/hang.sh <<<'touch up.hang; sleep 1000'
	script t/deaf.sh <<<'trap "" TERM INT HUP; touch up.deaf; while :; do sleep 1000; done'
	script t/mute.sh <<<'exec >&- 2>&-; touch up.mute; sleep 1000'
	script t/stop.sh <<<'touch up.stop; kill -STOP $$'
	script t/flood.sh <<<'touch up.flood; exec yes'
	script t/kept.sh <<<'trap "" TERM; (setsid sleep 1000 &); touch up.kept; sleep 1000'
	script t/storm.sh <<-'END'
		for i in $(seq 10); do
			setsid sh -c 'trap "" TERM; for j in $(seq 5); do setsid sleep 1000 & done; sleep 1000' &
		done
		touch up.storm
		sleep 1000
	END
}

all_up() {
	[ "$(find . -name 'up.*' | wc -l)" -eq 7 ]
}

@test "a command that hangs, in any way, times out and is gone" {
	misbehave
	# In 3 s, each script has come to the point where it misbehaves.
	env "$mark" timeout 150 subunit2 run -j8 --timeout=3s --grace=200ms >out 2>err || [ $? -eq 1 ]
	nothing_left
	whole
	[ "$(finals | grep -c '^fail ')" -eq 7 ]
	for name in hang deaf mute stop flood kept storm; do
		attached "t/$name.sh" reason | grep -F 'timed out after 3.00s'
	done
	attached t/deaf.sh reason | grep -F 'died of SIGKILL'
}

@test "processes that a script leaves are killed, and the script is tagged" {
	script t/pipe.sh <<<'(sleep 1000 &); exit 0'
	# It is named as what it runs, so that must be sleep already.
	script t/daemon.sh <<<'setsid sleep 1000 >/dev/null 2>&1 & until grep -q sleep /proc/$!/comm; do :; done'
	script t/deaf.sh <<<'(trap "" TERM; exec setsid sleep 1000) & exit 0'
	env "$mark" timeout 150 subunit2 run -j4 --grace=200ms --leak-timeout=200ms >out 2>err
	nothing_left
	whole
	for name in pipe daemon deaf; do
		[ "$(ended "t/$name.sh")" = 'success "leaked"' ]
	done
	env "$mark" timeout 150 subunit2 run -j4 --grace=200ms --leak-timeout=200ms --leaked=fail >out 2>err ||
		[ $? -eq 1 ]
	nothing_left
	[ "$(finals | grep -c '^fail ')" -eq 3 ]
	attached t/daemon.sh reason | grep -E 'left running: sleep \([0-9]+\)'
}

@test "dying of each signal is a failure that names it" {
	for name in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT \
		XCPU XFSZ VTALRM PROF IO PWR SYS; do
		script "t/$name.sh" <<<"ulimit -c 0; kill -$name \$\$"
	done
	env "$mark" timeout 150 subunit2 run -j4 >out 2>err || [ $? -eq 1 ]
	nothing_left
	whole
	[ "$(finals | grep -c '^fail ')" -eq 23 ]
	for name in HUP KILL SEGV PIPE TERM SYS; do
		[ "$(attached "t/$name.sh" reason)" = "died of SIG$name" ]
	done
}

@test "a script that kills its supervisor fails, and is gone" {
	script t/a.sh <<<'sleep 1000 & kill -KILL $PPID; wait'
	script t/b.sh <<<'exit 0'
	env "$mark" timeout 150 subunit2 run --grace=200ms >out 2>err || [ $? -eq 1 ]
	nothing_left
	whole
	diff - <(finals) <<<$'fail t/a.sh\nsuccess t/b.sh'
	attached t/a.sh reason | grep -F 'its supervisor was killed'
}

@test "a supervisor that is killed: what another test left, and may keep, stays" {
	script t/a.sh <<<'sleep 1000 >/dev/null 2>&1 & echo $! >kept'
	script t/b.sh <<<'sleep 1000 & echo $! >lost; kill -KILL $PPID; wait'
	env "$mark" timeout 150 subunit2 run --leaked=keep --leak-timeout=100ms >out 2>err || [ $? -eq 1 ]
	whole
	diff - <(finals) <<<$'success t/a.sh\nfail t/b.sh'
	[ "$(marked)" = "/proc/$(cat kept)/environ" ]
	[ "$(cat lost)" -ne "$(cat kept)" ]
}

@test "nothing survives a kill -9 of run" {
	misbehave
	start -j8 --grace=500ms
	until_true all_up
	kill -KILL "$(cat pid)"
	stops 137
	until_true nothing_left
}

@test "TERM ends the tests; each gets its final status, and run ends by TERM" {
	script t/a.sh <<<'touch up.a; sleep 1000'
	script t/b.sh <<<'trap "" TERM; touch up.b; sleep 1000; sleep 1000'
	script t/c.sh <<<'exit 0'
	start -j2 --grace=300ms
	until_true [ -e up.a -a -e up.b ]
	kill -TERM "$(cat pid)"
	stops 143
	nothing_left
	whole
	diff - <(finals | LC_ALL=C sort) <<<$'fail t/a.sh\nfail t/b.sh\nskip t/c.sh'
	attached t/a.sh reason | grep -F 'interrupted by SIGTERM'
	[ "$(attached t/c.sh reason)" = 'not run: the run was interrupted' ]
}

@test "a second interrupt waits for no grace" {
	script t/a.sh <<<'trap "touch got" INT; touch up.a; while :; do sleep 1000; done'
	start --grace=1h
	until_true [ -e up.a ]
	kill -INT "$(cat pid)"
	until_true [ -e got ]
	# Signals that follow each other at once count as one.
	while kill -INT "$(cat pid)" 2>/dev/null; do sleep 0.1; done 3>&- &
	stops 130
	nothing_left
	whole
}

@test "two interrupts within 200 ms are one" {
	# The test itself sends the second one, as soon as it gets the first.
	script t/a.sh /bin/bash <<-'END'
		run=$(<pid)
		trap 'kill -TERM $run; echo ${EPOCHREALTIME/./} >got; sleep 0.5; touch told; exit 3' INT
		touch up
		while :; do sleep 1000; done
	END
	# On a slow machine it comes too late: that shows nothing.
	for ((tries = 0; tries < 20; tries++)); do
		rm -f up got told
		start --grace=1h
		until_true [ -e up ]
		begun=${EPOCHREALTIME/./}
		kill -INT "$(<pid)"
		stops 130
		took=$(($(<got) - begun))
		[ "$took" -ge 150000 ] || break
	done
	[ "$tries" -lt 20 ]
	[ -e told ]
	[ "$(attached t/a.sh reason)" = $'interrupted by SIGINT\nexit status 3' ]
}

@test "a shell's loop over runs stops at ^C" {
	script t/a.sh <<<'touch up.a; sleep 1000'
	# shellcheck disable=SC2016
	env --default-signal "$mark" setsid bash -c '
		echo $$ >pid
		for i in 1 2 3; do
			subunit2 run --grace=300ms >"out.$i"
		done
		echo went on >log' 2>err 3>&- &
	started=$!
	until_true [ -e up.a ]
	kill -INT -- "-$(cat pid)"
	stops 130
	nothing_left
	[ ! -e log ]
	[ ! -e out.2 ]
	whole out.1
	events out.1 | grep -F 'interrupted by SIGINT'
}

@test "TERM ends the tests also while the stream has no reader" {
	script t/a.sh <<<'trap "" TERM; touch up.a; sleep 1000; sleep 1000'
	script t/b.sh <<<'exit 0'
	mkfifo pipe
	exec 7<>pipe
	perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK); 1 while syswrite(STDOUT, "\0" x 4096)' >&7 || true
	perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, 0)' >&7
	env --default-signal "$mark" setsid sh -c 'echo $$ >pid; exec subunit2 run --grace=100ms' >&7 2>err 3>&- &
	started=$!
	until_true [ -e up.a ]
	kill -TERM "$(cat pid)"
	until_true no_test_left
	tr -d '\0' <pipe >told 7>&- &
	exec 7>&-
	stops 143
	wait
	grep -aF 'interrupted by SIGTERM' told
}

# The state letter of the process whose pid is in that file.
state_is() { # LETTER FILE
	[ "$(sed 's/.*) //; s/ .*//' "/proc/$(cat "$2")/stat")" = "$1" ]
}

@test "^Z stops the tests, and CONT goes on with them" {
	# A shell that starts a program as it is stopped waits for that, and is in another state.
	mkfifo go
	script t/a.sh <<<'echo $$ >up.a; read -r _ <go'
	starter=(perl -e 'setpgrp; exec @ARGV') # whom a shell here could continue
	start
	until_true [ -s up.a ]
	kill -TSTP "$(cat pid)"
	until_true state_is T pid
	until_true state_is T up.a
	kill -CONT "$(cat pid)"
	echo >go
	stops 0
	whole
}

@test "no time passes for the tests while ^Z stops them" {
	# A test without time left when it is continued is ended before it can exit.
	script t/slow.sh <<<'touch up.slow; until [ -e go ]; do sleep 0.02; done; sleep 0.5'
	script t/grace.sh <<<'trap "touch asked; until [ -e go ]; do sleep 0.02; done; sleep 0.5; exit 0" TERM
		touch up.grace; while :; do sleep 0.02; done'
	starter=(perl -e 'setpgrp; exec @ARGV') # whom a shell here could continue
	start --timeout=5s t/slow.sh
	until_true [ -e up.slow ]
	kill -TSTP "$(cat pid)"
	until_true state_is T pid
	mv pid slow.pid
	mv out slow.out
	slow=$started
	start --grace=5s t/grace.sh
	until_true [ -e up.grace ]
	kill -TERM "$(cat pid)"
	until_true [ -e asked ]
	kill -TSTP "$(cat pid)"
	until_true state_is T pid
	sleep 5.2 # the time that must not count
	kill -CONT "$(cat pid)" "$(cat slow.pid)"
	touch go
	stops 143
	[ "$(attached t/grace.sh reason)" = 'interrupted by SIGTERM' ]
	started=$slow
	stops 0
}

@test "1,000 random STOP and CONT under -j64 do not wedge it" {
	mkfifo go
	exec 7<>go
	script t/1.sh <<<'read -r _ <go'
	tee t/{2..64}.sh <t/1.sh >/dev/null
	chmod +x t/*.sh
	start -j64
	until_true [ -s pid ]
	local pid
	pid=$(<pid)
	for i in $(seq 1000); do
		[ "$i" -ne 500 ] || printf '\n%.0s' $(seq 64) >&7
		if ((RANDOM % 2)); then
			kill -STOP "$pid" 2>/dev/null || break
		else
			kill -CONT "$pid" 2>/dev/null || break
		fi
	done
	kill -CONT "$pid" 2>/dev/null || :
	stops 0
	exec 7>&-
	nothing_left
	whole
	[ "$(finals | grep -c ^success)" -eq 64 ]
}

@test "100 scripts: no descriptor leaks, and memory is flat" {
	script t/1000.sh <<-'END'
		read -r pid <pid
		ls /proc/self/fd | wc -l
		ls "/proc/$pid/fd" | wc -l
		sed -n 's/VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"
	END
	tee t/{1001..1099}.sh <t/1000.sh >/dev/null
	chmod +x t/*.sh
	start -j2
	stops 0
	whole
	[ "$(finals | grep -c ^success)" -eq 100 ]
	mapfile -t first < <(attached t/1010.sh stdout)
	mapfile -t last < <(attached t/1099.sh stdout)
	[ "${first[0]}" -eq 4 ] # 0, 1, 2 and the folder itself
	[ "${last[0]}" -eq 4 ]
	[ "${last[1]}" -le $((first[1] + 4)) ] # the other slot may be busy, or idle
	[ "${last[2]}" -le $((first[2] + 512)) ]
}

@test "100 MB without a newline take no memory, and every byte arrives" {
	script t/a.sh <<-'END'
		head -c 100000000 /dev/zero | tr '\0' x
		sed -n 's/VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$PARENT/status" >peak
	END
	# shellcheck disable=SC2016 # the inner shell's
	timeout 150 sh -c 'PARENT=$$ exec subunit2 run' | /usr/bin/python3 -c 'import hashlib, subunit, sys
digest = hashlib.sha256()
class Result:
    def status(self, file_name=None, file_bytes=None, **rest):
        if file_name == "stdout":
            digest.update(file_bytes)
subunit.ByteStreamToStreamResult(sys.stdin.buffer).run(Result())
print(digest.hexdigest())' >digest
	[ "$(cat peak)" -lt 16000 ]
	[ "$(cat digest)" = "$(head -c 100000000 /dev/zero | tr '\0' x | sha256sum | cut -d' ' -f1)" ]
}
