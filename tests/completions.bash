# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# What bash completes: completions.bash FILE LINE... prints the matches of each line, in a line.
# Words are split as readline does it: `=` and `:` stand alone.
# shellcheck source=/dev/null
. "$1"
shift
for line; do
	spaced=${line//=/ = }
	read -ra COMP_WORDS <<<"${spaced//:/ : }"
	[[ $line = *' ' ]] && COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_subunit2 "${COMP_WORDS[0]}"
	echo "${COMPREPLY[*]}"
done
