#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Adds the license line to each source that lacks it.
#
#   tools/spdx.sh [--check]
#
# --check changes nothing; it prints the sources without a line, and exits with 1 if there is one.
# Sources are the files that git tracks with the endings below. Left out: fixtures, and the
# examples, which are to be copied.
set -eu
cd "$(dirname "$0")/.."

license='SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause'

# Print FILE with the line. The line follows a first line that has to stay the first: #!, #compdef.
with_line() { # FILE
	case $1 in
	*.c | *.h | *.cc | *.map) line="/* $license */" ;;
	man/*) line=".\\\" $license" ;;
	*) line="# $license" ;;
	esac
	case $(head -n 1 "$1") in
	'#!'* | '#compdef'*) sed "1a\\
$(printf '%s' "$line" | sed 's/\\/\\\\/g')" "$1" ;;
	*) printf '%s\n' "$line" && cat "$1" ;;
	esac
}

status=0
for file in $(git ls-files -- '*.[ch]' '*.cc' '*.map' '*.sh' '*.bash' '*.fish' '*.zsh' '*.bats' '*.awk' '*.py' \
	'man/*.[1-9]' Makefile shell .ci tests/check debian/rules debian/tests src/bash bindings \
	':!tests/fixtures' ':!examples' ':!tests/readme' ':!debian/tests/control' ':!*.html' ':!*.md' ':!*.in' | sort -u); do
	# A link has the line of its target.
	if [ -L "$file" ] || head -n 5 "$file" | grep -qF "$license"; then
		continue
	elif [ "${1-}" = --check ]; then
		echo "$file: no license line"
		status=1
	else
		with_line "$file" >"$file.spdx"
		# Keep the mode of the file.
		cat "$file.spdx" >"$file"
		rm "$file.spdx"
	fi
done
exit "$status"
