#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# A write that fails, at any point: the exit status says so, what was written before is whole
# packets, and nothing hangs.
# Needs: fiu-run strace

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/.." build/subunit2.dynamic
}

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR"
	for name in a b c; do
		script "t/$name.t" <<<'echo 1..2; echo ok 1; head -c 20000 /dev/zero | tr "\0" x; echo; echo ok 2'
	done
	# Let the writes of the tests succeed.
	script spared <<<'unset LD_PRELOAD; exec sh "$@"'
	subunit2 run -j2 t >in
	# Each writes to the file out.
	commands=('run -e ./spared t' 'run -e ./spared -q -o subunit:out t' 'wrap -i x ./spared t/a.t'
		'wrap --exit=stream -i x ./spared t/a.t'
		'convert --to=junit in' 'filter --add-tag=x in' 'mux 1=in 2=in' 'report -q -o json:out in'
		'status x success')
}

# The command after PREFIX, its exit status in $status.
try() { # COMMAND PREFIX...
	local arguments
	read -ra arguments <<<"$1"
	status=0
	: >out
	if [[ $1 == *:out* ]]; then
		timeout -k 1 30 "${@:2}" "${arguments[@]}" </dev/null >said 2>err || status=$?
	else
		timeout -k 1 30 "${@:2}" "${arguments[@]}" </dev/null >out 2>err || status=$?
	fi
}

whole_packets() {
	[[ "$(head -c 1 out | od -An -tx1)" != ' b3' ]] || lacks subunit.parser <(subunit2 convert --to=events out)
}

@test "the n-th write fails" {
	for command in "${commands[@]}"; do
		for n in 1 3; do
			try "$command" strace -qq -o trace -P "$PWD/out" -e trace=write,writev \
				-e "inject=write,writev:error=ENOSPC:when=$n" subunit2
			grep -q INJECTED trace || break
			echo "$command, write $n: exit status $status"
			if [[ $command == wrap* ]]; then
				[ "$status" -eq 125 ]
			else
				[ "$status" -eq 3 ]
			fi
			grep -F 'No space left on device' err
			whole_packets
		done
		[ "$n" -gt 1 ]
	done
}

# The events of a stream, without times and pieces, which differ from run to run.
timeless() {
	subunit2 report -v --slowest=0 "$1" | sed -E 's/\b[0-9.]+m?s\b//g'
}

@test "writes fail at random" {
	for command in "${commands[@]}"; do
		try "$command" subunit2
		[ "$status" -eq 0 ]
		timeless out >expected
		for probability in 0.1 0.3; do
			try "$command" env LC_ALL=C fiu-run -x -f '' \
				-c "enable_random name=posix/io/rw/write,probability=$probability,failinfo=28" \
				-c "enable_random name=posix/io/rw/writev,probability=$probability,failinfo=28" \
				"$BUILD/subunit2.dynamic"
			echo "$command, with $probability: exit status $status"
			cat err
			[ "$status" -lt 124 ] || [ "$status" -eq 125 ]
			whole_packets
			[ "$status" -ne 0 ] || timeless out | cmp - expected
		done
	done
}

# The $2-th wait of COMMAND fails; its command is a sleep.
cannot_wait() { # STATUS WAIT COMMAND...
	rm -f pid
	try "${*:3}" strace -qq -o trace -e trace=ppoll \
		-e "inject=ppoll:error=ENOMEM:when=$2+" subunit2
	cat err
	[ "$status" -eq "$1" ]
	grep -q "^subunit2 $3: cannot wait: Cannot allocate memory$" err
	[ "$(wc -l <err)" -eq 1 ]
	whole_packets
}

has_ended() {
	! kill -0 "$(<pid)"
}

@test "a system that will not wait ends the command, and what it runs" {
	script sleeper <<<'echo $$ >pid; echo began; exec sleep 300'
	cannot_wait 125 3 wrap -i x ./sleeper
	until_true has_ended
	cannot_wait 3 3 run ./sleeper
	until_true has_ended
	mkfifo fifo
	exec 8<>fifo
	cannot_wait 3 2 mux fifo in
}

@test "a source that cannot be examined is still the file of its tests" {
	mv t/a.t a.sh
	subunit2 status a.sh fail >one
	subunit2 convert --to=junit -o junit:plain one
	strace -qq -o trace -P a.sh -e inject=newfstatat,stat,statx:error=EIO subunit2 convert -o junit:fault one
	grep -q INJECTED trace
	grep -q ' file="a.sh"' plain
	cmp plain fault
}

# Less than its loader needs says nothing of wrap: the first size at which it speaks.
@test "no memory is an error of wrap's own" {
	for ((kib = 1000; kib < 20000; kib += 128)); do
		status=0
		sh -c "ulimit -v $kib; exec subunit2 wrap -i x true" >out 2>err || status=$?
		! grep 'out of memory' err || break
	done
	cat err
	[ "$(<err)" = 'subunit2 wrap: out of memory' ]
	[ "$status" -eq 125 ]
	[ ! -s out ]
}

# The content of the file out, without times.
without_times() {
	if [ "$(head -c 1 out | od -An -tx1)" = ' b3' ]; then
		subunit2 convert --from=subunit --to=json out
	else
		cat out
	fi | sed -E 's/"timestamp":"[^"]*",?//; s/[0-9.]+m?s//g'
}

# Each third allocation of COMMAND, and with FAIL_ON all after it. libc alone goes on
# without some, as for the buffer of a file.
allocations_fail() { # STATUS COMMAND
	local n failures=0 whole
	try "$2" "$BUILD/subunit2.dynamic"
	local good=$status
	whole=$(without_times)
	for ((n = 1; ; n += 3)); do
		rm -f told
		try "$2" env FAIL_AT="$n" FAIL_TOLD=told ${FAIL_ON+FAIL_ON=1} LD_PRELOAD="$PWD/failing_alloc.so" \
			"$BUILD/subunit2.dynamic"
		[ -e told ] || break
		echo "$2, allocation $n: exit status $status: $(<err)"
		if [ "$status" -eq "$good" ] && [ ! -s err ]; then
			[ "$(without_times)" = "$whole" ]
			continue
		fi
		failures=$((failures + 1))
		[ "$status" -eq "$1" ]
		[[ $(<err) == "subunit2 ${2%% *}: "*"out of memory" ]]
		[ "$(wc -l <err)" -eq 1 ]
	done
	[ "$failures" -gt 4 ]
}

@test "the n-th allocation fails, of any library" {
	${CC:-cc} -shared -fPIC -o failing_alloc.so "$BATS_TEST_DIRNAME/failing_alloc.c"
	subunit2 status -m why x fail >few
	script pass.sh <<<'exit 0'
	for command in 'convert --to=json few' 'convert --to=html few' 'convert --to=junit few' 'filter --add-tag=x few' \
		'report --slowest=2 few' 'ls -l few' 'mux few' 'run --retries=1 ./pass.sh' 'status -t tag x success'; do
		allocations_fail 3 "$command"
	done
	allocations_fail 125 'wrap -i x ./pass.sh'
	FAIL_ON=1 allocations_fail 3 'convert --to=html few'
	FAIL_ON=1 allocations_fail 125 'wrap -i x ./pass.sh'
}
