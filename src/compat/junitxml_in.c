/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * junitxml2subunit: reads JUnit's XML, from files and from all .xml files below
 * folders. The ids are those of Python's tool: CLASSNAME::NAME.
 */
#include "compat.h"
#include "conversion.h"
#include "exit_status.h"
#include "message.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

static const struct poptOption table[] = {
	{"dir", 'd', POPT_ARG_STRING, NULL, 'd',
         "read every file below this folder that ends in .xml; repeatable", "DIR"},
	POPT_TABLEEND,
};

static int
compat_junitxml_in_by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

struct junitxml_call {
	struct string_list files;
	bool lost; /* a folder could not be read; a message was printed */
};

static void
compat_junitxml_in_report_lost(struct junitxml_call *call, const char *path, int errnum)
{
	message("%s: %s", path, strerror(errnum));
	call->lost = true;
}

/* Returns whether the entry is a file, or a link to a file, whose name ends in .xml. */
static bool
compat_junitxml_in_is_xml(const FTSENT *entry)
{
	struct stat status;
	if (!subunit2_view_ends(subunit2_view_of(entry->fts_name), SUBUNIT2_LITERAL(".xml")))
		return false;
	return entry->fts_info == FTS_F ||
	       (entry->fts_info == FTS_SL && stat(entry->fts_path, &status) == 0 &&
	        S_ISREG(status.st_mode));
}

/* Orders the files of a folder before its subfolders, and both by name. */
static void
compat_junitxml_in_add_folder(struct junitxml_call *call, char *path)
{
	char *paths[] = {path, NULL};
	struct string_list folders = {0};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
	                     compat_junitxml_in_by_name);
	for (FTSENT *entry; tree && (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_D && entry->fts_level == 1) {
			string_list_add(&folders, entry->fts_path);
			fts_set(tree, entry, FTS_SKIP);
		} else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
			compat_junitxml_in_report_lost(call, entry->fts_path, entry->fts_errno);
		} else if (compat_junitxml_in_is_xml(entry)) {
			string_list_add(&call->files, entry->fts_path);
		}
	}
	if (tree)
		fts_close(tree);
	for (size_t i = 0; i < folders.count; i++)
		compat_junitxml_in_add_folder(call, folders.items[i]);
	string_list_clear(&folders);
}

static int
compat_junitxml_in_parse_option(void *context, struct options *options, int option)
{
	(void)option;
	struct junitxml_call *call = context;
	struct stat status;
	if (stat(options->value, &status) < 0)
		compat_junitxml_in_report_lost(call, options->value, errno);
	else if (!S_ISDIR(status.st_mode))
		compat_junitxml_in_report_lost(call, options->value, ENOTDIR);
	else
		compat_junitxml_in_add_folder(call, options->value);
	return 0;
}

static int
compat_junitxml_in_check(void *context, struct options *options)
{
	struct junitxml_call *call = context;
	string_list_add_all(&call->files, (char *const *)options_arguments(options));
	if (!call->files.count && !call->lost)
		return options_refuse(options, "missing argument: a file, or a folder with -d");
	return 0;
}

static int
compat_junitxml_in_run(void *context, const char *const *arguments)
{
	(void)arguments;
	static const struct format from = {.name = "junit", .in = input_junit_colons};
	static const struct conversion conversion = {.from = &from, .verdict = CONVERSION_STRICT};
	const struct junitxml_call *call = context;
	int status = EXIT_STATUS_IO;
	if (call->files.count)
		status = conversion_run(&conversion, (const char *const *)call->files.items);
	return call->lost ? EXIT_STATUS_IO : status;
}

int
compat_junitxml_in(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE...]",
		.spec.about = "Converts JUnit's XML.",
		.spec.table = table,
		.take = compat_junitxml_in_parse_option,
		.check = compat_junitxml_in_check,
		.run = compat_junitxml_in_run,
	};
	struct junitxml_call call = {0};
	int status = compat_main(&tool, &call, argc, argv);
	string_list_clear(&call.files);
	return status;
}
