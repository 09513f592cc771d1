/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_case.h"

#include "junit_content.h"
#include "junit_name.h"
#include "memory.h"
#include "putters.h"
#include "route_label.h"
#include "xml.h"

#include <stdlib.h>

#define TIME_START " time=\""
#define TIME_SIZE 40     /* bytes of the longest attribute time */
#define NAMES_MAX 100000 /* cases of a suite whose names are made unique: 1 MiB of memory */

/* Returns the attribute time for NS, in TEXT. It is written from its end. */
static struct subunit2_view
junit_case_time(int64_t ns, char text[TIME_SIZE])
{
	uint64_t ms = ns > 0 ? ((uint64_t)ns + 500000) / 1000000 : 0;
	char *end = text + TIME_SIZE, *at = end;
	*--at = '"';
	for (int digit = 0; digit < 3; digit++, ms /= 10)
		*--at = (char)('0' + ms % 10);
	*--at = '.';
	for (; ms >= 10; ms /= 10)
		*--at = (char)('0' + ms % 10);
	*--at = (char)('0' + ms);
	at -= strlen(TIME_START);
	memcpy(at, TIME_START, strlen(TIME_START));
	return (struct subunit2_view){at, (size_t)(end - at)};
}

void
junit_case_put_time(FILE *file, int64_t ns)
{
	char text[TIME_SIZE];
	put_view(file, junit_case_time(ns, text));
}

bool
junit_case_has_time(const struct subunit2_test *test)
{
	/* A date and a time without a date do not compare. */
	return test->has_start && test->has_stop &&
	       subunit2_time_is_dated(test->start) == subunit2_time_is_dated(test->stop);
}

bool
junit_case_length(const struct subunit2_test *test, int64_t *ns)
{
	*ns = subunit2_time_since(test->stop, test->start);
	/* An unfinished test may have no event after its first. */
	return *ns > 0 || subunit2_status_is_final(test->status);
}

/* Returns the class and the name of TEST: those of the JUnit file that it was read from, else parts
 * of its id. */
static struct junit_name
junit_case_name(const struct subunit2_test *test, struct subunit2_view suite)
{
	struct junit_name name;
	struct subunit2_view id = test->id;
	if (test->tags.count > 0 && junit_name_of_tags(test->tags, &name))
		return name;
	if (suite.len == 0)
		return junit_name_split(id);
	name = (struct junit_name){suite, id};
	if (id.len > suite.len + 2)
		name.name = (struct subunit2_view){id.data + suite.len + 2, id.len - suite.len - 2};
	return name;
}

/* Removes "." and ENDING from the end of *ID. Returns false if *ID does not end with them, or has
 * no other bytes. */
static bool
junit_case_cut_ending(struct subunit2_view *id, struct subunit2_view ending)
{
	if (id->len <= ending.len + 1 || !subunit2_view_ends(*id, ending) ||
	    id->data[id->len - ending.len - 1] != '.')
		return false;
	id->len -= ending.len + 1;
	return true;
}

struct subunit2_view
junit_case_outer_suite(const struct subunit2_test *test)
{
	struct junit_name name;
	struct subunit2_view rest = test->id;
	if (test->tags.count == 0 || !junit_name_of_tags(test->tags, &name) ||
	    !junit_case_cut_ending(&rest, name.name))
		return SUBUNIT2_ABSENT;
	/* Node.js gives each case the class "test", which is not part of the id. */
	if (name.class.len == 0 || subunit2_view_equal(name.class, SUBUNIT2_LITERAL("test")))
		return rest;
	return junit_case_cut_ending(&rest, name.class) ? rest : SUBUNIT2_ABSENT;
}

/* Returns a file that appends to the spool of PLACE. */
static FILE *
junit_case_file(const struct junit_case_place *place)
{
	return spool_file(place->spools, place->spool);
}

/* Adds TEXT, a part of an attribute, to the line of PLACE. If TEXT needs escapes, moves the line to
 * the spool of PLACE, and adds TEXT there. */
static void
junit_case_add_attribute(const struct junit_case_place *place, struct subunit2_view text)
{
	if (xml_is_plain(text)) {
		buffer_add(place->line, text);
		return;
	}
	FILE *file = junit_case_file(place);
	put_view(file, buffer_view(place->line));
	place->line->len = 0;
	xml_put_attribute(file, text);
}

/* Does the same. IS_PLAIN: TEXT is known to need no escapes. */
static inline void
junit_case_add_part(const struct junit_case_place *place, struct subunit2_view text, bool is_plain)
{
	if (is_plain)
		buffer_add(place->line, text);
	else
		junit_case_add_attribute(place, text);
}

/* Returns the key under which NAME is unique, with MARK before the name, in BUFFER. */
static struct subunit2_view
junit_case_key(struct buffer *buffer, const struct junit_name *name, struct subunit2_view mark)
{
	buffer->len = 0;
	buffer_add(buffer, name->class);
	buffer_add_char(buffer, '\n');
	if (mark.len > 0)
		buffer_add(buffer, mark);
	buffer_add(buffer, name->name);
	return buffer_view(buffer);
}

void
junit_case_add_mark(struct buffer *mark, struct subunit2_view route_code)
{
	struct buffer label = {0};
	route_label(&label, route_code);
	if (label.len > 0) {
		buffer_add_char(mark, '[');
		buffer_add(mark, buffer_view(&label));
		buffer_add_text(mark, "] ");
	}
	buffer_clear(&label);
}

/* Adds NAME for an attribute, made unique with the label of ROUTE_CODE or with a number. The suite
 * has a case of that class and name already, and GitLab drops a second one. */
static void
junit_case_add_unique(const struct junit_case_place *place, const struct junit_name *name,
                      struct subunit2_view route_code)
{
	struct buffer mark = {0};
	struct subunit2_view key;
	if (place->mark.len > 0)
		buffer_add(&mark, place->mark);
	else
		junit_case_add_mark(&mark, route_code);
	key = junit_case_key(place->key, name, buffer_view(&mark));
	char *unique = unique_names_add(place->names, memory_copy_len(key.data, key.len));
	junit_case_add_attribute(place, subunit2_view_of(unique + name->class.len + 1));
	free(unique);
	buffer_clear(&mark);
}

static void
junit_case_add_name(const struct junit_case_place *place, const struct junit_name *name,
                    struct subunit2_view route_code, bool is_plain)
{
	struct unique_names *names = place->names;
	struct subunit2_view key = junit_case_key(place->key, name, place->mark);
	if (names && unique_names_count(names) < NAMES_MAX && !unique_names_add_new(names, key)) {
		junit_case_add_unique(place, name, route_code);
		return;
	}
	if (place->mark.len > 0)
		junit_case_add_attribute(place, place->mark);
	junit_case_add_part(place, name->name, is_plain);
}

static void
junit_case_add_names(const struct subunit2_test *test, const struct junit_case_place *place)
{
	struct buffer *line = place->line;
	struct junit_name name = junit_case_name(test, place->suite);
	/* Without tags, class and name are parts of the id. */
	bool is_plain = test->tags.count == 0 && xml_is_plain(test->id);
	if (subunit2_view_present(name.class)) {
		buffer_add_text(line, " classname=\"");
		junit_case_add_part(place, name.class, is_plain);
		buffer_add_char(line, '"');
	}
	buffer_add_text(line, " name=\"");
	junit_case_add_name(place, &name, test->route_code, is_plain);
	buffer_add_char(line, '"');
	if (subunit2_view_present(place->source)) {
		buffer_add_text(line, " file=\"");
		junit_case_add_attribute(place, place->source);
		buffer_add_char(line, '"');
	}
}

enum junit_outcome
junit_case_outcome(const struct subunit2_test *test, uint64_t failed_assertions)
{
	return failed_assertions > 0 ? JUNIT_SKIPPED : junit_content_ending(test).outcome;
}

enum subunit2_result
junit_case_put(const struct subunit2_test *test, const struct junit_case_place *place,
               struct subunit2_error *error)
{
	struct buffer *line = place->line;
	bool is_empty = place->outcome == JUNIT_PASSED && test->attachment_count == 0;
	char time[TIME_SIZE];
	line->len = 0;
	buffer_add_text(line, "<testcase");
	junit_case_add_names(test, place);
	if (place->has_length)
		buffer_add(line, junit_case_time(place->length_ns, time));
	buffer_add_text(line, is_empty ? "/>\n" : ">\n");
	if (is_empty)
		return spool_add(place->spools, place->spool, buffer_view(line), error);
	FILE *file = junit_case_file(place);
	put_view(file, buffer_view(line));
	enum subunit2_result result =
		junit_content_put(file, test, place->failed_assertions, place->files, error);
	put_text(file, "</testcase>\n");
	return result;
}
