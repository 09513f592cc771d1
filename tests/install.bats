#!/usr/bin/env bats
# make install: what a packager and a C programmer get.

load common

setup_file() {
	make -C "$BATS_TEST_DIRNAME/.." -s install DESTDIR="$BATS_FILE_TMPDIR" PREFIX=/opt/s >&2
}

setup() {
	root=$BATS_FILE_TMPDIR/opt/s
	PKG_CONFIG_LIBDIR=$root/lib/pkgconfig:$(pkg-config --variable pc_path pkg-config)
	PKG_CONFIG_SYSROOT_DIR=$BATS_FILE_TMPDIR
	export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
}

# A program that prints the status a packet holds.
example() {
	cat >"$BATS_TEST_TMPDIR/example.c" <<-'END'
		#include <stdio.h>
		#include <subunit2.h>
		int main(void)
		{
			enum subunit2_status status;
			bool known = subunit2_status_parse(SUBUNIT2_LITERAL("fail"), &status);
			return puts(known ? subunit2_status_name(status) : "unknown") < 0;
		}
	END
	cc "$BATS_TEST_TMPDIR/example.c" -o "$BATS_TEST_TMPDIR/example" "$@"
}

@test "the program is there and runs" {
	run -0 "$root/bin/subunit2" --version
	[[ $output == *"$(pkg-config --modversion subunit2)"* ]]
}

@test "a program builds against the shared library by pkg-config" {
	# shellcheck disable=SC2046 # words
	example $(pkg-config --cflags --libs subunit2)
	LD_LIBRARY_PATH=$root/lib run -0 "$BATS_TEST_TMPDIR/example"
	[ "$output" = fail ]
	run -0 readelf -d "$BATS_TEST_TMPDIR/example"
	[[ $output == *"[libsubunit2.so.0]"* ]]
}

@test "a program builds against the static library by pkg-config" {
	# shellcheck disable=SC2046 # words
	example $(pkg-config --cflags subunit2) "$root/lib/libsubunit2.a" \
		$(pkg-config --static --libs-only-l subunit2 | sed 's/-lsubunit2//')
	run -0 "$BATS_TEST_TMPDIR/example"
	[ "$output" = fail ]
}

@test "the shared library exports subunit2_ names only" {
	run -0 sh -c "nm -D --defined-only '$root/lib/libsubunit2.so' | awk '{ print \$3 }'"
	[ "${#lines[@]}" -gt 20 ]
	for name in "${lines[@]}"; do
		[[ $name == subunit2_* ]] || { echo "$name"; false; }
	done
}

@test "every manual page is installed" {
	for page in "$BATS_TEST_DIRNAME"/../man/*.[1-8]; do
		[ -f "$root/share/man/man${page##*.}/${page##*/}" ]
	done
}
