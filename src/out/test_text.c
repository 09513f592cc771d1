#include "test_text.h"

#include "duration.h"
#include "reason.h"
#include "style.h"
#include "visible.h"

#include <subunit2/utf8.h>

static bool
equals(struct subunit2_view text, const char *literal)
{
	return subunit2_view_equal(text, subunit2_view_of(literal));
}

/* stdout and stderr are shown whatever they hold; other files when they are text. */
static bool
is_shown(const struct subunit2_attachment *file)
{
	return equals(file->name, "stdout") || equals(file->name, "stderr") ||
	       subunit2_utf8_is_string(file->bytes);
}

static void
put_file(FILE *to, const struct subunit2_attachment *file)
{
	if (file->bytes.len == 0 && file->dropped == 0)
		return;
	fputs("  ", to);
	visible_put(to, file->name);
	if (!is_shown(file)) {
		fprintf(to, ": %llu bytes, ",
		        (unsigned long long)(file->bytes.len + file->dropped));
		visible_put(to, subunit2_view_present(file->mime_type)
		                        ? file->mime_type
		                        : SUBUNIT2_LITERAL("not text"));
		putc('\n', to);
		return;
	}
	fputs(":\n", to);
	if (file->dropped > 0)
		fprintf(to, "    (%llu bytes before this are not shown; -v shows them)\n",
		        (unsigned long long)file->dropped);
	struct visible_lines lines = {.file = to, .prefix = "    | ", .crlf = true};
	visible_lines_put(&lines, file->bytes);
	visible_lines_end(&lines);
}

/* "  # no database" */
static void
put_reason(FILE *to, const struct subunit2_test *test)
{
	struct subunit2_view reason = reason_of(test);
	if (!subunit2_view_present(reason))
		return;
	fputs("  # ", to);
	visible_put(to, reason);
}

bool
test_text_is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_INPROGRESS;
}

void
test_text_line(struct destination *to, const struct subunit2_test *test)
{
	FILE *file = to->file;
	style_begin(to, style_of_status(test->status));
	fputs(style_status_word(test->status), file);
	style_end(to);
	fputs("  ", file);
	visible_put(file, test->id);
	if (test->has_start && test->has_stop && subunit2_status_is_final(test->status)) {
		char text[DURATION_SIZE];
		int64_t ns = subunit2_time_since(test->stop, test->start);
		fprintf(file, "  %s", duration_text(ns, text));
	}
	if (test->status == SUBUNIT2_SKIP || test->status == SUBUNIT2_XFAIL)
		put_reason(file, test);
	putc('\n', file);
}

void
test_text_files(FILE *file, const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		put_file(file, &test->attachments[i]);
}
