/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 status: one event, as a shell script has it to say.
 */
#include "command.h"
#include "duration.h"
#include "memory.h"
#include "message.h"
#include "number.h"
#include "status_event.h"
#include "status_word.h"
#include "timestamp.h"

#include <stdlib.h>
#include <subunit2/utf8.h>

enum {
	OPTION_MIME_TYPE = OPTIONS_LONG,
	OPTION_NOT_RUNNABLE,
	OPTION_NO_EOF,
	OPTION_ROUTE_CODE,
	OPTION_TIMESTAMP,
	OPTION_DURATION,
};

static const struct poptOption table[] = {
	{"tag", 't', POPT_ARG_STRING, NULL, 't', "tag the test; repeatable", "TAG"},
	{"attach", 'a', POPT_ARG_STRING, NULL, 'a',
         "attach a file, - for standard input; repeatable", "[NAME=]PATH"},
	{"mime-type", '\0', POPT_ARG_STRING, NULL, OPTION_MIME_TYPE,
         "of the file attached before it", "TYPE"},
	{"message", 'm', POPT_ARG_STRING, NULL, 'm', "why: attached as the file \"reason\"",
         "TEXT"},
	{"not-runnable", '\0', POPT_ARG_NONE, NULL, OPTION_NOT_RUNNABLE,
         "the test cannot be run by its id", NULL},
	{"no-eof", '\0', POPT_ARG_NONE, NULL, OPTION_NO_EOF, "more of the files will follow", NULL},
	{"route-code", '\0', POPT_ARG_STRING, NULL, OPTION_ROUTE_CODE, "the routing code", "CODE"},
	{"timestamp", '\0', POPT_ARG_STRING, NULL, OPTION_TIMESTAMP,
         "the time, instead of now: RFC 3339, @SECONDS or none", "WHEN"},
	{"duration", '\0', POPT_ARG_STRING, NULL, OPTION_DURATION,
         "the test began so long before: 500ms, 30s, 5m, 1h", "DURATION"},
	POPT_TABLEEND,
};

static const struct poptOption all_tables[] = {
	OPTIONS_GROUP("Options:", table),
	OPTIONS_GROUP("Output:", outputs_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [ID [STATUS]]",
	.about = "Writes one event to the stream: a test's status, its files, or both.",
	.table = all_tables,
	.notes =
		"STATUS is exists, inprogress, success, uxsuccess, skip, fail or xfail; or start,\n"
		"pass, ok, failed, skipped or todo; or an exit status: 0 success, 77 skip, else\n"
		"fail. The ID ::NAME is a step of the test that runs now, SUBUNIT2_TEST_ID.\n",
};

struct status {
	struct statement statement;
	struct outputs_options outputs;
	bool attached; /* the last file is one to be typed by --mime-type */
};

static bool
is_attached(const struct statement *statement, const char *name)
{
	for (size_t i = 0; i < statement->count; i++)
		if (strcmp(statement->files[i].name, name) == 0)
			return true;
	return false;
}

static bool
reads_stdin(const struct statement *statement)
{
	for (size_t i = 0; i < statement->count; i++)
		if (!statement->files[i].path && !statement->files[i].ended)
			return true;
	return false;
}

/* [NAME=]PATH: a name holds no slash, so that every path can be written. */
static int
take_attachment(struct statement *statement, struct options *options)
{
	const char *path = options->value;
	size_t before = strcspn(path, "/=");
	char *name;
	if (path[before] == '=') {
		name = memory_copy_len(path, before);
		path += before + 1;
	} else {
		const char *slash = strrchr(path, '/');
		name = memory_copy(strcmp(path, "-") == 0 ? "stdin" : slash ? slash + 1 : path);
	}
	const char *fault = NULL;
	if (!*path)
		fault = "no path";
	else if (!*name)
		fault = "no name for the file";
	else if (!subunit2_utf8_is_string(subunit2_view_of(name)))
		fault = "the name is not valid UTF-8";
	else if (is_attached(statement, name))
		fault = "a file of this name is attached already: say NAME=PATH";
	else if (strcmp(path, "-") == 0 && reads_stdin(statement))
		fault = "standard input is attached already";
	else
		attachment_of_path(statement_add_file(statement), subunit2_view_of(name), path);
	free(name);
	return fault ? options_refuse_value(options, fault) : 0;
}

static int
take_mime_type(struct status *status, struct options *options)
{
	if (!status->attached)
		return options_refuse_value(options, "no file is attached before it");
	struct attachment *file = &status->statement.files[status->statement.count - 1];
	file->type = ATTACHMENT_KNOWN;
	return options_take_string(options, &file->mime_type);
}

/* Packets know the years 1970 to 2106. */
static bool
fits_packet(struct subunit2_time time)
{
	return time.sec >= 0 && time.sec <= UINT32_MAX;
}

static int
take_timestamp(struct statement *statement, struct options *options)
{
	if (strcmp(options->value, "none") == 0) {
		statement->timing = STATEMENT_TIMELESS;
		return 0;
	}
	if (!when_read(options->value, &statement->time))
		return options_refuse_value(options, "neither a time (2001-12-12T12:59:59Z, "
		                                     "@SECONDS) nor none");
	if (!fits_packet(statement->time))
		return options_refuse_value(options, "before 1970 or after 2106");
	statement->timing = STATEMENT_AT;
	return 0;
}

static int
take(void *context, struct options *options, int option)
{
	struct status *status = context;
	struct statement *statement = &status->statement;
	switch (option) {
	case 't':
		return options_take_tag(options, &statement->tags);
	case 'a':
		status->attached = true;
		return take_attachment(statement, options);
	case OPTION_MIME_TYPE:
		return take_mime_type(status, options);
	case 'm':
		status->attached = false;
		if (is_attached(statement, "reason"))
			return options_refuse_value(options, "a reason is attached already");
		attachment_of_text(statement_add_file(statement), "reason", options->value);
		return 0;
	case OPTION_NOT_RUNNABLE:
		statement->runnable = false;
		return 0;
	case OPTION_NO_EOF:
		statement->stays_open = true;
		return 0;
	case OPTION_ROUTE_CODE:
		return options_take_string(options, &statement->route_code);
	case OPTION_TIMESTAMP:
		return take_timestamp(statement, options);
	case OPTION_DURATION:
		if (duration_read(options->value, &statement->duration_ns))
			return 0;
		return options_refuse_value(options, "not a duration (500ms, 30s, 5m, 1h)");
	default:
		return outputs_take(&status->outputs, options, option);
	}
}

/* "$?": what the shell had of the test. */
static bool
read_exit_status(const char *text, enum subunit2_status *status)
{
	uint64_t number;
	if (!number_parse_range(text, 0, 255, &number))
		return false;
	*status = number == 0 ? SUBUNIT2_SUCCESS : number == 77 ? SUBUNIT2_SKIP : SUBUNIT2_FAIL;
	return true;
}

static int
take_id(struct statement *statement, struct options *options, const char *id)
{
	const char *fault = options_string_fault(id);
	if (fault)
		return options_refuse(options, "test id %s%s%s", id, *id ? " " : "", fault);
	if (strncmp(id, "::", 2) != 0) {
		statement->test_id = memory_copy(id);
		return 0;
	}
	const char *test = getenv("SUBUNIT2_TEST_ID");
	if (!id[2])
		return options_refuse(options, "%s: the step has no name", id);
	if (!test || options_string_fault(test))
		return options_refuse(options, "%s: no test runs now: SUBUNIT2_TEST_ID is not set",
		                      id);
	statement->test_id = memory_format("%s%s", test, id);
	statement->runnable = false;
	return 0;
}

static int
take_arguments(struct statement *statement, struct options *options)
{
	const char **arguments = options_arguments(options);
	const char *id = arguments[0], *word = id ? arguments[1] : NULL;
	enum subunit2_status ignored;
	if (!id && statement->count == 0)
		return options_refuse(options, "neither a test id nor a file; see --help");
	if (!id) {
		statement->runnable = false;
		return 0;
	}
	if (word && arguments[2])
		return options_refuse(options, "%s: one argument too many", arguments[2]);
	if (!word && status_word_parse(subunit2_view_of(id), &ignored))
		return options_refuse(options, "%s: a status, but no test id before it", id);
	if (word && !status_word_parse(subunit2_view_of(word), &statement->status) &&
	    !read_exit_status(word, &statement->status))
		return options_refuse(options, "%s: not a status; see --help", word);
	return take_id(statement, options, id);
}

/* What does not go together. */
static int
check(const struct statement *statement, struct options *options)
{
	if (statement->duration_ns < 0)
		return 0;
	if (!subunit2_status_is_final(statement->status))
		return options_refuse(options, "--duration: there is no final status");
	if (statement->timing == STATEMENT_TIMELESS)
		return options_refuse(options, "--duration: there is no time");
	struct subunit2_time stop =
		statement->timing == STATEMENT_AT ? statement->time : when_now();
	if (!fits_packet(subunit2_time_add(stop, -statement->duration_ns)))
		return options_refuse(options, "--duration: the test began before 1970");
	return 0;
}

int
cmd_status(int argc, const char **argv)
{
	struct status status = {.statement = {.runnable = true, .duration_ns = -1}};
	struct options options;
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, take, &status) &&
	    take_arguments(&status.statement, &options) == 0 &&
	    check(&status.statement, &options) == 0)
		options.exit_status = statement_say(&status.statement, &status.outputs);
	statement_clear(&status.statement);
	outputs_options_clear(&status.outputs);
	options_end(&options);
	return options.exit_status;
}
