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
	    (line.len > 1 && subunit1_line_may_start(line) && subunit1_line_may_begin(line)))
		return false;
	while (line.len > 1 && *line.data == ' ') {
		line.data++;
		line.len--;
	}
	return tap_events_is_text(line) && console_filter_is_text(line);
}

BYTE_BLOCK_INLINE byte_block
inert_lines_mark_word_end(byte_block block)
{
	return byte_block_mark(block, ' ') | byte_block_mark(block, '\n');
}

BYTE_BLOCK_INLINE byte_block
inert_lines_mark_other_than_blank(byte_block block)
{
	return (byte_block)(block != ' ');
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

BYTE_BLOCK_INLINE byte_block
inert_lines_mark_other_than_digit(byte_block block)
{
	return (byte_block)(block - '0' > 9);
}

/* Returns whether a console may begin with WORD, which begins with a digit and has BYTE_BLOCK_LEN
 * bytes. Logs and tables begin with other numbers, and with dates and times. */
static inline bool
inert_lines_may_start_console(const char *word)
{
	byte_block marks = inert_lines_mark_other_than_digit(byte_block_load(word));
	if (!byte_block_any(marks))
		return true;
	const char *next = word + byte_block_first(marks);
	return console_filter_may_follow_number(next[0], next[1]);
}

/* Returns whether a reader may read a line whose first word is WORD, which has BYTE_BLOCK_LEN
 * bytes. */
static inline bool
inert_lines_may_start(const char *word)
{
	size_t at = (unsigned char)word[0];
	uint64_t others = tap_line_starts.second[at] | subunit1_line_starts.second[at];
	if (!line_starts_has(others | console_filter_starts.second[at], word[1]))
		return false;
	return word[0] < '0' || word[0] > '9' || line_starts_has(others, word[1]) ||
	       inert_lines_may_start_console(word);
}

static inline bool
inert_lines_starts(const struct line_starts *starts, const char *word)
{
	return line_starts_has(starts->second[(unsigned char)word[0]], word[1]);
}

/* Returns whether WORD is a make. */
static inline bool
inert_lines_is_make(struct subunit2_view word)
{
	return console_filter_may_end_make(word.data[word.len - 1]) && console_filter_is_make(word);
}

/* Returns whether LINE, with a word from WORD to WORD_END after its blanks, is inert. Asks only the
 * readers whose lines may begin so. Not inlined, so that the function below saves few registers. */
static __attribute__((noinline)) bool
inert_lines_is_inert_to_readers(struct subunit2_view line, const char *word, const char *word_end)
{
	bool dots = word_end[1] == '.';
	size_t word_len = (size_t)(word_end - word);
	struct subunit2_view text = {word, line.len - (size_t)(word - line.data)};
	if (automake_suite_log_may_be_title(line) ||
	    (inert_lines_starts(&subunit1_line_starts, word) && subunit1_line_may_begin(line)))
		return false;
	if ((dots || inert_lines_starts(&tap_line_starts, word)) && !tap_events_is_text(text))
		return false;
	return dots || inert_lines_starts(&console_filter_starts, word)
	               ? console_filter_is_text_after(text, word_len)
	               : !inert_lines_is_make((struct subunit2_view){word, word_len});
}

/* The newlines of a part of the output, of PART_LEN bytes at a time. This takes a few more
 * instructions than a search from the beginning of each line. But the processor need not know where
 * a line ends to look for the end of the next one, so that wrap takes a third less processor time
 * of its own. */
#define PART_LEN 64
_Static_assert(PART_LEN == 4 * BYTE_BLOCK_LEN, "inert_lines_block_at loads four blocks");

struct newline_block {
	const char *at;
	uint64_t newlines; /* a bit for each byte; only those that were not taken */
};

static inline uint64_t
inert_lines_newlines(const char *at, int offset)
{
	byte_block block = byte_block_load(at + offset);
	return (uint64_t)byte_block_high_bits(byte_block_mark(block, '\n')) << offset;
}

static inline struct newline_block
inert_lines_block_at(const char *at)
{
	uint64_t newlines = inert_lines_newlines(at, 0) | inert_lines_newlines(at, BYTE_BLOCK_LEN) |
	                    inert_lines_newlines(at, 2 * BYTE_BLOCK_LEN) |
	                    inert_lines_newlines(at, 3 * BYTE_BLOCK_LEN);
	return (struct newline_block){at, newlines};
}

/* Takes the next newline. There is one, with PART_LEN bytes after it. */
static inline const char *
inert_lines_take_newline(struct newline_block *block)
{
	while (!block->newlines)
		*block = inert_lines_block_at(block->at + PART_LEN);
	const char *newline = block->at + __builtin_ctzll(block->newlines);
	block->newlines &= block->newlines - 1;
	return newline;
}

/* Returns whether the line at LINE, which ends at NEWLINE, is inert. BYTE_BLOCK_LEN bytes follow
 * it. The beginning and the end of the first word show that most lines are. */
static inline bool
inert_lines_is_inert_at_sight(const char *line, const char *newline)
{
	const char *word =
		*line == ' ' ? inert_lines_search(line, inert_lines_mark_other_than_blank) : line;
	byte_block ends = inert_lines_mark_word_end(byte_block_load(word));
	const char *word_end = byte_block_any(ends) ? word + byte_block_first(ends)
	                                            : inert_lines_search(word + BYTE_BLOCK_LEN,
	                                                                 inert_lines_mark_word_end);
	struct subunit2_view whole = {line, (size_t)(newline - line)};
	if (inert_lines_may_start(word))
		return word == newline || inert_lines_is_inert_to_readers(whole, word, word_end);
	if (word_end[1] == '.')
		return inert_lines_is_inert_to_readers(whole, word, word_end);
	if (word > line && automake_suite_log_may_end_title(newline[-1]))
		return false;
	return !inert_lines_is_make((struct subunit2_view){word, (size_t)(word_end - word)});
}

/* Returns the end of the last line in BYTES that has PART_LEN bytes after its newline; the
 * beginning of BYTES if there is no such line. */
static const char *
inert_lines_end_of_sight(struct subunit2_view bytes)
{
	const char *newline =
		bytes.len > PART_LEN ? memrchr(bytes.data, '\n', bytes.len - PART_LEN) : NULL;
	return newline ? newline + 1 : bytes.data;
}

struct inert_lines
inert_lines_find(struct subunit2_view bytes)
{
	const char *end = bytes.data + bytes.len, *at = bytes.data, *newline = NULL;
	const char *end_of_sight = inert_lines_end_of_sight(bytes);
	struct newline_block block = {0};
	if (at < end_of_sight)
		block = inert_lines_block_at(at);
	size_t looked = 0;
	do {
		const char *run = at;
		size_t count = 0;
		for (; at < end_of_sight; count++) {
			newline = inert_lines_take_newline(&block);
			if (!inert_lines_is_inert_at_sight(at, newline))
				break;
			at = newline + 1;
		}
		if (at >= end_of_sight)
			for (; (newline = memchr(at, '\n', (size_t)(end - at))) &&
			       inert_lines_is_inert(
				       (struct subunit2_view){at, (size_t)(newline - at)});
			     count++)
				at = newline + 1;
		if (count >= INERT_LINES_MIN)
			return (struct inert_lines){(size_t)(run - bytes.data), (size_t)(at - run)};
		if (!newline)
			break;
		at = newline + 1;
		looked += count + 1;
	} while (looked < LOOKED_AT_MAX);
	return (struct inert_lines){bytes.len, 0};
}
