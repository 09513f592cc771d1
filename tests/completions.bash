# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# completions.bash FILE LINE...: prints the matches that bash completes for each LINE, on one line.
# FILE is the completion script. Splits words as readline does: `=` and `:` are words.
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
