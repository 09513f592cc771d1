#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The Debian packages: built from the tarball, checked by lintian, installed into a clean root.
# Needs root, and a mirror of Debian: DEBIAN_MIRROR, DEBIAN_SUITE.

bats_require_minimum_version 1.5.0

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
suite=${DEBIAN_SUITE:-bookworm}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	make -s -C "$BATS_TEST_DIRNAME/../.." dist
	mkdir source root
	tar -xf "$BATS_TEST_DIRNAME"/../../build/subunit2-*.tar.xz -C source --strip-components=1
	# A change of the symbols is an error.
	(cd source && DPKG_GENSYMBOLS_CHECK_LEVEL=4 dpkg-buildpackage -us -uc -b) >build.log 2>&1 || {
		grep -A 20 '^FAIL' build.log
		tail -n 20 build.log
		return 1
	}
	debootstrap --variant=minbase "$suite" root "$mirror" >debootstrap.log || {
		tail debootstrap.log
		return 1
	}
	cp -a source root/source
	cp ./*.deb root
	cp /etc/resolv.conf root/etc
	# Services must not start in the root.
	printf '#!/bin/sh\nexit 101\n' >root/usr/sbin/policy-rc.d
	chmod +x root/usr/sbin/policy-rc.d
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

# Runs a command in the clean root, in namespaces that end with it.
in_root() {
	unshare --mount --pid --fork --kill-child sh -c '
		mount -t proc proc root/proc
		mount -t devpts -o newinstance,ptmxmode=0666 devpts root/dev/pts
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive chroot root "$@"' sh "$@"
}

# Installs packages in the clean root.
install_in_root() {
	in_root apt-get install -qq -y --no-install-recommends "$@" >apt.log 2>&1 || {
		tail apt.log
		return 1
	}
}

# The packages that a test of debian/tests/control depends on.
depends_of() { # TEST
	awk -v test="$1" '
		/^Tests:/ { mine = $2 == test }
		/^Depends:/ && mine { sub(/^Depends: /, ""); gsub(/,/, ""); print }' source/debian/tests/control
}

@test "lintian finds no errors and no warnings" {
	run lintian --allow-root --fail-on error,warning ./*.changes
	[ "$status" -eq 0 ] && [ -z "$output" ] || { echo "$output"; false; }
}

@test "the manual pages fit into 80 columns" {
	for page in source/man/*.[1-8]; do
		MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >page.out |
			sed "s|^|$page: |"
	done >warnings
	[ ! -s warnings ] || { cat warnings; false; }
}

@test "the packages install into a clean root, and need nothing else" {
	install_in_root ./subunit2_*.deb ./libsubunit2-0_*.deb ./libsubunit2-dev_*.deb
	run -0 in_root subunit2 --version
	run -0 in_root bash -c 'enable -f /usr/lib/bash/subunit2 subunit2 && type -t subunit2'
	[ "$output" = builtin ]
	[ -e root/usr/share/zsh/vendor-completions/_subunit2 ]
	# Formats and options whose libraries are loaded at first use.
	local formats=/source/tests/fixtures/formats
	run -0 in_root sh -c 'cd "$1" && gzip -c run.json >/run.gz && cd / && subunit2 ls --all --match=. /run.gz' sh "$formats"
	[ -n "$output" ]
	run -0 in_root subunit2 ls --all "$formats/run.xml"
	[ -n "$output" ]
	echo 'commands: [{argv: [subunit2, status, a, success]}]' >root/recipe
	run -0 in_root sh -c 'PATH=$PATH:/usr/libexec/subunit2/compat; subunit-combine /recipe | subunit2 ls --all'
	[ "$output" = a ]
}

@test "the first five minutes of README.md" {
	install_in_root bats make diffutils testrepository subunit
	run -0 in_root sh -c 'cd /source && BUILD=/usr/bin bats -f "console examples" tests/readme.bats'
}

@test "the packages' own tests" {
	while read -r name; do
		read -ra depends < <(depends_of "$name")
		install_in_root "${depends[@]}"
		in_root sh -c 'cd /source && debian/tests/"$1"' sh "$name" || { echo "$name failed"; false; }
	done < <(sed -n 's/^Tests: //p' source/debian/tests/control)
}

@test "the packages are removed without a trace" {
	install_in_root ./subunit2_*.deb ./libsubunit2-0_*.deb ./libsubunit2-dev_*.deb
	in_root dpkg -L subunit2 libsubunit2-0 libsubunit2-dev >listed
	grep subunit2 listed | sort -u >installed
	[ "$(wc -l <installed)" -gt 50 ]
	while read -r file; do
		[ -e "root$file" ] || [ -L "root$file" ] || { echo "$file is not installed"; false; }
	done <installed
	in_root apt-get purge -qq -y subunit2 libsubunit2-0 libsubunit2-dev >apt.log 2>&1
	while read -r file; do
		[ ! -e "root$file" ] && [ ! -L "root$file" ] || { echo "$file"; false; }
	done <installed
}
