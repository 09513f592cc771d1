/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "process.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTLE 4     /* the part of the leak timeout that is left to what is about to exit */
#define LATE_MS 1000 /* that a shim may be late before it is killed */
#define KILLED_NS ((SHIM_KILL_MS + LATE_MS) * LOOP_MS) /* by then it has killed, or does not */
#define DRAIN_MAX (1 << 20) /* bytes; more than any pipe holds by itself */
#define AGAIN_MS 20         /* between two looks for orphans */
#define HUNG_UP_MS 20       /* between two looks for a terminal that is open again */

struct process {
	struct supervisor *supervisor;
	const struct process_options *options;
	const struct process_handler *handler;
	void *context;

	struct crew_member *shim; /* NULL: it is not, or no longer, this process's */
	int fds[2];               /* what is read, by process_stream; -1: at its end */
	struct loop_watch control_watch, watches[2];

	bool gone;      /* the shim said so */
	bool ended;     /* the command has exited, or never will */
	bool ending;    /* process_end or process_kill */
	bool asked;     /* ending, by its input's end alone */
	bool disposed;  /* what was left was killed or let go */
	bool finishing; /* nothing else matters any more */
	bool hung_up;   /* no process has the terminal open for now */

	struct loop_timer timeout; /* of the command */
	struct loop_timer leak;    /* after which what is left has leaked */
	struct loop_timer reopen;  /* after which a terminal that was hung up is read again */
	struct loop_timer rescue;  /* after which the shim, or its orphans, are killed */
	int64_t rescue_until_ns;   /* orphans are no longer killed */

	struct process_result result;
};

static void consider(struct process *process);

static int64_t
now_ns(const struct process *process)
{
	return loop_now_ns(process->supervisor->loop);
}

/* It can be asked, and has not told all. */
static bool
has_shim(const struct process *process)
{
	return process->shim && process->shim->control >= 0;
}

static void
start_timer(struct process *process, struct loop_timer *timer, int64_t in_ns,
            void (*fire)(void *context))
{
	loop_timer_start(process->supervisor->loop, timer, now_ns(process) + in_ns, fire, process);
}

static void
close_output(struct process *process, enum process_stream stream)
{
	if (process->fds[stream] < 0)
		return;
	loop_unwatch(process->supervisor->loop, &process->watches[stream]);
	close(process->fds[stream]);
	process->fds[stream] = -1;
}

static void
close_all(struct process *process)
{
	close_output(process, PROCESS_STDOUT);
	close_output(process, PROCESS_STDERR);
	if (process->options->supply)
		supply_close(process->options->supply);
}

static void process_on_reopen(void *context);

/* EIO at the upper end: no process has the lower end open now. One that has the terminal as its
 * controlling terminal may open it again, which no descriptor shows. */
static void
process_hang_up(struct process *process)
{
	loop_unwatch(process->supervisor->loop, &process->watches[PROCESS_STDOUT]);
	process->hung_up = true;
	start_timer(process, &process->reopen, HUNG_UP_MS * LOOP_MS, process_on_reopen);
}

static void
process_on_read_error(struct process *process, enum process_stream stream, int errnum)
{
	if (errnum == EIO && process->options->pty) {
		process_hang_up(process);
		return;
	}
	process->result.read_errnum = errnum;
	close_output(process, stream);
}

/* Returns how much there was; 0 at the end, -1 when there is nothing now. */
static ssize_t
fill(struct process *process, enum process_stream stream)
{
	ssize_t got;
	do
		got = read(process->fds[stream], process->supervisor->buffers[stream],
		           SUPERVISOR_BUFFER_SIZE);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		close_output(process, stream);
	else if (got < 0 && errno != EAGAIN)
		process_on_read_error(process, stream, errno);
	return got;
}

static void
hand_over(struct process *process, enum process_stream stream, ssize_t len)
{
	struct subunit2_view bytes = {process->supervisor->buffers[stream], (size_t)len};
	if (len > 0)
		process->handler->output(process->context, stream, bytes);
}

/* All that the pipe holds now; no more, since somebody may go on writing. */
static void
drain(struct process *process, enum process_stream stream)
{
	ssize_t got = 1;
	for (size_t all = 0; process->fds[stream] >= 0 && got > 0 && all < DRAIN_MAX; all += got) {
		got = fill(process, stream);
		hand_over(process, stream, got);
	}
}

static void
hear_stderr(void *context)
{
	struct process *process = context;
	hand_over(process, PROCESS_STDERR, fill(process, PROCESS_STDERR));
	consider(process);
}

/* What was written to stderr before the end of this piece is told before it: it
 * may explain a failure that the piece tells. */
static void
hear_stdout(void *context)
{
	struct process *process = context;
	ssize_t got = fill(process, PROCESS_STDOUT);
	drain(process, PROCESS_STDERR);
	hand_over(process, PROCESS_STDOUT, got);
	consider(process);
}

static bool
drained(const struct process *process)
{
	return (process->fds[PROCESS_STDOUT] < 0 || process->hung_up) &&
	       process->fds[PROCESS_STDERR] < 0;
}

static void
process_on_reopen(void *context)
{
	struct process *process = context;
	int fd = process->fds[PROCESS_STDOUT];
	process->hung_up = false;
	loop_watch(process->supervisor->loop, &process->watches[PROCESS_STDOUT], fd, hear_stdout,
	           process);
	hear_stdout(process);
}

static void
finish(void *context)
{
	struct process *process = context;
	struct loop *loop = process->supervisor->loop;
	drain(process, PROCESS_STDERR);
	drain(process, PROCESS_STDOUT);
	/* However long that took: what is empty and not at its end is held open. */
	if (!drained(process))
		process->result.leaked = true;
	close_all(process);
	loop_timer_stop(loop, &process->timeout);
	loop_timer_stop(loop, &process->leak);
	loop_timer_stop(loop, &process->rescue);
	loop_timer_stop(loop, &process->reopen);
	process->handler->over(process->context, &process->result);
}

/* At the end of this turn: whoever is told may free the process. */
static void
finish_soon(struct process *process)
{
	process->finishing = true;
	loop_timer_start(process->supervisor->loop, &process->leak, 0, finish, process);
}

/* The shim does not do its work: without it the tree is this program's. */
static void
rescue(void *context)
{
	struct process *process = context;
	if (process->shim && process->shim->pid)
		kill(process->shim->pid, SIGKILL);
}

static void
dispose_of_left(void *context)
{
	struct process *process = context;
	process->disposed = true;
	if (!has_shim(process)) {
		finish_soon(process);
		return;
	}
	bool keep = process->options->leaked == PROCESS_KEEP;
	if (keep)
		supervisor_spare(process->supervisor, process->shim->pid);
	shim_ask(process->shim->control, keep ? SHIM_RELEASE : SHIM_KILL, 0);
	start_timer(process, &process->rescue, KILLED_NS, rescue);
}

/* Is it over, or when will it be? */
static void
consider(struct process *process)
{
	bool gone = !has_shim(process);
	if (!process->ended || process->rescue_until_ns || process->finishing)
		return;
	if (gone && (drained(process) || process->disposed)) {
		finish_soon(process);
	} else if (gone && !process->leak.running) {
		/* Somebody outside of the tree was given the pipe. */
		start_timer(process, &process->leak, process->options->leak_ns, dispose_of_left);
	} else if (drained(process) && process->leak.running) {
		int64_t settle_ns = process->options->leak_ns / SETTLE;
		if (now_ns(process) + settle_ns < process->leak.at_ns)
			start_timer(process, &process->leak, settle_ns, dispose_of_left);
	}
}

/* The shim's children are this program's not before it is reaped. */
static void
kill_orphans(void *context)
{
	struct process *process = context;
	bool more = supervisor_kill_orphans(process->supervisor) || process->shim->pid;
	if (more && now_ns(process) < process->rescue_until_ns)
		start_timer(process, &process->rescue, AGAIN_MS * LOOP_MS, kill_orphans);
	else
		finish_soon(process);
}

static void
lose_shim(struct process *process)
{
	process->result.lost = process->ended = true;
	loop_timer_stop(process->supervisor->loop, &process->leak);
	loop_timer_stop(process->supervisor->loop, &process->timeout);
	process->rescue_until_ns = now_ns(process) + SHIM_KILL_MS * LOOP_MS;
	start_timer(process, &process->rescue, 0, kill_orphans);
}

static void
name_process(char **list, const struct shim_report *report)
{
	char *name = report->pid ? memory_format("%s (%d)", report->name, (int)report->pid)
	                         : memory_copy("processes that come and go");
	char *longer = memory_format("%s%s%s", *list ? *list : "", *list ? ", " : "", name);
	free(name);
	free(*list);
	*list = longer;
}

static void
end_command(struct process *process, int status)
{
	process->ended = process->result.exited = true;
	process->result.status = status;
	loop_timer_stop(process->supervisor->loop, &process->timeout);
	if (!process->ending || process->asked)
		start_timer(process, &process->leak, process->options->leak_ns, dispose_of_left);
}

static void
take_report(struct process *process, const struct shim_report *report)
{
	switch (report->news) {
	case SHIM_NOT_STARTED:
		process->result.failure = report->failure;
		break;
	case SHIM_EXITED:
		end_command(process, report->status);
		break;
	case SHIM_LEFT:
		process->result.leaked = true;
		name_process(&process->result.left, report);
		break;
	case SHIM_SURVIVOR:
		name_process(&process->result.survivors, report);
		break;
	case SHIM_GONE:
	case SHIM_RESTS:
		process->gone = process->ended = true;
		break;
	}
}

/* It is gone, or rests; then it is the next process's. */
static void
part_with_shim(struct process *process, bool rests)
{
	loop_unwatch(process->supervisor->loop, &process->control_watch);
	loop_timer_stop(process->supervisor->loop, &process->rescue);
	if (rests) {
		crew_rest(&process->supervisor->crew, process->shim);
		process->shim = NULL;
	} else {
		crew_close(process->shim);
		if (!process->gone)
			lose_shim(process);
	}
}

static void
hear_shim(void *context)
{
	struct process *process = context;
	struct shim_report report;
	enum shim_heard heard;
	bool rests = false;
	while (!rests && (heard = shim_hear(process->shim->control, &report)) == SHIM_REPORT) {
		take_report(process, &report);
		rests = report.news == SHIM_RESTS;
	}
	if (rests || heard == SHIM_CLOSED)
		part_with_shim(process, rests);
	consider(process);
}

static void
time_out(void *context)
{
	struct process *process = context;
	process->result.timed_out = true;
	process_end(process, SIGTERM, false);
}

static void
escalate(struct process *process, int signo)
{
	shim_ask(process->shim->control, SHIM_END, signo);
	start_timer(process, &process->rescue, process->options->grace_ns + KILLED_NS, rescue);
}

/* Its input has ended, and it goes on. */
static void
insist(void *context)
{
	struct process *process = context;
	process->asked = false;
	escalate(process, SIGTERM);
}

/* The end of its input reached it: it is to bring what its other end says last. */
static void
wait_for_input_end(struct process *process)
{
	process->asked = true;
	start_timer(process, &process->rescue, process->options->grace_ns + LATE_MS * LOOP_MS,
	            insist);
}

/* Nothing of it runs any more. Orphans, of a shim that was lost, have their own end. */
static void
await_output_no_more(struct process *process)
{
	if (!process->finishing && !process->rescue_until_ns)
		finish_soon(process);
}

void
process_end(struct process *process, int signo, bool reached)
{
	if (!has_shim(process)) {
		await_output_no_more(process);
		return;
	}
	if (process->ending || process->disposed)
		return;
	process->ending = true;
	if (!process->result.timed_out)
		process->result.ended_by = signo;
	loop_timer_stop(process->supervisor->loop, &process->timeout);
	loop_timer_stop(process->supervisor->loop, &process->leak);
	if (reached && process->options->courier)
		wait_for_input_end(process);
	else
		escalate(process, reached ? 0 : signo);
}

void
process_kill(struct process *process)
{
	if (!has_shim(process)) {
		await_output_no_more(process);
		return;
	}
	if (process->asked) {
		insist(process);
		return;
	}
	process->ending = true;
	shim_ask(process->shim->control, SHIM_KILL, 0);
	start_timer(process, &process->rescue, KILLED_NS, rescue);
}

static void
watch_output(struct process *process, enum process_stream stream, int fd)
{
	static void (*const hear[])(void *context) = {hear_stdout, hear_stderr};
	process->fds[stream] = fd;
	loop_watch(process->supervisor->loop, &process->watches[stream], fd, hear[stream], process);
}

/* Returns the command's end, or -1. */
static int
open_output(struct process *process, enum process_stream stream)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	if (process->options->pipe_size && stream == PROCESS_STDOUT)
		fcntl(ends[0], F_SETPIPE_SZ, process->options->pipe_size);
	watch_output(process, stream, ends[0]);
	return ends[1];
}

/* The same. */
static int
open_input(const struct process_options *options)
{
	if (options->supply)
		return supply_open(options->supply);
	if (options->stdin_fd < 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fcntl(options->stdin_fd, F_DUPFD_CLOEXEC, 3);
}

static bool
open_terminal(struct process *process, int fds[3])
{
	int ends[2];
	if (!pty_open(process->options->pty, ends))
		return false;
	watch_output(process, PROCESS_STDOUT, ends[0]);
	fds[0] = fds[1] = fds[2] = ends[1];
	return supply_open_terminal(process->options->supply, ends[0]);
}

/* What FDS hold then is the command's, also on failure. */
static bool
open_all(struct process *process, int fds[3])
{
	const struct process_options *options = process->options;
	if (options->pty)
		return open_terminal(process, fds);
	fds[0] = open_input(options);
	if (fds[0] >= 0)
		fds[1] = open_output(process, PROCESS_STDOUT);
	if (fds[1] >= 0)
		fds[2] = options->merge ? fds[1] : open_output(process, PROCESS_STDERR);
	return fds[2] >= 0;
}

/* What FDS hold is the command's, and this program closes its copies: only the
 * command's own make the pipes' end. */
static bool
start_shim(struct process *process, const int fds[3])
{
	const struct process_options *options = process->options;
	struct supervisor *supervisor = process->supervisor;
	struct shim_options shim = {
		.job = {.spawn = {options->argv,
	                          options->envp,
	                          options->cwd,
	                          {fds[0], fds[1], fds[2]},
	                          !options->inherit,
	                          options->pty != NULL},
	                .output_fds = {process->fds[0], process->fds[1]},
	                .grace_ns = options->grace_ns,
	                .loan = options->loan},
		.life_fds = {supervisor->life_fds[0], supervisor->life_fds[1]},
		.rests = supervisor->many && !options->inherit,
		.jobserver = supervisor->jobserver,
	};
	process->shim = crew_employ(&supervisor->crew, &shim);
	return process->shim != NULL;
}

static bool
start(struct process *process)
{
	int fds[] = {-1, -1, -1};
	bool started = open_all(process, fds) && start_shim(process, fds);
	int errnum = errno;
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0 && (i == 0 || fds[i] != fds[i - 1]))
			close(fds[i]);
	errno = errnum;
	return started;
}

struct process *
process_start(struct supervisor *supervisor, const struct process_options *options,
              const struct process_handler *handler, void *context)
{
	struct process *process = memory_zeroed(1, sizeof(*process));
	process->supervisor = supervisor;
	process->options = options;
	process->handler = handler;
	process->context = context;
	process->fds[0] = process->fds[1] = -1;
	if (!start(process)) {
		int errnum = errno;
		process_free(process);
		errno = errnum;
		return NULL;
	}
	loop_watch(supervisor->loop, &process->control_watch, process->shim->control, hear_shim,
	           process);
	if (options->timeout_ns)
		supervisor_set_alarm(supervisor, &process->timeout, options->timeout_ns, time_out,
		                     process);
	return process;
}

void
process_free(struct process *process)
{
	if (!process)
		return;
	close_all(process);
	crew_drop(&process->supervisor->crew, process->shim);
	free(process->result.left);
	free(process->result.survivors);
	free(process);
}
