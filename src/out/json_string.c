#include "json_string.h"

#include <stddef.h>

/* What follows the backslash: a letter, 'u' for \u00XX, 0 for no escape. */
static char
escape_of(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return c < 0x20 || c == 0x7f ? 'u' : 0;
	}
}

static void
put_escape(FILE *file, unsigned char c)
{
	char letter = escape_of(c);
	if (letter == 'u')
		fprintf(file, "\\u%04x", c);
	else
		fprintf(file, "\\%c", letter);
}

void
json_string_put(FILE *file, struct subunit2_view text)
{
	putc_unlocked('"', file);
	size_t plain = 0; /* start of what is not yet written */
	for (size_t at = 0; at < text.len; at++) {
		unsigned char c = (unsigned char)text.data[at];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		fwrite_unlocked(text.data + plain, 1, at - plain, file);
		put_escape(file, c);
		plain = at + 1;
	}
	fwrite_unlocked(text.data + plain, 1, text.len - plain, file);
	putc_unlocked('"', file);
}
