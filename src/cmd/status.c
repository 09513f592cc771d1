/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 status: writes one event, for shell scripts.
 */
#include "base_name.h"
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
         "the type of the file attached just before", "TYPE"},
	{"message", 'm', POPT_ARG_STRING, NULL, 'm', "the reason: attached as the file \"reason\"",
         "TEXT"},
	{"not-runnable", '\0', POPT_ARG_NONE, NULL, OPTION_NOT_RUNNABLE,
         "the test cannot be run by its id", NULL},
	{"no-eof", '\0', POPT_ARG_NONE, NULL, OPTION_NO_EOF, "more of the files will follow", NULL},
	{"route-code", '\0', POPT_ARG_STRING, NULL, OPTION_ROUTE_CODE, "the routing code", "CODE"},
	{"timestamp", '\0', POPT_ARG_STRING, NULL, OPTION_TIMESTAMP,
         "the time, instead of now: RFC 3339, @SECONDS or none", "WHEN"},
	{"duration", '\0', POPT_ARG_STRING, NULL, OPTION_DURATION,
         "the time that the test took: 500ms, 30s, 5m, 1h", "DURATION"},
	POPT_TABLEEND,
};

static const struct poptOption all_tables[] = {
	OPTIONS_GROUP("Options:", table),
	OPTIONS_GROUP("Output:", output_options_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [ID [STATUS]]",
	.about = "Writes one event to the stream: a test's status, its files, or both.",
	.table = all_tables,
	.notes =
		"STATUS is exists, inprogress, success, uxsuccess, skip, fail or xfail; or start,\n"
		"pass, ok, failed, skipped or todo; or an exit status: 0 success, 77 skip, else\n"
		"fail. The ID ::NAME is a step of the running test, SUBUNIT2_TEST_ID.\n",
};

struct status {
	struct status_event status_event;
	struct output_options outputs;
	bool attached; /* the last file came from --attach, so --mime-type may follow */
};

static bool
status_is_attached(const struct status_event *status_event, const char *name)
{
	for (size_t i = 0; i < status_event->count; i++)
		if (strcmp(status_event->files[i].name, name) == 0)
			return true;
	return false;
}

static bool
status_reads_stdin(const struct status_event *status_event)
{
	for (size_t i = 0; i < status_event->count; i++)
		if (!status_event->files[i].path && !status_event->files[i].ended)
			return true;
	return false;
}

/* Adds the file [NAME=]PATH. NAME contains no slash, so that a path that contains "=" can
 * be given as ./PATH. */
static int
status_parse_attachment(struct status_event *status_event, struct options *options)
{
	const char *path = options->value;
	size_t before = strcspn(path, "/=");
	char *name;
	if (path[before] == '=') {
		name = memory_copy_len(path, before);
		path += before + 1;
	} else {
		name = memory_copy(strcmp(path, "-") == 0 ? "stdin" : base_name(path));
	}
	const char *fault = NULL;
	if (!*path)
		fault = "no path";
	else if (!*name)
		fault = "no name for the file";
	else if (!subunit2_utf8_is_string(subunit2_view_of(name)))
		fault = "the name is not valid UTF-8";
	else if (status_is_attached(status_event, name))
		fault = "a file of this name is attached already: use NAME=PATH";
	else if (strcmp(path, "-") == 0 && status_reads_stdin(status_event))
		fault = "standard input is attached already";
	else
		attachment_of_path(status_event_add_file(status_event), subunit2_view_of(name),
		                   path);
	free(name);
	return fault ? options_refuse_value(options, fault) : 0;
}

static int
status_parse_mime_type(struct status *status, struct options *options)
{
	if (!status->attached)
		return options_refuse_value(options, "no --attach before it");
	struct attachment *file = &status->status_event.files[status->status_event.count - 1];
	file->type = ATTACHMENT_KNOWN;
	return options_parse_string(options, &file->mime_type);
}

/* Returns whether a packet can hold TIME: it is in the years 1970 to 2106. */
static bool
status_fits_packet(struct subunit2_time time)
{
	return time.sec >= 0 && time.sec <= UINT32_MAX;
}

static int
status_parse_timestamp(struct status_event *status_event, struct options *options)
{
	if (strcmp(options->value, "none") == 0) {
		status_event->timing = STATUS_EVENT_TIMELESS;
		return 0;
	}
	if (!timestamp_read(options->value, &status_event->time))
		return options_refuse_value(options, "neither a time (2001-12-12T12:59:59Z, "
		                                     "@SECONDS) nor none");
	if (!status_fits_packet(status_event->time))
		return options_refuse_value(options, "before 1970 or after 2106");
	status_event->timing = STATUS_EVENT_AT;
	return 0;
}

static int
status_parse_option(void *context, struct options *options, int option)
{
	struct status *status = context;
	struct status_event *status_event = &status->status_event;
	switch (option) {
	case 't':
		return options_parse_tag(options, &status_event->tags);
	case 'a':
		status->attached = true;
		return status_parse_attachment(status_event, options);
	case OPTION_MIME_TYPE:
		return status_parse_mime_type(status, options);
	case 'm':
		status->attached = false;
		if (status_is_attached(status_event, "reason"))
			return options_refuse_value(options, "a reason is attached already");
		attachment_of_text(status_event_add_file(status_event), "reason", options->value);
		return 0;
	case OPTION_NOT_RUNNABLE:
		status_event->runnable = false;
		return 0;
	case OPTION_NO_EOF:
		status_event->stays_open = true;
		return 0;
	case OPTION_ROUTE_CODE:
		return options_parse_string(options, &status_event->route_code);
	case OPTION_TIMESTAMP:
		return status_parse_timestamp(status_event, options);
	case OPTION_DURATION:
		if (duration_read(options->value, &status_event->duration_ns))
			return 0;
		return options_refuse_value(options, "not a duration (500ms, 30s, 5m, 1h)");
	default:
		return output_options_parse(&status->outputs, options, option);
	}
}

/* Converts an exit status, as in "$?", to a status. */
static bool
status_read_exit_status(const char *text, enum subunit2_status *status)
{
	uint64_t number;
	if (!number_parse_range(text, 0, 255, &number))
		return false;
	*status = number == 0    ? SUBUNIT2_STATUS_SUCCESS
	          : number == 77 ? SUBUNIT2_STATUS_SKIP
	                         : SUBUNIT2_STATUS_FAIL;
	return true;
}

static int
status_parse_id(struct status_event *status_event, struct options *options, const char *id)
{
	const char *fault = options_string_fault(id);
	if (fault)
		return options_refuse(options, "test id %s%s%s", id, *id ? " " : "", fault);
	if (strncmp(id, "::", 2) != 0) {
		status_event->test_id = memory_copy(id);
		return 0;
	}
	const char *test = getenv("SUBUNIT2_TEST_ID");
	if (!id[2])
		return options_refuse(options, "%s: the step has no name", id);
	if (!test || options_string_fault(test))
		return options_refuse(options,
		                      "%s: no test is running: SUBUNIT2_TEST_ID is not set", id);
	status_event->test_id = memory_format("%s%s", test, id);
	status_event->runnable = false;
	return 0;
}

static int
status_parse_arguments(struct status_event *status_event, struct options *options)
{
	const char **arguments = options_arguments(options);
	const char *id = arguments[0], *word = id ? arguments[1] : NULL;
	enum subunit2_status ignored;
	if (!id && status_event->count == 0)
		return options_refuse(options, "neither a test id nor a file; see --help");
	if (!id) {
		status_event->runnable = false;
		return 0;
	}
	if (word && arguments[2])
		return options_refuse(options, "%s: too many arguments", arguments[2]);
	if (!word && status_word_parse(subunit2_view_of(id), &ignored))
		return options_refuse(options, "%s: a status, but no test id before it", id);
	if (word && !status_word_parse(subunit2_view_of(word), &status_event->status) &&
	    !status_read_exit_status(word, &status_event->status))
		return options_refuse(options,
		                      "%s: not a status: " STATUS_WORDS
		                      ", or an exit status from 0 to 255",
		                      word);
	return status_parse_id(status_event, options, id);
}

/* Refuses options that contradict each other. */
static int
status_check(const struct status_event *status_event, struct options *options)
{
	if (status_event->stays_open && !status_event->count)
		return options_refuse(options, "--no-eof: there is no file");
	if (status_event->duration_ns < 0)
		return 0;
	if (!subunit2_status_is_final(status_event->status))
		return options_refuse(options, "--duration: needs a final status");
	if (status_event->timing == STATUS_EVENT_TIMELESS)
		return options_refuse(options, "--duration: needs a time");
	struct subunit2_time stop =
		status_event->timing == STATUS_EVENT_AT ? status_event->time : timestamp_now();
	if (!status_fits_packet(subunit2_time_add(stop, -status_event->duration_ns)))
		return options_refuse(options, "--duration: the test began before 1970");
	return 0;
}

int
cmd_status(int argc, const char **argv)
{
	struct status status = {.status_event = {.runnable = true, .duration_ns = -1}};
	struct options options;
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, status_parse_option, &status) &&
	    status_parse_arguments(&status.status_event, &options) == 0 &&
	    status_check(&status.status_event, &options) == 0)
		options.exit_status = status_event_write(&status.status_event, &status.outputs);
	status_event_clear(&status.status_event);
	output_options_clear(&status.outputs);
	options_end(&options);
	return options.exit_status;
}
