/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A sink that writes down events with their files, a line each:
 *
 *     ID STATUS @ROUTE #TAG,TAG FILE=BYTES; runnable
 *
 * without what is absent. A newline in BYTES is shown as "|", and a "." after them as the end of
 * the file.
 */
#ifndef EVENT_LINES_H
#define EVENT_LINES_H

#include <subunit2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct event_lines {
	struct subunit2_sink sink;
	char *text;
	size_t len;
	FILE *file;
	unsigned untimed; /* events without a time */
};

static inline void
event_lines_put_bytes(FILE *file, struct subunit2_view bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		putc(bytes.data[i] == '\n' ? '|' : bytes.data[i], file);
}

static inline void
event_lines_put(FILE *file, const struct subunit2_event *event)
{
	struct subunit2_tags tags = event->tags;
	struct subunit2_view tag;
	const char *before = " #";
	if (subunit2_view_present(event->test_id))
		event_lines_put_bytes(file, event->test_id);
	if (event->status)
		fprintf(file, " %s", subunit2_status_name(event->status));
	if (subunit2_view_present(event->route_code))
		fprintf(file, " @%.*s", (int)event->route_code.len, event->route_code.data);
	for (; subunit2_tags_next(&tags, &tag); before = ",")
		fprintf(file, "%s%.*s", before, (int)tag.len, tag.data);
	if (subunit2_view_present(event->file_name)) {
		fprintf(file, " %.*s=", (int)event->file_name.len, event->file_name.data);
		event_lines_put_bytes(file, event->file_bytes);
	}
	fprintf(file, "%s%s\n", event->eof ? "." : "", event->runnable ? "; runnable" : "");
}

static inline enum subunit2_result
event_lines_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct event_lines *lines = (struct event_lines *)sink;
	(void)error;
	event_lines_put(lines->file, event);
	lines->untimed += !event->has_timestamp;
	return SUBUNIT2_E_OK;
}

static inline enum subunit2_result
event_lines_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static inline void
event_lines_open(struct event_lines *lines)
{
	*lines = (struct event_lines){.sink = {event_lines_event, event_lines_finish, NULL}};
	lines->file = open_memstream(&lines->text, &lines->len);
}

/* Returns whether TEXT is all that was written since the last call. */
static inline bool
event_lines_are(struct event_lines *lines, const char *text)
{
	fclose(lines->file);
	bool same = strcmp(lines->text, text) == 0;
	for (char *line = lines->text, *end; !same && *line; line = end) {
		end = line + strcspn(line, "\n") + 1;
		printf("# %.*s", (int)(end - line), line);
	}
	free(lines->text);
	lines->file = open_memstream(&lines->text, &lines->len);
	return same;
}

static inline void
event_lines_close(struct event_lines *lines)
{
	fclose(lines->file);
	free(lines->text);
}

#endif
