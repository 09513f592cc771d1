/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "rewrite.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* What all of them are: a sink that hands on a changed copy. */
struct rewrite {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
	const void *rules;
};

static enum subunit2_result
rewrite_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct rewrite *)sink)->next, error);
}

static void
rewrite_free(struct subunit2_sink *sink)
{
	free(sink);
}

static struct subunit2_sink *
rewrite_new(enum subunit2_result (*event)(struct subunit2_sink *self,
                                          const struct subunit2_event *event,
                                          struct subunit2_error *error),
            const void *rules, struct subunit2_sink *next)
{
	struct rewrite *rewrite = memory_zeroed(1, sizeof(*rewrite));
	rewrite->sink = (struct subunit2_sink){event, rewrite_finish, rewrite_free};
	rewrite->next = next;
	rewrite->rules = rules;
	return &rewrite->sink;
}

bool
renamings_add(struct renamings *renamings, const char *regex, const char *replacement,
              char reason[REGEX_REASON_SIZE])
{
	if (!regex_replacement_is_valid(regex, replacement, reason))
		return false;
	struct regex *pattern = regex_new(regex, reason);
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
		regex_free(renamings->items[i].pattern);
		free(renamings->items[i].replacement);
	}
	free(renamings->items);
	*renamings = (struct renamings){0};
}

/* The id's new form, to be freed; NULL when it stays. */
static char *
rewrite_renamed(const struct renamings *renamings, struct subunit2_view id, size_t *len)
{
	char *name = NULL;
	for (size_t i = 0; i < renamings->count; i++) {
		size_t new_len;
		char *next = regex_replace(renamings->items[i].pattern, id,
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

static enum subunit2_result
rename_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct rewrite *rewrite = (struct rewrite *)sink;
	size_t len = 0;
	char *name = subunit2_view_present(event->test_id)
	                     ? rewrite_renamed(rewrite->rules, event->test_id, &len)
	                     : NULL;
	struct subunit2_event changed = *event;
	if (name) {
		changed.test_id = (struct subunit2_view){name, len};
		changed.packet = SUBUNIT2_ABSENT;
	}
	enum subunit2_result result = subunit2_sink_event(rewrite->next, &changed, error);
	free(name);
	return result;
}

struct subunit2_sink *
rewrite_rename_new(const struct renamings *renamings, struct subunit2_sink *next)
{
	return rewrite_new(rename_event, renamings, next);
}

static enum subunit2_result
expect_fail_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct rewrite *rewrite = (struct rewrite *)sink;
	bool failed = event->status == SUBUNIT2_STATUS_FAIL,
	     passed = event->status == SUBUNIT2_STATUS_SUCCESS;
	if (!(failed || passed) || !subunit2_view_present(event->test_id) ||
	    string_list_find(rewrite->rules, event->test_id.data, event->test_id.len) < 0)
		return subunit2_sink_event(rewrite->next, event, error);
	struct subunit2_event changed = *event;
	changed.status = failed ? SUBUNIT2_STATUS_XFAIL : SUBUNIT2_STATUS_UXSUCCESS;
	changed.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(rewrite->next, &changed, error);
}

struct subunit2_sink *
rewrite_expect_fail_new(const struct string_list *expected, struct subunit2_sink *next)
{
	return rewrite_new(expect_fail_event, expected, next);
}

/* Takes a route off CODE, or its first segment where none is named. */
static bool
rewrite_strip(const struct string_list *routes, struct subunit2_view *code)
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

static enum subunit2_result
strip_route_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct rewrite *rewrite = (struct rewrite *)sink;
	struct subunit2_event changed = *event;
	changed.packet = SUBUNIT2_ABSENT;
	if (!rewrite_strip(rewrite->rules, &changed.route_code))
		return subunit2_sink_event(rewrite->next, event, error);
	if (!changed.route_code.len)
		changed.route_code = SUBUNIT2_ABSENT;
	return subunit2_sink_event(rewrite->next, &changed, error);
}

struct subunit2_sink *
rewrite_strip_route_new(const struct string_list *routes, struct subunit2_sink *next)
{
	return rewrite_new(strip_route_event, routes, next);
}
