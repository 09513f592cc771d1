#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The folders of src: which may include which. A forbidden include does not compile.

load common

# A folder, then the folders that it may include besides itself.
allowed="
util
io util
proc util io
stream util
read util io stream
write util io
cli util io proc stream read write
run util io proc stream read write cli
mux util io proc stream read write cli run
cmd util io proc stream read write cli run mux
compat util io proc stream read write cli run mux cmd
bash util io proc cli
"

setup() {
	cd "$BATS_TEST_DIRNAME/.." || return
}

# The first header of a folder, as an include names it.
first_header() { # FOLDER
	local headers=("src/$1"/*.h)
	echo "${headers[0]##*/}"
}

# True if a file that is compiled with FLAGS can include HEADER.
finds() { # HEADER FLAG...
	local header=$1
	shift
	printf '#if !__has_include("%s")\n#error\n#endif\n' "$header" |
		cc "$@" -E -x c - >/dev/null 2>&1
}

@test "a folder can include the folders that it needs, and no others" {
	while read -r folder needs; do
		[ -n "$folder" ] || continue
		read -ra flags < <(make -s print-includes FILE="src/$folder/new.c")
		for other in util io proc stream read write cli run mux compat; do
			[ "$other" != "$folder" ] || continue
			if [[ " $needs " = *" $other "* ]]; then
				finds "$(first_header "$other")" "${flags[@]}" || {
					echo "src/$folder cannot include src/$other"
					return 1
				}
			elif finds "$(first_header "$other")" "${flags[@]}"; then
				echo "src/$folder can include src/$other"
				return 1
			fi
		done
	done <<<"$allowed"
}

@test "no header lies outside a folder, and no include names a folder" {
	run -0 find src -maxdepth 1 -name '*.h'
	[ -z "$output" ]
	run -1 grep -rn --include='*.[ch]' '#include "[^"]*/' src tests
}
