#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# make install: the files for a packager and a C programmer.
# Needs: c++

load common

setup_file() {
	make -C "$BATS_TEST_DIRNAME/.." -s install-compat DESTDIR="$BATS_FILE_TMPDIR" PREFIX=/opt/s >&2
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

@test "the names of older tools are links to it, in a folder of their own" {
	cd "$root/libexec/subunit2/compat"
	run -0 ./subunit-stats </dev/null
	[ "${lines[0]}" = "Total tests:       0" ]
	[ ! -e "$root/bin/subunit-stats" ]
	for name in *; do
		[ "$(readlink "$name")" = ../../../bin/subunit2 ]
		grep -q "\"$name\"" "$BATS_TEST_DIRNAME/../src/compat/programs.c"
	done
	[ "$(find . -type l | wc -l)" = "$(grep -c '^	{"' "$BATS_TEST_DIRNAME/../src/compat/programs.c")" ]
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

@test "the static library can be linked into a shared object" {
	cc -shared -o "$BATS_TEST_TMPDIR/plugin.so" -Wl,-z,text,-z,defs -Wl,--whole-archive \
		"$root/lib/libsubunit2.a" -Wl,--no-whole-archive -ldeflate -pthread
}

@test "CPPFLAGS and CFLAGS of the user are passed on, after those of the project" {
	run -0 make -C "$BATS_TEST_DIRNAME/.." -n B="$BATS_TEST_TMPDIR/b" CPPFLAGS=-DUSERS CFLAGS=-O7 all builtin
	while read -r line; do
		[[ $line == *' -DUSERS '*' -O7 '* ]] || { echo "$line"; false; }
	done < <(sed -e ':a' -e '/\\$/N; s/\\\n//; ta' <<<"$output" | grep -E ' -c -o ')
}

@test "public headers hold no type whose size depends on _FILE_OFFSET_BITS or _TIME_BITS" {
	run -1 grep -rnwE 'time_t|off_t|ino_t|struct (timespec|timeval|stat)' "$root/include"
}

@test "a program is linked all statically by pkg-config" {
	# shellcheck disable=SC2046 # words
	example -static $(pkg-config --static --cflags --libs subunit2)
	run -0 "$BATS_TEST_TMPDIR/example"
	[ "$output" = fail ]
}

@test "every header compiles alone, as C and as C++" {
	cd "$root/include"
	for header in subunit2.h subunit2/*.h; do
		printf '#include "%s"\n' "$PWD/$header" >"$BATS_TEST_TMPDIR/alone.c"
		cc -std=c11 -Wall -Wextra -Werror -I. -fsyntax-only "$BATS_TEST_TMPDIR/alone.c"
		c++ -x c++ -Wall -Wextra -Werror -I. -fsyntax-only "$BATS_TEST_TMPDIR/alone.c"
	done
}

@test "a program in C++ links" {
	cat >"$BATS_TEST_TMPDIR/example.cc" <<-'END'
		#include <cstdio>
		#include <subunit2.h>
		int main() { return std::puts(subunit2_status_name(SUBUNIT2_STATUS_SKIP)) < 0; }
	END
	# shellcheck disable=SC2046 # words
	c++ "$BATS_TEST_TMPDIR/example.cc" -o "$BATS_TEST_TMPDIR/example" \
		$(pkg-config --cflags --libs subunit2)
	LD_LIBRARY_PATH=$root/lib run -0 "$BATS_TEST_TMPDIR/example"
	[ "$output" = skip ]
}

@test "the static library defines subunit2_ names only" {
	run -0 sh -c "nm -g --defined-only '$root/lib/libsubunit2.a' | awk 'NF == 3 { print \$3 }'"
	[ "${#lines[@]}" -gt 20 ]
	for name in "${lines[@]}"; do
		[[ $name == subunit2_* ]] || { echo "$name"; false; }
	done
}

@test "the shared library exports subunit2_ names only" {
	run -0 sh -c "nm -D --defined-only '$root/lib/libsubunit2.so' | awk '\$2 != \"A\" { print \$3 }'"
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

@test "the shell functions and the bats formatter are installed" {
	cmp "$BATS_TEST_DIRNAME/../shell/subunit2.sh" "$root/share/subunit2/subunit2.sh"
	[ -x "$root/share/subunit2/bats-format-subunit" ]
}

@test "completions are installed where the shells look for them" {
	cd "$root/share"
	ls bash-completion/completions/subunit2 zsh/site-functions/_subunit2 \
		fish/vendor_completions.d/subunit2.fish
}

@test "the builtin is installed where bash looks for it, once it is built" {
	[ -e "$BUILD/subunit2.so" ] || skip 'the builtin is not built'
	BASH_LOADABLES_PATH=$root/lib/bash run -0 bash -c 'enable -f subunit2 subunit2 && type -t subunit2'
	[ "$output" = builtin ]
}

@test "uninstall leaves nothing, also the second time" {
	mkdir "$BATS_TEST_TMPDIR/root"
	for target in install-compat uninstall uninstall; do
		make -C "$BATS_TEST_DIRNAME/.." -s "$target" DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/opt/s
	done
	run -0 find "$BATS_TEST_TMPDIR/root" ! -type d -o -name subunit2 -o -name compat
	[ -z "$output" ]
}

@test "uninstall leaves what others have in the folder of the old names" {
	mkdir -p "$BATS_TEST_TMPDIR/root/usr/bin"
	for target in install-compat uninstall; do
		make -C "$BATS_TEST_DIRNAME/.." -s "$target" DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/opt/s COMPATDIR=/usr/bin
		echo theirs >"$BATS_TEST_TMPDIR/root/usr/bin/subunit-theirs"
		ln -sf theirs "$BATS_TEST_TMPDIR/root/usr/bin/other"
		[ "$target" = uninstall ] || rm "$BATS_TEST_TMPDIR/root/usr/bin/subunit-ls"
		[ "$target" = uninstall ] || echo old >"$BATS_TEST_TMPDIR/root/usr/bin/subunit-ls"
	done
	run -0 ls "$BATS_TEST_TMPDIR/root/usr/bin"
	[ "$output" = $'other\nsubunit-ls\nsubunit-theirs' ]
}
