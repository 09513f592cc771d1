/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "prefix.h"

#define LEN_MAX 64 /* "<6>[ 1234.567890][ T1234] " and more */

static const char byte_order_mark[] = "\xef\xbb\xbf"; /* of UTF-8 */

/* Returns whether C may stand in "[   1.234]" or, if TIME is false, in "[    T7]". */
static bool
tap_prefix_is_in_bracket(char c, bool time)
{
	return tap_is_digit(c) || c == ' ' || (time ? c == '.' : c == 'T' || c == 'C');
}

/* Returns the length of such a bracket at the start of TEXT; 0: TEXT has none. */
static size_t
tap_prefix_bracket_len(struct tap_bytes text, bool time)
{
	bool digits = false;
	if (!tap_starts(text, "["))
		return 0;
	for (size_t i = 1; i < text.len && i < LEN_MAX; i++) {
		char c = text.data[i];
		if (c == ']')
			return digits ? i + 1 : 0;
		if (!tap_prefix_is_in_bracket(c, time))
			return 0;
		digits |= tap_is_digit(c);
	}
	return 0;
}

/* Returns whether PART is the start of such a bracket, but not a whole one. */
static bool
tap_prefix_may_be_bracket(struct tap_bytes part, bool time)
{
	if (!tap_starts(part, "["))
		return false;
	for (size_t i = 1; i < part.len; i++)
		if (!tap_prefix_is_in_bracket(part.data[i], time))
			return false;
	return part.len < LEN_MAX;
}

size_t
tap_prefix_color_len(struct tap_bytes text)
{
	size_t len = 2;
	if (!tap_starts(text, "\033["))
		return 0;
	if (text.len > TAP_COLOR_MAX)
		text.len = TAP_COLOR_MAX;
	while (len < text.len && (tap_is_digit(text.data[len]) || text.data[len] == ';'))
		len++;
	return len < text.len && text.data[len] == 'm' ? len + 1 : 0;
}

struct tap_bytes
tap_prefix_skip_colors(struct tap_bytes text)
{
	size_t len;
	while ((len = tap_prefix_color_len(text)))
		text = tap_skip(text, len);
	return text;
}

bool
tap_prefix_may_be_byte_order_mark(struct tap_bytes part)
{
	return part.len < strlen(byte_order_mark) &&
	       memcmp(part.data, byte_order_mark, part.len) == 0;
}

bool
tap_prefix_may_begin(char c)
{
	return c == byte_order_mark[0] || c == '\r' || c == '\033' || c == '[' || c == '<';
}

struct tap_bytes
tap_prefix_skip_controls(struct tap_bytes text)
{
	size_t len;
	if (tap_starts(text, byte_order_mark))
		text = tap_skip(text, strlen(byte_order_mark));
	while ((len = tap_starts(text, "\r") ? 1 : tap_prefix_color_len(text)))
		text = tap_skip(text, len);
	return text;
}

/* Returns whether BRACKET, "[    T1]" or "[    C0]", names a task or a processor. */
static bool
tap_prefix_is_caller(struct tap_bytes bracket)
{
	struct tap_bytes caller = tap_skip_spaces(tap_skip(bracket, 1));
	return tap_starts(caller, "T") || tap_starts(caller, "C");
}

/* Returns false if what follows the first blanks and digits of TEXT, "[ 42%", shows that it has no
 * such bracket. */
static bool
tap_prefix_may_be_brackets(struct tap_bytes text)
{
	size_t i = 1;
	while (i < text.len && (tap_is_digit(text.data[i]) || text.data[i] == ' '))
		i++;
	return i < text.len && (text.data[i] == '.' || text.data[i] == 'T' || text.data[i] == 'C');
}

/* Returns the length of "[    1.234567]", with "[    T1]" after it or alone, at the start of TEXT;
 * 0: TEXT has none. */
static size_t
tap_prefix_brackets_len(struct tap_bytes text)
{
	if (!tap_prefix_may_be_brackets(text))
		return 0;
	size_t time = tap_prefix_bracket_len(text, true);
	if (time ? !memchr(text.data, '.', time) : !tap_prefix_is_caller(text))
		return 0;
	return time + tap_prefix_bracket_len(tap_skip(text, time), false);
}

struct tap_bytes
tap_prefix_skip(struct tap_bytes text)
{
	text = tap_prefix_skip_controls(text);
	if (!text.len || (*text.data != '[' && *text.data != '<'))
		return text;
	struct tap_bytes at = text;
	if (at.len > 3 && *at.data == '<' && tap_is_digit(at.data[1]) && at.data[2] == '>')
		at = tap_skip(at, 3);
	size_t len = tap_prefix_brackets_len(at);
	if (!len)
		return text;
	at = tap_skip(at, len);
	if (!at.len)
		return at;
	return *at.data == ' ' ? tap_skip(at, 1) : text;
}

bool
tap_prefix_may_be(struct tap_bytes part)
{
	if (tap_starts(part, "<")) {
		if ((part.len > 1 && !tap_is_digit(part.data[1])) ||
		    (part.len > 2 && part.data[2] != '>'))
			return false;
		if (part.len <= 3)
			return true;
		part = tap_skip(part, 3);
	}
	size_t time = tap_prefix_bracket_len(part, true);
	if (!time)
		return tap_prefix_may_be_bracket(part, true) ||
		       tap_prefix_may_be_bracket(part, false);
	return memchr(part.data, '.', time) &&
	       tap_prefix_may_be_bracket(tap_skip(part, time), false);
}

bool
tap_prefix_may_be_color(struct tap_bytes part)
{
	for (size_t i = 1; i < part.len; i++)
		if (i == 1 ? part.data[i] != '['
		           : !tap_is_digit(part.data[i]) && part.data[i] != ';')
			return false;
	return part.len < TAP_COLOR_MAX;
}
