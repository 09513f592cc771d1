/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2csv: prints a line for each test, with the status names and the format of
 * times of Python's tool: test,status,start_time,stop_time.
 */
#include "csv.h"
#include "compat.h"
#include "stream_tool.h"

/* Returns the name of STATUS, or NULL for a test that was only listed; it gets no line. */
static const char *
compat_csv_word_for(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_EXISTS:
		return NULL;
	case SUBUNIT2_STATUS_SUCCESS:
	case SUBUNIT2_STATUS_UXSUCCESS:
		return "success";
	case SUBUNIT2_STATUS_SKIP:
	case SUBUNIT2_STATUS_XFAIL:
		return subunit2_status_name(status);
	default:
		return "failure";
	}
}

static struct subunit2_sink *
compat_csv_write_csv(const struct writer_options *options, struct output_file *to,
                     struct subunit2_error *error)
{
	static const struct csv_dialect dialect = {
		.header = "test,status,start_time,stop_time",
		.word = compat_csv_word_for,
		.write_time = rfc3339_write_python,
		.stops_when_ended = true,
	};
	(void)error;
	return csv_new(&dialect, options, to);
}

int
compat_csv(int argc, const char **argv)
{
	static const struct stream_tool tool = {
		.about = "Writes the tests of a stream as comma-separated values.",
		.result = compat_csv_write_csv,
		.text = STREAM_TEXT_PACKETS,
		.strict = true,
	};
	return stream_tool_main(&tool, argc, argv);
}
