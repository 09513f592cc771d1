#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one thing that every part of the command shares: its name. */
static const char *beginning = "subunit2";

void
message_begin(const char *name)
{
	beginning = name;
}

/* Paths and ids come from anywhere; what they hold must not move a cursor. */
static void
put_visible(const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte < 0x20 || byte == 0x7f)
			fprintf(stderr, "\\x%02x", byte);
		else
			putc(byte, stderr);
	}
}

void
message(const char *format, ...)
{
	char *text;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	flockfile(stderr);
	fprintf(stderr, "%s: ", beginning);
	put_visible(len < 0 ? format : text);
	putc('\n', stderr);
	funlockfile(stderr);
	if (len >= 0)
		free(text);
}

void
message_error(const char *thing, const struct subunit2_error *error)
{
	const char *subject = error->subject;
	if (thing && subject && strcmp(thing, subject) == 0)
		subject = NULL;
	const char *before = thing ? thing : "", *between = thing ? ": " : "";
	const char *what = subject ? subject : "", *then = subject ? ": " : "";
	if (error->offset)
		message("%s%s%s%s%s (at byte %llu)", before, between, what, then, error->message,
		        (unsigned long long)error->offset);
	else
		message("%s%s%s%s%s", before, between, what, then, error->message);
}
