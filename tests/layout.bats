#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The folders of src: which may include which. A forbidden include does not compile. And the
# directions between files.

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

@test "files use each other in one direction" {
	local objects=()
	for source in lib/*.c tap/*.c src/*/*.c; do
		[ ! -e "build/${source%.c}.o" ] || objects+=("build/${source%.c}.o")
	done
	# A line for each use: the file that uses a symbol, and the file that defines it.
	nm -A "${objects[@]}" | awk '
		{ file = $1; sub(/\.o:.*/, "", file) }
		$2 == "U" { uses[file, $3] = 1 }
		NF == 3 && $2 ~ /[BCDGRSTVW]/ { defines[$3] = file }
		END {
			for (use in uses) {
				split(use, part, SUBSEP)
				if (part[2] in defines && defines[part[2]] != part[1])
					print part[1], defines[part[2]]
			}
		}' >"$BATS_TEST_TMPDIR/uses"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/uses")" -gt 1000 ]
	tsort "$BATS_TEST_TMPDIR/uses" >/dev/null
}
