/*
 * junitxml2subunit: JUnit's XML, of files and of all such files below folders,
 * under the ids of the tool of that name: CLASSNAME::NAME.
 */
#include "compat.h"
#include "conversion.h"
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
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Files before the folders beside them, each in the order of their names. */
static void
add_folder(struct strings *files, char *path)
{
	char *paths[] = {path, NULL};
	struct strings folders = {0};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	for (FTSENT *entry; tree && (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_D && entry->fts_level == 1) {
			strings_add(&folders, entry->fts_path);
			fts_set(tree, entry, FTS_SKIP);
		} else if (entry->fts_info == FTS_F &&
		           subunit2_view_ends(subunit2_view_of(entry->fts_name),
		                              SUBUNIT2_LITERAL(".xml"))) {
			strings_add(files, entry->fts_path);
		}
	}
	if (tree)
		fts_close(tree);
	for (size_t i = 0; i < folders.count; i++)
		add_folder(files, folders.items[i]);
	strings_clear(&folders);
}

static int
take(void *context, struct options *options, int option)
{
	(void)option;
	struct strings *files = context;
	struct stat status;
	if (stat(options->value, &status) < 0)
		message("%s: %s", options->value, strerror(errno));
	else if (!S_ISDIR(status.st_mode))
		message("%s: %s", options->value, strerror(ENOTDIR));
	else
		add_folder(files, options->value);
	return 0;
}

static int
check(void *context, struct options *options)
{
	struct strings *files = context;
	strings_add_all(files, (char *const *)options_arguments(options));
	return files->count ? 0
	                    : options_refuse(options, "no file to read: "
	                                              "name some, or a folder with -d");
}

static int
run(void *context, const char *const *arguments)
{
	(void)arguments;
	static const struct format from = {.name = "junit", .in = input_junit_colons};
	static const struct conversion conversion = {.from = &from, .verdict = CONVERSION_STRICT};
	const struct strings *files = context;
	return conversion_run(&conversion, (const char *const *)files->items);
}

int
compat_junitxml_in(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE...]",
		.spec.about = "Converts JUnit's XML.",
		.spec.table = table,
		.take = take,
		.check = check,
		.run = run,
	};
	struct strings files = {0};
	int status = compat_main(&tool, &files, argc, argv);
	strings_clear(&files);
	return status;
}
