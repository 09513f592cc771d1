#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run and report on a terminal: progress, failures as they happen, and the report at
# the end. The terminal is tmux's.
# Needs: tmux python3

setup() {
	load common
	load runs
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS NO_COLOR CLICOLOR_FORCE TMUX
	cd "$BATS_TEST_TMPDIR"
	socket=$BATS_TEST_TMPDIR/tmux
}

teardown() {
	tmux -S "$socket" kill-server 2>/dev/null || :
}

# Runs COMMAND in a terminal of that size. The terminal stays open after COMMAND has ended, and
# its shell ignores ^C.
terminal() { # COLUMNS ROWS COMMAND
	SHELL=/bin/sh tmux -S "$socket" -f /dev/null new-session -d -x "$1" -y "$2" \
		"trap : INT; $3; echo \"ended: \$?\"; exec sleep 1000" 3>&- 9>&-
}

screen() {
	tmux -S "$socket" capture-pane -p -S - "$@"
}

shows() { # REGEX
	screen | grep -E -- "$1"
}

shows_once() { # REGEX
	[ "$(screen | grep -cE -- "$1")" -eq 1 ]
}

# The same with wrapped lines joined.
shows_once_joined() { # REGEX
	[ "$(screen -J | grep -cE -- "$1")" -eq 1 ]
}

# Waits until the terminal shows that.
see() { # REGEX
	until_true shows "$1" || { screen; return 1; }
}

unseen() { # REGEX
	! shows "$1"
}

@test "progress while tests run, failures as they happen" {
	script t/a.sh <<<'exit 0'
	script t/b.sh <<<'echo what went wrong; exit 3'
	script t/c.sh <<<'until [ -e go ]; do sleep 0.02; done'
	script t/d.sh <<<'exit 0'
	terminal 80 24 'subunit2 run'
	see '^\[#+ +\] 2/4  1 passed, 1 failed  .* left'
	see '^  t/c.sh  [0-9.]+'
	see '^FAIL  t/b.sh'
	see '\| what went wrong'
	unseen '^pass  t/a.sh' # it is in the counts
	touch go
	see '^ended: 1'
	unseen '^\['
	unseen '^  t/c.sh  [0-9]'
	[ "$(screen | grep -c '^FAIL  t/b.sh')" -eq 1 ]
	shows '^scripts: 3 passed, 1 failed'
}

@test "the end names failures again, the slowest, flaky and leaked ones" {
	script t/a.sh <<<'[ "$SUBUNIT2_ATTEMPT" -eq 2 ]'
	script t/b.sh <<<'exit 3'
	script t/c.sh <<<'setsid sleep 1000 >/dev/null 2>&1 & until grep -q sleep /proc/$!/comm; do :; done'
	for name in d e f; do script t/$name.sh <<<'exit 0'; done
	terminal 80 60 'subunit2 run -j2 --retries=1 --leak-timeout=100ms'
	see '^ended: 1'
	screen | sed -n '/^slowest:/,/^scripts:/p' >end
	[ "$(sed -n '/^slowest:/,/^[a-r]/p' end | grep -c '^ *[0-9.]*m*s  t/.\.sh$')" -eq 5 ]
	grep -A 1 '^failed:$' end | grep -Fx '  t/b.sh  # exit status 3'
	grep -A 1 '^flaky:$' end | grep -Fx '  t/a.sh  # attempt 1: exit status 1'
	grep -A 1 '^leaked:$' end | grep -x '  t/c.sh  # left running: sleep ([0-9]*)'
}

@test "the time of a running test is visible in a narrow window; its name is shortened in the middle" {
	script "t/a-$(printf '%070d' 0)z.sh" <<<'until [ -e go ]; do sleep 0.02; done'
	script t/b.sh <<<'exit 0'
	terminal 30 12 'subunit2 run -j2'
	see '^1/2  1 passed'
	see '^  t/a-0+…0+z.sh  [0-9.]+s$'
	# No line was wrapped: the running test takes one.
	until_true shows_once 00000
	tmux -S "$socket" resize-window -x 20 -y 12
	see '^  t/.*…z?.sh  [0-9.]+s$'
	touch go
	see '^ended: 0'
	[ "$(screen | grep -c 'scripts: 2 passed')" -eq 1 ]
}

@test "no time is said to be left when the last test runs longer than expected" {
	script t/a.sh <<<'exit 0'
	script t/b.sh <<<'until [ -e go ]; do sleep 0.02; done'
	terminal 80 24 'subunit2 run'
	see '^\[#+ +\] 1/2  1 passed  [0-9.]+s$'
	touch go
	see '^ended: 0'
}

@test "a message stays on the screen, and leaves no line of progress above it" {
	script t/a.sh <<<'until [ -e go ]; do sleep 0.02; done'
	script t/b.sh <<<'until [ -e go ]; do sleep 0.02; done'
	terminal 80 24 'subunit2 run -j2 --slow=300ms'
	see 't/a.sh.* (0.9|[1-9][0-9]*)'
	until_true shows_once '0/2'
	touch go
	see '^ended: 0'
	unseen '0/2'
	[ "$(screen | grep -c '^subunit2 run: t/a.sh')" -ge 1 ]
}

@test "results survive a window of 40, 60, 80, 120 and 200 columns, and each change of it" {
	script t/a.sh <<<'echo "what went wrong: $(printf "%0150d" 0)"; exit 3'
	script "t/b-$(printf '%060d' 0)z.sh" <<<'until [ -e go ]; do sleep 0.02; done'
	script "t/c-$(printf '%0160d' 0)z.sh" <<<'until [ -e go ]; do sleep 0.02; done'
	terminal 200 30 'subunit2 run -j3'
	see '^  t/c-0+z.sh  [0-9.]+'
	local columns
	for columns in 40 200 60 120 80 40; do
		tmux -S "$socket" resize-window -x "$columns" -y 30
		# It was drawn anew: the time of the second test ends its line.
		see '^  t/c-0+…?0*z.sh  [0-9.]+s$'
		until_true shows_once_joined '^FAIL  t/a.sh'
		until_true shows_once_joined 'went wrong: 0*$'
	done
	touch go
	see '^ended: 1'
	[ "$(screen -J | grep -c '^FAIL  t/a.sh')" -eq 1 ]
	[ "$(screen -J | grep -c 'scripts: 2 passed, 1 failed')" -eq 1 ]
}

@test "with several machines each line says where its test runs" {
	mkfifo stream
	exec 9<>stream
	subunit2 status t/a.sh start --route-code=mac/0 >&9
	subunit2 status t/b.sh start --route-code=linux/1 >&9
	terminal 80 24 'subunit2 report <stream'
	see '^  t/a.sh  [0-9.]+s  on mac$'
	see '^  t/b.sh  [0-9.]+s  on linux$'
	exec 9>&-
	see '^ended: 1'
}

@test "a test's control bytes are made visible" {
	script t/a.sh <<<'printf "\033]0;title\007\033[2J\033[31mred\rback\n"; exit 1'
	terminal 80 24 'subunit2 run'
	see '^ended: 1'
	shows '\\x1b\]0;title\\x07\\x1b\[2J.*red'
	[ "$(tmux -S "$socket" display-message -p '#{pane_title}')" != title ]
}

@test "colors on a terminal, unless told otherwise" {
	script t/b.sh <<<'exit 3'
	terminal 80 24 'subunit2 run; NO_COLOR=1 subunit2 run; subunit2 run --color=never'
	see '^ended: 1'
	[ "$(screen -e | grep -c '31mFAIL')" -eq 1 ]
	[ "$(screen | grep -c '^FAIL')" -eq 3 ]
}

@test "-q shows no test that passes, -v all; packets only when asked for" {
	script t/a.sh <<<'echo chatter'
	terminal 80 40 'subunit2 run -v; subunit2 run -q'
	see '^ended: 0'
	[ "$(screen | grep -c '^pass  t/a.sh')" -eq 1 ]
	[ "$(screen | grep -c 'chatter')" -eq 1 ]
}

@test "^C in the terminal: the tests end, the report is shown" {
	script t/a.sh <<<'touch up; sleep 1000'
	script t/b.sh <<<'exit 0'
	terminal 80 24 'subunit2 run --grace=300ms'
	until_true [ -e up ]
	tmux -S "$socket" send-keys C-c
	see '^ended: 130'
	shows 'interrupted by SIGINT'
	shows '^scripts: 1 failed, 1 skipped'
}

@test "report shows a live stream in the same way" {
	mkfifo stream
	exec 9<>stream
	subunit2 status t/a.sh start --timestamp="@$(($(date +%s) - 600))" >&9
	subunit2 status t/b.sh fail -m 'no database' >&9
	subunit2 status t/c.sh pass >&9
	terminal 80 24 'subunit2 report <stream'
	see '^2 done  1 passed, 1 failed  1[0-9]m'
	see '^  t/a.sh  1[0-9]m'
	see '^FAIL  t/b.sh'
	unseen '^pass  t/c.sh'
	# The writer has ^C, too, and still says how it ended.
	tmux -S "$socket" send-keys C-c
	subunit2 status t/a.sh skip >&9
	see '^3 done  1 passed, 1 failed, 1 skipped'
	exec 9>&-
	see '^ended: 1'
	[ "$(screen | grep -c '^scripts: 1 passed, 1 failed, 1 skipped')" -eq 1 ]
	unseen '^[0-9]+ done'
}

@test "a test that an earlier file left unfinished is not shown as running" {
	subunit2 status t/crashed.sh start >before
	mkfifo stream
	exec 9<>stream
	terminal 80 24 'subunit2 report before stream'
	see '^  t/crashed.sh'
	subunit2 status t/a.sh start >&9
	see '^  t/a.sh'
	until_true unseen '^  t/crashed.sh'
	subunit2 status t/a.sh pass >&9
	exec 9>&-
	see '^ended: 1'
	shows '^scripts: 1 passed, 1 unfinished'
}

@test "report --follow: ^C shows the report" {
	subunit2 status t/a.sh start >growing
	terminal 80 24 'subunit2 report --follow growing'
	see '^0 done  '
	see '^  t/a.sh  [0-9.]+'
	subunit2 status t/b.sh pass >>growing
	see '^1 done  1 passed  '
	tmux -S "$socket" send-keys C-c
	see '^ended: 1'
	shows '^UNFINISHED  t/a.sh'
	shows '^scripts: 1 passed, 1 unfinished'
	unseen '^[0-9]+ done'
}

@test "report of what is typed: ^C ends it at once" {
	terminal 80 24 'subunit2 report'
	see '^0 done  '
	tmux -S "$socket" send-keys C-c
	see '^ended: 1'
	shows '^not good: no tests'
}
