#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Checks the English of comments, messages, manual pages and test titles.
#
#   tools/prose.sh [FILE...]
#
# Prints each line that holds a word or pattern of the list below, as FILE:LINE:TEXT, and exits
# with 1 if there was one. Without a FILE it checks every file that git tracks, except fixtures
# and licences. tools/prose-allowed lists exceptions, as FILE:TEXT with the text of the whole
# line.
set -eu
cd "$(dirname "$0")/.."

# One extended regular expression a line, matched without regard to case.
patterns='
\<nobody\>
\<no one\>
\<whoever\>
\<whatever\>
\<whichever\>
\<(is|are|was|were|be|been|being) told\>
\<there (is|are|was|were) none\>
\<none is\>
\<behind\>
\<heed(s|ed)?\>
\<in vain\>
\<let go\>
\<for good\>
\<(by|of) itself alone\>
(^|[.:;*#"|] *)(what|who) (is|are|was|were|has|have|had|does|do|did|can|cannot|may|must|will|would|it|they|he|a|an|the|no|comes?|came|goes|gets?|needs?|wants?|reads?|writes?|stands?|follows?|remains?|says?|said|knows?|begins?|ends?|fits?|makes?|made|belongs?|becomes?|became|happens?|happened|holds?|keeps?|kept|takes?|took|runs?|ran|starts?|started|one|this|that)\>
(^|[.:;*#"|] *)(where|whether) (it|there|that|this|a|an|the) [^,?]*\<(is|are) (not )?(known|certain|seen)\>
'
expression=$(printf '%s' "$patterns" | grep . | paste -sd '|' -)

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # names without blanks
	set -- $(git ls-files -- '*.[ch]' '*.sh' '*.bash' '*.bats' '*.awk' '*.py' '*.md' 'man/*' \
		'shell/*' Makefile .ci tools | grep -v -e '^tests/fixtures/' -e '/reference/' -e '^tools/prose')
fi
grep -HniE -e "$expression" -- "$@" | {
	status=0
	while IFS= read -r hit; do
		file=${hit%%:*}
		text=${hit#*:}
		text=${text#*:}
		grep -qxF -e "$file:$text" tools/prose-allowed 2>/dev/null && continue
		printf '%s\n' "$hit"
		status=1
	done
	exit "$status"
}
