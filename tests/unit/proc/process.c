/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Supervised commands that behave badly, and what is left of them. */
#include "process.h"
#include "check.h"
#include "count_fds.h"

#include "forbid.h"
#include "process_run.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

static bool
alive(const char *pid)
{
	return kill((pid_t)atoi(pid), 0) == 0;
}

/* PID is not a child of this process: it is gone once init has reaped it. */
static bool
goes_away(const char *pid)
{
	for (int i = 0; i < 6000; i++) {
		waitpid(-1, NULL, WNOHANG);
		if (!alive(pid))
			return true;
		usleep(10000);
	}
	return false;
}

static void
check_exits(void)
{
	struct run run;
	play(&run, "echo out; echo err >&2; exit 3");
	CHECK(exited(&run, 3) && !run.result.leaked && !run.result.lost);
	CHECK(strcmp(run.out, "out\n") == 0 && strcmp(run.err, "err\n") == 0);
	play(&run, "kill -SEGV $$");
	CHECK(died(&run, SIGSEGV));
	play(&run, "exec >&- 2>&-; exit 4");
	CHECK_NAMED("output that ends early is no end", exited(&run, 4) && !run.result.leaked);
	play(&run, "read line; echo $?");
	CHECK_NAMED("standard input is empty", strcmp(run.out, "1\n") == 0);
	play(&run, "trap - INT; kill -INT $$; echo alive");
	CHECK_NAMED("signals have their default action", died(&run, SIGINT));
	begin(&run, "echo a; echo b >&2; echo c");
	run.options.merge = true;
	launch(&run);
	complete(&run);
	CHECK(strcmp(run.out, "a\nb\nc\n") == 0 && run.err_len == 0);
	begin(&run, "pwd");
	run.options.cwd = "/usr";
	launch(&run);
	complete(&run);
	CHECK(strcmp(run.out, "/usr\n") == 0);
}

static void
check_refusals(void)
{
	struct run run;
	begin(&run, "");
	run.argv[0] = "/nonexistent/command";
	launch(&run);
	complete(&run);
	CHECK(run.result.failure.stage == SPAWN_EXEC && run.result.failure.errnum == ENOENT);
	begin(&run, "");
	run.argv[0] = "/etc/passwd";
	launch(&run);
	complete(&run);
	CHECK(run.result.failure.stage == SPAWN_EXEC && run.result.failure.errnum == EACCES);
	begin(&run, "");
	run.options.cwd = "/nonexistent";
	launch(&run);
	complete(&run);
	CHECK(run.result.failure.stage == SPAWN_CHDIR && run.result.failure.errnum == ENOENT);
}

static void
check_timeouts(void)
{
	struct run run;
	/* In two seconds, the traps are set. */
	begin(&run, "trap 'echo term; exit 5' TERM; while :; do sleep 0.05; done");
	run.options.timeout_ns = 2 * EVENT_LOOP_S;
	launch(&run);
	complete(&run);
	CHECK(run.result.timed_out && exited(&run, 5) && strcmp(run.out, "term\n") == 0);
	begin(&run, "trap '' TERM; while :; do sleep 0.05; done");
	run.options.timeout_ns = 2 * EVENT_LOOP_S;
	launch(&run);
	complete(&run);
	CHECK_NAMED("a command that ignores TERM is killed",
	            run.result.timed_out && died(&run, SIGKILL));
	begin(&run, "kill -STOP $$; exit 6");
	run.options.timeout_ns = 200 * EVENT_LOOP_MS;
	launch(&run);
	complete(&run);
	CHECK_NAMED("a stopped command is ended", run.result.timed_out && run.result.exited);
}

static void
check_leaks(void)
{
	struct run run;
	play(&run, "sleep 1000 & echo $!");
	CHECK(exited(&run, 0) && run.result.leaked && run.named && goes_away(run.out));
	play(&run, "setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' &"
	           " until grep -q sleep /proc/$!/comm; do :; done; exit 2");
	CHECK_NAMED("a daemon is found",
	            exited(&run, 2) && run.result.leaked && goes_away(run.out));
	play(&run, "dir=$(mktemp -d); mkfifo $dir/up;"
	           " (setsid sh -c '(trap \"\" TERM HUP; sleep 1000 & echo $!; echo >$0; wait) &'"
	           " $dir/up &); read -r _ <$dir/up; rm -r $dir");
	CHECK_NAMED("a daemon's child is found", run.result.leaked && goes_away(run.out));
	/* It is named as what it runs, so that must be sleep already. */
	begin(&run, "sleep 1000 >/dev/null 2>&1 & echo $!;"
	            " until grep -q sleep /proc/$!/comm; do :; done");
	run.options.leaked = PROCESS_KEEP;
	launch(&run);
	complete(&run);
	CHECK(run.result.leaked && run.named && alive(run.out));
	kill((pid_t)atoi(run.out), SIGKILL);
	char names[64];
	snprintf(names, sizeof(names), "sleep (%d)", atoi(run.out));
	CHECK_NAMED("each leaked process is named once", strcmp(run.leaked_names, names) == 0);
	begin(&run, "sleep 0.01 >/dev/null 2>&1 &");
	run.options.leak_ns = 40 * EVENT_LOOP_S;
	launch(&run);
	complete(&run);
	CHECK_NAMED("a process that is about to exit has not leaked", !run.result.leaked);
	begin(&run, "sleep 1000 & echo $!; kill -TERM $$; sleep 1000");
	launch(&run);
	complete(&run);
	CHECK(died(&run, SIGTERM) && run.result.leaked && goes_away(run.out));
}

/* Not reaped, maybe. */
static bool
is_dead(pid_t pid)
{
	return state_of(pid) == 'Z';
}

/* Returns a shim that has a job and is not traced, or NULL. */
static const struct shim_pool_worker *
busy_shim(void)
{
	const struct shim_pool_worker *worker;
	DL_FOREACH(supervisor.pool.workers, worker)
	if (worker->control >= 0 && !worker->parked && state_of(worker->pid) != 't')
		return worker;
	return NULL;
}

/* Waits until its shim has told that the command has ended, and that nothing is left. Nothing
 * of it is heard yet. */
static pid_t
wait_for_last_output(void)
{
	const struct shim_pool_worker *shim = busy_shim();
	int waiting = 0;
	while (waiting < 2 * (int)sizeof(struct shim_report)) {
		if (ioctl(shim->control, FIONREAD, &waiting) < 0)
			exit(99);
		usleep(1000);
	}
	return shim->pid;
}

static void
check_shims(void)
{
	struct run run;
	play(&run, "echo $$; kill -KILL $PPID; sleep 1000");
	CHECK_NAMED("a killed shim is reported, its tree ended",
	            run.result.lost && goes_away(run.out));
	play(&run, "kill -STOP $PPID; echo on; exit 7");
	CHECK_NAMED("a stopped shim goes on", exited(&run, 7) && !run.result.lost);
	play(&run, "kill -TERM $PPID; kill -INT $PPID; kill -HUP $PPID; exit 8");
	CHECK_NAMED("a shim ignores signals", exited(&run, 8) && !run.result.lost);
}

/* A process that is another one before /proc has shown it, for some seconds: without memory of its
 * own, which would take too long. */
static int
run_fork_chain(void *end)
{
	static char stacks[64][4096] __attribute__((aligned(16)));
	static unsigned next;
	if (time(NULL) < *(time_t *)end) {
		setsid();
		clone(run_fork_chain, stacks[++next % 64] + 4096, CLONE_VM | SIGCHLD, end);
	}
	_exit(0);
}

static int
start_fork_chain(void)
{
	static time_t end;
	end = time(NULL) + 3;
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	run_fork_chain(&end);
	return 0;
}

static void
check_fork_chains(void)
{
	struct run run;
	bool good = true;
	if (getenv("CHECK_VALGRIND"))
		return; /* which is the program then */
	for (int i = 0; i < 3; i++) {
		begin(&run, NULL);
		run.argv[0] = "/proc/self/exe";
		run.argv[1] = "comet";
		launch(&run);
		complete(&run);
		good = good && exited(&run, 0) && run.result.leaked && run.named;
	}
	CHECK_NAMED("what forks and exits all the time has leaked", good);
}

/* A command reads what this program has as its own standard input. */
static void
check_own_input(void)
{
	struct run run;
	int ends[2], saved = dup(STDIN_FILENO);
	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], "typed\n", 6) != 6 ||
	    dup2(ends[0], STDIN_FILENO) < 0)
		exit(99);
	close(ends[0]);
	close(ends[1]);
	begin(&run, "cat");
	run.options.stdin_fd = STDIN_FILENO;
	launch(&run);
	complete(&run);
	CHECK_NAMED("standard input may be that of this program", strcmp(run.out, "typed\n") == 0);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

/* The command ends, and another process still holds its output. */
static void
check_closing(void)
{
	struct run run;
	int before = 0;
	for (int i = 0; i < 2; i++) {
		begin(&run, "sleep 1000 & echo $!");
		run.options.leaked = PROCESS_KEEP;
		launch(&run);
		complete(&run);
		kill((pid_t)atoi(run.out), SIGKILL);
		if (i == 0)
			before = count_fds();
	}
	CHECK_NAMED("no descriptor stays open after a process", count_fds() == before);
}

/* A shim that waits sleeps. */
static void
check_idle_shim(void)
{
	struct run run;
	int asleep = 0;
	begin(&run, "echo $PPID; exec sleep 1000");
	launch(&run);
	while (!strchr(run.out, '\n'))
		event_loop_turn(supervisor.loop);
	for (int i = 0; i < 20; i++) {
		usleep(5000);
		asleep += state_of((pid_t)atoi(run.out)) == 'S';
	}
	process_end(run.process, SIGTERM, false);
	complete(&run);
	CHECK_NAMED("a shim sleeps while its command runs", asleep > 15);
}

/* The reader of this program is slow: the leak timeout passes while the pipe is full of the
 * command's output. */
static void
check_slow_reading(void)
{
	struct run run;
	begin(&run, "head -c 1000000 /dev/zero");
	run.options.pipe_size = 1 << 20;
	run.options.leak_ns = 1;
	launch(&run);
	wait_for_last_output();
	complete(&run);
	CHECK_NAMED("output that waits to be read is no leak",
	            exited(&run, 0) && run.out_len == 1000000 && !run.result.leaked);
}

/* Somebody who is not of its tree holds the output of a command that has ended. */
static void
check_end_of_waiting(void)
{
	struct run run;
	char path[64];
	begin(&run, "echo $$; kill -STOP $$; exit 3");
	run.options.leak_ns = 1000 * EVENT_LOOP_S;
	launch(&run);
	while (!strchr(run.out, '\n'))
		event_loop_turn(supervisor.loop);
	pid_t command = (pid_t)atoi(run.out);
	snprintf(path, sizeof(path), "/proc/%d/fd/1", (int)command);
	int held = open(path, O_WRONLY | O_CLOEXEC);
	while (state_of(command) != 'T')
		usleep(1000);
	kill(command, SIGCONT);
	wait_for_last_output();
	while (busy_shim())
		event_loop_turn(supervisor.loop);
	process_end(run.process, SIGTERM, false);
	complete(&run);
	CHECK_NAMED("an ending ends the wait for output that others hold",
	            held >= 0 && exited(&run, 3) && run.result.leaked && !run.result.ended_by);
	close(held);
}

/* The shim finds, when it goes on, that its command has ended, and is gone before it reads what it
 * received its order: its reports are read all the same. */
static void
check_ending_meets_exit(void)
{
	struct run run;
	siginfo_t stopped;
	int shim, command;
	begin(&run, "echo $PPID $$; exec sleep 1000");
	launch(&run);
	while (!strchr(run.out, '\n'))
		event_loop_turn(supervisor.loop);
	if (sscanf(run.out, "%d %d", &shim, &command) != 2)
		exit(99);
	kill(shim, SIGSTOP);
	waitid(P_PID, (id_t)shim, &stopped, WSTOPPED | WNOWAIT);
	kill(command, SIGUSR1);
	while (!is_dead(command))
		usleep(1000);
	process_end(run.process, SIGTERM, false);
	kill(shim, SIGCONT);
	complete(&run);
	CHECK_NAMED("an ending that meets the exit is no lost shim",
	            !run.result.lost && died(&run, SIGUSR1));
}

static void
check_end(void)
{
	struct run run;
	begin(&run, "trap 'echo int; exit 9' INT; echo ready; while :; do sleep 0.05; done");
	launch(&run);
	while (!run.out_len)
		event_loop_turn(supervisor.loop);
	process_end(run.process, SIGINT, false);
	complete(&run);
	CHECK(exited(&run, 9) && run.result.ended_by == SIGINT);
	begin(&run, "trap '' INT; echo ready; while :; do sleep 0.05; done");
	run.options.grace_ns = 1000 * EVENT_LOOP_S;
	launch(&run);
	while (!run.out_len)
		event_loop_turn(supervisor.loop);
	process_end(run.process, SIGINT, false);
	process_kill(run.process);
	complete(&run);
	CHECK_NAMED("killing does not wait for the grace", died(&run, SIGKILL));
}

#define MANY 64

static void
check_many(void)
{
	static struct run runs[MANY];
	bool good = true;
	for (int i = 0; i < MANY; i++) {
		begin(&runs[i], "head -c 300000 /dev/zero; exit 1");
		launch(&runs[i]);
	}
	for (int i = 0; i < MANY; i++) {
		complete(&runs[i]);
		good = good && exited(&runs[i], 1) && runs[i].out_len == 300000;
	}
	CHECK_NAMED("many at once", good);
}

/* A program with a supervisor of its own is killed: nothing of its test is left. */
static void
check_killed(bool many)
{
	int fds[2];
	if (pipe(fds) < 0)
		exit(99);
	pid_t pid = fork();
	if (pid == 0) {
		struct run run;
		supervisor_begin(&supervisor, NULL, NULL, NULL);
		if (many) {
			supervisor_expect_many(&supervisor, NULL);
			play(&run, "");
		}
		begin(&run,
		      "setsid sleep 1000 >/dev/null 2>&1 & trap '' TERM; echo $!; sleep 1000");
		launch(&run);
		while (!run.out_len)
			event_loop_turn(supervisor.loop);
		if (write(fds[1], run.out, run.out_len) < 0)
			_exit(99);
		for (;;)
			pause();
	}
	close(fds[1]);
	char daemon[32] = "";
	CHECK(read(fds[0], daemon, sizeof(daemon) - 1) > 0 && alive(daemon));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CHECK_NAMED("the command of a killed program is ended", goes_away(daemon));
	close(fds[0]);
}

/* The shim that the command of SCRIPT has; 0 unless it exits with 0. */
static int
shim_of(const char *script)
{
	struct run run;
	play(&run, script);
	return exited(&run, 0) ? atoi(run.out) : 0;
}

static void
check_pool(void)
{
	int first = shim_of("echo $PPID");
	CHECK(first != 0);
	CHECK_NAMED("a shim has one job after the other", shim_of("echo $PPID") == first);
	CHECK_NAMED("also when it had to kill what was left",
	            shim_of("sleep 1000 & echo $PPID") == first && shim_of("echo $PPID") == first);
	CHECK_NAMED("a leaked process is its own command's, in a session of its own",
	            shim_of("[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ] && echo $PPID") == first);

	struct run run;
	char script[160];
	/* The shim may still close those that it opened for the start of the job. */
	play(&run, "for i in 1 2 3 4 5 6 7 8; do ls /proc/$PPID/fd | wc -l; sleep 0.01; done |"
	           "sort -n | head -n 1");
	int descriptors = atoi(run.out);
	snprintf(script, sizeof(script),
	         "i=0; until [ $(ls /proc/$PPID/fd | wc -l) -le %d ]; do"
	         " [ $((i += 1)) -lt 500 ] || exit 1; sleep 0.01; done",
	         descriptors);
	play(&run, script);
	CHECK_NAMED("a job leaves no descriptor open in its shim",
	            descriptors > 3 && exited(&run, 0));
	play(&run, "exec ls /proc/self/fd"); /* which is its number 3 */
	CHECK_NAMED("nothing else is open for the next command",
	            strcmp(run.out, "0\n1\n2\n3\n") == 0);
	begin(&run, "echo $PPID; pwd; echo $only");
	run.options.cwd = "/usr";
	run.options.envp = (char *[]){(char *)"only=this", NULL};
	launch(&run);
	complete(&run);
	char expected[64];
	snprintf(expected, sizeof(expected), "%d\n/usr\nthis\n", first);
	CHECK_NAMED("each command has its own directory and environment",
	            exited(&run, 0) && strcmp(run.out, expected) == 0);

	begin(&run, "");
	run.argv[0] = "/nonexistent";
	launch(&run);
	complete(&run);
	CHECK(run.result.failure.stage == SPAWN_EXEC && run.result.failure.errnum == ENOENT);
	CHECK_NAMED("a command that is not there ends no shim", shim_of("echo $PPID") == first);
}

/* It is reaped before it is heard that it rests. */
static void
check_late_park(void)
{
	struct run run;
	const struct shim_pool_worker *worker;
	begin(&run, "exit 3");
	launch(&run);
	pid_t shim = wait_for_last_output();
	kill(shim, SIGKILL);
	waitpid(shim, NULL, 0);
	shim_pool_reaped(&supervisor.pool, shim);
	complete(&run);
	DL_SEARCH_SCALAR(supervisor.pool.workers, worker, pid, 0);
	CHECK_NAMED("a shim that was killed as it came to rest is forgotten",
	            exited(&run, 3) && !worker);
}

static void
check_pool_losses(void)
{
	int first = shim_of("echo $PPID");
	kill(first, SIGKILL);
	while (!is_dead(first))
		usleep(1000);
	int second = shim_of("echo $PPID");
	CHECK_NAMED("a shim that was killed at rest is replaced", second && second != first);
}

static int
count_parked(void)
{
	const struct shim_pool_worker *worker;
	int count = 0;
	DL_FOREACH(supervisor.pool.workers, worker)
	count += worker->parked;
	return count;
}

static void
check_pool_large_jobs(void)
{
	struct run run;
	static char halves[2][120000] = {"one=", "two="};
	int resting = count_parked();
	for (int i = 0; i < 2; i++)
		memset(halves[i] + 4, 'x', sizeof(halves[i]) - 5);
	for (int i = 0; i < 3; i++) {
		begin(&run, "echo ${#one} ${#two}");
		run.options.envp = (char *[]){halves[0], halves[1], NULL};
		launch(&run);
		complete(&run);
		CHECK_NAMED("an environment that no message holds",
		            exited(&run, 0) && strcmp(run.out, "119995 119995\n") == 0);
	}
	CHECK_NAMED("shims that can have none of its jobs are not gathered",
	            resting > 0 && count_parked() == resting);
}

#define FDS_MAX 64

static void
list_pipes(bool found[FDS_MAX])
{
	struct stat about;
	for (int fd = 0; fd < FDS_MAX; fd++)
		found[fd] = fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode);
}

/* A directory stands where the pipe was: it is readable, and every read fails. */
static void
check_read_errors(void)
{
	struct run run;
	bool before[FDS_MAX], after[FDS_MAX];
	int directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int nth = 0; nth < 2; nth++) {
		int fd = -1, left = nth;
		begin(&run, "sleep 0.1; exit 3");
		list_pipes(before);
		launch(&run);
		list_pipes(after);
		while (++fd < FDS_MAX)
			if (after[fd] && !before[fd] && left-- == 0)
				break;
		if (fd == FDS_MAX || dup3(directory, fd, O_CLOEXEC) < 0)
			exit(99);
		complete(&run);
		CHECK_NAMED("output that cannot be read is an error, not an end",
		            run.result.read_errnum == EISDIR && exited(&run, 3));
	}
	close(directory);
	play(&run, "echo good");
	CHECK(run.result.read_errnum == 0);
}

static void
give_up(void *context)
{
	(void)context;
	exit(98);
}

/* Keeps the shim of the process that was started last from doing anything, as no signal but
 * SIGKILL can end it. */
static void
freeze(void)
{
	const struct shim_pool_worker *shim = busy_shim();
	if (ptrace(PTRACE_SEIZE, shim->pid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, shim->pid, NULL, NULL) < 0 ||
	    waitpid(shim->pid, NULL, 0) != shim->pid)
		exit(97);
}

static void
await_output(struct run *run)
{
	while (!strchr(run->out, '\n'))
		event_loop_turn(supervisor.loop);
}

/* Starts a process whose shim hangs: when it has to end its tree (WAY 0), to kill it (1), or to
 * report what has leaked (2). */
static void
begin_frozen(struct run *run, int way)
{
	begin(run, way < 2 ? "echo $$; exec sleep 1000" : "sleep 1000 & echo $! $$; kill -STOP $$");
	run->options.leak_ns = EVENT_LOOP_S;
	launch(run);
	await_output(run);
	/* Until the shim's report that the leader has ended lies in the socket. */
	for (int waiting = 0; way == 2 && !waiting; usleep(1000)) {
		kill(atoi(strchr(run->out, ' ')), SIGCONT);
		ioctl(busy_shim()->control, FIONREAD, &waiting);
	}
	freeze();
	if (way == 0)
		process_end(run->process, SIGTERM, false);
	else if (way == 1)
		process_kill(run->process);
}

/* Every request to a shim has a limit, after which the supervisor does its work. */
static void
check_frozen_shims(void)
{
	static struct run runs[3];
	struct event_loop_timer limit = {0};
	event_loop_timer_start(supervisor.loop, &limit,
	                       event_loop_now_ns(supervisor.loop) + 60 * EVENT_LOOP_S, give_up,
	                       NULL);
	for (int way = 0; way < 3; way++)
		begin_frozen(&runs[way], way);
	for (int way = 0; way < 3; way++) {
		complete(&runs[way]);
		CHECK_NAMED("a shim that hangs is killed, and its tree ended",
		            runs[way].result.lost && goes_away(runs[way].out));
	}
	event_loop_timer_stop(supervisor.loop, &limit);
}

/* A program on a kernel without close_range: descriptors that are open in it are closed one by one
 * in the shim, and nothing that the shim needs. */
static void
check_old_kernel(void)
{
	int status, held[2];
	char byte;
	if (pipe2(held, O_CLOEXEC) < 0)
		exit(99);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		struct run runs[2];
		forbid(SYS_close_range);
		supervisor_begin(&supervisor, NULL, NULL, NULL);
		supervisor_expect_many(&supervisor, NULL);
		begin(&runs[0], "echo; exec sleep 1000");
		launch(&runs[0]);
		await_output(&runs[0]);
		/* If the shim holds the pipe, too, it is not at its end now. */
		close(held[1]);
		bool closed = read(held[0], &byte, 1) == 0;
		process_end(runs[0].process, SIGTERM, false);
		complete(&runs[0]);
		play(&runs[1], "exec ls /proc/self/fd");
		supervisor_end(&supervisor);
		_exit(closed && died(&runs[0], SIGTERM) && !runs[0].result.leaked &&
		                      !runs[0].result.lost && !runs[1].result.leaked &&
		                      strcmp(runs[1].out, "0\n1\n2\n3\n") == 0
		              ? 0
		              : 1);
	}
	close(held[0]);
	close(held[1]);
	CHECK_NAMED("a kernel without close_range", waitpid(pid, &status, 0) == pid && status == 0);
}

static bool
is_childless(void)
{
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

static void
check_all(void)
{
	check_read_errors();
	check_exits();
	check_refusals();
	check_timeouts();
	check_leaks();
	check_shims();
	check_fork_chains();
	check_own_input();
	check_closing();
	check_idle_shim();
	check_slow_reading();
	check_end_of_waiting();
	check_ending_meets_exit();
	check_end();
	check_many();
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "comet") == 0)
		return start_fork_chain();
	check_killed(false);
	check_killed(true);
	if (!getenv("CHECK_VALGRIND")) /* which closes descriptors by calls of its own */
		check_old_kernel();
	if (!supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 99;
	/* Under valgrind only once, with shims that are parked. */
	if (!getenv("CHECK_VALGRIND"))
		check_all();
	supervisor_expect_many(&supervisor, NULL);
	check_all();
	check_pool();
	check_late_park();
	check_pool_large_jobs();
	check_pool_losses();
	/* valgrind runs what a shim was stopped in. */
	if (!getenv("CHECK_VALGRIND"))
		check_frozen_shims();
	supervisor_end(&supervisor);
	CHECK_NAMED("no shim is left", is_childless());
	return check_done();
}
