#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run --worker on other machines: three hosts with sshd, each in a network namespace of its
# own, and Slurm. Needs root.
# Needs: root sshd munged slurmctld slurmd unshare ip rsync

setup_file() {
	local host
	load common
	load runs
	load remote
	export PLACE=$BATS_FILE_TMPDIR
	mkdir "$PLACE/bin" "$PLACE/home"
	PATH=$PLACE/bin:$PATH
	open_network
	start_slurm box crate
	for name in salloc scancel scontrol; do in_network $name; done
	ssh-keygen -q -t ed25519 -N '' -f "$PLACE/host"
	ssh-keygen -q -t ed25519 -N '' -f "$PLACE/user"
	mkdir -p /run/sshd
	: >"$PLACE/known"
	cat >"$PLACE/ssh_config" <<-END
		Host *
		    UserKnownHostsFile $PLACE/known
		    IdentityFile $PLACE/user
		    BatchMode yes
		    ServerAliveInterval 1
		    ServerAliveCountMax 2
	END
	start_host mac 1
	start_host linux 2
	start_host bsd 3
	in_network ssh -F "$PLACE/ssh_config"
}

teardown_file() {
	load runs
	load remote
	close_network
}

# A machine: a namespace with its own link, home and sshd, which starts commands in that home.
start_host() { # NAME NUMBER
	local network=(nsenter -t) home=$PLACE/machines/$1
	mkdir -p "$home"
	unshare -n sh -c "echo \$\$ >'$PLACE/network-$1'; exec sleep infinity" 3>&- &
	until [ -s "$PLACE/network-$1" ]; do sleep 0.02; done
	network+=("$(cat "$PLACE/network-$1")" -n)
	"${NETWORK[@]}" ip link add "$1" type veth peer name eth0 netns "$(cat "$PLACE/network-$1")"
	"${NETWORK[@]}" ip addr add "10.98.$2.1/24" dev "$1"
	"${NETWORK[@]}" ip link set "$1" up
	"${network[@]}" ip addr add "10.98.$2.2/24" dev eth0
	"${network[@]}" ip link set eth0 up
	"${network[@]}" ip link set lo up
	cat >"$PLACE/sshd_config.$1" <<-END
		ListenAddress 10.98.$2.2
		HostKey $PLACE/host
		AuthorizedKeysFile $PLACE/user.pub
		PermitRootLogin yes
		StrictModes no
		ClientAliveInterval 1
		ClientAliveCountMax 2
		PidFile $PLACE/sshd-$1.pid
		SetEnv PATH=$PATH HOME=$home
		ForceCommand cd "\$HOME"; eval "\$SSH_ORIGINAL_COMMAND"
	END
	printf 'Host %s\n    HostName 10.98.%s.2\n    HostKeyAlias %s\n' "$1" "$2" "$1" >>"$PLACE/ssh_config"
	echo "$1 $(cat "$PLACE/host.pub")" >>"$PLACE/known"
	"${network[@]}" /usr/sbin/sshd -f "$PLACE/sshd_config.$1"
}

setup() {
	load common
	load runs
	load background
	load remote
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	PATH=$PLACE/bin:$PATH
	NETWORK=(nsenter -t "$(cat "$PLACE/network")" -n)
	cd "$BATS_TEST_TMPDIR"
	WORKER="ssh {instance} cd $PWD && exec subunit2 run --stdin=subunit --grace=500ms -j{slots}"
}

# A command of the manual page, as it stands there.
recipe() { # NAME
	sed -n "/^\\.\\\\\" recipe $1\$/,/^\\.Ed/p" "$BATS_TEST_DIRNAME/../man/subunit2-workers.7" |
		grep -v '^\.' | sed 's/\\e/\\/g'
}

trivial() { # N
	local i
	for ((i = 1; i <= $1; i++)); do
		script "t/$i.sh" <<<"sleep 0.1; echo $i"
	done
}

# The instances that tests ended at, without repetitions.
machines() { # [STREAM]
	subunit2 convert --to=events "${1:-out}" | awk '$2 ~ /success|fail/' |
		grep -oE 'route=[^/ ]*' | sort -u | tr '\n' ' '
}

@test "three machines by ssh share one suite" {
	trivial 12
	script t/fail.sh <<<'exit 3'
	runs 1 --worker="$WORKER" --instances='mac*2,linux,bsd' t
	whole
	[ "$(machines)" = 'route=bsd route=linux route=mac ' ]
	[ "$(finals | grep -c success)" -eq 12 ]
	[ "$(ended t/fail.sh)" = fail ]
}

@test "a link that goes down: the test runs elsewhere, and nothing is left there" {
	script t/a.sh <<'END'
mkdir first 2>/dev/null || exit 0
echo "$SSH_CONNECTION" >where
echo $$ >a.pid
exec sleep 1000
END
	trivial 3
	start --retries=1 --worker-restarts=0 --worker="$WORKER" --instances=mac,linux t
	until_true [ -s a.pid ]
	case $(cat where) in *10.98.1.2*) link=mac ;; *) link=linux ;; esac
	"${NETWORK[@]}" ip link set "$link" down
	stops 0
	"${NETWORK[@]}" ip link set "$link" up
	whole
	[ "$(ended t/a.sh)" = 'success "flaky"' ]
	attached t/a.sh attempt-1 | grep -E 'exit status 255: .*(Timeout|Broken|not responding|Connection)'
	# sshd there notices it as well, and the worker ends its test.
	until_true gone a.pid
}

@test "kill -9 of the run ends the tests on all machines" {
	for name in a b c; do
		script t/$name.sh <<<"setsid sleep 1000 & echo \$! >$name-daemon.pid; echo \$\$ >$name.pid; sleep 1000"
	done
	start --worker="$WORKER" --instances=mac,linux,bsd t
	until_true [ -s a.pid -a -s b.pid -a -s c.pid ]
	kill -KILL "$pid"
	until_true gone ./*.pid
}

@test "a machine that is reached by a machine" {
	trivial 4
	cat >lab.sh <<-END
		exec subunit2 run --stdin=subunit --instances=linux,bsd \\
			--worker='ssh {instance} cd $PWD && exec subunit2 run --stdin=subunit'
	END
	runs 0 --worker="sh lab.sh" --instances=lab t
	whole
	subunit2 convert --to=events out | grep -F ' route=lab/bsd/0'
}

@test "three levels of machines: routes, and kill -9 of the run leaves nothing" {
	local ssh="subunit2 run --grace=500ms --stdin=subunit"
	trivial 4
	cat >linux.sh <<-END
		exec $ssh --instances=bsd --worker='ssh {instance} cd $PWD && exec $ssh'
	END
	cat >mac.sh <<-END
		exec $ssh --instances=linux --worker='ssh {instance} cd $PWD && exec sh linux.sh'
	END
	runs 0 --worker="ssh {instance} cd $PWD && exec sh mac.sh" --instances=mac t
	whole
	[ "$(finals | grep -c success)" -eq 4 ]
	subunit2 convert --to=events out | grep -F ' route=mac/linux/bsd/0'
	script t/a.sh <<<'setsid sleep 1000 & echo $! >daemon.pid; echo $$ >a.pid; sleep 1000'
	start --worker="ssh {instance} cd $PWD && exec sh mac.sh" --instances=mac t/a.sh
	until_true [ -s a.pid -a -s daemon.pid ]
	kill -KILL "$pid"
	until_true gone a.pid daemon.pid
}

@test "--debug over ssh: a debugger and a shell's read" {
	script t/sums.py '/usr/bin/python3 -mpdb' <<<'total = 1 + 2'
	script t/a.sh <<<'read -r line; echo "got $line on ${SSH_CONNECTION##*10.98.}"'
	for where in "--worker=$WORKER" '--executor=ssh {instance} {shell}'; do
		printf 'step\np 4000 + total\nquit\n' |
			runs 0 --debug=t/sums.py "$where" --instances=linux
		grep -F 4003 err
		/usr/bin/python3 "$BATS_TEST_DIRNAME/typist.py" subunit2 run -q --debug=t/a.sh \
			-o out.subunit "$where" --instances=linux >screen <<-'END'
				keys
				type hello\n
				see got hello on 2.2
				cooked
			END
		mv out.subunit out
		[ "$(ended t/a.sh)" = success ]
	done
}

# For a script t/1.sh: waits until run knows that it has begun, without which it has no attempt.
begun='until grep -aqs t/1.sh out; do sleep 0.02; done'

# A proxy between this machine and sshd that delays bytes, loses the next byte of sshd once it has
# found and removed the file "drop", and passes on none any more once it has found and removed the
# file "freeze". It loses the first byte of a read: a byte before the last one may be of a result.
proxy() { # DELAY_MS HOST [FREEZE_AFTER_BYTES]
	cat >proxy.py <<-'END'
		import os, select, socket, sys, time
		delay, host, freeze = float(sys.argv[1]) / 1000, sys.argv[2], int(sys.argv[3])
		s = socket.create_connection((host, 22))
		passed, frozen = 0, False
		while True:
		    ready, _, _ = select.select([0, s], [], [])
		    for fd in ready:
		        data = os.read(0, 65536) if fd == 0 else s.recv(65536)
		        if not data:
		            sys.exit()
		        time.sleep(delay)
		        if fd != 0 and os.path.exists("drop"):
		            os.unlink("drop")
		            data = data[1:]
		        passed += len(data)
		        if freeze and passed > freeze and os.path.exists("freeze"):
		            os.unlink("freeze")
		            frozen = True
		        if frozen:
		            continue
		        if fd == 0: s.sendall(data)
		        else:
		            os.write(1, data)
	END
	printf 'ssh -o ServerAliveInterval=0 -o ProxyCommand="/usr/bin/python3 %s/proxy.py %s %s %s" {instance} cd %s && exec subunit2 run --stdin=subunit --grace=500ms -j{slots}' \
		"$PWD" "$1" "$2" "${3:-0}" "$PWD"
}

@test "a connection that is slow changes nothing" {
	trivial 6
	runs 0 --worker="$(proxy 50 10.98.1.2)" --instances=mac t
	whole
	[ "$(finals | grep -c success)" -eq 6 ]
}

@test "a connection that freezes is noticed by --worker-timeout" {
	script t/1.sh <<-END
		if mkdir first 2>/dev/null; then $begun; touch freeze; echo \$\$ >1.pid; exec sleep 1000; fi
	END
	start --retries=1 --grace=200ms --worker-timeout=5s --worker-restarts=1 \
		--worker="$(proxy 0 10.98.2.2 1)" --instances=linux t
	stops 0
	whole
	[ "$(ended t/1.sh)" = 'success "flaky"' ]
	attached t/1.sh attempt-1 | grep -F 'linux: silent for 5'
}

@test "a connection that loses a byte: the test that ran is tried again, the others run" {
	trivial 3
	script t/1.sh <<<"if mkdir first 2>/dev/null; then $begun; touch drop; fi; echo out"
	runs 0 --retries=1 --worker="$(proxy 0 10.98.2.2)" --instances=linux t
	whole
	[ ! -e drop ]
	[ "$(finals | grep -c success)" -eq 3 ]
	[ "$(ended t/1.sh)" = 'success "flaky"' ]
	attached t/1.sh attempt-1 | grep -F 'linux: '
}

@test "recipe: two laptops" {
	trivial 6
	PATH=$PLACE/bin:$PATH timeout 150 bash -e -c "$(recipe laptops)" >out 2>err || { cat out err; false; }
	whole results.subunit
	[ "$(machines results.subunit)" = 'route=linux route=mac ' ]
	[ "$(finals results.subunit | grep -c success)" -eq 6 ]
}

@test "recipe: a Slurm allocation" {
	local i
	# Each waits until both nodes have a test.
	for ((i = 1; i <= 6; i++)); do
		script "t/$i.sh" <<-'END'
			touch "at-$SLURMD_NODENAME"
			until [ -e at-box ] && [ -e at-crate ]; do sleep 0.02; done
		END
	done
	timeout 150 bash -e -c "$(recipe slurm)" >out 2>err || { cat out err; false; }
	whole results.subunit
	[ "$(machines results.subunit)" = 'route=box route=crate ' ]
	[ "$(finals results.subunit | grep -c success)" -eq 6 ]
}

@test "Slurm: a step that is cancelled loses no test" {
	trivial 8
	script t/0.sh <<-'END'
		[ ! -e cancelled ] || exit 0
		touch cancelled
		scancel "$SLURM_JOB_ID.$SLURM_STEP_ID"
		exec sleep 1000 # a child could begin when Slurm has looked for processes to kill
	END
	timeout 150 salloc -Q -N2 subunit2 run -o subunit:out --retries=1 --instances=box,crate --worker="srun -Q -N1 \
		-n1 --overlap -w {instance} subunit2 run --stdin=subunit --to=json" t >report 2>err ||
		{ cat report err; false; }
	whole
	[ "$(finals out | grep -c success)" -eq 9 ]
	[ "$(ended t/0.sh)" = 'success "flaky"' ]
}

# A docker whose containers are processes here.
fake_docker() {
	mkdir -p "$PWD/bin"
	script bin/docker <<-'END'
		command=$1
		shift
		case $command in
		run)
			[ "$1 $2 $3 $4" = "-d -v $PWD:$PWD -w" ] && [ "$7 $8" = 'sleep inf' ] || exit 2
			sleep 1000 </dev/null >/dev/null 2>&1 &
			echo $!
			;;
		exec)
			[ "$1" = -i ] && kill -0 "$2" || exit 2
			shift 2
			exec "$@"
			;;
		rm) [ "$1" = -f ] && shift && kill "$@" && echo "$@" >removed ;;
		esac
	END
	PATH=$PWD/bin:$PATH
}

@test "recipe: a CI matrix" {
	trivial 6
	fake_docker
	for IMAGE in debian fedora; do
		IMAGE=$IMAGE timeout 150 bash -e -c "$(recipe matrix)" >out 2>err || { cat out err; false; }
		whole "$IMAGE.subunit"
		[ "$(finals "$IMAGE.subunit" | grep -c success)" -eq 6 ]
		[ "$(wc -w <removed)" -eq 4 ]
	done
	timeout 150 bash -e -c "$(recipe collect)" >report
	grep -F '12 passed' report
}
