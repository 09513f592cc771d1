/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "replacement.h"

#include "memory.h"
#include "memory_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rewriting {
	const char *at;     /* the next character of Python's text */
	FILE *out;          /* PCRE2's text */
	const char *reason; /* why the text is refused; NULL: it is not */
};

static void
compat_replacement_put_literal(FILE *out, char c)
{
	fputs(c == '$' ? "$$" : (const char[]){c, '\0'}, out);
}

/* Writes the character NUMBER in UTF-8; refuses 0 and numbers above 0377. */
static void
compat_replacement_put_character(struct rewriting *rewriting, unsigned number)
{
	if (number == 0 || number > 0377)
		rewriting->reason = number ? "an octal escape above \\377" : "a NUL in an id";
	else if (number < 0x80)
		compat_replacement_put_literal(rewriting->out, (char)number);
	else
		fprintf(rewriting->out, "%c%c", 0xc0 | number >> 6, 0x80 | (number & 0x3f));
}

static size_t
compat_replacement_count_octal(const char *text)
{
	size_t len = strspn(text, "01234567");
	return len < 3 ? len : 3;
}

static unsigned
compat_replacement_read_octal(const char *text, size_t len)
{
	unsigned number = 0;
	for (size_t i = 0; i < len; i++)
		number = number << 3 | (unsigned)(text[i] - '0');
	return number;
}

/* Reads the digits after a backslash. A number that begins with 0 ("0", "07", "060") or
 * has three octal digits ("123") is a character; one or two other digits are a group. */
static void
compat_replacement_parse_number(struct rewriting *rewriting)
{
	const char *at = rewriting->at;
	size_t octal = compat_replacement_count_octal(at);
	if (*at == '0' || octal == 3) {
		compat_replacement_put_character(rewriting,
		                                 compat_replacement_read_octal(at, octal));
		rewriting->at += octal;
		return;
	}
	int len = isdigit((unsigned char)at[1]) ? 2 : 1;
	fprintf(rewriting->out, "${%.*s}", len, at);
	rewriting->at += len;
}

/* Reads "g<1>" or "g<name>". */
static void
compat_replacement_parse_group(struct rewriting *rewriting)
{
	static const char chars[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *name = rewriting->at + 2;
	size_t len = rewriting->at[1] == '<' ? strspn(name, chars) : 0;
	if (!len || name[len] != '>') {
		rewriting->reason = "\\g: no <group> follows";
		return;
	}
	fprintf(rewriting->out, "${%.*s}", (int)len, name);
	rewriting->at = name + len + 1;
}

static void
compat_replacement_parse_letter(struct rewriting *rewriting)
{
	static const char letters[] = "abfnrtv", meant[] = "\a\b\f\n\r\t\v";
	const char *letter = strchr(letters, *rewriting->at);
	if (letter)
		putc(meant[letter - letters], rewriting->out);
	else
		rewriting->reason = "unknown escape: backslash and a letter";
	rewriting->at++;
}

static void
compat_replacement_parse_escape(struct rewriting *rewriting)
{
	char c = *++rewriting->at;
	if (!c)
		rewriting->reason = "ends with a backslash";
	else if (isdigit((unsigned char)c))
		compat_replacement_parse_number(rewriting);
	else if (c == 'g')
		compat_replacement_parse_group(rewriting);
	else if (isalpha((unsigned char)c))
		compat_replacement_parse_letter(rewriting);
	else {
		if (c != '\\')
			putc('\\', rewriting->out);
		compat_replacement_put_literal(rewriting->out, c);
		rewriting->at++;
	}
}

char *
replacement_of_python(const char *text, const char **reason)
{
	char *out;
	size_t len;
	struct rewriting rewriting = {.at = text};
	rewriting.out = memory_file(&out, &len);
	while (*rewriting.at && !rewriting.reason) {
		if (*rewriting.at == '\\')
			compat_replacement_parse_escape(&rewriting);
		else
			compat_replacement_put_literal(rewriting.out, *rewriting.at++);
	}
	fclose(rewriting.out);
	*reason = rewriting.reason;
	if (!rewriting.reason)
		return out;
	free(out);
	return NULL;
}
