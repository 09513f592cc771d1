/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "simple_result.h"

#include "literal.h"

#define DIGITS_MAX 19 /* of a number that always fits 64 bits */

/* Removes the number and the blank after it from TEXT. Returns false if there is no such number.
 * The newline that follows TEXT ends the loop. */
static inline bool
tap_simple_result_take_number(struct tap_bytes *text, uint64_t *number)
{
	const char *at = text->data;
	uint64_t value = 0;
	for (unsigned digit; (digit = (unsigned char)*at - (unsigned)'0') <= 9; at++)
		value = value * 10 + digit;
	*number = value;
	size_t digits = (size_t)(at - text->data);
	if (digits == 0 || digits > DIGITS_MAX || *at != ' ')
		return false;
	*text = tap_skip(*text, digits + 1);
	return true;
}

/* Returns false if white space stands around NAME, if it is empty or only a dash, or if its end
 * opens a subtest. */
static inline bool
tap_simple_result_is_name(struct tap_bytes name)
{
	if (!name.len)
		return false;
	char first = *name.data, last = name.data[name.len - 1];
	return first != ' ' && last != ' ' && last != '{' && (first != '-' || name.len > 1);
}

bool
tap_simple_result_read(struct tap_line *line, struct tap_bytes bytes, struct tap_bytes *raw)
{
	if (bytes.len < 3 || memcmp(bytes.data, "ok ", 3) != 0)
		return false;
	size_t len = byte_block_find(bytes.data, bytes.len, tap_literal_mark_others);
	if (len == bytes.len || bytes.data[len] != '\n')
		return false;
	struct tap_bytes name = {bytes.data + 3, len - 3};
	if (!tap_simple_result_take_number(&name, &line->number))
		return false;
	bool dashed = name.data[0] == '-' && name.data[1] == ' ';
	if (dashed)
		name = tap_skip(name, 2);
	if (!tap_simple_result_is_name(name))
		return false;

	line->kind = TAP_RESULT;
	line->indent = 0;
	line->text = line->body = (struct tap_bytes){bytes.data, len};
	line->ktap = false;
	line->ok = line->has_number = true;
	line->list = (struct tap_bytes){NULL, 0};
	tap_description_set_literal(&line->description, name, dashed);
	*raw = (struct tap_bytes){bytes.data, len + 1};
	return true;
}
