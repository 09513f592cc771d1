#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Other harnesses: runs the commands of their examples, and checks the stream.
# Needs: cmake meson prove pytest-3

load common

examples=$BATS_TEST_DIRNAME/../examples
fixtures=$BATS_TEST_DIRNAME/fixtures/harnesses

setup() {
	unset MAKEFLAGS MFLAGS MAKELEVEL GITHUB_ACTIONS SUBUNIT2_TEST_ID SUBUNIT2_OUTPUT
	# Use the tools of Debian's packages, even if others come first in PATH.
	export PATH=$BUILD:/usr/bin:/bin
}

# Runs the first block of commands in the README.md of an example, in a copy of its folder.
follow() { # NAME
	cp -R "$examples/$1" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/$1"
	awk '/^    / { on = 1; print; next } on { exit }' README.md >commands.sh
	local status=0
	timeout 120 bash -e commands.sh >said 2>&1 </dev/null || status=$?
	cat said # shown if the test fails
	return "$status"
}

# Prints the tests and the reasons of skips, without the output of the harness.
events() { # STREAM
	subunit2 filter --file=reason "$1" | subunit2 convert --to=json |
		sed -E 's/"timestamp":"[^"]*",//; s/^\{"subunit":2,//'"; s,$PWD/,,g"
}

@test "prove: every script is a test with its assertions" {
	follow prove
	grep -F 'scripts: 3 passed; assertions: 3 passed, 1 skipped, 1 todo' said
	events prove.subunit | diff "$fixtures/prove.json" -
}

@test "meson: every test is a test, under the path of its program" {
	follow meson
	# Meson runs the tests in parallel.
	events meson.subunit | sort | diff "$fixtures/meson.json" -
}

@test "meson under wrap: the output of a failure, which the console lacks" {
	cd "$BATS_TEST_TMPDIR"
	cat >meson.build <<-'END'
		project('p')
		sh = find_program('sh')
		test('good', sh, args: ['-c', 'exit 0'])
		test('bad', sh, args: ['-c', 'echo why; echo because >&2; exit 1'])
	END
	meson setup b
	run -1 subunit2 wrap -i it -q -o out.subunit -- meson test -C b
	subunit2 filter --match='bad$' --file=stderr out.subunit | subunit2 convert --to=json |
		grep -F '"file_text":"because\n"'
	subunit2 filter --match='bad$' --file=stdout out.subunit | subunit2 convert --to=json |
		grep -F '"file_text":"why\n"'
}

@test "ctest: every test is a test, under its name" {
	follow ctest
	events ctest.subunit | diff "$fixtures/ctest.json" -
}

@test "ctest: the emulator of a cross build wraps programs that CMake builds" {
	grep -F -e "-DCMAKE_CROSSCOMPILING_EMULATOR='subunit2;wrap;--transparent;--'" "$examples/ctest/README.md"
	cd "$BATS_TEST_TMPDIR"
	cp "$examples/ctest/pipes.t" .
	cat >CMakeLists.txt <<-'END'
		cmake_minimum_required(VERSION 3.16)
		project(example NONE)
		enable_testing()
		add_executable(pipes IMPORTED)
		set_target_properties(pipes PROPERTIES
			IMPORTED_LOCATION ${CMAKE_CURRENT_SOURCE_DIR}/pipes.t)
		add_test(NAME pipes COMMAND pipes)
	END
	cmake -B build -DCMAKE_CROSSCOMPILING_EMULATOR='subunit2;wrap;--transparent;--'
	subunit2 wrap -q -o out.subunit -- ctest --test-dir build
	[ "$(subunit2 ls --all out.subunit | sed "s,$PWD/,," | sort)" = \
		$'ctest --test-dir build\npipes.t\npipes.t::cat\npipes.t::tee' ]
}

@test "pytest: one test as a command, and its single tests from its XML" {
	follow pytest
	[ "$(subunit2 ls --all pytest.subunit)" = pytest ]
	sed -n '/--junit-xml/,/^$/p' README.md >commands.sh
	timeout 120 bash -e commands.sh >said 2>&1
	grep -F 'scripts: 3 passed, 1 skipped' said
	events pytest.subunit | diff "$fixtures/pytest.json" -
}

@test "go: each test and subtest, from recorded output of go test -json" {
	cd "$BATS_TEST_TMPDIR"
	subunit2 report <"$fixtures/go.said" | grep -F 'scripts: 1 passed; assertions: 3 passed, 1 skipped'
	subunit2 convert -o go.subunit <"$fixtures/go.said"
	events go.subunit | diff "$fixtures/go.json" -
}
