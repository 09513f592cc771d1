/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The orders of a shim: their signals, deadlines and reports. */
#include "check.h"
#include "shim_run.h"
#include "state_of.h"

#define S EVENT_LOOP_S
#define MS EVENT_LOOP_MS

/* A command that waits, and ignores SIGTERM. It is its own group. */
#define STUBBORN "trap '' TERM; echo $$; exec sleep 1000"

/* Kills and reaps what the shims have left: this program has inherited it. */
static void
kill_rest(void)
{
	struct proc_tree tree;
	world->unkillable = 0;
	for (pid_t pid = 0; pid >= 0; pid = waitpid(-1, NULL, 0)) {
		proc_tree_read(&tree, getpid());
		for (size_t i = 0; i < tree.count; i++)
			proc_tree_signal(&tree.items[i], SIGKILL);
		proc_tree_clear(&tree);
	}
}

static void
test_exit(void)
{
	start_script("exit 3");
	await_report(SHIM_GONE);
	CHECK(finish() == 0 && shim.count[SHIM_EXITED] == 1 &&
	      shim.last[SHIM_EXITED].status == 3 << 8 && shim.count[SHIM_GONE] == 1);
	CHECK_NAMED("a command that ends by itself gets no signal",
	            world->signals == 0 && !shim.count[SHIM_LEAKED] && !shim.count[SHIM_SURVIVOR] &&
	                    !shim.count[SHIM_NOT_STARTED] && !shim.count[SHIM_PARKED]);
}

static void
test_refusal(void)
{
	struct shim_options options = prepare("");
	options.job.spawn.argv = (char *[]){(char *)"/nonexistent", NULL};
	start(&options);
	CHECK(finish() == 0 && shim.count[SHIM_NOT_STARTED] == 1 &&
	      shim.last[SHIM_NOT_STARTED].failure.errnum == ENOENT && shim.count[SHIM_GONE] == 1);
}

/* SIGTERM, the grace, SIGKILL each 50 ms, and after two seconds a report. */
static void
test_end(void)
{
	start_script(STUBBORN);
	pid_t command = read_number(shim.output);
	let_work();
	CHECK_NAMED("a shim waits without a limit", world->wait_ns == -1);
	order(SHIM_END, SIGTERM);
	CHECK_NAMED("the end begins with a signal to the group, and SIGCONT",
	            world->signals == 2 && world->sent[0].pid == -command &&
	                    world->sent[0].signo == SIGTERM && world->sent[1].pid == -command &&
	                    world->sent[1].signo == SIGCONT);
	CHECK_NAMED("the grace follows", world->wait_ns == 5 * S);
	order(SHIM_END, SIGINT);
	order(SHIM_CONTINUE, 0);
	CHECK_NAMED("an end that has begun does not begin again", count_signals(SIGINT) == 0);
	pass(3 * S);
	CHECK_NAMED("the time that is left of the grace is not changed", world->wait_ns == 2 * S);
	world->unkillable = 1 << 20;
	pass(2 * S - 1);
	CHECK(world->wait_ns == 1 && count_signals(SIGKILL) == 0);
	pass(1);
	CHECK_NAMED("SIGKILL follows at the end of the grace, again and again",
	            count_signals(SIGKILL) > 0 && world->wait_ns == 50 * MS);
	size_t memory = world->allocated;
	pass(2 * S - 50 * MS);
	CHECK(world->wait_ns == 50 * MS && !shim.count[SHIM_SURVIVOR] &&
	      world->allocated == memory);
	pass(50 * MS - 1);
	CHECK_NAMED("the last wait ends at the deadline",
	            world->wait_ns == 1 && !shim.count[SHIM_SURVIVOR]);
	pass(1);
	CHECK(finish() == 0 && shim.count[SHIM_SURVIVOR] == 1 && shim.count[SHIM_GONE] == 1);
	CHECK_NAMED("a process that survives SIGKILL is reported, not as a leak",
	            shim.last[SHIM_SURVIVOR].pid == command &&
	                    strcmp(shim.last[SHIM_SURVIVOR].name, "sleep") == 0 &&
	                    !shim.count[SHIM_LEAKED] && !shim.count[SHIM_EXITED]);
	kill_rest();
}

/* The tree has its signal already. */
static void
test_end_without_signal(void)
{
	start_script(STUBBORN);
	read_number(shim.output);
	order(SHIM_END, 0);
	CHECK_NAMED("an end without a signal is only the grace",
	            world->signals == 0 && world->wait_ns == 5 * S);
	pass(5 * S);
	CHECK(finish() == 0 && shim.last[SHIM_EXITED].status == SIGKILL);
}

static void
test_rounds(void)
{
	start_script(STUBBORN);
	read_number(shim.output);
	world->unkillable = 3;
	order(SHIM_KILL, 0);
	CHECK_NAMED("SIGKILL is sent until it has an effect",
	            finish() == 0 && count_signals(SIGKILL) == 4 &&
	                    shim.last[SHIM_EXITED].status == SIGKILL &&
	                    !shim.count[SHIM_SURVIVOR] && count_signals(SIGTERM) == 0);
}

static void
test_late_clock(void)
{
	start_script(STUBBORN);
	read_number(shim.output);
	order(SHIM_END, 0);
	world->jump_ns = 6 * S; /* after the deadline was checked, before the wait */
	wake();
	CHECK_NAMED("a deadline that passes before the wait is met",
	            finish() == 0 && shim.last[SHIM_EXITED].status == SIGKILL);
}

static void
test_stop(void)
{
	start_script(STUBBORN);
	pid_t command = read_number(shim.output);
	order(SHIM_STOP, 0);
	CHECK_NAMED("a stop is a signal to the group", world->signals == 1 &&
	                                                       world->sent[0].pid == -command &&
	                                                       world->sent[0].signo == SIGSTOP);
	pass(7 * S);
	order(SHIM_CONTINUE, 0);
	CHECK_NAMED("and SIGCONT ends it", count_signals(SIGCONT) == 1 && world->wait_ns == -1);
	order(SHIM_END, SIGTERM);
	pass(1 * S);
	order(SHIM_STOP, 0);
	CHECK_NAMED("no deadline while stopped", world->wait_ns == -1);
	pass(10 * S);
	order(SHIM_STOP, 0);
	pass(10 * S);
	CHECK(world->wait_ns == -1 && count_signals(SIGKILL) == 0);
	order(SHIM_CONTINUE, 0);
	CHECK_NAMED("the grace goes on as if no time had passed", world->wait_ns == 4 * S);
	size_t memory = world->allocated;
	order(SHIM_STOP, 0);
	order(SHIM_CONTINUE, 0);
	CHECK_NAMED("orders leave no memory allocated", world->allocated == memory);
	order(SHIM_STOP, 0);
	order(SHIM_KILL, 0);
	CHECK_NAMED("a stopped tree is killed at once",
	            finish() == 0 && shim.last[SHIM_EXITED].status == SIGKILL);
}

/* Ten processes in the background, each in a group of its own. */
#define TEN                                                                                        \
	"for i in 0 1 2 3 4 5 6 7 8 9; do setsid sleep 1000 >/dev/null 2>&1 & pids=\"$pids $!\"; " \
	"done;"                                                                                    \
	" for pid in $pids; do until grep -q sleep /proc/$pid/comm; do :; done; done"

static void
test_leaks(void)
{
	start_script(TEN);
	await_report(SHIM_EXITED);
	order(SHIM_KILL, 0);
	CHECK_NAMED("not more than eight leaked processes are named",
	            finish() == 0 && shim.count[SHIM_LEAKED] == SHIM_NAMED_MAX &&
	                    shim.last[SHIM_LEAKED].pid > 0 &&
	                    strcmp(shim.last[SHIM_LEAKED].name, "sleep") == 0);
	start_script(TEN);
	await_report(SHIM_EXITED);
	order(SHIM_END, SIGTERM);
	CHECK_NAMED("processes that are ended have not leaked",
	            finish() == 0 && !shim.count[SHIM_LEAKED] && count_signals(SIGKILL) == 0);
	start_script("trap '' TERM; " TEN);
	await_report(SHIM_EXITED);
	order(SHIM_END, SIGTERM);
	world->unkillable = 15;
	pass(5 * S);
	CHECK_NAMED("nor have those that are killed after the grace",
	            finish() == 0 && !shim.count[SHIM_LEAKED] && count_signals(SIGKILL) > 15);
	start_script(TEN);
	await_report(SHIM_EXITED);
	world->unkillable = 1 << 20;
	order(SHIM_KILL, 0);
	pass(SHIM_KILL_MS * MS);
	CHECK_NAMED("each process that survives is named",
	            finish() == 0 && shim.count[SHIM_SURVIVOR] == 10);
	kill_rest();
}

static void
test_release(void)
{
	start_script("sleep 1000 >/dev/null 2>&1 & until grep -q sleep /proc/$!/comm; do :; done;"
	             "echo $!");
	pid_t left = read_number(shim.output);
	await_report(SHIM_EXITED);
	order(SHIM_RELEASE, 0);
	CHECK_NAMED("a released tree is named, and runs on",
	            finish() == 0 && shim.count[SHIM_LEAKED] == 1 &&
	                    shim.last[SHIM_LEAKED].pid == left && world->signals == 0 &&
	                    state_of(left) != 'Z');
	kill_rest();
	start_script(STUBBORN);
	read_number(shim.output);
	order(SHIM_RELEASE, 0);
	CHECK_NAMED("a command that runs has not leaked",
	            finish() == 0 && !shim.count[SHIM_LEAKED] && shim.count[SHIM_GONE] == 1);
	kill_rest();
}

/* /proc does not show the tree. */
static void
test_hidden(void)
{
	start_script("sleep 1000 >/dev/null 2>&1 & echo $!");
	read_number(shim.output);
	await_report(SHIM_EXITED);
	world->no_proc = true;
	order(SHIM_RELEASE, 0);
	CHECK_NAMED("a process that /proc does not show has leaked without a name",
	            finish() == 0 && shim.count[SHIM_LEAKED] == 1 &&
	                    shim.last[SHIM_LEAKED].pid == 0);
	world->no_proc = false;
	kill_rest();
}

/* The last process ends while the shim is stopped, and the shim finds the order at the same time.
 */
static void
test_end_in_time(void)
{
	start_script("sleep 1000 >/dev/null 2>&1 & echo $!");
	pid_t left = read_number(shim.output);
	await_report(SHIM_EXITED);
	kill(left, SIGKILL);
	CHECK(finish() == 0 && !shim.count[SHIM_LEAKED]);
	start_script("sleep 1000 >/dev/null 2>&1 & echo $!");
	left = read_number(shim.output);
	await_report(SHIM_EXITED);
	kill(shim.pid, SIGSTOP);
	siginfo_t stopped;
	waitid(P_PID, (id_t)shim.pid, &stopped, WSTOPPED);
	kill(left, SIGKILL);
	while (state_of(left) != 'Z')
		usleep(500);
	shim_send_order(shim.control, SHIM_RELEASE, 0);
	kill(shim.pid, SIGCONT);
	CHECK_NAMED("a process that has ended in time has not leaked",
	            finish() == 0 && !shim.count[SHIM_LEAKED]);
}

/* One signal reaches a whole group; if it is refused, each process gets its own. */
static void
test_groups(void)
{
	/* A new session begins before its sleep does. */
	static const char *const script = "sleep 1000 & sleep 1000 & setsid sleep 1000 &"
					  " until grep -q sleep /proc/$!/comm; do :; done;"
					  " echo $$; wait";
	start_script(script);
	pid_t command = read_number(shim.output);
	order(SHIM_CONTINUE, 0);
	unsigned groups = 0, others = 0;
	for (unsigned i = 0; i < world->signals; i++) {
		groups += world->sent[i].pid == -command;
		others += world->sent[i].pid >= 0;
	}
	CHECK_NAMED("the group gets one signal, a process outside of it another",
	            world->signals == 2 && groups == 1 && others == 1);
	world->refuse_groups = true;
	world->signals = 0;
	order(SHIM_CONTINUE, 0);
	CHECK_NAMED("a signal that was refused is sent again", world->signals == 4);
	world->refuse_groups = false;
	order(SHIM_KILL, 0);
	CHECK(finish() == 0 && shim.last[SHIM_EXITED].status == SIGKILL);

	struct shim_options options = prepare(script);
	options.job.spawn.own_session = false;
	start(&options);
	read_number(shim.output);
	order(SHIM_CONTINUE, 0);
	groups = 0;
	for (unsigned i = 0; i < world->signals; i++)
		groups += world->sent[i].pid < 0;
	CHECK_NAMED("the group of this program gets no signal", world->signals == 4 && groups == 0);
	order(SHIM_KILL, 0);
	CHECK(finish() == 0 && shim.last[SHIM_EXITED].status == SIGKILL);
}

int
main(void)
{
	begin_world();
	test_exit();
	test_refusal();
	test_end();
	test_end_without_signal();
	test_rounds();
	test_late_clock();
	test_stop();
	test_leaks();
	test_release();
	test_hidden();
	test_end_in_time();
	test_groups();
	return check_done();
}
