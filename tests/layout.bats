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
compat util io proc stream read write cli run mux
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

# Prints the folders, but for FOLDER, of which a file in src/FOLDER can include the first header.
can_include() { # FOLDER
	local flags other
	read -ra flags < <(make -s print-includes FILE="src/$1/new.c")
	for other in util io proc stream read write cli run mux compat; do
		[ "$other" = "$1" ] ||
			printf '#if __has_include("%s")\n%s\n#endif\n' "$(first_header "$other")" "$other"
	done | cc "${flags[@]}" -E -P -x c -
}

@test "a folder can include the folders that it needs, and no others" {
	while read -r folder needs; do
		echo "$folder" # shown if it fails
		diff <(can_include "$folder" | sort) <(xargs -r -n 1 <<<"$needs" | sort)
	done < <(sed '/^$/d' <<<"$allowed")
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
