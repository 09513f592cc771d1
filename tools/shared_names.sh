#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Prints the names that functions in several source files share: such a name defeats grep and a
# breakpoint. A static function carries the noun of its file instead.
#
#   tools/shared_names.sh [MAX]
#
# Exits with 1 if there are more than MAX (30) of these names.
set -eu
cd "$(dirname "$0")/.."
command -v ctags >/dev/null || { echo "shared_names.sh: ctags is missing" >&2; exit 2; }
git ls-files -- 'lib/*.c' 'tap/*.c' 'src/*.c' |
	ctags -x --languages=C --c-kinds=f -L - |
	awk -v max="${1:-30}" '
		!seen[$1, $4]++ { count[$1]++; files[$1] = files[$1] " " $4 }
		END {
			for (name in count)
				if (count[name] > 1) {
					print name ":" files[name]
					shared++
				}
			exit shared > max
		}'
