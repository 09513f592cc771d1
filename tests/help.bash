# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The options that the help names, for tests that compare them.

# The commands that `subunit2 --help` lists: the first words of its indented lines.
commands() {
	subunit2 --help | sed -nE 's/^  ([a-z][a-z-]*)  .*/\1/p'
}

# The options in the left column of a command's help: -x and --xyz.
help_options() {
	subunit2 "$1" --help | sed -nE 's/^ +(-.*)/\1/p' | sed -E 's/ {2,}.*//' |
		grep -oE -- '(^|[ ,])--?[A-Za-z][A-Za-z0-9-]*' | tr -d ' ,' | sort -u
}
