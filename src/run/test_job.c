/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_job.h"

#include "automake_make.h"
#include "memory.h"
#include "output_match.h"
#include "tty_proxy.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define CHANNEL_PIECE 65536 /* bytes: what a FIFO holds */
#define DRAIN_MAX (1 << 20) /* bytes; somebody may go on writing */

struct job {
	struct supervisor *supervisor;
	const struct job_options *options;
	void (*over)(void *context, const struct job_end *end);
	void *context;
	struct process *process; /* NULL: there is none */
	int start_errnum;
	struct capture *capture;
	char *make_directory; /* see capture_options */
	struct until *until;  /* NULL: nothing is waited for */
	uint64_t output;      /* bytes that were written */
	bool flooded;         /* too many */
	bool broken;          /* the sink takes no more */
	struct loop_timer tick;
	struct loop_watch channel;
	struct job_end end;
};

static int64_t
now_ms(const struct job *job)
{
	return loop_now_ns(job->supervisor->loop) / LOOP_MS;
}

/* The sink's owner knows what failed. */
static void
check(struct job *job, int result)
{
	if (result == SUBUNIT2_OK)
		return;
	job->broken = true;
	job_stop(job, SIGTERM, false);
}

static void tick(void *context);

static void
plan_tick(struct job *job)
{
	int64_t deadline_ms = job->broken ? INT64_MAX : capture_deadline(job->capture);
	if (job->until && until_deadline(job->until) < deadline_ms)
		deadline_ms = until_deadline(job->until);
	if (deadline_ms == INT64_MAX)
		loop_timer_stop(job->supervisor->loop, &job->tick);
	else
		loop_timer_start(job->supervisor->loop, &job->tick, deadline_ms * LOOP_MS, tick,
		                 job);
}

static void
stop_waiting(struct job *job, bool found)
{
	if (!found || job->end.enough)
		return;
	job->end.enough = true;
	job_stop(job, SIGTERM, false);
}

static void
tick(void *context)
{
	struct job *job = context;
	if (!job->broken)
		check(job, capture_tick(job->capture, now_ms(job), NULL));
	if (job->until)
		stop_waiting(job, until_tick(job->until, now_ms(job)));
	plan_tick(job);
}

/* What of BYTES may still be written. The command is ended when that is not all. */
static struct subunit2_view
within_limit(struct job *job, struct subunit2_view bytes)
{
	uint64_t max = job->options->max_output;
	uint64_t room = max > job->output ? max - job->output : 0;
	job->output += bytes.len;
	if (!max || bytes.len <= room)
		return bytes;
	job->flooded = true;
	job_stop(job, SIGTERM, false);
	return (struct subunit2_view){bytes.data, room};
}

/* Takes what has come by the channel. False when there is nothing for now. */
static bool
read_channel(struct job *job)
{
	char bytes[CHANNEL_PIECE];
	ssize_t got = read(job->options->channel->read_fd, bytes, sizeof(bytes));
	if (got <= 0)
		return got < 0 && errno == EINTR;
	struct subunit2_view piece = within_limit(job, (struct subunit2_view){bytes, (size_t)got});
	if (!job->broken && piece.len)
		check(job, capture_feed_channel(job->capture, piece, now_ms(job), NULL));
	return true;
}

static void
channel_ready(void *context)
{
	struct job *job = context;
	read_channel(job);
	plan_tick(job);
}

static void
take_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct job *job = context;
	if (job->options->copy)
		job->options->copy(job->options->copy_context, stream, bytes);
	if (job->options->console)
		console_show(job->options->console, bytes);
	bytes = within_limit(job, bytes);
	if (job->broken || !bytes.len)
		return;
	check(job, capture_feed(job->capture, stream, bytes, now_ms(job), NULL));
	if (job->until)
		stop_waiting(job, until_feed(job->until, (int)stream, bytes, now_ms(job)));
	plan_tick(job);
}

static enum outcome_wait
waited(struct job *job)
{
	if (job->flooded)
		return OUTCOME_TOO_MUCH;
	if (!job->until)
		return OUTCOME_NO_WAIT;
	job->end.enough = job->end.enough || until_tick(job->until, INT64_MAX);
	return job->end.enough ? OUTCOME_ENOUGH : OUTCOME_IN_VAIN;
}

static void
take_end(void *context, const struct process_result *result)
{
	struct job *job = context;
	if (job->options->channel) {
		loop_unwatch(job->supervisor->loop, &job->channel);
		for (size_t all = 0; all < DRAIN_MAX && read_channel(job);)
			all += CHANNEL_PIECE;
	}
	loop_timer_stop(job->supervisor->loop, &job->tick);
	if (job->options->console)
		console_take_back(job->options->console);
	if (!job->broken)
		check(job, capture_finish(job->capture, NULL));
	struct capture_verdict verdict = capture_verdict(job->capture);
	job->end.result = result;
	outcome_decide(&job->end.outcome, &job->options->rules, result, waited(job), &verdict);
	job->over(job->context, &job->end);
}

static void
end_unstarted(void *context)
{
	struct job *job = context;
	outcome_decide_unstarted(&job->end.outcome, job->start_errnum);
	job->over(job->context, &job->end);
}

struct supply *
job_supply(const struct job_options *options, struct loop *loop, const char *folder)
{
	if (!options->stdin_stream && !options->process.pty)
		return NULL;
	struct supply *supply = supply_new(loop, folder);
	if (!options->stdin_stream && !options->console)
		supply_end_all(supply);
	return supply;
}

struct job *
job_start(struct supervisor *supervisor, const struct job_options *options,
          struct subunit2_sink *sink, void (*over)(void *context, const struct job_end *end),
          void *context)
{
	static const struct process_handler handler = {take_output, take_end};
	struct capture_options capture = {
		.id = options->id,
		.from = options->from,
		.strict = options->strict,
		.any_line = options->any_line,
		.automake = options->automake,
		.directory = options->process.cwd,
	};
	struct job *job = memory_zeroed(1, sizeof(*job));
	job->make_directory = make_check_directory(options->process.argv);
	capture.make_directory = job->make_directory;
	job->supervisor = supervisor;
	job->options = options;
	job->over = over;
	job->context = context;
	job->capture = memory_have(capture_new(&capture, sink));
	if (options->until)
		job->until = until_new(options->until);
	if (options->channel)
		loop_watch(supervisor->loop, &job->channel, options->channel->read_fd,
		           channel_ready, job);
	job->process = process_start(supervisor, &options->process, &handler, job);
	if (!job->process) {
		job->start_errnum = errno;
		loop_timer_start(supervisor->loop, &job->tick, 0, end_unstarted, job);
	} else if (options->console) {
		console_lend(options->console, supervisor, options->process.supply);
	}
	return job;
}

void
job_free(struct job *job)
{
	if (!job)
		return;
	loop_unwatch(job->supervisor->loop, &job->channel);
	process_free(job->process);
	capture_free(job->capture);
	until_free(job->until);
	free(job->make_directory);
	outcome_clear(&job->end.outcome);
	free(job);
}

void
job_stop(struct job *job, int signo, bool reached)
{
	if (job && job->process)
		process_end(job->process, signo, reached);
}

void
job_kill(struct job *job)
{
	if (job && job->process)
		process_kill(job->process);
}
