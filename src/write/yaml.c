/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "yaml.h"

#include "memory.h"
#include "printable.h"
#include "putters.h"

#include <stdlib.h>
#include <subunit2/utf8.h>

#define KEY_MAX 250 /* bytes; a longer one needs the form with a question mark */

/* Returns the length of the character at AT, and sets *CODE, if it is one beyond ASCII that ends a
 * line or that YAML forbids: U+0080 to U+009F, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF. Returns 0
 * for others. */
static size_t
yaml_special_at(const char *at, unsigned *code)
{
	const unsigned char *c = (const unsigned char *)at;
	if (c[0] < 0x80)
		return 0;
	if (c[0] == 0xC2 && c[1] < 0xA0) {
		*code = c[1];
		return 2;
	}
	if (c[0] != 0xE2 && c[0] != 0xEF)
		return 0;
	*code = (c[0] & 0x0Fu) << 12 | (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu);
	return *code == 0x2028 || *code == 0x2029 || *code == 0xFEFF || *code >= 0xFFFE ? 3 : 0;
}

/* Writes TEXT, which is UTF-8, for a string in double quotes. */
static void
yaml_put_escaped(FILE *file, struct subunit2_view text)
{
	for (size_t at = 0; at < text.len; at++) {
		unsigned char c = (unsigned char)text.data[at];
		unsigned code = c;
		size_t len = yaml_special_at(text.data + at, &code);
		if (c == '\n') {
			put_text(file, "\\n");
		} else if (len > 0 || c < 0x20 || c == 0x7f) {
			fprintf(file, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
			at += len > 0 ? len - 1 : 0;
		} else {
			if (c == '"' || c == '\\')
				put_char(file, '\\');
			put_char(file, (char)c);
		}
	}
}

static void
yaml_put_inside_quotes(FILE *file, struct subunit2_view text)
{
	while (text.len > 0) {
		size_t valid = subunit2_utf8_valid_len(text);
		yaml_put_escaped(file, (struct subunit2_view){text.data, valid});
		if (valid < text.len)
			fprintf(file, "\\\\x%02x", (unsigned char)text.data[valid++]);
		text.data += valid;
		text.len -= valid;
	}
}

void
yaml_put_quoted(FILE *file, struct subunit2_view text)
{
	put_char(file, '"');
	yaml_put_inside_quotes(file, text);
	put_char(file, '"');
}

static bool
yaml_fits_block(struct subunit2_view text)
{
	size_t valid = subunit2_utf8_valid_len(text);
	unsigned code;
	for (size_t at = 0; at < valid; at++)
		if (yaml_special_at(text.data + at, &code) > 0)
			return false;
	return true;
}

static bool
yaml_all_fits_block(const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	bool fits = true;
	while (fits && subunit2_attachment_next(attachment, &rest, &piece))
		fits = yaml_fits_block(piece);
	return fits;
}

static void
yaml_put_key(FILE *file, const char *indent, struct subunit2_view key)
{
	bool is_long = key.len > KEY_MAX;
	put_text(file, indent);
	if (is_long)
		put_text(file, "? ");
	yaml_put_quoted(file, key);
	if (is_long) {
		put_char(file, '\n');
		put_text(file, indent);
	}
	put_char(file, ':');
}

void
yaml_put_file(FILE *file, const char *indent, const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	size_t newlines = 0;
	while (newlines < rest.len && rest.data[rest.len - 1 - newlines] == '\n')
		newlines++;
	yaml_put_key(file, indent, attachment->name);
	if (newlines == rest.len || !yaml_all_fits_block(attachment)) {
		put_text(file, " \"");
		while (subunit2_attachment_next(attachment, &rest, &piece))
			yaml_put_inside_quotes(file, piece);
		put_text(file, "\"\n");
		return;
	}
	fprintf(file, " |2%s\n", newlines == 0 ? "-" : newlines == 1 ? "" : "+");
	char *text_indent = memory_format("%s  ", indent);
	struct printable_lines lines = {
		.file = file, .prefix = text_indent, .escapes = PRINTABLE_CONTROLS};
	while (subunit2_attachment_next(attachment, &rest, &piece))
		printable_lines_put(&lines, piece);
	printable_lines_end(&lines);
	free(text_indent);
}
