# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Helpers of the tests of scripts on other machines: sshd and a Slurm cluster, in a network
# of their own. The folder of all of it is $PLACE.
# shellcheck shell=bash

# Opens a network in a namespace; without the permission, the network that is there. ADDRESS is
# one that is not loopback: Slurm takes no other.
open_network() {
	NETWORK=()
	ADDRESS=$(hostname -I | cut -d' ' -f1)
	unshare -n true 2>/dev/null || return 0
	unshare -n sh -c 'echo $$ >"$PLACE/network"; exec sleep infinity' 3>&- &
	until [ -s "$PLACE/network" ]; do sleep 0.02; done
	NETWORK=(nsenter -t "$(cat "$PLACE/network")" -n)
	"${NETWORK[@]}" ip link set lo up
	ADDRESS=10.99.0.1
	"${NETWORK[@]}" ip addr add $ADDRESS/24 dev lo
}

# Ends the daemons, which write to their folders to the end.
close_network() {
	local file pids=()
	for file in "$PLACE"/*.pid "$PLACE"/network*; do
		[ ! -s "$file" ] || pids+=("$(cat "$file")")
	done
	kill "${pids[@]}" || true
	until_true are_over "${pids[@]}"
}

# None of these processes runs any more, whether it was waited for or not.
are_over() { # PID...
	local pid
	for pid; do
		! readlink "/proc/$pid/exe" || return 1
	done
}

# The command of that name, in the network, with some arguments first.
in_network() { # NAME ARGUMENTS...
	local program
	program=$(PATH=$PATH:/usr/sbin command -v "$1")
	printf '#!/bin/sh\nexec %s "$@"\n' "${NETWORK[*]} $program ${*:2}" >"$PLACE/bin/$1"
	chmod +x "$PLACE/bin/$1"
}

free_port() {
	"${NETWORK[@]}" /usr/bin/python3 -c 'import socket
with socket.socket() as s: s.bind(("", 0)); print(s.getsockname()[1])'
}

start_sshd() {
	local port
	port=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$PLACE/host"
	ssh-keygen -q -t ed25519 -N '' -f "$PLACE/user"
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	cat >"$PLACE/sshd_config" <<-END
		ListenAddress 127.0.0.1
		Port $port
		HostKey $PLACE/host
		AuthorizedKeysFile $PLACE/user.pub
		PermitRootLogin yes
		StrictModes no
		PidFile $PLACE/sshd.pid
		SetEnv PATH=$PATH HOME=$PLACE/home
	END
	cat >"$PLACE/ssh_config" <<-END
		Host one two
		    HostName 127.0.0.1
		    Port $port
		    HostKeyAlias here
		    UserKnownHostsFile $PLACE/known
		    IdentityFile $PLACE/user
		    ControlPath connection.%n
		    ControlPersist yes
		Host down
		    HostName 127.0.0.1
		    Port 1
	END
	echo "here $(cat "$PLACE/host.pub")" >"$PLACE/known"
	in_network ssh -F "$PLACE/ssh_config"
	"${NETWORK[@]}" /usr/sbin/sshd -f "$PLACE/sshd_config"
}

# A cluster of these nodes, each with a slurmd, on this machine.
start_slurm() { # NODE...
	local node
	export SLURM_CONF=$PLACE/slurm.conf
	mkdir "$PLACE/state" "$PLACE/munge"
	head -c 128 /dev/urandom >"$PLACE/munge/key"
	chmod 600 "$PLACE/munge/key"
	cat >"$SLURM_CONF" <<-END
		ClusterName=tests
		SlurmctldHost=$(hostname)($ADDRESS)
		SlurmUser=$(id -un)
		SlurmdUser=$(id -un)
		AuthInfo=socket=$PLACE/munge/socket
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		MpiDefault=none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SlurmdParameters=config_overrides
		SlurmctldPort=$(free_port)
		SlurmctldPidFile=$PLACE/slurmctld.pid
		SlurmdPidFile=$PLACE/slurmd-%n.pid
		SlurmctldLogFile=$PLACE/slurmctld.log
		SlurmdLogFile=$PLACE/slurmd-%n.log
		SlurmdSpoolDir=$PLACE/spool-%n
		StateSaveLocation=$PLACE/state
		PartitionName=all Nodes=ALL Default=YES
	END
	for node; do
		mkdir "$PLACE/spool-$node"
		echo "NodeName=$node NodeHostname=$(hostname) NodeAddr=$ADDRESS Port=$(free_port) CPUs=8"
	done >>"$SLURM_CONF"
	munged --force --key-file="$PLACE/munge/key" --seed-file="$PLACE/munge/seed" \
		--socket="$PLACE/munge/socket" --log-file="$PLACE/munge/log" --pid-file="$PLACE/munged.pid"
	"${NETWORK[@]}" slurmctld 2>/dev/null 3>&-
	for node; do
		"${NETWORK[@]}" slurmd -N "$node" 2>/dev/null 3>&-
	done
	in_network srun
	LIMIT=60 until_true sh -c "[ \"\$(${NETWORK[*]} sinfo -h -o '%D %T')\" = '$# idle' ]"
}
