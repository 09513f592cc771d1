/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_ids.h"

#include "event_buffer.h"
#include "id_owners.h"
#include "junit_name.h"
#include "memory.h"
#include "number.h"

#include <stdlib.h>

struct junit_ids {
	struct subunit2_sink release; /* for events that were held */
	struct subunit2_sink *next;
	struct event_buffer *event_buffer;
	struct id_owners owners;
	bool has_date;
	int64_t shift_ns; /* from the clock of suites without a date to the others' */
	char *place;      /* of an event, written as its routing code */
	size_t place_size;
};

/* Returns the one queue that holds the events of all tests. */
static struct event_buffer_test *
junit_ids_queue(struct junit_ids *ids)
{
	const struct subunit2_event any = {.test_id = SUBUNIT2_LITERAL("")};
	return event_buffer_test(ids->event_buffer, &any);
}

/* Writes PLACE as text: the suite, "d" or "u" for dated or undated, and the path. */
static struct subunit2_view
junit_ids_write_place(struct junit_ids *ids, const struct junit_place *place)
{
	size_t size = NUMBER_DIGITS_MAX + 1 + place->path.len;
	if (size > ids->place_size) {
		ids->place = memory_resize(ids->place, size, 1);
		ids->place_size = size;
	}
	size_t len = number_write_digits(ids->place, place->suite);
	ids->place[len++] = place->dated ? 'd' : 'u';
	if (place->path.len)
		memcpy(ids->place + len, place->path.data, place->path.len);
	return (struct subunit2_view){ids->place, len + place->path.len};
}

static struct junit_place
junit_ids_read_place(struct subunit2_view text)
{
	struct junit_place place = {0};
	size_t at = 0;
	while (text.data[at] >= '0' && text.data[at] <= '9')
		place.suite = 10 * place.suite + (uint64_t)(text.data[at++] - '0');
	place.dated = text.data[at++] == 'd';
	place.path = (struct subunit2_view){text.data + at, text.len - at};
	return place;
}

enum subunit2_result
junit_ids_event(struct junit_ids *ids, const struct subunit2_event *event,
                const struct junit_place *place, struct subunit2_error *error)
{
	struct subunit2_event placed = *event;
	placed.route_code = junit_ids_write_place(ids, place);
	if (subunit2_view_present(event->test_id))
		id_owners_add(&ids->owners, event->test_id, place->suite);
	return event_buffer_add(ids->event_buffer, junit_ids_queue(ids), &placed, error);
}

void
junit_ids_set_date(struct junit_ids *ids, struct subunit2_time clock, struct subunit2_time date)
{
	ids->has_date = true;
	ids->shift_ns = subunit2_time_since(date, clock);
}

/* Returns the id of a test that shares ID with tests of other suites; to be freed. */
static char *
junit_ids_distinct_id(struct junit_ids *ids, struct subunit2_view id,
                      const struct junit_place *place)
{
	int path_len = (int)place->path.len, len = (int)id.len;
	bool has_path = path_len == 0 || (len > path_len && id.data[path_len] == '.' &&
	                                  subunit2_view_starts(id, place->path));
	char *distinct =
		has_path ? memory_format("%.*s", len, id.data)
			 : memory_format("%.*s.%.*s", path_len, place->path.data, len, id.data);
	return id_owners_take_numbered(&ids->owners, distinct, place->suite);
}

/* Drops the tags of EVENT's class and name if its id says the same. */
static enum subunit2_result
junit_ids_drop_tags(struct subunit2_event *event, struct subunit2_tagset *tags,
                    struct subunit2_error *error)
{
	struct junit_name tagged, split = junit_name_split(event->test_id);
	if (!junit_name_of_tags(event->tags, &tagged) || !junit_name_equal(&tagged, &split))
		return SUBUNIT2_E_OK;
	struct subunit2_tags rest = event->tags;
	struct subunit2_view tag;
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && subunit2_tags_next(&rest, &tag))
		if (!junit_name_is_tag(tag))
			result = subunit2_tagset_add(tags, tag, error);
	event->tags = subunit2_tagset_view(tags);
	return result;
}

static enum subunit2_result
junit_ids_release_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                        struct subunit2_error *error)
{
	struct junit_ids *ids = (struct junit_ids *)sink;
	struct junit_place place = junit_ids_read_place(event->route_code);
	struct subunit2_event changed = *event;
	struct subunit2_tagset tags = {0};
	char *distinct = NULL;
	enum subunit2_result result = SUBUNIT2_E_OK;
	changed.packet = changed.route_code = SUBUNIT2_ABSENT;
	if (subunit2_view_present(event->test_id) &&
	    id_owners_is_shared(&ids->owners, event->test_id)) {
		distinct = junit_ids_distinct_id(ids, event->test_id, &place);
		changed.test_id = subunit2_view_of(distinct);
	}
	if (event->has_timestamp && ids->has_date && !place.dated)
		changed.timestamp = subunit2_time_add(event->timestamp, ids->shift_ns);
	if (changed.timestamp.sec < 0)
		changed.timestamp = (struct subunit2_time){0, 0};
	if (event->tags.count > 0)
		result = junit_ids_drop_tags(&changed, &tags, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_event(ids->next, &changed, error);
	subunit2_tagset_clear(&tags);
	free(distinct);
	return result;
}

enum subunit2_result
junit_ids_release(struct junit_ids *ids, struct subunit2_error *error)
{
	return event_buffer_release(ids->event_buffer, junit_ids_queue(ids), &ids->release, error);
}

struct junit_ids *
junit_ids_new(struct subunit2_sink *sink)
{
	struct junit_ids *ids = memory_zeroed(1, sizeof(*ids));
	ids->release = (struct subunit2_sink){junit_ids_release_event, NULL, NULL};
	ids->next = sink;
	ids->event_buffer = event_buffer_new();
	id_owners_init(&ids->owners);
	return ids;
}

void
junit_ids_free(struct junit_ids *ids)
{
	event_buffer_free(ids->event_buffer);
	id_owners_clear(&ids->owners);
	free(ids->place);
	free(ids);
}
