/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A sink that writes down what it gets: a line an event, its fields apart by
 * blanks, "-" for what is absent.
 *
 *     ID STATUS ROUTE TAG,TAG TIME packet|-
 */
#ifndef RECORD_H
#define RECORD_H

#include <subunit2.h>

#include <stdio.h>
#include <stdlib.h>

struct record {
	struct subunit2_sink sink;
	char *text; /* terminated */
	size_t len;
	FILE *file;
	int event_result, finish_result; /* returned by the callbacks */
	unsigned finished;
};

static inline void
record_view(struct record *record, struct subunit2_view view)
{
	if (subunit2_view_present(view))
		fprintf(record->file, "%.*s ", (int)view.len, view.data);
	else
		fputs("- ", record->file);
}

static inline void
record_tags(struct record *record, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	const char *before = "";

	if (!tags.count)
		putc('-', record->file);
	while (subunit2_tags_next(&tags, &tag)) {
		fprintf(record->file, "%s%.*s", before, (int)tag.len, tag.data);
		before = ",";
	}
	putc(' ', record->file);
}

static inline enum subunit2_result
record_event(struct subunit2_sink *self, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct record *record = (struct record *)self;

	record_view(record, event->test_id);
	record_view(record, event->status ? subunit2_view_of(subunit2_status_name(event->status))
	                                  : SUBUNIT2_ABSENT);
	record_view(record, event->route_code);
	record_tags(record, event->tags);
	if (event->has_timestamp)
		fprintf(record->file, "%lld ", (long long)event->timestamp.sec);
	else
		fputs("- ", record->file);
	fputs(subunit2_view_present(event->packet) ? "packet\n" : "-\n", record->file);
	if (record->event_result < 0)
		return subunit2_error_set(error, record->event_result, "record", "told to fail");
	return record->event_result;
}

static inline enum subunit2_result
record_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct record *record = (struct record *)self;

	record->finished++;
	if (record->finish_result < 0)
		return subunit2_error_set(error, record->finish_result, "record", "told to fail");
	return record->finish_result;
}

static inline void
record_open(struct record *record)
{
	*record = (struct record){.sink = {record_event, record_finish, NULL}};
	record->file = open_memstream(&record->text, &record->len);
}

/* True when TEXT is all that was written since the last time it was asked. */
static inline bool
record_is(struct record *record, const char *text)
{
	bool same;

	fclose(record->file);
	same = strcmp(record->text, text) == 0;
	if (!same)
		printf("# recorded: %s\n", record->text);
	free(record->text);
	record->file = open_memstream(&record->text, &record->len);
	return same;
}

static inline void
record_close(struct record *record)
{
	fclose(record->file);
	free(record->text);
}

#endif
