/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "rewrite.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* What all of them are: a sink that hands on a changed copy. */
struct amend {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
	const void *rules;
};

static int
amend_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct amend *)sink)->next, error);
}

static void
amend_free(struct subunit2_sink *sink)
{
	free(sink);
}

static struct subunit2_sink *
amend_new(int (*event)(struct subunit2_sink *self, const struct subunit2_event *event,
                       struct subunit2_error *error),
          const void *rules, struct subunit2_sink *next)
{
	struct amend *amend = memory_zeroed(1, sizeof(*amend));
	amend->sink = (struct subunit2_sink){event, amend_finish, amend_free};
	amend->next = next;
	amend->rules = rules;
	return &amend->sink;
}

bool
renamings_add(struct renamings *renamings, const char *regex, const char *replacement,
              char reason[PATTERN_REASON_SIZE])
{
	if (!pattern_replacement_is_good(regex, replacement, reason))
		return false;
	struct pattern *pattern = pattern_new(regex, reason);
	if (!pattern)
		return false;
	renamings->items =
		memory_resize(renamings->items, renamings->count + 1, sizeof(*renamings->items));
	renamings->items[renamings->count++] = (struct renaming){pattern, memory_copy(replacement)};
	return true;
}

void
renamings_clear(struct renamings *renamings)
{
	for (size_t i = 0; i < renamings->count; i++) {
		pattern_free(renamings->items[i].pattern);
		free(renamings->items[i].replacement);
	}
	free(renamings->items);
	*renamings = (struct renamings){0};
}

/* The id's new form, to be freed; NULL when it stays. */
static char *
renamed(const struct renamings *renamings, struct subunit2_view id, size_t *len)
{
	char *name = NULL;
	for (size_t i = 0; i < renamings->count; i++) {
		size_t new_len;
		char *next = pattern_replace(renamings->items[i].pattern, id,
		                             renamings->items[i].replacement, &new_len);
		if (next &&
		    (!new_len || !subunit2_utf8_is_string((struct subunit2_view){next, new_len}))) {
			free(next);
			next = NULL;
		}
		if (!next)
			continue;
		free(name);
		name = next;
		*len = new_len;
		id = (struct subunit2_view){name, new_len};
	}
	return name;
}

static int
rename_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct amend *amend = (struct amend *)sink;
	size_t len = 0;
	char *name = subunit2_view_present(event->test_id)
	                     ? renamed(amend->rules, event->test_id, &len)
	                     : NULL;
	struct subunit2_event changed = *event;
	if (name) {
		changed.test_id = (struct subunit2_view){name, len};
		changed.packet = SUBUNIT2_ABSENT;
	}
	int result = subunit2_sink_event(amend->next, &changed, error);
	free(name);
	return result;
}

struct subunit2_sink *
rename_new(const struct renamings *renamings, struct subunit2_sink *next)
{
	return amend_new(rename_event, renamings, next);
}

static int
expect_fail_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct amend *amend = (struct amend *)sink;
	bool failed = event->status == SUBUNIT2_FAIL, passed = event->status == SUBUNIT2_SUCCESS;
	if (!(failed || passed) || !subunit2_view_present(event->test_id) ||
	    strings_find(amend->rules, event->test_id.data, event->test_id.len) < 0)
		return subunit2_sink_event(amend->next, event, error);
	struct subunit2_event changed = *event;
	changed.status = failed ? SUBUNIT2_XFAIL : SUBUNIT2_UXSUCCESS;
	changed.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(amend->next, &changed, error);
}

struct subunit2_sink *
expect_fail_new(const struct strings *expected, struct subunit2_sink *next)
{
	return amend_new(expect_fail_event, expected, next);
}

/* Takes a route off CODE, or its first segment where none is named. */
static bool
strip(const struct strings *routes, struct subunit2_view *code)
{
	if (!code->len)
		return false;
	for (size_t i = 0; i < routes->count; i++)
		if (subunit2_route_is_under(*code, subunit2_view_of(routes->items[i]), code))
			return true;
	if (routes->count)
		return false;
	const char *slash = memchr(code->data, '/', code->len);
	size_t first = slash ? (size_t)(slash - code->data) : code->len;
	return subunit2_route_is_under(*code, (struct subunit2_view){code->data, first}, code);
}

static int
strip_route_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct amend *amend = (struct amend *)sink;
	struct subunit2_event changed = *event;
	changed.packet = SUBUNIT2_ABSENT;
	if (!strip(amend->rules, &changed.route_code))
		return subunit2_sink_event(amend->next, event, error);
	if (!changed.route_code.len)
		changed.route_code = SUBUNIT2_ABSENT;
	return subunit2_sink_event(amend->next, &changed, error);
}

struct subunit2_sink *
strip_route_new(const struct strings *routes, struct subunit2_sink *next)
{
	return amend_new(strip_route_event, routes, next);
}
