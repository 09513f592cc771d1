/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "message.h"

#include <subunit2/utf8.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 8192 /* a longer message is cut */

static const char *command = "subunit2";
static void (*message_before)(void *context);
static void *message_before_context;

void
message_begin(const char *name)
{
	command = name;
}

void
message_call_before(void (*before)(void *context), void *context)
{
	message_before = before;
	message_before_context = context;
}

/* Returns true if the runners of GitHub Actions and Azure obey LINE from here on, wherever it
 * stands in a line of their log. */
static bool
message_is_command(struct subunit2_view line)
{
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("##[")) ||
	       subunit2_view_starts(line, SUBUNIT2_LITERAL("##vso["));
}

/* Copies LINE to SHOWN, which has room for twice its length, with the second "#" of such a command
 * as \x23. Returns the length. */
static size_t
message_hide_commands(struct subunit2_view line, char *shown)
{
	size_t len = 0;
	for (size_t i = 0; i < line.len; i++) {
		struct subunit2_view rest = {line.data + i, line.len - i};
		shown[len++] = line.data[i];
		if (message_is_command(rest)) {
			memcpy(shown + len, "\\x23", 4);
			len += 4;
			i++;
		}
	}
	return len;
}

void
message_args(const char *format, va_list args)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES], shown[2 * LINE_MAX_BYTES];
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		return;
	size_t kept = subunit2_utf8_escape(subunit2_view_of(text), line, sizeof(line));
	kept = message_hide_commands((struct subunit2_view){line, kept}, shown);
	if (message_before)
		message_before(message_before_context);
	fprintf(stderr, "%s: %.*s\n", command, (int)kept, shown);
}

void
message(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	message_args(format, args);
	va_end(args);
}

void
message_error(const char *thing, const struct subunit2_error *error)
{
	const char *subject = error->subject;
	if (thing && subject && strcmp(thing, subject) == 0)
		subject = NULL;
	/* The library's message about a field continues the sentence: "test id is too long". */
	const char *between = error->code == SUBUNIT2_E_INVALID ? " " : ": ";
	char where[40] = "";
	if (error->offset)
		snprintf(where, sizeof(where), " (at byte %" PRIu64 ")", error->offset);
	message("%s%s%s%s%s%s", thing ? thing : "", thing ? ": " : "", subject ? subject : "",
	        subject ? between : "", error->message, where);
}
