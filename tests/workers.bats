#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# subunit2 run --worker: the tests of a run at long-lived workers.
# Needs: faketime python3

setup() {
	load common
	load runs
	load background
	unset MAKEFLAGS MFLAGS GITHUB_ACTIONS
	cd "$BATS_TEST_TMPDIR"
	# A worker ends its tests when its input ends, within the grace.
	WORKER='subunit2 run --stdin=subunit --grace=200ms -j{slots}'
}

# Trivial tests t/1.sh to t/N.sh.
trivial() { # N
	local i
	for ((i = 1; i <= $1; i++)); do
		script "t/$i.sh" <<<"echo $i"
	done
}

# The routing codes of final statuses, without repetitions.
routes() {
	subunit2 convert --to=events out | awk '$4 == "runnable" && $2 ~ /success|fail|skip/' |
		grep -oE 'route=[^ ]*' | sort -u | tr '\n' ' '
}

# A script that hangs, with a daemon below it.
hang() { # NAME
	script "t/$1.sh" <<-END
		setsid sh -c 'echo \$\$ >$1-daemon.pid; exec sleep 1000' &
		echo \$\$ >$1.pid
		sleep 1000
	END
}

hangs() { # NAME...
	local name
	for name; do
		[ -s "$name.pid" ] && [ -s "$name-daemon.pid" ] || return 1
	done
}

@test "each test runs once, at some worker, and is judged as without workers" {
	trivial 8
	script t/fail.sh <<<'echo why >&2; exit 3'
	script t/skip.t <<<'echo "1..0 # SKIP not today"'
	script t/tap.t <<<'printf "%s\n" 1..1 "ok 1 - one"'
	runs 1 t
	finals >here
	runs 1 --worker="$WORKER" --instances='a*2,b' t
	whole
	finals | diff here -
	[[ $(routes) =~ ^'route=a/0 '('route=a/1 ')?'route=b/0 '$ ]]
	[ "$(attached t/fail.sh reason)" = 'exit status 3' ]
	[ "$(attached t/fail.sh stderr)" = why ]
	subunit2 convert --to=events out | grep ' success t/tap.t::one '
}

@test "a worker that is slower gets fewer tests" {
	# The first test of the slow one takes as long as 30 of the other one.
	for ((i = 1; i <= 40; i++)); do
		script "t/$i.sh" <<-'END'
			if [ "$PLACE" = fast ]; then
				touch "done.${0#t/}"
			else
				until [ "$(ls done.* | wc -l)" -ge 30 ]; do sleep 0.02; done
			fi
		END
	done
	runs 0 --worker="sh -c 'PLACE={instance} exec $WORKER'" --instances=fast,slow t
	whole
	subunit2 filter --route=slow out >slow
	[ "$(finals slow | wc -l)" -lt 15 ]
}

@test "a test that reads its standard input finds it empty" {
	script t/cat.sh <<<'cat; echo end'
	runs 0 --worker="$WORKER" --instances=a t
	[ "$(attached t/cat.sh stdout)" = end ]
	runs 0 --worker="subunit2 run --worker='$WORKER' --instances=x --stdin=subunit" --instances=a t
	[ "$(attached t/cat.sh stdout)" = end ]
}

@test "the longest tests go first, at once" {
	for name in a b c d; do script t/$name.sh <<<"exit 0"; done
	printf '%s\n' 'd 4' 'b 3' 'a 2' 'c 1' | while read -r name seconds; do
		subunit2 status --duration="${seconds}s" "t/$name.sh" success
	done >"times"
	runs 0 --worker="$WORKER" --instances=one --times=times t
	[ "$(begun | tr '\n' ' ')" = 't/d.sh t/b.sh t/a.sh t/c.sh ' ]
}

@test "--serial: a test runs when no other one does" {
	trivial 6
	for i in 1 2 3; do
		script t/serial$i.sh <<<'mkdir lock && sleep 0.1 && rmdir lock'
		script t/other$i.sh <<<'[ ! -e lock ]'
	done
	runs 0 --worker="$WORKER" --instances='a*2,b*2' --serial=serial t
	whole
	[ "$(begun | tail -n 3 | grep -c serial)" -eq 3 ]
}

@test "--retries: a test is tried again on another worker, and keeps its routing code" {
	script t/a.sh <<<'[ "$PLACE" = good ]'
	runs 0 --retries=1 --worker="sh -c 'PLACE={instance} exec $WORKER'" --instances=bad,good t
	grep -Fx "attempt 1: exit status 1" <(attached t/a.sh reason)
	whole
	[ "$(ended t/a.sh)" = 'success "flaky"' ]
	[ "$(routes)" = 'route=bad/0 ' ]
	[ "$(attached t/a.sh worker)" = good/0 ]
	attached t/a.sh attempt-1 | grep -F 'exit status 1'
}

@test "--retries: an attempt has the output of its test, not only the first test's" {
	for i in 1 2 3; do
		script t/$i.sh <<<'echo "cause of $0"; [ -e "$0.again" ] || { touch "$0.again"; exit 1; }'
	done
	runs 0 --retries=1 --worker="$WORKER" --instances=a t
	whole
	for i in 1 2 3; do
		attached t/$i.sh attempt-1 | grep -F "| cause of "
	done
}

@test "--fail-fast: nothing starts after a failure" {
	script t/1.sh <<<'exit 1'
	for i in 2 3 4; do script t/$i.sh <<<'exit 0'; done
	runs 1 --fail-fast --worker="$WORKER" --instances=a t
	whole
	diff - <(finals) <<-'END'
		fail t/1.sh
		skip t/2.sh
		skip t/3.sh
		skip t/4.sh
	END
	[ "$(attached t/2.sh reason)" = 'not run: enough has failed' ]
}

@test "a bail-out stops the run, unless told otherwise" {
	script t/1.t <<<'echo "Bail out! no disk"'
	for i in 2 3 4; do script t/$i.sh <<<'exit 0'; done
	runs 1 --worker="$WORKER" --instances=a t
	whole
	[ "$(finals | grep -c skip)" -eq 3 ]
	[ "$(attached t/4.sh reason)" = 'not run: a test bailed out' ]
	runs 1 --no-bail --worker="$WORKER --no-bail" --instances=a t
	whole
	[ "$(finals | grep -c success)" -eq 3 ]
}

@test "--load-list with a subtest, --expect-fail, --shard, --rerun" {
	script t/tap.t <<<'printf "%s\n" 1..1 "ok 1 - one"'
	script t/bad.sh <<<'exit 1'
	printf '%s\n' t/tap.t::one t/tap.t::two >list
	runs 0 --worker="$WORKER" --instances=a --load-list=list t
	whole
	[ "$(attached t/tap.t::two reason)" = 'its script no longer reports this test' ]
	echo t/bad.sh >expected
	runs 0 --worker="$WORKER" --instances=a --expect-fail=expected t
	[ "$(ended t/bad.sh)" = xfail ]
	runs 1 --worker="$WORKER" --instances=a t
	mv out before
	runs 1 --worker="$WORKER" --instances=a --rerun=before t
	[ "$(finals)" = 'fail t/bad.sh' ]
}

@test "--timeout: the test fails, and the others of its worker do not" {
	script t/1.sh <<<'echo $$ >1.pid; sleep 1000'
	script t/3.sh <<<'exit 0'
	runs 1 --timeout=3s --grace=100ms --worker="$WORKER" --instances='a*2' t/1.sh t/3.sh
	whole
	[ "$(ended t/1.sh)" = fail ]
	attached t/1.sh reason | grep -F 'timed out after 3'
	[ "$(ended t/3.sh)" = success ]
	until_true gone 1.pid
}

@test "limits of time: a test that sends packets all the time has its own" {
	script t/1.sh <<<'while :; do subunit2 status t/1.sh::x exists; done'
	runs 1 --timeout=1s --grace=100ms \
		--worker='subunit2 run --stdin=subunit --timeout=0 --grace=100ms -j1' --instances=a t
	attached t/1.sh reason | grep -F 'timed out after 1.00'
}

@test "--timeout=auto: each test has a limit that follows from earlier runs" {
	trivial 3
	subunit2 status t/1.sh pass --duration=2ms >old
	subunit2 status t/3.sh pass --duration=3s >>old
	runs 0 --timeout=auto --times=old --worker="$WORKER" --instances='a*2' t
	whole
	[ "$(attached t/1.sh timeout)" = '10.00s; the longest known time is 0.002s' ]
	[ "$(attached t/3.sh timeout)" = '30.00s; the longest known time is 3.00s' ]
	[ -z "$(attached t/2.sh timeout)" ]
}

@test "--until-failure: the tests run again and again, until one fails" {
	script t/1.sh <<<'echo x >>rounds; [ "$(wc -l <rounds)" -lt 3 ]'
	script t/2.sh <<<'exit 0'
	runs 1 --until-failure --worker="$WORKER" --instances=a,b t
	[ "$(finals | grep -c 'success t/1.sh')" -eq 2 ]
	[ "$(finals | grep -c 'fail t/1.sh')" -eq 1 ]
	[ "$(finals | grep -c 'success t/2.sh')" -ge 2 ]
	# Without a test, and interrupted.
	runs 1 --until-failure --match=none --worker="$WORKER" --instances=a t
	rm rounds
	start --until-failure --worker="$WORKER" --instances=a t/2.sh
	until_true sh -c '[ "$(subunit2 convert --to=events out | grep -c success)" -ge 3 ]'
	kill -INT "$pid"
	stops 130
}

@test "--order: failures of the last run go first" {
	trivial 3
	for i in 1 3; do subunit2 status t/$i.sh pass --duration=5s; done >old
	subunit2 status t/2.sh fail --duration=1s >>old
	runs 0 --order=failed-first --times=old --worker="$WORKER" --instances=a t
	[ "$(begun | head -n 1)" = t/2.sh ]
	runs 0 --order=listed --times=old --worker="$WORKER" --instances=a t
	[ "$(begun | paste -sd' ')" = 't/1.sh t/2.sh t/3.sh' ]
}

@test "--max-time: tests that run are ended, and the others skipped" {
	script t/1.sh <<<'echo $$ >1.pid; sleep 1000'
	script t/2.sh <<<'exit 0'
	script t/3.sh <<<'exit 0'
	runs 1 --max-time=4s --worker="$WORKER" --instances=a t
	whole
	[ "$(ended t/1.sh)" = fail ]
	[ "$(attached t/1.sh reason | head -n 1)" = 'ended: the run took longer than --max-time' ]
	# The second one waited at the worker.
	local id
	for id in t/2.sh t/3.sh; do
		[ "$(ended $id)" = skip ]
		[ "$(attached $id reason)" = 'not run: the run took longer than --max-time' ]
	done
	until_true gone 1.pid
	# The same through a worker between.
	runs 1 --max-time=4s --worker="subunit2 run --stdin=subunit --worker='$WORKER' --instances=b" \
		--instances=a t
	[ "$(attached t/1.sh reason | head -n 1)" = 'ended: the run took longer than --max-time' ]
	[ "$(attached t/2.sh reason)" = 'not run: the run took longer than --max-time' ]
}

# The statuses of t/1.sh, t/2.sh and t/3.sh, and why the last two did not run.
ends_of_cut() {
	local id
	for id in t/1.sh t/2.sh t/3.sh; do
		ended $id
	done | paste -sd' '
	for id in t/2.sh t/3.sh; do
		printf '%s\n' "$(attached $id reason)"
	done | sort -u
}

@test "a run that --max-time cuts is not good, also if the tests that began have succeeded" {
	local over='not run: the run took longer than --max-time' worker
	trivial 3
	# The first test succeeds after the limit, before the worker ends.
	script worker.sh <<-'END'
		trap "" TERM
		subunit2 status t/1.sh start
		cat >/dev/null
		subunit2 status t/1.sh pass
	END
	runs 1 --max-time=1s --worker=./worker.sh --instances=a t
	whole
	[ "$(ends_of_cut)" = "success fail skip"$'\n'"$over" ]
	runs 1 --max-time=3s --worker="subunit2 run --stdin=subunit --worker=$PWD/worker.sh --instances=b" \
		--instances=a t
	[ "$(ends_of_cut)" = "success fail skip"$'\n'"$over" ]
	# The worker begins no test.
	for worker in 'exec sleep 1000' 'cat >/dev/null'; do
		runs 1 --max-time=500ms --worker="$worker" --instances=a t
		whole
		[ "$(ends_of_cut)" = "fail skip skip"$'\n'"$over" ]
	done
}

@test "a test that an interrupted worker has not begun runs at a worker that goes on" {
	trivial 3
	script t/1.sh <<-'END'
		[ -e began ] && exit 0
		>began
		kill -TERM $(ps -o ppid= -p $(ps -o ppid= -p $$))
		sleep 1000
	END
	runs 0 --retries=1 --worker='subunit2 run --stdin=subunit' --instances=a t
	[ "$(finals | paste -sd' ')" = 'success t/1.sh success t/2.sh success t/3.sh' ]
	# With no further attempt, the failed one counts.
	rm began
	runs 1 --worker='subunit2 run --stdin=subunit' --instances=a t
	[ "$(finals | paste -sd' ')" = 'fail t/1.sh success t/2.sh success t/3.sh' ]
}

@test "--expect-fail: a test that did not run, or not to its end, has not failed as expected" {
	script t/fails.sh <<<'exit 1'
	script t/hangs.sh <<<'sleep 1000'
	script t/lost.sh <<<'exit 1'
	sed -i '1s|.*|#!/nonexistent|' t/lost.sh
	printf '%s\n' t/fails.sh t/hangs.sh t/lost.sh >expected
	runs 1 --expect-fail=expected --worker="$WORKER --timeout=2s" --instances=a t/fails.sh t/hangs.sh t/lost.sh
	[ "$(finals | paste -sd' ')" = 'xfail t/fails.sh fail t/hangs.sh fail t/lost.sh' ]
}

@test "a test that a signal ends names the signal that the run got" {
	hang 1
	start --worker="$WORKER" --instances=a t
	until_true [ -s 1.pid ]
	kill -INT "$pid"
	stops 130
	[ "$(attached t/1.sh reason | head -n 1)" = 'interrupted by SIGINT' ]
}

@test "a second signal kills workers that do not end" {
	script t/1.sh <<<'trap "" TERM; echo $$ >1.pid; while :; do sleep 0.05; done'
	start --grace=1000s --worker='subunit2 run --stdin=subunit --grace=1000s' --instances=a t
	until_true [ -s 1.pid ]
	# Signals that follow each other at once count as one.
	while kill -INT "$pid" 2>/dev/null; do sleep 0.1; done 3>&- 4>&- &
	stops 130
	until_true gone 1.pid
	whole
}

@test "--slow and SIGUSR1 name the tests that run, and where" {
	script t/1.sh <<<'touch started; until [ -e end ]; do sleep 0.02; done'
	start --slow=100ms --worker="$WORKER" --instances=mac t
	until_true [ -e started ]
	until_true grep -F 't/1.sh: still running after' err
	kill -USR1 "$pid"
	until_true grep -F 't/1.sh: running on mac for' err
	touch end
	stops 0
}

# Ends the worker that runs the test of that pid file.
kill_worker_of() { # FILE
	local shim worker
	shim=$(ps -o ppid= -p "$(cat "$1")")
	worker=$(ps -o ppid= -p "$((shim))")
	kill -KILL "$((worker))"
}

@test "a worker that is killed loses the test that runs, and no other" {
	script t/1.sh <<<'echo $$ >1.pid; sleep 1000'
	for i in 2 3 4; do script t/$i.sh <<<'exit 0'; done
	start --worker="$WORKER" --instances=a t
	until_true [ -s 1.pid ]
	kill_worker_of 1.pid
	stops 1
	whole
	[ "$(ended t/1.sh)" = 'fail "infrastructure"' ]
	attached t/1.sh reason | grep -F 'its worker was lost while it ran'
	attached t/1.sh reason | grep -F 'a: died of SIGKILL'
	[ "$(finals | grep -c success)" -eq 3 ]
	until_true gone 1.pid
}

@test "with --retries a test of a lost worker runs elsewhere" {
	script t/1.sh <<<'mkdir first 2>/dev/null || exit 0; echo $$ >1.pid; sleep 1000'
	start --retries=1 --worker="$WORKER" --instances=a,b t
	until_true [ -s 1.pid ]
	kill_worker_of 1.pid
	stops 0
	whole
	[ "$(ended t/1.sh)" = 'success "flaky"' ]
	attached t/1.sh attempt-1 | grep -F 'its worker was lost'
}

@test "a worker that cannot start: the tests run elsewhere, or fail with the reason" {
	trivial 4
	runs 0 --worker="sh -c 'test {instance} = good || { echo no such host >&2; exit 255; }; exec $WORKER'" \
		--instances=bad,good --worker-restarts=0 t
	whole
	[ "$(routes)" = 'route=good/0 ' ]
	runs 1 --worker="sh -c 'echo no such host >&2; exit 255'" --instances=x,y --worker-restarts=0 t
	whole
	[ "$(finals | grep -c '^fail')" -eq 4 ]
	[ "$(ended t/1.sh)" = 'fail "infrastructure"' ]
	attached t/1.sh reason | grep -F 'no worker is left'
	attached t/1.sh reason | grep -F 'x: exit status 255: no such host'
	runs 1 --worker='/nowhere/{instance}' --instances=x --worker-restarts=0 t
	attached t/1.sh reason | grep -F 'x: cannot be executed: /nowhere/x: No such file or directory'
	run -3 --separate-stderr subunit2 run --worker='x{instance}' --instances='a;b' t
	[ "$stderr" = 'subunit2 run: --worker: cannot put {instance} into "x{instance}": a character of it has a meaning there' ]
}

@test "a worker is started again, after a pause" {
	trivial 3
	runs 0 --worker="sh -c 'mkdir tried || exec $WORKER; exit 1'" --instances=a t
	whole
	[ "$(finals | grep -c success)" -eq 3 ]
	grep -F 'a: exit status 1' err
}

@test "--worker-timeout: a worker that falls silent is replaced" {
	script t/1.sh <<<'exit 0'
	runs 0 --worker-timeout=3s --grace=100ms \
		--worker="sh -c 'mkdir tried || exec $WORKER; exec sleep 1000'" --instances=a t
	whole
	runs 1 --worker-timeout=300ms --grace=100ms --worker-restarts=0 --worker='sleep 1000' --instances=a t
	attached t/1.sh reason | grep -F 'a: silent for 0.300s'
}

# A worker in Python that does what its first argument says.
liar() {
	cat >liar.py <<-'END'
		import subunit, sys
		out = subunit.StreamResultToBytes(sys.stdout.buffer)
		class Requests:
		    def status(self, test_id=None, test_status=None, **rest):
		        if test_status == "exists":
		            answer(test_id)
		            sys.stdout.buffer.flush()
		how = sys.argv[1]
		def answer(test):
		    if how == "twice":
		        out.status(test_id=test, test_status="inprogress")
		        out.status(test_id=test, test_status="success")
		        out.status(test_id=test, test_status="skip")
		    elif how == "fails":
		        out.status(test_id=test, test_status="success")
		        out.status(test_id=test, test_status="fail")
		    elif how == "other":
		        out.status(test_id="t/3.sh" if test != "t/3.sh" else "t/1.sh", test_status="success")
		        out.status(test_id=test, test_status="success")
		    elif how == "route":
		        out.status(test_id=test, test_status="success", route_code="b/0")
		    elif how == "damage":
		        out.status(test_id=test, test_status="inprogress")
		        sys.stdout.buffer.write(bytes.fromhex("b329010c03666f6f08555f1c"))
		        out.status(test_id=test, test_status="success")
		    elif how == "ahead":
		        import datetime
		        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
		        out.status(test_id=test, test_status="inprogress", timestamp=now)
		        out.status(test_id=test, test_status="success", timestamp=now)
		subunit.ByteStreamToStreamResult(sys.stdin.buffer, "text").run(Requests())
	END
}

@test "a second final status, and one for a test that runs elsewhere, are ignored, unless they are bad" {
	trivial 3
	liar
	runs 0 --worker='/usr/bin/python3 liar.py twice' --instances=a t
	whole
	[ "$(finals | grep -c success)" -eq 3 ]
	grep -F 'a: ignored a result of t/1.sh' err
	runs 1 --worker='/usr/bin/python3 liar.py fails' --instances=a t
	[ "$(finals | grep -c success)" -eq 3 ]
	[ "$(finals | grep -c fail)" -eq 3 ]
	grep -F 'a: sent a result of t/1.sh, which does not run there' err
	attached t/1.sh reason | grep -Fx 'sent by a worker at which the test does not run'
	runs 0 --worker='/usr/bin/python3 liar.py other' --instances=a t
	whole
	[ "$(finals | grep -c success)" -eq 3 ]
}

@test "a script cannot end its test, or another one, under the routing code of its slot" {
	script t/1.sh <<<'subunit2 status --route-code=7 t/1.sh ok; subunit2 status t/2.sh ok; exit 1'
	script t/2.sh <<<'exit 1'
	script t/3.sh <<<'subunit2 status t/1.sh fail'
	for retries in 0 1; do
		runs 1 --worker="$WORKER" --instances=a --retries=$retries t
		finals | diff - <(printf '%s\n' 'fail t/1.sh' 'fail t/1.sh' 'success t/1.sh' 'fail t/2.sh' 'fail t/3.sh' |
			LC_ALL=C sort -k 2)
	done
}

@test "a worker cannot write under the routing code of another one" {
	trivial 1
	liar
	runs 0 --worker='/usr/bin/python3 liar.py route' --instances=a t
	[ "$(routes)" = 'route=a/b/0 ' ]
}

@test "a worker that sends damage fails its test, and is started again" {
	trivial 2
	liar
	runs 1 --worker='/usr/bin/python3 liar.py damage' --instances=a --worker-restarts=0 --grace=100ms t
	whole
	[ "$(ended t/1.sh)" = 'fail "infrastructure"' ]
	attached t/1.sh reason | grep -F 'a: it sent damage: '
}

@test "the times of a worker whose clock is an hour ahead are shifted, and the stream says so" {
	trivial 2
	liar
	runs 0 --worker='/usr/bin/python3 liar.py ahead' --instances=a t
	whole
	events | grep -F '"file_name":"clock"' | grep -E 'the clock of a is 3(5[5-9][0-9]|600)\.[0-9]{3} s ahead; its times are shifted'
	grep -F 'ahead; its times are shifted' err
	[ "$(duration t/1.sh)" -lt 60000 ]
	end=$(events | grep '"test_status":"success"' | sed -nE 's/.*"timestamp":"([^"]*)".*/\1/p' | tail -n 1)
	[ "$(date -d "$end" +%s)" -le "$(($(date +%s) + 60))" ]
}

@test "a worker on a machine whose clock is an hour ahead, or slow" {
	local machine
	trivial 3
	cat >machine.sh <<-END
		case \$1 in fast) clock=+1h ;; slow) clock=-1h ;; esac
		exec faketime -f --exclude-monotonic \${clock:-+0} \\
			/usr/bin/python3 $BATS_TEST_DIRNAME/../examples/workers/worker.py
	END
	for machine in fast slow good; do
		before=$(date +%s)
		runs 0 --worker='sh machine.sh {instance}' --instances=$machine t
		whole
		events | grep '"test_id"' | sed -nE 's/.*"timestamp":"([^"]*)".*/\1/p' >stamps
		while read -r time; do
			[ "$(date -d "$time" +%s)" -ge $((before - 1)) ]
			[ "$(date -d "$time" +%s)" -le $(($(date +%s) + 1)) ]
		done <stamps
		[ "$(wc -l <stamps)" -ge 6 ]
		events | grep -F '"file_name":"clock"' >clock || :
		case $machine in
		fast) grep -E 'the clock of fast is 3(5[5-9][0-9]|600)\.[0-9]{3} s ahead' clock ;;
		slow) grep -E 'the clock of slow is 3(599|6[0-9][0-9])\.[0-9]{3} s slow' clock ;;
		good) [ ! -s clock ] ;;
		esac
	done
}

@test "^C: each worker ends its tests and what these started" {
	hang a
	hang b
	script t/waits.sh <<<'touch waits.pid'
	start --worker="$WORKER" --instances=x,y t/a.sh t/b.sh t/waits.sh
	until_true hangs a b
	kill -INT "$pid"
	stops 130
	gone ./*.pid
	whole
	[ "$(ended t/a.sh)" = fail ]
	attached t/a.sh reason | grep -F 'interrupted by'
	[ "$(ended t/waits.sh)" = skip ]
}

# The first worker of a run: the child of one of its shims.
worker_below() { # PID
	local shim
	for shim in $(pgrep -P "$1"); do
		pgrep -P "$shim" && return
	done | head -n 1
}

@test "three levels of workers: routes, and kill -9 at each leaves nothing" {
	local two level victim
	hang a
	hang b
	two="subunit2 run --worker=\"$WORKER\" --instances=x,y --stdin=subunit --grace=200ms"
	trivial 4
	runs 0 --worker="$two" --instances=m,n t/1.sh t/2.sh t/3.sh t/4.sh
	whole
	routes | grep -E 'route=m/[xy]/0 '
	for level in 1 2 3; do
		rm -f ./*.pid
		start --worker="$two" --worker-restarts=0 --instances=m,n t/a.sh t/b.sh
		until_true hangs a b
		victim=$pid
		for ((i = 1; i < level; i++)); do
			victim=$(worker_below "$victim")
		done
		kill -KILL "$victim"
		if [ "$level" -gt 1 ]; then
			# The tests of the other worker go on.
			until_true sh -c 'n=0; for f in a b; do kill -0 $(cat $f.pid) 2>/dev/null || n=$((n+1)); done; [ $n -ge 1 ]'
			kill -INT "$pid"
		fi
		wait "$started" || true
		until_true gone ./*.pid
	done
}

@test "standard input goes to the leaf that a routing code names" {
	script t/a.sh <<<'read -r line; echo "got $line"'
	mkfifo commands
	exec 4<>commands
	INPUT=commands start --stdin=subunit --instances=m \
		--worker="subunit2 run --worker=\"$WORKER\" --instances=x --stdin=subunit" t
	until_true sh -c 'subunit2 convert --to=events out | grep inprogress'
	echo hello | subunit2 status -a stdin=- --route-code=m/x/0 >&4
	until_true sh -c 'subunit2 convert --to=events out | grep " success t/a.sh "'
	exec 4>&-
	stops 0
		[ "$(attached t/a.sh stdout)" = 'got hello' ]
}

@test "requests on standard input, as without workers" {
	trivial 2
	for i in 1 2 1; do subunit2 status t/$i.sh exists; done >requests
	runs 0 --stdin=subunit --worker="$WORKER" --instances=a,b <requests
	[ "$(finals | grep -c success)" -eq 3 ]
	# Requests that are cut are a failed test.
	head -c -3 requests | runs 1 --stdin=subunit --worker="$WORKER" --instances=a,b
	subunit2 ls --all -l out | grep 'fail .*subunit.input'
}

@test "instances that are made for the run are workers, too" {
	trivial 2
	runs 0 -j2 --instance-provision='echo $INSTANCE_COUNT >count; echo one two' \
		--instance-dispose='echo $INSTANCE_IDS >disposed' --worker="$WORKER" t
	whole
	[ "$(cat count)" = 2 ]
	[ "$(cat disposed)" = 'one two' ]
}

@test "options that do not go with workers are refused" {
	refuses() { # TEXT OPTION...
		run -2 --separate-stderr subunit2 run "${@:2}" t
		[[ $stderr == *"$1"* ]] || { echo "$stderr"; return 1; }
	}
	refuses 'needs --instances' --worker=x
	refuses 'only one of them' --worker=x --executor='x {argv}' --instances=a
	refuses 'a is there twice' --worker=x --instances=a,b,a
	refuses '--instances=a*0: instance a*0: after * stands a number of slots' --worker=x '--instances=a*0'
	refuses 'only a --worker has slots' --executor='x {argv}' '--instances=a*2'
	refuses '--strict: belongs into' --worker=x --instances=a --strict
	refuses '--repeat: belongs into' --worker=x --instances=a --repeat=2
	refuses '--lib: belongs into' --worker=x --instances=a -l
	for option in --from=tap --max-output=1k --keep-tmp --no-output-timeout=1s --leak-timeout=1s \
		--leaked=keep --pty --skip-exit=3 --blib --include=lib --interpreter=sh; do
		refuses "${option%=*}: belongs into" --worker=x --instances=a "$option"
	done
	refuses 'needs --stdin=none or subunit' --worker=x --instances=a --stdin=inherit
	refuses 'is empty' --worker= --instances=a
	refuses 'the slots of workers' --worker=x --instances=a -j3
}

# The examples, which run one test at a time.
check_example() { # COMMAND
	trivial 3
	script t/fail.sh <<<'exit 1'
	runs 1 --worker="$1" --instances=a,b t
	whole
	diff - <(finals) <<-'END'
		success t/1.sh
		success t/2.sh
		success t/3.sh
		fail t/fail.sh
	END
	hang a
	start --worker="$1" --grace=1s --instances=a t/a.sh
	until_true hangs a
	kill -INT "$pid"
	stops 130
	until_true gone a.pid
}

@test "the example in Python" {
	check_example "/usr/bin/python3 $BATS_TEST_DIRNAME/../examples/workers/worker.py"
}

@test "the example in sh" {
	check_example "sh $BATS_TEST_DIRNAME/../examples/workers/worker.sh"
}
