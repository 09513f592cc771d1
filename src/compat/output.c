/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-output: status, with the options of Python's tool.
 */
#include "compat.h"
#include "memory.h"
#include "message.h"
#include "status_event.h"

#include <stdlib.h>
#include <subunit2/utf8.h>

/* The option of a status has the value OPTION_STATUS plus the status. */
enum {
	OPTION_STATUS = OPTIONS_LONG,
	OPTION_ATTACH_FILE = OPTIONS_LONG + 16,
	OPTION_FILE_NAME,
	OPTION_MIMETYPE,
	OPTION_TAG,
};

#define STATUS_ROW(name, status)                                                                   \
	{                                                                                          \
		name, '\0', POPT_ARG_STRING, NULL, OPTION_STATUS + status, "report this status",   \
			"TEST_ID"                                                                  \
	}

static const struct poptOption statuses[] = {
	STATUS_ROW("exists", SUBUNIT2_STATUS_EXISTS),
	STATUS_ROW("inprogress", SUBUNIT2_STATUS_INPROGRESS),
	STATUS_ROW("success", SUBUNIT2_STATUS_SUCCESS),
	STATUS_ROW("uxsuccess", SUBUNIT2_STATUS_UXSUCCESS),
	STATUS_ROW("skip", SUBUNIT2_STATUS_SKIP),
	STATUS_ROW("fail", SUBUNIT2_STATUS_FAIL),
	STATUS_ROW("xfail", SUBUNIT2_STATUS_XFAIL),
	POPT_TABLEEND,
};

static const struct poptOption files[] = {
	{"attach-file", '\0', POPT_ARG_STRING, NULL, OPTION_ATTACH_FILE,
         "attach a file, - for standard input", "PATH"},
	{"file-name", '\0', POPT_ARG_STRING, NULL, OPTION_FILE_NAME,
         "the file's name; else its path, or stdin", "NAME"},
	{"mimetype", '\0', POPT_ARG_STRING, NULL, OPTION_MIMETYPE, "the file's type; else none",
         "TYPE"},
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP("Status:", statuses),
	OPTIONS_GROUP("File:", files),
	{"tag", '\0', POPT_ARG_STRING, NULL, OPTION_TAG, "a tag; repeatable", "TAG"},
	POPT_TABLEEND,
};

struct subunit_output {
	struct status_event status_event;
	char *path, *file_name, *mime_type; /* NULL: not given */
};

/* Stores the value of an option; an empty value counts as not given. */
static int
compat_output_parse_string(char **string, struct options *options)
{
	if (!subunit2_utf8_is_string(subunit2_view_of(options->value)))
		return options_refuse_value(options, "is not valid UTF-8");
	free(*string);
	*string = *options->value ? options_move_value(options) : NULL;
	return 0;
}

static int
compat_output_parse_status(struct status_event *status_event, struct options *options,
                           enum subunit2_status status)
{
	if (status_event->status)
		return options_refuse_value(options, "only one status can be reported at once");
	status_event->status = status;
	return compat_output_parse_string(&status_event->test_id, options);
}

/* Adds a tag, which may be empty. */
static int
compat_output_parse_tag(struct subunit2_tagset *tags, struct options *options)
{
	struct subunit2_error error;
	struct subunit2_view tag = subunit2_view_of(options->value);
	if (!subunit2_utf8_is_string(tag))
		return options_refuse_value(options, "is not valid UTF-8");
	if (subunit2_tagset_add(tags, tag, &error) != SUBUNIT2_E_OK)
		return options_refuse_value(options, error.message);
	return 0;
}

static int
compat_output_parse_option(void *context, struct options *options, int option)
{
	struct subunit_output *output = context;
	struct status_event *status_event = &output->status_event;
	switch (option) {
	case OPTION_ATTACH_FILE:
		free(output->path);
		output->path = *options->value ? options_move_value(options) : NULL;
		return 0;
	case OPTION_FILE_NAME:
		return compat_output_parse_string(&output->file_name, options);
	case OPTION_MIMETYPE:
		return compat_output_parse_string(&output->mime_type, options);
	case OPTION_TAG:
		return compat_output_parse_tag(&status_event->tags, options);
	default:
		return compat_output_parse_status(status_event, options,
		                                  (enum subunit2_status)(option - OPTION_STATUS));
	}
}

/* Adds the attached file, after all options, since they may come in any order. */
static int
compat_output_attach(void *context, struct options *options)
{
	struct subunit_output *output = context;
	if (!output->path && output->mime_type)
		return options_refuse(options, "--mimetype: there is no --attach-file");
	if (!output->path && output->file_name)
		return options_refuse(options, "--file-name: there is no --attach-file");
	if (!output->path)
		return 0;
	const char *name = output->file_name                ? output->file_name
	                   : strcmp(output->path, "-") == 0 ? "stdin"
	                                                    : output->path;
	struct attachment *file = status_event_add_file(&output->status_event);
	attachment_of_path(file, subunit2_view_of(name), output->path);
	file->type = ATTACHMENT_KNOWN;
	if (output->mime_type)
		file->mime_type = memory_copy(output->mime_type);
	return 0;
}

static int
compat_output_run(void *context, const char *const *arguments)
{
	(void)arguments;
	struct subunit_output *output = context;
	const struct output_options stdout_alone = {
		.to = format_named(SUBUNIT2_LITERAL("subunit"))};
	return status_event_write(&output->status_event, &stdout_alone);
}

int
compat_output(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...]",
		.spec.about = "Writes one event to the stream; subunit2 status can say more.",
		.spec.table = table,
		.take = compat_output_parse_option,
		.check = compat_output_attach,
		.run = compat_output_run,
	};
	struct subunit_output output = {.status_event = {.runnable = true, .duration_ns = -1}};
	int status = compat_main(&tool, &output, argc, argv);
	status_event_clear(&output.status_event);
	free(output.path);
	free(output.file_name);
	free(output.mime_type);
	return status;
}
