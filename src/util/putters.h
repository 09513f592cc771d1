/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes bytes to a FILE that only this thread uses, without locking it: for small events, the lock
 * takes longer than the copying.
 */
#ifndef PUTTERS_H
#define PUTTERS_H

#include <subunit2/view.h>

#include <stdint.h>
#include <stdio.h>

static inline void
put_view(FILE *file, struct subunit2_view text)
{
	if (text.len > 0)
		fwrite_unlocked(text.data, 1, text.len, file);
}

static inline void
put_text(FILE *file, const char *text)
{
	put_view(file, subunit2_view_of(text));
}

static inline void
put_char(FILE *file, char c)
{
	putc_unlocked(c, file);
}

/* Writes the number in decimal, with leading zeroes up to DIGITS digits. */
static inline void
put_number(FILE *file, uint64_t number, int digits)
{
	char text[20];
	size_t at = sizeof(text);
	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (--digits > 0 || number > 0);
	put_view(file, (struct subunit2_view){text + at, sizeof(text) - at});
}

#endif
