# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# shellcheck shell=bash disable=SC2154
# Sources of Debian packages, for the suites. The caller sets $cache, where they are kept.

# Downloads the Debian source of package $1 into the cache, unless it is there, from the servers of
# this machine's packages. The apt sources of the machine do not change. $2: only the upstream tarball,
# of that release of Debian.
download() {
	local release=${2:-\$(CODENAME)} sources=$cache/${2:-sources}.list
	local apt=(apt-get -qq -o APT::Sandbox::User=root
		-o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=-
		-o "Dir::State::lists=$cache/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
	if compgen -G "$cache/$1_*.$([ $# = 1 ] && echo dsc || echo 'orig.tar.*')" >/dev/null; then
		return
	fi
	apt-get indextargets --format "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
\$(REPO_URI) $release \$(COMPONENT)" 'Created-By: Packages' 'Origin: Debian' "Component: main" \
		${2:+'Label: Debian'} | sort -u >"$sources"
	cd "$cache"
	"${apt[@]}" update
	"${apt[@]}" source --download-only ${2:+--tar-only} "$1${2:+/$2}" && return
	# A mirror may lack the security update that its index names.
	[ $# = 1 ] && "${apt[@]}" source --download-only "$1/$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)"
}
