/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_tests.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum subunit2_result
subunit1_tests_emit(struct subunit1_input *self, struct subunit2_event *event,
                    struct subunit2_error *error)
{
	event->has_timestamp = self->has_time || self->has_seen;
	event->timestamp = self->has_time ? self->time : self->seen;
	return subunit2_sink_event(self->events, event, error);
}

struct subunit2_view
subunit1_tests_escape(struct subunit2_view text, char buffer[SUBUNIT1_LINE_MAX])
{
	if (subunit2_utf8_is_string(text))
		return text;
	return (struct subunit2_view){buffer,
	                              subunit2_utf8_escape(text, buffer, SUBUNIT1_LINE_MAX)};
}

struct subunit1_test *
subunit1_tests_find(struct subunit1_input *self, struct subunit2_view label)
{
	char buffer[SUBUNIT1_LINE_MAX];
	struct subunit2_view id = subunit1_tests_escape(label, buffer);
	struct subunit1_test *test;
	HASH_FIND(hh, self->open, id.data, id.len, test);
	return test;
}

/* Returns the id of the test LABEL, to be freed. A label that repeats the scope's id, or
 * begins with it, is an id already. */
static char *
subunit1_tests_id(struct subunit1_input *self, struct subunit2_view label)
{
	struct subunit2_view script = self->scope.script;
	char *id = memory_copy_len(label.data, label.len);
	if (!subunit2_view_present(script) || subunit2_view_equal(label, script))
		return id;
	if (!subunit2_view_starts(label, script) ||
	    strncmp(id + script.len, "::", strlen("::")) != 0) {
		char *scoped = memory_format("%.*s::%s", (int)script.len, script.data, id);
		free(id);
		id = scoped;
	}
	return unique_names_add(&self->ids, id);
}

struct subunit1_test *
subunit1_tests_open(struct subunit1_input *self, struct subunit2_view label)
{
	char buffer[SUBUNIT1_LINE_MAX];
	struct subunit2_view key = subunit1_tests_escape(label, buffer);
	struct subunit1_test *test = memory_zeroed(1, sizeof(*test) + key.len);
	memcpy(test->label, key.data, key.len);
	test->id = subunit1_tests_id(self, key);
	HASH_ADD_KEYPTR(hh, self->open, test->label, key.len, test);
	return test;
}

static void
subunit1_tests_forget(struct subunit1_input *self, struct subunit1_test *test)
{
	HASH_DEL(self->open, test);
	if (self->current == test)
		self->current = NULL;
	subunit2_tagset_clear(&test->tags);
	free(test->id);
	free(test);
}

enum subunit2_result
subunit1_tests_start(struct subunit1_input *self, struct subunit2_view label,
                     struct subunit2_error *error)
{
	struct subunit1_test *test = subunit1_tests_find(self, label);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!test) {
		test = subunit1_tests_open(self, label);
		result = subunit2_tagset_add_all(&test->tags, subunit2_tagset_view(&self->tags),
		                                 error);
	}
	self->current = test;
	if (result != SUBUNIT2_E_OK)
		return result;
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = self->runnable,
	};
	return subunit1_tests_emit(self, &event, error);
}

enum subunit2_result
subunit1_tests_end(struct subunit1_input *self, struct subunit1_test *test,
                   enum subunit2_status status, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.status = status,
		.tags = subunit2_tagset_view(&test->tags),
		.runnable = self->runnable,
	};
	enum subunit2_result result = subunit1_tests_emit(self, &event, error);
	self->ended = NULL;
	subunit1_tests_forget(self, test);
	return result;
}

void
subunit1_tests_clear(struct subunit1_input *self)
{
	while (self->open)
		subunit1_tests_forget(self, self->open);
}
