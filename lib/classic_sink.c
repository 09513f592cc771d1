/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/classic.h>

#include "classic_tests.h"
#include "sized_options.h"

#include <errno.h>
#include <stdlib.h>

typedef enum subunit2_result test_call(void *context, const struct subunit2_test *test,
                                       struct subunit2_error *error);

struct classic_sink {
	struct subunit2_sink sink;
	struct subunit2_classic_calls calls;
	void *context;
	struct subunit2_sink *collect;
};

/* Make CALL for TEST, unless it is NULL or an earlier call did not return SUBUNIT2_E_OK. */
static enum subunit2_result
classic_sink_call(const struct classic_sink *self, test_call *call,
                  const struct subunit2_test *test, enum subunit2_result result,
                  struct subunit2_error *error)
{
	return call && result == SUBUNIT2_E_OK ? call(self->context, test, error) : result;
}

/* Return the call for the outcome of TEST. A test that never ended is an error. */
static test_call *
classic_sink_outcome(const struct classic_sink *self, enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_SUCCESS:
		return self->calls.success;
	case SUBUNIT2_STATUS_UXSUCCESS:
		return self->calls.unexpected_success;
	case SUBUNIT2_STATUS_SKIP:
		return self->calls.skip;
	case SUBUNIT2_STATUS_FAIL:
		return self->calls.failure;
	case SUBUNIT2_STATUS_XFAIL:
		return self->calls.expected_failure;
	default:
		return self->calls.error;
	}
}

static enum subunit2_result
classic_sink_on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	const struct classic_sink *self = context;
	const struct subunit2_classic_calls *calls = &self->calls;
	enum subunit2_result result = SUBUNIT2_E_OK;

	if (test->status == SUBUNIT2_STATUS_EXISTS)
		return SUBUNIT2_E_OK;
	if (test->has_start && calls->time)
		result = calls->time(self->context, test->start, error);
	result = classic_sink_call(self, calls->start, test, result, error);
	if (test->tags.count && calls->tags && result == SUBUNIT2_E_OK)
		result = calls->tags(self->context, test->tags, SUBUNIT2_NO_TAGS, error);
	if (test->has_stop && calls->time && result == SUBUNIT2_E_OK)
		result = calls->time(self->context, test->stop, error);
	result = classic_sink_call(self, classic_sink_outcome(self, test->status), test, result,
	                           error);
	return classic_sink_call(self, calls->stop, test, result, error);
}

/* Parse the text of a file "progress". Return false if it is not valid. */
static bool
classic_sink_parse_progress(struct subunit2_view text, enum subunit2_classic_whence *whence,
                            int64_t *offset)
{
	char digits[32];
	char *end;

	*offset = 0;
	if (text.len && text.data[text.len - 1] == '\n')
		text.len--;
	if (subunit2_view_equal(text, SUBUNIT2_LITERAL("push")) ||
	    subunit2_view_equal(text, SUBUNIT2_LITERAL("pop"))) {
		*whence = text.len == 4 ? SUBUNIT2_CLASSIC_PUSH : SUBUNIT2_CLASSIC_POP;
		return true;
	}
	if (!text.len || text.len >= sizeof(digits) || !strchr("+-0123456789", *text.data))
		return false;
	memcpy(digits, text.data, text.len);
	digits[text.len] = '\0';
	errno = 0;
	*offset = strtoll(digits, &end, 10);
	*whence = strchr("+-", *digits) ? SUBUNIT2_CLASSIC_CUR : SUBUNIT2_CLASSIC_SET;
	return !errno && end == digits + text.len;
}

static enum subunit2_result
classic_sink_on_file(void *context, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	const struct classic_sink *self = context;
	enum subunit2_classic_whence whence;
	int64_t offset;

	if (subunit2_view_equal(event->mime_type, CLASSIC_PROGRESS_TYPE) &&
	    classic_sink_parse_progress(event->file_bytes, &whence, &offset))
		return self->calls.progress
		               ? self->calls.progress(self->context, whence, offset, error)
		               : SUBUNIT2_E_OK;
	return self->calls.file ? self->calls.file(self->context, event, error) : SUBUNIT2_E_OK;
}

static enum subunit2_result
classic_sink_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	return subunit2_sink_event(((struct classic_sink *)sink)->collect, event, error);
}

static enum subunit2_result
classic_sink_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct classic_sink *)sink)->collect, error);
}

static void
classic_sink_free(struct subunit2_sink *sink)
{
	subunit2_sink_free(((struct classic_sink *)sink)->collect);
	free(sink);
}

struct subunit2_sink *
subunit2_classic_sink_new(const struct subunit2_classic_calls *calls, void *context)
{
	struct subunit2_collect_options options = {.size = sizeof(options), .results_only = true};
	struct subunit2_classic_calls known;
	struct classic_sink *self;

	if (!sized_options_copy(&known, sizeof(known), calls, sizeof(known)))
		return NULL;
	self = malloc(sizeof(*self));
	if (!self)
		return NULL;
	*self = (struct classic_sink){
		.sink = {classic_sink_event, classic_sink_finish, classic_sink_free},
		.calls = known,
		.context = context,
	};
	options.attachment_limit = known.attachment_limit;
	self->collect =
		subunit2_collect_new(&options, classic_sink_on_test, classic_sink_on_file, self);
	if (self->collect)
		return &self->sink;
	free(self);
	return NULL;
}
