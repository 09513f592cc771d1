/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_filter.h"

#include "event_buffer.h"
#include "lost_input.h"
#include "memory.h"

#include <stdlib.h>

#define LINE_MAX_LEN 65536 /* a longer line is searched in pieces */

struct sieve {
	struct subunit2_sink sink;
	const struct sieve_rules *rules;
	struct subunit2_sink *next;
	struct held *held; /* NULL: no rule speaks of whole tests */
};

/* What is known of a test that is held. */
struct facts {
	enum subunit2_status status; /* the last one */
	bool with, without;          /* one of these was found */
	bool tagged, untagged;       /* one of the tags that are wanted; that are not */
	char *line;                  /* of a file, not ended yet; NULL: none has begun */
	size_t len, size;
	char *file;
};

void
sieve_rules_clear(struct sieve_rules *rules)
{
	pattern_filter_clear(&rules->ids);
	strings_clear(&rules->routes);
	strings_clear(&rules->files);
	patterns_clear(&rules->with);
	patterns_clear(&rules->without);
	subunit2_tagset_clear(&rules->tags);
	subunit2_tagset_clear(&rules->no_tags);
}

static bool
asks_for_tests(const struct sieve_rules *rules)
{
	return rules->statuses || rules->with.count || rules->without.count || rules->tags.count ||
	       rules->no_tags.count;
}

static bool
passes_route(const struct sieve_rules *rules, const struct subunit2_event *event)
{
	for (size_t i = 0; i < rules->routes.count; i++)
		if (subunit2_route_is_under(event->route_code,
		                            subunit2_view_of(rules->routes.items[i]), NULL))
			return true;
	return !rules->routes.count;
}

static bool
passes_time(const struct sieve_rules *rules, const struct subunit2_event *event)
{
	if (!event->has_timestamp)
		return true;
	return !(rules->has_since && subunit2_time_compare(event->timestamp, rules->since) < 0) &&
	       !(rules->has_until && subunit2_time_compare(event->timestamp, rules->until) >= 0);
}

static bool
passes_test(const struct sieve_rules *rules, const struct subunit2_event *event)
{
	if (!subunit2_view_present(event->test_id))
		return !(rules->no_text && subunit2_view_present(event->file_name));
	return pattern_filter_admits(&rules->ids, event->test_id) &&
	       !(rules->runnable && !event->runnable) && !(rules->not_runnable && event->runnable);
}

/* Whether the event's file stays; an event without one has nothing to lose. */
static bool
keeps_file(const struct sieve_rules *rules, const struct subunit2_event *event)
{
	if (!rules->files.count || !subunit2_view_present(event->file_name))
		return true;
	for (size_t i = 0; i < rules->files.count; i++)
		if (subunit2_view_equal(event->file_name, subunit2_view_of(rules->files.items[i])))
			return true;
	return false;
}

static void
search(const struct sieve_rules *rules, struct facts *facts, struct subunit2_view text)
{
	facts->with = facts->with || patterns_match(&rules->with, text);
	facts->without = facts->without || patterns_match(&rules->without, text);
}

static void
end_line(const struct sieve_rules *rules, struct facts *facts)
{
	if (facts->len)
		search(rules, facts, (struct subunit2_view){facts->line, facts->len});
	free(facts->line);
	facts->line = NULL;
	facts->len = facts->size = 0;
}

/* BYTES, which fit, behind what has come of a line. */
static void
lengthen_line(struct facts *facts, struct subunit2_view bytes)
{
	if (facts->len + bytes.len > facts->size) {
		facts->size = 2 * (facts->len + bytes.len);
		facts->line = memory_resize(facts->line, facts->size, 1);
	}
	memcpy(facts->line + facts->len, bytes.data, bytes.len);
	facts->len += bytes.len;
}

/* BYTES of a line that ENDS with them, or not yet. What is there in one piece is searched
 * where it stands. */
static void
add_to_line(const struct sieve_rules *rules, struct facts *facts, struct subunit2_view bytes,
            bool ends)
{
	while (bytes.len) {
		size_t room = LINE_MAX_LEN - facts->len;
		struct subunit2_view piece = {bytes.data, bytes.len < room ? bytes.len : room};
		bool whole = piece.len == room || (ends && piece.len == bytes.len);
		bytes.data += piece.len;
		bytes.len -= piece.len;
		if (whole && !facts->len) {
			search(rules, facts, piece);
			continue;
		}
		lengthen_line(facts, piece);
		if (whole)
			end_line(rules, facts);
	}
	if (ends)
		end_line(rules, facts);
}

/* The pieces of a file follow each other; another file's piece ends the line. */
static void
search_file(const struct sieve_rules *rules, struct facts *facts,
            const struct subunit2_event *event)
{
	struct subunit2_view rest = event->file_bytes;
	if (!facts->file || !subunit2_view_equal(event->file_name, subunit2_view_of(facts->file))) {
		end_line(rules, facts);
		free(facts->file);
		facts->file = memory_copy_len(event->file_name.data, event->file_name.len);
	}
	while (rest.len) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		size_t len = newline ? (size_t)(newline - rest.data) : rest.len;
		add_to_line(rules, facts, (struct subunit2_view){rest.data, len}, newline);
		rest.data += len + (newline != NULL);
		rest.len -= len + (newline != NULL);
	}
}

static bool
any_in(struct subunit2_tags tags, const struct subunit2_tagset *set)
{
	struct subunit2_view tag;
	while (subunit2_tags_next(&tags, &tag))
		if (subunit2_tags_has(subunit2_tagset_view(set), tag))
			return true;
	return false;
}

static void
learn(const struct sieve_rules *rules, struct facts *facts, const struct subunit2_event *event)
{
	if (event->status)
		facts->status = event->status;
	facts->tagged = facts->tagged || any_in(event->tags, &rules->tags);
	facts->untagged = facts->untagged || any_in(event->tags, &rules->no_tags);
	if (!rules->with.count && !rules->without.count)
		return;
	search(rules, facts, event->test_id);
	if (subunit2_view_present(event->file_name))
		search_file(rules, facts, event);
}

static bool
passes_whole(const struct sieve_rules *rules, const struct facts *facts)
{
	if (rules->always & 1u << facts->status)
		return true;
	return (!rules->statuses || rules->statuses & 1u << facts->status) &&
	       (!rules->with.count || facts->with) && !facts->without &&
	       (!rules->tags.count || facts->tagged) && !facts->untagged;
}

/* The end of a test: all of its events pass, or none. */
static int
decide(struct sieve *sieve, struct held_test *test, struct subunit2_error *error)
{
	struct facts *facts = held_facts(test, sizeof(*facts));
	end_line(sieve->rules, facts);
	bool passes = passes_whole(sieve->rules, facts);
	free(facts->line);
	free(facts->file);
	facts->line = facts->file = NULL;
	if (passes)
		return held_release(sieve->held, test, sieve->next, error);
	held_drop(sieve->held, test);
	return SUBUNIT2_OK;
}

static int
hold(struct sieve *sieve, const struct subunit2_event *event, const struct subunit2_event *kept,
     struct subunit2_error *error)
{
	struct held_test *test = held_test(sieve->held, event);
	learn(sieve->rules, held_facts(test, sizeof(struct facts)), event);
	int result = kept ? held_add(sieve->held, test, kept, error) : SUBUNIT2_OK;
	if (result == SUBUNIT2_OK && subunit2_status_is_final(event->status))
		result = decide(sieve, test, error);
	return result;
}

static int
sieve_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct sieve *sieve = (struct sieve *)sink;
	const struct sieve_rules *rules = sieve->rules;
	const struct subunit2_event *kept = event;
	struct subunit2_event bare;
	bool fault = rules->keeps_faults && lost_input_or_damage(event->test_id);
	if (!fault &&
	    !(passes_test(rules, event) && passes_route(rules, event) && passes_time(rules, event)))
		return SUBUNIT2_OK;
	if (!keeps_file(rules, event)) {
		bare = *event;
		bare.file_name = bare.file_bytes = bare.mime_type = bare.packet = SUBUNIT2_ABSENT;
		bare.eof = false;
		kept = bare.status ? &bare : NULL;
	}
	if (sieve->held && !fault && subunit2_view_present(event->test_id))
		return hold(sieve, event, kept, error);
	return kept ? subunit2_sink_event(sieve->next, kept, error) : SUBUNIT2_OK;
}

static int
sieve_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct sieve *sieve = (struct sieve *)sink;
	struct held_test *test;
	int result = SUBUNIT2_OK;
	while (result == SUBUNIT2_OK && sieve->held && (test = held_first(sieve->held)))
		result = decide(sieve, test, error);
	return result == SUBUNIT2_OK ? subunit2_sink_finish(sieve->next, error) : result;
}

static void
sieve_free(struct subunit2_sink *sink)
{
	struct sieve *sieve = (struct sieve *)sink;
	struct held_test *test;
	while (sieve->held && (test = held_first(sieve->held))) {
		struct facts *facts = held_facts(test, sizeof(*facts));
		free(facts->line);
		free(facts->file);
		held_drop(sieve->held, test);
	}
	held_free(sieve->held);
	free(sieve);
}

struct subunit2_sink *
sieve_new(const struct sieve_rules *rules, struct subunit2_sink *next)
{
	struct sieve *sieve = memory_zeroed(1, sizeof(*sieve));
	sieve->sink = (struct subunit2_sink){sieve_event, sieve_finish, sieve_free};
	sieve->rules = rules;
	sieve->next = next;
	sieve->held = asks_for_tests(rules) ? held_new() : NULL;
	return &sieve->sink;
}
