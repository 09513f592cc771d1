/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * gitlab: the text report for the log of a GitLab job. The output of a test that did not end well
 * is a collapsed section:
 *
 *     ESC [0K section_start:1700000000:subunit2_1_0123[collapsed=true] CR ESC [0K FAIL t/a.t
 *     ...
 *     ESC [0K section_end:1700000000:subunit2_1_0123 CR ESC [0K
 *
 * GitLab finds a section by the CR and the escape sequence that follow its name. In text of tests
 * both become \xNN, so that no test can begin or end a section. Colors of tests are shown where
 * the report has colors.
 */
#include "ci_log.h"
#include "memory.h"
#include "style.h"
#include "test_text.h"

#include <time.h>
#include <unistd.h>

struct gitlab_writer {
	struct ci_log log;
	uint64_t sections;
};

/* The name of a section is unique in the job, in which this program may run more than once. */
static void
gitlab_put_section(struct ci_log *log, const char *mark, const char *attributes)
{
	struct gitlab_writer *self = (struct gitlab_writer *)log;
	fprintf(log->to->file, "\033[0Ksection_%s:%lld:subunit2_%ld_%llu%s\r\033[0K", mark,
	        (long long)time(NULL), (long)getpid(), (unsigned long long)self->sections,
	        attributes);
}

static void
gitlab_begin_group(struct ci_log *log, const struct subunit2_test *test, const struct cause *cause)
{
	((struct gitlab_writer *)log)->sections++;
	gitlab_put_section(log, "start", "[collapsed=true]");
	style_begin(log->to, style_of_status(test->status));
	fputs(style_status_word(test->status), log->to->file);
	style_end(log->to);
	putc(' ', log->to->file);
	test_text_put_label(log->to->file,
	                    route_labels_shown(&log->counter.labels, test->route_code));
	printable_put(log->to->file, test->id);
	fputs(": ", log->to->file);
	printable_put(log->to->file, buffer_view(&cause->line));
	putc('\n', log->to->file);
}

static void
gitlab_end_group(struct ci_log *log)
{
	gitlab_put_section(log, "end", "");
	putc('\n', log->to->file);
}

struct subunit2_sink *
writer_gitlab(const struct writer_options *options, struct output_file *to,
              struct subunit2_error *error)
{
	static const struct ci_log_markup markup = {
		.begin_group = gitlab_begin_group,
		.end_group = gitlab_end_group,
	};
	(void)error;
	struct gitlab_writer *self = memory_zeroed(1, sizeof(*self));
	ci_log_begin(&self->log, &markup, options, to, test_text_colors(to));
	return &self->log.sink;
}
