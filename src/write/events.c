/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * events: one line for each event, for people:
 *
 *     2001-12-12T12:59:59.000045000Z inprogress t/a.t runnable tags=slow route=0
 *     - fail t/a.t file=stdout (12 bytes, text/plain;charset=utf8, eof)
 *
 * A dash stands for an absent time, status or id.
 */
#include "memory.h"
#include "printable.h"
#include "rfc3339.h"
#include "writer.h"

#include <stdlib.h>

struct events_writer {
	struct subunit2_sink sink;
	struct output_file *to;
};

static void
events_writer_put_time(FILE *file, const struct subunit2_event *event)
{
	char text[RFC3339_SIZE] = "-";
	if (event->has_timestamp)
		rfc3339_write(event->timestamp, text);
	fputs(text, file);
}

static void
events_writer_put_tags(FILE *file, struct subunit2_tags tags)
{
	const char *before = " tags=";
	struct subunit2_view tag;
	while (subunit2_tags_next(&tags, &tag)) {
		fputs(before, file);
		printable_put(file, tag);
		before = ",";
	}
}

static void
events_writer_put_file(FILE *file, const struct subunit2_event *event)
{
	fputs(" file=", file);
	printable_put(file, event->file_name);
	fprintf(file, " (%zu bytes", event->file_bytes.len);
	if (subunit2_view_present(event->mime_type)) {
		fputs(", ", file);
		printable_put(file, event->mime_type);
	}
	fputs(event->eof ? ", eof)" : ")", file);
}

static void
events_writer_put_event(FILE *file, const struct subunit2_event *event)
{
	const char *status = subunit2_status_name(event->status);
	events_writer_put_time(file, event);
	fprintf(file, " %s ", *status ? status : "-");
	printable_put(file, subunit2_view_present(event->test_id) ? event->test_id
	                                                          : SUBUNIT2_LITERAL("-"));
	if (event->runnable)
		fputs(" runnable", file);
	events_writer_put_tags(file, event->tags);
	if (subunit2_view_present(event->route_code)) {
		fputs(" route=", file);
		printable_put(file, event->route_code);
	}
	if (subunit2_view_present(event->file_name))
		events_writer_put_file(file, event);
	putc('\n', file);
}

static enum subunit2_result
events_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                    struct subunit2_error *error)
{
	struct events_writer *self = (struct events_writer *)sink;
	events_writer_put_event(self->to->file, event);
	return output_file_check(self->to, error);
}

static enum subunit2_result
events_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return output_file_check(((struct events_writer *)sink)->to, error);
}

static void
events_writer_free(struct subunit2_sink *sink)
{
	free(sink);
}

struct subunit2_sink *
writer_events(const struct writer_options *options, struct output_file *to,
              struct subunit2_error *error)
{
	(void)options, (void)error;
	struct events_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){events_writer_event, events_writer_finish,
	                                    events_writer_free};
	self->to = to;
	return &self->sink;
}
