/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2pyunit: prints the report of Python's unittest on standard error. Text that
 * belongs to no test goes to standard output.
 */
#include "clock.h"
#include "compat.h"
#include "exit_status.h"
#include "memory.h"
#include "memory_file.h"
#include "printable.h"
#include "putters.h"
#include "reason.h"
#include "stream.h"
#include "test_text.h"

#include <stdio.h>
#include <stdlib.h>

#define SHOWN_MAX (1 << 20) /* bytes of a file that are shown, from its end */

enum {
	OPTION_NO_PASSTHROUGH = OPTIONS_LONG,
	OPTION_PROGRESS,
};

static const struct poptOption table[] = {
	{"no-passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_NO_PASSTHROUGH,
         "hide bytes outside of packets, and files without a test id", NULL},
	{"progress", '\0', POPT_ARG_NONE, NULL, OPTION_PROGRESS,
         "accepted for compatibility: prints the same report", NULL},
	POPT_TABLEEND,
};

/* A part of the report that is printed after the tests. */
struct pyunit_part {
	FILE *file; /* writes into text */
	char *text;
	size_t len;
};

struct pyunit {
	struct subunit2_sink sink;
	bool no_passthrough;

	struct subunit2_sink *text;
	struct subunit2_sink *tests;
	struct pyunit_part failures, unexpected;
	uint64_t xfails;
};

static int
compat_pyunit_parse_option(void *context, struct options *options, int option)
{
	(void)options;
	if (option == OPTION_NO_PASSTHROUGH)
		((struct pyunit *)context)->no_passthrough = true;
	return 0;
}

static void
compat_pyunit_part_begin(struct pyunit_part *part)
{
	part->file = memory_file(&part->text, &part->len);
}

static void
compat_pyunit_part_put(struct pyunit_part *part)
{
	fclose(part->file);
	put_view(stderr, (struct subunit2_view){part->text, part->len});
	free(part->text);
}

static void
compat_pyunit_put_rule(FILE *file, char c)
{
	for (int i = 0; i < 70; i++)
		put_char(file, c);
	put_char(file, '\n');
}

/* Writes TEXT as Python's repr does. */
static void
compat_pyunit_put_repr(FILE *file, struct subunit2_view text)
{
	bool single = text.len && memchr(text.data, '\'', text.len);
	bool doubled = text.len && memchr(text.data, '"', text.len);
	char quote = single && !doubled ? '"' : '\'';
	put_char(file, quote);
	while (text.len) {
		size_t plain = 0;
		while (plain < text.len && text.data[plain] != quote && text.data[plain] != '\\')
			plain++;
		printable_put(file, (struct subunit2_view){text.data, plain});
		if (plain < text.len) {
			put_char(file, '\\');
			put_char(file, text.data[plain++]);
		}
		text.data += plain;
		text.len -= plain;
	}
	put_char(file, quote);
}

static void
compat_pyunit_keep_failure(struct pyunit *pyunit, const struct subunit2_test *test)
{
	FILE *file = pyunit->failures.file;
	compat_pyunit_put_rule(file, '=');
	put_text(file, "FAIL: ");
	printable_put(file, test->id);
	put_char(file, '\n');
	printable_put(file, test->id);
	put_char(file, '\n');
	compat_pyunit_put_rule(file, '-');
	test_text_files(file, test, PRINTABLE_COLORS_ESCAPED);
	put_char(file, '\n');
}

static void
compat_pyunit_keep_unexpected(struct pyunit *pyunit, const struct subunit2_test *test)
{
	FILE *file = pyunit->unexpected.file;
	put_text(file, "UNEXPECTED SUCCESS: ");
	printable_put(file, test->id);
	put_char(file, '\n');
	printable_put(file, test->id);
	put_char(file, '\n');
}

static void
compat_pyunit_put_outcome(struct pyunit *pyunit, const struct subunit2_test *test)
{
	switch (test->status) {
	case SUBUNIT2_STATUS_SUCCESS:
		put_text(stderr, "ok\n");
		return;
	case SUBUNIT2_STATUS_SKIP:
		put_text(stderr, "skipped ");
		compat_pyunit_put_repr(stderr, reason_of(test));
		put_char(stderr, '\n');
		return;
	case SUBUNIT2_STATUS_XFAIL:
		put_text(stderr, "expected failure\n");
		pyunit->xfails++;
		return;
	case SUBUNIT2_STATUS_UXSUCCESS:
		put_text(stderr, "unexpected success\n");
		compat_pyunit_keep_unexpected(pyunit, test);
		return;
	default:
		put_text(stderr, "FAIL\n");
		compat_pyunit_keep_failure(pyunit, test);
	}
}

static enum subunit2_result
compat_pyunit_test_ended(void *context, const struct subunit2_test *test,
                         struct subunit2_error *error)
{
	(void)error;
	if (test->status == SUBUNIT2_STATUS_EXISTS)
		return SUBUNIT2_E_OK;
	printable_put(stderr, test->id);
	put_char(stderr, '\n');
	printable_put(stderr, test->id);
	put_text(stderr, " ... ");
	compat_pyunit_put_outcome(context, test);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
compat_pyunit_text_event(void *context, const struct subunit2_event *event,
                         struct subunit2_error *error)
{
	struct pyunit *pyunit = context;
	return pyunit->no_passthrough ? SUBUNIT2_E_OK
	                              : subunit2_sink_event(pyunit->text, event, error);
}

static enum subunit2_result
compat_pyunit_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                    struct subunit2_error *error)
{
	return subunit2_sink_event(((struct pyunit *)sink)->tests, event, error);
}

static enum subunit2_result
compat_pyunit_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct pyunit *pyunit = (struct pyunit *)sink;
	enum subunit2_result result = subunit2_sink_finish(pyunit->tests, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_finish(pyunit->text, error) : result;
}

/* Prints the counts that are not 0, for example " (failures=1, skipped=2)". */
static void
compat_pyunit_put_counts(const struct stream_counts *counts, uint64_t xfails)
{
	const struct {
		const char *name;
		uint64_t count;
	} all[] = {
		{"failures", counts->failed},
		{"skipped", counts->skipped},
		{"expected failures", xfails},
		{"unexpected successes", counts->unexpected},
	};
	bool any = false;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (!all[i].count)
			continue;
		put_text(stderr, any ? ", " : " (");
		put_text(stderr, all[i].name);
		put_char(stderr, '=');
		put_number(stderr, all[i].count, 1);
		any = true;
	}
	put_text(stderr, any ? ")\n" : "\n");
}

static void
compat_pyunit_put_summary(const struct pyunit *pyunit, const struct stream_counts *counts,
                          double seconds)
{
	uint64_t count = counts->passed + counts->failed + counts->skipped;
	compat_pyunit_put_rule(stderr, '-');
	put_text(stderr, "Ran ");
	put_number(stderr, count, 1);
	fprintf(stderr, " test%s in %.3fs\n\n", count == 1 ? "" : "s", seconds);
	put_text(stderr, counts->failed || counts->unexpected ? "FAILED" : "OK");
	compat_pyunit_put_counts(counts, pyunit->xfails);
}

/* Prints the failures and unexpected successes, and if the whole stream was read
 * (STATUS), the counts. */
static void
compat_pyunit_put_end(struct pyunit *pyunit, int status, const struct stream_counts *counts,
                      int64_t took_ns)
{
	put_char(stderr, '\n');
	compat_pyunit_part_put(&pyunit->failures);
	if (counts->unexpected)
		compat_pyunit_put_rule(stderr, '=');
	compat_pyunit_part_put(&pyunit->unexpected);
	if (status == EXIT_STATUS_GOOD)
		compat_pyunit_put_summary(pyunit, counts, (double)took_ns / 1e9);
}

static int
compat_pyunit_run(void *context, const char *const *paths)
{
	struct pyunit *pyunit = context;
	const struct subunit2_collect_options limit = {
		.size = sizeof(limit), .attachment_limit = SHOWN_MAX, .results_only = true};
	struct stream_counts counts;
	int64_t start_ns = clock_ns();
	struct outputs *outputs = stream_stdout_text(paths);
	if (!outputs)
		return EXIT_STATUS_IO;
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	pyunit->sink = (struct subunit2_sink){compat_pyunit_event, compat_pyunit_finish, NULL};
	pyunit->text = outputs_sink(outputs);
	pyunit->tests = memory_have(subunit2_collect_new(&limit, compat_pyunit_test_ended,
	                                                 compat_pyunit_text_event, pyunit));
	compat_pyunit_part_begin(&pyunit->failures);
	compat_pyunit_part_begin(&pyunit->unexpected);
	int status = stream_read_counting(paths, &pyunit->sink, outputs, &counts);
	compat_pyunit_put_end(pyunit, status, &counts, clock_ns() - start_ns);
	subunit2_sink_free(pyunit->tests);
	status = stream_close(outputs, status);
	if (fflush(stderr) != 0 || ferror(stderr))
		return EXIT_STATUS_IO;
	return stream_judge(status, &counts, true);
}

int
compat_pyunit(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE]",
		.spec.about = "Shows the tests of a stream as Python's unittest does.",
		.spec.table = table,
		.take = compat_pyunit_parse_option,
		.run = compat_pyunit_run,
	};
	struct pyunit pyunit = {0};
	return compat_main(&tool, &pyunit, argc, argv);
}
