/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "rewrite.h"

#include "forward_sink.h"
#include "keyed_hash.h"
#include "lost_input.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct rewrite {
	struct forward_sink base;
	const void *rules; /* of the kind of sink */
	struct keyed_hash_key key;
};

/* Returns a number for the stream of EVENT, whose id or routing code changes: tests that get equal
 * ids and codes still differ by it. */
static unsigned
rewrite_stream_of(const struct rewrite *rewrite, const struct subunit2_event *event)
{
	uint64_t hash = keyed_hash_test(&rewrite->key, event->test_id, event->route_code);
	return (unsigned)hash + event->stream;
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

/* Returns the new id, to be freed; NULL if it does not change. */
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
rewrite_rename_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	struct rewrite *rewrite = (struct rewrite *)sink;
	size_t len = 0;
	char *name = subunit2_view_present(event->test_id) && !lost_input_or_damage(event->test_id)
	                     ? rewrite_renamed(rewrite->rules, event->test_id, &len)
	                     : NULL;
	struct subunit2_event changed = *event;
	if (name) {
		changed.test_id = (struct subunit2_view){name, len};
		changed.stream = rewrite_stream_of(rewrite, event);
		changed.packet = SUBUNIT2_ABSENT;
	}
	enum subunit2_result result = subunit2_sink_event(rewrite->base.next, &changed, error);
	free(name);
	return result;
}

struct subunit2_sink *
rewrite_rename_new(const struct renamings *renamings, struct subunit2_sink *next)
{
	struct rewrite *rewrite = forward_sink_new(sizeof(*rewrite), rewrite_rename_event, next);
	rewrite->rules = renamings;
	rewrite->key = keyed_hash_new_key();
	return &rewrite->base.sink;
}

static enum subunit2_result
rewrite_expect_fail_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                          struct subunit2_error *error)
{
	struct rewrite *rewrite = (struct rewrite *)sink;
	bool failed = event->status == SUBUNIT2_STATUS_FAIL,
	     passed = event->status == SUBUNIT2_STATUS_SUCCESS;
	if (!(failed || passed) || !subunit2_view_present(event->test_id) ||
	    lost_input_or_damage(event->test_id) ||
	    string_list_find(rewrite->rules, event->test_id.data, event->test_id.len) < 0)
		return subunit2_sink_event(rewrite->base.next, event, error);
	struct subunit2_event changed = *event;
	changed.status = failed ? SUBUNIT2_STATUS_XFAIL : SUBUNIT2_STATUS_UXSUCCESS;
	changed.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(rewrite->base.next, &changed, error);
}

struct subunit2_sink *
rewrite_expect_fail_new(const struct string_list *expected, struct subunit2_sink *next)
{
	struct rewrite *rewrite =
		forward_sink_new(sizeof(*rewrite), rewrite_expect_fail_event, next);
	rewrite->rules = expected;
	return &rewrite->base.sink;
}

/* Strips one of ROUTES from CODE, or the first segment if ROUTES is empty. Returns false if CODE
 * does not change. */
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
rewrite_strip_route_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                          struct subunit2_error *error)
{
	struct rewrite *rewrite = (struct rewrite *)sink;
	struct subunit2_event changed = *event;
	changed.packet = SUBUNIT2_ABSENT;
	if (!rewrite_strip(rewrite->rules, &changed.route_code))
		return subunit2_sink_event(rewrite->base.next, event, error);
	if (!changed.route_code.len)
		changed.route_code = SUBUNIT2_ABSENT;
	if (subunit2_view_present(event->test_id))
		changed.stream = rewrite_stream_of(rewrite, event);
	return subunit2_sink_event(rewrite->base.next, &changed, error);
}

struct subunit2_sink *
rewrite_strip_route_new(const struct string_list *routes, struct subunit2_sink *next)
{
	struct rewrite *rewrite =
		forward_sink_new(sizeof(*rewrite), rewrite_strip_route_event, next);
	rewrite->rules = routes;
	rewrite->key = keyed_hash_new_key();
	return &rewrite->base.sink;
}
