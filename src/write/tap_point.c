/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tap_point.h"

#include "buffer.h"
#include "byte_block.h"
#include "printable.h"
#include "putters.h"
#include "reason.h"
#include "route_label.h"
#include "yaml.h"

static inline byte_block
tap_point_mark(byte_block block)
{
	return byte_block_mark(block, '#') | byte_block_mark(block, '\\');
}

void
tap_point_put_name(FILE *file, struct subunit2_view name)
{
	bool brace = name.len > 0 && name.data[name.len - 1] == '{';
	name.len -= brace;
	while (name.len > 0) {
		size_t plain = byte_block_skip(name.data, name.len, tap_point_mark);
		while (plain < name.len && name.data[plain] != '#' && name.data[plain] != '\\')
			plain++;
		printable_put_escaped(file, (struct subunit2_view){name.data, plain},
		                      PRINTABLE_LINE_ENDS);
		if (plain < name.len) {
			put_char(file, '\\');
			put_char(file, name.data[plain++]);
		}
		name.data += plain;
		name.len -= plain;
	}
	if (brace)
		fputs("\\\\x7b", file);
}

/* Returns the directive for STATUS, or NULL. */
static const char *
tap_point_directive(enum subunit2_status status)
{
	return status == SUBUNIT2_STATUS_SKIP    ? " # SKIP"
	       : status == SUBUNIT2_STATUS_XFAIL ? " # TODO"
	                                         : NULL;
}

static void
tap_point_put_directive(FILE *file, const struct subunit2_test *test)
{
	const char *directive = tap_point_directive(test->status);
	if (!directive)
		return;
	fputs(directive, file);
	struct subunit2_view reason = reason_of(test);
	if (reason.len > 0)
		putc(' ', file);
	printable_put_escaped(file, reason, PRINTABLE_LINE_ENDS);
}

static void
tap_point_put_tags(const struct tap_point_place *place, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	fprintf(place->file, "%stags:", place->text_indent);
	for (const char *before = " ["; subunit2_tags_next(&tags, &tag); before = ", ") {
		fputs(before, place->file);
		yaml_put_quoted(place->file, tag);
	}
	fputs("]\n", place->file);
}

/* Returns a message for a status that TAP cannot express, or NULL. */
static const char *
tap_point_message(enum subunit2_status status)
{
	return status == SUBUNIT2_STATUS_UXSUCCESS ? "unexpected success"
	       : status == SUBUNIT2_STATUS_INPROGRESS || status == SUBUNIT2_STATUS_EXISTS
	               ? "never ended"
	               : NULL;
}

static void
tap_point_put_duration(const struct tap_point_place *place, int64_t ns)
{
	uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	put_text(place->file, place->text_indent);
	put_text(place->file, ns < 0 ? "duration_ms: -" : "duration_ms: ");
	put_number(place->file, magnitude / 1000000, 1);
	put_char(place->file, '.');
	put_number(place->file, magnitude % 1000000, 6);
	put_char(place->file, '\n');
}

static void
tap_point_put_diagnostics(const struct tap_point_place *place, const struct subunit2_test *test)
{
	const char *message = tap_point_message(test->status);
	bool timed = test->has_start && test->has_stop;
	if (!message && !timed && test->tags.count == 0 && test->attachment_count == 0)
		return;
	FILE *file = place->file;
	put_text(file, place->text_indent);
	put_text(file, "---\n");
	if (timed)
		tap_point_put_duration(place, subunit2_time_since(test->stop, test->start));
	if (message)
		fprintf(file, "%smessage: %s\n", place->text_indent, message);
	if (test->tags.count > 0)
		tap_point_put_tags(place, test->tags);
	if (test->attachment_count > 0)
		fprintf(file, "%sfiles:\n", place->text_indent);
	for (size_t i = 0; i < test->attachment_count; i++)
		yaml_put_file(file, place->file_indent, &test->attachments[i]);
	put_text(file, place->text_indent);
	put_text(file, "...\n");
}

void
tap_point_put_rest(const struct tap_point_place *place, struct subunit2_view name,
                   const struct subunit2_test *test)
{
	put_text(place->file, " - ");
	tap_point_put_name(place->file, name);
	tap_point_put_directive(place->file, test);
	put_char(place->file, '\n');
	tap_point_put_diagnostics(place, test);
}

void
tap_point_put_top_rest(const struct tap_point_place *place, const struct subunit2_test *test)
{
	struct buffer label = {0};
	tap_point_put_rest(place, test->id, test);
	route_label(&label, test->route_code);
	if (label.len > 0) {
		fputs("# route: ", place->file);
		printable_put_escaped(place->file, buffer_view(&label), PRINTABLE_LINE_ENDS);
		putc('\n', place->file);
	}
	buffer_clear(&label);
}

void
tap_point_put_number(const struct tap_point_place *place, bool ok, uint64_t number)
{
	put_text(place->file, place->indent);
	put_text(place->file, ok ? "ok " : "not ok ");
	put_number(place->file, number, 1);
}
