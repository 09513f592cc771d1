#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The command as STATIC=0 links it, and its libraries that are loaded at first use.
# Needs: python3

# shellcheck disable=SC2154 # run sets stderr

load common
load runs

formats=$BATS_TEST_DIRNAME/fixtures/formats

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/.." build/subunit2.shared
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	shared=$BUILD/subunit2.shared
}

# Compare the events that both programs write.
same_events() { # COMMAND [ARGUMENT...]
	"$shared" "$@" >shared.out
	subunit2 "$@" >static.out
	[ -s static.out ]
	cmp shared.out static.out
}

@test "it is linked with libc, libdeflate and libpopt, and nothing else" {
	run -0 sh -c 'readelf -d "$1" | sed -n "s/.*NEEDED.*\[\(.*\)\.so.*/\1/p" | sort' sh "$shared"
	[ "$output" = $'libc\nlibdeflate\nlibpopt' ]
}

@test "each format and option loads its library" {
	same_events convert "$formats/run.json"
	same_events convert "$formats/run.xml"
	same_events ls --all --match='^[a-z]' "$formats/run.json"
	same_events filter --rename='^(.)=new-$1' --to=json "$formats/run.json"
	gzip -c "$formats/run.json" >run.json.gz
	same_events convert run.json.gz
	printf 'commands:\n  - argv: [subunit2, status, a, success]\n' >recipe
	ln -s "$shared" subunit-combine
	[ "$(./subunit-combine recipe | subunit2 ls --all)" = a ]
}

@test "a library that is missing is an error, and the message names it" {
	local library
	library=$(grep -ao 'libexpat\.so[.0-9]*' "$shared" | head -n 1)
	mkdir broken
	echo broken >"broken/$library"
	LD_LIBRARY_PATH=$PWD/broken run -3 --separate-stderr "$shared" convert "$formats/run.xml"
	[ -z "$output" ]
	[[ $stderr == 'subunit2 convert: cannot load a library: '*"$library"* ]]
	LD_LIBRARY_PATH=$PWD/broken run -0 "$shared" --version
}

@test "mux loads them before connections take all descriptors" {
	bash -c 'ulimit -n 36; exec "$1" mux --listen=./s.sock --connections=60 --to=json' sh "$shared" \
		>out 2>err 3>&- &
	until_true test -S s.sock
	/usr/bin/python3 - <<-'END'
		import socket
		peers = []
		for i in range(60):
		    peer = socket.socket(socket.AF_UNIX)
		    peer.connect("s.sock")
		    peers.append(peer)
		while not open("err").read():
		    pass
		for i, peer in enumerate(peers):
		    peer.sendall(b'{"subunit":2,"test_id":"%d","test_status":"success","runnable":false}\n' % i)
		    peer.close()
	END
	wait $!
	[[ $(<err) == *"subunit2 mux: a connection has to wait: Too many open files"* ]]
	[ "$(subunit2 ls --all out | wc -l)" = 60 ]
}
