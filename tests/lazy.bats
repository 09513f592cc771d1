#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The command as STATIC=0 links it, and its libraries that are loaded at first use.

# shellcheck disable=SC2154 # run sets stderr

load common

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
