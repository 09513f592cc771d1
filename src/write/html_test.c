/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "html_test.h"

#include "cause.h"
#include "cause_group.h"
#include "json_string.h"
#include "memory.h"
#include "putters.h"
#include "reason.h"
#include "route_label.h"
#include "tag_cause.h"
#include "text_file.h"

#include <stdlib.h>

static bool
html_test_is_good(const struct subunit2_test *test)
{
	return !subunit2_status_is_bad(test->status) && test->status != SUBUNIT2_STATUS_INPROGRESS;
}

static bool
html_test_has_room(const struct html_room *room, bool good, uint64_t len)
{
	return room->used + len <= room->size / (good ? 2 : 1);
}

static void
html_test_put_name(FILE *file, const char *name)
{
	put_text(file, ",\"");
	put_text(file, name);
	put_text(file, "\":");
}

/* Milliseconds since 1970. */
static void
html_test_put_time(FILE *file, const char *name, struct subunit2_time time)
{
	html_test_put_name(file, name);
	/* One number: JSON allows no leading zeroes. */
	put_number(file, (uint64_t)time.sec * 1000 + time.nsec / 1000000, 1);
	put_char(file, '.');
	put_number(file, time.nsec / 1000 % 1000, 3);
}

static void
html_test_put_tags(FILE *file, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	html_test_put_name(file, "tags");
	for (char before = '['; subunit2_tags_next(&tags, &tag); before = ',') {
		put_char(file, before);
		json_string_put_in_page(file, tag);
	}
	put_char(file, ']');
}

/* Writes the text of a file, or only its length if ROOM is full. */
static void
html_test_put_file_text(FILE *file, const struct subunit2_attachment *attachment, bool good,
                        struct html_room *room)
{
	off_t before = ftello(file);
	uint64_t len = attachment->bytes.len;
	if (html_test_has_room(room, good, len)) {
		html_test_put_name(file, "text");
		json_string_put_in_page(file, attachment->bytes);
		len = (uint64_t)(ftello(file) - before);
	}
	if (html_test_has_room(room, good, len)) {
		room->used += len;
		return;
	}
	fseeko(file, before, SEEK_SET);
	html_test_put_name(file, "left");
	put_number(file, attachment->bytes.len, 1);
	room->left++;
}

static void
html_test_put_file(FILE *file, const struct subunit2_attachment *attachment, bool good,
                   struct html_room *room)
{
	put_text(file, "{\"name\":");
	json_string_put_in_page(file, attachment->name);
	if (attachment->dropped > 0) {
		html_test_put_name(file, "dropped");
		put_number(file, attachment->dropped, 1);
	}
	if (text_file_is_text(attachment)) {
		html_test_put_file_text(file, attachment, good, room);
	} else {
		html_test_put_name(file, "size");
		put_number(file, attachment->bytes.len + attachment->dropped, 1);
	}
	put_char(file, '}');
}

static void
html_test_put_files(FILE *file, const struct subunit2_test *test, struct html_room *room)
{
	html_test_put_name(file, "files");
	for (size_t i = 0; i < test->attachment_count; i++) {
		put_char(file, i ? ',' : '[');
		html_test_put_file(file, &test->attachments[i], html_test_is_good(test), room);
	}
	put_char(file, ']');
}

static void
html_test_add_part(struct buffer *line, const char *before, struct buffer *part)
{
	if (part->len > 0) {
		buffer_add(line, subunit2_view_of(line->len > 0 ? "; " : ""));
		buffer_add(line, subunit2_view_of(before));
		buffer_add(line, buffer_view(part));
	}
	buffer_clear(part);
}

/* Adds the reason of TEST, which ended well, to LINE: why it was skipped, and the causes of its
 * tags, as in "flaky: attempt 1: exit status 3; left running: sleep (12)". */
static void
html_test_add_reason(struct buffer *line, const struct subunit2_test *test)
{
	struct buffer reason = {0}, flaky = {0}, leaked = {0};
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		tag_cause_of_flaky(&flaky, test);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		tag_cause_of_leaked(&leaked, test);
	/* The reason of a test that passed is that of its tags. */
	if (test->status != SUBUNIT2_STATUS_SUCCESS || flaky.len + leaked.len == 0)
		reason_add_line(&reason, test);
	html_test_add_part(line, "", &reason);
	html_test_add_part(line, "flaky: ", &flaky);
	html_test_add_part(line, "", &leaked);
}

/* Writes the reason and, if TEST failed, the key that all failures with the same cause have. */
static void
html_test_put_reason(FILE *file, const struct subunit2_test *test)
{
	struct cause cause = {.line_number = 0};
	struct buffer key = {0}, line = {0};
	if (html_test_is_good(test)) {
		html_test_add_reason(&line, test);
	} else {
		cause_find(&cause, test);
		buffer_add(&line, buffer_view(&cause.line));
		cause_group_add_key(&key, buffer_view(&line));
		html_test_put_name(file, "cause");
		json_string_put_in_page(file, buffer_view(&key));
	}
	if (line.len > 0) {
		html_test_put_name(file, "reason");
		json_string_put_in_page(file, buffer_view(&line));
	}
	buffer_clear(&key);
	buffer_clear(&line);
	cause_clear(&cause);
}

static void
html_test_put_label(FILE *file, struct subunit2_view route_code)
{
	struct buffer label = {0};
	route_label(&label, route_code);
	if (label.len > 0) {
		html_test_put_name(file, "label");
		json_string_put_in_page(file, buffer_view(&label));
	}
	buffer_clear(&label);
}

/* Writes all fields of TEST but its files. */
static void
html_test_put_facts(FILE *file, const struct subunit2_test *test)
{
	put_text(file, "{\"id\":");
	json_string_put_in_page(file, test->id);
	html_test_put_name(file, "status");
	json_string_put_in_page(file, subunit2_view_of(subunit2_status_name(test->status)));
	html_test_put_name(file, "runnable");
	put_text(file, test->runnable ? "true" : "false");
	if (test->route_code.len > 0) {
		html_test_put_name(file, "route");
		json_string_put_in_page(file, test->route_code);
		html_test_put_label(file, test->route_code);
	}
	if (test->has_start && test->has_stop) {
		html_test_put_time(file, "start", test->start);
		html_test_put_time(file, "stop", test->stop);
	}
	if (test->tags.count > 0)
		html_test_put_tags(file, test->tags);
	html_test_put_reason(file, test);
}

bool
html_test_put(FILE *memory, const struct subunit2_test *test, const char *past,
              struct html_rooms *rooms)
{
	struct html_room text = rooms->text;
	html_test_put_facts(memory, test);
	if (past) {
		html_test_put_name(memory, "past");
		json_string_put_in_page(memory, subunit2_view_of(past));
	}
	if (test->attachment_count > 0)
		html_test_put_files(memory, test, &text);
	put_char(memory, '}');
	uint64_t facts = (uint64_t)ftello(memory) - (text.used - rooms->text.used);
	if (!html_test_has_room(&rooms->tests, html_test_is_good(test), facts)) {
		rooms->tests.left++;
		return false;
	}
	rooms->tests.used += facts;
	rooms->text = text;
	return true;
}
