/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "printable.h"

#include "byte_block.h"
#include "putters.h"
#include "sgr.h"

#include <subunit2/utf8.h>

#define PIECE 512 /* bytes escaped at a time; each becomes four at most */

/* Returns the first PIECE bytes of TEXT, not cut within a character. */
static struct subunit2_view
printable_first_piece(struct subunit2_view text)
{
	if (text.len <= PIECE)
		return text;
	text.len = PIECE;
	text.len -= subunit2_utf8_unfinished(text);
	return text;
}

/* Writes TEXT with control characters escaped, and no others. */
static void
printable_visible_put_controls(FILE *file, struct subunit2_view text)
{
	char buffer[4 * PIECE];
	while (text.len > 0) {
		struct subunit2_view piece = printable_first_piece(text);
		size_t len = subunit2_utf8_escape(piece, buffer, sizeof(buffer));
		fwrite(buffer, 1, len, file);
		text.data += piece.len;
		text.len -= piece.len;
	}
}

/* Returns true if the three bytes at CHARACTER are one that ESCAPES covers. */
static bool
printable_visible_is_misleading(const char *character, enum printable_escapes escapes)
{
	const unsigned char *c = (const unsigned char *)character;
	bool for_people = escapes == PRINTABLE_FOR_PEOPLE;
	if (c[0] == 0xE2 && c[1] == 0x80)
		return c[2] == 0xA8 || c[2] == 0xA9 || (for_people && c[2] >= 0xAA && c[2] <= 0xAE);
	if (!for_people)
		return false;
	return (c[0] == 0xE2 && c[1] == 0x81 && c[2] >= 0xA6 && c[2] <= 0xA9) ||
	       (c[0] == 0xEF && c[1] == 0xBB && c[2] == 0xBF);
}

/* Returns the next byte FIRST from AT on, or END. */
static const char *
printable_visible_next(const char *at, const char *end, int first)
{
	const char *found = at < end ? memchr(at, first, (size_t)(end - at)) : NULL;
	return found ? found : end;
}

bool
printable_is_ascii(struct subunit2_view text)
{
	return !byte_block_has(text.data, text.len, byte_block_mark_other_than_printable);
}

void
printable_put_escaped(FILE *file, struct subunit2_view text, enum printable_escapes escapes)
{
	if (printable_is_ascii(text)) {
		put_view(file, text);
		return;
	}
	const char *at = text.data, *end = text.data + text.len;
	bool any = escapes != PRINTABLE_CONTROLS;
	const char *e2 = any ? printable_visible_next(at, end, 0xE2) : end;
	const char *ef = any ? printable_visible_next(at, end, 0xEF) : end;
	while (e2 < end || ef < end) {
		const char **next = e2 < ef ? &e2 : &ef, *found = *next;
		if (end - found >= 3 && printable_visible_is_misleading(found, escapes)) {
			printable_visible_put_controls(
				file, (struct subunit2_view){at, (size_t)(found - at)});
			fprintf(file, "\\x%02x\\x%02x\\x%02x", (unsigned char)found[0],
			        (unsigned char)found[1], (unsigned char)found[2]);
			at = found + 3;
		}
		*next = printable_visible_next(found + 1, end, (unsigned char)*found);
	}
	printable_visible_put_controls(file, (struct subunit2_view){at, (size_t)(end - at)});
}

void
printable_put(FILE *file, struct subunit2_view text)
{
	printable_put_escaped(file, text, PRINTABLE_FOR_PEOPLE);
}

/* Returns the index of the first BYTE in TEXT, or the length of TEXT. */
static size_t
printable_up_to(struct subunit2_view text, char byte)
{
	const char *found = text.len ? memchr(text.data, byte, text.len) : NULL;
	return found ? (size_t)(found - text.data) : text.len;
}

/* Notes that the SGR sequence of LEN bytes at TEXT is in force: a reset ends all others. */
static void
printable_lines_set(struct printable_lines *lines, const char *text, size_t len)
{
	size_t used = strlen(lines->set);
	bool reset = len == 3 || (len == 4 && text[2] == '0');
	if (reset || used + len >= sizeof(lines->set))
		used = 0;
	if (!reset)
		memcpy(lines->set + used, text, len);
	lines->set[reset ? 0 : used + len] = '\0';
}

/* Writes the SGR sequence that TEXT begins with, if it is shown. Returns its length, or 0 if it is
 * escaped like any other byte. */
static size_t
printable_lines_put_colors(struct printable_lines *lines, struct subunit2_view text)
{
	size_t len = lines->colors == PRINTABLE_COLORS_ESCAPED ? 0 : sgr_len(text);
	if (len > 0 && lines->colors == PRINTABLE_COLORS_SHOWN) {
		fwrite(text.data, 1, len, lines->file);
		printable_lines_set(lines, text.data, len);
	}
	return len;
}

/* Returns the length of the part of LINE that holds neither a tab nor an SGR sequence. */
static size_t
printable_lines_plain_len(const struct printable_lines *lines, struct subunit2_view line)
{
	size_t len = printable_up_to(line, '\t');
	if (lines->colors == PRINTABLE_COLORS_ESCAPED)
		return len;
	for (size_t at = 0; at < len; at++) {
		at += printable_up_to((struct subunit2_view){line.data + at, len - at}, '\033');
		if (at < len && sgr_len((struct subunit2_view){line.data + at, line.len - at}) > 0)
			return at;
	}
	return len;
}

/* Writes LINE, a part of a line without its newline. */
static void
printable_lines_put_line(struct printable_lines *lines, struct subunit2_view line)
{
	while (line.len > 0) {
		size_t len = printable_lines_plain_len(lines, line);
		printable_put_escaped(lines->file, (struct subunit2_view){line.data, len},
		                      lines->escapes);
		line = (struct subunit2_view){line.data + len, line.len - len};
		if (line.len > 0 && line.data[0] == '\t') {
			putc('\t', lines->file);
			len = 1;
		} else {
			len = printable_lines_put_colors(lines, line);
		}
		line = (struct subunit2_view){line.data + len, line.len - len};
	}
}

static void
printable_lines_begin_line(struct printable_lines *lines)
{
	fputs(lines->prefix, lines->file);
	fputs(lines->set, lines->file);
}

static void
printable_lines_end_line(struct printable_lines *lines)
{
	if (*lines->set)
		fputs("\033[0m", lines->file);
	putc('\n', lines->file);
}

void
printable_lines_put(struct printable_lines *lines, struct subunit2_view text)
{
	while (text.len > 0) {
		size_t newline = printable_up_to(text, '\n');
		bool ends = newline < text.len;
		struct subunit2_view line = {text.data, newline};
		if (lines->crlf && ends && line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		if (!lines->in_line)
			printable_lines_begin_line(lines);
		printable_lines_put_line(lines, line);
		if (ends)
			printable_lines_end_line(lines);
		lines->in_line = !ends;
		text.data += newline + ends;
		text.len -= newline + ends;
	}
}

void
printable_lines_end(struct printable_lines *lines)
{
	if (lines->in_line)
		printable_lines_end_line(lines);
	lines->in_line = false;
	lines->set[0] = '\0';
}
