/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "message.h"

#include <subunit2/utf8.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 8192 /* a longer message is cut */

static const char *command = "subunit2";

void
message_begin(const char *name)
{
	command = name;
}

void
message_args(const char *format, va_list args)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		return;
	size_t kept = subunit2_utf8_escape(subunit2_view_of(text), line, sizeof(line));
	fprintf(stderr, "%s: %.*s\n", command, (int)kept, line);
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
