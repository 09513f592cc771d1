/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "text_width.h"

#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

#define ELLIPSIS SUBUNIT2_LITERAL("\xE2\x80\xA6")

/* A UTF-8 locale, which gives characters their widths; the user's may not. */
static locale_t text_width_locale;

static void
text_width_free_locale(void)
{
	freelocale(text_width_locale);
}

/* Makes that locale the one of this thread. Returns the one before. */
static locale_t
text_width_use_locale(void)
{
	if (!text_width_locale) {
		text_width_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
		if (!text_width_locale)
			return (locale_t)0;
		atexit(text_width_free_locale);
	}
	return uselocale(text_width_locale);
}

/* Removes the first character from TEXT and returns its width. */
static unsigned
text_width_take(struct subunit2_view *text)
{
	mbstate_t state = {0};
	wchar_t character;
	size_t used = mbrtowc(&character, text->data, text->len, &state);
	int width = 1;
	if (used == 0 || used > text->len)
		used = 1;
	else
		width = wcwidth(character);
	text->data += used;
	text->len -= used;
	return width > 0 ? (unsigned)width : 0;
}

unsigned
text_width(struct subunit2_view text)
{
	locale_t before = text_width_use_locale();
	unsigned width = 0;
	while (text.len > 0)
		width += text_width_take(&text);
	if (before)
		uselocale(before);
	return width;
}

struct subunit2_view
text_width_head(struct subunit2_view text, unsigned columns)
{
	locale_t before = text_width_use_locale();
	struct subunit2_view rest = text, fits = {text.data, 0};
	unsigned width = 0;
	while (rest.len > 0 && (width += text_width_take(&rest)) <= columns)
		fits.len = text.len - rest.len;
	if (before)
		uselocale(before);
	return fits;
}

/* Returns the end of TEXT that is at most COLUMNS wide. */
static struct subunit2_view
text_width_tail(struct subunit2_view text, unsigned columns)
{
	unsigned width = text_width(text);
	locale_t before = text_width_use_locale();
	while (width > columns)
		width -= text_width_take(&text);
	if (before)
		uselocale(before);
	return text;
}

void
text_width_add_shortened(struct buffer *buffer, struct subunit2_view text, unsigned columns)
{
	if (text_width(text) <= columns) {
		buffer_add(buffer, text);
		return;
	}
	if (columns == 0)
		return;
	buffer_add(buffer, text_width_head(text, (columns - 1) / 2));
	buffer_add(buffer, ELLIPSIS);
	buffer_add(buffer, text_width_tail(text, columns / 2));
}
