#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# --ci: which service's log is written, and that packets are not printed into a log.

# shellcheck disable=SC2154 # run sets stderr

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset CI GITHUB_ACTIONS GITLAB_CI GITHUB_STEP_SUMMARY NO_COLOR
	subunit2 status --timestamp=@1 a fail -m why >stream
	printf '#!/bin/sh\necho no >&2\nexit 1\n' >t.sh
	chmod +x t.sh
}

@test "--ci detects the service, and --ci=SERVICE names it" {
	[[ $(GITHUB_ACTIONS=true subunit2 report --ci stream) == '::error title=a::why'* ]]
	[[ $(GITLAB_CI=true subunit2 report --ci stream) == *section_start:* ]]
	[[ $(JENKINS_URL=x subunit2 report --ci stream) == 'FAIL  a'* ]]
	[[ $(GITLAB_CI=true subunit2 report --ci=github stream) == '::error '* ]]
	[[ $(GITHUB_ACTIONS=true subunit2 report --ci=gitlab stream) == *section_start:* ]]
	[[ $(GITHUB_ACTIONS=true subunit2 report --ci=plain stream) == 'FAIL  a'* ]]
}

@test "run and wrap take --ci, and its value only after =" {
	run -1 --separate-stderr subunit2 run --ci=github ./t.sh
	[[ $output == '::error file=t.sh,title=t.sh::exit status 1%0Ano'* ]]
	run -1 --separate-stderr subunit2 wrap --ci ./t.sh
	[[ $output == 'FAIL  ./t.sh '* ]]
	run -1 --separate-stderr subunit2 wrap --ci=gitlab -o x.subunit ./t.sh
	[[ $output == *section_start:* ]]
	[ "$(subunit2 ls x.subunit)" = ./t.sh ]
}

@test "--ci: usage errors" {
	run -2 --separate-stderr subunit2 report --ci=travis stream
	[ "$stderr" = 'subunit2 report: --ci=travis: not github, gitlab or plain' ]
	run -2 --separate-stderr subunit2 report --to=text --ci stream
	[ "$stderr" = 'subunit2 report: --ci: standard output has a format already' ]
	run -2 --separate-stderr subunit2 report --ci --to=text stream
	[ "$stderr" = 'subunit2 report: --to=text: standard output has a format already' ]
	run -2 --separate-stderr subunit2 report --follow=x stream
	[ "$stderr" = 'subunit2 report: --follow=x: option does not take an argument' ]
}

# Prints what the command of a job writes to the log.
log_of() { # SCRIPT
	CI=true sh -c "$1; :" >log 2>log.err
	cat log
}

@test "in the log of a job, run and wrap print text" {
	for command in 'subunit2 run ./t.sh' 'subunit2 wrap ./t.sh' 'sh -c "subunit2 wrap ./t.sh; :"' \
		'subunit2 run ./t.sh 2>&1 | tee copy'; do
		[[ $(log_of "$command") == 'FAIL  '* ]] || { echo "$command"; false; }
	done
	# The job of GitHub has a pipe for each of the two.
	mkfifo out err
	cat out >log 3>&- &
	cat err >log.err 3>&- &
	CI=true GITHUB_ACTIONS=true sh -c 'subunit2 run ./t.sh; :' >out 2>err
	wait
	grep -q '^::error ' log
}

@test "a stream that is redirected in a job stays a stream" {
	for command in 'subunit2 wrap ./t.sh | subunit2 ls' 'subunit2 wrap ./t.sh >x; subunit2 ls x' \
		'x=$(subunit2 wrap --to=json ./t.sh); echo "$x" | subunit2 ls' \
		'subunit2 wrap --to=subunit ./t.sh >x; subunit2 ls x' \
		'(subunit2 wrap ./t.sh; :) | subunit2 ls' 'sh job.sh | subunit2 ls' \
		'subunit2 mux --command="subunit2 wrap ./t.sh; :" >x; subunit2 ls x' \
		'subunit2 wrap --exit=stream ./t.sh >&1 | subunit2 ls' ; do
		echo 'subunit2 wrap ./t.sh; :' >job.sh
		[ "$(log_of "$command")" = ./t.sh ] || { echo "$command"; cat log; false; }
	done
	# Within a test.
	echo 'subunit2 wrap -i inner true; :' >outer.sh
	[[ $(CI=true subunit2 wrap sh outer.sh | subunit2 ls --all) == *inner* ]]
	[[ $(log_of 'subunit2 wrap sh outer.sh') == *'pass  inner'* ]]
	# --exit=stream is for programs that read packets.
	log_of 'subunit2 run --exit=stream ./t.sh' | cmp -n 1 - <(printf '\xb3')
}

@test "--ci with --history: the past of each failure, and the runs" {
	for run in 1 2; do
		subunit2 run -q -o runs/ ./t.sh || [ $? = 1 ]
	done
	for service in github gitlab plain; do
		run -1 --separate-stderr subunit2 report --ci=$service --history runs
		echo "$output" >log
		grep -x '  past: FF' log
		grep -xE '  [01]  1 failed  .*' log
		[ "$(grep -c '^command: subunit2 run ' log)" = 1 ]
	done
}
