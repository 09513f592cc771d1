/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A sink that writes a line for each event:
 *
 *     [ROUTE/]ID STATUS +TAG NAME=BYTES.
 *
 * "-" stands for an absent status, "!" follows the id of an event that has no time, "?" that of one
 * that is not runnable, "." the bytes of a file that ends. A newline in bytes is written as "|".
 * The pieces of a file count as one event if no other event of that test comes between them.
 */
#ifndef STREAM_LINES_H
#define STREAM_LINES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <subunit2.h>

struct stream_lines {
	struct subunit2_sink sink;
	char *text;
	size_t len;
	char last[256]; /* the beginning of the last line, if its file may go on */
	enum subunit2_result result;
	/* Called after each event; NULL: never. */
	void (*on_event)(void *context, const struct subunit2_event *event);
	void *context;
};

static inline void
stream_lines_add(struct stream_lines *lines, struct subunit2_view bytes)
{
	lines->text = realloc(lines->text, lines->len + bytes.len + 1);
	for (size_t i = 0; i < bytes.len; i++)
		lines->text[lines->len++] = bytes.data[i] == '\n' ? '|' : bytes.data[i];
	lines->text[lines->len] = '\0';
}

static inline void
stream_lines_begin_line(const struct subunit2_event *event, char *line, size_t size)
{
	struct subunit2_tags tags = event->tags;
	struct subunit2_view tag;
	int len = snprintf(line, size, "%.*s%s%.*s%s%s %s", (int)event->route_code.len,
	                   event->route_code.data ? event->route_code.data : "",
	                   event->route_code.len ? "/" : "", (int)event->test_id.len,
	                   event->test_id.data ? event->test_id.data : "",
	                   event->has_timestamp ? "" : "!", event->runnable ? "" : "?",
	                   event->status ? subunit2_status_name(event->status) : "-");
	while (subunit2_tags_next(&tags, &tag))
		len += snprintf(line + len, size - (size_t)len, " +%.*s", (int)tag.len, tag.data);
	if (subunit2_view_present(event->file_name))
		snprintf(line + len, size - (size_t)len, " %.*s=", (int)event->file_name.len,
		         event->file_name.data);
}

static inline enum subunit2_result
stream_lines_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	struct stream_lines *lines = (struct stream_lines *)sink;
	char line[256];
	(void)error;
	stream_lines_begin_line(event, line, sizeof(line));
	if (event->status || strcmp(line, lines->last) != 0) {
		if (lines->len)
			lines->text[lines->len++] = '\n';
		stream_lines_add(lines, subunit2_view_of(line));
	}
	stream_lines_add(lines, event->file_bytes);
	if (event->eof)
		stream_lines_add(lines, SUBUNIT2_LITERAL("."));
	strcpy(lines->last, event->eof ? "" : line);
	if (lines->on_event)
		lines->on_event(lines->context, event);
	return lines->result;
}

static inline enum subunit2_result
stream_lines_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static inline void
stream_lines_open(struct stream_lines *lines)
{
	*lines = (struct stream_lines){.sink = {stream_lines_event, stream_lines_finish, NULL}};
	stream_lines_add(lines, SUBUNIT2_LITERAL(""));
}

static inline void
stream_lines_close(struct stream_lines *lines)
{
	free(lines->text);
}

/* Drops the lines. */
static inline void
stream_lines_clear(struct stream_lines *lines)
{
	lines->len = 0;
	lines->last[0] = lines->text[0] = '\0';
}

/* Returns true if the lines hold LINE, a whole one. */
static inline bool
stream_lines_have(const struct stream_lines *lines, const char *line)
{
	size_t len = strlen(line);
	for (const char *at = lines->text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, line, len) == 0 && (at[len] == '\n' || !at[len]))
			return true;
	}
	printf("# lines: %s\n", lines->text);
	return false;
}

/* Returns true if the lines are TEXT, without its last newline, and drops them. */
static inline bool
stream_lines_are(struct stream_lines *lines, const char *text)
{
	size_t len = *text ? strlen(text) - 1 : 0;
	bool same = lines->len == len && memcmp(lines->text, text, len) == 0;
	if (!same)
		printf("# lines: %s\n", lines->text);
	stream_lines_clear(lines);
	return same;
}

#endif
