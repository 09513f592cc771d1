# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# What the help names, for the tests that compare it with something.

# The commands that `subunit2 --help` lists: the first words of its indented lines.
commands() {
	subunit2 --help | sed -nE 's/^  ([a-z][a-z-]*)  .*/\1/p'
}

# The options in the left column of a command's help: -x and --xyz.
help_options() {
	subunit2 "$1" --help | sed -nE 's/^ +(-.*)/\1/p' | sed -E 's/ {2,}.*//' |
		grep -oE -- '(^|[ ,])--?[A-Za-z][A-Za-z0-9-]*' | tr -d ' ,' | sort -u
}
