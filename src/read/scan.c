/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scan.h"

#include <ctype.h>

void
scan_take_blanks(struct subunit2_view *text)
{
	while (text->len && (*text->data == ' ' || *text->data == '\t'))
		*text = scan_skip(*text, 1);
}

struct subunit2_view
scan_take_word(struct subunit2_view *text)
{
	const char *blank = text->len ? memchr(text->data, ' ', text->len) : NULL;
	struct subunit2_view word = {text->data, blank ? (size_t)(blank - text->data) : text->len};
	*text = scan_skip(*text, word.len);
	return word;
}

static size_t
scan_digits(struct subunit2_view text)
{
	size_t len = 0;
	while (len < text.len && isdigit((unsigned char)text.data[len]))
		len++;
	return len;
}

bool
scan_take_number(struct subunit2_view *text, uint64_t *number)
{
	size_t len = scan_digits(*text);
	if (len == 0 || len > 18)
		return false;
	*number = 0;
	for (size_t i = 0; i < len; i++)
		*number = 10 * *number + (uint64_t)(text->data[i] - '0');
	*text = scan_skip(*text, len);
	return true;
}

bool
scan_take_seconds(struct subunit2_view *text, int64_t *ns)
{
	struct subunit2_view rest = *text;
	uint64_t seconds;
	if (scan_digits(rest) > 9 || !scan_take_number(&rest, &seconds))
		return false;
	*ns = (int64_t)seconds * 1000000000;
	if (rest.len && *rest.data == '.') {
		int64_t unit = 100000000;
		for (rest = scan_skip(rest, 1); rest.len && isdigit((unsigned char)*rest.data);
		     rest = scan_skip(rest, 1), unit /= 10)
			*ns += unit * (*rest.data - '0');
	}
	*text = rest;
	return true;
}

struct subunit2_view
scan_trim_end(struct subunit2_view text)
{
	while (text.len && strchr(" \t\r", text.data[text.len - 1]) && text.data[text.len - 1])
		text.len--;
	return text;
}

struct subunit2_view
scan_after_return(struct subunit2_view text)
{
	const char *hit = text.len ? memrchr(text.data, '\r', text.len) : NULL;
	return hit ? scan_skip(text, (size_t)(hit + 1 - text.data)) : text;
}

bool
scan_is_number(struct subunit2_view text)
{
	return text.len > 0 && scan_digits(text) == text.len;
}

struct subunit2_view
scan_without_colors(struct subunit2_view text, char *scratch)
{
	size_t out = 0;
	if (!text.len || !memchr(text.data, '\033', text.len))
		return text;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\033' && i + 1 < text.len && text.data[i + 1] == '[') {
			for (i += 2; i < text.len && !isalpha((unsigned char)text.data[i]);)
				i++;
			continue;
		}
		scratch[out++] = text.data[i];
	}
	return (struct subunit2_view){scratch, out};
}
