/*
 * subunit-ls: the ids of tests, in the order in which they end, with the time that
 * each took; text of no test as it is.
 */
#include "compat.h"
#include "memory.h"
#include "out/put.h"
#include "out/visible.h"
#include "stream.h"

#include <stdio.h>

enum {
	OPTION_TIMES = OPTIONS_LONG,
	OPTION_EXISTS,
	OPTION_NO_PASSTHROUGH,
};

static const struct poptOption table[] = {
	{"times", '\0', POPT_ARG_NONE, NULL, OPTION_TIMES, "with the seconds that each took", NULL},
	{"exists", '\0', POPT_ARG_NONE, NULL, OPTION_EXISTS, "also tests that are only listed",
         NULL},
	{"no-passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_NO_PASSTHROUGH,
         "hide what is no packet, and the files of no test", NULL},
	POPT_TABLEEND,
};

struct ls {
	struct subunit2_sink sink;
	bool times, exists, no_passthrough;

	struct subunit2_sink *tests;
	struct subunit2_time now; /* the last one that was told */
};

static int
take(void *context, struct options *options, int option)
{
	struct ls *ls = context;
	(void)options;
	if (option == OPTION_TIMES)
		ls->times = true;
	else if (option == OPTION_EXISTS)
		ls->exists = true;
	else
		ls->no_passthrough = true;
	return 0;
}

/* A standard output that fails ends the work; it is told at the end of the program. */
static int
check_stdout(void)
{
	return ferror(stdout) ? SUBUNIT2_STOP : SUBUNIT2_OK;
}

static int
put_test(const struct ls *ls, struct subunit2_view id, int64_t ns)
{
	visible_put(stdout, id);
	if (ls->times)
		printf(" %0.3f", (double)(ns / 1000) / 1e6);
	put_char(stdout, '\n');
	return check_stdout();
}

/* What never ended took until the last time that was told. */
static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	(void)error;
	const struct ls *ls = context;
	struct subunit2_time stop = subunit2_status_is_final(test->status) ? test->stop : ls->now;
	return put_test(ls, test->id, test->has_start ? subunit2_time_since(stop, test->start) : 0);
}

static int
ls_event(struct subunit2_sink *sink, const struct subunit2_event *event,
         struct subunit2_error *error)
{
	struct ls *ls = (struct ls *)sink;
	if (!subunit2_view_present(event->test_id)) {
		if (!ls->no_passthrough)
			put_view(stdout, event->file_bytes);
		return check_stdout();
	}
	if (event->has_timestamp)
		ls->now = event->timestamp;
	if (event->status != SUBUNIT2_EXISTS)
		return subunit2_sink_event(ls->tests, event, error);
	return ls->exists ? put_test(ls, event->test_id, 0) : SUBUNIT2_OK;
}

static int
ls_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct ls *)sink)->tests, error);
}

static int
run(void *context, const char *const *paths)
{
	struct ls *ls = context;
	const struct subunit2_collect_options no_files = {.attachment_limit = 0};
	ls->sink = (struct subunit2_sink){ls_event, ls_finish, NULL};
	ls->tests = memory_have(subunit2_collect_new(&no_files, test_ended, NULL, ls));
	struct stream_counts counts;
	int status = stream_read_counting(paths, &ls->sink, NULL, &counts);
	subunit2_sink_free(ls->tests);
	return stream_judge(status, &counts, false);
}

int
compat_ls(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE]",
		.spec.about = "Lists the tests of a stream.",
		.spec.table = table,
		.take = take,
		.run = run,
	};
	struct ls ls = {0};
	return compat_main(&tool, &ls, argc, argv);
}
