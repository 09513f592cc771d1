/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_filter.h"

#include "buffer.h"
#include "event_buffer.h"
#include "forward_sink.h"
#include "last_status.h"
#include "lost_input.h"
#include "memory.h"

#include <stdlib.h>

#define LINE_MAX_LEN 65536 /* a longer line is searched in pieces */

struct event_filter {
	struct forward_sink base;
	const struct event_filter_rules *rules;
	struct event_buffer *event_buffer; /* NULL: no rule is about whole tests */
};

/* The facts about a test whose events are held. */
struct facts {
	enum subunit2_status status; /* the last one */
	bool with, without;          /* one of the expressions of this list was found */
	bool tagged, untagged;       /* has one of the wanted tags; of the unwanted tags */
	struct buffer line;          /* the unfinished line of a file */
	char *file;
};

void
event_filter_rules_clear(struct event_filter_rules *rules)
{
	regex_filter_clear(&rules->ids);
	string_list_clear(&rules->routes);
	string_list_clear(&rules->files);
	regex_list_clear(&rules->with);
	regex_list_clear(&rules->without);
	subunit2_tagset_clear(&rules->tags);
	subunit2_tagset_clear(&rules->no_tags);
}

static bool
event_filter_is_about_tests(const struct event_filter_rules *rules)
{
	return rules->statuses || rules->with.count || rules->without.count ||
	       subunit2_tagset_view(&rules->tags).count ||
	       subunit2_tagset_view(&rules->no_tags).count;
}

bool
event_filter_rules_pass_all(const struct event_filter_rules *rules)
{
	return !rules->ids.match.count && !rules->ids.exclude.count && !rules->routes.count &&
	       !rules->files.count && !rules->runnable && !rules->not_runnable &&
	       !rules->has_since && !rules->has_until && !rules->no_text &&
	       !event_filter_is_about_tests(rules);
}

static bool
event_filter_passes_route(const struct event_filter_rules *rules,
                          const struct subunit2_event *event)
{
	for (size_t i = 0; i < rules->routes.count; i++)
		if (subunit2_route_is_under(event->route_code,
		                            subunit2_view_of(rules->routes.items[i]), NULL))
			return true;
	return !rules->routes.count;
}

static bool
event_filter_passes_time(const struct event_filter_rules *rules, const struct subunit2_event *event)
{
	if (!event->has_timestamp)
		return true;
	return !(rules->has_since && subunit2_time_compare(event->timestamp, rules->since) < 0) &&
	       !(rules->has_until && subunit2_time_compare(event->timestamp, rules->until) >= 0);
}

static bool
event_filter_passes_test(const struct event_filter_rules *rules, const struct subunit2_event *event)
{
	if (!subunit2_view_present(event->test_id))
		return !(rules->no_text && subunit2_view_present(event->file_name));
	return regex_filter_matches(&rules->ids, event->test_id) &&
	       !(rules->runnable && !event->runnable) && !(rules->not_runnable && event->runnable);
}

/* Returns true if the event's file passes, or if it has none. */
static bool
event_filter_keeps_file(const struct event_filter_rules *rules, const struct subunit2_event *event)
{
	if (!rules->files.count || !subunit2_view_present(event->file_name))
		return true;
	for (size_t i = 0; i < rules->files.count; i++)
		if (subunit2_view_equal(event->file_name, subunit2_view_of(rules->files.items[i])))
			return true;
	return false;
}

static void
event_filter_search(const struct event_filter_rules *rules, struct facts *facts,
                    struct subunit2_view text)
{
	facts->with = facts->with || regex_list_match(&rules->with, text);
	facts->without = facts->without || regex_list_match(&rules->without, text);
}

static void
event_filter_end_line(const struct event_filter_rules *rules, struct facts *facts)
{
	if (facts->line.len)
		event_filter_search(rules, facts, buffer_view(&facts->line));
	buffer_clear(&facts->line);
}

/* Adds BYTES to a line, which ENDS with them or not. A line that comes in one piece is
 * searched without a copy. */
static void
event_filter_add_to_line(const struct event_filter_rules *rules, struct facts *facts,
                         struct subunit2_view bytes, bool ends)
{
	while (bytes.len) {
		size_t room = LINE_MAX_LEN - facts->line.len;
		struct subunit2_view piece = {bytes.data, bytes.len < room ? bytes.len : room};
		bool whole = piece.len == room || (ends && piece.len == bytes.len);
		bytes.data += piece.len;
		bytes.len -= piece.len;
		if (whole && !facts->line.len) {
			event_filter_search(rules, facts, piece);
			continue;
		}
		buffer_add(&facts->line, piece);
		if (whole)
			event_filter_end_line(rules, facts);
	}
	if (ends)
		event_filter_end_line(rules, facts);
}

/* Searches a piece of a file. A piece of another file ends the current line. */
static void
event_filter_search_file(const struct event_filter_rules *rules, struct facts *facts,
                         const struct subunit2_event *event)
{
	struct subunit2_view rest = event->file_bytes;
	if (!facts->file || !subunit2_view_equal(event->file_name, subunit2_view_of(facts->file))) {
		event_filter_end_line(rules, facts);
		free(facts->file);
		facts->file = memory_copy_len(event->file_name.data, event->file_name.len);
	}
	while (rest.len) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		size_t len = newline ? (size_t)(newline - rest.data) : rest.len;
		event_filter_add_to_line(rules, facts, (struct subunit2_view){rest.data, len},
		                         newline);
		rest.data += len + (newline != NULL);
		rest.len -= len + (newline != NULL);
	}
}

static bool
event_filter_any_in(struct subunit2_tags tags, const struct subunit2_tagset *set)
{
	struct subunit2_view tag;
	while (subunit2_tags_next(&tags, &tag))
		if (subunit2_tags_has(subunit2_tagset_view(set), tag))
			return true;
	return false;
}

static void
event_filter_update_facts(const struct event_filter_rules *rules, struct facts *facts,
                          const struct subunit2_event *event)
{
	facts->status = last_status_after(facts->status, event->status);
	facts->tagged = facts->tagged || event_filter_any_in(event->tags, &rules->tags);
	facts->untagged = facts->untagged || event_filter_any_in(event->tags, &rules->no_tags);
	if (!rules->with.count && !rules->without.count)
		return;
	event_filter_search(rules, facts, event->test_id);
	if (subunit2_view_present(event->file_name))
		event_filter_search_file(rules, facts, event);
}

static bool
event_filter_passes_whole(const struct event_filter_rules *rules, const struct facts *facts)
{
	if (rules->always & 1u << facts->status)
		return true;
	return (!rules->statuses || rules->statuses & 1u << facts->status) &&
	       (!rules->with.count || facts->with) && !facts->without &&
	       (!subunit2_tagset_view(&rules->tags).count || facts->tagged) && !facts->untagged;
}

/* Passes or drops all events of a test that has ended. */
static enum subunit2_result
event_filter_on_test_end(struct event_filter *filter, struct event_buffer_test *test,
                         struct subunit2_error *error)
{
	struct facts *facts = event_buffer_facts(test, sizeof(*facts));
	event_filter_end_line(filter->rules, facts);
	bool passes = event_filter_passes_whole(filter->rules, facts);
	free(facts->file);
	facts->file = NULL;
	if (passes)
		return event_buffer_release(filter->event_buffer, test, filter->base.next, error);
	event_buffer_drop(filter->event_buffer, test);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
event_filter_buffer_event(struct event_filter *filter, const struct subunit2_event *event,
                          const struct subunit2_event *kept, struct subunit2_error *error)
{
	struct event_buffer_test *test = event_buffer_test(filter->event_buffer, event);
	event_filter_update_facts(filter->rules, event_buffer_facts(test, sizeof(struct facts)),
	                          event);
	enum subunit2_result result =
		kept ? event_buffer_add(filter->event_buffer, test, kept, error) : SUBUNIT2_E_OK;
	if (result == SUBUNIT2_E_OK && subunit2_status_is_final(event->status))
		result = event_filter_on_test_end(filter, test, error);
	return result;
}

static enum subunit2_result
event_filter_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	struct event_filter *filter = (struct event_filter *)sink;
	const struct event_filter_rules *rules = filter->rules;
	const struct subunit2_event *kept = event;
	struct subunit2_event bare;
	bool fault = rules->keeps_faults && lost_input_or_damage(event->test_id);
	if (!fault &&
	    !(event_filter_passes_test(rules, event) && event_filter_passes_route(rules, event) &&
	      event_filter_passes_time(rules, event)))
		return SUBUNIT2_E_OK;
	if (!event_filter_keeps_file(rules, event)) {
		bare = *event;
		bare.file_name = bare.file_bytes = bare.mime_type = bare.packet = SUBUNIT2_ABSENT;
		bare.eof = false;
		kept = bare.status ? &bare : NULL;
	}
	if (filter->event_buffer && !fault && subunit2_view_present(event->test_id))
		return event_filter_buffer_event(filter, event, kept, error);
	return kept ? subunit2_sink_event(filter->base.next, kept, error) : SUBUNIT2_E_OK;
}

static enum subunit2_result
event_filter_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct event_filter *filter = (struct event_filter *)sink;
	struct event_buffer_test *test;
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && filter->event_buffer &&
	       (test = event_buffer_first(filter->event_buffer)))
		result = event_filter_on_test_end(filter, test, error);
	return result == SUBUNIT2_E_OK ? forward_sink_finish(sink, error) : result;
}

static void
event_filter_free(struct subunit2_sink *sink)
{
	struct event_filter *filter = (struct event_filter *)sink;
	struct event_buffer_test *test;
	while (filter->event_buffer && (test = event_buffer_first(filter->event_buffer))) {
		struct facts *facts = event_buffer_facts(test, sizeof(*facts));
		buffer_clear(&facts->line);
		free(facts->file);
		event_buffer_drop(filter->event_buffer, test);
	}
	event_buffer_free(filter->event_buffer);
	free(filter);
}

struct subunit2_sink *
event_filter_new(const struct event_filter_rules *rules, struct subunit2_sink *next)
{
	struct event_filter *filter = forward_sink_new(sizeof(*filter), event_filter_event, next);
	filter->base.sink.finish = event_filter_finish;
	filter->base.sink.free = event_filter_free;
	filter->rules = rules;
	filter->event_buffer = event_filter_is_about_tests(rules) ? event_buffer_new() : NULL;
	return &filter->base.sink;
}
