/*
 * csv: a line a test, as RFC 4180 has it: test,status,start,stop. Control bytes,
 * but for the ends of lines, become \xNN.
 */
#include "csv_field.h"
#include "memory.h"
#include "put.h"
#include "rfc3339.h"
#include "writer.h"

#include <stdlib.h>

struct csv_writer {
	struct subunit2_sink sink;
	struct destination *to;
	struct subunit2_sink *tests;
};

static void
put_time(FILE *file, bool has_time, struct subunit2_time time)
{
	char text[RFC3339_SIZE] = "";
	if (has_time)
		rfc3339_write(time, text);
	put_char(file, ',');
	put_text(file, text);
}

static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct csv_writer *self = context;
	FILE *file = self->to->file;
	csv_put_field(file, test->id);
	put_char(file, ',');
	put_text(file, subunit2_status_name(test->status));
	put_time(file, test->has_start, test->start);
	put_time(file, test->has_stop, test->stop);
	put_text(file, "\r\n");
	return destination_check(self->to, error);
}

static int
csv_event(struct subunit2_sink *sink, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	return subunit2_sink_event(((struct csv_writer *)sink)->tests, event, error);
}

static int
csv_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct csv_writer *self = (struct csv_writer *)sink;
	int result = subunit2_sink_finish(self->tests, error);
	return result == SUBUNIT2_OK ? destination_check(self->to, error) : result;
}

static void
csv_free(struct subunit2_sink *sink)
{
	struct csv_writer *self = (struct csv_writer *)sink;
	subunit2_sink_free(self->tests);
	free(self);
}

struct subunit2_sink *
writer_csv(const struct writer_options *options, struct destination *to,
           struct subunit2_error *error)
{
	(void)options, (void)error;
	struct csv_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){csv_event, csv_finish, csv_free};
	self->to = to;
	struct subunit2_collect_options no_files = {.attachment_limit = 0};
	self->tests = memory_have(subunit2_collect_new(&no_files, test_ended, NULL, self));
	put_text(to->file, "test,status,start,stop\r\n");
	return &self->sink;
}
