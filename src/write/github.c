/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * github: the text report for the log of GitHub Actions. The output of a test that did not end well
 * is a group to unfold, and an "::error" line makes its cause an annotation. A step shows ten
 * errors and ten warnings: the tenth error counts the rest if there are more. If
 * GITHUB_STEP_SUMMARY names a file, the report in Markdown is appended to it.
 *
 * The runner obeys commands anywhere in a line ("##[error]"). Text that tests may have chosen
 * therefore stands after ::stop-commands::TOKEN and before ::TOKEN::, with a random token.
 */
#include "ci_log.h"
#include "github_token.h"
#include "markdown_report.h"
#include "memory.h"
#include "memory_file.h"
#include "putters.h"
#include "retrying_file.h"
#include "source_place.h"
#include "style.h"
#include "tag_cause.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define ANNOTATIONS_MAX 10 /* of each kind, in a step */

struct github_writer {
	struct ci_log log;
	char token[GITHUB_TOKEN_SIZE];
	bool stopped;                    /* the runner ignores commands */
	uint64_t errors;                 /* tests that were to be annotated */
	char *last_error;                /* the tenth annotation, if it is the last */
	unsigned warnings;               /* annotations so far */
	bool assertion_failed;           /* one was annotated */
	const char *summary_path;        /* NULL: no summary is asked for */
	struct markdown_report *summary; /* NULL: there is no path */
};

/* Makes the runner ignore commands, for text of tests. */
static void
github_begin_text(struct ci_log *log)
{
	struct github_writer *self = (struct github_writer *)log;
	if (!self->stopped)
		fprintf(log->to->file, "::stop-commands::%s\n", self->token);
	self->stopped = true;
}

/* Makes the runner obey commands again. */
static void
github_begin_commands(struct github_writer *self)
{
	if (self->stopped)
		fprintf(self->log.to->file, "::%s::\n", self->token);
	self->stopped = false;
}

/* Writes TEXT with "%" and newlines escaped. PROPERTY: the separators of properties, too. */
static void
github_put_escaped(FILE *file, struct subunit2_view text, bool property)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '%' || c == '\n' || (property && (c == ':' || c == ',')))
			fprintf(file, "%%%02X", (unsigned)c);
		else
			put_char(file, c);
	}
}

/* Writes TEXT for a command: control bytes as \xNN, and the rest as github_put_escaped does. The
 * lines of TEXT are kept. */
static void
github_put_data(FILE *file, struct subunit2_view text, bool property)
{
	if (printable_is_ascii(text)) {
		github_put_escaped(file, text, property);
		return;
	}
	char *shown;
	size_t len;
	FILE *memory = memory_file(&shown, &len);
	while (text.len > 0) {
		const char *newline = memchr(text.data, '\n', text.len);
		size_t line = newline ? (size_t)(newline - text.data) : text.len;
		printable_put(memory, (struct subunit2_view){text.data, line});
		if (newline)
			putc('\n', memory);
		line += newline != NULL;
		text = (struct subunit2_view){text.data + line, text.len - line};
	}
	fclose(memory);
	github_put_escaped(file, (struct subunit2_view){shown, len}, property);
	free(shown);
}

/* Returns the file that ID begins with, up to "::"; absent if there is no such file. */
static struct subunit2_view
github_script_of(struct subunit2_view id)
{
	const char *colons = id.len ? memmem(id.data, id.len, "::", 2) : NULL;
	struct subunit2_view script = {id.data, colons ? (size_t)(colons - id.data) : id.len};
	bool is_absolute = script.len && *script.data == '/';
	return !is_absolute && source_place_exists(script) ? script : SUBUNIT2_ABSENT;
}

/* Writes the folder of the repository in which the program runs, with a slash; nothing if it runs
 * at the top. Annotations name files from the top. */
static void
github_put_folder(FILE *file)
{
	const char *top = getenv("GITHUB_WORKSPACE");
	size_t len = top ? strlen(top) : 0;
	char *folder = len > 0 ? getcwd(NULL, 0) : NULL;
	if (folder && strncmp(folder, top, len) == 0 && folder[len] == '/') {
		github_put_data(file, subunit2_view_of(folder + len + 1), true);
		put_char(file, '/');
	}
	free(folder);
}

/* Writes "[mac] " for the LABEL "mac"; nothing if it is empty. */
static void
github_put_label(FILE *file, struct subunit2_view label, bool property)
{
	if (label.len == 0)
		return;
	put_char(file, '[');
	github_put_data(file, label, property);
	put_text(file, "] ");
}

/* Writes "::error file=t/a.t,line=3,title=t/a.t%3A%3Aname::cause". CAUSE may be NULL. LABEL,
 * of the route, stands before the title; it may be empty. */
static void
github_put_annotation(FILE *file, const char *kind, const struct subunit2_test *test,
                      const struct cause *cause, struct subunit2_view text,
                      struct subunit2_view label)
{
	struct subunit2_view path = cause ? buffer_view(&cause->file) : SUBUNIT2_ABSENT;
	bool named = path.len > 0 && path.data[0] != '/';
	if (!named)
		path = github_script_of(test->id);
	fprintf(file, "::%s ", kind);
	if (path.len > 0) {
		put_text(file, "file=");
		github_put_folder(file);
		github_put_data(file, path, true);
		if (named && cause->line_number > 0)
			fprintf(file, ",line=%llu", (unsigned long long)cause->line_number);
		put_char(file, ',');
	}
	put_text(file, "title=");
	github_put_label(file, label, true);
	github_put_data(file, test->id, true);
	put_text(file, "::");
	github_put_data(file, text, false);
	put_char(file, '\n');
}

static void
github_add_to_summary(struct github_writer *self, const struct subunit2_test *test,
                      const struct cause *cause)
{
	if (self->summary)
		markdown_report_add(
			self->summary, test, cause,
			route_labels_shown(&self->log.counter.labels, test->route_code));
}

/* An assertion that failed is annotated, and its script only if it failed for another reason. The
 * tenth annotation waits for the end. */
static void
github_on_bad(struct ci_log *log, const struct subunit2_test *test, const struct cause *cause)
{
	struct github_writer *self = (struct github_writer *)log;
	github_add_to_summary(self, test, cause);
	if (self->assertion_failed && cause_is_in_assertions(test))
		return;
	self->assertion_failed |= !test->runnable;
	struct subunit2_view text = buffer_view(&cause->text);
	struct subunit2_view label = route_labels_shown(&log->counter.labels, test->route_code);
	if (++self->errors < ANNOTATIONS_MAX) {
		github_begin_commands(self);
		github_put_annotation(log->to->file, "error", test, cause, text, label);
	} else if (self->errors == ANNOTATIONS_MAX) {
		size_t len;
		FILE *memory = memory_file(&self->last_error, &len);
		github_put_annotation(memory, "error", test, cause, text, label);
		fclose(memory);
	}
}

/* Returns a tag that makes a test which passed worth a warning; NULL: it has no such tag. */
static const char *
github_warning_of(const struct subunit2_test *test)
{
	static const char *const tags[] = {"flaky", "leaked", "todo-passed"};
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (subunit2_tags_has(test->tags, subunit2_view_of(tags[i])))
			return tags[i];
	return NULL;
}

static void
github_on_good(struct ci_log *log, const struct subunit2_test *test)
{
	struct github_writer *self = (struct github_writer *)log;
	const char *warning = github_warning_of(test);
	github_add_to_summary(self, test, NULL);
	if (!warning || self->warnings++ >= ANNOTATIONS_MAX)
		return;
	struct buffer text = {0}, cause = {0};
	buffer_add(&text, subunit2_view_of(warning));
	if (strcmp(warning, "flaky") == 0)
		tag_cause_of_flaky(&cause, test);
	else if (strcmp(warning, "leaked") == 0)
		tag_cause_of_leaked(&cause, test);
	if (cause.len > 0) {
		buffer_add(&text, SUBUNIT2_LITERAL(": "));
		buffer_add(&text, buffer_view(&cause));
	}
	github_begin_commands(self);
	github_put_annotation(log->to->file, "warning", test, NULL, buffer_view(&text),
	                      route_labels_shown(&log->counter.labels, test->route_code));
	buffer_clear(&text);
	buffer_clear(&cause);
}

static void
github_begin_group(struct ci_log *log, const struct subunit2_test *test, const struct cause *cause)
{
	(void)cause;
	github_begin_commands((struct github_writer *)log);
	put_text(log->to->file, "::group::");
	put_text(log->to->file, style_status_word(test->status));
	put_char(log->to->file, ' ');
	github_put_label(log->to->file, route_labels_shown(&log->counter.labels, test->route_code),
	                 false);
	github_put_data(log->to->file, test->id, false);
	put_char(log->to->file, '\n');
}

static void
github_end_group(struct ci_log *log)
{
	github_begin_commands((struct github_writer *)log);
	put_text(log->to->file, "::endgroup::\n");
}

/* Appends the summary to its file. */
static enum subunit2_result
github_write_summary(struct github_writer *self, struct subunit2_error *error)
{
	const char *path = self->summary_path;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return subunit2_error_system(error, path, errno);
	struct retrying_file *file = retrying_file_new(fd);
	markdown_report_put(self->summary, retrying_file_file(file),
	                    test_counter_counts(&self->log.counter), &self->log.counter.labels);
	int errnum = retrying_file_free(file);
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	return errnum == 0 ? SUBUNIT2_E_OK : subunit2_error_system(error, path, errnum);
}

static enum subunit2_result
github_finish(struct ci_log *log, struct subunit2_error *error)
{
	struct github_writer *self = (struct github_writer *)log;
	github_begin_commands(self);
	if (self->errors == ANNOTATIONS_MAX)
		put_text(log->to->file, self->last_error);
	else if (self->errors > ANNOTATIONS_MAX)
		fprintf(log->to->file, "::error title=More failures::%llu more tests failed\n",
		        (unsigned long long)(self->errors - ANNOTATIONS_MAX + 1));
	return self->summary ? github_write_summary(self, error) : SUBUNIT2_E_OK;
}

static void
github_clear(struct ci_log *log)
{
	struct github_writer *self = (struct github_writer *)log;
	markdown_report_free(self->summary);
	free(self->last_error);
}

struct subunit2_sink *
writer_github(const struct writer_options *options, struct output_file *to,
              struct subunit2_error *error)
{
	static const struct ci_log_markup markup = {
		.begin_text = github_begin_text,
		.on_bad = github_on_bad,
		.on_good = github_on_good,
		.begin_group = github_begin_group,
		.end_group = github_end_group,
		.finish = github_finish,
		.clear = github_clear,
	};
	struct github_writer *self = memory_zeroed(1, sizeof(*self));
	ci_log_begin(&self->log, &markup, options, to, PRINTABLE_COLORS_REMOVED);
	self->summary_path = getenv("GITHUB_STEP_SUMMARY");
	if (self->summary_path && *self->summary_path)
		self->summary = markdown_report_new(options);
	if (!github_token_make(self->token)) {
		subunit2_error_system(error, "random bytes", errno);
		subunit2_sink_free(&self->log.sink);
		return NULL;
	}
	return &self->log.sink;
}
