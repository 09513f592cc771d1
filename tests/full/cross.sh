#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Builds the command and the unit programs for another architecture in build/cross/ARCH, and
# runs the unit programs, under qemu-user where this processor cannot run them.
#
#   tests/full/cross.sh i386|armhf|s390x
#
# Needs Debian's cross compiler for ARCH. Downloads the libraries for ARCH into a folder of
# their own, so that the machine's packages stay as they are; no root is needed. Everything is
# linked statically, so that qemu-user needs no libraries to run it.
set -eu

arch=${1-}
case $arch in
i386) compiler=i686-linux-gnu multiarch=i386-linux-gnu emulator= ;;
armhf) compiler=arm-linux-gnueabihf multiarch=arm-linux-gnueabihf emulator=qemu-arm-static: ;;
s390x) compiler=s390x-linux-gnu multiarch=s390x-linux-gnu emulator=qemu-s390x-static: ;;
*)
	echo 'usage: tests/full/cross.sh i386|armhf|s390x' >&2
	exit 2
	;;
esac
cd "$(dirname "$0")/../.."
out=$PWD/build/cross/$arch
libraries=$out/libraries
root=$libraries/root
libdir=$root/usr/lib/$multiarch

# Unpack the libraries' packages into $root.
fetch() {
	rm -rf "$libraries"
	mkdir -p "$libraries/state/lists/partial" "$libraries/cache/archives/partial" "$root"
	: >"$libraries/state/status"
	cat >"$libraries/apt.conf" <<-END
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "";
		Dir::State "$libraries/state";
		Dir::State::status "$libraries/state/status";
		Dir::Cache "$libraries/cache";
	END
	export APT_CONFIG="$libraries/apt.conf"
	# A source that has nothing for this architecture does no harm.
	apt-get -qq update || echo 'tests/full/cross.sh: cannot update every source' >&2
	(
		cd "$libraries"
		apt-get -qq download libpopt-dev libdeflate-dev zlib1g-dev libjansson-dev \
			libpcre2-dev libexpat1-dev libyaml-dev uthash-dev
		for package in *.deb; do
			dpkg -x "$package" root
		done
	)
	touch "$libraries/complete"
}

[ -e "$libraries/complete" ] || fetch

export PKG_CONFIG_LIBDIR="$libdir/pkgconfig:$root/usr/share/pkgconfig"
export PKG_CONFIG_SYSROOT_DIR="$root"

# Each program is named like its source. Left out are the tests that
#   - replace functions of libc, which a static program defines twice or cannot look up;
#   - need what qemu-user lacks: seccomp filters and the kernel's own /proc;
#   - need a locale, whose files have the byte order of the machine;
#   - use fts, which finds no entry in a folder of ext4 under qemu-user with 32 bits: the kernel's
#     offsets of directory entries have 64;
#   - ask whether a page is mapped: qemu-user with 32 bits keeps all addresses reserved.
suites=
programs=
for source in tests/unit/*/*.c; do
	case $emulator$source in
	qemu-*/proc/process.c | qemu-*/proc/proc_tree.c | qemu-*/proc/removal.c) continue ;;
	qemu-*/proc/spawn.c | qemu-*/run/attempts.c) continue ;;
	qemu-s390x*/write/text_width.c) continue ;;
	qemu-arm*/run/automake_overrides.c | qemu-arm*/run/automake_make.c) continue ;;
	qemu-arm*/proc/jobserver.c) continue ;;
	esac
	grep -qE 'fault_find|poll_one|real_syscall|shim_run|still_clock|^clock_gettime' "$source" && continue
	programs="$programs build/cross/$arch/${source%.c}"
	suites="$suites ${emulator}build/cross/$arch/${source%.c}"
done

# With -B, the compiler finds the archives in $libdir.
# shellcheck disable=SC2086 # words
make -s -j"$(nproc)" WERROR=1 B="build/cross/$arch" \
	CC="$compiler-gcc -B$libdir -L$libdir -isystem $root/usr/include/$multiarch -isystem $root/usr/include" \
	OBJCOPY="$compiler-objcopy" LDFLAGS=-static "build/cross/$arch/subunit2" $programs
# shellcheck disable=SC2086 # words
exec tests/check $suites
