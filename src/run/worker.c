/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker.h"

#include "buffer.h"
#include "clock_offset.h"
#include "input.h"
#include "memory.h"
#include "message.h"
#include "process.h"
#include "spawn_reason.h"
#include "stderr_copy.h"
#include "timestamp.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct worker {
	struct subunit2_sink sink; /* takes what INPUT finds */
	struct supervisor *supervisor;
	struct worker_options options;
	struct process_options process_options;
	struct process *process; /* NULL: none runs */
	struct stdin_buffer *stdin_buffer;
	bool tests_input_ended;
	bool failed; /* its output is ignored */

	struct input *input;
	struct event_loop_timer tick;      /* for INPUT's deadline */
	struct event_loop_timer unstarted; /* a start that failed is reported in the next turn */
	int start_errnum;
	struct clock_offset clock;
	struct subunit2_time start; /* of the process */
	struct buffer code;         /* the name, a slash, and an event's routing code */
	struct buffer packet;       /* that is written */
	struct stderr_copy stderr_copy;
};

static int64_t
worker_now_ms(const struct worker *worker)
{
	return event_loop_now_ns(worker->supervisor->loop) / EVENT_LOOP_MS;
}

const char *
worker_name(const struct worker *worker)
{
	return worker->options.name;
}

size_t
worker_index(const struct worker *worker)
{
	return worker->options.index;
}

struct stdin_buffer *
worker_stdin(struct worker *worker)
{
	return worker->stdin_buffer;
}

/* Events */

/* Reports in the stream, and on standard error, that the times of the worker are shifted. */
static void
worker_report_clock(struct worker *worker, struct subunit2_time now)
{
	char *text = clock_offset_text(&worker->clock, worker->options.name);
	struct subunit2_event event = clock_offset_event(text, now);
	event.route_code = subunit2_view_of(worker->options.name);
	message("%s", text);
	worker->options.handler->event(worker->options.context, worker, &event);
	free(text);
}

static void
worker_set_time(struct worker *worker, struct subunit2_event *event)
{
	struct subunit2_time now = timestamp_now();
	if (!event->has_timestamp) {
		event->has_timestamp = true;
		event->timestamp = now;
		return;
	}
	if (clock_offset_measure(&worker->clock, event, worker->start, now))
		worker_report_clock(worker, now);
	event->timestamp = clock_offset_shift(&worker->clock, event->timestamp);
}

static void
worker_set_route(struct worker *worker, struct subunit2_event *event)
{
	worker->code.len = 0;
	buffer_add(&worker->code, subunit2_view_of(worker->options.name));
	if (event->route_code.len) {
		buffer_add(&worker->code, SUBUNIT2_LITERAL("/"));
		buffer_add(&worker->code, event->route_code);
	}
	event->route_code = buffer_view(&worker->code);
}

static void
worker_fail(struct worker *worker, const char *reason, size_t len)
{
	if (worker->failed)
		return;
	worker->failed = true;
	char *text = memory_format("it sent damage: %.*s", (int)len, reason);
	worker->options.handler->failed(worker->options.context, worker, text);
	free(text);
}

/* Damage that this program found is an event without a packet; see subunit2/stream.h. */
static bool
worker_is_damage(const struct subunit2_event *event)
{
	return !subunit2_view_present(event->packet) &&
	       subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("subunit.parser"));
}

static enum subunit2_result
worker_on_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct worker *worker = (struct worker *)sink;
	struct subunit2_event changed = *event;
	(void)error;
	if (worker->failed)
		return SUBUNIT2_E_OK;
	if (worker_is_damage(event)) {
		if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("Parser Error")))
			worker_fail(worker, event->file_bytes.data, event->file_bytes.len);
		return SUBUNIT2_E_OK;
	}
	changed.packet = SUBUNIT2_ABSENT;
	worker_set_time(worker, &changed);
	worker_set_route(worker, &changed);
	worker->options.handler->event(worker->options.context, worker, &changed);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
worker_on_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

/* Output */

static void worker_on_tick(void *context);

static void
worker_check_input(struct worker *worker, enum subunit2_result result,
                   const struct subunit2_error *error)
{
	int64_t deadline_ms = worker->input->deadline(worker->input);
	if (result != SUBUNIT2_E_OK)
		worker_fail(worker, error->message, strlen(error->message));
	if (deadline_ms == INT64_MAX)
		event_loop_timer_stop(worker->supervisor->loop, &worker->tick);
	else
		event_loop_timer_start(worker->supervisor->loop, &worker->tick,
		                       deadline_ms * EVENT_LOOP_MS, worker_on_tick, worker);
}

static void
worker_on_tick(void *context)
{
	struct worker *worker = context;
	struct subunit2_error error;
	worker_check_input(
		worker, worker->input->tick(worker->input, worker_now_ms(worker), &error), &error);
}

static void
worker_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct worker *worker = context;
	struct subunit2_error error;
	if (stream == PROCESS_STDERR)
		stderr_copy_add(&worker->stderr_copy, bytes);
	else if (!worker->failed)
		worker_check_input(worker,
		                   worker->input->feed(worker->input, bytes.data, bytes.len,
		                                       worker_now_ms(worker), &error),
		                   &error);
}

/* The end of a process */

/* Returns how the process ended, to be freed. */
static char *
worker_describe_end(const struct worker *worker, const struct process_result *result)
{
	char name[SIGNALS_NAME_SIZE];
	if (result->failure.errnum)
		return memory_format("%s: %s", spawn_reason_stage(result->failure.stage),
		                     result->failure_reason);
	if (result->read_errnum)
		return memory_format("cannot read its output: %s", strerror(result->read_errnum));
	if (!result->exited)
		return memory_copy("its supervisor was killed");
	if (WIFSIGNALED(result->status))
		return memory_format("died of %s", signals_name(WTERMSIG(result->status), name));
	struct subunit2_view line = buffer_view(&worker->stderr_copy.last);
	return memory_format("exit status %d%s%.*s", WEXITSTATUS(result->status),
	                     line.len ? ": " : "", (int)line.len, line.len ? line.data : "");
}

static void
worker_end(struct worker *worker, char *reason)
{
	event_loop_timer_stop(worker->supervisor->loop, &worker->tick);
	worker->options.handler->over(worker->options.context, worker, reason);
	free(reason);
}

static void
worker_on_over(void *context, const struct process_result *result)
{
	struct worker *worker = context;
	struct subunit2_error error;
	struct process *process = worker->process;
	stderr_copy_end(&worker->stderr_copy);
	if (!worker->failed)
		worker->input->finish(worker->input, &error);
	char *reason = worker_describe_end(worker, result);
	worker->process = NULL;
	process_free(process);
	worker_end(worker, reason);
}

static void
worker_on_unstarted(void *context)
{
	struct worker *worker = context;
	worker_end(worker, memory_format("cannot be started: %s", strerror(worker->start_errnum)));
}

/* The interface */

struct worker *
worker_new(struct supervisor *supervisor, const struct worker_options *options)
{
	struct worker *worker = memory_zeroed(1, sizeof(*worker));
	worker->sink = (struct subunit2_sink){worker_on_event, worker_on_finish, NULL};
	worker->supervisor = supervisor;
	worker->options = *options;
	worker->stdin_buffer = stdin_buffer_new(supervisor->loop, options->tmp_parent);
	worker->process_options = (struct process_options){
		.argv = worker->options.argv.items,
		.envp = options->envp,
		.stdin_fd = -1,
		.stdin_buffer = worker->stdin_buffer,
		.remote_client = true,
		.grace_ns = options->grace_ns,
		.leak_ns = EVENT_LOOP_S,
		.leaked = PROCESS_KEEP,
	};
	return worker;
}

void
worker_free(struct worker *worker)
{
	if (!worker)
		return;
	event_loop_timer_stop(worker->supervisor->loop, &worker->unstarted);
	if (worker->input)
		worker->input->free(worker->input);
	stdin_buffer_free(worker->stdin_buffer);
	buffer_clear(&worker->code);
	buffer_clear(&worker->packet);
	stderr_copy_clear(&worker->stderr_copy);
	string_list_clear(&worker->options.argv);
	free(worker);
}

bool
worker_send(struct worker *worker, const struct subunit2_event *event)
{
	struct subunit2_error error;
	size_t len, size;
	enum subunit2_result result = subunit2_packet_encode(event, NULL, 0, &size, &error);
	worker->packet.len = 0;
	if (result == SUBUNIT2_E_OK)
		result = subunit2_packet_encode(event, buffer_reserve(&worker->packet, size), size,
		                                &len, &error);
	if (result != SUBUNIT2_E_OK) {
		message_error(worker->options.name, &error);
		return false;
	}
	if (stdin_buffer_put(worker->stdin_buffer,
	                     (struct subunit2_view){worker->packet.data, len}))
		return true;
	message("%s: cannot keep a request: %s", worker->options.name, strerror(errno));
	return false;
}

static void
worker_send_tests_end(struct worker *worker)
{
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("stdin"),
		.file_bytes = {"", 0},
		.eof = true,
	};
	worker_send(worker, &event);
}

void
worker_end_tests_input(struct worker *worker)
{
	if (worker->process && !worker->tests_input_ended)
		worker_send_tests_end(worker);
	worker->tests_input_ended = true;
}

void
worker_start(struct worker *worker)
{
	static const struct process_handler handler = {worker_on_output, worker_on_over};
	static const struct input_options declared = {.declared = true};
	struct subunit2_event hello = {
		.file_name = SUBUNIT2_LITERAL("worker"),
		.file_bytes = subunit2_view_of(worker->options.name),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
	if (worker->input)
		worker->input->free(worker->input);
	worker->input = memory_have(input_subunit(&declared, &worker->sink, NULL));
	worker->failed = false;
	worker->clock = (struct clock_offset){0};
	worker->start = timestamp_now();
	stderr_copy_begin(&worker->stderr_copy, worker->options.name);
	worker->process =
		process_start(worker->supervisor, &worker->process_options, &handler, worker);
	if (!worker->process) {
		worker->start_errnum = errno;
		event_loop_timer_start(worker->supervisor->loop, &worker->unstarted, 0,
		                       worker_on_unstarted, worker);
		return;
	}
	worker_send(worker, &hello);
	if (worker->tests_input_ended)
		worker_send_tests_end(worker);
}

void
worker_stop(struct worker *worker)
{
	if (!worker->process)
		return;
	stdin_buffer_end(worker->stdin_buffer);
	process_end(worker->process, SIGTERM, true);
}

void
worker_kill(struct worker *worker)
{
	if (worker->process)
		process_kill(worker->process);
}
