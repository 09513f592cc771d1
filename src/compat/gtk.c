/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2gtk: shows a stream as a page in the browser of the desktop ($BROWSER, or
 * the one that xdg-open finds).
 */
#include "compat.h"
#include "desktop.h"
#include "exit_status.h"
#include "memory.h"
#include "message.h"
#include "stream.h"
#include "tempfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Creates a temporary file for the page. It is not removed, because the browser may read
 * it after this program has ended. Returns its path, to be freed; if it cannot be created,
 * prints a message and returns NULL. */
static char *
compat_gtk_make_page(void)
{
	char *path = memory_format("%s/subunit2gtk-XXXXXX.html", tempfile_folder());
	int fd = mkstemps(path, (int)strlen(".html"));
	if (fd >= 0) {
		close(fd);
		return path;
	}
	message("%s: %s", path, strerror(errno));
	free(path);
	return NULL;
}

static int
compat_gtk_show(char *page)
{
	char *browser = getenv("BROWSER");
	char *program = browser && *browser ? browser : "xdg-open";
	return desktop_run((char *const[]){program, page, NULL});
}

static int
compat_gtk_write_page(const char *page, const char *const *paths, struct stream_counts *counts)
{
	struct output_options to = {0};
	int status = EXIT_STATUS_IO;
	stream_add_output(&to, format_named(SUBUNIT2_LITERAL("html")), page);
	struct outputs *outputs = stream_open(&to, paths);
	if (outputs)
		status = stream_close(outputs, stream_read_counting(paths, outputs_sink(outputs),
		                                                    outputs, counts));
	output_options_clear(&to);
	return status;
}

/* Writes the page and shows it. Removes it again if that fails. */
static int
compat_gtk_run(void *context, const char *const *paths)
{
	(void)context;
	struct stream_counts counts;
	char *page = compat_gtk_make_page();
	if (!page)
		return EXIT_STATUS_IO;
	int status = compat_gtk_write_page(page, paths, &counts);
	if (status == EXIT_STATUS_GOOD)
		status = compat_gtk_show(page);
	if (status != EXIT_STATUS_GOOD)
		unlink(page);
	free(page);
	return status == EXIT_STATUS_GOOD ? stream_judge(status, &counts, true) : status;
}

int
compat_gtk(int argc, const char **argv)
{
	static const struct poptOption table[] = {POPT_TABLEEND};
	static const struct compat_tool tool = {
		.spec.usage = "[FILE]",
		.spec.about = "Shows the tests of a stream as a page in the browser.",
		.spec.table = table,
		.run = compat_gtk_run,
	};
	return compat_main(&tool, NULL, argc, argv);
}
