/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "inert_lines.h"

#include "automake_suite_log.h"
#include "byte_block.h"
#include "console_filter.h"
#include "subunit1_line.h"

#include <tap/detect.h>
#include <tap/events.h>

/* If so many lines hold no INERT_LINES_MIN inert ones in succession, do not look at the rest: the
 * readers must look at it, too. */
#define LOOKED_AT_MAX 64

/* Returns true if LINE, without its newline, is inert. */
static bool
inert_lines_is_inert(struct subunit2_view line)
{
	if (line.len == 0)
		return true;
	if (automake_suite_log_may_be_title(line) ||
	    (subunit1_line_may_start(line) && subunit1_line_may_begin(line)))
		return false;
	while (line.len > 1 && *line.data == ' ') {
		line.data++;
		line.len--;
	}
	return tap_events_is_text(line) && console_filter_is_text(line);
}

BYTE_BLOCK_INLINE byte_block
inert_lines_mark_newline(byte_block block)
{
	return byte_block_mark(block, '\n');
}

BYTE_BLOCK_INLINE byte_block
inert_lines_mark_word_end(byte_block block)
{
	return byte_block_mark(block, ' ') | byte_block_mark(block, '\n');
}

/* Returns the first byte from AT on that TEST marks. There is one, with BYTE_BLOCK_LEN bytes after
 * it. */
BYTE_BLOCK_INLINE const char *
inert_lines_search(const char *at, byte_block_test *test)
{
	byte_block marks;
	while (!byte_block_any(marks = test(byte_block_load(at))))
		at += BYTE_BLOCK_LEN;
	return at + byte_block_first(marks);
}

/* Returns whether a reader may read a line whose first word begins with FIRST and SECOND. */
static inline bool
inert_lines_may_start(char first, char second)
{
	size_t at = (unsigned char)first;
	return line_starts_has(tap_line_starts.second[at] | subunit1_line_starts.second[at] |
	                               console_filter_starts.second[at],
	                       second);
}

/* Returns whether the line at LINE is inert. Sets *NEWLINE to its end, which has BYTE_BLOCK_LEN
 * bytes after it. The beginning and the end of the first word show that most lines are. */
static inline bool
inert_lines_is_inert_at_sight(const char *line, const char **newline)
{
	const char *word = line;
	while (*word == ' ')
		word++;
	const char *end = inert_lines_search(word, inert_lines_mark_word_end);
	*newline = inert_lines_search(end, inert_lines_mark_newline);
	struct subunit2_view whole = {line, (size_t)(*newline - line)};
	if (inert_lines_may_start(word[0], word[1]) || end[1] == '.')
		return inert_lines_is_inert(whole);
	if (word > line && automake_suite_log_may_be_title(whole))
		return false;
	return !console_filter_may_end_make(end[-1]) ||
	       !console_filter_is_make((struct subunit2_view){word, (size_t)(end - word)});
}

/* Returns the end of the last line in BYTES that has BYTE_BLOCK_LEN bytes after its newline; the
 * beginning of BYTES if there is no such line. */
static const char *
inert_lines_end_of_sight(struct subunit2_view bytes)
{
	const char *newline = bytes.len > BYTE_BLOCK_LEN
	                              ? memrchr(bytes.data, '\n', bytes.len - BYTE_BLOCK_LEN)
	                              : NULL;
	return newline ? newline + 1 : bytes.data;
}

struct inert_lines
inert_lines_find(struct subunit2_view bytes)
{
	const char *end = bytes.data + bytes.len, *run = bytes.data, *at = run, *newline;
	const char *end_of_sight = inert_lines_end_of_sight(bytes);
	size_t count = 0, looked = 0; /* COUNT: inert lines from RUN to AT */
	for (; at < end && (count > 0 || looked < LOOKED_AT_MAX); looked++) {
		bool is_inert;
		if (at < end_of_sight) {
			is_inert = inert_lines_is_inert_at_sight(at, &newline);
		} else if ((newline = memchr(at, '\n', (size_t)(end - at)))) {
			is_inert = inert_lines_is_inert(
				(struct subunit2_view){at, (size_t)(newline - at)});
		} else {
			break;
		}
		if (is_inert) {
			count++;
		} else if (count >= INERT_LINES_MIN) {
			break;
		} else {
			count = 0;
			run = newline + 1;
		}
		at = newline + 1;
	}
	if (count < INERT_LINES_MIN)
		return (struct inert_lines){bytes.len, 0};
	return (struct inert_lines){(size_t)(run - bytes.data), (size_t)(at - run)};
}
