/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Control bytes except tabs and line ends become \xNN. */
#include "csv.h"

#include "byte_block.h"
#include "memory.h"
#include "printable.h"
#include "putters.h"
#include "route_label.h"

#include <stdlib.h>

struct csv_writer {
	struct subunit2_sink sink;
	const struct csv_dialect *dialect;
	bool spreadsheet;
	bool has_header;     /* it was written */
	bool labelled;       /* the lines have a column for labels */
	struct buffer label; /* of the last test */
	struct output_file *to;
	struct subunit2_sink *tests;
};

/* Writes the header, unless it was. TEST is the first test; NULL: no test has come. */
static void
csv_writer_put_header(struct csv_writer *self, const struct subunit2_test *test)
{
	if (self->has_header)
		return;
	self->has_header = true;
	if (test)
		route_label(&self->label, test->route_code);
	self->labelled |= self->label.len > 0;
	self->labelled &= self->dialect->label_header != NULL;
	put_text(self->to->file, self->dialect->header);
	if (self->labelled)
		put_text(self->to->file, self->dialect->label_header);
	put_text(self->to->file, "\r\n");
}

/* Writes TEXT with its quotes doubled. */
static void
csv_writer_put_chars(FILE *file, struct subunit2_view text)
{
	while (text.len > 0) {
		size_t plain = 0;
		while (plain < text.len && !strchr("\"\r\n\t", text.data[plain]))
			plain++;
		printable_put_escaped(file, (struct subunit2_view){text.data, plain},
		                      PRINTABLE_CONTROLS);
		if (plain < text.len) {
			if (text.data[plain] == '"')
				put_char(file, '"');
			put_char(file, text.data[plain++]);
		}
		text.data += plain;
		text.len -= plain;
	}
}

/* Returns true if a spreadsheet would run TEXT as a formula, perhaps after dropping a tab. */
static bool
csv_writer_is_formula(struct subunit2_view text)
{
	return text.len > 0 && text.data[0] != '\0' && strchr("=+-@\t\r", text.data[0]);
}

static inline byte_block
csv_writer_mark(byte_block block)
{
	return byte_block_mark_other_than_printable(block) | byte_block_mark(block, '"') |
	       byte_block_mark(block, ',');
}

/* Returns true if TEXT is ASCII without a character that has a meaning in csv. */
static bool
csv_writer_is_plain(struct subunit2_view text)
{
	return !byte_block_has(text.data, text.len, csv_writer_mark);
}

/* Writes TEXT as one field. For a spreadsheet, a formula gets an apostrophe, so that it is text. */
static void
csv_writer_put_field(const struct csv_writer *self, struct subunit2_view text)
{
	FILE *file = self->to->file;
	bool is_formula = self->spreadsheet && csv_writer_is_formula(text);
	bool quoted = text.len == 0;
	if (!quoted && !is_formula && csv_writer_is_plain(text)) {
		put_view(file, text);
		return;
	}
	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = strchr("\",\r\n", text.data[i]);
	if (quoted)
		put_char(file, '"');
	if (is_formula)
		put_char(file, '\'');
	csv_writer_put_chars(file, text);
	if (quoted)
		put_char(file, '"');
}

static void
csv_writer_put_time(const struct csv_writer *self, bool has_time, struct subunit2_time time)
{
	char text[RFC3339_SIZE] = "";
	if (has_time)
		self->dialect->write_time(time, text);
	put_char(self->to->file, ',');
	put_text(self->to->file, text);
}

static void
csv_writer_put_label(struct csv_writer *self, const struct subunit2_test *test)
{
	route_label(&self->label, test->route_code);
	put_char(self->to->file, ',');
	if (self->label.len > 0)
		csv_writer_put_field(self, buffer_view(&self->label));
}

static enum subunit2_result
csv_writer_test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct csv_writer *self = context;
	const char *word = self->dialect->word(test->status);
	bool stops = !self->dialect->stops_when_ended || subunit2_status_is_final(test->status);
	if (!word)
		return SUBUNIT2_E_OK;
	csv_writer_put_header(self, test);
	csv_writer_put_field(self, test->id);
	put_char(self->to->file, ',');
	put_text(self->to->file, word);
	csv_writer_put_time(self, test->has_start, test->start);
	csv_writer_put_time(self, test->has_stop && stops, test->stop);
	if (self->labelled)
		csv_writer_put_label(self, test);
	put_text(self->to->file, "\r\n");
	return output_file_check(self->to, error);
}

static enum subunit2_result
csv_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	return subunit2_sink_event(((struct csv_writer *)sink)->tests, event, error);
}

static enum subunit2_result
csv_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct csv_writer *self = (struct csv_writer *)sink;
	enum subunit2_result result = subunit2_sink_finish(self->tests, error);
	csv_writer_put_header(self, NULL);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static void
csv_writer_free(struct subunit2_sink *sink)
{
	struct csv_writer *self = (struct csv_writer *)sink;
	subunit2_sink_free(self->tests);
	buffer_clear(&self->label);
	free(self);
}

struct subunit2_sink *
csv_new(const struct csv_dialect *dialect, const struct writer_options *options,
        struct output_file *to)
{
	const struct subunit2_collect_options no_files = {.size = sizeof(no_files),
	                                                  .results_only = true};
	struct csv_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){csv_writer_event, csv_writer_finish, csv_writer_free};
	self->dialect = dialect;
	self->spreadsheet = options->spreadsheet;
	self->labelled = options->labels_differ;
	self->to = to;
	self->tests =
		memory_have(subunit2_collect_new(&no_files, csv_writer_test_ended, NULL, self));
	return &self->sink;
}

struct subunit2_sink *
writer_csv(const struct writer_options *options, struct output_file *to,
           struct subunit2_error *error)
{
	static const struct csv_dialect dialect = {
		.header = "test,status,start,stop",
		.label_header = ",label",
		.word = subunit2_status_name,
		.write_time = rfc3339_write,
	};
	(void)error;
	return csv_new(&dialect, options, to);
}
