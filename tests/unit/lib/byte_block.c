/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The search of special bytes in blocks, compared with one byte by byte. */
#include "byte_block.h"
#include "check.h"

#define LEN_MAX 80

static byte_block
mark_quote(byte_block block)
{
	return byte_block_mark(block, '"');
}

/* Return whether each text of up to LEN_MAX bytes, 'a' but for one C, is searched rightly. */
static bool
finds(char c, byte_block_test *test, bool special)
{
	char text[LEN_MAX + 1];
	bool good = true;
	for (size_t len = 0; len <= LEN_MAX; len++) {
		for (size_t at = 0; at <= len; at++) {
			memset(text, 'a', sizeof(text));
			text[at] = c; /* after the end if AT is LEN */
			bool there = special && at < len;
			size_t skipped = byte_block_skip(text, len, test);
			size_t found = byte_block_find(text, len, test);
			size_t whole = len - len % BYTE_BLOCK_LEN;
			good = good && byte_block_has(text, len, test) == there;
			good = good && found == (there && at < whole ? at : whole);
			good = good && (there ? skipped <= at && at - skipped < BYTE_BLOCK_LEN
			                      : skipped == len);
		}
	}
	return good;
}

/* Return whether texts of each length up to LEN_MAX are copied as they are, and no byte more, and
 * whether '"' is noticed in each place. */
static bool
copies(void)
{
	char text[LEN_MAX + 1], copy[LEN_MAX + 1];
	bool good = true;
	for (size_t len = 0; len <= LEN_MAX; len++) {
		for (size_t at = 0; at <= len; at++) {
			for (size_t i = 0; i < sizeof(text); i++)
				text[i] = (char)('A' + i % 50);
			text[at] = '"';
			memset(copy, '-', sizeof(copy));
			bool has = byte_block_copy_has(copy, text, len, mark_quote);
			good = good && has == (at < len) && memcmp(copy, text, len) == 0 &&
			       copy[len] == '-';
		}
	}
	return good;
}

/* Return whether the bits of each sixteen bytes, of which those that BITS says are quotes, are
 * BITS. */
static bool
has_bits(void)
{
	char text[BYTE_BLOCK_LEN];
	bool good = true;
	for (unsigned bits = 0; bits < 1U << BYTE_BLOCK_LEN; bits += 1 + bits / 7) {
		for (int i = 0; i < BYTE_BLOCK_LEN; i++)
			text[i] = bits >> i & 1 ? '"' : 'a';
		good = good && byte_block_high_bits(mark_quote(byte_block_load(text))) == bits;
	}
	return good;
}

/* Return whether TEST finds exactly the bytes from LOW to HIGH and from LOW2 to HIGH2. */
static bool
marks(byte_block_test *test, int low, int high, int low2, int high2)
{
	bool good = true;
	for (int c = 0; c < 256; c++) {
		char text[1] = {(char)c};
		bool special = (c >= low && c <= high) || (c >= low2 && c <= high2);
		good = good && byte_block_has(text, 1, test) == special;
	}
	return good;
}

int
main(void)
{
	CHECK(finds('"', mark_quote, true));
	CHECK(byte_block_skip(NULL, 0, mark_quote) == 0 && !byte_block_has(NULL, 0, mark_quote));
	CHECK(copies());
	CHECK(has_bits());
	CHECK(finds('\0', byte_block_mark_other_than_string, true));
	CHECK(finds('\x80', byte_block_mark_other_than_ascii, true));
	CHECK(finds('\0', byte_block_mark_other_than_ascii, false));

	CHECK(marks(mark_quote, '"', '"', '"', '"'));
	CHECK(marks(byte_block_mark_other_than_ascii, 0x80, 0xff, 0x80, 0xff));
	CHECK(marks(byte_block_mark_other_than_string, 0, 0, 0x80, 0xff));
	CHECK(marks(byte_block_mark_other_than_printable, 0, 0x1f, 0x7f, 0xff));
	CHECK(marks(byte_block_mark_controls, 0, 0x1f, 0x7f, 0x7f));
	return check_done();
}
