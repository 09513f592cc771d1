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

#define PACKET_FIFO_PIECE 65536 /* bytes: the capacity of a FIFO */
#define DRAIN_MAX (1 << 20)     /* bytes; other processes may go on writing */

struct test_job {
	struct supervisor *supervisor;
	const struct job_options *options;
	void (*over)(void *context, const struct test_job_end *end);
	void *context;
	struct process *process; /* NULL: it could not be started */
	int start_errnum;
	struct output_capture *capture;
	char *make_directory;       /* see output_capture_options */
	struct output_match *match; /* NULL: nothing is waited for */
	uint64_t output;            /* bytes that were written */
	bool over_output_limit;     /* too many */
	bool broken;                /* the sink takes no more */
	struct event_loop_timer tick;
	struct event_loop_watch fifo;
	struct test_job_end end;
};

static int64_t
test_job_now_ms(const struct test_job *job)
{
	return event_loop_now_ns(job->supervisor->loop) / EVENT_LOOP_MS;
}

/* Ends the command if RESULT is an error, which the owner of the sink reports. */
static void
test_job_check(struct test_job *job, enum subunit2_result result)
{
	if (result == SUBUNIT2_E_OK)
		return;
	job->broken = true;
	test_job_stop(job, SIGTERM, false);
}

static void test_job_on_tick(void *context);

static void
test_job_plan_tick(struct test_job *job)
{
	int64_t deadline_ms = job->broken ? INT64_MAX : output_capture_deadline(job->capture);
	if (job->match && output_match_deadline(job->match) < deadline_ms)
		deadline_ms = output_match_deadline(job->match);
	if (deadline_ms == INT64_MAX)
		event_loop_timer_stop(job->supervisor->loop, &job->tick);
	else
		event_loop_timer_start(job->supervisor->loop, &job->tick,
		                       deadline_ms * EVENT_LOOP_MS, test_job_on_tick, job);
}

static void
test_job_stop_waiting(struct test_job *job, bool found)
{
	if (!found || job->end.matched)
		return;
	job->end.matched = true;
	test_job_stop(job, SIGTERM, false);
}

static void
test_job_on_tick(void *context)
{
	struct test_job *job = context;
	if (!job->broken)
		test_job_check(job, output_capture_tick(job->capture, test_job_now_ms(job), NULL));
	if (job->match)
		test_job_stop_waiting(job, output_match_tick(job->match, test_job_now_ms(job)));
	test_job_plan_tick(job);
}

/* Returns the part of BYTES within the limit of output. If that is not all, ends the command. */
static struct subunit2_view
test_job_within_limit(struct test_job *job, struct subunit2_view bytes)
{
	uint64_t max = job->options->max_output;
	uint64_t room = max > job->output ? max - job->output : 0;
	job->output += bytes.len;
	if (!max || bytes.len <= room)
		return bytes;
	job->over_output_limit = true;
	test_job_stop(job, SIGTERM, false);
	return (struct subunit2_view){bytes.data, room};
}

/* Reads a piece of packets from the FIFO. Returns false if the FIFO is empty now. */
static bool
test_job_read_fifo(struct test_job *job)
{
	char bytes[PACKET_FIFO_PIECE];
	ssize_t got = read(job->options->fifo->read_fd, bytes, sizeof(bytes));
	if (got <= 0)
		return got < 0 && errno == EINTR;
	struct subunit2_view piece =
		test_job_within_limit(job, (struct subunit2_view){bytes, (size_t)got});
	if (!job->broken && piece.len)
		test_job_check(job, output_capture_feed_fifo(job->capture, piece,
		                                             test_job_now_ms(job), NULL));
	return true;
}

/* Reads the packets that are in the FIFO, if there is one; at most DRAIN_MAX bytes. */
static void
test_job_drain_fifo(struct test_job *job)
{
	if (!job->options->fifo)
		return;
	for (size_t all = 0; all < DRAIN_MAX && test_job_read_fifo(job);)
		all += PACKET_FIFO_PIECE;
}

static void
test_job_on_fifo_readable(void *context)
{
	struct test_job *job = context;
	test_job_read_fifo(job);
	test_job_plan_tick(job);
}

static void
test_job_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct test_job *job = context;
	/* A harness prints its line about a script after the script has written its packets. */
	test_job_drain_fifo(job);
	if (job->options->copy)
		job->options->copy(job->options->copy_context, stream, bytes);
	if (job->options->proxy)
		tty_proxy_write(job->options->proxy, bytes);
	bytes = test_job_within_limit(job, bytes);
	if (job->broken || !bytes.len)
		return;
	test_job_check(
		job, output_capture_feed(job->capture, stream, bytes, test_job_now_ms(job), NULL));
	if (job->match)
		test_job_stop_waiting(job, output_match_feed(job->match, (int)stream, bytes,
		                                             test_job_now_ms(job)));
	test_job_plan_tick(job);
}

static enum outcome_wait
test_job_waited(struct test_job *job)
{
	if (job->over_output_limit)
		return OUTCOME_OVER_LIMIT;
	if (!job->match)
		return OUTCOME_NO_WAIT;
	job->end.matched = job->end.matched || output_match_tick(job->match, INT64_MAX);
	return job->end.matched ? OUTCOME_MATCHED : OUTCOME_NO_MATCH;
}

static void
test_job_on_end(void *context, const struct process_result *result)
{
	struct test_job *job = context;
	event_loop_unwatch(job->supervisor->loop, &job->fifo);
	test_job_drain_fifo(job);
	event_loop_timer_stop(job->supervisor->loop, &job->tick);
	if (job->options->proxy) {
		supervisor_set_terminal(job->supervisor, NULL);
		tty_proxy_reclaim(job->options->proxy);
	}
	if (!job->broken)
		test_job_check(job, output_capture_finish(job->capture, NULL));
	struct output_capture_verdict verdict = output_capture_verdict(job->capture);
	job->end.result = result;
	outcome_decide(&job->end.outcome, &job->options->rules, result, test_job_waited(job),
	               &verdict);
	/* The failure of a test may have been in the output that is lost. */
	if (job->broken && !subunit2_status_is_bad(job->end.outcome.status))
		outcome_fail(&job->end.outcome, "its output could not be passed on");
	job->over(job->context, &job->end);
}

static void
test_job_end_unstarted(void *context)
{
	struct test_job *job = context;
	outcome_decide_unstarted(&job->end.outcome, job->start_errnum);
	job->over(job->context, &job->end);
}

struct stdin_buffer *
test_job_new_stdin_buffer(const struct job_options *options, struct event_loop *loop,
                          const char *folder)
{
	if (!options->stdin_stream && !options->process.pty)
		return NULL;
	struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, folder);
	if (!options->stdin_stream && !options->proxy)
		stdin_buffer_end_all(stdin_buffer);
	return stdin_buffer;
}

static void
test_job_lend_terminal(const struct test_job *job)
{
	struct tty_proxy *proxy = job->options->proxy;
	const struct supervisor_terminal terminal = {tty_proxy_resize, tty_proxy_suspend,
	                                             tty_proxy_resume, proxy};
	tty_proxy_lend(proxy, job->supervisor->loop, job->options->process.stdin_buffer);
	supervisor_set_terminal(job->supervisor, &terminal);
}

struct test_job *
test_job_start(struct supervisor *supervisor, const struct job_options *options,
               struct subunit2_sink *sink,
               void (*over)(void *context, const struct test_job_end *end), void *context)
{
	static const struct process_handler handler = {test_job_on_output, test_job_on_end};
	struct output_capture_options capture = {
		.id = options->id,
		.from = options->from,
		.strict = options->strict,
		.any_line = options->any_line,
		.automake = options->automake,
		.make_check = automake_make_is_check(options->process.argv),
		.directory = options->process.cwd,
	};
	struct test_job *job = memory_zeroed(1, sizeof(*job));
	job->make_directory = automake_make_directory(options->process.argv);
	capture.make_directory = job->make_directory;
	job->supervisor = supervisor;
	job->options = options;
	job->over = over;
	job->context = context;
	job->capture = output_capture_new(&capture, sink);
	if (options->until)
		job->match = output_match_new(options->until);
	if (options->fifo)
		event_loop_watch(supervisor->loop, &job->fifo, options->fifo->read_fd,
		                 test_job_on_fifo_readable, job);
	job->process = process_start(supervisor, &options->process, &handler, job);
	if (!job->process) {
		job->start_errnum = errno;
		event_loop_timer_start(supervisor->loop, &job->tick, 0, test_job_end_unstarted,
		                       job);
	} else if (options->proxy) {
		test_job_lend_terminal(job);
	}
	return job;
}

void
test_job_free(struct test_job *job)
{
	if (!job)
		return;
	event_loop_unwatch(job->supervisor->loop, &job->fifo);
	process_free(job->process);
	output_capture_free(job->capture);
	output_match_free(job->match);
	free(job->make_directory);
	outcome_clear(&job->end.outcome);
	free(job);
}

void
test_job_stop(struct test_job *job, int signo, bool reached)
{
	if (job && job->process)
		process_end(job->process, signo, reached);
}

void
test_job_kill(struct test_job *job)
{
	if (job && job->process)
		process_kill(job->process);
}
