/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "sgr.h"

#define SGR_LEN_MAX 64 /* bytes; no longer sequence is one */

size_t
sgr_len(struct subunit2_view text)
{
	if (!subunit2_view_starts(text, SUBUNIT2_LITERAL("\033[")))
		return 0;
	size_t at = 2, end = text.len < SGR_LEN_MAX ? text.len : SGR_LEN_MAX;
	while (at < end && ((text.data[at] >= '0' && text.data[at] <= '9') ||
	                    text.data[at] == ';' || text.data[at] == ':'))
		at++;
	return at < end && text.data[at] == 'm' ? at + 1 : 0;
}

void
sgr_add_without(struct buffer *buffer, struct subunit2_view text)
{
	while (text.len > 0) {
		const char *escape = memchr(text.data, '\033', text.len);
		size_t plain = escape ? (size_t)(escape - text.data) : text.len;
		buffer_add(buffer, (struct subunit2_view){text.data, plain});
		text = (struct subunit2_view){text.data + plain, text.len - plain};
		size_t skipped = sgr_len(text);
		if (skipped == 0 && text.len > 0) {
			buffer_add(buffer, (struct subunit2_view){text.data, 1});
			skipped = 1;
		}
		text.data += skipped;
		text.len -= skipped;
	}
}
