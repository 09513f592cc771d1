#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Prints the names that functions, or structs, in several source files share: such a name defeats
# grep and a debugger. A static function carries the noun of its file instead, and so does a struct.
#
#   tools/shared_names.sh [MAX]
#
# Exits with 1 if there are more than MAX (0) of these names.
set -eu
cd "$(dirname "$0")/.."
command -v ctags >/dev/null || { echo "shared_names.sh: ctags is missing" >&2; exit 2; }
git ls-files -- 'lib/*.[ch]' 'tap/*.[ch]' 'src/*.[ch]' |
	ctags -x --languages=C --langmap=C:.c.h --c-kinds=fs -L - |
	awk -v max="${1:-0}" '
		!seen[$1, $2, $4]++ { count[$1, $2]++; files[$1, $2] = files[$1, $2] " " $4 }
		END {
			for (item in count)
				if (count[item] > 1) {
					split(item, part, SUBSEP)
					print part[2], part[1] ":" files[item]
					shared++
				}
			exit shared > max
		}'
