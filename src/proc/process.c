/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "process.h"

#include "memory.h"
#include "process_state.h"
#include "spawn_reason.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTLE 4     /* the part of the leak timeout that is left once all output has ended */
#define LATE_MS 1000 /* by which a shim may be late before it is killed */
#define KILLED_NS ((SHIM_KILL_MS + LATE_MS) * EVENT_LOOP_MS) /* for SHIM_KILL to be done */
#define AGAIN_MS 20                                          /* between two looks for orphans */

struct process {
	struct supervisor *supervisor;
	const struct process_options *options;
	const struct process_handler *handler;
	void *context;

	struct shim_pool_worker *shim; /* NULL: returned to the pool */
	struct event_loop_watch control_watch;
	struct process_output output;

	enum process_state state;
	int signo; /* with which the escalation begins; 0: the tree has its signal */

	struct event_loop_timer timeout; /* of the command */
	struct event_loop_timer silence; /* after which it has written nothing for too long */
	int64_t output_ns;               /* time of the last output; only if silence is watched */
	struct event_loop_timer
		leak; /* after it, running processes have leaked, and the process is over */
	struct event_loop_timer watchdog; /* for the client's end, the shim, or the orphans */
	int64_t orphans_until_ns;         /* after which orphans are no longer killed */

	struct process_result result;
};

static void process_handle(struct process *process, enum process_event event);

static int64_t
process_now_ns(const struct process *process)
{
	return event_loop_now_ns(process->supervisor->loop);
}

static void
process_start_timer(struct process *process, struct event_loop_timer *timer, int64_t in_ns,
                    void (*fire)(void *context))
{
	event_loop_timer_start(process->supervisor->loop, timer, process_now_ns(process) + in_ns,
	                       fire, process);
}

static void
process_close_all(struct process *process)
{
	process_output_close(&process->output);
	if (process->options->stdin_buffer)
		stdin_buffer_close(process->options->stdin_buffer);
}

static void
process_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct process *process = context;
	if (process->options->silence_ns)
		process->output_ns = process_now_ns(process);
	process->handler->output(process->context, stream, bytes);
}

static void
process_on_output_end(void *context)
{
	process_handle(context, PROCESS_ON_OUTPUT_END);
}

/* No timer runs here: they end with the states that need them. */
static void
process_on_finished(void *context)
{
	struct process *process = context;
	if (!process_output_drain(&process->output))
		process->result.leaked = true;
	process->result.read_errnum = process->output.errnum;
	process_close_all(process);
	process->handler->over(process->context, &process->result);
}

/* Kills a shim that does not do its work; its tree becomes this program's. */
static void
process_on_watchdog(void *context)
{
	struct process *process = context;
	if (process->shim && process->shim->pid)
		kill(process->shim->pid, SIGKILL);
}

static void
process_order(struct process *process, enum shim_request request, int signo, int64_t within_ns)
{
	shim_send_order(process->shim->control, request, signo);
	process_start_timer(process, &process->watchdog, within_ns, process_on_watchdog);
}

static void
process_dispose(struct process *process)
{
	bool keep = process->options->leaked == PROCESS_KEEP;
	if (keep)
		supervisor_exempt(process->supervisor, process->shim->pid);
	process_order(process, keep ? SHIM_RELEASE : SHIM_KILL, 0, KILLED_NS);
}

static void
process_on_leak_timeout(void *context)
{
	process_handle(context, PROCESS_ON_LEAK_TIMEOUT);
}

static void
process_start_leak_timeout(struct process *process)
{
	process_start_timer(process, &process->leak, process->options->leak_ns,
	                    process_on_leak_timeout);
}

static void
process_shorten_leak_timeout(struct process *process)
{
	int64_t settle_ns = process->options->leak_ns / SETTLE;
	if (process->leak.running &&
	    process_now_ns(process) + settle_ns < event_loop_timer_at_ns(&process->leak))
		process_start_timer(process, &process->leak, settle_ns, process_on_leak_timeout);
}

static void
process_on_input_timeout(void *context)
{
	process_handle(context, PROCESS_ON_INPUT_TIMEOUT);
}

/* The children of a shim become this program's only when the shim is reaped. */
static void
process_kill_orphans(void *context)
{
	struct process *process = context;
	bool more = supervisor_kill_orphans(process->supervisor) || process->shim->pid;
	if (more && process_now_ns(process) < process->orphans_until_ns)
		process_start_timer(process, &process->watchdog, AGAIN_MS * EVENT_LOOP_MS,
		                    process_kill_orphans);
	else
		process_handle(process, PROCESS_ON_ORPHANS_GONE);
}

static void
process_start_killing_orphans(struct process *process)
{
	process->result.lost = true;
	process->orphans_until_ns = process_now_ns(process) + SHIM_KILL_MS * EVENT_LOOP_MS;
	process_start_timer(process, &process->watchdog, 0, process_kill_orphans);
}

/* Handles EVENT as the table in process_state.c says. */
static void
process_handle(struct process *process, enum process_event event)
{
	struct process_transition next = process_transition(process->state, event);
	struct event_loop *loop = process->supervisor->loop;
	if (next.state != PROCESS_RUNNING) {
		event_loop_timer_stop(loop, &process->timeout);
		event_loop_timer_stop(loop, &process->silence);
	}
	process->state = next.state;
	switch (next.action) {
	case PROCESS_DO_NOTHING:
		break;
	case PROCESS_START_LEAK_TIMEOUT:
		process_start_leak_timeout(process);
		break;
	case PROCESS_SHORTEN_LEAK_TIMEOUT:
		process_shorten_leak_timeout(process);
		break;
	case PROCESS_AWAIT_OUTPUT:
		if (!process->leak.running)
			process_start_leak_timeout(process);
		break;
	case PROCESS_AWAIT_INPUT_END:
		event_loop_timer_stop(loop, &process->leak);
		process_start_timer(process, &process->watchdog,
		                    process->options->grace_ns + LATE_MS * EVENT_LOOP_MS,
		                    process_on_input_timeout);
		break;
	case PROCESS_ESCALATE:
		if (event == PROCESS_ON_END)
			event_loop_timer_stop(loop, &process->leak);
		process_order(process, SHIM_END, process->signo,
		              process->options->grace_ns + KILLED_NS);
		break;
	case PROCESS_KILL_TREE:
		process_order(process, SHIM_KILL, 0, KILLED_NS);
		break;
	case PROCESS_DISPOSE:
		process_dispose(process);
		break;
	case PROCESS_KILL_ORPHANS:
		process_start_killing_orphans(process);
		break;
	case PROCESS_FINISH:
		/* By a timer: the handler may free the process. */
		event_loop_timer_start(loop, &process->leak, 0, process_on_finished, process);
		break;
	}
}

static void
process_add_leaked_name(char **list, const struct shim_report *report)
{
	char *name = report->pid ? memory_format("%s (%d)", report->name, (int)report->pid)
	                         : memory_copy("processes that come and go");
	char *longer = memory_format("%s%s%s", *list ? *list : "", *list ? ", " : "", name);
	free(name);
	free(*list);
	*list = longer;
}

/* Returns true if REPORT is the shim's last one for this process. */
static bool
process_on_report(struct process *process, const struct shim_report *report)
{
	switch (report->kind) {
	case SHIM_NOT_STARTED:
		process->result.failure = report->failure;
		process->result.failure_reason = spawn_reason(
			&report->failure, *process->options->argv, process->options->cwd);
		return false;
	case SHIM_EXITED:
		process->result.exited = true;
		process->result.status = report->status;
		process_handle(process, PROCESS_ON_EXIT);
		return false;
	case SHIM_LEAKED:
		process->result.leaked = true;
		process_add_leaked_name(&process->result.leaked_names, report);
		return false;
	case SHIM_SURVIVOR:
		process_add_leaked_name(&process->result.survivors, report);
		return false;
	case SHIM_GONE:
		process->shim->leaving = true;
		break;
	case SHIM_PARKED:
		break;
	}
	return true;
}

/* A parked shim is for the next process to use. */
static void
process_release_shim(struct process *process, bool parked)
{
	event_loop_unwatch(process->supervisor->loop, &process->control_watch);
	event_loop_timer_stop(process->supervisor->loop, &process->watchdog);
	if (parked) {
		shim_pool_park(&process->supervisor->pool, process->shim);
		process->shim = NULL;
	} else {
		shim_pool_close(process->shim);
	}
}

static void
process_on_shim_readable(void *context)
{
	struct process *process = context;
	struct shim_report report;
	enum shim_received got;
	bool done = false;
	while (!done && (got = shim_receive(process->shim->control, &report)) == SHIM_REPORT)
		done = process_on_report(process, &report);
	if (done || got == SHIM_CLOSED) {
		process_release_shim(process, done && report.kind == SHIM_PARKED);
		process_handle(process, done ? PROCESS_ON_SHIM_DONE : PROCESS_ON_SHIM_LOST);
	}
	process_output_check(&process->output);
}

/* Returns whether the shim has a report that was not read yet. The first one means that the command
 * does not run any more. */
static bool
process_has_report(const struct process *process)
{
	struct pollfd control = {.fd = process->shim->control, .events = POLLIN};
	return poll(&control, 1, 0) > 0;
}

/* Ends the process, which took too long, or was SILENT for too long. It may have ended in time
 * while a slow reader of the stream kept this program waiting. */
static void
process_end_late(struct process *process, bool silent)
{
	if (process_has_report(process))
		return;
	process->result.silent = silent;
	process->result.timed_out = true;
	process_end(process, SIGTERM, false);
}

static void
process_on_timeout(void *context)
{
	process_end_late(context, false);
}

/* Ends the process if it wrote nothing for the time that is allowed; else waits for the rest. */
static void
process_on_silence(void *context)
{
	struct process *process = context;
	int64_t quiet_ns = process_now_ns(process) - process->output_ns;
	if (quiet_ns < process->options->silence_ns) {
		process_start_timer(process, &process->silence,
		                    process->options->silence_ns - quiet_ns, process_on_silence);
		return;
	}
	process_end_late(process, true);
}

void
process_end(struct process *process, int signo, bool reached)
{
	bool first = process->state == PROCESS_RUNNING || process->state == PROCESS_EXITED;
	bool input_ended = reached && process->options->remote_client;
	if (first) {
		process->signo = input_ended ? SIGTERM : reached ? 0 : signo;
		if (!process->result.timed_out)
			process->result.ended_by = signo;
	}
	process_handle(process, input_ended ? PROCESS_ON_INPUT_END : PROCESS_ON_END);
}

void
process_kill(struct process *process)
{
	process_handle(process, PROCESS_ON_KILL);
}

/* Returns the end for the command, or -1 with errno. */
static int
process_open_input(const struct process_options *options)
{
	if (options->stdin_buffer)
		return stdin_buffer_open(options->stdin_buffer);
	if (options->stdin_fd < 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fcntl(options->stdin_fd, F_DUPFD_CLOEXEC, 3);
}

static bool
process_open_terminal(struct process *process, int fds[3])
{
	int ends[2];
	if (!pty_open(process->options->pty, ends))
		return false;
	process_output_watch(&process->output, PROCESS_STDOUT, ends[0]);
	fds[0] = fds[1] = fds[2] = ends[1];
	return stdin_buffer_open_terminal(process->options->stdin_buffer, ends[0]);
}

/* Opens the command's standard descriptors. On failure, too, the caller closes those that are not
 * -1. */
static bool
process_open_all(struct process *process, int fds[3])
{
	const struct process_options *options = process->options;
	struct process_output *output = &process->output;
	if (options->pty)
		return process_open_terminal(process, fds);
	fds[0] = process_open_input(options);
	if (fds[0] >= 0)
		fds[1] = process_output_open(output, PROCESS_STDOUT, options->pipe_size);
	if (fds[1] >= 0)
		fds[2] = options->merge ? fds[1] : process_output_open(output, PROCESS_STDERR, 0);
	return fds[2] >= 0;
}

/* The caller closes FDS afterwards: a pipe is at its end only if no process holds its other end. */
static bool
process_start_shim(struct process *process, const int fds[3])
{
	const struct process_options *options = process->options;
	struct supervisor *supervisor = process->supervisor;
	struct shim_options shim = {
		.job = {.spawn = {options->argv,
	                          options->envp,
	                          options->cwd,
	                          {fds[0], fds[1], fds[2]},
	                          !options->inherit,
	                          options->pty != NULL,
	                          options->keep_ignored},
	                .output_fds = {process->output.fds[0], process->output.fds[1]},
	                .grace_ns = options->grace_ns,
	                .loan = options->loan},
		.keepalive_fds = {supervisor->keepalive_fds[0], supervisor->keepalive_fds[1]},
		.parked = supervisor->many && !options->inherit,
		.jobserver = supervisor->jobserver,
	};
	process->shim = shim_pool_acquire(&supervisor->pool, &shim);
	return process->shim != NULL;
}

static bool
process_launch(struct process *process)
{
	int fds[] = {-1, -1, -1};
	bool started = process_open_all(process, fds) && process_start_shim(process, fds);
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
	process->output = (struct process_output){
		.loop = supervisor->loop,
		.buffers = supervisor->buffers,
		.terminal = options->pty != NULL,
		.deliver = process_on_output,
		.ended = process_on_output_end,
		.context = process,
	};
	process_output_init(&process->output);
	process->state = PROCESS_RUNNING;
	if (!process_launch(process)) {
		int errnum = errno;
		process_free(process);
		errno = errnum;
		return NULL;
	}
	event_loop_watch(supervisor->loop, &process->control_watch, process->shim->control,
	                 process_on_shim_readable, process);
	if (options->timeout_ns)
		supervisor_set_alarm(supervisor, &process->timeout, options->timeout_ns,
		                     process_on_timeout, process);
	if (options->silence_ns) {
		process->output_ns = process_now_ns(process);
		process_start_timer(process, &process->silence, options->silence_ns,
		                    process_on_silence);
	}
	return process;
}

void
process_free(struct process *process)
{
	if (!process)
		return;
	process_close_all(process);
	shim_pool_drop(&process->supervisor->pool, process->shim);
	free(process->result.failure_reason);
	free(process->result.leaked_names);
	free(process->result.survivors);
	free(process);
}
