#include "printable.h"

#include <subunit2/utf8.h>

#define PIECE 512 /* bytes made visible at a time; each becomes four at most */

/* TEXT up to PIECE bytes, not cut within a character. */
static struct subunit2_view
first_piece(struct subunit2_view text)
{
	if (text.len <= PIECE)
		return text;
	text.len = PIECE;
	text.len -= subunit2_utf8_unfinished(text);
	return text;
}

void
visible_put(FILE *file, struct subunit2_view text)
{
	char buffer[4 * PIECE];
	while (text.len > 0) {
		struct subunit2_view piece = first_piece(text);
		size_t len = subunit2_utf8_escape(piece, buffer, sizeof(buffer));
		fwrite(buffer, 1, len, file);
		text.data += piece.len;
		text.len -= piece.len;
	}
}

/* The first byte of TEXT that is BYTE, or its end. */
static size_t
up_to(struct subunit2_view text, char byte)
{
	const char *found = text.len ? memchr(text.data, byte, text.len) : NULL;
	return found ? (size_t)(found - text.data) : text.len;
}

static void
put_line(FILE *file, struct subunit2_view line)
{
	while (line.len > 0) {
		size_t tab = up_to(line, '\t');
		visible_put(file, (struct subunit2_view){line.data, tab});
		if (tab < line.len) {
			putc('\t', file);
			tab++;
		}
		line.data += tab;
		line.len -= tab;
	}
}

void
visible_lines_put(struct visible_lines *lines, struct subunit2_view text)
{
	while (text.len > 0) {
		size_t newline = up_to(text, '\n');
		bool ends = newline < text.len;
		struct subunit2_view line = {text.data, newline};
		if (lines->crlf && ends && line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		if (!lines->in_line)
			fputs(lines->prefix, lines->file);
		put_line(lines->file, line);
		if (ends)
			putc('\n', lines->file);
		lines->in_line = !ends;
		text.data += newline + ends;
		text.len -= newline + ends;
	}
}

void
visible_lines_end(struct visible_lines *lines)
{
	if (lines->in_line)
		putc('\n', lines->file);
	lines->in_line = false;
}
