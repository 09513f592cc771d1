#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# Our JUnit, read by the code of five consumers: every case, its outcome and its cause are there.
# Needs: npm python3

export BUILD=${BUILD:-$BATS_TEST_DIRNAME/../../build}
load ../common

fixtures=$BATS_TEST_DIRNAME/../fixtures

# The packages of npm are kept in the build folder.
setup_file() {
	local folder=$BATS_TEST_DIRNAME/../../build/suites/junit
	mkdir -p "$folder"
	cp "$BATS_TEST_DIRNAME"/../suites/npm/junit/package*.json "$folder"
	cd "$folder"
	if ! cmp -s package-lock.json installed; then
		npm ci --ignore-scripts --no-audit --no-fund >&2
		cp package-lock.json installed
	fi
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	ln -s "$(realpath "$BATS_TEST_DIRNAME/../../build/suites/junit/node_modules")" node_modules
}

# Ten streams: TAP scripts, formats that are read, hostile text, attempts, two machines.
write_streams() {
	subunit2 convert -o tap.xml "$fixtures/tap/test-more.tap" "$fixtures/tap/node.tap"
	subunit2 convert -o run.xml "$fixtures/formats/run.json"
	subunit2 convert -o go.xml "$fixtures/gojson/1.27.json"
	for producer in pytest gtest catch2 node; do
		subunit2 convert -o "$producer.xml" "$fixtures/junit/$producer.xml"
	done
	printf '%s\n' ']]></failure></testcase>' '<!-- & -->' $'\e[31mred\e[0m \x01\xff' >said
	{
		subunit2 status 'a <b> "c" & d' fail -m ']]> <x/> "&lt;"' -a stdout=said -a stderr=said
		subunit2 status "it's" skip -m "'why' & <how>"
		subunit2 status 'ü::ß' xfail
		subunit2 status open start
	} | subunit2 convert -o hostile.xml
	mkdir t
	printf '[ -e seen ] || { touch seen; exit 1; }\n' >t/flaky.sh
	printf '1..2\nok 1 - a\nnot ok 2 - b\n# got 5\n' >t/x.t
	subunit2 run -q -e sh --retries=1 t/flaky.sh -o one.subunit
	subunit2 run -q -e cat t/x.t -o two.subunit || [ $? = 1 ]
	cat one.subunit two.subunit | subunit2 convert -o attempts.xml
	cat <(subunit2 filter --add-route=linux two.subunit) <(subunit2 filter --add-route=mac two.subunit) |
		subunit2 convert -o machines.xml
}

# Prints what junitparser reads in FILE, as junit_consumers.mjs does.
junitparser() {
	/usr/bin/python3 - "$1" <<-'END'
		import sys
		from junitparser import JUnitXml, Failure, Error, Skipped
		for suite in JUnitXml.fromfile(sys.argv[1]):
		    for case in suite:
		        bad = [result for result in case.result if type(result) in (Failure, Error)]
		        skipped = any(type(result) is Skipped for result in case.result)
		        lines = [line.strip() for line in (bad[0].text or "").splitlines()] if bad else []
		        cause = next(filter(None, lines), "")
		        print("FAIL" if bad else "SKIP" if skipped else "PASS", case.name, cause, sep="\t")
	END
}

@test "five consumers read the same cases, outcomes and causes in ten streams" {
	write_streams
	files=(./*.xml)
	[ ${#files[@]} = 10 ]
	for file in *.xml; do
		junitparser "$file" | LC_ALL=C sort >expected
		[ -s expected ]
		node "$BATS_TEST_DIRNAME/junit_consumers.mjs" "$file" >"read.tsv"
		# This one prefers standard error to the text of the failure.
		grep ^test-results-parser read.tsv | cut -f 2,3 | LC_ALL=C sort | diff <(cut -f 1,2 expected) -
		for consumer in junit2json junit-to-ctrf xunit-viewer; do
			sed -n "s/^$consumer\t//p" read.tsv | LC_ALL=C sort | diff expected - >differences ||
				{ echo "$file: $consumer"; cat differences; false; }
		done
	done
	# As many of them failed as the summary says.
	for file in tap go hostile; do
		failed=$(junitparser "$file.xml" | grep -c '^FAIL') || true
		xmllint --xpath 'string(/testsuites/@failures + /testsuites/@errors)' "$file.xml" | grep -x "$failed"
	done
}
