/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_suite_log.h"

#include <string.h>

/* Returns whether LINE, without its newline, is the title of a log: automake's own, or the one
 * that `tail -v` prints, as Debian's helpers do. */
static bool
automake_suite_log_begins_log(struct subunit2_view line)
{
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("==> ")))
		return subunit2_view_ends(line, SUBUNIT2_LITERAL(".log <=="));
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("   ")) &&
	       subunit2_view_ends(line, SUBUNIT2_LITERAL("test-suite.log")) &&
	       memmem(line.data, line.len, ": ", 2);
}

/* Finds the end of a title of `tail -v` in BYTES. Few lines hold a "<": the search for all of the
 * string takes ten times as long. */
static const char *
automake_suite_log_find_tail_title(struct subunit2_view bytes)
{
	const char *end = bytes.data + bytes.len;
	for (const char *at = bytes.data; (at = memchr(at, '<', (size_t)(end - at))); at++)
		if (at - bytes.data >= 5 && end - at >= 3 && memcmp(at - 5, ".log <==", 8) == 0)
			return at - 5;
	return NULL;
}

/* Finds a part of what may be a title in BYTES. */
static const char *
automake_suite_log_find_title(struct subunit2_view bytes)
{
	const char *own = memmem(bytes.data, bytes.len, "test-suite.log", 14);
	if (own)
		bytes.len = (size_t)(own - bytes.data);
	const char *tail = automake_suite_log_find_tail_title(bytes);
	return tail ? tail : own;
}

static bool
automake_suite_log_ends_log(struct subunit2_view line)
{
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("Testsuite summary")) ||
	       subunit2_view_starts(line, SUBUNIT2_LITERAL("Making check in ")) ||
	       subunit2_view_starts(line, SUBUNIT2_LITERAL("make: Entering directory ")) ||
	       (subunit2_view_starts(line, SUBUNIT2_LITERAL("make[")) &&
	        memmem(line.data, line.len, "]: Entering directory ", 22));
}

static void
automake_suite_log_keep(struct automake_suite_log *log, struct subunit2_view piece)
{
	log->over = log->over || piece.len > sizeof(log->line) - log->len;
	if (log->over)
		return;
	memcpy(log->line + log->len, piece.data, piece.len);
	log->len += piece.len;
}

/* Returns the length of the first line of BYTES. *WHOLE: it has a newline. */
static size_t
automake_suite_log_line_len(struct subunit2_view bytes, bool *whole)
{
	const char *newline = memchr(bytes.data, '\n', bytes.len);
	*whole = newline != NULL;
	return newline ? (size_t)(newline + 1 - bytes.data) : bytes.len;
}

/* Returns how many of BYTES come before a log: all, or those up to the end of its title. */
static size_t
automake_suite_log_outside_len(struct automake_suite_log *log, struct subunit2_view bytes)
{
	const char *end = bytes.data + bytes.len, *from = bytes.data, *hit;
	if (log->len || log->over) {
		bool whole;
		size_t len = automake_suite_log_line_len(bytes, &whole);
		automake_suite_log_keep(log, (struct subunit2_view){bytes.data, len - whole});
		if (!whole)
			return len;
		log->quoting = !log->over && automake_suite_log_begins_log(
						     (struct subunit2_view){log->line, log->len});
		log->over = false;
		log->len = 0;
		from += len;
	}
	while (!log->quoting && (hit = automake_suite_log_find_title(
					 (struct subunit2_view){from, (size_t)(end - from)}))) {
		const char *newline = memchr(hit, '\n', (size_t)(end - hit));
		const char *before = memrchr(from, '\n', (size_t)(hit - from));
		if (!newline)
			break;
		if (before)
			from = before + 1;
		log->quoting = automake_suite_log_begins_log(
			(struct subunit2_view){from, (size_t)(newline - from)});
		from = newline + 1;
	}
	if (log->quoting)
		return (size_t)(from - bytes.data);
	const char *last = memrchr(from, '\n', (size_t)(end - from));
	from = last ? last + 1 : from;
	automake_suite_log_keep(log, (struct subunit2_view){from, (size_t)(end - from)});
	return bytes.len;
}

static enum subunit2_result
automake_suite_log_put(automake_suite_log_function *function, void *context,
                       struct subunit2_view bytes, struct subunit2_error *error)
{
	return bytes.len ? function(context, bytes, error) : SUBUNIT2_E_OK;
}

enum subunit2_result
automake_suite_log_finish(struct automake_suite_log *log, automake_suite_log_function *inside,
                          void *context, struct subunit2_error *error)
{
	struct subunit2_view held = {log->line, log->quoting ? log->len : 0};
	log->len = 0;
	return automake_suite_log_put(inside, context, held, error);
}

/* Removes a line of a log, or the rest of one, from the front of BYTES, and passes it on. */
static enum subunit2_result
automake_suite_log_on_quoted_line(struct automake_suite_log *log, struct subunit2_view *bytes,
                                  automake_suite_log_function *outside,
                                  automake_suite_log_function *inside, void *context,
                                  struct subunit2_error *error)
{
	bool whole, was_over = log->over;
	struct subunit2_view piece = {bytes->data, automake_suite_log_line_len(*bytes, &whole)};
	struct subunit2_view held = {log->line, log->len};
	bytes->data += piece.len;
	bytes->len -= piece.len;
	automake_suite_log_keep(log, piece);
	if (log->over) {
		enum subunit2_result result =
			was_over ? SUBUNIT2_E_OK
				 : automake_suite_log_put(inside, context, held, error);
		log->len = 0;
		log->over = !whole;
		return result == SUBUNIT2_E_OK
		               ? automake_suite_log_put(inside, context, piece, error)
		               : result;
	}
	if (!whole)
		return SUBUNIT2_E_OK;
	held.len = log->len;
	log->len = 0;
	log->quoting = !automake_suite_log_ends_log(held);
	return automake_suite_log_put(log->quoting ? inside : outside, context, held, error);
}

enum subunit2_result
automake_suite_log_feed(struct automake_suite_log *log, struct subunit2_view bytes,
                        automake_suite_log_function *outside, automake_suite_log_function *inside,
                        void *context, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && bytes.len) {
		if (log->quoting) {
			result = automake_suite_log_on_quoted_line(log, &bytes, outside, inside,
			                                           context, error);
			continue;
		}
		struct subunit2_view before = {bytes.data,
		                               automake_suite_log_outside_len(log, bytes)};
		bytes.data += before.len;
		bytes.len -= before.len;
		result = automake_suite_log_put(outside, context, before, error);
	}
	return result;
}
