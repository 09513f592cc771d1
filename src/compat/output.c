/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-output: status, with the options of the tool of that name.
 */
#include "compat.h"
#include "memory.h"
#include "message.h"
#include "status_event.h"

#include <stdlib.h>
#include <subunit2/utf8.h>

/* The val of a status is OPTION_STATUS and the status. */
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
	STATUS_ROW("exists", SUBUNIT2_EXISTS),   STATUS_ROW("inprogress", SUBUNIT2_INPROGRESS),
	STATUS_ROW("success", SUBUNIT2_SUCCESS), STATUS_ROW("uxsuccess", SUBUNIT2_UXSUCCESS),
	STATUS_ROW("skip", SUBUNIT2_SKIP),       STATUS_ROW("fail", SUBUNIT2_FAIL),
	STATUS_ROW("xfail", SUBUNIT2_XFAIL),     POPT_TABLEEND,
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
	struct statement statement;
	char *path, *file_name, *mime_type; /* NULL: none */
};

/* An empty one is none. */
static int
take_string(char **string, struct options *options)
{
	if (!subunit2_utf8_is_string(subunit2_view_of(options->value)))
		return options_refuse_value(options, "is not valid UTF-8");
	free(*string);
	*string = *options->value ? options_take_value(options) : NULL;
	return 0;
}

static int
take_status(struct statement *statement, struct options *options, enum subunit2_status status)
{
	if (statement->status)
		return options_refuse_value(options, "only one status can be reported at once");
	statement->status = status;
	return take_string(&statement->test_id, options);
}

/* An empty one is a tag. */
static int
take_tag(struct subunit2_tagset *tags, struct options *options)
{
	struct subunit2_error error;
	struct subunit2_view tag = subunit2_view_of(options->value);
	if (!subunit2_utf8_is_string(tag))
		return options_refuse_value(options, "is not valid UTF-8");
	if (subunit2_tagset_add(tags, tag, &error) != SUBUNIT2_OK)
		return options_refuse_value(options, error.message);
	return 0;
}

static int
take(void *context, struct options *options, int option)
{
	struct subunit_output *output = context;
	struct statement *statement = &output->statement;
	switch (option) {
	case OPTION_ATTACH_FILE:
		free(output->path);
		output->path = *options->value ? options_take_value(options) : NULL;
		return 0;
	case OPTION_FILE_NAME:
		return take_string(&output->file_name, options);
	case OPTION_MIMETYPE:
		return take_string(&output->mime_type, options);
	case OPTION_TAG:
		return take_tag(&statement->tags, options);
	default:
		return take_status(statement, options,
		                   (enum subunit2_status)(option - OPTION_STATUS));
	}
}

/* The file, of which the options may have come in any order. */
static int
attach(void *context, struct options *options)
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
	struct attachment *file = statement_add_file(&output->statement);
	attachment_of_path(file, subunit2_view_of(name), output->path);
	file->type = ATTACHMENT_KNOWN;
	if (output->mime_type)
		file->mime_type = memory_copy(output->mime_type);
	return 0;
}

static int
run(void *context, const char *const *arguments)
{
	(void)arguments;
	struct subunit_output *output = context;
	const struct outputs_options stdout_alone = {
		.to = format_named(SUBUNIT2_LITERAL("subunit"))};
	return statement_say(&output->statement, &stdout_alone);
}

int
compat_output(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...]",
		.spec.about = "Writes one event to the stream; subunit2 status can say more.",
		.spec.table = table,
		.take = take,
		.check = attach,
		.run = run,
	};
	struct subunit_output output = {.statement = {.runnable = true, .duration_ns = -1}};
	int status = compat_main(&tool, &output, argc, argv);
	statement_clear(&output.statement);
	free(output.path);
	free(output.file_name);
	free(output.mime_type);
	return status;
}
