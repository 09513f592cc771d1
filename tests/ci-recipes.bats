#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# The jobs in subunit2-ci(7) and README.md, as they are written, under each service's environment.
# Needs: mandoc python3:yaml perl make

load common

setup() {
	cp -R "$BATS_TEST_DIRNAME/readme/." "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
	git init -q .
}

# Writes the scripts of recipe $1, such as "github shell", to script.1, script.2, …, the artifacts
# that it keeps to artifacts, a line each, and its JUnit files to reports.
extract() {
	{
		mandoc -T utf8 -O width=200 "$BATS_TEST_DIRNAME/../man/subunit2-ci.7" | col -bx
		awk '/^```/ && on { exit } on; /^```yaml$/ { on = 1; print "# github readme" }' \
			"$BATS_TEST_DIRNAME/../README.md"
	} >page
	/usr/bin/python3 - "$1" <<-'END'
		import re, sys, textwrap, yaml
		service, name = sys.argv[1].split()
		marker = re.compile(r"^(\s*)(#|//) %s %s$" % (service, name))
		lines, block, indent = open("page", encoding="utf-8").read().split("\n"), [], None
		for line in lines:
		    match = marker.match(line)
		    if match:
		        indent = match.group(1)
		    elif indent is not None:
		        if line and not line.startswith(indent):
		            break
		        block.append(line[len(indent):])
		text = "\n".join(block)
		scripts, artifacts, reports = [], [], []
		if service == "github":
		    for job in yaml.safe_load(text)["jobs"].values():
		        for step in job["steps"]:
		            if "run" in step:
		                scripts.append(step["run"])
		            elif "upload-artifact" in step["uses"]:
		                artifacts.append(step["with"]["path"])
		elif service == "gitlab":
		    for job in yaml.safe_load(text).values():
		        if isinstance(job, dict):
		            scripts.append("\n".join(job["script"]))
		            artifacts += job["artifacts"]["paths"]
		            reports += [job["artifacts"]["reports"]["junit"]] if "reports" in job["artifacts"] else []
		elif service == "jenkins":
		    for match in re.finditer(r"\bsh ('''(.*?)'''|'([^'\n]*)')", text, re.S):
		        scripts.append(textwrap.dedent(match.group(2) or match.group(3)))
		    reports = re.findall(r"junit '(.*?)'", text)
		    artifacts = re.findall(r"archiveArtifacts '(.*?)'", text)
		else:
		    scripts.append(text)
		assert scripts, text
		for number, script in enumerate(scripts, 1):
		    open("script.%d" % number, "w", encoding="utf-8").write(script + "\n")
		open("artifacts", "w").write("".join(x + "\n" for x in artifacts))
		open("reports", "w").write("".join(x + "\n" for x in reports))
	END
}

# Runs script.$2 as the service $1 does; the log of the job is the file log.
job() {
	local status=0
	mkfifo out err
	cat out >>log 3>&- &
	cat err >>log 3>&- &
	case $1 in
	github)
		CI=true GITHUB_ACTIONS=true GITHUB_WORKSPACE=$PWD GITHUB_STEP_SUMMARY=$PWD/summary.md \
			bash --noprofile --norc -eo pipefail "script.$2" >out 2>err || status=$?
		;;
	gitlab)
		{
			echo 'set -eo pipefail'
			cat "script.$2"
		} | CI=true GITLAB_CI=true bash >out 2>err || status=$?
		;;
	jenkins)
		JENKINS_URL=http://localhost BUILD_ID=1 sh -xe "script.$2" >log.sh 2>&1 || status=$?
		: >out 2>err
		cat log.sh >>log
		;;
	sh)
		CI=true sh -e "script.$2" >out 2>err || status=$?
		;;
	esac
	wait
	rm out err
	return "$status"
}

# Everything that a recipe keeps is there, and its log is text.
complete() {
	while read -r pattern; do
		# shellcheck disable=SC2086 # a pattern
		[[ $pattern == *.d ]] || ls $pattern >/dev/null
	done < <(cat artifacts reports)
	while read -r report; do
		xmllint --noout "$report"
	done <reports
	run ! grep -q $'\xb3' log
}

@test "a folder of shell tests, and a C project" {
	for service in github gitlab jenkins; do
		for project in shell c; do
			rm -rf log results.*
			extract "$service $project"
			job "$service" 1
			complete
			subunit2 report -q results.subunit
		done
	done
	grep -q '<h2>make check</h2>' summary.md
	rm -rf log results.*
	extract 'github readme'
	job github 1
	complete
}

@test "the job fails if a test fails, and its log says why" {
	echo 'echo "cp: no space" >&2; exit 3' >t/bad.sh
	chmod +x t/bad.sh
	sed -i "s/lc 'ABC', 'abc'/lc 'ABC', 'abd'/" t/text.t
	for service in github gitlab jenkins; do
		rm -rf log results.*
		extract "$service shell"
		run -1 job "$service" 1
		complete
		grep -q 'cp: no space' log
		[ "$(xmllint --xpath 'count(//failure)' results.xml)" = 2 ]
	done
	grep -q '^::error file=t/text.t,line=2,title=t/text.t%3A%3Alower case::got abc, want abd$' <(
		rm -f log
		extract 'github shell'
		job github 1 || true
		cat log
	)
	grep -F 't/text.t:2' summary.md
	extract 'github c'
	rm -rf log results.*
	run -1 job github 1 || [ "$status" = 2 ]
	complete
}

@test "a matrix: the last job reports all machines, and one that is missing" {
	for service in github gitlab jenkins; do
		rm -rf log streams all.*
		extract "$service matrix"
		machines=(linux mac)
		[ "$service" != github ] || machines=(ubuntu-latest macos-latest)
		for MACHINE in "${machines[@]}"; do
			export MACHINE
			job "$service" 1
		done
		job "$service" 2
		complete
		[ "$(subunit2 convert --to=csv all.subunit | grep -c "^t/sizes.sh,success,")" = 2 ]
		rm "streams/${machines[1]}.subunit"
		run -1 job "$service" 2
		subunit2 ls --all --failing all.subunit | grep -x subunit.input
	done
}

@test "coverage that is attached without a test is collected" {
	echo 'TN:a' >coverage.info
	extract 'sh coverage-worker'
	job sh 1
	mkdir streams
	cp results.subunit streams/a.subunit
	cp results.subunit streams/b.subunit
	extract 'sh coverage-merge'
	printf '#!/bin/sh\ncat "$3" >genhtml.in\n' >genhtml
	chmod +x genhtml
	PATH=$PWD:$PATH job sh 1
	diff genhtml.in - <<<$'TN:a\nTN:a'
	run ! grep -q $'\xb3' log
	echo 'exit 1' >t/bad.sh
	chmod +x t/bad.sh
	extract 'sh coverage-worker'
	run -1 job sh 1
	subunit2 convert -o disk:one results.subunit
	cmp one/coverage.info coverage.info
}
