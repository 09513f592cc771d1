/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "capture_events.h"

#include "driven_console.h"

#include <stddef.h>

enum subunit2_result
capture_events_flush_texts(struct output_capture *capture, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_text_flush(capture->texts[PROCESS_STDOUT], error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(capture->texts[PROCESS_STDERR], error)
	                               : result;
}

enum subunit2_result
capture_events_feed_text(struct output_capture *capture, enum process_stream stream,
                         struct subunit2_view bytes, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_text_flush(capture->texts[!stream], error);
	return result == SUBUNIT2_E_OK
	               ? subunit2_text_feed(capture->texts[stream], bytes, capture->now_ms, error)
	               : result;
}

static int
capture_events_rank(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_FAIL:
		return 5;
	case SUBUNIT2_STATUS_UXSUCCESS:
		return 4;
	case SUBUNIT2_STATUS_SKIP:
		return 3;
	case SUBUNIT2_STATUS_XFAIL:
		return 2;
	case SUBUNIT2_STATUS_SUCCESS:
		return 1;
	default:
		return 0;
	}
}

static bool
capture_events_is_own(const struct output_capture *capture, const struct subunit2_event *event)
{
	return subunit2_view_equal(event->test_id, capture->options.id) &&
	       !subunit2_view_present(event->route_code);
}

/* Keeps the status of an event of the test itself, and passes the rest of the event on. */
static enum subunit2_result
capture_events_on_own(struct output_capture *capture, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	if (subunit2_status_is_final(event->status) &&
	    capture_events_rank(event->status) > capture_events_rank(capture->own))
		capture->own = event->status;
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		capture->own_reason = true;
	capture->own_leaked =
		capture->own_leaked || subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("leaked"));
	if (event->status && !subunit2_view_present(event->file_name) && event->tags.count == 0)
		return SUBUNIT2_E_OK;
	struct subunit2_event rest = *event;
	rest.status = SUBUNIT2_STATUS_NONE;
	rest.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(capture->sink, &rest, error);
}

static enum subunit2_result
capture_events_event(struct subunit2_sink *self, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	struct output_capture *capture = (struct output_capture *)self;
	enum subunit2_result result = capture_events_flush_texts(capture, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (capture->driven)
		driven_console_record(capture->driven, event);
	if (capture_events_is_own(capture, event))
		return capture_events_on_own(capture, event, error);
	capture->any_other |= subunit2_view_present(event->test_id);
	if (!capture->in_console)
		capture->any_packet |= subunit2_view_present(event->test_id);
	result = subunit2_sink_event(subunit2_summary_sink(capture->others), event, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_event(capture->sink, event, error) : result;
}

static enum subunit2_result
capture_events_assertion(struct subunit2_sink *self, const struct subunit2_event *event,
                         struct subunit2_error *error)
{
	struct output_capture *capture =
		(struct output_capture *)((char *)self -
	                                  offsetof(struct output_capture, assertions));
	enum subunit2_result result = capture_events_flush_texts(capture, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_event(capture->sink, event, error) : result;
}

static enum subunit2_result
capture_events_ignore_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	(void)self, (void)error;
	return SUBUNIT2_E_OK;
}

void
capture_events_init(struct output_capture *capture)
{
	capture->events =
		(struct subunit2_sink){capture_events_event, capture_events_ignore_finish, NULL};
	capture->assertions = (struct subunit2_sink){capture_events_assertion,
	                                             capture_events_ignore_finish, NULL};
}
