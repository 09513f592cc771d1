/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit1: version 1 of the protocol. Tests are written one after the other as they end, because
 * Python's reader takes the lines of a test within another one for text; each has its first and
 * last time, its tags and its files, byte for byte as Python's writer does: tags are set before a
 * test and removed after it, files are ordered by name, and an outcome without files has an empty
 * list.
 *
 * Version 1 has no routes, no list of tests, no difference between scripts and assertions, and no
 * test without an outcome: an unfinished test is a "failure", and files of a test without a status
 * are text. Bytes that would break a line or a list of tags become \xNN.
 */
#include "buffer.h"
#include "byte_block.h"
#include "memory.h"
#include "putters.h"
#include "rfc3339.h"
#include "subunit1_line.h"
#include "tempfile.h"
#include "writer.h"

#include <stdlib.h>

struct subunit1_writer {
	struct subunit2_sink sink;
	struct output_file *to;
	struct subunit2_sink *tests;
	struct buffer lines; /* of the test that is being written */
	bool in_line;        /* the last line of text that belongs to no test has no newline yet */
};

static inline byte_block
subunit1_writer_mark(byte_block block)
{
	return (byte_block)(block <= ' ');
}

static void
subunit1_writer_add_escape(struct buffer *lines, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	const char escape[] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
	buffer_add(lines, (struct subunit2_view){escape, sizeof(escape)});
}

/* Adds TEXT; the bytes in ESCAPED, and NUL, become \xNN. All of them are blanks or less. */
static void
subunit1_writer_add_escaped(struct buffer *lines, struct subunit2_view text, const char *escaped)
{
	size_t plain = 0; /* start of the part that is not added yet */
	for (size_t at = byte_block_skip(text.data, text.len, subunit1_writer_mark); at < text.len;
	     at++) {
		unsigned char c = (unsigned char)text.data[at];
		if (c > ' ' || !strchr(escaped, c))
			continue;
		buffer_add(lines, (struct subunit2_view){text.data + plain, at - plain});
		subunit1_writer_add_escape(lines, c);
		plain = at + 1;
	}
	buffer_add(lines, (struct subunit2_view){text.data + plain, text.len - plain});
}

static void
subunit1_writer_add_label(struct buffer *lines, struct subunit2_view id)
{
	size_t blanks = 0;
	while (blanks < id.len && (id.data[blanks] == ' ' || id.data[blanks] == '\t'))
		blanks++;
	if (blanks == id.len)
		buffer_add_text(lines, "(unnamed)");
	subunit1_writer_add_escaped(lines, id, "\r\n");
}

static void
subunit1_writer_add_time(struct buffer *lines, struct subunit2_time time)
{
	char text[RFC3339_SIZE];
	size_t len = rfc3339_write(time, text);
	*(char *)memchr(text, 'T', len) = ' ';
	len -= time.nsec % 1000 == 0 ? 4 : 1; /* others write six digits */
	buffer_add_text(lines, "time: ");
	buffer_add(lines, (struct subunit2_view){text, len});
	buffer_add_text(lines, "Z\n");
}

/* Adds TAG. Readers split tags at blanks, and remove a tag that is written with "-" before it. */
static void
subunit1_writer_add_tag(struct buffer *lines, struct subunit2_view tag)
{
	size_t escaped = tag.len > 0 && *tag.data == '-' ? 1 : 0;
	while (tag.len > 0) {
		for (escaped += subunit1_blank(tag); escaped; escaped--, tag.len--)
			subunit1_writer_add_escape(lines, (unsigned char)*tag.data++);
		size_t plain = 0;
		while (plain < tag.len &&
		       !subunit1_blank((struct subunit2_view){tag.data + plain, tag.len - plain}))
			plain++;
		buffer_add(lines, (struct subunit2_view){tag.data, plain});
		tag.data += plain;
		tag.len -= plain;
	}
}

/* Adds TAGS, with SIGN before each: "-" removes it. */
static void
subunit1_writer_add_tags(struct buffer *lines, struct subunit2_tags tags, const char *sign)
{
	struct subunit2_view tag;
	if (tags.count == 0)
		return;
	buffer_add_text(lines, "tags:");
	while (subunit2_tags_next(&tags, &tag)) {
		buffer_add_char(lines, ' ');
		buffer_add_text(lines, sign);
		subunit1_writer_add_tag(lines, tag);
	}
	buffer_add_char(lines, '\n');
}

/* Returns true for "main/sub"; readers fail at any other type. */
static bool
subunit1_writer_is_type(struct subunit2_view mime_type)
{
	if (!mime_type.len)
		return false;
	const char *slash = memchr(mime_type.data, '/', mime_type.len);
	const char *end = mime_type.data + mime_type.len;
	return slash && !memchr(slash + 1, '/', (size_t)(end - slash - 1)) &&
	       !memchr(mime_type.data, '\n', mime_type.len);
}

static void
subunit1_writer_put_lines(struct subunit1_writer *self)
{
	put_view(self->to->file, buffer_view(&self->lines));
	self->lines.len = 0;
}

static void
subunit1_writer_put_part(struct subunit1_writer *self, const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	struct buffer *lines = &self->lines;
	buffer_add_text(lines, "Content-Type: ");
	buffer_add(lines, subunit1_writer_is_type(attachment->mime_type) ? attachment->mime_type
	                                                                 : SUBUNIT2_BYTES_TYPE);
	buffer_add_char(lines, '\n');
	subunit1_writer_add_escaped(lines, attachment->name, "\r\n");
	buffer_add_char(lines, '\n');
	subunit1_writer_put_lines(self);
	if (attachment->bytes.len > 0)
		fprintf(self->to->file, "%zX\r\n", attachment->bytes.len);
	while (subunit2_attachment_next(attachment, &rest, &piece))
		put_view(self->to->file, piece);
	put_text(self->to->file, "0\r\n");
}

static const char *
subunit1_writer_keyword_of(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_SUCCESS:
		return "successful";
	case SUBUNIT2_STATUS_UXSUCCESS:
		return "uxsuccess";
	case SUBUNIT2_STATUS_SKIP:
		return "skip";
	case SUBUNIT2_STATUS_XFAIL:
		return "xfail";
	default:
		return "failure";
	}
}

static int
subunit1_writer_by_name(const void *a, const void *b)
{
	const struct subunit2_attachment *const *x = a, *const *y = b;
	return subunit2_view_compare((*x)->name, (*y)->name);
}

static void
subunit1_writer_put_parts(struct subunit1_writer *self, const struct subunit2_test *test)
{
	const struct subunit2_attachment **parts =
		memory_zeroed(test->attachment_count, sizeof(*parts));
	for (size_t i = 0; i < test->attachment_count; i++)
		parts[i] = &test->attachments[i];
	qsort(parts, test->attachment_count, sizeof(*parts), subunit1_writer_by_name);
	for (size_t i = 0; i < test->attachment_count; i++)
		subunit1_writer_put_part(self, parts[i]);
	free(parts);
}

static void
subunit1_writer_put_outcome(struct subunit1_writer *self, const struct subunit2_test *test)
{
	struct buffer *lines = &self->lines;
	buffer_add_text(lines, subunit1_writer_keyword_of(test->status));
	buffer_add_text(lines, ": ");
	subunit1_writer_add_label(lines, test->id);
	buffer_add_text(lines, " [ multipart\n");
	if (test->attachment_count > 0)
		subunit1_writer_put_parts(self, test);
	buffer_add_text(lines, "]\n");
}

static void
subunit1_writer_end_line(struct subunit1_writer *self)
{
	if (self->in_line)
		put_char(self->to->file, '\n');
	self->in_line = false;
}

static enum subunit2_result
subunit1_writer_test_ended(void *context, const struct subunit2_test *test,
                           struct subunit2_error *error)
{
	struct subunit1_writer *self = context;
	struct buffer *lines = &self->lines;
	if (test->status == SUBUNIT2_STATUS_EXISTS)
		return SUBUNIT2_E_OK;
	subunit1_writer_end_line(self);
	if (test->has_start)
		subunit1_writer_add_time(lines, test->start);
	subunit1_writer_add_tags(lines, test->tags, "");
	buffer_add_text(lines, "test: ");
	subunit1_writer_add_label(lines, test->id);
	buffer_add_char(lines, '\n');
	if (test->has_stop && subunit2_status_is_final(test->status))
		subunit1_writer_add_time(lines, test->stop);
	subunit1_writer_put_outcome(self, test);
	subunit1_writer_add_tags(lines, test->tags, "-");
	subunit1_writer_put_lines(self);
	return output_file_check(self->to, error);
}

/* Writes text that belongs to no test. A line that would read as one of the protocol is moved one
 * blank to the right. */
static void
subunit1_writer_put_stray(struct subunit1_writer *self, struct subunit2_view text)
{
	while (text.len > 0) {
		const char *newline = memchr(text.data, '\n', text.len);
		size_t len = newline ? (size_t)(newline - text.data) + 1 : text.len;
		struct subunit2_view line = {text.data, len};
		if (!self->in_line && (newline ? subunit1_line_read(line).keyword != SUBUNIT1_NONE
		                               : subunit1_line_may_begin(line)))
			put_char(self->to->file, ' ');
		put_view(self->to->file, line);
		self->in_line = !newline;
		text.data += len;
		text.len -= len;
	}
}

/* Returns the text of a progress event without its newline; absent for other events. */
static struct subunit2_view
subunit1_writer_progress_of(const struct subunit2_event *event)
{
	struct subunit2_view text = event->file_bytes;
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	bool progress = subunit2_view_equal(event->mime_type, SUBUNIT1_PROGRESS_TYPE) &&
	                subunit1_is_progress(text);
	return progress ? text : SUBUNIT2_ABSENT;
}

static enum subunit2_result
subunit1_writer_file_event(void *context, const struct subunit2_event *event,
                           struct subunit2_error *error)
{
	struct subunit1_writer *self = context;
	struct subunit2_view progress = subunit1_writer_progress_of(event);
	if (subunit2_view_present(progress)) {
		subunit1_writer_end_line(self);
		put_text(self->to->file, "progress: ");
		put_view(self->to->file, progress);
		put_char(self->to->file, '\n');
	} else {
		subunit1_writer_put_stray(self, event->file_bytes);
	}
	return output_file_check(self->to, error);
}

static enum subunit2_result
subunit1_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct subunit1_writer *self = (struct subunit1_writer *)sink;
	return subunit2_sink_event(self->tests, event, error);
}

static enum subunit2_result
subunit1_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct subunit1_writer *self = (struct subunit1_writer *)sink;
	enum subunit2_result result = subunit2_sink_finish(self->tests, error);
	subunit1_writer_end_line(self);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static void
subunit1_writer_free(struct subunit2_sink *sink)
{
	struct subunit1_writer *self = (struct subunit1_writer *)sink;
	subunit2_sink_free(self->tests);
	buffer_clear(&self->lines);
	free(self);
}

struct subunit2_sink *
writer_subunit1(const struct writer_options *options, struct output_file *to,
                struct subunit2_error *error)
{
	(void)options, (void)error;
	struct subunit1_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){subunit1_writer_event, subunit1_writer_finish,
	                                    subunit1_writer_free};
	self->to = to;
	struct subunit2_collect_options all = {.size = sizeof(all),
	                                       .attachment_limit = SIZE_MAX,
	                                       .temporary = tempfile_open,
	                                       .results_only = true};
	self->tests = memory_have(subunit2_collect_new(&all, subunit1_writer_test_ended,
	                                               subunit1_writer_file_event, self));
	return &self->sink;
}
