#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Installs the Debian packages that are missing.
#
#   tools/deps.sh build|test|full...
#
# build: what `make` needs. test: what `make check` needs besides. full: what .ci/full
# needs besides. Where apt-get cannot be used, prints the command to type and exits 1.
set -eu

# Set, package. README.md says what the libraries are for.
packages='
build gcc
build libc6-dev
build make
build pkg-config
build libpopt-dev
build libdeflate-dev
build zlib1g-dev
build libjansson-dev
build libpcre2-dev
build libexpat1-dev
build libyaml-dev
build uthash-dev
test autoconf
test automake
test bats
test parallel
test g++
test clang
test libclang-rt-dev
test valgrind
test libc6-dbg
test mandoc
test shellcheck
test universal-ctags
test cmark-gfm
test strace
test faketime
test fiu-utils
test socat
test tmux
test util-linux
test procps
test perl
test dpkg-dev
test xz-utils
test clang-format
test subunit
test python3-subunit
test python3-testtools
test testrepository
test python3-stestr
test python3-junitxml
test python3-yaml
test python3-junitparser
test libxml2-utils
test check
test libcmocka-dev
test libcppunit-dev
test libcppunit-subunit-dev
test libsubunit-perl
test libcriterion-dev
test libglib2.0-dev
test libgtest-dev
test catch2
test libtest2-suite-perl
test bash-builtins
test meson
test cmake
test dejagnu
test golang-go
test python3-pytest
test ksh
test busybox
test zsh
test fish
test git
test chromium
test openssh-client
test openssh-server
test rsync
test iproute2
test munge
test slurmctld
test slurmd
test slurm-client
full gcc-i686-linux-gnu
full libc6-dev-i386-cross
full gcc-arm-linux-gnueabihf
full libc6-dev-armhf-cross
full gcc-s390x-linux-gnu
full libc6-dev-s390x-cross
full qemu-user-static
full libffi-dev
full debhelper
full fakeroot
full man-db
full lintian
full debootstrap
full podman
full runc
full libgpg-error-dev
full libgcrypt20-dev
full libassuan-dev
full libksba-dev
full libnpth0-dev
'

wanted=$(
	for set; do
		echo "$packages" | sed -n "s/^$set //p"
	done
)

# Node.js and npm have more sources than Debian; any will do.
case " $* " in
*' test '*)
	command -v node >/dev/null || wanted="$wanted nodejs"
	command -v npm >/dev/null || wanted="$wanted npm"
	;;
esac

# shellcheck disable=SC2086 # one word a package
missing=$(
	{
		dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $wanted 2>/dev/null |
			sed -n 's/^ii //p'
		printf '%s\n' $wanted $wanted
	} | sort | uniq -c | sed -n 's/^ *2 //p'
)
[ -n "$missing" ] || exit 0

missing=$(echo "$missing" | tr '\n' ' ')
install="apt-get install -y --no-install-recommends $missing"
if ! command -v apt-get >/dev/null; then
	echo "make deps: no apt-get here; missing, by Debian's names: $missing" >&2
	exit 1
elif [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	sudo=sudo
else
	echo "make deps: packages are missing; type:" >&2
	echo "    sudo apt-get update && sudo $install" >&2
	exit 1
fi
# Tests start the daemons that they need themselves; do not start any on this machine.
units=
for daemon in openssh-server:ssh munge:munge slurmctld:slurmctld slurmd:slurmd; do
	case " $missing " in
	*" ${daemon%:*} "*) units="$units ${daemon#*:}.service" ;;
	esac
done
if [ -n "$units" ] && [ -d /run/systemd/system ]; then
	echo "make deps: not to be started here, nor later unless unmasked:$units" >&2
	# shellcheck disable=SC2086 # words
	$sudo systemctl mask $units
fi
# A source that cannot be updated matters only if a package comes from it.
$sudo apt-get update || echo "make deps: going on with the package lists that are here" >&2
# shellcheck disable=SC2086 # words
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $install
