/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_suite_log.h"

#include <string.h>

static const char file_name[] = "test-suite.log";

/* LINE, without its newline, is the title of a log. */
static bool
begins_log(struct subunit2_view line)
{
	size_t name = strlen(file_name);
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("   ")) && line.len > name &&
	       memcmp(line.data + line.len - name, file_name, name) == 0 &&
	       memmem(line.data, line.len, ": ", 2);
}

static bool
ends_log(struct subunit2_view line)
{
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("Testsuite summary")) ||
	       subunit2_view_starts(line, SUBUNIT2_LITERAL("Making check in ")) ||
	       subunit2_view_starts(line, SUBUNIT2_LITERAL("make: Entering directory ")) ||
	       (subunit2_view_starts(line, SUBUNIT2_LITERAL("make[")) &&
	        memmem(line.data, line.len, "]: Entering directory ", 22));
}

static void
keep(struct suite_log *log, struct subunit2_view piece)
{
	log->over = log->over || piece.len > sizeof(log->line) - log->len;
	if (log->over)
		return;
	memcpy(log->line + log->len, piece.data, piece.len);
	log->len += piece.len;
}

/* The length of BYTES up to the first newline, with it; of all where there is none. */
static size_t
line_len(struct subunit2_view bytes, bool *whole)
{
	const char *newline = memchr(bytes.data, '\n', bytes.len);
	*whole = newline != NULL;
	return newline ? (size_t)(newline + 1 - bytes.data) : bytes.len;
}

/* How many of BYTES stand before a log: all, or those up to its title's end. */
static size_t
outside_len(struct suite_log *log, struct subunit2_view bytes)
{
	const char *end = bytes.data + bytes.len, *from = bytes.data, *hit;
	if (log->len || log->over) {
		bool whole;
		size_t len = line_len(bytes, &whole);
		keep(log, (struct subunit2_view){bytes.data, len - whole});
		if (!whole)
			return len;
		log->quoting =
			!log->over && begins_log((struct subunit2_view){log->line, log->len});
		log->over = false;
		log->len = 0;
		from += len;
	}
	while (!log->quoting &&
	       (hit = memmem(from, (size_t)(end - from), file_name, strlen(file_name)))) {
		const char *newline = memchr(hit, '\n', (size_t)(end - hit));
		const char *before = memrchr(from, '\n', (size_t)(hit - from));
		if (!newline)
			break;
		if (before)
			from = before + 1;
		log->quoting = begins_log((struct subunit2_view){from, (size_t)(newline - from)});
		from = newline + 1;
	}
	if (log->quoting)
		return (size_t)(from - bytes.data);
	const char *last = memrchr(from, '\n', (size_t)(end - from));
	from = last ? last + 1 : from;
	keep(log, (struct subunit2_view){from, (size_t)(end - from)});
	return bytes.len;
}

static int
put(suite_log_function *function, void *context, struct subunit2_view bytes,
    struct subunit2_error *error)
{
	return bytes.len ? function(context, bytes, error) : SUBUNIT2_OK;
}

int
suite_log_finish(struct suite_log *log, suite_log_function *inside, void *context,
                 struct subunit2_error *error)
{
	struct subunit2_view held = {log->line, log->quoting ? log->len : 0};
	log->len = 0;
	return put(inside, context, held, error);
}

/* A line of a log, or the rest of it: the first of BYTES, which it takes. */
static int
take_quoted(struct suite_log *log, struct subunit2_view *bytes, suite_log_function *outside,
            suite_log_function *inside, void *context, struct subunit2_error *error)
{
	bool whole, was_over = log->over;
	struct subunit2_view piece = {bytes->data, line_len(*bytes, &whole)};
	struct subunit2_view held = {log->line, log->len};
	bytes->data += piece.len;
	bytes->len -= piece.len;
	keep(log, piece);
	if (log->over) {
		int result = was_over ? SUBUNIT2_OK : put(inside, context, held, error);
		log->len = 0;
		log->over = !whole;
		return result == SUBUNIT2_OK ? put(inside, context, piece, error) : result;
	}
	if (!whole)
		return SUBUNIT2_OK;
	held.len = log->len;
	log->len = 0;
	log->quoting = !ends_log(held);
	return put(log->quoting ? inside : outside, context, held, error);
}

int
suite_log_feed(struct suite_log *log, struct subunit2_view bytes, suite_log_function *outside,
               suite_log_function *inside, void *context, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	while (result == SUBUNIT2_OK && bytes.len) {
		if (log->quoting) {
			result = take_quoted(log, &bytes, outside, inside, context, error);
			continue;
		}
		struct subunit2_view before = {bytes.data, outside_len(log, bytes)};
		bytes.data += before.len;
		bytes.len -= before.len;
		result = put(outside, context, before, error);
	}
	return result;
}
