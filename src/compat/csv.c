/*
 * subunit2csv: a line a test, in the words and with the times of the tool of that
 * name: test,status,start_time,stop_time.
 */
#include "compat.h"
#include "memory.h"
#include "out/csv_field.h"
#include "out/put.h"
#include "rfc3339.h"
#include "stream.h"

#include <stdlib.h>

struct csv {
	struct subunit2_sink sink;
	struct destination *to;
	struct subunit2_sink *tests;
};

static const char *
word_for(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_SUCCESS:
	case SUBUNIT2_UXSUCCESS:
		return "success";
	case SUBUNIT2_SKIP:
	case SUBUNIT2_XFAIL:
		return subunit2_status_name(status);
	default:
		return "failure";
	}
}

static void
put_time(FILE *file, bool has_time, struct subunit2_time time)
{
	char text[RFC3339_SIZE] = "";
	if (has_time)
		rfc3339_write_python(time, text);
	put_char(file, ',');
	put_text(file, text);
}

static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct csv *csv = context;
	FILE *file = csv->to->file;
	bool ended = subunit2_status_is_final(test->status);
	if (test->status == SUBUNIT2_EXISTS)
		return SUBUNIT2_OK;
	csv_put_field(file, test->id);
	put_char(file, ',');
	put_text(file, word_for(test->status));
	put_time(file, test->has_start, test->start);
	put_time(file, test->has_stop && ended, test->stop);
	put_text(file, "\r\n");
	return destination_check(csv->to, error);
}

static int
csv_event(struct subunit2_sink *sink, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	return subunit2_sink_event(((struct csv *)sink)->tests, event, error);
}

static int
csv_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct csv *csv = (struct csv *)sink;
	int result = subunit2_sink_finish(csv->tests, error);
	return result == SUBUNIT2_OK ? destination_check(csv->to, error) : result;
}

static void
csv_free(struct subunit2_sink *sink)
{
	subunit2_sink_free(((struct csv *)sink)->tests);
	free(sink);
}

static struct subunit2_sink *
write_csv(const struct writer_options *options, struct destination *to,
          struct subunit2_error *error)
{
	(void)options, (void)error;
	const struct subunit2_collect_options no_files = {.attachment_limit = 0};
	struct csv *csv = memory_zeroed(1, sizeof(*csv));
	csv->sink = (struct subunit2_sink){csv_event, csv_finish, csv_free};
	csv->to = to;
	csv->tests = memory_have(subunit2_collect_new(&no_files, test_ended, NULL, csv));
	put_text(to->file, "test,status,start_time,stop_time\r\n");
	return &csv->sink;
}

int
compat_csv(int argc, const char **argv)
{
	static const struct stream_tool tool = {
		.about = "Writes the tests of a stream as comma-separated values.",
		.result = write_csv,
		.text = STREAM_TEXT_PACKETS,
		.strict = true,
	};
	return stream_main(&tool, argc, argv);
}
