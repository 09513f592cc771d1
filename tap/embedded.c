/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "embedded.h"

#include "line.h"

#include "byte_block.h"

#define DIGITS_MAX 20 /* of a number that fits 64 bits */
#define END_MAX 2     /* white space, or carriage returns, after one */

/*
 * Returns whether REST, the text after "ok NUMBER" in the middle of a line, makes that a result.
 * Prose says "ok 2 workers", so the name must follow " - ". A result without a name must stand
 * before a directive, or at the end of a line whose text before the result ends with a dot
 * ("loading... ok 3"). LAST is the last character of that text.
 */
static enum tap_fit
tap_embedded_fits_after_number(struct tap_bytes rest, char last, bool complete)
{
	static const char *const after[] = {" - ", " #"};
	bool may_go_on = rest.len <= END_MAX && last == '.' && !tap_trim_end(rest).len;
	if (may_go_on && complete)
		return TAP_FIT_YES;
	for (size_t i = 0; i < sizeof(after) / sizeof(*after); i++) {
		size_t len = strlen(after[i]), shared = rest.len < len ? rest.len : len;
		if (memcmp(rest.data, after[i], shared) != 0)
			continue;
		if (shared == len)
			return TAP_FIT_YES;
		may_go_on = true;
	}
	return may_go_on && !complete ? TAP_FIT_PART : TAP_FIT_NO;
}

/* Returns whether "ok " or "not ok ", with which TEXT begins in the middle of a line, is a result:
 * whether the number that is expected next follows it. LAST is the last character before TEXT that
 * is not white space. */
static enum tap_fit
tap_embedded_fits_result(const struct tap_levels *levels, struct tap_bytes text, char last,
                         bool complete, size_t *level)
{
	struct tap_bytes rest = tap_skip(text, strlen(*text.data == 'n' ? "not ok " : "ok "));
	if (!rest.len)
		return complete ? TAP_FIT_NO : TAP_FIT_PART;

	uint64_t number;
	size_t digits = rest.len;
	if (!tap_number_read(&rest, &number) || (digits -= rest.len) > DIGITS_MAX)
		return TAP_FIT_NO;
	if (!rest.len && !complete)
		return TAP_FIT_PART;
	*level = tap_levels_expecting(levels, number);
	return *level == TAP_NO_LEVEL ? TAP_FIT_NO
	                              : tap_embedded_fits_after_number(rest, last, complete);
}

/* Returns the last character that is not white space, or OTHERWISE. */
static char
tap_embedded_last_char(struct tap_bytes text, char otherwise)
{
	text = tap_trim_end(text);
	return text.len ? text.data[text.len - 1] : otherwise;
}

/* Of tap_embedded.ending. Blanks may follow "not". Control sequences are no part of the text. */
#define NEGATED 3      /* all of "not" */
#define MATCHED_MASK 3 /* how many letters of "not" the text ends with */
#define ESCAPED 4      /* after ESC: [ begins a control sequence, other characters are one */
#define IN_SEQUENCE 8  /* after ESC [, up to a byte from @ to ~ */
#define IN_WORD 16     /* the text ends with a letter */

/* Returns IN_WORD if C is a letter of ASCII, or begins a character from U+00C0 to U+1FFF, which is
 * one in all but a few cases. Later characters are punctuation, symbols, and ideographs, after
 * which "ok" is a word of its own. Returns the old IN_WORD if C goes on with a character. */
static unsigned char
tap_embedded_word(unsigned char in_word, unsigned char c)
{
	if (c >= 0x80 && c < 0xc0)
		return in_word;
	bool letter = (unsigned)(c | 0x20) - 'a' < 26 || (c >= 0xc3 && c <= 0xe1);
	return letter ? IN_WORD : 0;
}

/* Returns how much of "not" a line's text ends with after C, if it was MATCHED before. */
static unsigned char
tap_embedded_negate(unsigned char matched, char c)
{
	static const char word[] = "not";
	char lower = (char)(c | 0x20);
	/* A byte above 0x7f may belong to a blank of Unicode. */
	if (c == ' ' || c == '\t' || c == '-' || c == '_' || c & 0x80)
		return matched == NEGATED ? NEGATED : 0;
	if (matched < NEGATED && lower == word[matched])
		return matched + 1;
	return lower == *word;
}

/* Returns ENDING after one more character of a line's text. */
static unsigned char
tap_embedded_end_char(unsigned char ending, char c)
{
	unsigned char text = ending & (MATCHED_MASK | IN_WORD);
	if (ending & ESCAPED)
		return c == '[' ? text | IN_SEQUENCE : text;
	if (ending & IN_SEQUENCE)
		return c >= '@' && c <= '~' ? text : ending;
	if (c == '\x1b')
		return text | ESCAPED;
	return tap_embedded_negate(ending & MATCHED_MASK, c) |
	       tap_embedded_word(ending & IN_WORD, (unsigned char)c);
}

/* Returns ENDING after all characters of TEXT. */
static unsigned char
tap_embedded_end(unsigned char ending, struct tap_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		ending = tap_embedded_end_char(ending, text.data[i]);
	return ending;
}

#define OK_LEN 3
#define OK_BLOCK_LEN (BYTE_BLOCK_LEN + OK_LEN - 1)

/* Marks where "ok " begins in the block at TEXT. Its last bytes may lie after the block. */
BYTE_BLOCK_INLINE byte_block
tap_embedded_mark_ok(const char *text)
{
	return byte_block_mark(byte_block_load(text), 'o') &
	       byte_block_mark(byte_block_load(text + 1), 'k') &
	       byte_block_mark(byte_block_load(text + 2), ' ');
}

/* Returns the first "ok " from TEXT to END, or NULL. Takes a fifth of memmem's instructions. */
static const char *
tap_embedded_find_ok(const char *text, const char *end)
{
	if (end - text < OK_BLOCK_LEN)
		return memmem(text, (size_t)(end - text), "ok ", OK_LEN);
	/* The last block overlaps the one before. */
	for (const char *last = end - OK_BLOCK_LEN;; text += BYTE_BLOCK_LEN) {
		const char *at = text < last ? text : last;
		byte_block marks = tap_embedded_mark_ok(at);
		if (byte_block_any(marks))
			return at + byte_block_first(marks);
		if (at == last)
			return NULL;
	}
}

size_t
tap_embedded_find(const struct tap_embedded *line, const struct tap_levels *levels,
                  struct tap_bytes piece, bool complete, enum tap_fit *fit, size_t *level)
{
	const char *end = piece.data + piece.len, *from = piece.data, *hit;
	unsigned char ending = line->ending;
	size_t ended = 0; /* bytes of PIECE that are in ENDING */
	while ((hit = tap_embedded_find_ok(from, end))) {
		size_t at = (size_t)(hit - piece.data);
		if (at >= 4 && memcmp(hit - 4, "not ", 4) == 0)
			at -= 4;
		struct tap_bytes before = {piece.data, at};
		char last = tap_embedded_last_char(before, line->last_char);
		ending = tap_embedded_end(ending,
		                          (struct tap_bytes){piece.data + ended, at - ended});
		ended = at;
		/* An "ok" after "not", in upper or lower case, does not count as passed. */
		bool negated = (ending & MATCHED_MASK) == NEGATED;
		bool is_word = ending & IN_WORD && hit == piece.data + at;
		*fit = last && !is_word && !negated
		               ? tap_embedded_fits_result(levels, tap_skip(piece, at), last,
		                                          complete, level)
		               : TAP_FIT_NO;
		if (*fit != TAP_FIT_NO)
			return at;
		from = hit + 1;
	}
	static const char words[] = "not ok ";
	size_t len = piece.len < 6 ? piece.len : 6;
	for (*fit = TAP_FIT_PART; !complete && len > 0; len--)
		if (memcmp(end - len, words, len) == 0 ||
		    (len < 3 && memcmp(end - len, words + 4, len) == 0))
			return piece.len - len;
	*fit = TAP_FIT_NO;
	return piece.len;
}

void
tap_embedded_add(struct tap_embedded *line, struct tap_bytes text)
{
	line->last_char = tap_embedded_last_char(text, line->last_char);
	line->ending = tap_embedded_end(line->ending, text);
}
