#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Builds from the tarball: without git, the same in every folder, with other flags.

bats_require_minimum_version 1.5.0

# Unpacks the tarball of the last commit as $BATS_FILE_TMPDIR/NAME and makes TARGET... there.
build() { # NAME ARGUMENT...
	local folder=$BATS_FILE_TMPDIR/$1
	shift
	mkdir -p "$folder"
	tar -xf "$BATS_TEST_DIRNAME"/../../build/subunit2-*.tar.xz -C "$folder" --strip-components=1
	make -s -C "$folder" -j"$(nproc)" "$@" >&2
}

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/../.." dist
	# A compiler cache may give one build the objects of the other.
	export CCACHE_DISABLE=1
	build one WERROR=1 all builtin
	build another/much/longer WERROR=1 all builtin
}

setup() {
	one=$BATS_FILE_TMPDIR/one
}

@test "the tarball builds without git" {
	[ ! -e "$one/.git" ]
	run -0 "$one/build/subunit2" --version
}

@test "the tarball is the same each time" {
	cd "$BATS_TEST_DIRNAME/../.."
	sha256sum build/subunit2-*.tar.xz >"$BATS_TEST_TMPDIR/sums"
	make -s dist
	sha256sum -c "$BATS_TEST_TMPDIR/sums"
}

@test "builds in two folders are identical" {
	for name in one another/much/longer; do
		make -s -C "$BATS_FILE_TMPDIR/$name" install-compat PREFIX=/usr \
			DESTDIR="$BATS_FILE_TMPDIR/root-${name##*/}" >/dev/null
	done
	diff -r --no-dereference "$BATS_FILE_TMPDIR/root-one" "$BATS_FILE_TMPDIR/root-longer"
}

@test "STATIC=0 links every library dynamically" {
	make -s -C "$one" -j"$(nproc)" STATIC=0 all >&2
	run -0 readelf -d "$one/build/shared/subunit2"
	for library in libpopt libdeflate libc; do
		[[ $output == *"[$library.so."* ]] || { echo "$library"; false; }
	done
	run -0 "$one/build/shared/subunit2" --version
	# libfaketime needs such a program: a worker whose clock is an hour ahead.
	cd "$BATS_TEST_TMPDIR"
	echo 'echo a' >a.sh
	"$one/build/subunit2" run --instances=box -o events:out.events a.sh \
		--worker="faketime -f --exclude-monotonic +1h $one/build/shared/subunit2 run --stdin=subunit" \
		2>err
	grep -E 'the clock of box is 3(599|600)\.[0-9]{3} s ahead; its times are shifted' err
	grep 'file=clock' out.events
}

@test "the program and the libraries build with -flto, and hide their names" {
	make -s -C "$one" -j"$(nproc)" B=build/lto CFLAGS='-O2 -flto=auto' \
		all build/lto/installed/libsubunit2.a >&2
	run -0 sh -c '"$1" status a ok | "$1" ls' sh "$one/build/lto/subunit2"
	[ "$output" = a ]
	run -0 nm -g --defined-only "$one/build/lto/installed/libsubunit2.a"
	[ "${#lines[@]}" -gt 20 ]
	run -1 grep -v -e ' subunit2_' -e '^$' -e ':$' <<<"$output"
}

@test "a program builds with -flto against the static library" {
	cat >"$BATS_TEST_TMPDIR/version.c" <<-'END'
		#include <stdio.h>
		#include <subunit2.h>
		int main(void) { return puts(subunit2_status_name(3)) < 0; }
	END
	make -s -C "$one" build/installed/libsubunit2.a
	# shellcheck disable=SC2046 # words
	cc -O2 -flto -I"$one/lib/include" -o "$BATS_TEST_TMPDIR/version" "$BATS_TEST_TMPDIR/version.c" \
		"$one/build/installed/libsubunit2.a" $(pkg-config --libs libdeflate)
	run -0 "$BATS_TEST_TMPDIR/version"
	[ "$output" = success ]
}

@test "CHECK_DEPS=0 passes without root, network and daemons" {
	chmod -R a+rwX "$BATS_FILE_TMPDIR"
	cd "$BATS_FILE_TMPDIR/another/much/longer"
	run -0 unshare --net -- sh -c 'ip link set lo up; exec setpriv --reuid=65534 --regid=65534 --clear-groups \
		env -u CI HOME="$1" TMPDIR="$1" make check CHECK_DEPS=0' sh "$BATS_TEST_TMPDIR"
	echo "$output" | tail -n 3
}
