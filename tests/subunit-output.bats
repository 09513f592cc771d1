#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit-output: the program under this name, compared with Python's tool.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "under the name subunit-output it has the options of Python's tool" {
	ln -s "$(command -v subunit2)" subunit-output
	echo log >file
	for arguments in '--exists x' '--inprogress x --tag a' '--success x --attach-file file' \
		'--uxsuccess x --attach-file ./file --file-name name --mimetype text/plain' \
		'--skip x' '--fail x' '--xfail x' '--attach-file -' '' '--tag t' \
		'--success EMPTY --tag EMPTY --tag a' '--attach-file EMPTY --mimetype EMPTY --file-name EMPTY --fail x' \
		'--attach-file file --mimetype EMPTY'; do
		read -ra words <<<"$arguments"
		words=("${words[@]/#EMPTY/}")
		/usr/bin/subunit-output "${words[@]}" <file >theirs
		./subunit-output "${words[@]}" <file >ours
		diff <(subunit2 convert --to=json theirs | sed 's/"timestamp":"[^"]*",//') \
			<(subunit2 convert --to=json ours | sed 's/"timestamp":"[^"]*",//')
	done
	# Where that tool breaks off.
	./subunit-output --attach-file - --file-name name <file | subunit2 convert --to=json |
		grep -F '"file_name":"name","file_text":"log\n","eof":true}'
	run -2 --separate-stderr ./subunit-output --fail x --skip y
	[ "$stderr" = 'subunit-output: --skip=y: only one status can be reported at once' ]
	run -2 --separate-stderr ./subunit-output --mimetype a/b
	[ "$stderr" = 'subunit-output: --mimetype: there is no --attach-file' ]
	run -2 --separate-stderr ./subunit-output --file-name b
	[ "$stderr" = 'subunit-output: --file-name: there is no --attach-file' ]
}
