/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * github: the text report for a log of GitHub Actions, where a failed test's
 * files are a group to unfold, and "::error" lines become annotations: at most
 * ten errors and ten warnings, which is all that a step shows. Where
 * GITHUB_STEP_SUMMARY names a file, the failures and the counts go there too.
 *
 * The runner obeys commands wherever they stand in a line ("##[error]"), so it
 * is told to stop obeying for all but the lines that are ours: ::stop-commands::
 * with a token that no test can know.
 */
#include "memory.h"
#include "memory_file.h"
#include "printable.h"
#include "putters.h"
#include "reason.h"
#include "retrying_file.h"
#include "slowest.h"
#include "style.h"
#include "test_counter.h"
#include "test_text.h"
#include "verdict.h"
#include "xml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANNOTATIONS_MAX 10    /* of each kind */
#define SUMMARY_MAX 200       /* failures in the job summary, which holds 1 MiB */
#define SHOWN_MAX (256 << 10) /* bytes of each file, the last ones */
#define TOKEN_SIZE 33

struct github_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct output_file *to;
	struct test_counter counter;
	struct slowest *slowest;
	struct printable_lines output; /* of no test */
	char token[TOKEN_SIZE];
	unsigned errors, warnings; /* annotations so far */

	char *failures; /* rows of the job summary's table */
	size_t failures_len;
	FILE *rows; /* … as they are written */
	unsigned row_count;
};

static bool
github_make_token(char token[TOKEN_SIZE])
{
	unsigned char bytes[(TOKEN_SIZE - 1) / 2];
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

/* Commands, and only they, stand between github_start_listening and github_stop_listening. */
static void
github_stop_listening(struct github_writer *self)
{
	fprintf(self->to->file, "::stop-commands::%s\n", self->token);
}

static void
github_start_listening(struct github_writer *self)
{
	fprintf(self->to->file, "::%s::\n", self->token);
}

/* TEXT in a command, visible and escaped; a property's separators too. */
static void
github_put_data(FILE *file, struct subunit2_view text, bool property)
{
	char *shown;
	size_t len;
	FILE *memory = memory_file(&shown, &len);
	printable_put(memory, text);
	fclose(memory);
	for (size_t i = 0; i < len; i++) {
		char c = shown[i];
		if (c == '%' || (property && (c == ':' || c == ',')))
			fprintf(file, "%%%02X", (unsigned)c);
		else
			put_char(file, c);
	}
	free(shown);
}

/* The file that a test's id begins with, up to "::"; absent when there is none. */
static struct subunit2_view
github_script_of(struct subunit2_view id)
{
	const char *colons = id.len ? memmem(id.data, id.len, "::", 2) : NULL;
	struct subunit2_view script = {id.data, colons ? (size_t)(colons - id.data) : id.len};
	char *path = memory_copy_len(script.data, script.len);
	struct stat status;
	bool is_file = *path != '/' && stat(path, &status) == 0 && S_ISREG(status.st_mode);
	free(path);
	return is_file ? script : SUBUNIT2_ABSENT;
}

/* ::error file=t/a.t,title=t/a.t%3A%3Aname::reason */
static void
github_annotate(struct github_writer *self, const char *kind, const struct subunit2_test *test,
                struct subunit2_view text)
{
	FILE *file = self->to->file;
	struct subunit2_view script = github_script_of(test->id);
	fprintf(file, "::%s ", kind);
	if (subunit2_view_present(script)) {
		put_text(file, "file=");
		github_put_data(file, script, true);
		put_char(file, ',');
	}
	put_text(file, "title=");
	github_put_data(file, test->id, true);
	put_text(file, "::");
	github_put_data(file, text, false);
	put_char(file, '\n');
}

/* A row of the job summary. */
static void
github_add_row(struct github_writer *self, const struct subunit2_test *test,
               struct subunit2_view reason)
{
	if (self->row_count++ >= SUMMARY_MAX)
		return;
	put_text(self->rows, "<tr><td>");
	put_text(self->rows, style_status_word(test->status));
	put_text(self->rows, "</td><td><code>");
	xml_put_attribute(self->rows, test->id);
	put_text(self->rows, "</code></td><td>");
	xml_put_attribute(self->rows, reason);
	put_text(self->rows, "</td></tr>\n");
}

static void
github_report_bad(struct github_writer *self, const struct subunit2_test *test)
{
	struct subunit2_view reason = reason_of(test);
	if (!subunit2_view_present(reason))
		reason = subunit2_view_of(test->status == SUBUNIT2_STATUS_FAIL ? "failed"
		                          : test->status == SUBUNIT2_STATUS_UXSUCCESS
		                                  ? "passed unexpectedly"
		                                  : "never ended");
	FILE *file = self->to->file;
	github_start_listening(self);
	if (self->errors++ < ANNOTATIONS_MAX)
		github_annotate(self, "error", test, reason);
	put_text(file, "::group::");
	put_text(file, style_status_word(test->status));
	put_char(file, ' ');
	github_put_data(file, test->id, false);
	put_char(file, '\n');
	github_stop_listening(self);
	test_text_line(self->to, test, NULL);
	test_text_files(file, test, PRINTABLE_COLORS_REMOVED);
	github_start_listening(self);
	put_text(file, "::endgroup::\n");
	github_stop_listening(self);
	github_add_row(self, test, reason);
}

/* Tags that say that a test which passed is worth a look. */
static const char *
github_warning_of(const struct subunit2_test *test)
{
	static const char *const tags[] = {"flaky", "leaked", "todo-passed"};
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (subunit2_tags_has(test->tags, subunit2_view_of(tags[i])))
			return tags[i];
	return NULL;
}

static enum subunit2_result
github_test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct github_writer *self = context;
	const char *warning = github_warning_of(test);
	slowest_add(self->slowest, test);
	printable_lines_end(&self->output);
	if (test_text_is_bad(test->status))
		github_report_bad(self, test);
	else if (self->options->verbose >= 0)
		test_text_line(self->to, test, NULL);
	if (warning && self->warnings++ < ANNOTATIONS_MAX) {
		github_start_listening(self);
		github_annotate(self, "warning", test, subunit2_view_of(warning));
		github_stop_listening(self);
	}
	return output_file_check(self->to, error);
}

static enum subunit2_result
github_file_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct github_writer *self = context;
	if (self->options->verbose >= 0)
		printable_lines_put(&self->output, event->file_bytes);
	return output_file_check(self->to, error);
}

static enum subunit2_result
github_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct github_writer *self = (struct github_writer *)sink;
	return test_counter_event(&self->counter, event, error);
}

/* The counts and the failures, for the job summary. */
static void
github_put_summary(struct github_writer *self, FILE *file)
{
	struct output_file to = {.file = file};
	put_text(file, "<pre>\n");
	verdict_put(&to, test_counter_counts(&self->counter), self->options);
	put_text(file, "</pre>\n");
	fflush(self->rows);
	if (self->row_count > 0) {
		put_text(file, "<table>\n");
		put_view(file, (struct subunit2_view){self->failures, self->failures_len});
		if (self->row_count > SUMMARY_MAX)
			fprintf(file, "<tr><td></td><td>and %u more</td><td></td></tr>\n",
			        self->row_count - SUMMARY_MAX);
		put_text(file, "</table>\n");
	}
	put_char(file, '\n');
}

/* Appends it to the file at PATH. */
static enum subunit2_result
github_write_summary(struct github_writer *self, const char *path, struct subunit2_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return subunit2_error_system(error, path, errno);
	struct retrying_file *file = retrying_file_new(fd);
	github_put_summary(self, retrying_file_file(file));
	int errnum = retrying_file_free(file);
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	return errnum == 0 ? SUBUNIT2_E_OK : subunit2_error_system(error, path, errnum);
}

static enum subunit2_result
github_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct github_writer *self = (struct github_writer *)sink;
	enum subunit2_result result = test_counter_finish(&self->counter, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	printable_lines_end(&self->output);
	slowest_put(self->slowest, self->to->file);
	verdict_put(self->to, test_counter_counts(&self->counter), self->options);
	github_start_listening(self);
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	if (path && *path != '\0')
		result = github_write_summary(self, path, error);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static void
github_free(struct subunit2_sink *sink)
{
	struct github_writer *self = (struct github_writer *)sink;
	test_counter_end(&self->counter);
	slowest_free(self->slowest);
	fclose(self->rows);
	free(self->failures);
	free(self);
}

struct subunit2_sink *
writer_github(const struct writer_options *options, struct output_file *to,
              struct subunit2_error *error)
{
	struct github_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){github_event, github_finish, github_free};
	self->options = options;
	self->to = to;
	self->output = (struct printable_lines){.file = to->file, .prefix = "| ", .crlf = true};
	self->slowest = slowest_new(options->slowest);
	self->rows = memory_file(&self->failures, &self->failures_len);
	test_counter_begin(&self->counter, SHOWN_MAX, github_test_ended, github_file_event, self);
	if (!github_make_token(self->token)) {
		subunit2_error_system(error, "random bytes", errno);
		github_free(&self->sink);
		return NULL;
	}
	github_stop_listening(self);
	return &self->sink;
}
