#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Commands that behave badly, and wrap itself being ended: the report is right,
# and no process is left.
# Needs: subunit-1to2

setup() {
	load common
	cd "$BATS_TEST_TMPDIR"
	# In the environment of the command and of all that it starts, not of wrap.
	mark="MISBEHAVE=$BATS_TEST_NUMBER.$$.$RANDOM"
	ulimit -c 0
}

teardown() {
	marked | xargs -r kill -KILL
}

# The processes of the command.
marked() {
	grep -lszFx "$mark" /proc/[0-9]*/environ | cut -d/ -f3
}

# Waits, for 60 s at most, until the words are a command that succeeds.
eventually() {
	local deadline=$((SECONDS + 60))
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		read -rt 0.01 <> <(:) || true
	done
}

nothing_left() {
	[ -z "$(marked)" ]
}

some_left() {
	! nothing_left
}

gone() { # PID
	! kill -0 "$1" 2>/dev/null
}

stopped() { # PID
	[[ $(ps -o state= -p "$1") == T* ]]
}

# wrap of a command with the mark: the stream goes to the file out.
wrap() { # STATUS ARGUMENTS...
	local expected=$1 status=0
	shift
	subunit2 wrap -i x --env="$mark" "$@" >out 2>err || status=$?
	[ "$status" -eq "$expected" ] || {
		echo "exit status $status, not $expected"
		cat err
		return 1
	}
}

# The start of a process group of its own, which a shell here could continue.
own_group=(perl -e 'setpgrp; exec @ARGV')

# The same in the background, by $starter, its pid in $pid. Signals are as in the foreground.
begin() { # ARGUMENTS...
	rm -f out # one from before would be taken for this one's
	env --default-signal=INT,QUIT "${starter[@]}" subunit2 wrap -i x --env="$mark" "$@" >out 2>err 3>&- &
	pid=$!
}

# The background process ends like that: 128 and N for signal N.
ends() { # STATUS
	local status=0
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ]
}

final() { # STATUS [REASON]
	local last
	last=$(subunit2 convert --to=json out | tail -n 1)
	[[ $last == *'"test_status":"'"$1"'"'*"${2:-}"* ]] || { echo "$last"; return 1; }
}

@test "a hang ends at the timeout" {
	wrap 124 --timeout=200ms -- sh -c 'sleep 1000 | sleep 1000'
	final fail 'timed out after 0.200s'
	nothing_left
}

@test "a command that ignores every signal is killed" {
	# In 2 s, it ignores them.
	wrap 124 --timeout=2s --grace=100ms -- perl -e '
		$SIG{$_} = "IGNORE" for keys %SIG; fork; fork; 1 while sleep 1'
	final fail 'died of SIGKILL'
	nothing_left
}

@test "a command that cleans up on TERM has the time for it" {
	wrap 124 --timeout=100ms -- sh -c 'trap "rm made; exit" TERM; touch made; while :; do sleep 0.1; done'
	[ ! -e made ]
}

@test "a command that stops itself ends at the timeout" {
	wrap 124 --timeout=200ms -- sh -c 'kill -STOP $$'
	nothing_left
}

@test "a pipe that is held open after the end does not hold the test" {
	SECONDS=0
	wrap 3 --leak-timeout=100ms -- sh -c 'sleep 100 & exit 3'
	[ "$SECONDS" -lt 50 ]
	some_left
	wrap 3 --leak-timeout=100ms --leaked=kill -- sh -c 'trap "" TERM HUP; sleep 1000 & exit 3'
}

@test "a double fork is found" {
	wrap 0 --leak-timeout=100ms --leaked=kill -- sh -c '(sleep 1000 & (sleep 1000 &) &)'
	nothing_left
	final success leaked
}

@test "a daemon is found" {
	wrap 0 --leaked=kill --leak-timeout=100ms -- perl -MPOSIX -e '
		fork and exit; setsid; fork and exit; setsid; chdir "/";
		close STDIN; close STDOUT; close STDERR; sleep 1000'
	nothing_left
	final success leaked
	# It is named as what it runs, so that must be sleep already.
	wrap 1 --leaked=fail --leak-timeout=100ms -- sh -c \
		'setsid sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done'
	nothing_left
	final fail 'left running: sleep ('
}

@test "a daemon that the command waits for is no leak" {
	wrap 0 --leaked=fail -- sh -c 'setsid -w sleep 0.1'
}

@test "a storm of processes is ended" {
	wrap 124 --timeout=1s --grace=100ms -- perl -MPOSIX -e '
		$SIG{TERM} = "IGNORE"; for (1 .. 8) { fork; setsid }; sleep 1000'
	nothing_left
}

@test "a command that closes its output is waited for" {
	wrap 3 -- sh -c 'exec >&- 2>&- <&-; sleep 0.3; exit 3'
	final fail 'exit status 3'
}

@test "a command that kills its parent fails, one that stops it does not; neither leaves a process" {
	wrap 125 -- sh -c 'kill -KILL $PPID; sleep 1000'
	final fail 'its supervisor was killed'
	eventually nothing_left
	wrap 4 -- sh -c 'kill -STOP $PPID; kill -TERM $PPID; kill -HUP $PPID; exit 4'
}

@test "a flood without a newline: constant memory, and every byte" {
	/usr/bin/python3 - "$BUILD/subunit2" <<-'END'
		import hashlib, re, subprocess, subunit, sys
		size = 500_000_000
		wrap = subprocess.Popen([sys.argv[1], "wrap", "-i", "x", "--", "sh", "-c",
		    "head -c %d /dev/zero | tr '\\0' a" % size], stdout=subprocess.PIPE, bufsize=1 << 20)
		digest, statuses, peaks = hashlib.sha256(), [], []
		class Result:
		    def status(self, test_status=None, file_bytes=None, file_name=None, **kwargs):
		        statuses.append(test_status)
		        if file_name == "stdout":
		            digest.update(file_bytes)
		        if len(statuses) % 1000 == 0:
		            state = open("/proc/%d/status" % wrap.pid).read()
		            peaks.append(int(re.search(r"VmHWM:\s*(\d+) kB", state)[1]))
		subunit.ByteStreamToStreamResult(wrap.stdout).run(Result())
		assert wrap.wait() == 0
		assert statuses[-1] == "success", statuses[-1]
		expected = hashlib.sha256()
		for _ in range(size // 1_000_000):
		    expected.update(b"a" * 1_000_000)
		assert digest.digest() == expected.digest()
		assert 0 < max(peaks) < 16 * 1024, "%d KiB" % max(peaks)
	END
}

@test "a death by a signal is reported with the name of the signal" {
	for name in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM XCPU XFSZ \
		VTALRM PROF SYS; do
		wrap $((128 + $(kill -l $name))) -- sh -c "kill -$name \$\$"
		final fail "died of SIG$name\""
	done
}

@test "wrap passes a signal on, writes the final status, and ends by that signal" {
	for name in INT TERM HUP QUIT; do
		rm -f told
		begin -- sh -c "trap 'touch told; exit 5' $name; echo ready; while :; do sleep 0.05; done"
		eventually grep -q ready out
		kill -$name "$pid"
		ends $((128 + $(kill -l $name)))
		[ -e told ]
		final fail "interrupted by SIG$name"
		nothing_left
	done
}

@test "a second signal does not wait for the grace" {
	begin --grace=1000s -- sh -c 'trap "" INT TERM; echo ready; while :; do sleep 0.05; done'
	eventually grep -q ready out
	kill -INT "$pid"
	# shellcheck disable=SC2317 # eventually calls it
	more() {
		read -rt 0.5 <> <(:) || true
		kill -TERM "$pid" 2>/dev/null
		gone "$pid"
	}
	eventually more
	ends 130
	final fail 'died of SIGKILL'
	nothing_left
}

@test "a signal that is ignored at the start stays ignored by wrap and by the command" {
	(trap '' HUP; exec subunit2 wrap -i x -- sh -c 'echo ready; until [ -e go ]; do :; done; kill -HUP $$' >out 3>&-) &
	pid=$!
	eventually grep -q ready out
	kill -HUP "$pid"
	touch go
	ends 0
	final success
}

@test "wrap and the driver of automake leave the ignored signals as they were, run resets them" {
	local signals expected
	script=$BATS_TEST_TMPDIR/ignored
	# shellcheck disable=SC2016 # for the script
	printf '#!/bin/sh\ngrep SigIgn: /proc/self/status >"$FILE"\n' >"$script"
	chmod +x "$script"
	for signals in HUP INT,QUIT PIPE XFSZ CHLD,ALRM,USR1,TSTP,WINCH,TERM ''; do
		local from=(env --default-signal ${signals:+"--ignore-signal=$signals"})
		"${from[@]}" FILE=expected "$script"
		"${from[@]}" FILE=wrapped subunit2 wrap -- "$script" >out
		"${from[@]}" FILE=driven subunit2 automake-driver --test-name=x --log-file=x.log \
			--trs-file=x.trs -- "$script"
		"${from[@]}" FILE=run subunit2 run "$script" >out
		diff expected wrapped
		diff expected driven
		# glibc ignores its own signals, 32 and 33, in the children of posix_spawn, as make's are.
		[ $((0x$(cut -f2 run) & ~0x180000000)) -eq 0 ]
	done
}

@test "wrap killed with KILL leaves nothing" {
	for leaked in kill keep; do
		begin --leaked=$leaked --grace=200ms -- sh -c '
			trap "" TERM; setsid -f sleep 1000; (sleep 1000 &); echo ready; sleep 1000; sleep 1000'
		eventually grep -q ready out
		kill -KILL "$pid"
		ends 137
		eventually nothing_left
	done
}

@test "wrap killed with KILL gives the command its grace" {
	begin -- sh -c 'trap "touch told; exit" TERM; echo ready; while :; do sleep 0.05; done'
	eventually grep -q ready out
	kill -KILL "$pid"
	eventually nothing_left
	[ -e told ]
}

@test "a loop in a shell stops at ^C" {
	env --default-signal=INT setsid bash -c '
		echo $$ >group
		for i in 1 2 3; do
			echo "$i" >>rounds
			subunit2 wrap -- sleep 1000 >>out
		done' 3>&- &
	pid=$!
	eventually grep -q sleep out
	kill -INT -- -"$(cat group)"
	ends 130
	[ "$(cat rounds)" = 1 ]
}

@test "^Z stops the command with wrap, fg continues both" {
	# A shell that starts a program as it is stopped waits for that, and is in another state.
	mkfifo go
	starter=("${own_group[@]}")
	begin --timeout=1000s -- sh -c 'echo ready; read -r _ <go'
	eventually grep -q ready out
	kill -TSTP "$pid"
	eventually stopped "$pid"
	command=$(marked | head -n 1)
	eventually stopped "$command"
	kill -CONT "$pid"
	echo >go
	ends 0
}

@test "^Z does not stop a process group that no shell would continue" {
	starter=(setsid)
	begin -- sh -c 'trap "touch continued" CONT; echo ready; until [ -e go ]; do sleep 0.05; done'
	eventually grep -q ready out
	kill -TSTP "$pid"
	eventually [ -e continued ]
	touch go
	ends 0
}

# wrap of a command that fills a pipe without a reader, descriptor 7, until it is full.
stall() { # ARGUMENTS...
	mkfifo pipe
	exec 7<>pipe
	env --default-signal=INT "${starter[@]}" subunit2 wrap -i x --env="$mark" "$@" -- yes >&7 2>err 3>&- &
	pid=$!
	eventually perl -e 'my $room = ""; vec($room, 7, 1) = 1; exit(select(undef, $room, undef, 0) != 0)'
}

# Somebody reads it, to its end.
read_on() {
	cat pipe >out 7>&- &
	exec 7>&-
}

@test "a reader that does not read: a signal ends the command, and all events come when it reads" {
	stall
	kill -TERM "$pid"
	eventually nothing_left
	read_on
	ends 143
	wait
	final fail 'interrupted by SIGTERM'
}

@test "a reader that does not read: the timeout ends the command" {
	stall --timeout=200ms
	eventually nothing_left
	read_on
	ends 124
	wait
	final fail 'timed out after 0.200s'
}

@test "a reader that does not read: ^Z stops wrap and the command" {
	starter=("${own_group[@]}")
	stall
	kill -TSTP "$pid"
	eventually stopped "$pid"
	eventually stopped "$(marked | head -n 1)"
	kill -CONT "$pid"
	kill -TERM "$pid"
	eventually nothing_left
	read_on
	ends 143
}

@test "a reader that does not read cannot keep wrap alive" {
	stall --grace=200ms
	# shellcheck disable=SC2317 # eventually calls it
	more() {
		kill -TERM "$pid" 2>/dev/null
		gone "$pid"
	}
	eventually more
	ends 143
	exec 7>&-
	eventually nothing_left
}

@test "a reader that goes away ends the command" {
	mkfifo pipe
	subunit2 wrap -i x --env="$mark" -- sh -c 'while echo more; do sleep 0.01; done; sleep 1000' >pipe 2>err 3>&- &
	pid=$!
	read -r -n 1 _ <pipe
	ends 125
	grep -Fx 'subunit2 wrap: standard output: Broken pipe' err
	nothing_left
}

@test "closed standard descriptors" {
	wrap 3 -- sh -c 'echo hi; exit 3' <&-
	final fail 'exit status 3'
	run -125 sh -c 'subunit2 wrap -- true >&-'
	[[ $output == 'subunit2 wrap: standard output: Bad file descriptor' ]]
	status=0
	subunit2 wrap -i x -- sh -c 'echo hi >&2; exit 3' >out 2>&- || status=$?
	[ "$status" -eq 3 ]
}
